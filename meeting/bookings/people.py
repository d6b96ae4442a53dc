"""Who has to do with a booking: organiser, booker, attendees, and whoever looks after its room."""

from collections.abc import Collection, Sequence

import structlog
from sqlalchemy import select

from backend.actor import Actor, Permission
from backend.db import db
from backend.identity import queries as identity
from backend.identity.models import Posting, Staff, StaffStatus
from backend.identity.policies import mask_phone
from backend.vault import decrypt
from meeting.bookings.errors import BookingNotFound, NotForThem, NotYours, OrganiserUnknown
from meeting.bookings.models import Attendee, Booking, Occurrence
from meeting.bookings.policies import Standing
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms
from meeting.rooms.policies import RoomView

log = structlog.get_logger(__name__)


def standing_in(
    actor: Actor, booking: Booking, room: RoomView, *, organiser_id: int, is_attendee: bool
) -> Standing:
    """What the actor is to a meeting in a room."""
    approves = room_policies.approves(actor, room)
    return Standing(
        is_organiser=actor.staff_id in (organiser_id, booking.organiser_id) and bool(actor.staff_id),
        is_booker=actor.staff_id == booking.booked_by and bool(actor.staff_id),
        is_attendee=is_attendee,
        approves=approves,
        manages=approves or room_policies.manages(actor, room),
        serves=room_policies.holds(actor, Permission.MEETINGS_SERVE, room),
        reads=room_policies.holds(actor, Permission.MEETINGS_READ, room),
        overrides=room_policies.holds(actor, Permission.MEETINGS_OVERRIDE, room),
    )


def attends(actor: Actor, booking_id: int) -> bool:
    """Whether the actor is among the attendees."""
    found = select(Attendee.id).where(Attendee.booking_id == booking_id, Attendee.staff_id == actor.staff_id)
    return db.session.execute(found.limit(1)).first() is not None


def standing(
    actor: Actor, booking: Booking, occurrence: Occurrence | None = None, *, is_attendee: bool | None = None
) -> Standing:
    """What the actor is to a booking, or to one of its meetings."""
    room_id = occurrence.room_id if occurrence is not None else booking.room_id
    organiser_id = occurrence.organiser_id if occurrence is not None else booking.organiser_id
    return standing_in(
        actor,
        booking,
        rooms.find(room_id),
        organiser_id=organiser_id,
        is_attendee=attends(actor, booking.id) if is_attendee is None else is_attendee,
    )


def standings(actor: Actor, booking: Booking, occurrences: Sequence[Occurrence]) -> dict[int, Standing]:
    """What the actor is to each of a booking's meetings, by their id; one statement."""
    is_attendee = attends(actor, booking.id)
    found: dict[tuple[int, int], Standing] = {}
    for each in occurrences:
        key = (each.room_id, each.organiser_id)
        if key not in found:
            found[key] = standing(actor, booking, each, is_attendee=is_attendee)
    return {each.id: found[each.room_id, each.organiser_id] for each in occurrences}


def ensure_visible(whos: Collection[Standing]) -> None:
    """Raise BookingNotFound unless the actor may know of one of the meetings."""
    if not any(who.is_visible for who in whos):
        raise BookingNotFound


def ensure_owns(whos: Collection[Standing]) -> None:
    """Raise BookingNotFound, or NotYours unless all are the actor's to change, as owner or room's keeper."""
    ensure_visible(whos)
    if not all(who.owns or who.manages for who in whos):
        raise NotYours


def name_of(staff_id: int) -> str:
    """The name of a member of staff, "" if there is none."""
    return identity.names_of([staff_id]).get(staff_id, "") if staff_id else ""


def contact_phone(booking: Booking) -> str:
    """The number that was written down for a booking, "" if none was."""
    if booking.contact_phone_cipher is None:
        return ""
    try:
        return decrypt(booking.contact_phone_cipher)
    except ValueError:  # Written under another key: the booking can still be read.
        log.warning("contact phone written under another key", booking_id=booking.id)
        return identity.UNREADABLE


def masked_phone(booking: Booking) -> str:
    """The same as it may be shown."""
    phone = contact_phone(booking)
    return mask_phone(phone) if phone and phone != identity.UNREADABLE else phone


def organiser_of(
    actor: Actor, room: RoomView, *, organiser_id: int | None, department_id: int | None
) -> tuple[int, int]:
    """For whom, and for which department, the actor books the room; no statement for oneself.

    Colleagues of a common department may book for each other, who keeps the room for everybody. The
    department is one of the organiser's, their main one if none is named. Raises OrganiserUnknown or
    NotForThem.
    """
    is_own = organiser_id in (None, actor.staff_id)
    if is_own and department_id in (None, actor.department_id):
        return actor.staff_id, actor.department_id
    staff_id = actor.staff_id if organiser_id is None else organiser_id
    posts = db.session.execute(
        select(Posting.department_id, Posting.is_primary)
        .join(Staff, Staff.id == Posting.staff_id)
        .where(Staff.id == staff_id, Staff.status == StaffStatus.ACTIVE.value)
        .order_by(Posting.is_primary.desc())
    ).all()
    own = [post.department_id for post in posts]
    if not own or (department_id is not None and department_id not in own):
        raise OrganiserUnknown
    keeps_room = room_policies.approves(actor, room) or room_policies.manages(actor, room)
    if not (is_own or keeps_room or actor.department_id in own):
        raise NotForThem
    return staff_id, department_id or own[0]
