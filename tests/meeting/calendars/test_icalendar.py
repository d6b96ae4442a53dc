"""Series in RFC 5545 and back: whatever became of a series, a calendar program shows exactly its meetings."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from hypothesis import assume, given
from hypothesis import strategies as st

from meeting.bookings.models import State
from meeting.bookings.recurrence import expand
from meeting.calendars import documents, policies
from meeting.calendars.policies import Meeting, Series, Status, Told
from meeting.calendars.queries import Contents
from tests.meeting.calendars.reader import Seen, events_in, seen

BOOKED_AT = datetime(2026, 1, 1, tzinfo=UTC)
ZONES = ("Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo")
TOLD = Told("处务会", "小会议室", "组织人：张三", Status.CONFIRMED, is_confidential=False)


def rules():
    """Rules of every frequency; the first date matches each."""
    interval = st.integers(1, 3)
    count = st.integers(1, 12)
    shape = st.sampled_from(
        (
            "FREQ=DAILY",
            "FREQ=WEEKLY",
            "FREQ=WEEKLY;BYDAY={day},TU,FR",
            "FREQ=WEEKLY;BYDAY={day},SU;WKST=SU",
            "FREQ=MONTHLY",
            "FREQ=MONTHLY;BYDAY={nth}{day}",
            "FREQ=MONTHLY;BYMONTHDAY={month_day},-1",
            "FREQ=YEARLY",
        )
    )
    return st.tuples(shape, interval, count)


def rule_of(shape, interval, count, first):
    day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[first.weekday()]
    text = shape.format(day=day, nth=(first.day - 1) // 7 + 1, month_day=first.day)
    return f"{text};INTERVAL={interval};COUNT={count}"


@st.composite
def series(draw):
    """A series with dates that fell out, moved, changed subject or length, and dates that were added."""
    zone_name = draw(st.sampled_from(ZONES))
    zone = ZoneInfo(zone_name)
    first_on = draw(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
    begins = datetime(first_on.year, first_on.month, first_on.day, draw(st.integers(0, 23)), 30, tzinfo=zone)
    start = begins.astimezone(UTC)
    assume(start.astimezone(zone).replace(tzinfo=None) == begins.replace(tzinfo=None))
    end = start + timedelta(minutes=draw(st.sampled_from((15, 60, 240))))
    rrule = rule_of(*draw(rules()), first_on)
    slots = expand(rrule, start, end, zone, limit=200)
    meetings = []
    put_off = timedelta(hours=draw(st.sampled_from((0, 0, 1, 5))))
    for place, slot in enumerate(slots):
        fate = draw(st.sampled_from(("kept", "kept", "kept", "gone", "moved", "longer", "named", "pending")))
        if fate == "gone":
            continue
        moved = timedelta(minutes=draw(st.integers(-3000, 3000))) if fate == "moved" else put_off
        longer = timedelta(minutes=30) if fate == "longer" else timedelta()
        told = TOLD
        if fate == "named":
            told = Told("另一个会议；含,逗号\\与\n换行", "", "", Status.CONFIRMED, is_confidential=True)
        if fate == "pending":
            told = Told(TOLD.summary, TOLD.location, "", Status.TENTATIVE, is_confidential=False)
        meetings.append(
            Meeting(place + 1, slot.slot_at, slot.start_at + moved, slot.end_at + moved + longer, False, told)
        )
    for extra in range(draw(st.integers(0, 2))):
        at = start + timedelta(days=extra, hours=7, minutes=11)
        meetings.append(Meeting(900 + extra, at, at, at + timedelta(hours=1), True, TOLD))
    assume(meetings)
    meetings.sort(key=lambda each: each.slot_at)
    return Series("u@h", zone_name, rrule, start, 3, BOOKED_AT, BOOKED_AT, "", tuple(meetings))


def told_by(*told):
    return documents.calendar_of(Contents("测试日历", told))


def meant(series):
    return sorted(
        Seen(each.start_at, each.end_at, each.told.summary, each.told.status.value)
        for each in series.meetings
    )


@given(series())
def test_a_calendar_program_shows_exactly_the_meetings_of_a_series(series):
    data = told_by(series)
    assert seen(data) == meant(series)
    # The same by the time zones that the file brings along, as another parser reads them.
    assert seen(data, by_vtimezone=True) == meant(series)


def test_a_series_that_was_put_off_as_a_whole_is_still_one_rule():
    zone = ZoneInfo("America/New_York")
    start = datetime(2026, 3, 2, 10, tzinfo=zone)
    slots = expand("FREQ=WEEKLY;COUNT=6", start, start + timedelta(hours=1), zone, limit=200)
    meetings = []
    for slot in slots:
        begins = slot.slot_at.astimezone(zone).replace(hour=15).astimezone(UTC)
        meetings.append(Meeting(1, slot.slot_at, begins, begins + timedelta(hours=1), False, TOLD))
    made = Series("u", zone.key, "FREQ=WEEKLY;COUNT=6", start, 1, BOOKED_AT, BOOKED_AT, "", tuple(meetings))
    (event,) = events_in(told_by(made))
    assert event["DTSTART"].dt.hour == 15
    assert seen(told_by(made)) == meant(made)


@pytest.mark.parametrize("name", [*ZONES, "Africa/Casablanca", "Europe/Dublin", "Asia/Kathmandu"])
def test_a_zone_in_the_file_is_the_zone_of_the_world(name):
    """Every hour of some years, as dateutil reads what we wrote, against the data of the machine."""
    text = b"\r\n".join(
        (b"BEGIN:VCALENDAR", documents.timezone_of(name, 2026, 2028).to_ical(), b"END:VCALENDAR")
    )
    brought, known = tz.tzical(StringIO(text.decode())).get(name), ZoneInfo(name)
    at, differing = datetime(2026, 1, 1, 0, 30, tzinfo=UTC), []
    while at.year < 2029:
        wall = at.astimezone(known)
        if wall.replace(tzinfo=brought).utcoffset() != wall.utcoffset():
            differing.append(wall)
        at += timedelta(hours=1)
    assert differing == []


def test_a_zone_without_summer_time_is_told_in_a_few_lines():
    assert len(documents.timezone_of("Asia/Shanghai", 2026, 2030).to_ical().splitlines()) < 12


def test_equal_meetings_make_equal_bytes():
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    meeting = Meeting(1, at, at, at + timedelta(hours=1), False, TOLD)
    made = Series("u", "Asia/Shanghai", "", at, 0, BOOKED_AT, BOOKED_AT, "", (meeting,))
    assert told_by(made) == told_by(made)
    contents = Contents("测试日历", (made,))
    assert documents.etag_of(contents) == documents.etag_of(Contents("测试日历", (made,)))
    assert documents.etag_of(contents) != documents.etag_of(Contents("别的日历", (made,)))


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.PENDING, Status.TENTATIVE),
        (State.BOOKED, Status.CONFIRMED),
        (State.IN_USE, Status.CONFIRMED),
        (State.ENDED, Status.CONFIRMED),
        (State.CANCELLED, Status.CANCELLED),
        (State.RELEASED, Status.CANCELLED),
        (State.DISPLACED, Status.CANCELLED),
    ],
)
def test_a_state_reads_as_the_rfc_says(state, status):
    assert policies.status_of(state) is status


def test_the_hour_that_comes_twice_in_autumn_is_told_in_utc_the_second_time():
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 01:30 in London, and again an hour later.
    meeting = Meeting(1, start, start, start + timedelta(hours=1), False, TOLD)
    made = Series("u", "Europe/London", "", start, 0, BOOKED_AT, BOOKED_AT, "", (meeting,))
    (event,) = events_in(told_by(made))
    assert b"DTSTART;TZID=Europe/London:20261025T013000" in told_by(made)
    assert b"DTEND:20261025T013000Z" in told_by(made)
    assert event["DTEND"].dt - event["DTSTART"].dt.astimezone(UTC) == timedelta(hours=1)
    assert seen(told_by(made)) == meant(made)
