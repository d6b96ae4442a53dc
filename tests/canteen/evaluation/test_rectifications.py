"""What units have to put right, over HTTP."""

from contextlib import contextmanager

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.notifications.models import InboxMessage
from canteen.evaluation.rectifications import policies, queries, services
from canteen.evaluation.rectifications.errors import RectificationState
from canteen.evaluation.rectifications.models import State
from canteen.evaluation.rectifications.policies import Step
from canteen.evaluation.rectifications.queries import Tally, Timeliness
from canteen.evaluation.rounds.models import UnitSheet
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.canteen.evaluation.organs import EVERYWHERE, at, closed_sheet, field, unit
from tests.factories import NINE, date
from tests.threads import at_once

TABLE = {
    "report": {"open": "reported", "returned": "reported"},
    "extend": {"open": "open", "returned": "returned"},
    "grant": {"open": "open", "returned": "returned"},
    "refuse": {"open": "open", "returned": "returned"},
    "pass": {"reported": "closed"},
    "fail": {"reported": "returned"},
    "escalate": {"open": "escalated", "returned": "escalated"},
    "close": {"escalated": "closed"},
    "withdraw": {"open": "withdrawn", "returned": "withdrawn"},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", sorted(TABLE))
def test_states_change_by_the_table_alone(state, step):
    after = TABLE[step].get(state)
    if after is None:
        with pytest.raises(RectificationState):
            policies.state_after(state, Step(step))
    else:
        assert policies.state_after(state, Step(step)) == after


def test_the_second_failure_hands_it_over():
    assert policies.state_after("reported", Step.FAIL, failures=0) is State.RETURNED
    assert policies.state_after("reported", Step.FAIL, failures=1) is State.ESCALATED


@pytest.mark.parametrize(
    ("state", "due_on", "is_late"),
    [
        ("open", date(2026, 11, 23), False),
        ("open", date(2026, 11, 22), True),
        ("returned", date(2026, 11, 22), True),
        ("reported", date(2026, 11, 22), False),
        ("closed", date(2026, 11, 22), False),
    ],
)
def test_what_the_unit_still_has_after_the_day_of_the_deadline_is_overdue(state, due_on, is_late):
    assert policies.is_overdue(state, due_on, date(2026, 11, 23)) is is_late


@pytest.fixture
def one(compound):
    """The usual field, with the clock at Monday morning."""
    made = field(compound)
    with clock.at(NINE):
        yield made


ORDER = {
    "title": "未开展剩余称重",
    "problems": [{"text": "备餐剩余未称重"}, {"text": "台账不完整"}],
    "demand": "按要求逐餐登记",
}
DONE = [{"position": 1, "text": "已配电子秤"}, {"position": 2, "text": "已补登"}]


def opened(one, **fields):
    """The JSON of a rectification that the manager has ordered."""
    answer = one.manager.post("/evaluation/rectifications", {"unit_id": one.unit.id, **ORDER, **fields})
    assert answer.status == 201, answer.envelope
    return answer.data


def step(client, found, name, **body):
    """The answer to a step; what asks for the revision gets the one that was seen."""
    if name in ("reports", "checks"):
        body = {"revision": found["revision"], **body}
    return client.post(f"/evaluation/rectifications/{found['id']}/{name}", body)


def reported(one, found, **fields):
    """It, after the unit has reported."""
    answer = step(one.reporter, found, "reports", measures=DONE, **fields)
    assert answer.status == 201, answer.envelope
    return answer.data


def told(kind, staff):
    """What a person was told of this kind."""
    db.session.rollback()
    found = select(InboxMessage.text).where(InboxMessage.kind == kind, InboxMessage.staff_id == staff.id)
    return list(db.session.scalars(found))


@contextmanager
def later(one, day):
    """The clock at nine of that day, with clients that have logged in of late."""
    with clock.at(at(day)):
        one.manager = one.compound.client(one.compound.staff(roles={"administrator": EVERYWHERE}))
        one.reporter = one.compound.client(one.reporter_staff)
        yield


def test_a_rectification_is_ordered_reported_checked_and_closed(one):
    found = opened(one)
    assert (found["state"], found["due_on"], found["origin"]) == ("open", "2026-12-23", "manual")
    assert "未开展剩余称重" in told("evaluation.rectification_opened", one.reporter_staff)[0]
    assert one.reporter.get("/evaluation/rectifications/mine").data["total"] == 1
    mine = one.reporter.get(f"/evaluation/rectifications/{found['id']}").data
    assert mine["can"] == ["report", "extend"]
    photo = send(one.reporter, small_jpeg()).data["id"]

    found = reported(one, mine, photo_ids=[photo], remark="请复查")

    assert (found["state"], len(found["attempts"][0]["photos"])) == ("reported", 1)
    assert found["attempts"][0]["measures"] == DONE
    closed = step(one.manager, found, "checks", is_passed=True, finding="整改到位").data
    assert (closed["state"], closed["in_time"], closed["can"]) == ("closed", True, [])
    assert [each["step"] for each in closed["steps"]] == ["open", "report", "pass"]
    assert "复查通过" in told("evaluation.rectification_checked", one.reporter_staff)[0]
    again = step(one.manager, closed, "checks", is_passed=True)
    assert again.error == "evaluation.rectification_state"

    @atomic
    def tamper():
        db.session.execute(text("UPDATE rectifications SET in_time = NOT in_time"))

    with pytest.raises(DBAPIError):
        tamper()


def test_a_second_failure_hands_it_over_and_its_outcome_closes_it(one):
    found = reported(one, opened(one))
    failing = {"is_passed": False, "failed": [2], "finding": "台账仍缺两日"}
    found = step(one.manager, found, "checks", **failing, due_on="2026-12-01").data
    assert (found["state"], found["failures"], found["due_on"]) == ("returned", 1, "2026-12-01")
    assert found["first_due_on"] == "2026-12-23"
    assert found["attempts"][0]["failed"] == [2]

    found = step(one.manager, reported(one, found), "checks", **failing).data

    assert (found["state"], found["failures"], found["can"]) == ("escalated", 2, ["close"])
    assert step(one.reporter, found, "reports", measures=DONE).error == "evaluation.rectification_state"
    ended = step(one.manager, found, "close", text="市场监管已责令改正").data
    assert (ended["state"], ended["in_time"]) == ("closed", False)


def test_more_time_is_asked_for_and_granted_or_refused(one):
    found = opened(one, due_on="2026-11-30")
    wish = {"wanted_on": "2026-12-10", "reason": "设备采购中"}
    asked = step(one.reporter, found, "extensions", **wish)
    assert (asked.status, asked.data["has_extension"], asked.data["can"]) == (201, True, ["report"])
    assert step(one.reporter, found, "extensions", **wish).error == "evaluation.extension_pending"
    assert one.manager.get("/evaluation/rectifications/counts").data["extensions"] == 1
    refused = step(one.manager, found, "extensions/decide", is_granted=False)
    assert refused.error == "evaluation.rectification_reason_needed"

    done = step(one.manager, found, "extensions/decide", is_granted=True).data

    assert (done["due_on"], done["first_due_on"]) == ("2026-12-10", "2026-11-30")
    assert "已获同意" in told("evaluation.extension_decided", one.reporter_staff)[0]
    none = step(one.manager, found, "extensions/decide", is_granted=True)
    assert none.error == "evaluation.extension_not_found"
    earlier = step(one.reporter, found, "extensions", wanted_on="2026-12-10", reason="再缓")
    assert earlier.error == "evaluation.extension_invalid"
    step(one.reporter, found, "extensions", wanted_on="2026-12-20", reason="再缓")
    kept = step(one.manager, found, "extensions/decide", is_granted=False, decision="时间充足").data
    assert (kept["due_on"], [each["state"] for each in kept["extensions"]]) == (
        "2026-12-10",
        ["granted", "refused"],
    )


def test_a_report_makes_a_waiting_request_for_more_time_pointless(one):
    found = opened(one)
    step(one.reporter, found, "extensions", wanted_on="2027-01-10", reason="设备采购中")
    seen = one.reporter.get(f"/evaluation/rectifications/{found['id']}").data
    done = reported(one, seen)
    assert (done["has_extension"], done["extensions"][0]["state"]) == (False, "refused")


def test_what_cannot_be_ordered(one):
    for fields, error in (
        ({"due_on": "2026-11-23"}, "evaluation.deadline_invalid"),
        ({"due_on": "2027-11-23"}, "evaluation.deadline_invalid"),
        ({"unit_id": 999_999}, "evaluation.unit_not_found"),
        ({"sheet_id": 999_999}, "evaluation.origin_unknown"),
        ({"problems": []}, "app.invalid"),
    ):
        answer = one.manager.post("/evaluation/rectifications", {"unit_id": one.unit.id, **ORDER, **fields})
        assert answer.error == error


def test_one_comes_from_the_units_own_closed_sheet(one):
    closed_sheet(one.unit, one.sheet, 3, 690, "不合格")
    closed_sheet(unit("COUNTY-9"), one.sheet, 3, 690, "不合格")
    db.session.rollback()
    sheets = {each.unit_id: each.id for each in db.session.scalars(select(UnitSheet))}
    own = sheets.pop(one.unit.id)
    found = opened(one, sheet_id=own)
    assert (found["origin"], found["origin_id"], found["origin_name"]) == ("round", own, "季度评估")
    (other,) = sheets.values()
    refused = one.manager.post(
        "/evaluation/rectifications", {"unit_id": one.unit.id, **ORDER, "sheet_id": other}
    )
    assert refused.error == "evaluation.origin_unknown"


def test_a_report_tells_of_each_item(one):
    found = opened(one)
    strange = [{"position": 1, "text": "x"}, {"position": 9, "text": "y"}]
    for measures in (DONE[:1], [*DONE, {"position": 3, "text": "多余"}], strange):
        refused = step(one.reporter, found, "reports", measures=measures)
        assert refused.error == "evaluation.measures_incomplete"


def test_a_check_says_what_failed_of_what_was_seen(one):
    found = reported(one, opened(one))
    for body, error in (
        ({"is_passed": True, "failed": [1]}, "evaluation.failed_items_invalid"),
        ({"is_passed": False}, "evaluation.failed_items_invalid"),
        ({"is_passed": False, "failed": [3], "finding": "x"}, "evaluation.failed_items_invalid"),
        ({"is_passed": False, "failed": [1]}, "evaluation.rectification_reason_needed"),
        ({"is_passed": True, "revision": 1}, "evaluation.rectification_changed"),
    ):
        assert step(one.manager, found, "checks", **body).error == error


def test_who_sees_and_does_what(one):
    found = opened(one)
    path = f"/evaluation/rectifications/{found['id']}"
    stranger = one.compound.client(
        one.compound.staff(roles={"unit_reporter": (ScopeKind.UNIT, unit("COUNTY-9").id)})
    )
    reviewer = one.compound.client(one.compound.staff(roles={"logistics_reviewer": EVERYWHERE}))
    assert stranger.get(path).error == "evaluation.rectification_not_found"
    assert step(stranger, found, "reports", measures=DONE).status == 404
    assert stranger.get("/evaluation/rectifications/mine").data["total"] == 0
    assert one.lead.get(path).status == 404
    assert one.reporter.post(f"{path}/checks", {}).status == 403
    assert reviewer.get(path).status == 200
    assert step(reviewer, found, "reports", measures=DONE).status == 403
    assert one.reporter.get("/evaluation/rectifications").status == 403


def test_nobody_checks_the_unit_that_they_belong_to(one):
    both = {"logistics_reviewer": EVERYWHERE, "unit_reporter": (ScopeKind.UNIT, one.unit.id)}
    torn = one.compound.client(one.compound.staff(roles=both))
    found = reported(one, opened(one))
    refused = step(torn, found, "checks", is_passed=True)
    assert (refused.status, refused.error) == (403, "evaluation.own_rectification")
    assert step(torn, opened(one), "withdraw", reason="误下达").error == "evaluation.own_rectification"


def test_nobody_decides_about_what_they_said_for_the_unit(one):
    """An administrator may speak for every unit, and may decide about every unit: not both of one matter."""
    found = opened(one)
    asked = step(one.manager, found, "extensions", wanted_on="2026-12-31", reason="设备未到货")
    assert asked.status == 201, asked.envelope
    own = step(one.manager, found, "extensions/decide", is_granted=True)
    assert (own.status, own.error) == (403, "evaluation.own_rectification")
    said = step(one.manager, asked.data, "reports", measures=DONE).data
    assert step(one.manager, said, "checks", is_passed=True).error == "evaluation.own_rectification"
    other = one.compound.client(one.compound.staff(roles={"logistics_reviewer": EVERYWHERE}))
    assert step(other, said, "checks", is_passed=True).data["state"] == "closed"


def test_of_two_checks_at_once_one_counts(one):
    found = reported(one, opened(one))
    other = one.compound.client(one.compound.staff(roles={"logistics_reviewer": EVERYWHERE}))
    failing = {"is_passed": False, "failed": [1], "finding": "未到位"}
    answers = at_once([lambda c=c: step(c, found, "checks", **failing) for c in (one.manager, other)])
    assert sorted(answer.status for answer in answers) == [201, 409]
    assert one.manager.get(f"/evaluation/rectifications/{found['id']}").data["failures"] == 1


def test_deadlines_are_told_before_and_after_once_each(one):
    soon = opened(one, due_on="2026-11-26")
    opened(one, due_on="2026-12-20")
    assert services.remind() == 1
    assert services.remind() == 0
    assert "2026-11-26" in told("evaluation.rectification_due_soon", one.reporter_staff)[0]
    with later(one, date(2026, 11, 26)):
        assert services.remind() == 0
    with later(one, date(2026, 11, 27)):
        # The unit's reporter, and everybody who manages the evaluation.
        assert services.remind() >= 2
        assert services.remind() == 0
        counts = one.manager.get("/evaluation/rectifications/counts").data
        assert (counts["open"], counts["overdue"]) == (2, 1)
        late = one.manager.get("/evaluation/rectifications", is_overdue=True).data["list"]
        assert [row["id"] for row in late] == [soon["id"]]
        handed = step(one.manager, soon, "escalate", reason="逾期拒不整改").data
        assert handed["state"] == "escalated"


def test_in_time_is_what_passed_and_was_reported_on_the_last_day_at_the_latest(one):
    """Six fall due on the same day; the seventh later."""
    kept = [opened(one, due_on="2026-11-30") for _ in range(6)]
    in_time, late, _silent, waiting, withdrawn, escalated = kept
    opened(one, due_on="2026-12-30")
    days = date(2026, 11, 1), date(2026, 11, 30)
    step(one.manager, withdrawn, "withdraw", reason="误下达")
    step(one.manager, escalated, "escalate", reason="拒不整改")
    assert queries.timeliness([one.unit.id], *days) == {}
    with later(one, date(2026, 11, 30)):
        in_time, waiting = reported(one, in_time), reported(one, waiting)
    with later(one, date(2026, 12, 1)):
        late = reported(one, late)
        # Checked after the deadline: that is not the unit's doing.
        step(one.manager, in_time, "checks", is_passed=True)
        step(one.manager, late, "checks", is_passed=True)
        db.session.rollback()
        # What was reported in time and waits for its re-check is not counted yet.
        assert queries.timeliness([one.unit.id], *days) == {one.unit.id: Timeliness(due=4, in_time=1)}
        assert queries.of_units(2026) == {
            one.unit.id: Tally(opened=6, closed=2, in_time=1, overdue=1, escalated=1)
        }
        register = one.manager.get("/evaluation/rectifications/workbook", year=2026)
        assert register.body.startswith(b"PK")


def test_a_canteens_manager_reports_for_its_unit_and_for_no_other(one):
    canteen, other = one.compound.canteen(), one.compound.canteen()
    organ = unit("OWN", canteen_id=canteen.id)
    found = opened(one, unit_id=organ.id)
    clients = [
        one.compound.client(one.compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, each.id)}))
        for each in (canteen, other)
    ]
    assert [client.get("/evaluation/rectifications/mine").data["total"] for client in clients] == [1, 0]
    answers = [step(client, found, "reports", measures=DONE) for client in clients]
    assert [answer.status for answer in answers] == [201, 404]
