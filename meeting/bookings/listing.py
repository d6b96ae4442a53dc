"""Lists of bookings and of meetings as people see them, scoped by the actor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.identity.models import Department, Staff
from backend.paging import Page, paginate
from meeting.bookings import policies
from meeting.bookings.models import HOLDING, Attendee, Booking, Occurrence, State
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms

_HELD = [state.value for state in HOLDING]
_READS = (Permission.MEETINGS_READ, Permission.MEETINGS_SERVE, Permission.MEETINGS_OVERRIDE)


class Scope(StrEnum):
    """Which bookings: one's own, those one attends, those that wait for one's decision, all one may see."""

    MINE = "mine"
    ATTENDING = "attending"
    APPROVALS = "approvals"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class RoomRef:
    """A room by name and place."""

    id: int
    name: str
    place: str

    @classmethod
    def of(cls, room_id: int) -> "RoomRef":
        """The room as it is called now."""
        room = rooms.find(room_id)
        return cls(room.id, room.name, room.place_path)


@dataclass(frozen=True, slots=True)
class StaffRef:
    """A member of staff by name; id 0 where it is not said who."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in a list, or the one that stands for a booking: the next, else the last."""

    booking: Booking
    occurrence: Occurrence
    organiser: StaffRef
    department: str
    room: RoomRef
    subject: str
    count: int
    pending: int
    state: State

    @property
    def state_name(self) -> str:
        """已预订 …"""
        return policies.STATE_NAMES[self.state]

    @property
    def is_series(self) -> bool:
        """Whether it repeats."""
        return bool(self.booking.rrule)


def page_bookings(
    actor: Actor,
    *,
    scope: Scope = Scope.MINE,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
    room_id: int | None = None,
    state: State | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """Bookings that have a meeting within the span, in the room, in the state; the newest first."""
    now = clock.now()
    conditions = [Occurrence.booking_id == Booking.id, *_filters(from_at, until_at, room_id, state)]
    conditions.append(within(actor, scope, now))
    found = select(Booking).where(exists().where(*conditions)).order_by(Booking.id.desc())
    own = _own(actor, scope)
    if own is not None:
        found = found.where(Booking.id.in_(own))
    result = paginate(found, page=page, page_size=page_size)
    bookings: Sequence[Booking] = result.rows
    chosen = _standing_for([booking.id for booking in bookings], now)
    counts = _counts([booking.id for booking in bookings])
    pairs = [(booking, chosen[booking.id]) for booking in bookings]
    return Page(_rows(actor, pairs, counts), result.total, page, page_size)


def page_occurrences(
    actor: Actor,
    *,
    scope: Scope = Scope.MINE,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
    room_id: int | None = None,
    state: State | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """Meetings within the span (by default from today), the earliest first."""
    now = clock.now()
    from_at = from_at or clock.at_local(clock.local(now).date(), time.min)
    found: Any = (
        select(Booking, Occurrence)
        .join(Occurrence, Occurrence.booking_id == Booking.id)
        .where(*_filters(from_at, until_at, room_id, state), within(actor, scope, now))
        .order_by(Occurrence.start_at, Occurrence.id)
    )
    own = _own(actor, scope)
    if own is not None:
        found = found.where(Occurrence.booking_id.in_(own))
    result = paginate(found, page=page, page_size=page_size, scalars=False)
    return Page(_rows(actor, [tuple(row) for row in result.rows], None), result.total, page, page_size)


def within(actor: Actor, scope: Scope, now: datetime) -> ColumnElement[bool]:
    """The condition on a booking with one of its meetings that it is in the scope."""
    me = actor.staff_id
    mine = or_(Booking.organiser_id == me, Booking.booked_by == me, Occurrence.organiser_id == me)
    if scope is Scope.MINE:
        return mine
    attending = Occurrence.booking_id.in_(select(Attendee.booking_id).where(Attendee.staff_id == me))
    if scope is Scope.ATTENDING:
        return and_(attending, Occurrence.state.not_in((State.CONFLICT.value, State.SKIPPED.value)))
    if scope is Scope.APPROVALS:
        decided = [room.id for room in rooms.all_rooms().values() if room_policies.approves(actor, room)]
        return and_(
            Occurrence.state == State.PENDING.value,
            or_(Occurrence.lapses_at.is_(None), Occurrence.lapses_at > now),
            Occurrence.room_id.in_(decided) if decided else false(),
            Booking.booked_by != me,
            Occurrence.organiser_id != me,
        )
    read = readable_rooms(actor)
    return or_(mine, attending, Occurrence.room_id.in_(read) if read else false())


def _own(actor: Actor, scope: Scope) -> CompoundSelect[Any] | Select[Any] | None:
    """The bookings that can be in a scope of one's own, each part by its index; None of the other scopes.

    `within` says the same of a row; said this way, nobody else's bookings are looked at.
    """
    me = actor.staff_id
    if scope is Scope.ATTENDING:
        return select(Attendee.booking_id).where(Attendee.staff_id == me)
    if scope is not Scope.MINE:
        return None
    booking, occurrence = aliased(Booking), aliased(Occurrence)
    return union(
        select(booking.id).where(booking.organiser_id == me),
        select(booking.id).where(booking.booked_by == me),
        select(occurrence.booking_id).where(occurrence.organiser_id == me),
    )


def readable_rooms(actor: Actor) -> list[int]:
    """The rooms of which the actor sees every meeting."""
    return [
        room.id
        for room in rooms.all_rooms().values()
        if room_policies.manages(actor, room)
        or room_policies.approves(actor, room)
        or any(room_policies.holds(actor, permission, room) for permission in _READS)
    ]


def _filters(
    from_at: datetime | None, until_at: datetime | None, room_id: int | None, state: State | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if from_at is not None:
        conditions.append(Occurrence.end_at > from_at)
    if until_at is not None:
        conditions.append(Occurrence.start_at < until_at)
    if room_id is not None:
        conditions.append(Occurrence.room_id == room_id)
    if state is not None:
        conditions.append(Occurrence.state == state.value)
    return conditions


def _standing_for(booking_ids: Collection[int], now: datetime) -> dict[int, Occurrence]:
    """The meeting that stands for each booking: the next that is kept, else the next, else the last."""
    is_coming = Occurrence.end_at > now
    rank = case((and_(is_coming, Occurrence.state.in_(_HELD)), 0), (is_coming, 1), else_=2)
    numbered = (
        select(
            Occurrence.id,
            func.row_number()
            .over(
                partition_by=Occurrence.booking_id,
                order_by=[rank, case((is_coming, Occurrence.start_at)), Occurrence.start_at.desc()],
            )
            .label("place"),
        )
        .where(Occurrence.booking_id.in_(booking_ids))
        .subquery()
    )
    found: Select[Any] = select(Occurrence).join(
        numbered, and_(numbered.c.id == Occurrence.id, numbered.c.place == 1)
    )
    return {each.booking_id: each for each in db.session.scalars(found)}


def _counts(booking_ids: Collection[int]) -> dict[int, dict[State, int]]:
    rows = db.session.execute(
        select(Occurrence.booking_id, Occurrence.state, func.count())
        .where(Occurrence.booking_id.in_(booking_ids))
        .group_by(Occurrence.booking_id, Occurrence.state)
    )
    found: dict[int, dict[State, int]] = {}
    for booking_id, state, count in rows:
        found.setdefault(booking_id, {})[State(state)] = count
    return found


def _rows(
    actor: Actor, pairs: Sequence[tuple[Booking, Occurrence]], counts: dict[int, dict[State, int]] | None
) -> list[MeetingRow]:
    organisers = select(Staff.id, Staff.name).where(Staff.id.in_({each.organiser_id for _, each in pairs}))
    names = {row.id: row.name for row in db.session.execute(organisers)}
    whose = select(Department.id, Department.name).where(
        Department.id.in_({each.department_id for _, each in pairs})
    )
    departments = {row.id: row.name for row in db.session.execute(whose)}
    known = known_private(actor, pairs)
    return [
        _row(booking, each, names, departments, counts, knows=not is_private(each) or each.id in known)
        for booking, each in pairs
    ]


def is_private(occurrence: Occurrence) -> bool:
    """Whether it is not everybody's to read whose meeting it was: a confidential one, or one nobody came to.

    Lists of who did not come are no affair of others (国办函〔2026〕12号): statistics tell departments.
    """
    return occurrence.is_confidential or occurrence.state == State.RELEASED


def known_private(actor: Actor, pairs: Sequence[tuple[Booking, Occurrence]]) -> set[int]:
    """Of which private meetings among these the actor may know all; one statement if there are any."""
    confidential = [(booking, each) for booking, each in pairs if is_private(each)]
    if not confidential:
        return set()
    attended = set(
        db.session.scalars(
            select(Attendee.booking_id).where(
                Attendee.booking_id.in_({booking.id for booking, _ in confidential}),
                Attendee.staff_id == actor.staff_id,
            )
        )
    )
    known = set()
    for booking, each in confidential:
        room = rooms.find(each.room_id)
        is_theirs = actor.staff_id in (booking.organiser_id, booking.booked_by, each.organiser_id)
        keeps = room_policies.manages(actor, room) or room_policies.approves(actor, room)
        if is_theirs or keeps or booking.id in attended:
            known.add(each.id)
    return known


def _row(
    booking: Booking,
    occurrence: Occurrence,
    names: dict[int, str],
    departments: dict[int, str],
    counts: dict[int, dict[State, int]] | None,
    *,
    knows: bool,
) -> MeetingRow:
    own = counts[booking.id] if counts is not None else {State(occurrence.state): 1}
    organiser_id = occurrence.organiser_id
    return MeetingRow(
        booking=booking,
        occurrence=occurrence,
        organiser=StaffRef(organiser_id, names.get(organiser_id, "")) if knows else StaffRef(0, ""),
        department=departments.get(occurrence.department_id, "") if knows else "",
        room=RoomRef.of(occurrence.room_id),
        subject=policies.shown_subject(
            occurrence.subject, is_confidential=occurrence.is_confidential, knows=knows
        ),
        count=sum(own.values()),
        pending=own.get(State.PENDING, 0),
        state=policies.summary(own),
    )
