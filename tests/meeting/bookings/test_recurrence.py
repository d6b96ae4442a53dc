"""Which dates an RFC 5545 rule gives: the cases of the domain, RFC 5545's own examples, and dateutil's."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from backend.workdays.policies import Calendar
from meeting.bookings import recurrence
from meeting.bookings.errors import RuleInvalid, RuleMissesStart, TimezoneUnknown, TooManyOccurrences
from meeting.bookings.models import HolidayRule

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


def dates(rule, first, *, last_on=None, zone=SHANGHAI, hour=9, limit=200):
    start = datetime(*first, hour, tzinfo=zone)
    slots = recurrence.expand(rule, start, start + timedelta(hours=1), zone, last_on=last_on, limit=limit)
    assert all(slot.start_at.astimezone(zone).hour == hour for slot in slots)
    assert all(slot.end_at - slot.start_at == timedelta(hours=1) for slot in slots)
    return [slot.start_at.astimezone(zone).date().isoformat() for slot in slots]


# RFC 5545 §3.8.5.3, all of days or coarser, at 09:00 in New York; endless ones as far as it prints them.
RFC = [
    ("FREQ=DAILY;COUNT=10", (1997, 9, 2), [f"1997-09-{day:02}" for day in range(2, 12)]),
    ("FREQ=DAILY;INTERVAL=2", (1997, 9, 2), ["1997-09-02", "1997-09-04", "1997-09-06"]),
    (
        "FREQ=DAILY;INTERVAL=10;COUNT=5",
        (1997, 9, 2),
        "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12",
    ),
    (
        "FREQ=WEEKLY;COUNT=10",
        (1997, 9, 2),
        "1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30"
        " 1997-10-07 1997-10-14 1997-10-21 1997-10-28 1997-11-04",
    ),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", (1997, 9, 2), "1997-09-02 1997-09-16 1997-09-30 1997-10-14"),
    (
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        (1997, 9, 2),
        "1997-09-02 1997-09-04 1997-09-09 1997-09-11 1997-09-16 1997-09-18 1997-09-23 1997-09-25 1997-09-30"
        " 1997-10-02",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        (1997, 9, 2),
        "1997-09-02 1997-09-04 1997-09-16 1997-09-18 1997-09-30 1997-10-02 1997-10-14 1997-10-16",
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        (1997, 9, 5),
        "1997-09-05 1997-10-03 1997-11-07 1997-12-05 1998-01-02 1998-02-06 1998-03-06 1998-04-03 1998-05-01"
        " 1998-06-05",
    ),
    (
        "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
        (1997, 9, 5),
        "1997-09-05 1997-10-03 1997-11-07 1997-12-05",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        (1997, 9, 7),
        "1997-09-07 1997-09-28 1997-11-02 1997-11-30 1998-01-04 1998-01-25 1998-03-01 1998-03-29 1998-05-03"
        " 1998-05-31",
    ),
    (
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        (1997, 9, 22),
        "1997-09-22 1997-10-20 1997-11-17 1997-12-22 1998-01-19 1998-02-16",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        (1997, 9, 28),
        "1997-09-28 1997-10-29 1997-11-28 1997-12-29 1998-01-29 1998-02-26",
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        (1997, 9, 2),
        "1997-09-02 1997-09-15 1997-10-02 1997-10-15 1997-11-02 1997-11-15 1997-12-02 1997-12-15 1998-01-02"
        " 1998-01-15",
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        (1997, 9, 30),
        "1997-09-30 1997-10-01 1997-10-31 1997-11-01 1997-11-30 1997-12-01 1997-12-31 1998-01-01 1998-01-31"
        " 1998-02-01",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        (1997, 9, 10),
        "1997-09-10 1997-09-11 1997-09-12 1997-09-13 1997-09-14 1997-09-15 1999-03-10 1999-03-11 1999-03-12"
        " 1999-03-13",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        (1997, 9, 2),
        "1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30 1997-11-04 1997-11-11 1997-11-18 1997-11-25",
    ),
    (
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        (1997, 6, 10),
        "1997-06-10 1997-07-10 1998-06-10 1998-07-10 1999-06-10 1999-07-10 2000-06-10 2000-07-10 2001-06-10"
        " 2001-07-10",
    ),
    (
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        (1997, 3, 10),
        "1997-03-10 1999-01-10 1999-02-10 1999-03-10 2001-01-10 2001-02-10 2001-03-10 2003-01-10 2003-02-10"
        " 2003-03-10",
    ),
    (
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        (1997, 1, 1),
        "1997-01-01 1997-04-10 1997-07-19 2000-01-01 2000-04-09 2000-07-18 2003-01-01 2003-04-10 2003-07-19"
        " 2006-01-01",
    ),
    ("FREQ=YEARLY;BYDAY=20MO", (1997, 5, 19), "1997-05-19 1998-05-18 1999-05-17"),
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", (1997, 5, 12), "1997-05-12 1998-05-11 1999-05-17"),
    (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        (1997, 3, 13),
        "1997-03-13 1997-03-20 1997-03-27 1998-03-05 1998-03-12 1998-03-19 1998-03-26",
    ),
    (
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        (1997, 9, 13),
        "1997-09-13 1997-10-11 1997-11-08 1997-12-13 1998-01-10 1998-02-07",
    ),
    (
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        (1996, 11, 5),
        "1996-11-05 2000-11-07 2004-11-02",
    ),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", (1997, 9, 4), "1997-09-04 1997-10-07 1997-11-06"),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        (1997, 9, 29),
        "1997-09-29 1997-10-30 1997-11-27 1997-12-30 1998-01-29",
    ),
    # Cases 20 and 22: the week's start matters; days that a month lacks are left out.
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        (1997, 8, 5),
        "1997-08-05 1997-08-10 1997-08-19 1997-08-24",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        (1997, 8, 5),
        "1997-08-05 1997-08-17 1997-08-19 1997-08-31",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        (2007, 1, 15),
        "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30",
    ),
]


@pytest.mark.parametrize(("rule", "first", "expected"), RFC)
def test_the_rfcs_own_examples_come_out_as_it_prints_them(rule, first, expected):
    expected = expected.split() if isinstance(expected, str) else expected
    last_on = date.fromisoformat(expected[-1])
    assert dates(rule, first, zone=NEW_YORK, last_on=last_on) == expected


# The cases of the domain by number, where RFC has none.
CASES = [
    pytest.param("FREQ=DAILY", (2010, 2, 12), (2010, 2, 14), 3, "2010-02-14", id="case 16"),
    pytest.param("FREQ=DAILY;INTERVAL=2", (2010, 2, 12), (2010, 4, 2), 25, "2010-04-01", id="case 17"),
    pytest.param("FREQ=MONTHLY;BYDAY=5WE", (2010, 3, 31), (2010, 10, 1), 3, "2010-09-29", id="case 23"),
    pytest.param("FREQ=MONTHLY;BYDAY=-1MO", (2014, 9, 29), (2014, 12, 31), 4, "2014-12-29", id="case 24"),
    pytest.param("FREQ=MONTHLY;BYDAY=1FR", (2014, 4, 4), (2014, 8, 31), 5, "2014-08-01", id="case 26"),
    pytest.param("FREQ=YEARLY", (2036, 2, 29), (2044, 12, 31), 3, "2044-02-29", id="case 28"),
]


@pytest.mark.parametrize(("rule", "first", "last_on", "count", "last"), CASES)
def test_the_last_day_is_inclusive(rule, first, last_on, count, last):
    found = dates(rule, first, last_on=date(*last_on))
    assert (len(found), found[-1]) == (count, last)
    until = date(*last_on).strftime("%Y%m%d")
    assert dates(f"{rule};UNTIL={until}", first) == found


def test_two_weekdays_every_other_week_case_18():
    found = dates("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU", (2023, 10, 2), last_on=date(2023, 10, 30))
    assert found == ["2023-10-02", "2023-10-03", "2023-10-16", "2023-10-17", "2023-10-30"]


@pytest.mark.parametrize(
    ("zone", "rule", "first", "last_on", "offsets"),
    [
        ("Europe/London", "FREQ=MONTHLY;BYDAY=1WE", (2013, 2, 6), date(2013, 9, 30), {0, 1}),
        ("Asia/Shanghai", "FREQ=MONTHLY;BYDAY=1WE", (2013, 2, 6), date(2013, 9, 30), {8}),
        ("America/New_York", "FREQ=WEEKLY", (2025, 2, 24), date(2025, 3, 31), {-5, -4}),
    ],
    ids=["case 29, London", "case 29, Shanghai", "case 30, New York"],
)
def test_the_wall_clock_is_kept_when_the_clocks_change(zone, rule, first, last_on, offsets):
    zone = ZoneInfo(zone)
    start = datetime(*first, 10, tzinfo=zone)
    slots = recurrence.expand(rule, start, start + timedelta(hours=1), zone, last_on=last_on, limit=99)
    local = [slot.start_at.astimezone(zone) for slot in slots]
    assert {each.hour for each in local} == {10}
    assert {each.utcoffset() // timedelta(hours=1) for each in local} == offsets


def test_a_wall_time_that_the_clocks_skip_keeps_its_length():
    start = datetime(2025, 3, 8, 1, 30, tzinfo=NEW_YORK)
    slots = recurrence.expand("FREQ=DAILY;COUNT=2", start, start + timedelta(hours=1), NEW_YORK, limit=9)
    assert slots[1].start_at == datetime(2025, 3, 9, 6, 30, tzinfo=UTC)
    assert slots[1].end_at - slots[1].start_at == timedelta(hours=1)


@pytest.mark.parametrize(
    "rule",
    [
        *("", "x", "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=9", "FREQ=DAILY;COUNT=3;UNTIL=20261231", "COUNT=3"),
        *("FREQ=DAILY;COUNT=0", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=1000", "FREQ=WEEKLY;BYDAY=1MO"),
        *(
            "FREQ=WEEKLY;BYDAY=XX",
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "FREQ=MONTHLY;BYMONTH=-1",
            "FREQ=DAILY;BYMONTH=0",
        ),
        *(
            "FREQ=WEEKLY;BYMONTHDAY=1",
            "FREQ=MONTHLY;BYWEEKNO=2",
            "FREQ=DAILY;BYYEARDAY=2",
            "FREQ=DAILY;FREQ=DAILY",
        ),
        *(
            "FREQ=DAILY;UNTIL=20261331",
            "FREQ=DAILY;WKST=AB",
            "FREQ=DAILY;BYSETPOS=2",
            "FREQ=MONTHLY;BYDAY=MO;X=1",
        ),
        *("FREQ=YEARLY;BYWEEKNO=2;BYDAY=1MO", "FREQ=DAILY;" + "X" * 300, "FREQ=MONTHLY;BYSETPOS=1"),
    ],
)
def test_what_is_no_rule_for_meetings_is_refused(rule):
    with pytest.raises(RuleInvalid):
        dates(rule, (2026, 11, 23))


def test_a_rule_that_seldom_gives_a_date_is_refused_before_centuries_are_searched():
    with pytest.raises(RuleInvalid):
        dates("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;COUNT=200", (2044, 2, 29))


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=WEEKLY;BYDAY=TU", "FREQ=MONTHLY;BYDAY=1MO", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31"),
        *("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1", "FREQ=YEARLY;BYYEARDAY=1", "FREQ=YEARLY;BYWEEKNO=1"),
        *("FREQ=DAILY;UNTIL=20261122", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ],
)
def test_the_first_meeting_must_be_one_of_the_rules(rule):
    with pytest.raises(RuleMissesStart):
        dates(rule, (2026, 11, 23))


def test_a_series_is_bounded():
    assert len(dates("FREQ=DAILY;COUNT=200", (2026, 11, 23))) == 200
    with pytest.raises(TooManyOccurrences):
        dates("FREQ=DAILY;COUNT=201", (2026, 11, 23))
    with pytest.raises(TooManyOccurrences):
        dates("FREQ=DAILY", (2026, 11, 23))


def test_until_may_be_a_date_a_wall_time_or_an_instant():
    for until in ("20261125", "20261125T090000", "20261125T010000Z"):
        assert len(dates(f"FREQ=DAILY;UNTIL={until}", (2026, 11, 23))) == 3
    for until in ("20261125T085959", "20261125T005959Z"):
        assert len(dates(f"FREQ=DAILY;UNTIL={until}", (2026, 11, 23))) == 2


def test_rules_are_read_as_people_write_them():
    assert dates("rrule:freq=weekly;count=2;byday=mo;", (2026, 11, 23)) == ["2026-11-23", "2026-11-30"]
    with pytest.raises(TimezoneUnknown):
        recurrence.zone_of("../etc/passwd")
    with pytest.raises(TimezoneUnknown):
        recurrence.zone_of("Mars/Olympus")


@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 4),
    st.lists(
        st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU", "1MO", "-1FR", "2WE"]),
        max_size=3,
        unique=True,
    ),
    st.lists(st.integers(-31, 31).filter(bool), max_size=3, unique=True),
    st.lists(st.integers(1, 12), max_size=3, unique=True),
    st.sampled_from(["MO", "SU"]),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)
def test_any_rule_gives_what_dateutil_gives(frequency, interval, days, month_days, months, week_start, first):
    parts = {"FREQ": frequency, "INTERVAL": interval, "WKST": week_start, "COUNT": 12}
    parts |= {"BYDAY": ",".join(days)} if days else {}
    parts |= {"BYMONTHDAY": ",".join(map(str, month_days))} if month_days else {}
    parts |= {"BYMONTH": ",".join(map(str, months))} if months else {}
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        ours = dates(text, (first.year, first.month, first.day))
    except (RuleInvalid, RuleMissesStart):
        return
    theirs = rrulestr(text, dtstart=datetime.combine(first, time(9)))
    assert ours == [each.date().isoformat() for each in theirs]


# National Day 2026: 1–7 October off, 10 October (Saturday) worked instead.
CALENDAR = Calendar()


def observed(rule, first, holiday_rule):
    start = datetime(*first, 9, tzinfo=SHANGHAI)
    slots = recurrence.expand(rule, start, start + timedelta(hours=1), SHANGHAI, limit=50)
    found = recurrence.observe(slots, holiday_rule, SHANGHAI, CALENDAR)
    assert [slot.slot_at for slot in found] == [slot.slot_at for slot in slots]
    return [
        None if slot.is_skipped else slot.start_at.astimezone(SHANGHAI).strftime("%m-%d") for slot in found
    ]


def test_meetings_on_days_off_are_kept_left_out_or_moved():
    weekly = ("FREQ=WEEKLY;COUNT=3", (2025, 9, 24))  # Wednesdays: 24 September, 1 and 8 October
    assert observed(*weekly, HolidayRule.KEEP) == ["09-24", "10-01", "10-08"]
    assert observed(*weekly, HolidayRule.SKIP) == ["09-24", None, None]
    assert observed(*weekly, HolidayRule.NEXT_WORKDAY) == ["09-24", "10-09", None]


def test_a_moved_meeting_does_not_meet_another_of_its_series():
    daily = ("FREQ=DAILY;COUNT=4", (2026, 11, 20))  # Friday to Monday
    assert observed(*daily, HolidayRule.NEXT_WORKDAY) == ["11-20", None, None, "11-23"]
