"""Shifts, weeks and the sheet of a week, without a database."""

from datetime import date, time

import pytest

from backend import clock
from backend.documents.reading import Line
from property.workforce.errors import DutiesOverlap, DutyInvalid
from property.workforce.policies import (
    STAFF_NO,
    WEEKDAYS,
    Span,
    Turn,
    days_of,
    ensure_apart,
    ensure_week,
    first_overlap,
    monday_of,
    turns_in,
)

MONDAY = date(2026, 11, 23)
DAY = Span(1, "白班", time(8), time(17))
NIGHT = Span(2, "夜班", time(20), time(8))
LATE = Span(3, "中班", time(16), time(22))
WHOLE = Span(4, "全天", time(0), time(0))
SHIFTS = {span.id: span for span in (DAY, NIGHT, LATE, WHOLE)}


def on(number: int) -> date:
    return days_of(MONDAY)[number]


@pytest.mark.parametrize(
    ("span", "at", "is_on"),
    [
        (DAY, clock.at_local(date(2026, 11, 23), time(8)), True),
        (DAY, clock.at_local(date(2026, 11, 23), time(7, 59)), False),
        (DAY, clock.at_local(date(2026, 11, 23), time(17)), False),
        (NIGHT, clock.at_local(date(2026, 11, 23), time(19, 59)), False),
        (NIGHT, clock.at_local(date(2026, 11, 24), time(7, 59)), True),
        (NIGHT, clock.at_local(date(2026, 11, 24), time(8)), False),
        (WHOLE, clock.at_local(date(2026, 11, 23), time(0)), True),
        (WHOLE, clock.at_local(date(2026, 11, 23), time(23, 59)), True),
        (WHOLE, clock.at_local(date(2026, 11, 24), time(0)), False),
    ],
)
def test_a_shift_is_on_from_its_beginning_until_its_end(span, at, is_on):
    assert span.covers(MONDAY, at) is is_on


def test_a_week_begins_on_its_monday():
    assert {monday_of(day) for day in days_of(MONDAY)} == {MONDAY}
    assert monday_of(date(2027, 1, 1)) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("turns", "is_overlap"),
    [
        ([(1, 0, 1), (1, 0, 2)], False),
        ([(1, 0, 1), (1, 0, 3)], True),
        ([(1, 0, 1), (2, 0, 3)], False),
        ([(1, 0, 2), (1, 1, 1)], False),  # the night ends as the day begins
        ([(1, 0, 2), (1, 1, 4)], True),
        ([(1, 0, 4), (1, 1, 4)], False),
    ],
)
def test_nobody_is_on_two_shifts_at_once(turns, is_overlap):
    found = [Turn(staff_id, on(day), shift_id) for staff_id, day, shift_id in turns]
    assert (first_overlap(found, SHIFTS) is not None) is is_overlap
    if is_overlap:
        with pytest.raises(DutiesOverlap) as refused:
            ensure_apart(found, SHIFTS, {1: "李师傅"})
        assert refused.value.msg.startswith("李师傅 2026-11-2")


@pytest.mark.parametrize(
    ("week_on", "turn"),
    [
        (on(1), Turn(1, on(1), 1)),
        (MONDAY, Turn(1, date(2026, 11, 30), 1)),
        (MONDAY, Turn(2, MONDAY, 1)),
        (MONDAY, Turn(1, MONDAY, 9)),
    ],
)
def test_a_week_takes_its_own_days_workers_and_shifts(week_on, turn):
    ensure_week(MONDAY, [Turn(1, on(6), 1)], {1: "李师傅"}, SHIFTS)
    with pytest.raises(DutyInvalid):
        ensure_week(week_on, [turn], {1: "李师傅"}, SHIFTS)


def test_a_sheet_names_shifts_by_name_and_several_of_a_day():
    cells = dict.fromkeys(WEEKDAYS, "") | {STAFF_NO: "T1", "周一": "白班", "周二": "白班, 夜班", "周日": "休"}
    faults = []
    found = turns_in([Line(2, cells)], MONDAY, {"T1": 1}, {"白班": 1, "夜班": 2}, faults)
    assert (faults, found) == ([], {1: [Turn(1, MONDAY, 1), Turn(1, on(1), 1), Turn(1, on(1), 2)]})


def test_what_is_wrong_in_a_sheet_is_told_by_row_and_column():
    cells = dict.fromkeys(WEEKDAYS, "")
    lines = [
        Line(2, cells | {STAFF_NO: "T1", "周三": "早班"}),
        Line(3, cells | {STAFF_NO: "T1"}),
        Line(4, cells | {STAFF_NO: "X"}),
    ]
    faults = []
    turns_in(lines, MONDAY, {"T1": 1}, {"白班": 1}, faults)
    assert [(fault.row, fault.column) for fault in faults] == [(2, "周三"), (3, STAFF_NO), (4, STAFF_NO)]
