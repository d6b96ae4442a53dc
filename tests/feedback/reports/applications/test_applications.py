"""What offices ask for: objections, extensions, suspensions, and who decides."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import db
from backend.notifications.models import InboxMessage
from feedback.deadlines import queries as clocks
from feedback.deadlines.models import ClockKind
from feedback.reports.applications import services
from feedback.reports.applications.models import Application
from feedback.reports.applications.rules import MOST_EXTENSIONS
from feedback.reports.models import Assignment
from feedback.reports.rollups import differences
from tests.factories import NINE
from tests.feedback.desk import Desk, nothing_changes
from tests.threads import at_once

DAY = timedelta(days=1)
WHY = "需要采购配件"
REVIEW_ON = "2027-02-20"


def said(days: float) -> str:
    """So many days after Monday at nine, as the wire has it."""
    return clock.local(NINE + days * DAY).isoformat()


def answer(desk: Desk, report_id: int) -> clocks.ClockView:
    """The answer clock of the present cycle."""
    row = desk.row(report_id)
    return clocks.present(clocks.clocks_of([report_id])[report_id], row.cycle)[ClockKind.ANSWER]


def messages(desk: Desk, kind: str) -> list[tuple[str, str]]:
    """Who was told a kind, and the reason told with it."""
    db.session.rollback()
    names = {staff.id: name for name, staff in desk.people.items()}
    rows = db.session.scalars(select(InboxMessage).where(InboxMessage.kind == kind).order_by(InboxMessage.id))
    return [(names[row.staff_id], row.fields.get("why", "")) for row in rows]


def objection(desk: Desk, report_id: int, **more: Any) -> int:
    return int(desk.done(desk.member, report_id, "object", reason="不属本组", **more)["id"])


def extension(desk: Desk, report_id: int, days: float = 10) -> int:
    asked = desk.done(desk.member, report_id, "extend", reason=WHY, until_at=said(days))
    return int(asked["id"])


def suspension(desk: Desk, report_id: int) -> int:
    asked = desk.done(desk.member, report_id, "suspend", reason="暂无经费", review_on=REVIEW_ON)
    return int(asked["id"])


def decide(by: Any, application_id: int, verb: str = "approve", **body: Any) -> Any:
    return by.post(f"/feedback/applications/{application_id}/{verb}", body)


ASKING: dict[str, tuple[Callable[[Desk, int], int], dict[str, Any]]] = {
    "object": (objection, {"reason": "不属本组"}),
    "extend": (extension, {"reason": WHY, "until_at": said(10)}),
    "suspend": (suspension, {"reason": "暂无经费", "review_on": REVIEW_ON}),
}


@pytest.mark.parametrize("verb", ASKING)
def test_only_the_office_that_has_it_asks_once_and_another_decides(desk: Desk, verb: str):
    ask, body = ASKING[verb]
    report_id = desk.assigned()
    for client, status in (
        (desk.reporter, 403),
        (desk.approver, 403),
        (desk.outsider, 404),
        (desk.neighbour, 404),
    ):
        assert desk.do(client, report_id, verb, **body).status == status

    application_id = ask(desk, report_id)

    with nothing_changes(desk, report_id):
        again = desk.do(desk.mate, report_id, verb, **body)
        assert (again.status, again.error) == (409, "feedback.application_waits")
        for client, error in (
            (desk.member, "feedback.own_handling"),
            (desk.mate, "feedback.report_not_yours"),
            (desk.visitor, "feedback.report_not_yours"),
        ):
            refused = decide(client, application_id)
            assert (refused.status, refused.error) == (403, error)
        for client in (desk.reporter, desk.outsider):
            assert decide(client, application_id).status == 404
    done = decide(desk.approver, application_id, "refuse", text="请按期办理")
    assert (done.data["state"], done.data["decision"]) == ("refused", "请按期办理")
    with nothing_changes(desk, report_id):
        for verb_again in ("approve", "refuse"):
            late = decide(desk.approver, application_id, verb_again, text="好")
            assert (late.status, late.error) == (409, "feedback.application_decided")
    assert desk.steps(report_id)[-2:] == ["ask", "refuse"]
    assert desk.row(report_id).state == "assigned"
    ask(desk, report_id)  # What was refused may be asked again.


def test_an_objection_gives_its_reason_and_resets_no_clock(desk: Desk) -> None:
    """T26, of a report's office."""
    report_id = desk.assigned()

    def due() -> object:
        return desk.reporter.get(f"/feedback/reports/{report_id}").data["due_at"]

    before = due()
    with nothing_changes(desk, report_id):
        assert desk.do(desk.member, report_id, "object", reason=" ").status == 422
    objection(desk, report_id)
    assert due() == before


def test_the_desk_hears_objections_and_nothing_else(desk: Desk):
    report_id = desk.assigned()
    refused = decide(desk.officer, extension(desk, report_id))
    assert (refused.status, refused.error) == (403, "feedback.report_not_yours")

    assert decide(desk.officer, objection(desk, report_id)).data["state"] == "approved"


def test_a_heard_objection_gives_it_back_to_the_desk_and_the_office_stays_responsible(desk: Desk):
    report_id = desk.assigned()
    due = answer(desk, report_id).due_at

    with clock.at(NINE + DAY):
        decide(desk.officer, objection(desk, report_id), text="确实不属绿化")

    row = desk.row(report_id)
    assert (row.state, row.office_id, row.assignment_id) == ("accepted", desk.office.id, None)
    assert answer(desk, report_id).due_at == due  # No clock is reset.
    assert [each.ended_by for each in db.session.query(Assignment)] == ["objected"]
    assert [who for who, _ in messages(desk, "feedback.application_decided")] == ["member"]
    desk.done(desk.officer, report_id, "assign", office_id=desk.other_office.id)
    row = desk.row(report_id)
    assert (row.state, row.office_id, row.transfers) == ("assigned", desk.other_office.id, 1)
    assert differences() == []


def test_a_heard_objection_goes_straight_to_the_wanted_office(desk: Desk):
    report_id = desk.assigned()
    same = desk.do(desk.member, report_id, "object", reason="不", wanted_office_id=desk.office.id)
    assert (same.status, same.error) == (422, "feedback.wanted_office_invalid")
    assert desk.do(desk.member, report_id, "object", reason="不", wanted_office_id=99).status == 404
    application_id = objection(desk, report_id, wanted_office_id=desk.other_office.id)

    decide(desk.officer, application_id)

    row = desk.row(report_id)
    assert (row.state, row.office_id, row.transfers) == ("assigned", desk.other_office.id, 1)
    assert messages(desk, "feedback.report_handed_over") == [("outsider", "不属本组")]


def test_the_desk_may_have_it_back_instead(desk: Desk):
    report_id = desk.assigned()
    application_id = objection(desk, report_id, wanted_office_id=desk.other_office.id)

    decide(desk.officer, application_id, is_to_desk=True)

    assert desk.row(report_id).state == "accepted"


def test_an_extension_sets_a_new_due_that_the_reporter_is_told_with_the_reason(desk: Desk):
    report_id = desk.assigned()
    application_id = extension(desk, report_id)
    shown = desk.approver.get("/feedback/applications").data["list"]
    assert [(row["id"], row["can_decide"], row["due_at"], row["until_at"]) for row in shown] == [
        (application_id, True, said(7), said(10))
    ]

    decide(desk.approver, application_id)

    assert answer(desk, report_id).due_at == NINE + 10 * DAY
    assert desk.row(report_id).extensions == 1
    assert messages(desk, "feedback.report_extended") == [("reporter", WHY)]
    told = desk.reporter.get("/inbox").data["messages"][0]["text"]
    assert "2026年12月3日 09:00" in told
    event = desk.reporter.get(f"/feedback/reports/{report_id}").data["timeline"][-1]
    assert (event["step"], event["text"]) == ("extend", WHY)
    again = desk.do(desk.member, report_id, "extend", reason=WHY, until_at=said(12))
    assert (again.status, again.error) == (409, "feedback.too_many_extensions")
    desk.compound.rule(MOST_EXTENSIONS, 2)
    extension(desk, report_id, 12)
    assert differences() == []


@pytest.mark.parametrize(
    ("days", "error"),
    [
        (7, "feedback.extension_invalid"),
        (-1, "feedback.extension_invalid"),
        (22.5, "feedback.extension_too_long"),
    ],
)
def test_an_extension_is_later_than_the_due_and_not_too_late(desk: Desk, days: float, error: str):
    report_id = desk.assigned()
    refused = desk.do(desk.member, report_id, "extend", reason=WHY, until_at=said(days))
    assert (refused.status, refused.error) == (422, error)
    assert desk.do(desk.member, report_id, "extend", reason="", until_at=said(8)).status == 422


def test_an_unnamed_reporter_is_told_of_an_extension_without_a_trace_of_the_report(desk: Desk):
    report_id = desk.report(category="complaint", place=None, is_anonymous=True)
    desk.done(desk.officer, report_id, "accept")
    desk.done(desk.officer, report_id, "assign", office_id=desk.office.id)

    decide(desk.approver, extension(desk, report_id))

    assert messages(desk, "feedback.report_extended") == []
    told = db.session.scalars(
        select(InboxMessage).where(InboxMessage.staff_id == desk.people["reporter"].id)
    ).all()
    number = desk.row(report_id).number
    assert told
    for row in told:
        assert number not in str(row.fields)
        assert row.page == "pages/feedback/mine"


def test_a_suspension_stops_the_clock_until_somebody_goes_on(desk: Desk):
    report_id = desk.assigned()
    with clock.at(NINE + DAY):
        desk.log_in()
        decide(desk.approver, suspension(desk, report_id))
        row = desk.row(report_id)
        assert (row.state, row.review_on, row.office_id) == (
            "suspended",
            date(2027, 2, 20),
            desk.office.id,
        )
        assert answer(desk, report_id).verdict == "paused"
        assert messages(desk, "feedback.report_suspended") == [("reporter", "暂无经费")]
        for client in (desk.reporter, desk.visitor):
            assert desk.do(client, report_id, "resume").status == 403
        for body in ({"review_on": "2026-11-24", "text": "仍"}, {"review_on": "2027-03-01", "text": "仍"}):
            refused = desk.do(desk.officer, report_id, "review", **body)
            assert (refused.status, refused.error) == (422, "feedback.review_on_invalid")

    with clock.at(NINE + 31 * DAY):
        desk.log_in()
        desk.done(desk.officer, report_id, "review", review_on="2027-03-20", text="仍无经费")
        assert desk.row(report_id).review_on == date(2027, 3, 20)
        desk.done(desk.member, report_id, "resume", text="经费已到")

    row = desk.row(report_id)
    assert (row.state, row.review_on) == ("assigned", None)
    assert answer(desk, report_id).due_at == NINE + 37 * DAY
    assert desk.do(desk.member, report_id, "resume").status == 409
    assert differences() == []


def test_the_desk_may_ask_to_suspend_what_no_office_has(desk: Desk):
    report_id = desk.accepted()
    asked = desk.done(desk.officer, report_id, "suspend", reason="待立项", review_on=REVIEW_ON)
    assert (asked["office_id"], asked["office_name"]) == (None, "诉求专席")
    assert desk.do(desk.officer, report_id, "extend", reason=WHY, until_at=said(10)).status == 409

    decide(desk.approver, asked["id"])
    desk.done(desk.approver, report_id, "resume")

    assert desk.row(report_id).state == "accepted"


def test_the_desk_is_asked_to_look_again_once_when_the_quarter_is_over(desk: Desk):
    report_id = desk.assigned()
    decide(desk.approver, suspension(desk, report_id))
    assert services.call_for_reviews() == 0

    with clock.at(clock.at_local(date(2027, 2, 20), clock.local(NINE).time())):
        assert [services.call_for_reviews() for _ in range(2)] == [1, 1]

    assert [who for who, _ in messages(desk, "feedback.suspension_review_due")] == ["officer"]


def test_what_was_asked_before_the_report_went_another_way_is_void(desk: Desk):
    report_id = desk.assigned()
    application_id = extension(desk, report_id)
    desk.done(desk.officer, report_id, "assign", office_id=desk.other_office.id)
    assert desk.approver.get("/feedback/applications").data["total"] == 0
    with nothing_changes(desk, report_id):
        refused = decide(desk.approver, application_id)
        assert (refused.status, refused.error) == (409, "feedback.application_outdated")

    asked = desk.done(desk.outsider, report_id, "extend", reason=WHY, until_at=said(9))

    db.session.rollback()
    assert [row.state for row in db.session.query(Application).order_by(Application.id)] == [
        "void",
        "waiting",
    ]
    desk.done(desk.outsider, report_id, "reply", text="好了")
    assert services.drop_outdated() == 1
    assert decide(desk.approver, asked["id"], "refuse", text="不").status == 409


@pytest.mark.parametrize("verb", ["object", "suspend"])
def test_what_is_with_a_work_order_or_answered_is_neither_objected_to_nor_suspended(desk: Desk, verb: str):
    report_id = desk.replied()
    with nothing_changes(desk, report_id):
        refused = desk.do(desk.member, report_id, verb, **ASKING[verb][1])
        assert (refused.status, refused.error) == (409, "feedback.report_state")
    trail = db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.action == "feedback.report_step_refused")
    ).all()
    assert len(trail) == 1


def test_lists_show_what_one_decides_asked_for_or_oversees(desk: Desk):
    report_id = desk.assigned()
    extension(desk, report_id)
    objection(desk, report_id)

    def kinds(client: Any, scope: str) -> list[str]:
        rows = client.get("/feedback/applications", scope=scope).data["list"]
        return sorted(row["kind"] for row in rows)

    assert kinds(desk.approver, "to_decide") == ["extension", "objection"]
    assert kinds(desk.officer, "to_decide") == ["objection"]
    assert kinds(desk.mate, "mine") == ["extension", "objection"]
    assert kinds(desk.officer, "all") == ["extension", "objection"]
    for client in (desk.outsider, desk.neighbour):
        assert [kinds(client, scope) for scope in ("to_decide", "mine", "all")] == [[], [], []]
    of_report = f"/feedback/reports/{report_id}/applications"
    assert len(desk.lead.get(of_report).data["list"]) == 2
    assert desk.reporter.get(of_report).status == 404


def test_who_reported_it_unnamed_may_not_ask_for_it_as_its_handler(desk: Desk):
    report_id = desk.report(desk.member, category="complaint", place=None, is_anonymous=True)
    desk.done(desk.officer, report_id, "accept")
    desk.done(desk.officer, report_id, "assign", office_id=desk.office.id)

    refused = desk.do(desk.member, report_id, "extend", reason=WHY, until_at=said(10))

    assert (refused.status, refused.error) == (403, "feedback.own_handling")


def test_of_two_who_ask_and_two_who_decide_at_once_one_does(desk: Desk):
    report_id = desk.assigned()
    body = {"reason": WHY, "until_at": said(10)}
    asked = at_once(
        [lambda by=by: desk.do(by, report_id, "extend", **body) for by in (desk.member, desk.mate)]
    )
    assert sorted(each.status for each in asked) == [201, 409]
    application_id = next(each.data["id"] for each in asked if each.status == 201)
    second = desk.client("second", "leader")

    decided = at_once([lambda by=by: decide(by, application_id) for by in (desk.approver, second)])

    assert sorted(each.status for each in decided) == [200, 409]
    assert desk.row(report_id).extensions == 1
