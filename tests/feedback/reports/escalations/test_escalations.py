"""Who is told when a report's time runs out, exactly once each."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.identity.models import StaffStatus
from backend.notifications.models import InboxMessage
from feedback.deadlines.models import Clock, Escalation
from feedback.reports.escalations import services
from tests.factories import NINE
from tests.feedback.desk import Desk, add
from tests.threads import at_once

HOUR = timedelta(hours=1)


def run(at) -> int:
    """The job at an instant."""
    db.session.rollback()
    with clock.at(at):
        return services.escalate_due()


def messages(desk: Desk) -> list[tuple[str, str]]:
    """Who was told what by escalations, in order."""
    db.session.rollback()
    names = {staff.id: name for name, staff in desk.people.items()}
    rows = db.session.scalars(
        select(InboxMessage).where(InboxMessage.kind.like("feedback.%escalated")).order_by(InboxMessage.id)
    )
    return [(names[row.staff_id], f"{row.fields['clock']}{row.fields['stage']}") for row in rows]


def test_steps_reach_handlers_leads_desk_and_leader_once_each(desk: Desk):
    # T20, by the natural 24 hours of 保障.
    report_id = desk.assigned(category="utilities")
    fired = {}
    for hours in (11.9, 12, 12, 19.2, 19.2, 24, 24, 28.8, 28.8, 40):
        count = run(NINE + hours * HOUR)
        if count:
            fired[hours] = count

    assert fired == {12: 1, 19.2: 1, 24: 1, 28.8: 1}
    assert sorted(messages(desk)[:3]) == [
        ("lead", "办理已用时限 50%"),
        ("mate", "办理已用时限 50%"),
        ("member", "办理已用时限 50%"),
    ]
    assert messages(desk)[3:] == [
        ("lead", "办理已用时限 80%"),
        ("officer", "办理已到时限"),
        ("approver", "办理已超时（120%）"),
    ]
    with clock.at(NINE + 40 * HOUR):
        desk.log_in()
        seen = desk.officer.get(f"/feedback/reports/{report_id}").data["timeline"]
        told = desk.reporter.get(f"/feedback/reports/{report_id}").data["timeline"]
    assert [event["text"] for event in seen if event["step"] == "escalate"] == [
        "办理已用时限 50%", "办理已用时限 80%", "办理已到时限", "办理已超时（120%）",
    ]  # fmt: skip
    assert "escalate" not in [event["step"] for event in told]


def test_what_nobody_took_up_is_told_to_the_desk_then_to_the_approver(desk: Desk):
    desk.report(category="danger")

    assert run(NINE + 2 * HOUR) == 6  # Both clocks, 50, 80 and 100 %.
    assert set(messages(desk)) == {
        ("officer", f"{kind}{stage}")
        for kind in ("响应", "办理")
        for stage in ("已用时限 50%", "已用时限 80%", "已到时限")
    }
    run(NINE + 3 * HOUR)
    assert messages(desk)[-2:] == [("approver", "响应已超时（120%）"), ("approver", "办理已超时（120%）")]


def test_what_the_system_hands_over_is_not_taken_up(desk: Desk):
    # T21: no step of the system meets the response clock.
    desk.report()

    assert run(NINE + HOUR) == 1
    assert messages(desk) == [("officer", "响应已用时限 50%")]


def test_nothing_fires_while_it_is_suspended_or_hidden_or_once_it_is_answered(desk: Desk):
    suspended, hidden = desk.assigned(category="utilities"), desk.assigned(category="utilities")
    desk.replied(category="utilities")
    asked = desk.done(desk.member, suspended, "suspend", reason="待采购", review_on="2026-12-20")
    desk.approver.post(f"/feedback/applications/{asked['id']}/approve", {})
    desk.done(desk.officer, hidden, "hide", text="核实中")

    assert run(NINE + 100 * HOUR) == 0
    with clock.at(NINE + 100 * HOUR):
        desk.log_in()
        desk.done(desk.officer, suspended, "resume")
        desk.done(desk.officer, hidden, "unhide")
    assert run(NINE + 111 * HOUR) == 0
    assert run(NINE + 112 * HOUR) == 2


def test_what_was_missed_while_no_scheduler_ran_fires_late_and_once(desk: Desk):
    desk.assigned(category="utilities")

    assert [run(NINE + 29 * HOUR) for _ in range(2)] == [4, 0]
    assert {who for who, _ in messages(desk)} == {"lead", "mate", "member", "officer", "approver"}


def test_who_works_elsewhere_or_left_is_not_told(desk: Desk):
    away = desk.compound.campus()
    desk.client("elsewhere", "feedback_desk", (ScopeKind.CAMPUS, away.id))
    desk.client("here", "feedback_desk", (ScopeKind.BUILDING, desk.building.id))
    desk.assigned(category="utilities")
    staff = desk.people["mate"]

    @atomic
    def leave() -> None:
        db.session.merge(staff).status = StaffStatus.LEFT.value

    leave()
    run(NINE + 24 * HOUR)

    told = messages(desk)
    assert ("here", "办理已到时限") in told
    assert {who for who, _ in told} == {"lead", "member", "officer", "here"}


def test_an_unnamed_reporter_is_in_no_message(desk: Desk):
    desk.report(category="complaint", place=None, is_anonymous=True)
    run(NINE + 220 * HOUR)

    rows = db.session.scalars(select(InboxMessage).where(InboxMessage.kind == "feedback.escalated")).all()
    assert len(rows) == 8
    reporter = desk.people["reporter"]
    assert all(reporter.name not in f"{row.fields}{row.page}" for row in rows)
    assert reporter.id not in {row.staff_id for row in rows}


def test_one_that_fails_keeps_no_other_from_its_turn(desk: Desk):
    desk.report()
    add(clock_without_report())

    with pytest.raises(Exception, match="not_found"):
        run(NINE + HOUR)

    assert messages(desk) == [("officer", "响应已用时限 50%")]


def clock_without_report():
    """A clock that must not be."""
    return Clock(
        subject_id=999,
        cycle=0,
        kind="answer",
        deadline="general",
        counting="natural",
        amount=1,
        started_at=NINE,
        due_at=NINE,
        verdict="running",
        next_step=50,
        next_step_at=NINE,
    )


def test_three_schedulers_at_once_fire_each_step_once(desk: Desk, soak: bool):
    reports = 16 if soak else 4
    for number in range(reports):
        desk.report(by=desk.reporter if number % 2 else desk.neighbour, category="utilities")

    def runner() -> int:
        with desk.compound.app.app_context():
            try:
                return services.escalate_due()
            finally:
                db.session.remove()

    with clock.at(NINE + 29 * HOUR):
        counts = at_once([runner] * 3)

    assert sum(counts) == 8 * reports
    db.session.rollback()
    assert len(db.session.scalars(select(Escalation)).all()) == 8 * reports
    assert len(messages(desk)) == 8 * reports
