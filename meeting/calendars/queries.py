"""What calendars are told: a booking, a person's meetings, a room's. A fixed number of statements each.

A person's feed tells what they may know. A room's tells what its door shows: no name of a person, and of a
confidential meeting nothing but that it takes place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, or_, select

from backend import clock, vault
from backend.actor import Actor
from backend.config import settings
from backend.db import db
from backend.identity import queries as identity
from backend.identity.departments import DepartmentTree
from backend.identity.models import Staff, StaffStatus
from backend.rules import queries as rule_queries
from meeting.bookings import people, telling
from meeting.bookings import queries as booking_queries
from meeting.bookings.models import Attendee, Booking, Occurrence, State
from meeting.bookings.policies import STATE_NAMES, shown_subject
from meeting.calendars import policies, rules
from meeting.calendars.errors import FeedNotFound
from meeting.calendars.models import CalendarFeed, FeedKind
from meeting.calendars.policies import Meeting, Series
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as room_queries
from meeting.rooms.policies import RoomView


@dataclass(frozen=True, slots=True)
class Contents:
    """A calendar: its title and the bookings that it tells, by number."""

    title: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed that is not revoked. `room_id` is None of a person's."""

    id: int
    kind: FeedKind
    room_id: int | None
    room: str
    title: str
    made_at: datetime
    made_by_name: str


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed with its address, which is told this once."""

    feed: FeedView
    url: str


# --- feeds --------------------------------------------------------------------------------------------------


def list_feeds(actor: Actor) -> list[FeedView]:
    """The actor's own feed, and those of the rooms that they look after."""
    rooms = {
        room.id: room for room in room_queries.all_rooms().values() if room_policies.manages(actor, room)
    }
    own = (CalendarFeed.kind == FeedKind.PERSON.value) & (CalendarFeed.subject_id == actor.staff_id)
    of_rooms = (CalendarFeed.kind == FeedKind.ROOM.value) & CalendarFeed.subject_id.in_(rooms)
    rows = db.session.scalars(
        select(CalendarFeed)
        .where(CalendarFeed.revoked_at.is_(None), or_(own, of_rooms))
        .order_by(CalendarFeed.kind, CalendarFeed.id)
    ).all()
    names = identity.names_of({row.made_by for row in rows})
    return [view_of(row, names.get(row.made_by, ""), rooms) for row in rows]


def view_of(feed: CalendarFeed, made_by_name: str, rooms: dict[int, RoomView]) -> FeedView:
    """A feed as who made it sees it."""
    kind = FeedKind(feed.kind)
    room = rooms[feed.subject_id] if kind is FeedKind.ROOM else None
    return FeedView(
        id=feed.id,
        kind=kind,
        room_id=room.id if room else None,
        room=room.name if room else "",
        title=f"会议室：{room.name}" if room else "我的会议",
        made_at=feed.made_at,
        made_by_name=made_by_name,
    )


def contents_by_token(token: str) -> Contents:
    """What the feed of this token tells now. Raises FeedNotFound.

    An unknown token, a revoked one, one of somebody who left and one of a room that is gone are one refusal.
    """
    feed = db.session.execute(
        select(CalendarFeed.kind, CalendarFeed.subject_id).where(
            CalendarFeed.token_hash == vault.keyed_hash(token), CalendarFeed.revoked_at.is_(None)
        )
    ).one_or_none()
    if feed is None:
        raise FeedNotFound
    return _of_person(feed.subject_id) if feed.kind == FeedKind.PERSON.value else _of_room(feed.subject_id)


def _of_person(staff_id: int) -> Contents:
    row = db.session.execute(select(Staff.name, Staff.status).where(Staff.id == staff_id)).one_or_none()
    if row is None or row.status != StaffStatus.ACTIVE.value:
        raise FeedNotFound
    attended = select(Attendee.booking_id).where(Attendee.staff_id == staff_id)
    is_theirs = or_(Occurrence.organiser_id == staff_id, Occurrence.booking_id.in_(attended))
    return Contents(f"{row.name}的会议", _series(is_theirs, _knowing, in_window=True))


def _of_room(room_id: int) -> Contents:
    room = room_queries.all_rooms().get(room_id)
    if room is None or not room.is_active:
        raise FeedNotFound
    is_here = Occurrence.room_id.in_({room_id, *room.excluded_ids})
    return Contents(room.name, _series(is_here, _at_door, in_window=True, is_door=True))


# --- a booking ----------------------------------------------------------------------------------------------


def contents_of_booking(actor: Actor, booking_id: int) -> tuple[str, Contents]:
    """A booking as far as the actor may see it, with its number. Raises BookingNotFound."""
    booking, occurrences = booking_queries.find(actor, booking_id)
    whos = people.standings(actor, booking, occurrences)
    visible = [occurrence_id for occurrence_id, who in whos.items() if who.is_visible]

    def tell(row: Row[Any], names: _Names) -> tuple[str, list[str]]:
        return (_knowing if whos[row.occurrence_id].knows else _masking)(row, names)

    title = f"会议预订 {booking.number}"
    return booking.number, Contents(title, _series(Occurrence.id.in_(visible), tell))


# --- rows into series ---------------------------------------------------------------------------------------

_COLUMNS = (
    *(Booking.id, Booking.uid, Booking.timezone, Booking.rrule, Booking.first_start_at, Booking.sequence),
    *(Booking.booked_at, Booking.changed_at, Booking.agenda),
    *(Occurrence.id.label("occurrence_id"), Occurrence.slot_at, Occurrence.start_at, Occurrence.end_at),
    *(Occurrence.room_id, Occurrence.organiser_id, Occurrence.department_id, Occurrence.subject),
    *(Occurrence.is_confidential, Occurrence.headcount, Occurrence.note, Occurrence.state),
    *(Occurrence.is_added, Occurrence.lapses_at),
)


@dataclass(frozen=True, slots=True)
class _Names:
    rooms: dict[int, RoomView]
    people: dict[int, str]
    departments: DepartmentTree

    def room(self, room_id: int) -> str:
        room = self.rooms.get(room_id)
        return f"{room.name}（{room.place_path}）" if room else ""

    def department(self, department_id: int) -> str:
        known = department_id in self.departments
        return self.departments.node(department_id).name if known else ""


def _knowing(row: Row[Any], names: _Names) -> tuple[str, list[str]]:
    """Summary and lines for who may know all of a meeting."""
    organiser = names.people.get(row.organiser_id, "")
    department = names.department(row.department_id)
    return row.subject, [
        f"组织人：{organiser}（{department}）" if department else f"组织人：{organiser}",
        f"人数：{row.headcount}" if row.headcount else "",
        f"议程：\n{row.agenda}" if row.agenda else "",
        f"备注：{row.note}" if row.note else "",
    ]


def _masking(row: Row[Any], names: _Names) -> tuple[str, list[str]]:
    """The same for who may know that a confidential meeting takes place, and no more."""
    if not row.is_confidential:
        return _knowing(row, names)
    return shown_subject(row.subject, is_confidential=True, knows=False), []


def _at_door(row: Row[Any], names: _Names) -> tuple[str, list[str]]:
    """What everybody may read who stands before the room."""
    subject = shown_subject(row.subject, is_confidential=row.is_confidential, knows=False)
    return subject, [] if row.is_confidential else [f"部门：{names.department(row.department_id)}"]


_Tell = Callable[[Row[Any], _Names], tuple[str, list[str]]]


def _series(
    condition: ColumnElement[bool], tell: _Tell, *, in_window: bool = False, is_door: bool = False
) -> tuple[Series, ...]:
    """The bookings of these meetings; with a window, all of those that have one within it.

    What has come to nothing is told as cancelled, but at the door not at all. Four statements.
    """
    wanted = cast("Select[Any]", select(*_COLUMNS))
    statement = (
        wanted.join_from(Occurrence, Booking, Booking.id == Occurrence.booking_id)
        .where(condition, Occurrence.state.in_([*policies.LIVE, *policies.GONE]))
        .order_by(Booking.id, Occurrence.slot_at, Occurrence.id)
    )
    if in_window:
        lies_within = select(Occurrence.booking_id).where(condition, *_window())
        statement = statement.where(Booking.id.in_(lies_within))
    rows = db.session.execute(statement).all()
    names = _Names(
        room_queries.all_rooms(),
        identity.names_of({row.organiser_id for row in rows}),
        identity.department_tree(),
    )
    now, found = clock.now(), []
    for booking_id, of_booking in groupby(rows, key=lambda row: row.id):
        told = _standing(list(of_booking), now, with_gone=not is_door)
        url = "" if is_door else f"{settings().h5_url}#/{telling.page_of(booking_id)}"
        if told:
            found.append(_one(told, tell, names, now, url))
    return tuple(found)


def _window() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Within the days that feeds tell, counted from midnight: so they change once a day by themselves."""
    today = clock.today()
    begins = today - timedelta(days=rule_queries.value(rules.FEED_DAYS_BACK))
    ends = today + timedelta(days=rule_queries.value(rules.FEED_DAYS_AHEAD) + 1)
    return Occurrence.start_at >= clock.at_local(begins, time.min), Occurrence.start_at < clock.at_local(
        ends, time.min
    )


def _standing(rows: Sequence[Row[Any]], now: datetime, *, with_gone: bool) -> Sequence[Row[Any]]:
    """What takes place of a booking; of one that has come to nothing what was to."""
    live = [row for row in rows if policies.is_live(State(row.state), row.lapses_at, now)]
    return live or (rows if with_gone else [])


def _one(rows: Sequence[Row[Any]], tell: _Tell, names: _Names, now: datetime, url: str) -> Series:
    first = rows[0]
    return Series(
        uid=first.uid,
        timezone=first.timezone,
        rrule=first.rrule,
        first_start_at=first.first_start_at,
        sequence=first.sequence,
        booked_at=first.booked_at,
        changed_at=first.changed_at,
        url=url,
        meetings=tuple(_meeting(row, tell, names, now) for row in rows),
    )


def _meeting(row: Row[Any], tell: _Tell, names: _Names, now: datetime) -> Meeting:
    summary, lines = tell(row, names)
    state = State(row.state)
    status = policies.status_of(state)
    if not policies.is_live(state, row.lapses_at, now):
        status = policies.Status.CANCELLED
    if status is not policies.Status.CONFIRMED:
        lines = [f"状态：{STATE_NAMES[state]}", *lines]
    return Meeting(
        id=row.occurrence_id,
        slot_at=row.slot_at,
        start_at=row.start_at,
        end_at=row.end_at,
        is_added=row.is_added,
        told=policies.Told(
            summary=summary,
            location=names.room(row.room_id),
            description="\n".join(line for line in lines if line),
            status=status,
            is_confidential=row.is_confidential,
        ),
    )
