"""Telling people of a booking, within an open unit of work."""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.actor import Permission
from backend.dates import day_text
from backend.db import db
from backend.identity import queries as identity
from backend.notifications.kinds import Kind
from backend.notifications.operations import notify
from meeting.bookings import messages
from meeting.bookings.models import Attendee, Booking, Occurrence
from meeting.bookings.policies import Step, shown_subject
from meeting.rooms import queries as rooms
from meeting.rooms.policies import RoomView

_WEEKDAYS: Final = "一二三四五六日"


def page_of(booking_id: int) -> str:
    """Where a phone shows it."""
    return f"pages/meeting/booking?id={booking_id}"


def when(occurrences: Sequence[Occurrence]) -> str:
    """11月23日（周一）10:00–11:00, of a series with how many they are."""
    first = min(occurrences, key=lambda each: each.start_at)
    start, end = clock.local(first.start_at), clock.local(first.end_at)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{day_text(end)}{end:%H:%M}"
    text = f"{day_text(start)}（周{_WEEKDAYS[start.weekday()]}）{start:%H:%M}–{until}"
    return text if len(occurrences) == 1 else f"{text}等 {len(occurrences)} 场"


def fields_of(booking: Booking, occurrences: Sequence[Occurrence]) -> dict[str, str]:
    """What every message says of a booking: of these of its meetings, a confidential subject never."""
    first = min(occurrences, key=lambda each: each.start_at)
    return {
        "number": booking.number,
        "subject": shown_subject(first.subject, is_confidential=first.is_confidential, knows=False),
        "room": rooms.find(first.room_id).name,
        "when": when(occurrences),
    }


def approvers_of(room: RoomView) -> set[int]:
    """Who decides about a room's bookings."""
    holders = identity.holders(
        Permission.MEETINGS_APPROVE, campus_id=room.campus_id, building_id=room.building_id
    )
    return holders | room.managers


def tell_organiser(
    booking: Booking, occurrences: Sequence[Occurrence], kind: Kind, *, event: str, but: int = 0, **more: str
) -> None:
    """Tell who organises these meetings and who booked them, except for who did it."""
    told = {booking.booked_by, *(each.organiser_id for each in occurrences)} - {but, 0}
    tell(booking, occurrences, kind, told, event=event, **more)


def tell_attendees(
    booking: Booking, occurrences: Sequence[Occurrence], kind: Kind, *, event: str, but: int = 0, **more: str
) -> None:
    """Tell the colleagues who attend, except for who did it."""
    attending = select(Attendee.staff_id).where(
        Attendee.booking_id == booking.id, Attendee.staff_id.is_not(None)
    )
    told = {staff_id for staff_id in db.session.scalars(attending) if staff_id is not None} - {but}
    tell(booking, occurrences, kind, told, event=event, **more)


def tell_approvers(
    booking: Booking, occurrences: Sequence[Occurrence], kind: Kind, *, event: str, but: int = 0, **more: str
) -> None:
    """Tell who decides about the room of these meetings, except for who did it."""
    told = approvers_of(rooms.find(occurrences[0].room_id)) - {but}
    tell(booking, occurrences, kind, told, event=event, **more)


def tell_of_lapse(booking: Booking, occurrences: Sequence[Occurrence], step: Step) -> None:
    """Tell the organiser that nobody decided in time, or that nobody signed in."""
    kind = messages.EXPIRED if step is Step.EXPIRE else messages.RELEASED
    tell_organiser(booking, occurrences, kind, event=step.value)


def tell(
    booking: Booking,
    occurrences: Sequence[Occurrence],
    kind: Kind,
    staff_ids: Collection[int],
    *,
    event: str,
    page: str = "",
    **more: str,
) -> None:
    """Tell these people, once for each event of these meetings as they are now; `page` is the booking's."""
    if not staff_ids or not occurrences:
        return
    newest = max(occurrences, key=lambda each: (each.revision, each.id))
    notify(
        kind,
        staff_ids,
        {**fields_of(booking, occurrences), **more},
        page=page or page_of(booking.id),
        dedupe=f"{event} {booking.id}.{newest.id}.{newest.revision}",
    )
