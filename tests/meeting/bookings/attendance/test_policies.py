"""When a meeting may be signed in to, which one is meant, and how no-shows are told."""

from datetime import timedelta
from decimal import Decimal

import pytest

from meeting.bookings.attendance import policies
from meeting.bookings.attendance.errors import CheckInTooEarly, CheckInTooLate, NoShowDaysInvalid
from meeting.bookings.attendance.policies import Missed
from meeting.bookings.errors import BookingState, NotYours
from meeting.bookings.models import Occurrence, State
from meeting.bookings.policies import Standing
from tests.factories import MONDAY
from tests.meeting.hall import at


def meeting(state=State.BOOKED, start=14, end=15, lapses_at=None, number=1):
    return Occurrence(id=number, state=state.value, start_at=at(start), end_at=at(end), lapses_at=lapses_at)


@pytest.mark.parametrize(
    ("state", "now", "lapses_at", "refusal"),
    [
        (State.BOOKED, at(13, 29), None, CheckInTooEarly),
        (State.BOOKED, at(13, 30), None, None),
        (State.BOOKED, at(14, 9), at(14, 10), None),
        (State.BOOKED, at(14, 10), at(14, 10), CheckInTooLate),
        (State.BOOKED, at(14, 59), None, None),
        (State.BOOKED, at(15), None, CheckInTooLate),
        (State.PENDING, at(14), None, BookingState),
        (State.RELEASED, at(14), None, BookingState),
        (State.CANCELLED, at(14), None, BookingState),
    ],
)
def test_when_a_meeting_may_be_signed_in_to(state, now, lapses_at, refusal):
    occurrence = meeting(state, lapses_at=lapses_at)
    if refusal is None:
        policies.ensure_now(occurrence, now, opens_minutes=30)
    else:
        with pytest.raises(refusal):
            policies.ensure_now(occurrence, now, opens_minutes=30)


@pytest.mark.parametrize(
    ("occurrences", "now", "expected"),
    [
        # The one that has begun and waits, before one about to begin.
        ([meeting(number=1), meeting(start=15, end=16, number=2)], at(14, 50), 1),
        # One about to begin, before one that has been signed in to.
        ([meeting(State.IN_USE, number=1), meeting(start=15, end=16, number=2)], at(14, 50), 2),
        ([meeting(State.IN_USE, number=1), meeting(start=16, end=17, number=2)], at(14, 50), 1),
        # The next of a series, and of one that is over the last.
        ([meeting(State.ENDED, 8, 9, number=1), meeting(number=2)], at(10), 2),
        ([meeting(State.ENDED, 8, 9, number=1), meeting(State.RELEASED, number=2)], at(17), 2),
        ([], at(10), None),
    ],
)
def test_which_meeting_is_meant(occurrences, now, expected):
    found = policies.nearest(occurrences, now, opens_minutes=30)
    assert (found.id if found else None) == expected


@pytest.mark.parametrize("standing", ["is_organiser", "is_booker", "is_attendee", "serves", "manages"])
def test_anybody_of_the_meeting_and_who_looks_after_its_room_signs_in(standing):
    policies.ensure_belongs(Standing(**{standing: True}))


def test_who_only_reads_does_not_sign_in():
    with pytest.raises(NotYours):
        policies.ensure_belongs(Standing(reads=True, overrides=True))


def row(number, people, meetings, no_shows):
    return Missed(number, f"处室{number}", people, meetings, no_shows)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Most no-shows first.
        ([row(1, 9, 9, 1), row(2, 8, 9, 3)], [(2, 9, 3), (1, 9, 1)]),
        # Few people, or few meetings: together.
        ([row(1, 9, 9, 1), row(2, 4, 9, 3), row(3, 8, 2, 2)], [(1, 9, 1), (None, 11, 5)]),
        # Whoever knows the whole must not find a small one by subtraction: the smallest goes with it.
        ([row(1, 20, 9, 1), row(2, 4, 9, 3), row(3, 6, 9, 2)], [(1, 9, 1), (None, 18, 5)]),
        # Too few people in all: nobody is shown.
        ([row(1, 4, 9, 3)], []),
        ([], []),
    ],
)
def test_small_departments_are_not_told_apart(rows, expected):
    found = policies.told_apart(rows, least_meetings=5)
    assert [(each.department_id, each.meetings, each.no_shows) for each in found] == expected


def test_a_share_is_rounded_once_and_of_nothing_is_none():
    assert row(1, 9, 3, 1).percent == Decimal("33.3")
    assert row(1, 9, 8, 1).percent == Decimal("12.5")
    assert row(1, 9, 0, 0).percent is None


def test_days_are_neither_reversed_nor_too_many():
    policies.ensure_days(MONDAY, MONDAY + timedelta(days=365))
    for until in (MONDAY - timedelta(days=1), MONDAY + timedelta(days=366)):
        with pytest.raises(NoShowDaysInvalid):
            policies.ensure_days(MONDAY, until)


@pytest.mark.parametrize(
    ("count", "every", "told"), [(3, 3, True), (4, 3, False), (6, 3, True), (0, 3, False), (3, 0, False)]
)
def test_an_organiser_is_reminded_at_each_multiple(count, every, told):
    assert policies.is_told(count, every) is told
