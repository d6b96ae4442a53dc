"""Business time: addition and difference, across everything at which an office stops."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.workdays.errors import BeyondCalendar
from backend.workdays.policies import Calendar, OfficeHours, Segment, Segments
from tests.backend.workdays.calendars import NINE_TO_FIVE, at, calendars

CAL_A = Calendar(NINE_TO_FIVE)
CAL_B = Calendar()  # 08:30-12:00, 14:00-17:30: seven hours a day.

MINUTE = timedelta(minutes=1)
NOTHING = timedelta()


def of(hours: int = 0, minutes: int = 0) -> timedelta:
    return timedelta(hours=hours, minutes=minutes)


@pytest.mark.parametrize(
    ("calendar", "start", "duration", "expected"),
    [
        # The replay cases of the domain notes.
        pytest.param(CAL_A, "2026-09-18 16:00", of(4), "2026-09-20 12:00", id="T1 worked Sunday"),
        pytest.param(CAL_A, "2026-09-30 16:00", of(4), "2026-10-08 12:00", id="T2 National Day week"),
        pytest.param(CAL_A, "2026-10-03 10:00", of(2), "2026-10-08 11:00", id="T3 from within it"),
        pytest.param(CAL_A, "2026-10-09 16:30", of(8), "2026-10-10 16:30", id="T4 worked Saturday"),
        pytest.param(CAL_A, "2026-02-13 16:00", of(8), "2026-02-14 16:00", id="T5 before Spring Festival"),
        pytest.param(CAL_A, "2026-05-08 16:30", of(1), "2026-05-09 09:30", id="T7 after Labour Day"),
        pytest.param(CAL_A, "2026-09-19 10:00", of(1), "2026-09-20 10:00", id="T7a Saturday to Sunday"),
        pytest.param(CAL_A, "2026-06-18 16:00", of(2), "2026-06-22 10:00", id="T7b 端午"),
        pytest.param(CAL_B, "2026-11-16 11:30", of(1), "2026-11-16 14:30", id="T8 across lunch"),
        pytest.param(CAL_B, "2026-11-16 12:10", of(0, 30), "2026-11-16 14:30", id="T9 from within lunch"),
        pytest.param(CAL_A, "2026-11-16 09:00", of(8), "2026-11-16 17:00", id="T15 fills the day"),
        # Edges of segments.
        pytest.param(CAL_B, "2026-11-16 08:30", of(3, 30), "2026-11-16 12:00", id="ends as lunch begins"),
        pytest.param(CAL_B, "2026-11-16 12:00", of(0, 1), "2026-11-16 14:01", id="starts as lunch begins"),
        pytest.param(CAL_B, "2026-11-16 14:00", of(0, 1), "2026-11-16 14:01", id="starts as lunch ends"),
        pytest.param(CAL_B, "2026-11-16 08:30", of(7), "2026-11-16 17:30", id="ends at closing"),
        pytest.param(CAL_B, "2026-11-16 17:30", of(0, 1), "2026-11-17 08:31", id="starts at closing"),
        pytest.param(CAL_B, "2026-11-16 17:29", of(0, 2), "2026-11-17 08:31", id="over night"),
        pytest.param(CAL_B, "2026-11-16 06:00", of(1), "2026-11-16 09:30", id="before opening"),
        pytest.param(CAL_B, "2026-11-17 00:00", of(1), "2026-11-17 09:30", id="from midnight"),
        pytest.param(CAL_B, "2026-11-20 17:00", of(1), "2026-11-23 09:00", id="over a weekend"),
        pytest.param(CAL_B, "2026-11-21 10:00", of(7), "2026-11-23 17:30", id="from a weekend"),
        pytest.param(CAL_B, "2026-11-16 08:30", of(70), "2026-11-27 17:30", id="ten full days"),
        pytest.param(
            CAL_B, "2026-09-30 14:00", of(7), "2026-10-08 12:00", id="National Day week, with lunch"
        ),
        pytest.param(CAL_B, "2026-12-31 17:00", of(1), "2027-01-01 09:00", id="into the unpublished year"),
        # Nothing to add leaves any instant as it is.
        pytest.param(CAL_B, "2026-10-03 03:00", of(), "2026-10-03 03:00", id="nothing, from a holiday"),
        pytest.param(CAL_B, "2026-11-16 09:00", of(), "2026-11-16 09:00", id="nothing, in hours"),
    ],
)
def test_business_time_is_added_across_what_is_closed(calendar, start, duration, expected):
    due_at = calendar.add_business_time(at(start), duration)

    assert due_at == at(expected)
    assert due_at.utcoffset() == NOTHING
    assert calendar.business_time_between(at(start), due_at) == duration


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-16 12:00", "2026-11-16 14:00", of()),
        ("2026-11-16 11:59", "2026-11-16 14:01", of(0, 2)),
        ("2026-11-16 17:30", "2026-11-17 08:30", of()),
        ("2026-11-16 00:00", "2026-11-17 00:00", of(7)),
        ("2026-11-16 00:00", "2026-11-23 00:00", of(35)),
        ("2026-10-01 00:00", "2026-10-08 08:30", of()),
        ("2026-10-09 17:30", "2026-10-12 08:30", of(7)),
        ("2026-01-01 00:00", "2027-01-01 00:00", of(248 * 7)),
        ("2026-11-16 09:00", "2026-11-16 09:00", of()),
    ],
)
def test_business_time_between_counts_only_what_is_open(start, end, expected):
    assert CAL_B.business_time_between(at(start), at(end)) == expected
    assert CAL_B.business_time_between(at(end), at(start)) == -expected


def test_a_suspension_is_taken_out_by_adding_what_was_left():
    """Case T13: 4 hours from 09-30 14:00, suspended from 15:00 until 10-08 10:00."""
    spent = CAL_A.business_time_between(at("2026-09-30 14:00"), at("2026-09-30 15:00"))

    assert CAL_A.add_business_time(at("2026-10-08 10:00"), of(4) - spent) == at("2026-10-08 13:00")


def test_parts_of_a_minute_are_kept():
    start = at("2026-11-16 11:59:59.999999")

    due_at = CAL_B.add_business_time(start, timedelta(microseconds=3))

    assert due_at == at("2026-11-16 14:00:00.000002")
    assert CAL_B.business_time_between(start, due_at) == timedelta(microseconds=3)


def test_the_zone_of_an_instant_does_not_matter():
    # 2026-10-07T23:00Z is seven in the morning of the eighth, the first workday after the holiday.
    start = datetime(2026, 10, 7, 23, tzinfo=UTC)

    assert CAL_B.add_business_time(start, of(1)) == at("2026-10-08 09:30")
    assert CAL_B.business_time_between(start, at("2026-10-08 09:00")) == of(0, 30)


def test_a_segment_may_end_at_midnight():
    night = (Segment(time(22), time(0)),)
    calendar = Calendar(overrides={date(2026, 11, 21): night})

    assert calendar.add_business_time(at("2026-11-21 12:00"), of(2)) == at("2026-11-22 00:00")
    assert calendar.business_time_between(at("2026-11-21 23:59"), at("2026-11-22 00:01")) == MINUTE


def test_round_the_clock_is_the_wall_clock():
    always = Calendar(overrides={date(2026, 10, day): (Segment(time(0), time(0)),) for day in range(1, 8)})

    assert always.add_business_time(at("2026-10-03 23:30"), of(2)) == at("2026-10-04 01:30")
    assert always.business_time_between(at("2026-10-01 00:00"), at("2026-10-08 00:00")) == of(7 * 24)


def test_overrides_win_over_the_holiday_and_over_the_fallback():
    morning = (Segment(time(9), time(11)),)
    calendar = Calendar(overrides={date(2026, 10, 3): morning, date(2027, 3, 8): ()})

    assert calendar.add_business_time(at("2026-09-30 17:00"), of(1)) == at("2026-10-03 09:30")
    assert calendar.add_business_time(at("2027-03-05 17:00"), of(1)) == at("2027-03-09 09:00")


def test_naive_instants_are_refused():
    naive = at("2026-11-16 09:00").replace(tzinfo=None)

    with pytest.raises(ValueError, match="naive"):
        CAL_B.add_business_time(naive, of(1))
    for start, end in ((naive, at("2026-11-16 09:00")), (at("2026-11-16 09:00"), naive)):
        with pytest.raises(ValueError, match="naive"):
            CAL_B.business_time_between(start, end)


def test_a_negative_duration_is_refused():
    with pytest.raises(ValueError, match="forwards"):
        CAL_B.add_business_time(at("2026-11-16 09:00"), -MINUTE)


@pytest.mark.parametrize("duration", [MINUTE, timedelta.max])
def test_a_walk_ends_where_overrides_close_every_day(duration):
    days = [date(2026, 3, 1) + timedelta(days=offset) for offset in range(31)]
    calendar = Calendar(
        overrides=dict.fromkeys(days, ()), start_on=date(2026, 3, 1), until_on=date(2026, 4, 1)
    )

    with pytest.raises(BeyondCalendar):
        calendar.add_business_time(at("2026-03-02 09:00"), duration)
    assert calendar.business_time_between(at("2026-03-01 00:00"), at("2026-03-31 23:59")) == NOTHING


def test_the_loaded_days_can_be_used_up_but_not_passed():
    calendar = Calendar(start_on=date(2026, 3, 2), until_on=date(2026, 3, 7))

    # Before eight in the morning the date in UTC is still the day before, which is not loaded.
    assert calendar.add_business_time(at("2026-03-02 06:00"), of(1)) == at("2026-03-02 09:30")
    assert calendar.add_business_time(at("2026-03-02 08:30"), of(35)) == at("2026-03-06 17:30")
    with pytest.raises(BeyondCalendar):
        calendar.add_business_time(at("2026-03-02 08:30"), of(35) + timedelta(microseconds=1))


# --- Properties -------------------------------------------------------------------------------------------

instants = st.timedeltas(timedelta(), timedelta(days=730)).map(lambda since: at("2025-06-01 00:00") + since)
durations = st.timedeltas(timedelta(), timedelta(days=8))


@given(calendars(), instants, durations)
def test_the_difference_gives_back_what_was_added(calendar, start_at, duration):
    due_at = calendar.add_business_time(start_at, duration)

    assert due_at >= start_at
    assert calendar.business_time_between(start_at, due_at) == duration


@given(calendars(), instants, durations)
def test_a_term_ends_at_the_earliest_instant_that_fills_it(calendar, start_at, duration):
    due_at = calendar.add_business_time(start_at, duration)

    if duration:
        just_before = due_at - timedelta(microseconds=1)
        assert calendar.business_time_between(start_at, just_before) < duration
    else:
        assert due_at == start_at


@given(calendars(), instants, durations, durations)
def test_two_additions_are_one_of_their_sum(calendar, start_at, first, second):
    in_two = calendar.add_business_time(calendar.add_business_time(start_at, first), second)

    assert in_two == calendar.add_business_time(start_at, first + second)


@given(calendars(), instants, instants, durations)
def test_a_later_start_never_ends_earlier(calendar, one, other, duration):
    earlier, later = sorted((one, other))

    assert calendar.add_business_time(earlier, duration) <= calendar.add_business_time(later, duration)


@given(calendars(), instants, durations, durations)
def test_a_longer_duration_never_ends_earlier(calendar, start_at, one, other):
    shorter, longer = sorted((one, other))

    ends = [calendar.add_business_time(start_at, duration) for duration in (shorter, longer)]
    assert ends[0] < ends[1] or shorter == longer


@given(calendars(), instants, instants, instants)
def test_differences_chain_and_change_sign_when_reversed(calendar, first, second, third):
    between = calendar.business_time_between

    assert between(first, second) == -between(second, first)
    assert between(first, second) + between(second, third) == between(first, third)


@given(calendars(), instants, instants)
def test_business_time_never_exceeds_real_time(calendar, one, other):
    earlier, later = sorted((one, other))

    assert NOTHING <= calendar.business_time_between(earlier, later) <= later - earlier


# --- Against a count minute by minute, written apart from the code ------------------------------------------

# Month and day, four digits each, found as text.
HOLIDAYS_2026 = (
    "0101 0102 0103 0215 0216 0217 0218 0219 0220 0221 0222 0223 0404 0405 0406 0501 0502 0503 0504 0505 "
    "0619 0620 0621 0925 0926 0927 1001 1002 1003 1004 1005 1006 1007"
)
WORKED_2026 = "0104 0214 0228 0509 0920 1010"

minutes_of_2026 = st.one_of(
    st.integers(0, 355 * 24 * 60),
    # Often just where the year is interesting: before the Spring Festival, and around National Day.
    st.integers(43 * 24 * 60, 60 * 24 * 60),
    st.integers(261 * 24 * 60, 283 * 24 * 60),
).map(lambda minute: datetime(2025, 12, 31, 16, tzinfo=UTC) + timedelta(minutes=minute))


def is_open(calendar: Calendar, minute: datetime) -> bool:
    """Whether the office works in the minute that begins here, straight from the notice."""
    wall = minute.replace(tzinfo=None) + timedelta(hours=8)
    segments: Segments | None = calendar.overrides.get(wall.date())
    if segments is None:
        month_day = f"{wall:%m%d}"
        is_worked = month_day in WORKED_2026 or (wall.weekday() < 5 and month_day not in HOLIDAYS_2026)
        segments = calendar.hours.usual if is_worked else ()
    shown = f"{wall:%H:%M}"
    return any(
        f"{segment.from_time:%H:%M}" <= shown
        and shown < (f"{segment.until_time:%H:%M}".replace("00:00", "24:00"))
        for segment in segments
    )


@given(calendars(date(2026, 1, 1), date(2026, 12, 31)), minutes_of_2026, st.integers(0, 4 * 24 * 60))
def test_differences_agree_with_a_count_minute_by_minute(calendar, start_at, length):
    minutes = [start_at + offset * MINUTE for offset in range(length)]

    counted = sum(is_open(calendar, minute) for minute in minutes) * MINUTE
    assert calendar.business_time_between(start_at, start_at + length * MINUTE) == counted


@given(calendars(date(2026, 1, 1), date(2026, 12, 31)), minutes_of_2026, st.integers(1, 900))
def test_additions_agree_with_a_count_minute_by_minute(calendar, start_at, length):
    reached = start_at
    left = length
    while left:
        left -= is_open(calendar, reached)
        reached += MINUTE
        assume(reached.year == 2026)  # The count knows no other year.

    assert calendar.add_business_time(start_at, length * MINUTE) == reached


def test_the_counted_office_hours_are_the_usual_ones():
    """The minute-by-minute count itself, where it can be seen."""
    monday = [at("2026-11-16 00:00").astimezone(UTC) + offset * MINUTE for offset in range(24 * 60)]

    assert sum(is_open(Calendar(OfficeHours()), minute) for minute in monday) == 7 * 60
