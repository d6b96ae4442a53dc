"""When plans are due: tables of dates, and what becomes of what was missed. No database."""

from datetime import date, datetime, time, timedelta

import pytest

from backend import clock
from backend.workdays.policies import Calendar
from property.inspections.errors import ScheduleInvalid
from property.inspections.models import Basis, CatchUp, RestDays, Unit
from property.inspections.schedules import (
    Schedule,
    dates,
    ensure_schedule,
    firings,
    first_on,
    in_words,
    instants,
    next_on,
)

CALENDAR = Calendar()
NOON = clock.at_local(date(2026, 11, 23), time(12))


def schedule(unit: Unit = Unit.DAY, starts_on: date = date(2026, 1, 1), **fields: object) -> Schedule:
    """Every day at eight, for an hour."""
    usual = {"unit": unit, "every": 1, "starts_on": starts_on, "window_minutes": 60}
    return Schedule(**{**usual, **fields})  # type: ignore[arg-type] # Named by the tables.


@pytest.mark.parametrize(
    ("given", "from_on", "until_on", "expected"),
    [
        # Every third day, counted from the first.
        (schedule(every=3), "2026-01-01", "2026-01-09", ["2026-01-01", "2026-01-04", "2026-01-07"]),
        # Nothing before it starts, nothing after it ends.
        (
            schedule(starts_on=date(2026, 1, 8), until_on=date(2026, 1, 9)),
            "2026-01-01",
            "2026-01-31",
            ["2026-01-08", "2026-01-09"],
        ),
        # Every second week, by weekday; the first week is that of the start.
        (
            schedule(Unit.WEEK, every=2, weekdays=(0, 3), starts_on=date(2026, 11, 4)),
            "2026-11-01",
            "2026-11-30",
            ["2026-11-05", "2026-11-16", "2026-11-19", "2026-11-30"],
        ),
        # The 31st, in months that have none.
        (
            schedule(Unit.MONTH, month_day=31),
            "2026-01-15",
            "2026-04-30",
            ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"],
        ),
        (schedule(Unit.MONTH, month_day=-1), "2028-02-01", "2028-03-31", ["2028-02-29", "2028-03-31"]),
        (schedule(Unit.MONTH, month_day=30), "2026-02-01", "2026-03-31", ["2026-02-28", "2026-03-30"]),
        # Every quarter, from a start on the last day of a month.
        (
            schedule(Unit.MONTH, every=3, starts_on=date(2026, 1, 31)),
            "2026-01-01",
            "2026-12-31",
            ["2026-01-31", "2026-04-30", "2026-07-31", "2026-10-31"],
        ),
        # A birthday on Feb 29.
        (
            schedule(Unit.YEAR, month=2, month_day=29, starts_on=date(2024, 1, 1)),
            "2024-01-01",
            "2028-12-31",
            ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
        ),
        # Workdays only: 国庆 2026 is off from 10-01 to 10-07; 09-20 and 10-10 are worked (调休).
        (
            schedule(rest_days=RestDays.SKIP),
            "2026-09-29",
            "2026-10-11",
            ["2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10"],
        ),
        # Moved to the next workday: the 1st of October comes on the 8th.
        (
            schedule(Unit.MONTH, month_day=1, rest_days=RestDays.NEXT),
            "2026-10-01",
            "2026-11-30",
            ["2026-10-08", "2026-11-02"],
        ),
        # What was named before the span and moved into it is found.
        (
            schedule(Unit.MONTH, month_day=1, rest_days=RestDays.NEXT),
            "2026-10-08",
            "2026-10-08",
            ["2026-10-08"],
        ),
        # A Sunday that is worked stands where it is.
        (
            schedule(Unit.WEEK, weekdays=(6,), rest_days=RestDays.NEXT),
            "2026-09-19",
            "2026-09-28",
            ["2026-09-20", "2026-09-28"],
        ),
        # Several that move to one day are one.
        (
            schedule(rest_days=RestDays.NEXT),
            "2026-11-20",
            "2026-11-24",
            ["2026-11-20", "2026-11-23", "2026-11-24"],
        ),
    ],
)
def test_due_dates_are_those_of_the_recurrence_and_the_calendar(given, from_on, until_on, expected):
    found = dates(given, date.fromisoformat(from_on), date.fromisoformat(until_on), CALENDAR)

    assert [day.isoformat() for day in found] == expected


def test_instants_lie_after_the_cursor_and_not_past_the_end():
    given = schedule(times=(time(8), time(14), time(20)))
    after, until = (clock.at_local(date(2026, 11, day), time(14)) for day in (23, 24))

    found = [clock.local(each).strftime("%d %H") for each in instants(given, after, until, CALENDAR)]

    assert found == ["23 20", "24 08", "24 14"]


@pytest.mark.parametrize(
    ("given", "done_on", "expected"),
    [
        (schedule(Unit.MONTH), "2026-01-31", "2026-02-28"),
        (schedule(Unit.YEAR), "2024-02-29", "2025-02-28"),
        (schedule(Unit.WEEK, every=2), "2026-11-23", "2026-12-07"),
        (schedule(every=7, rest_days=RestDays.NEXT), "2026-09-25", "2026-10-08"),
    ],
)
def test_the_next_is_counted_from_completion_where_the_plan_says_so(given, done_on, expected):
    assert next_on(given, date.fromisoformat(done_on), CALENDAR).isoformat() == expected


def test_the_first_of_a_plan_by_completion_is_its_start_or_the_next_workday():
    assert first_on(schedule(starts_on=date(2026, 10, 3)), CALENDAR) == date(2026, 10, 3)
    moved = schedule(starts_on=date(2026, 10, 3), rest_days=RestDays.NEXT)
    assert first_on(moved, CALENDAR) == date(2026, 10, 8)


def hours_ago(*hours: float) -> list[datetime]:
    """Instants before noon."""
    return [NOON - timedelta(hours=each) for each in hours]


@pytest.mark.parametrize(
    ("rule", "hours", "made", "caught", "skipped"),
    [
        # Three missed, nothing open now.
        (CatchUp.SKIP, (3, 2, 1), (), (), (3, 2, 1)),
        (CatchUp.ONCE, (3, 2, 1), (), (1,), (3, 2)),
        (CatchUp.ALL, (3, 2, 1), (), (3, 2, 1), ()),
        # One can be done now: `once` needs no other.
        (CatchUp.SKIP, (3, 2, 0.5), (0.5,), (), (3, 2)),
        (CatchUp.ONCE, (3, 2, 0.5), (0.5,), (), (3, 2)),
        (CatchUp.ALL, (3, 2, 0.5), (0.5,), (3, 2), ()),
        # One to come does not stand for what was missed.
        (CatchUp.ONCE, (3, 2, -1), (-1,), (2,), (3,)),
        # Nothing was missed.
        (CatchUp.ONCE, (-1, -2), (-1, -2), (), ()),
        (CatchUp.ALL, (), (), (), ()),
    ],
)
def test_what_was_missed_is_caught_up_by_the_rule_and_never_lost(rule, hours, made, caught, skipped):
    found = firings(schedule(catch_up=rule), hours_ago(*hours), NOON)

    assert [each.due_at for each in found] == hours_ago(*hours)
    assert [each.due_at for each in found if each.is_caught_up] == hours_ago(*caught)
    assert [each.due_at for each in found if each.is_skipped] == hours_ago(*skipped)
    plain = [each.due_at for each in found if not each.is_caught_up and not each.is_skipped]
    assert plain == hours_ago(*made)
    assert all(each.opens_at == NOON for each in found if each.is_caught_up)
    assert all(each.closes_at == NOON + timedelta(hours=1) for each in found if each.is_caught_up)


def test_a_round_may_be_begun_ahead_and_is_over_after_its_window():
    given = schedule(lead_minutes=120, window_minutes=30)

    (found,) = firings(given, hours_ago(-1), NOON)

    assert found.opens_at == NOON - timedelta(hours=1)
    assert found.closes_at == NOON + timedelta(hours=1, minutes=30)


@pytest.mark.parametrize(
    "fields",
    [
        {"every": 0},
        {"times": ()},
        {"times": (time(9), time(8))},
        {"weekdays": (1,)},
        {"unit": Unit.WEEK, "weekdays": (7,)},
        {"month_day": 1},
        {"unit": Unit.MONTH, "month_day": 0},
        {"unit": Unit.MONTH, "month": 2},
        {"until_on": date(2025, 1, 1)},
        {"basis": Basis.COMPLETION, "times": (time(8), time(9))},
        {"basis": Basis.COMPLETION, "unit": Unit.MONTH, "month_day": 3},
        {"basis": Basis.COMPLETION, "rest_days": RestDays.SKIP},
        {"unit": Unit.METER, "catch_up": CatchUp.ALL},
        {"window_minutes": 0},
        {"lead_minutes": -1},
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(fields):
    with pytest.raises(ScheduleInvalid):
        ensure_schedule(schedule(**fields))


def test_sensible_schedules_are_taken():
    ensure_schedule(schedule())
    ensure_schedule(schedule(Unit.YEAR, month=2, month_day=29, rest_days=RestDays.NEXT))
    ensure_schedule(schedule(Unit.MONTH, basis=Basis.COMPLETION, rest_days=RestDays.NEXT))
    ensure_schedule(schedule(Unit.METER, every=500))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (schedule(times=(time(8), time(20))), "每天 08:00、20:00"),
        (schedule(Unit.WEEK, weekdays=(0, 3), rest_days=RestDays.SKIP), "每周周一、周四 08:00，非工作日跳过"),
        (schedule(Unit.MONTH, every=3, month_day=15), "每 3 个月 15 日 08:00"),
        (schedule(Unit.MONTH, month_day=-1), "每月最后一天 08:00"),
        (schedule(Unit.YEAR, month=2, month_day=29), "每年 2 月 29 日 08:00"),
        (schedule(Unit.MONTH, every=2, basis=Basis.COMPLETION), "完成后 2 个月 08:00"),
    ],
)
def test_a_schedule_is_told_in_words(given, expected):
    assert in_words(given) == expected
