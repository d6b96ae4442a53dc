"""What each day is: the published calendar, the fallback where none is published, and office hours."""

from datetime import date, datetime, time, timedelta

import pytest

from backend.clock import BUSINESS_ZONE
from backend.errors import Invalid
from backend.workdays.errors import BeyondCalendar, InvalidSegments
from backend.workdays.policies import USUAL_SEGMENTS, Calendar, DayKind, OfficeHours, Segment

CALENDAR = Calendar()

# The State Council's notice for 2026, by hand: holiday, first and last day off, weekend days worked for it.
NOTICE_OF_2026 = [
    ("元旦", (1, 1), (1, 3), [(1, 4)]),
    ("春节", (2, 15), (2, 23), [(2, 14), (2, 28)]),
    ("清明", (4, 4), (4, 6), []),
    ("劳动节", (5, 1), (5, 5), [(5, 9)]),
    ("端午", (6, 19), (6, 21), []),
    ("中秋", (9, 25), (9, 27), []),
    ("国庆节", (10, 1), (10, 7), [(9, 20), (10, 10)]),
]


def expected_2026() -> dict[date, tuple[DayKind, str]]:
    """Every day of 2026 by the notice: weekdays first, then what it takes off and what it puts on."""
    first = date(2026, 1, 1)
    days: dict[date, tuple[DayKind, str]] = {}
    for offset in range(365):
        day = first + timedelta(days=offset)
        days[day] = (DayKind.WORKDAY if day.isoweekday() <= 5 else DayKind.REST_DAY, "")
    for name, begins, ends, worked in NOTICE_OF_2026:
        day = date(2026, *begins)
        while day <= date(2026, *ends):
            days[day] = (DayKind.HOLIDAY, name)
            day += timedelta(days=1)
        days |= {date(2026, *on): (DayKind.MAKEUP_WORKDAY, name) for on in worked}
    return days


def test_every_day_of_2026_is_as_the_notice_says():
    seen = {day.on_date: (day.kind, day.name) for day in CALENDAR.days(date(2026, 1, 1), date(2027, 1, 1))}

    assert seen == expected_2026()
    assert not CALENDAR.is_provisional(date(2026, 1, 1), date(2027, 1, 1))


def test_2026_has_248_workdays():
    # 261 weekdays, less 19 that holidays take, and 6 makeup days.
    assert CALENDAR.workdays_between(date(2026, 1, 1), date(2027, 1, 1)) == 248


@pytest.mark.parametrize(
    ("on_date", "is_workday", "kind", "name"),
    [
        (date(2026, 2, 14), True, DayKind.MAKEUP_WORKDAY, "春节"),
        (date(2026, 10, 10), True, DayKind.MAKEUP_WORKDAY, "国庆节"),
        (date(2025, 10, 1), False, DayKind.HOLIDAY, "国庆节"),
        (date(2025, 10, 6), False, DayKind.HOLIDAY, "中秋"),
        (date(2025, 9, 28), True, DayKind.MAKEUP_WORKDAY, "国庆节"),
        (date(2024, 2, 9), True, DayKind.WORKDAY, ""),  # 除夕 of 2024 was not given off.
        (date(2026, 11, 21), False, DayKind.REST_DAY, ""),
        (date(2026, 11, 23), True, DayKind.WORKDAY, ""),
        (date(2004, 1, 1), False, DayKind.HOLIDAY, "元旦"),
    ],
)
def test_published_days_follow_the_notice_of_their_year(on_date, is_workday, kind, name):
    day = CALENDAR.day(on_date)

    assert (day.is_workday, day.kind, day.name, day.is_provisional) == (is_workday, kind, name, False)
    assert day.segments == (USUAL_SEGMENTS if is_workday else ())


@pytest.mark.parametrize(
    ("on_date", "kind"),
    [
        (date(2027, 1, 1), DayKind.WORKDAY),  # A Friday: surely a holiday, but nobody has said so yet.
        (date(2027, 10, 1), DayKind.WORKDAY),
        (date(2027, 3, 6), DayKind.REST_DAY),
        (date(2027, 3, 7), DayKind.REST_DAY),
        (date(2027, 3, 8), DayKind.WORKDAY),
        (date(2003, 5, 1), DayKind.WORKDAY),
    ],
)
def test_a_year_without_a_notice_falls_back_to_weekdays_and_is_provisional(on_date, kind):
    day = CALENDAR.day(on_date)

    assert (day.kind, day.name, day.is_provisional) == (kind, "", True)
    assert day.is_workday is (kind is DayKind.WORKDAY)


def test_a_range_is_provisional_from_its_first_provisional_day_on():
    assert not CALENDAR.is_provisional(date(2026, 12, 1), date(2027, 1, 1))
    assert CALENDAR.is_provisional(date(2026, 12, 1), date(2027, 1, 2))
    assert not CALENDAR.is_provisional(date(2027, 1, 2), date(2027, 1, 2))


def test_a_makeup_day_has_the_usual_hours_unless_its_weekday_has_its_own():
    mornings = (Segment(time(9), time(12)),)

    assert CALENDAR.day(date(2026, 10, 10)).segments == USUAL_SEGMENTS
    saturdays = Calendar(OfficeHours(by_weekday={5: mornings}))
    assert saturdays.day(date(2026, 10, 10)).segments == mornings
    assert saturdays.day(date(2026, 10, 9)).segments == USUAL_SEGMENTS
    assert not saturdays.is_workday(date(2026, 10, 17))


def test_office_hours_differ_by_weekday():
    short = (Segment(time(8, 30), time(12)), Segment(time(14), time(16)))
    calendar = Calendar(OfficeHours(by_weekday={4: short}))

    assert calendar.day(date(2026, 11, 27)).segments == short
    assert calendar.day(date(2026, 11, 26)).segments == USUAL_SEGMENTS


def test_office_hours_are_neither_disordered_nor_empty():
    late_first = (Segment(time(14), time(17)), Segment(time(8), time(12)))

    for refused in ({"usual": late_first}, {"usual": ()}, {"by_weekday": {5: ()}}):
        with pytest.raises(InvalidSegments):
            OfficeHours(**refused)


def test_a_day_outside_of_the_loaded_range_is_refused():
    calendar = Calendar(start_on=date(2026, 3, 2), until_on=date(2026, 3, 7))

    assert calendar.is_workday(date(2026, 3, 2))
    assert calendar.is_workday(date(2026, 3, 6))
    for outside in (date(2026, 3, 1), date(2026, 3, 7)):
        with pytest.raises(BeyondCalendar) as refusal:
            calendar.day(outside)
        assert isinstance(refusal.value, Invalid)
        assert "2026-03-02 至 2026-03-06" in refusal.value.msg


def test_an_instant_does_not_pass_for_a_date():
    with pytest.raises(TypeError):
        CALENDAR.is_workday(datetime(2026, 3, 2, 9, tzinfo=BUSINESS_ZONE))


@pytest.mark.parametrize("on_date", [date(2026, 11, 23), date(2026, 11, 26), date(2026, 11, 29)])
def test_a_week_runs_from_monday_to_sunday(on_date):
    week = Calendar.week_of(on_date)

    assert week == tuple(date(2026, 11, day) for day in range(23, 30))


def test_a_week_crosses_the_year():
    assert Calendar.week_of(date(2027, 1, 1))[0] == date(2026, 12, 28)
    assert Calendar.week_of(date(2027, 1, 1))[-1] == date(2027, 1, 3)


def test_days_of_a_reversed_or_empty_range_are_none():
    assert list(CALENDAR.days(date(2026, 3, 2), date(2026, 3, 2))) == []
    assert list(CALENDAR.days(date(2026, 3, 3), date(2026, 3, 2))) == []
