"""Clocks on the database: random walks against the oracle, calendar changes, many clocks at once."""

import random
from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from backend.actor import SYSTEM
from backend.db import atomic, db, table, unit
from backend.flows import calendar_changes
from backend.workdays.clocks import Counting
from backend.workdays.models import Verdict
from backend.workdays.policies import Segment
from property.service_levels import operations, queries, services
from property.service_levels.models import (
    Clock,
    ClockKind,
    Escalation,
    PauseKind,
    PlaceClass,
    ServiceCalendar,
)
from tests.backend.workdays import minutes as oracle
from tests.backend.workdays.test_clocks import FROM, at, local, shown
from tests.property.estate import Estate
from tests.statements import counted_statements

W, N, D = Counting.WORKING, Counting.NATURAL, Counting.WORKDAYS
start, pause, resume = atomic(operations.start), atomic(operations.pause), atomic(operations.resume)
meet, void, retarget = atomic(operations.meet), atomic(operations.void), atomic(operations.retarget)
fire_due = atomic(operations.fire_due)
MORNING = (Segment(time(9), time(12)),)


def case(estate: Estate, urgency: str = "ordinary") -> dict[str, object]:
    """A leak at an ordinary place."""
    return {
        "category_id": estate.categories["leak"].id,
        "urgency": urgency,
        "place_class": PlaceClass.ORDINARY.value,
    }


def clocks(subject_id: int = 1) -> dict[tuple[int, str], queries.ClockView]:
    """The clocks of a subject by cycle and kind, as they are now."""
    db.session.rollback()
    return {(view.cycle, view.kind.value): view for view in queries.clocks_of([subject_id])[subject_id]}


def resolution(cycle: int = 0) -> queries.ClockView:
    """The second clock of a cycle."""
    return clocks()[cycle, "resolution"]


def test_dues_are_those_of_the_line_and_the_calendar(estate: Estate):
    estate.policy()
    dues = start(1, 0, **case(estate), at=at("2026-09-18 16:00"))

    assert (shown(dues.response_due_at), shown(dues.resolution_due_at)) == (
        "2026-09-18 16:30",
        "2026-09-20 12:00",
    )
    view = resolution()
    assert (view.policy, view.verdict, view.target.amount) == ("第 1 版", Verdict.RUNNING, 240)
    assert clocks()[0, "response"].due_at == dues.response_due_at
    assert not dues.is_provisional


def test_without_a_policy_the_built_in_one_holds(estate: Estate):
    dues = start(1, 0, **case(estate, "urgent"), at=at("2026-10-03 23:30"))

    assert shown(dues.resolution_due_at) == "2026-10-04 01:30"  # T12
    assert resolution().policy == "内置标准"


def test_a_hold_moves_the_due_and_nothing_fires_meanwhile(estate: Estate):
    # T13
    estate.policy()
    start(1, 0, **case(estate), at=at("2026-09-30 14:00"))
    meet(1, 0, ClockKind.RESPONSE, at("2026-09-30 14:10"))
    pause(1, 0, PauseKind.HOLD, at("2026-09-30 15:00"))

    held = resolution()
    assert (held.verdict, held.next_step_at, shown(held.paused_since)) == (
        Verdict.PAUSED,
        None,
        "2026-09-30 15:00",
    )
    assert fire_due(1, at("2026-10-07 10:00")) == []
    pause(1, 0, PauseKind.HOLD, at("2026-09-30 16:00"))
    resume(1, 0, at("2026-10-08 10:00"))
    resume(1, 0, at("2026-10-08 11:00"))

    gone_on = resolution()
    assert (shown(gone_on.due_at), gone_on.verdict) == ("2026-10-08 13:00", Verdict.RUNNING)
    assert clocks()[0, "response"].verdict is Verdict.MET


def test_what_was_done_waits_for_acceptance_without_growing_late(estate: Estate):
    # T22, and a rejection takes the wait out of the count
    estate.policy()
    start(1, 0, **case(estate), at=at("2026-11-16 09:00"))
    start(2, 0, **case(estate), at=at("2026-11-16 09:00"))
    for subject_id in (1, 2):
        pause(subject_id, 0, PauseKind.ACCEPTANCE, at("2026-11-16 09:30"))

    assert meet(1, 0, ClockKind.RESOLUTION, at("2026-11-17 15:00")) is Verdict.MET
    assert shown(resolution().ended_at) == "2026-11-16 09:30"
    start(1, 1, **case(estate), at=at("2026-11-18 09:00"))
    pause(1, 1, PauseKind.HOLD, at("2026-11-18 09:30"))  # The wait ended with the clock.
    resume(2, 0, at("2026-11-17 09:00"))
    assert shown(clocks(2)[0, "resolution"].due_at) == "2026-11-17 12:30"
    assert meet(2, 0, ClockKind.RESOLUTION, at("2026-11-17 12:31")) is Verdict.MISSED
    assert meet(2, 0, ClockKind.RESOLUTION, at("2026-11-17 09:31")) is Verdict.MISSED


def test_a_change_of_urgency_counts_from_the_start_with_the_pauses(estate: Estate):
    # T19
    version = estate.policy(resolution=(W, 2400))
    estate.line(version, (N, 5), (N, 120), position=2, urgency="urgent")
    start(1, 0, **case(estate), at=at("2026-11-16 09:00"))
    meet(1, 0, ClockKind.RESPONSE, at("2026-11-16 09:20"))
    pause(1, 0, PauseKind.HOLD, at("2026-11-16 10:00"))
    resume(1, 0, at("2026-11-16 11:00"))
    response = clocks()[0, "response"]
    newer = estate.policy(resolution=(N, 1))

    dues = retarget(1, 0, **case(estate, "urgent"), at=at("2026-11-16 12:00"))

    assert shown(dues.resolution_due_at) == "2026-11-16 12:00"
    assert clocks()[0, "response"] == response
    assert resolution().policy == f"第 {version.number} 版" != f"第 {newer.number} 版"
    assert [fired.step for fired in fire_due(1, at("2026-11-16 12:00"))] == [50, 80, 100]


def test_reopening_starts_anew_and_leaves_the_old_verdict(estate: Estate):
    estate.policy()
    start(1, 0, **case(estate), at=at("2026-11-16 09:00"))
    for kind in ClockKind:
        meet(1, 0, kind, at("2026-11-18 09:00"))
    start(1, 1, **case(estate), at=at("2026-11-20 09:00"))

    assert (resolution(0).verdict, resolution(1).verdict) == (Verdict.MISSED, Verdict.RUNNING)
    assert shown(resolution(1).due_at) == "2026-11-20 13:00"
    void(1, 1, at("2026-11-20 10:00"))
    assert {view.verdict for (cycle, _), view in clocks().items() if cycle} == {Verdict.VOID}
    assert meet(1, 1, ClockKind.RESOLUTION, at("2026-11-20 10:00")) is Verdict.VOID


def test_what_is_called_off_late_is_not_overdue(estate: Estate):
    estate.policy()
    start(1, 0, **case(estate), at=at("2026-11-16 09:00"))
    late = at("2026-11-20 10:00")
    assert all(view.is_overdue(late) for view in clocks().values())
    void(1, 0, late)
    assert not any(view.is_overdue(late) for view in clocks().values())


def test_an_edited_calendar_moves_what_is_open_and_nothing_else(estate: Estate):
    # T18
    estate.policy()
    for subject_id in (1, 2, 3):
        start(subject_id, 0, **case(estate), at=at("2026-11-26 14:00"))
    meet(2, 0, ClockKind.RESOLUTION, at("2026-11-26 15:00"))
    pause(3, 0, PauseKind.HOLD, at("2026-11-26 15:00"))
    ended = clocks(2)[0, "resolution"]
    friday = date(2026, 11, 27)

    calendar_changes.set_override(SYSTEM, on_date=friday, segments=[], reason="停电检修")

    assert shown(resolution().due_at) == "2026-11-30 10:00"
    assert shown(clocks(3)[0, "resolution"].due_at) == "2026-11-30 10:00"
    assert clocks(2)[0, "resolution"] == ended
    # What a longer hold was to take is counted by the new calendar, too.
    resume(3, 0, at("2026-11-28 12:00"))
    assert shown(clocks(3)[0, "resolution"].due_at) == "2026-11-30 12:00"
    calendar_changes.remove_override(SYSTEM, on_date=friday)
    assert shown(resolution().due_at) == "2026-11-27 10:00"


def test_a_changed_service_calendar_moves_what_counts_by_it(estate: Estate):
    estate.policy()
    start(1, 0, **case(estate), at=at("2026-11-26 14:00"))
    keeper = estate.client("keeper", "property_manager")
    row = keeper.get("/property/service-levels/calendars").data["list"][0]
    body = {"name": "早班", "segments": [{"from_time": "07:00", "until_time": "15:00"}]}

    changed = keeper.put(f"/property/service-levels/calendars/{row['id']}", body).data

    assert changed["revision"] == row["revision"] + 1
    assert shown(resolution().due_at) == "2026-11-27 10:00"


def test_a_year_without_a_calendar_is_provisional_until_it_is_known(estate: Estate):
    # T17
    estate.policy()
    dues = start(1, 0, **case(estate), at=at("2026-12-31 16:00"))
    assert (shown(dues.resolution_due_at), dues.is_provisional) == ("2027-01-01 12:00", True)

    calendar_changes.set_override(SYSTEM, on_date=date(2027, 1, 1), segments=[], reason="元旦")

    assert (shown(resolution().due_at), resolution().is_provisional) == ("2027-01-04 12:00", True)


def test_steps_fire_once_each(estate: Estate):
    # T20
    estate.policy(resolution=(W, 480))
    start(1, 0, **case(estate), at=at("2026-11-16 09:00"))
    meet(1, 0, ClockKind.RESPONSE, at("2026-11-16 09:01"))
    fired = []
    now = at("2026-11-16 09:00")
    while now < at("2026-11-17 12:00"):
        now = now + timedelta(minutes=12)
        fired += [(step.step, shown(now), shown(step.due_at)) for _ in range(2) for step in fire_due(1, now)]

    assert fired == [
        (50, "2026-11-16 13:00", "2026-11-16 13:00"),
        (80, "2026-11-16 15:24", "2026-11-16 15:24"),
        (100, "2026-11-16 17:00", "2026-11-16 17:00"),
        (120, "2026-11-17 10:36", "2026-11-17 10:36"),
    ]
    assert resolution().next_step is None
    assert len(db.session.scalars(select(Escalation)).all()) == 4


def test_random_walks_end_where_the_oracle_says(estate: Estate, soak: bool):
    calendar = oracle.Minutes(hours=((540, 1020),))
    chosen = random.Random(6)
    for day in (date(2026, 9, 16), date(2026, 9, 25)):
        calendar_changes.set_override(SYSTEM, on_date=day, segments=MORNING, reason="调整")
        calendar.overrides = {**calendar.overrides, day: ((540, 720),)}
    version = estate.policy(resolution=(W, 600))
    calendar_id = db.session.scalars(select(ServiceCalendar.id)).one()
    estate.line(version, (N, 5), (N, 900), position=2, urgency="urgent", calendar_id=calendar_id)
    estate.line(version, (N, 5), (D, 2), position=3, urgency="critical", calendar_id=calendar_id)
    targets = {"ordinary": (W, 600), "urgent": (N, 900), "critical": (D, 2)}
    for subject_id in range(1, 301 if soak else 13):
        wall = FROM + timedelta(minutes=chosen.randrange(20 * 1440))
        for cycle in range(chosen.randrange(1, 3)):
            wall = walk(estate, chosen, calendar, targets, subject_id, cycle, wall)


def walk(estate, chosen, calendar, targets, subject_id, cycle, wall):
    """One cycle: pauses, resumptions, changes of urgency, with the due after each; returns when it ended."""
    urgency, begun, pauses = chosen.choice(list(targets)), wall, []
    start(subject_id, cycle, **case(estate, urgency), at=local(wall))
    for _ in range(chosen.randrange(5)):
        wall += timedelta(minutes=chosen.randrange(900))
        if chosen.random() < 0.3:
            urgency = chosen.choice(list(targets))
            retarget(subject_id, cycle, **case(estate, urgency), at=local(wall))
        else:
            until = wall + timedelta(minutes=chosen.randrange(2000))
            pause(subject_id, cycle, PauseKind.HOLD, local(wall))
            resume(subject_id, cycle, local(until))
            pauses.append((wall, until))
            wall = until
        counting, amount = targets[urgency]
        due = oracle.due(calendar, counting.value, amount, begun, pauses)
        assert shown(clocks(subject_id)[cycle, "resolution"].due_at) == shown(local(due))
    counting, amount = targets[urgency]
    due = oracle.due(calendar, counting.value, amount, begun, pauses)
    wall += timedelta(minutes=chosen.randrange(1500))
    verdict = meet(subject_id, cycle, ClockKind.RESOLUTION, local(wall))
    assert verdict is (Verdict.MET if wall <= due else Verdict.MISSED)
    return wall + timedelta(minutes=chosen.randrange(3000))


@pytest.fixture
def many(estate: Estate, soak: bool) -> int:
    """So many open clocks, some of which stood still for a while."""
    estate.policy(resolution=(W, 1440))
    wanted = 20_000 if soak else 400
    begun = at("2026-11-16 09:00")

    @atomic
    def write() -> None:
        operations.start(1, 0, **case(estate), at=begun)
        first = db.session.scalars(select(Clock).where(Clock.kind == "resolution")).one()
        columns = [column.name for column in table(Clock).columns if column.name != "id"]
        row = {name: getattr(first, name) for name in columns}
        rows = [{**row, "subject_id": subject_id} for subject_id in range(2, wanted + 1)]
        unit().execute(table(Clock).insert(), rows)

    write()
    return wanted


def test_many_open_clocks_are_counted_again_in_a_few_statements(app: Flask, many: int):
    with counted_statements() as statements:
        calendar_changes.set_override(SYSTEM, on_date=date(2026, 11, 17), segments=[], reason="停电检修")

    db.session.rollback()
    dues = set(db.session.scalars(select(Clock.due_at).where(Clock.kind == "resolution")))
    assert [shown(due) for due in dues] == ["2026-11-19 17:00"]
    assert len(statements) <= 14
    assert services.recount() == 0
