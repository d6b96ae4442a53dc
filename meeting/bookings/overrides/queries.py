"""Reads of the overrides: one's own, and those of the rooms for which one decides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db
from backend.identity import queries as identity
from backend.paging import Page, paginate
from meeting.bookings import people
from meeting.bookings.models import Booking, Hold, Occurrence
from meeting.bookings.overrides import policies
from meeting.bookings.overrides.errors import NothingToOverride, OverrideNotFound
from meeting.bookings.overrides.models import Override, OverrideState
from meeting.bookings.policies import shown_subject
from meeting.rooms import queries as rooms
from meeting.rooms.policies import RoomView


@dataclass(frozen=True, slots=True)
class Named:
    """A person or a room."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Displaced:
    """A meeting that is in the way, as the reader may see it."""

    id: int
    booking_id: int
    subject: str
    organiser: str
    level: int
    state: str
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class OverrideView:
    """A request with what it is about."""

    override: Override
    booking: Booking
    subject: str
    level: int
    asked_by: Named
    room: Named
    occurrences: Sequence[Occurrence]
    displaced: Sequence[Displaced]
    can_decide: bool
    can_withdraw: bool

    @property
    def state(self) -> OverrideState:
        """How it stands; one that lapsed has, whether or not that is recorded yet."""
        state = OverrideState(self.override.state)
        has_lapsed = state is OverrideState.WAITING and self.override.lapses_at <= clock.now()
        return OverrideState.LAPSED if has_lapsed else state


def find(actor: Actor, override_id: int) -> Override:
    """A request that the actor may know of. Raises OverrideNotFound."""
    override = db.session.get(Override, override_id, populate_existing=True)
    if override is None:
        raise OverrideNotFound
    booking = db.session.get_one(Booking, override.booking_id)
    is_own = actor.staff_id in (override.asked_by, booking.organiser_id)
    if not is_own and not policies.decides(actor, rooms.find(override.room_id)):
        raise OverrideNotFound
    return override


def get_view(actor: Actor, override_id: int) -> OverrideView:
    """A request with what it is about. Raises OverrideNotFound."""
    return view(actor, find(actor, override_id))


def of_booking(actor: Actor, booking_id: int) -> OverrideView | None:
    """What a booking asked for, if it did and the actor may know of it."""
    override = db.session.scalars(select(Override).where(Override.booking_id == booking_id)).one_or_none()
    if override is None:
        return None
    try:
        return get_view(actor, override.id)
    except OverrideNotFound:
        return None


def page(actor: Actor, *, state: OverrideState | None = None, page: int, page_size: int) -> Page:
    """One's own requests and those that one decides on, the newest first."""
    own = [Override.asked_by == actor.staff_id]
    if actor.can(Permission.MEETINGS_OVERRIDE):
        decided = [room.id for room in rooms.all_rooms().values() if policies.decides(actor, room)]
        own.append(Override.room_id.in_(decided))
    statement = select(Override).where(or_(*own)).order_by(Override.id.desc())
    if state is not None:
        statement = statement.where(Override.state == state.value)
    found = paginate(statement, page=page, page_size=page_size)
    return Page(views(actor, found.rows), found.total, found.page, found.page_size)


def to_decide(actor: Actor) -> Count:
    """How many requests wait for the actor's decision."""
    decided = [room.id for room in rooms.all_rooms().values() if policies.decides(actor, room)]
    return (
        select(func.count())
        .select_from(Override)
        .join(Booking, Booking.id == Override.booking_id)
        .where(
            Override.state == OverrideState.WAITING.value,
            Override.lapses_at > clock.now(),
            Override.room_id.in_(decided),
            Override.asked_by != actor.staff_id,
            Booking.organiser_id != actor.staff_id,
        )
    )


def view(actor: Actor, override: Override) -> OverrideView:
    """One request with what it is about."""
    return views(actor, [override])[0]


def views(actor: Actor, overrides: Sequence[Override]) -> list[OverrideView]:
    """Requests with what they are about; as many statements for a page as for one."""
    ids = {each for one in overrides for each in (*one.wanting_ids, *one.displaced_ids)}
    occurrences = {
        each.id: each
        for each in db.session.scalars(
            select(Occurrence).where(Occurrence.id.in_(ids)).execution_options(populate_existing=True)
        )
    }
    booking_ids = {each.booking_id for each in occurrences.values()} | {one.booking_id for one in overrides}
    bookings = {
        each.id: each for each in db.session.scalars(select(Booking).where(Booking.id.in_(booking_ids)))
    }
    staff_ids = {one.asked_by for one in overrides} | {each.organiser_id for each in occurrences.values()}
    names = identity.names_of(staff_ids)
    return [_view(actor, one, occurrences, bookings, names) for one in overrides]


def _view(
    actor: Actor,
    override: Override,
    occurrences: dict[int, Occurrence],
    bookings: dict[int, Booking],
    names: dict[int, str],
) -> OverrideView:
    booking, room = bookings[override.booking_id], rooms.find(override.room_id)
    wanting = [occurrences[each] for each in override.wanting_ids]
    is_open = override.state == OverrideState.WAITING.value and override.lapses_at > clock.now()
    is_own = actor.staff_id in (override.asked_by, booking.organiser_id)
    return OverrideView(
        override=override,
        booking=booking,
        # Who decides must know which meeting they let go before others.
        subject=wanting[0].subject,
        level=wanting[0].level,
        asked_by=Named(override.asked_by, names.get(override.asked_by, "")),
        room=Named(room.id, room.name),
        occurrences=wanting,
        displaced=[
            _displaced(actor, bookings[one.booking_id], one, names)
            for one in (occurrences[each] for each in override.displaced_ids)
        ],
        can_decide=is_open and not is_own and policies.decides(actor, room),
        can_withdraw=is_open and is_own,
    )


def _displaced(actor: Actor, booking: Booking, one: Occurrence, names: dict[int, str]) -> Displaced:
    who = people.standing(actor, booking, one, is_attendee=False)
    knows = who.knows or not one.is_confidential
    return Displaced(
        id=one.id,
        booking_id=one.booking_id,
        subject=shown_subject(one.subject, is_confidential=one.is_confidential, knows=knows),
        organiser=names.get(one.organiser_id, "") if knows else "",
        level=one.level,
        state=one.state,
        start_at=one.start_at,
        end_at=one.end_at,
    )


def in_the_way(room: RoomView, spans: Collection[tuple[datetime, datetime]]) -> list[Occurrence]:
    """The meetings that keep the room at any of these times, the time after them included, by id.

    Raises NothingToOverride where an offer of the waitlist keeps it: that is somebody's for half an hour.
    """
    if not spans:
        return []
    wanted = [(start, end + room.turnaround) for start, end in spans]
    first, last = min(start for start, _ in wanted), max(end for _, end in wanted)
    rows = db.session.execute(
        select(Hold.occurrence_id, Hold.hold_from, Hold.hold_to).where(
            Hold.room_id.in_(room.atom_ids), Hold.hold_to > first, Hold.hold_from < last
        )
    ).all()
    found = {
        row.occurrence_id
        for row in rows
        if any(row.hold_from < end and start < row.hold_to for start, end in wanted)
    }
    if None in found:
        raise NothingToOverride
    return list(
        db.session.scalars(
            select(Occurrence)
            .where(Occurrence.id.in_(found))
            .order_by(Occurrence.id)
            .execution_options(populate_existing=True)
        )
    )
