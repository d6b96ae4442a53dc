"""What the first page tells of meetings: the next ones of today, and what waits for a decision."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import func, or_, select

from backend import clock
from backend.actor import Actor
from backend.counting import Count
from backend.db import db
from meeting.bookings import listing
from meeting.bookings.listing import Scope
from meeting.bookings.models import HOLDING, Attendee, Booking, Occurrence
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms

MOST_COMING: Final = 2
_HELD: Final = [state.value for state in HOLDING]


@dataclass(frozen=True, slots=True)
class Coming:
    """A meeting of today that the actor organises or attends."""

    booking_id: int
    occurrence_id: int
    subject: str
    room: str
    start_at: datetime
    end_at: datetime


def coming(actor: Actor, now: datetime) -> list[Coming]:
    """The actor's own meetings of today that are not over, the next first; one statement."""
    midnight = clock.at_local(clock.local(now).date() + timedelta(days=1), time.min)
    me = actor.staff_id
    attended = select(Attendee.booking_id).where(Attendee.staff_id == me)
    found = db.session.execute(
        select(
            *(Occurrence.booking_id, Occurrence.id, Occurrence.subject, Occurrence.room_id),
            *(Occurrence.start_at, Occurrence.end_at),
        )
        .where(
            Occurrence.state.in_(_HELD),
            Occurrence.start_at < midnight,
            Occurrence.end_at > now,
            or_(Occurrence.lapses_at.is_(None), Occurrence.lapses_at > now),
            or_(Occurrence.organiser_id == me, Occurrence.booking_id.in_(attended)),
        )
        .order_by(Occurrence.start_at, Occurrence.id)
        .limit(MOST_COMING)
    ).all()
    names = rooms.names() if found else {}
    return [Coming(*row[:3], names.get(row.room_id, ""), row.start_at, row.end_at) for row in found]


def decides(actor: Actor) -> bool:
    """Whether the actor decides about any room's bookings; no statement."""
    return any(room_policies.approves(actor, room) for room in rooms.all_rooms().values())


def to_decide(actor: Actor) -> Count:
    """How many bookings wait for the actor's decision."""
    return (
        select(func.count(func.distinct(Booking.id)))
        .select_from(Booking)
        .join(Occurrence, Occurrence.booking_id == Booking.id)
        .where(listing.within(actor, Scope.APPROVALS, clock.now()))
    )
