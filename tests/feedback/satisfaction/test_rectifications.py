"""What is rated low is mended: once for a provider and month, by its owner, closed on new ratings."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.flows.satisfaction_providers import SOURCES
from backend.notifications.models import InboxMessage
from feedback.offices.models import OfficeMember
from feedback.satisfaction.rectifications import services
from feedback.satisfaction.rectifications.errors import SatisfactionRectificationState
from feedback.satisfaction.rectifications.models import SatisfactionRectification, State
from feedback.satisfaction.rectifications.policies import TRANSITIONS, Step, state_after
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.factories import MONDAY, NINE
from tests.feedback.satisfaction.planting import REVIEWER
from tests.threads import at_once

OCT = date(2026, 10, 12)
LOW, FINE = (1, 2, 3, 4, 5) * 2, (4, 5) * 5
PATH = "/feedback/rectifications"


@pytest.fixture
def member(garden):
    """Somebody of the office whose handling is rated low."""
    staff = garden.compound.staff()

    @atomic
    def join():
        db.session.add(OfficeMember(office_id=garden.office.id, staff_id=staff.id, is_lead=True))

    join()
    return garden.compound.client(staff)


@pytest.fixture
def opened(garden, member):
    """The rectification that the job has opened for the office."""
    garden.handled(garden.office, OCT, *LOW)
    assert services.open_low(SOURCES) == 1
    (row,) = garden.reviewer.get(PATH).data["list"]
    return row


def told(kind):
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(InboxMessage.kind == f"feedback.{kind}"))


def test_the_job_opens_one_for_each_low_provider_of_last_month(garden, member):
    garden.handled(garden.office, OCT, *LOW)
    garden.meals(garden.canteens[0], OCT, *LOW)
    garden.meals(garden.canteens[1], OCT, *FINE)
    garden.meals(garden.canteens[2], OCT, *LOW[:9])
    garden.repairs(MONDAY, *LOW)
    assert services.open_low(SOURCES) == 2
    rows = {row["provider_kind"]: row for row in garden.reviewer.get(PATH).data["list"]}
    office = rows["office"]
    assert (office["owner_office_id"], office["month"], office["due_on"]) == (
        garden.office.id, "2026-10", "2026-12-23",
    )  # fmt: skip # One name a line would say no more.
    assert office["before"] == {
        "count": 10, "is_withheld": False, "satisfied_rate": "0.400", "average": "3.00",
    }  # fmt: skip
    assert (rows["canteen"]["owner_office_id"], rows["canteen"]["owner_id"]) == (None, None)
    assert [row["id"] for row in member.get(f"{PATH}/mine").data["list"]] == [office["id"]]
    # The office's lead, and the reviewer for what nobody owns yet.
    assert told("rectification_opened") == 2


def test_three_schedulers_and_a_later_run_open_it_once(garden, app):
    garden.handled(garden.office, OCT, *LOW)
    garden.meals(garden.canteens[0], OCT, *LOW)

    def run():
        with app.app_context():
            return services.open_low(SOURCES)

    assert sum(at_once([run] * 3)) == 2
    assert services.open_low(SOURCES) == 0
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(SatisfactionRectification)) == 2


def test_it_goes_from_its_owner_to_the_reviewer_and_closes_on_new_ratings(garden, member, opened):
    path = f"{PATH}/{opened['id']}"
    assert member.get(path).data["can"] == ["take"]
    assert member.post(f"{path}/take").data["state"] == "in_hand"
    photo = send(member, small_jpeg()).data
    done = member.post(f"{path}/submit", {"measures": "加派值班人员", "photo_ids": [photo["id"]]})
    assert (done.data["state"], done.data["measures"], len(done.data["photos"])) == (
        "submitted", "加派值班人员", 1,
    )  # fmt: skip
    garden.handled(garden.office, MONDAY, 1, 1, 1, 1, 1)  # Of the same day: not after the measures.
    garden.handled(garden.office, MONDAY + timedelta(days=1), 5, 5, 4, 4, 3)
    with clock.at(NINE + timedelta(days=3)):
        reviewer = garden.compound.client(garden.reviewer_staff)
        shown = reviewer.get(path).data
        assert (shown["before"]["satisfied_rate"], shown["after"]["satisfied_rate"]) == ("0.400", "0.800")
        assert (shown["after"]["count"], shown["can"]) == (5, ["close", "return"])
        closed = reviewer.post(f"{path}/close", {"revision": shown["revision"]}).data
        assert (closed["state"], closed["after"]["average"], closed["can"]) == ("closed", "4.20", [])
    garden.handled(garden.office, MONDAY + timedelta(days=2), *LOW)
    assert garden.reviewer.get(path).data["after"] == closed["after"]  # Frozen.
    assert [each["step"] for each in closed["steps"]] == ["open", "take", "submit", "close"]


def test_without_enough_new_ratings_the_reviewer_says_why(garden, member, opened):
    path = f"{PATH}/{opened['id']}"
    member.post(f"{path}/take")
    member.post(f"{path}/submit", {"measures": "已更换供应商"})
    garden.handled(garden.office, MONDAY + timedelta(days=1), 5, 5, 5, 5)
    with clock.at(NINE + timedelta(days=3)):
        reviewer = garden.compound.client(garden.reviewer_staff)
        shown = reviewer.get(path).data
        assert (shown["after"]["is_withheld"], shown["after"]["satisfied_rate"]) == (True, None)
        bare = reviewer.post(f"{path}/close", {"revision": shown["revision"]})
        assert (bare.status, bare.error) == (422, "feedback.rectification_reason_needed")
        said = {"revision": shown["revision"], "reason": "本月业务量小，现场查看已改进"}
        assert reviewer.post(f"{path}/close", said).data["closing_reason"] == said["reason"]


def test_what_does_not_convince_goes_back(garden, member, opened):
    path = f"{PATH}/{opened['id']}"
    member.post(f"{path}/take")
    revision = member.post(f"{path}/submit", {"measures": "开会"}).data["revision"]
    stale = garden.reviewer.post(f"{path}/return", {"revision": revision - 1, "reason": "不实"})
    assert (stale.status, stale.error) == (409, "feedback.rectification_changed")
    assert garden.reviewer.post(f"{path}/return", {"revision": revision, "reason": ""}).status == 422
    back = garden.reviewer.post(f"{path}/return", {"revision": revision, "reason": "措施不具体"}).data
    assert (back["state"], back["after"]) == ("returned", None)
    assert told("rectification_returned") == 1
    assert member.post(f"{path}/submit", {"measures": "每日抽查"}).data["state"] == "submitted"


def test_only_its_owner_works_on_it_and_only_others_judge(garden, member, opened):
    path = f"{PATH}/{opened['id']}"
    stranger = garden.compound.client(garden.compound.staff())
    for answer in (stranger.get(path), stranger.post(f"{path}/take")):
        assert (answer.status, answer.error) == (404, "feedback.rectification_not_found")
    assert garden.reviewer.post(f"{path}/take").error == "feedback.rectification_not_yours"
    assert member.post(f"{path}/close", {"revision": 1}).status == 403
    assert member.get(PATH).status == 403
    judge = garden.compound.staff("R1", roles=REVIEWER)
    owner = {"revision": opened_revision(garden, path), "owner_staff_no": "R1", "due_on": opened["due_on"]}
    assert garden.reviewer.put(f"{path}/owner", owner).data["owner_id"] == judge.id
    own = garden.compound.client(judge)
    own.post(f"{path}/take")
    revision = own.post(f"{path}/submit", {"measures": "已改"}).data["revision"]
    answer = own.post(f"{path}/close", {"revision": revision, "reason": "好了"})
    assert (answer.status, answer.error) == (403, "feedback.rectification_own")


def opened_revision(garden, path):
    return garden.reviewer.get(path).data["revision"]


def test_it_is_opened_by_hand_with_owner_and_deadline(garden):
    body = {
        "service": "canteen.order",
        "provider_kind": "canteen",
        "provider_id": garden.canteens[0].id,
        "month": "2026-10",
        "title": "晚餐品种少",
        "owner_office_id": garden.own.id,
        "due_on": "2026-12-01",
    }
    made = garden.reviewer.post(PATH, body)
    assert (made.status, made.data["origin"], made.data["owner_office_name"]) == (201, "manual", "膳食科")
    assert garden.reviewer.post(PATH, body).status == 201  # By hand as often as needed.
    for wrong, error in (
        ({"provider_id": 999}, "rectification_provider_unknown"),
        ({"due_on": "2026-11-23"}, "rectification_due_invalid"),
        ({"owner_staff_no": "nobody", "owner_office_id": None}, "rectification_owner_invalid"),
    ):
        answer = garden.reviewer.post(PATH, {**body, **wrong})
        assert (answer.status, answer.error) == (422, f"feedback.{error}")
    desk = garden.compound.client(garden.compound.staff(roles={"feedback_desk": (ScopeKind.COMPOUND, 0)}))
    assert desk.post(PATH, body).status == 403


def test_owners_are_reminded_once_of_what_is_overdue(garden, member, opened):
    with clock.at(clock.at_local(date(2026, 12, 23), NINE.time())):
        assert services.remind() == 0
    with clock.at(clock.at_local(date(2026, 12, 24), NINE.time())):
        assert (services.remind(), services.remind()) == (1, 0)
        (row,) = garden.compound.client(garden.reviewer_staff).get(PATH, is_overdue="true").data["list"]
        assert row["is_overdue"] is True


def test_of_two_who_take_it_at_once_one_does(garden, member, opened):
    answers = at_once([lambda: member.post(f"{PATH}/{opened['id']}/take", key=None)] * 3)
    assert Counter(each.status for each in answers) == {200: 1, 409: 2}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", TRANSITIONS)
def test_what_the_table_does_not_know_is_a_conflict(state, step):
    known = {
        (State.OPEN, Step.TAKE): State.IN_HAND,
        (State.RETURNED, Step.TAKE): State.IN_HAND,
        (State.IN_HAND, Step.SUBMIT): State.SUBMITTED,
        (State.RETURNED, Step.SUBMIT): State.SUBMITTED,
        (State.SUBMITTED, Step.CLOSE): State.CLOSED,
        (State.SUBMITTED, Step.RETURN): State.RETURNED,
        **{(each, Step.ASSIGN): each for each in (State.OPEN, State.IN_HAND, State.RETURNED)},
    }
    if (state, step) in known:
        assert state_after(state, step) is known[state, step]
    else:
        with pytest.raises(SatisfactionRectificationState):
            state_after(state, step)
