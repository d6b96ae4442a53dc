"""N working days, forwards and backwards."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend import clock
from backend.workdays.errors import BeyondCalendar
from backend.workdays.policies import Calendar
from tests.backend.workdays.calendars import at, calendars

CALENDAR = Calendar()
ONE_DAY = timedelta(days=1)

dates = st.dates(date(2025, 6, 1), date(2027, 6, 1))
counts = st.integers(-60, 60)


@pytest.mark.parametrize(
    ("on_date", "n", "expected"),
    [
        (
            date(2026, 9, 28),
            5,
            date(2026, 10, 10),
        ),  # Case T11: Tue, Wed, 10-08, 10-09, and the makeup Saturday.
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2026, 10, 3), 1, date(2026, 10, 8)),
        (date(2026, 10, 3), -1, date(2026, 9, 30)),
        (date(2026, 10, 12), -1, date(2026, 10, 10)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),  # Provisional: a Friday.
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
    ],
)
def test_the_nth_workday_never_counts_the_day_itself(on_date, n, expected):
    assert CALENDAR.add_workdays(on_date, n) == expected


@pytest.mark.parametrize(
    ("start_on", "until_on", "expected"),
    [
        (date(2026, 9, 28), date(2026, 10, 11), 6),
        (date(2026, 10, 1), date(2026, 10, 8), 0),
        (date(2026, 10, 8), date(2026, 10, 8), 0),
        (date(2026, 10, 8), date(2026, 10, 9), 1),
        (date(2026, 10, 9), date(2026, 10, 8), -1),
    ],
)
def test_workdays_are_counted_in_a_half_open_range(start_on, until_on, expected):
    assert CALENDAR.workdays_between(start_on, until_on) == expected


def test_a_term_of_workdays_runs_out_at_closing_time():
    assert CALENDAR.closing_after_workdays(date(2026, 9, 28), 5) == at("2026-10-10 17:30")
    assert CALENDAR.closing_after_workdays(date(2026, 11, 22), 1) == at("2026-11-23 17:30")


@pytest.mark.parametrize("n", [0, -1])
def test_a_term_of_no_workdays_is_refused(n):
    with pytest.raises(ValueError, match="at least one"):
        CALENDAR.closing_after_workdays(date(2026, 9, 28), n)


@pytest.mark.parametrize("n", [1, -1, 10**9, -(10**9)])
def test_a_walk_ends_where_overrides_close_every_day(n):
    days = [date(2026, 3, 1) + timedelta(days=offset) for offset in range(31)]
    calendar = Calendar(
        overrides=dict.fromkeys(days, ()), start_on=date(2026, 3, 1), until_on=date(2026, 4, 1)
    )

    with pytest.raises(BeyondCalendar):
        calendar.add_workdays(date(2026, 3, 15), n)
    assert calendar.workdays_between(date(2026, 3, 1), date(2026, 4, 1)) == 0


def test_a_count_past_the_loaded_range_is_refused_rather_than_guessed():
    calendar = Calendar(start_on=date(2026, 3, 2), until_on=date(2026, 3, 7))

    assert calendar.workdays_between(date(2026, 3, 2), date(2026, 3, 7)) == 5
    with pytest.raises(BeyondCalendar):
        calendar.workdays_between(date(2026, 3, 2), date(2026, 3, 8))


@given(calendars(), dates, counts)
def test_the_nth_workday_has_n_workdays_up_to_it(calendar, on_date, n):
    reached = calendar.add_workdays(on_date, n)

    if n > 0:
        assert calendar.is_workday(reached)
        assert calendar.workdays_between(on_date + ONE_DAY, reached + ONE_DAY) == n
    elif n < 0:
        assert calendar.is_workday(reached)
        assert calendar.workdays_between(reached, on_date) == -n
    else:
        assert reached == on_date


@given(calendars(), dates, counts)
def test_going_and_coming_back_ends_on_the_same_workday(calendar, on_date, n):
    workday = calendar.add_workdays(on_date, 1)

    assert calendar.add_workdays(calendar.add_workdays(workday, n), -n) == workday


@given(calendars(), dates, counts, counts)
def test_steps_from_a_workday_add_up(calendar, on_date, first, second):
    workday = calendar.add_workdays(on_date, 1)

    in_two = calendar.add_workdays(calendar.add_workdays(workday, first), second)
    assert in_two == calendar.add_workdays(workday, first + second)


@given(calendars(), dates, dates, st.integers(0, 30))
def test_a_later_start_never_ends_earlier(calendar, one, other, n):
    earlier, later = sorted((one, other))

    assert calendar.add_workdays(earlier, n) <= calendar.add_workdays(later, n)


@given(calendars(), dates, dates, dates)
def test_counts_chain_and_change_sign_when_reversed(calendar, first, second, third):
    count = calendar.workdays_between

    assert count(first, second) == -count(second, first)
    assert count(first, second) + count(second, third) == count(first, third)


@given(calendars(), dates, st.integers(0, 40))
def test_counts_agree_with_asking_day_by_day(calendar, start_on, length):
    worked = [d for d in range(length) if calendar.is_workday(start_on + timedelta(days=d))]

    assert calendar.workdays_between(start_on, start_on + timedelta(days=length)) == len(worked)


@given(calendars(), dates, st.integers(1, 30))
def test_a_term_runs_out_on_its_last_workday(calendar, on_date, n):
    due_at = calendar.closing_after_workdays(on_date, n)

    last_on = calendar.add_workdays(on_date, n)
    next_midnight = clock.at_local(last_on + ONE_DAY, time.min)
    assert clock.local(due_at - timedelta(microseconds=1)).date() == last_on
    assert calendar.business_time_between(due_at, next_midnight) == timedelta()
