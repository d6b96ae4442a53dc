"""Counting months, and how sentences name days and instants."""

from datetime import UTC, date, datetime

import pytest

from backend.dates import (
    day_text,
    full_day_text,
    full_moment_text,
    moment_text,
    month_end,
    months_after,
    months_before,
    next_month,
    previous_month,
)


def test_days_and_instants_are_named_as_the_compound_s_calendar_and_clocks_show_them():
    new_year = datetime(2025, 12, 31, 16, 5, tzinfo=UTC)
    assert (day_text(date(2026, 3, 9)), full_day_text(date(2026, 3, 9))) == ("3月9日", "2026年3月9日")
    assert (moment_text(new_year), full_moment_text(new_year)) == ("1月1日 00:05", "2026年1月1日 00:05")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 23), 12, date(2025, 11, 23)),
        (date(2027, 1, 31), 2, date(2026, 11, 30)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
    ],
)
def test_months_end_on_their_last_day(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected
    assert months_after(day, -months) == expected


def test_the_months_beside_a_day_s_own():
    day = date(2026, 12, 31)
    assert (previous_month(day), next_month(day)) == (date(2026, 11, 1), date(2027, 1, 1))
    assert (month_end(day), month_end(date(2028, 2, 3))) == (day, date(2028, 2, 29))
