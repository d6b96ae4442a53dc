"""Reads of the bookings, scoped by the actor."""

from collections.abc import Collection

from sqlalchemy import select

from backend.actor import Actor
from backend.db import db
from meeting.bookings import people
from meeting.bookings.errors import BookingNotFound, OccurrenceNotFound
from meeting.bookings.models import Attendee, Booking, Occurrence
from meeting.bookings.policies import Standing


def find(actor: Actor, booking_id: int) -> tuple[Booking, list[Occurrence]]:
    """A booking that the actor may know of, with its meetings by beginning. Raises BookingNotFound."""
    booking, occurrences = unscoped(booking_id)
    people.ensure_visible(people.standings(actor, booking, occurrences).values())
    return booking, occurrences


def unscoped(booking_id: int) -> tuple[Booking, list[Occurrence]]:
    """A booking with its meetings, whoever asks. Raises BookingNotFound."""
    booking = db.session.get(Booking, booking_id, populate_existing=True)
    if booking is None:
        raise BookingNotFound
    return booking, occurrences_of([booking_id])


def occurrences_of(booking_ids: Collection[int]) -> list[Occurrence]:
    """The meetings of these bookings, by beginning; one statement."""
    return list(
        db.session.scalars(
            select(Occurrence)
            .where(Occurrence.booking_id.in_(booking_ids))
            .order_by(Occurrence.start_at, Occurrence.id)
            .execution_options(populate_existing=True)
        )
    )


def find_occurrence(actor: Actor, occurrence_id: int) -> tuple[Booking, Occurrence, Standing]:
    """A meeting that the actor may know of, and what they are to it. Raises OccurrenceNotFound."""
    found = db.session.execute(
        select(Booking, Occurrence)
        .join(Occurrence, Occurrence.booking_id == Booking.id)
        .where(Occurrence.id == occurrence_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise OccurrenceNotFound
    booking, occurrence = found
    who = people.standing(actor, booking, occurrence)
    if not who.is_visible:
        raise OccurrenceNotFound
    return booking, occurrence, who


def standing(actor: Actor, booking: Booking, occurrence: Occurrence | None = None) -> Standing:
    """What the actor is to a booking, or to one of its meetings."""
    return people.standing(actor, booking, occurrence)


def attendees_of(booking_id: int) -> list[Attendee]:
    """Who attends, in order."""
    return list(
        db.session.scalars(
            select(Attendee)
            .where(Attendee.booking_id == booking_id)
            .order_by(Attendee.position, Attendee.id)
            .execution_options(populate_existing=True)
        )
    )
