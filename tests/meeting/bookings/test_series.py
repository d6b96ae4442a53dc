"""Series over HTTP: which dates are booked, what is reported of the others, when the whole is declined."""

from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend import clock
from meeting.bookings.rules import MAX_CONFLICT_PERCENT, MAX_CONFLICTS, MAX_OCCURRENCES
from tests.meeting.hall import at


@contextmanager
def on(hall, day):
    """The day before, at eight, with everybody logged in and every room open for decades."""
    with clock.at(clock.at_local(day - timedelta(days=1), time(8))):
        hall.change_room(hall.small, advance_days=20_000)
        hall.log_in("organiser")
        yield


def series(hall, first, rule, *, zone="Asia/Shanghai", hour=9, **fields):
    start = datetime.combine(first, time(hour), ZoneInfo(zone))
    return hall.ask(hall.small, start, start + timedelta(hours=1), recurrence=rule, timezone=zone, **fields)


def days_of(answer, zone="Asia/Shanghai"):
    assert answer.status == 201, answer.envelope
    local = [
        datetime.fromisoformat(each["start"]).astimezone(ZoneInfo(zone))
        for each in answer.data["occurrences"]
    ]
    assert len({each.hour for each in local}) == 1
    return [each.date().isoformat() for each in local]


CASES = [
    pytest.param(date(2010, 2, 12), "FREQ=DAILY", date(2010, 2, 14), 3, "2010-02-14", id="case 16"),
    pytest.param(
        date(2010, 2, 12), "FREQ=DAILY;INTERVAL=2", date(2010, 4, 2), 25, "2010-04-01", id="case 17"
    ),
    pytest.param(
        date(2023, 10, 2),
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU",
        date(2023, 10, 30),
        5,
        "2023-10-30",
        id="case 18",
    ),
    pytest.param(
        date(2010, 3, 31), "FREQ=MONTHLY;BYDAY=5WE", date(2010, 10, 1), 3, "2010-09-29", id="case 23"
    ),
    pytest.param(
        date(2014, 9, 29), "FREQ=MONTHLY;BYDAY=-1MO", date(2014, 12, 31), 4, "2014-12-29", id="case 24"
    ),
    pytest.param(
        date(2014, 4, 4), "FREQ=MONTHLY;BYDAY=1FR", date(2014, 8, 10), 5, "2014-08-01", id="case 26"
    ),
    pytest.param(date(2036, 2, 29), "FREQ=YEARLY", date(2044, 12, 31), 3, "2044-02-29", id="case 28"),
]


@pytest.mark.parametrize(("first", "rule", "last_on", "count", "last"), CASES)
def test_a_series_ends_with_its_last_day(hall, first, rule, last_on, count, last):
    with on(hall, first):
        days = days_of(series(hall, first, rule, last_on=last_on.isoformat()))
    assert (len(days), days[0], days[-1]) == (count, first.isoformat(), last)
    assert len(hall.holds(hall.small)) == count


@pytest.mark.parametrize(
    ("first", "rule", "expected"),
    [
        pytest.param(
            date(2001, 8, 7),
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;COUNT=4;WKST=MO",
            "07 12 21 26",
            id="case 20, MO",
        ),
        pytest.param(
            date(2001, 8, 7),
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;COUNT=4;WKST=SU",
            "07 19 21 02",
            id="case 20, SU",
        ),
        pytest.param(
            date(2007, 1, 15), "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "15 30 15 15 30", id="case 22"
        ),
    ],
)
def test_a_series_ends_with_its_count(hall, first, rule, expected):
    """Case 20 four years later than the RFC, whose 1997 lies before all dates of the wire; weekdays alike."""
    with on(hall, first):
        days = days_of(series(hall, first, rule))
    assert [day[-2:] for day in days] == expected.split()


@pytest.mark.parametrize(
    ("zone", "first", "rule", "last_on", "instants"),
    [
        pytest.param(
            "Europe/London",
            date(2013, 2, 6),
            "FREQ=MONTHLY;BYDAY=1WE",
            date(2013, 9, 30),
            {8, 9},
            id="case 29, London",
        ),
        pytest.param(
            "Asia/Shanghai",
            date(2013, 2, 6),
            "FREQ=MONTHLY;BYDAY=1WE",
            date(2013, 9, 30),
            {1},
            id="case 29, Shanghai",
        ),
        pytest.param(
            "America/New_York", date(2025, 2, 24), "FREQ=WEEKLY", date(2025, 3, 31), {13, 14}, id="case 30"
        ),
    ],
)
def test_the_wall_clock_of_the_zone_is_kept(hall, zone, first, rule, last_on, instants):
    with on(hall, first):
        answer = series(hall, first, rule, zone=zone, last_on=last_on.isoformat())
    days_of(answer, zone)
    utc = [
        datetime.fromisoformat(each["start"]).astimezone(ZoneInfo("UTC"))
        for each in answer.data["occurrences"]
    ]
    assert {each.hour for each in utc} == instants


def take(hall, *days):
    """Somebody else has the room on these days of November and December 2026."""
    for day in days:
        start = clock.at_local(day, time(9, 30))
        hall.book(hall.small, start, start + timedelta(hours=1), by=hall.stranger)


def workdays(count):
    return [date(2026, 11, 24) + timedelta(days=offset) for offset in range(count)]


def test_conflicts_are_reported_date_by_date(hall):
    take(hall, date(2026, 11, 25), date(2026, 11, 27))
    answer = series(hall, date(2026, 11, 24), "FREQ=DAILY;COUNT=5")
    states = [each["state"] for each in answer.data["occurrences"]]
    assert states == ["booked", "conflict", "booked", "conflict", "booked"]
    assert (answer.data["state"], answer.data["conflicts"]) == ("booked", 2)
    assert {each["reason"] for each in answer.data["occurrences"]} == {"", "已被占用"}
    assert len(hall.occurrences(answer.data["id"])) == 5


@pytest.mark.parametrize(("taken", "is_booked"), [(5, False), (4, True)])
def test_limits_of_conflicts_decline_the_whole_case_32(hall, taken, is_booked):
    hall.compound.rule(MAX_CONFLICT_PERCENT, 40)
    hall.compound.rule(MAX_CONFLICTS, 6)
    take(hall, *workdays(10)[:taken])
    before = len(hall.holds())
    answer = series(hall, date(2026, 11, 24), "FREQ=DAILY;COUNT=10")
    if is_booked:
        states = [each["state"] for each in answer.data["occurrences"]]
        assert states.count("booked") == 6
    else:
        assert answer.error == "meeting.room_taken"
        assert len(answer.envelope["data"]["occurrences"]) == 10
        assert len(hall.holds()) == before


def test_all_or_nothing_and_the_number_of_conflicts_decline_as_well(hall):
    take(hall, date(2026, 11, 25))
    assert series(hall, date(2026, 11, 24), "FREQ=DAILY;COUNT=9", all_or_nothing=True).status == 409
    hall.compound.rule(MAX_CONFLICTS, 0)
    assert series(hall, date(2026, 11, 24), "FREQ=DAILY;COUNT=9").status == 409
    assert series(hall, date(2026, 11, 26), "FREQ=DAILY;COUNT=9", all_or_nothing=True).status == 201


def test_an_endless_series_ends_with_the_window_and_a_longer_one_is_told_so(hall):
    hall.change_room(hall.small, advance_days=15)
    endless = hall.book(hall.small, at(14), recurrence="FREQ=WEEKLY")
    assert [each["state"] for each in endless["occurrences"]] == ["booked"] * 3
    assert hall.view(endless["id"])["last_on"] == "2026-12-07"
    longer = hall.book(hall.small, at(16), recurrence="FREQ=WEEKLY;COUNT=4")
    assert [each["code"] for each in longer["occurrences"]] == ["", "", "", "beyond"]


def test_days_off_are_left_out_or_moved(hall):
    with on(hall, date(2025, 9, 24)):
        rule, first = "FREQ=WEEKLY;COUNT=3", date(2025, 9, 24)
        skipped = series(hall, first, rule, holiday_rule="skip").data["occurrences"]
        assert [each["state"] for each in skipped] == ["booked", "skipped", "skipped"]
        moved = series(hall, first, rule, hour=14, holiday_rule="next_workday").data["occurrences"]
        assert [each["start"][:10] for each in moved] == ["2025-09-24", "2025-10-09", "2025-10-08"]
        assert [each["state"] for each in moved] == ["booked", "booked", "skipped"]


def test_meetings_of_one_series_do_not_overlap_each_other(hall):
    long = hall.book(hall.small, at(10), at(10) + timedelta(hours=30), recurrence="FREQ=DAILY;COUNT=4")
    assert [each["code"] for each in long["occurrences"]] == ["", "itself", "", "itself"]


def test_a_rule_that_cannot_be_is_refused_before_anything_is_written(hall):
    hall.compound.rule(MAX_OCCURRENCES, 10)
    day = date(2026, 11, 24)
    assert series(hall, day, "FREQ=HOURLY").error == "meeting.rule_invalid"
    assert series(hall, day, "FREQ=WEEKLY;BYDAY=MO").error == "meeting.rule_misses_start"
    assert series(hall, day, "FREQ=DAILY;COUNT=11").error == "meeting.too_many_occurrences"
    assert series(hall, day, "", last_on="2026-12-01").error == "meeting.series_only"
    assert hall.ask(timezone="Mars/Olympus").error == "meeting.timezone_unknown"
    assert hall.holds() == []


def test_a_preview_tells_the_same_and_writes_nothing(hall):
    take(hall, date(2026, 11, 25))
    body = hall.body(hall.small, at(9) + timedelta(days=1), recurrence="FREQ=DAILY;COUNT=3")
    seen = hall.organiser.post("/meeting/bookings/preview", body).data
    assert [each["state"] for each in seen["occurrences"]] == ["booked", "conflict", "booked"]
    assert (seen["is_accepted"], seen["conflicts"]) == (True, 1)
    assert len(hall.holds()) == 1
    refused = hall.organiser.post("/meeting/bookings/preview", {**body, "all_or_nothing": True}).data
    assert refused["is_accepted"] is False
