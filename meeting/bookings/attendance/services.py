"""Use cases of the sign-in, and the system's own: meetings that are over end."""

from typing import Final

from backend import clock
from backend.actor import Actor
from backend.db import atomic, db
from backend.jobs import one_by_one
from backend.rules import queries as rules
from meeting.bookings import following, people
from meeting.bookings import queries as bookings
from meeting.bookings.attendance import operations, policies, queries
from meeting.bookings.attendance.queries import CheckIn
from meeting.bookings.attendance.rules import CHECKIN_OPENS_MINUTES
from meeting.bookings.errors import OccurrenceNotFound
from meeting.bookings.models import Occurrence
from meeting.bookings.policies import Verb
from meeting.bookings.refusals import leaving_trace
from meeting.rooms import queries as rooms

# Meetings per run; what is left has its turn a minute later.
_MOST: Final = 2000


@leaving_trace(Verb.CHECK_IN)
def check_in(
    actor: Actor, booking_id: int, *, occurrence_id: int | None = None, plate_code: str = ""
) -> CheckIn:
    """Sign in to a meeting of a booking: the given one, or the one of now; again is harmless.

    For everybody of the meeting, and for those who look after its room. A plate that is named must be the
    room's. Raises BookingNotFound, OccurrenceNotFound, NotYours, OtherPlate, CheckInTooEarly,
    CheckInTooLate, BookingState, and as `queries.room_of_plate`.
    """
    now = clock.now()
    booking, occurrences = bookings.find(actor, booking_id)
    occurrence = _meant(occurrences, occurrence_id)
    who = people.standing(actor, booking, occurrence)
    policies.ensure_belongs(who)
    if plate_code:
        policies.ensure_plate(rooms.find(occurrence.room_id), queries.room_of_plate(plate_code))
    is_first = operations.check_in(actor, occurrence, now)
    return queries.check_in_view(who, occurrence, was_checked_in=not is_first)


@atomic
def check_in_at(actor: Actor, *, plate_code: str) -> CheckIn:
    """Sign in to the meeting of now that the actor belongs to, by the plate of its room.

    Raises NothingToCheckIn, and as `check_in`.
    """
    now = clock.now()
    occurrence, who = queries.to_check_in(actor, queries.room_of_plate(plate_code), now)
    is_first = operations.check_in(actor, occurrence, now)
    return queries.check_in_view(who, occurrence, was_checked_in=not is_first)


def end_past() -> int:
    """Let the meetings whose end has come be over, each in a unit of its own; returns how many."""
    return one_by_one(queries.past(clock.now(), _MOST), end)


@atomic
def end(occurrence_id: int) -> int:
    """Let one meeting be over; 0 if it was, or goes on. Again is harmless."""
    occurrence = db.session.get_one(Occurrence, occurrence_id, populate_existing=True)
    return int(operations.end(occurrence, clock.now()))


@atomic
def remind() -> int:
    """Remind organisers of what has begun and waits for a sign-in; returns how many messages are new."""
    return operations.remind(clock.now())


def _meant(occurrences: list[Occurrence], occurrence_id: int | None) -> Occurrence:
    if occurrence_id is None:
        opens_minutes = rules.value(CHECKIN_OPENS_MINUTES)
        found = policies.nearest(occurrences, clock.now(), opens_minutes=opens_minutes)
    else:
        found = next((each for each in occurrences if each.id == occurrence_id), None)
    if found is None:
        raise OccurrenceNotFound
    return found


following.follow(operations.tell_who_misses_often)
