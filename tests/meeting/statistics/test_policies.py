"""What a meeting adds, what rates are told, and how long rooms can be booked; without a database."""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from backend import clock
from backend.workdays.policies import Calendar, Segment
from meeting.bookings.models import State
from meeting.rooms.models import Approval, ClosureKind
from meeting.rooms.policies import ClosureView, RoomView
from meeting.statistics import figures, policies
from meeting.statistics.policies import Bookable, Fact, Figures, Occupied, Size, Sums
from tests.factories import MONDAY
from tests.meeting.hall import at

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MEETING = Fact(1, 2, at(9), at(10, 30), at(10, 30), State.BOOKED, 6, None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"booked": 1, "booked_minutes": 90}),
        ({"state": State.IN_USE, "checked_in_at": at(9, 2)}, {"booked": 1, "booked_minutes": 90}),
        ({"state": State.RELEASED}, {"booked": 1, "booked_minutes": 90, "no_shows": 1}),
        ({"state": State.CANCELLED}, {"cancelled": 1}),
        ({"state": State.DISPLACED}, {"displaced": 1}),
        ({"state": State.REJECTED}, {"rejected": 1}),
        ({"state": State.EXPIRED}, {"expired": 1}),
        *[({"state": state}, {}) for state in (State.PENDING, State.SKIPPED, State.CONFLICT)],
        (
            {"state": State.ENDED},
            {
                "booked": 1,
                "booked_minutes": 90,
                "held": 1,
                "used_minutes": 90,
                "headed": 1,
                "heads": 6,
                "headed_minutes": 90,
                "head_minutes": 540,
            },
        ),
        (  # Signed in to late, given back early, nobody said how many come.
            {"state": State.ENDED, "headcount": 0, "checked_in_at": at(9, 7), "end_at": at(10)},
            {
                "booked": 1,
                "booked_minutes": 90,
                "held": 1,
                "used_minutes": 53,
                "signed_in": 1,
                "signed_minutes": 53,
            },
        ),
        (  # Signed in to before it began.
            {"state": State.ENDED, "headcount": 0, "checked_in_at": at(8, 50)},
            {
                "booked": 1,
                "booked_minutes": 90,
                "held": 1,
                "used_minutes": 90,
                "signed_in": 1,
                "signed_minutes": 90,
            },
        ),
    ],
)
def test_a_meeting_counts_by_what_became_of_it(changes, expected):
    assert policies.counted(replace(MEETING, **changes)) == expected


def test_the_used_minutes_are_those_of_the_hours_whatever_the_seconds():
    held = replace(
        MEETING,
        state=State.ENDED,
        checked_in_at=at(9, 7) + timedelta(seconds=59),
        end_at=at(10, 30) + timedelta(seconds=1),
    )
    found = policies.hours(held)
    assert found == {(MONDAY, 9): 53, (MONDAY, 10): 30}
    assert sum(found.values()) == policies.counted(held)["used_minutes"]


def test_a_night_counts_on_the_day_it_begins_and_in_the_hours_of_both():
    night = replace(MEETING, state=State.ENDED, start_at=at(23, 30), end_at=at(23, 30) + 90 * MINUTE)
    assert night.on_date == MONDAY
    assert policies.hours(night) == {(MONDAY, 23): 30, (MONDAY + DAY, 0): 60}


def test_a_meeting_given_back_before_anybody_came_used_nothing():
    left = replace(MEETING, state=State.ENDED, checked_in_at=at(9, 5), end_at=at(9, 5))
    assert (policies.counted(left)["used_minutes"], policies.hours(left)) == (0, {})


def test_rates_are_shares_with_what_is_behind_them():
    sums = Sums(
        booked=40, held=30, signed_in=18, no_shows=2, cancelled=8, displaced=2, headed=20, heads=130,
        booked_minutes=2420, used_minutes=1799, signed_minutes=1000, headed_minutes=1200, head_minutes=9000,
    )  # fmt: skip
    told = Figures(sums, 36_000, Occupied(2400, 1700, 900), Bookable(4800, 3400, 3, 4))
    assert told.occupancy_booked is not None
    assert told.occupancy_used is not None
    rates = {
        "booked": told.occupancy_booked,
        "used": told.occupancy_used,
        "no_show": told.no_show,
        "cancellation": told.cancellation,
        "seats": told.seats,
    }
    assert {
        name: (rate.numerator, rate.denominator, str(rate.percent), rate.coverage)
        for name, rate in rates.items()
    } == {
        "booked": (2400, 4800, "50", Decimal("75")),
        "used": (1700, 3400, "50", Decimal("52.9")),
        "no_show": (2, 20, "10", Decimal("62.5")),
        "cancellation": (8, 50, "16", None),
        "seats": (9000, 36_000, "25", Decimal("66.7")),
    }
    lengths = told.booked_length, told.used_length, told.heads_of_meeting
    assert lengths == (Decimal("60.5"), Decimal("60"), Decimal("6.5"))


def test_of_nothing_there_is_no_rate_and_few_meetings_of_a_department_tell_none():
    nothing = Figures(Sums(), 0, Occupied(), Bookable(0, 0, 0, 0))
    assert nothing.occupancy_booked is not None
    assert nothing.occupancy_booked.percent is None
    assert (nothing.no_show.percent, nothing.seats.percent, nothing.used_length) == (None,) * 3
    few = Figures(Sums(booked=4, signed_in=3, no_shows=1), least=5)
    assert (few.no_show.numerator, few.no_show.denominator, few.no_show.percent) == (None, 4, None)
    assert Figures(Sums(booked=5, signed_in=3, no_shows=1), least=5).no_show.percent == 25
    assert few.occupancy_used is None


@pytest.mark.parametrize(
    ("people", "small"),
    [
        ([5, 6, 7], set()),
        ([4, 5, 9], {1, 2}),  # Four alone would follow by subtraction.
        ([2, 3, 9], {1, 2}),
        ([0, 9, 12], {1, 2}),
        ([3, 4, 5, 6], {1, 2}),
        ([4], {1}),
    ],
)
def test_small_departments_stand_together_and_are_never_fewer_than_five_people(people, small):
    sizes = [Size(number, count) for number, count in enumerate(people, start=1)]
    assert policies.small(sizes) == small


# --- how long rooms can be booked ---------------------------------------------------------------------------


def room(room_id: int, *, hours=None, atoms=(), is_active=True) -> RoomView:
    return RoomView(
        id=room_id, name=f"会议室{room_id}", place_id=room_id, place_path="", campus_id=1, campus="",
        building_id=1, position=0, capacity=10, description="", layouts={}, equipment={},
        approval=Approval.NONE, approval_level=None, turnaround_minutes=0, min_minutes=15, max_minutes=480,
        lead_minutes=0, advance_days=30, is_checkin_required=False, grace_minutes=10, exempt_minutes=480,
        is_active=is_active, is_enabled=is_active, revision=0, stamp=0, part_ids=tuple(atoms),
        atom_ids=tuple(atoms) or (room_id,), excluded_ids=frozenset(), hours=hours or {},
        managers=frozenset(), access={},
    )  # fmt: skip


NINE_TO_FIVE = dict.fromkeys(range(1, 6), ((540, 1020),))
# The National Day of 2026: 1–7 October off, Saturday 10 October is worked.
OCTOBER = [date(2026, 9, 28) + DAY * number for number in range(14)]


def base(rooms, days=OCTOBER, closures=(), today=date(2027, 1, 1), calendar=None):
    known = {each.id: each for each in rooms}
    atoms = [each for each in rooms if each.atom_ids == (each.id,)]
    return figures.base(atoms, days, calendar or Calendar(), closures, rooms=known, today=today)


def test_workdays_with_their_makeup_days_times_the_rooms_hours():
    found = base([room(1, hours=NINE_TO_FIVE)])
    worked = [day for day in OCTOBER if found.by_day.get(day)]
    assert [f"{day:%m-%d}" for day in worked] == ["09-28", "09-29", "09-30", "10-08", "10-09", "10-10"]
    assert found.by_room == {1: (6 * 480, 6 * 480)}
    assert found.of_days(OCTOBER, date(2026, 9, 30)) == Bookable(6 * 480, 3 * 480, 1, 1)


def test_a_room_open_always_has_the_offices_hours_and_one_out_of_use_none():
    found = base([room(1), room(2, hours=NINE_TO_FIVE, is_active=False)])
    assert found.of_days(OCTOBER, OCTOBER[-1]) == Bookable(6 * 420, 6 * 420, 1, 2)
    half = Calendar(overrides={MONDAY: (Segment(time(8, 30), time(12)),)})
    assert base([room(1)], [MONDAY], calendar=half).by_day == {MONDAY: 210}


def closure(room_id: int, from_at, until_at, kind=ClosureKind.CLOSED) -> ClosureView:
    return ClosureView(1, room_id, kind, from_at, until_at, "检修", (), 1, from_at, None)


def test_what_is_closed_cannot_be_booked_a_halls_parts_with_it_and_twice_closed_is_closed_once():
    rooms = [room(1, hours=NINE_TO_FIVE), room(2, hours=NINE_TO_FIVE), room(3, atoms=(1, 2))]
    days = [MONDAY, MONDAY + DAY]
    closures = [
        closure(3, at(8), at(10)),  # the hall, and so both parts: one hour each
        closure(1, at(9, 30), at(12)),  # half an hour of it was closed already
        closure(2, at(13), at(14), ClosureKind.BLOCKED),  # kept for some: it can be booked
    ]
    found = base(rooms, days, closures)
    assert found.by_room == {1: (960 - 180, 960 - 180), 2: (960 - 60, 960 - 60)}
    assert found.by_day == {MONDAY: 960 - 240, MONDAY + DAY: 960}
    assert found.of_rooms((1, 2)) == Bookable(1680, 1680, 2, 2)


def test_minutes_are_of_the_compounds_days():
    early = replace(MEETING, start_at=clock.at_local(MONDAY, time(0, 10)))
    assert early.on_date == MONDAY
