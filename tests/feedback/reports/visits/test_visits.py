"""回访 and the supervision list."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Grant, Permission
from backend.db import db
from backend.identity.models import Role, RoleGrant
from feedback.reports import closing
from feedback.reports.models import Outcome
from feedback.reports.rollups import Sums, differences, sums
from feedback.reports.visits import listing, policies
from feedback.reports.visits.errors import VisitInvalid
from feedback.reports.visits.rules import SUPERVISED_REOPENINGS, VISIT_DAYS, VISIT_SHARE
from tests.factories import MONDAY, NINE
from tests.feedback.desk import COMPOUND, FIVE, Desk, add, nothing_changes
from tests.statements import counted_statements
from tests.threads import at_once

DAY = timedelta(days=1)
REACHED: dict[str, Any] = {"is_reached": True, "outcome": "resolved", "grade": 5}
PARTLY: dict[str, Any] = {"is_reached": True, "outcome": "partly", "text": "还差一块砖"}


@pytest.mark.parametrize(
    ("is_reached", "outcome", "grade", "text", "error"),
    [
        (True, Outcome.RESOLVED, 5, "", None),
        (True, Outcome.RESOLVED, None, "", None),
        (True, Outcome.PARTLY, 2, "还差", None),
        (False, None, None, "无人接听", None),
        (True, None, None, "", "feedback.visit_invalid"),
        (False, Outcome.RESOLVED, None, "", "feedback.visit_invalid"),
        (False, None, 3, "", "feedback.visit_invalid"),
        (True, Outcome.UNRESOLVED, None, " ", "feedback.outcome_text_needed"),
    ],
)
def test_what_was_said_fits_whether_anybody_was_reached(is_reached, outcome, grade, text, error):
    try:
        policies.ensure_valid(is_reached=is_reached, outcome=outcome, grade=grade, text=text)
        found = None
    except Exception as refused:
        found = getattr(refused, "code", None)
    assert found == error


def test_an_invalid_visit_is_the_senders_to_mend():
    with pytest.raises(VisitInvalid):
        policies.ensure_valid(is_reached=True, outcome=None, grade=None, text="")


def due(desk: Desk, client: Any = None) -> list[tuple[int, str]]:
    """What is to be visited, and why."""
    rows = (client or desk.visitor).get("/feedback/visits/due").data["list"]
    return [(row["id"], row["reason"]) for row in rows]


def test_to_be_visited_is_what_nobody_rated_and_what_ran_out_of_time(desk: Desk):
    unrated, quick = desk.replied(), desk.replied(category="utilities")
    desk.rated()
    desk.assigned()
    unnamed = desk.report(category="complaint", place=None, is_anonymous=True)
    desk.done(desk.officer, unnamed, "accept")
    desk.done(desk.officer, unnamed, "reply", text="已转告")
    assert due(desk) == []
    with clock.at(NINE + 1.5 * DAY):
        desk.log_in()
        assert due(desk) == [(quick, "overdue")]
    with clock.at(NINE + 8 * DAY):
        desk.log_in()
        closing.lapse()
        assert due(desk) == [(unrated, "lapsed"), (quick, "lapsed")]
        desk.done(desk.visitor, unrated, "visit", **REACHED)
        assert due(desk) == [(quick, "lapsed")]
        for client in (desk.reporter, desk.member, desk.officer, desk.approver):
            assert client.get("/feedback/visits/due").status == 403
    desk.compound.rule(VISIT_DAYS, 7)
    with clock.at(NINE + 8 * DAY):
        assert due(desk) == []


def test_a_share_by_rule_is_visited(desk: Desk):
    report_ids = [desk.replied(category="danger") for _ in range(4)]
    desk.compound.rule(VISIT_SHARE, 50)
    with clock.at(NINE + DAY / 4):
        sampled = [report_id for report_id in report_ids if report_id * 37 % 100 < 50]
        assert [report_id for report_id, _ in due(desk)] == sampled
        assert 0 < len(sampled) < 4


def of_today() -> Sums:
    """What Monday's reports have come to."""
    db.session.rollback()
    return sums(MONDAY, MONDAY)


def test_a_visit_says_how_it_stands_and_counts_as_an_outcome(desk: Desk):
    report_id = desk.replied()
    with nothing_changes(desk, report_id):
        for body in ({"is_reached": True}, {"is_reached": False, "grade": 3}, {**REACHED, "grade": 6}):
            assert desk.do(desk.visitor, report_id, "visit", **body).status == 422
        short = desk.do(desk.visitor, report_id, "visit", is_reached=True, outcome="partly")
        assert (short.status, short.error) == (422, "feedback.outcome_text_needed")

    found = desk.done(desk.visitor, report_id, "visit", **PARTLY)

    assert (found["outcome_name"], found["cycle"], found["is_reopening"]) == ("部分解决", 0, False)
    row = desk.row(report_id)
    assert (row.state, row.outcome, row.cycle) == ("to_rate", "partly", 0)
    assert desk.steps(report_id)[-1] == "visit"
    today = of_today()
    assert (today.visited, today.visit_reached, today.visit_partly, today.visit_graded) == (1, 1, 1, 0)
    again = desk.do(desk.visitor, report_id, "visit", **REACHED)
    assert (again.status, again.error) == (409, "feedback.already_visited")
    told = desk.reporter.get(f"/feedback/reports/{report_id}").data
    assert "visit" not in [event["step"] for event in told["timeline"]]
    assert [row["id"] for row in desk.visitor.get("/feedback/visits").data["list"]] == [found["id"]]
    assert desk.officer.get(f"/feedback/reports/{report_id}/visits").data["list"][0]["text"] == "还差一块砖"
    assert desk.reporter.get(f"/feedback/reports/{report_id}/visits").data["list"] == []
    assert differences() == []


def test_the_reporters_word_goes_before_a_visits(desk: Desk):
    report_id = desk.replied()
    desk.done(desk.visitor, report_id, "visit", **PARTLY)

    desk.done(desk.reporter, report_id, "rate", **FIVE)

    today = of_today()
    assert (today.resolved, today.visit_partly, today.visited) == (1, 0, 1)
    assert desk.row(report_id).outcome == "resolved"
    assert differences() == []


def test_a_visit_may_have_it_handled_again_and_the_next_cycle_is_visited_anew(desk: Desk):
    report_id = desk.replied()

    desk.done(desk.visitor, report_id, "visit", **PARTLY, is_reopening=True)

    row = desk.row(report_id)
    assert (row.state, row.cycle, row.reopenings, row.outcome) == ("assigned", 1, 1, "")
    early = desk.do(desk.visitor, report_id, "visit", **REACHED)
    assert (early.status, early.error) == (409, "feedback.report_state")
    desk.done(desk.mate, report_id, "reply", text="补好了")
    assert desk.done(desk.visitor, report_id, "visit", **REACHED)["cycle"] == 1
    today = of_today()
    assert (today.visited, today.visit_partly, today.visit_resolved, today.reopened) == (2, 1, 1, 1)
    assert differences() == []


def test_who_handled_it_in_any_cycle_reported_it_or_may_not_does_not_visit(desk: Desk):
    report_id = desk.replied()
    desk.done(desk.visitor, report_id, "visit", **PARTLY, is_reopening=True)
    desk.done(desk.officer, report_id, "assign", office_id=desk.other_office.id)
    desk.done(desk.outsider, report_id, "reply", text="好了")
    # Who replied in the cycle before has the permission by now, and so has a colleague of the office.
    handler = desk.people["member"]
    own = desk.people["reporter"]
    colleague = desk.people["outsider"]
    for staff in (handler, own, colleague):
        add(visiting(staff.id))
        with nothing_changes(desk, report_id):
            refused = desk.do(desk.compound.client(staff), report_id, "visit", **REACHED)
            assert (refused.status, refused.error) == (403, "feedback.own_handling")
    assert desk.do(desk.approver, report_id, "visit", **REACHED).status == 403
    assert desk.do(desk.visitor, desk.assigned(), "visit", **REACHED).status == 409


def visiting(staff_id: int) -> RoleGrant:
    """That somebody may visit everywhere."""
    role = db.session.scalars(select(Role).where(Role.code == "logistics_reviewer")).one()
    kind, scope_id = COMPOUND
    return RoleGrant(
        staff_id=staff_id,
        role_id=role.id,
        scope_kind=kind.value,
        scope_id=scope_id,
        granted_at=NINE,
        granted_by=0,
    )


def test_of_two_who_visit_at_once_one_does(desk: Desk):
    report_id = desk.replied()
    second = desk.client("second", "logistics_reviewer")

    answers = at_once(
        [lambda by=by: desk.do(by, report_id, "visit", **REACHED) for by in (desk.visitor, second)]
    )

    assert sorted(each.status for each in answers) == [201, 409]
    assert of_today().visited == 1


# The supervision list


def supervision(desk: Desk, client: Any = None, **query: Any) -> dict[int, list[str]]:
    rows = (client or desk.officer).get("/feedback/reports/supervision", **query).data["list"]
    return {row["id"]: row["reasons"] for row in rows}


def test_the_supervision_list_says_what_needs_attention_and_why(desk: Desk):
    late, supervised, again, shelved = (desk.assigned() for _ in range(4))
    desk.assigned(category="complaint", place=None, is_anonymous=True)
    desk.replied(category="danger")
    desk.compound.rule(SUPERVISED_REOPENINGS, 1)
    desk.done(desk.approver, supervised, "supervise", text="请今天办结")
    desk.done(desk.member, again, "reply", text="好了")
    desk.done(desk.reporter, again, "reopen", text="没有好")
    desk.done(desk.member, again, "note", text="马上去看", is_public=True)
    for report_id, days in ((supervised, 20), (again, 20)):
        asked = desk.done(
            desk.member,
            report_id,
            "extend",
            reason="缺料",
            until_at=clock.local(NINE + days * DAY).isoformat(),
        )
        desk.approver.post(f"/feedback/applications/{asked['id']}/approve", {})
    asked = desk.done(desk.member, shelved, "suspend", reason="缺钱", review_on="2026-11-24")
    desk.approver.post(f"/feedback/applications/{asked['id']}/approve", {})
    assert supervision(desk) == {supervised: ["supervised"], again: ["reopened"]}

    with clock.at(NINE + 2 * DAY):
        desk.log_in()
        assert supervision(desk) == {
            supervised: ["supervised"],
            again: ["reopened"],
            shelved: ["review"],
        }
    with clock.at(NINE + 7.5 * DAY):
        desk.log_in()
        db.session.rollback()
        found = supervision(desk)
        assert found[late] == ["overdue"]
        assert len(found) == 5
        assert supervision(desk, reason="review") == {shelved: ["review"]}
        assert list(supervision(desk, desk.lead)) == list(found)
        assert supervision(desk, desk.outsider) == supervision(desk, desk.reporter) == {}
        row = desk.officer.get("/feedback/reports/supervision", reason="overdue").data["list"][0]
        assert (row["due_text"], row["reason_names"]) == ("7 天（自然日）", ["超时未办"])


def test_the_supervision_list_takes_six_statements_however_long_it_is(desk: Desk):
    for _ in range(6):
        report_id = desk.assigned()
        desk.done(desk.officer, report_id, "supervise")
    grant = Grant(frozenset({Permission.REPORTS_TRIAGE}), *COMPOUND)
    actor = Actor(desk.people["officer"].id, "", "", 0, 0, (grant,))
    db.session.rollback()
    with counted_statements() as statements:
        assert listing.list_supervised(actor, page=1, page_size=20).total == 6
    assert len(statements) <= 6
