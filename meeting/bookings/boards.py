"""What stands in rooms, day by day: one room's schedule, the board of all rooms, what a plate at a door says.

The meetings of any number of rooms are one statement. A meeting of a hall stands in its parts, too, and one
of a part in the hall: it keeps them all. Confidential subjects are masked by who asks.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import exists, or_, select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.identity.models import Department, Staff
from backend.places import queries as place_queries
from backend.places.errors import PlateNotFound
from backend.places.models import PlaceKind
from meeting.bookings import policies
from meeting.bookings.availability import asker_of, calendar_of
from meeting.bookings.models import Attendee, Booking, Hold, Occurrence, State
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms
from meeting.rooms.errors import PeriodInvalid, RoomNotFound
from meeting.rooms.policies import ClosureView, RoomView
from meeting.rooms.sheet import LONGEST_MINUTES

MOST_DAYS: Final = 62
# What is shown; what was cancelled or did not come about stands nowhere.
SHOWN: Final = (State.PENDING, State.BOOKED, State.IN_USE, State.ENDED)
_LONGEST: Final = timedelta(minutes=LONGEST_MINUTES)


@dataclass(frozen=True, slots=True)
class Shown:
    """A meeting as somebody may read it. `is_mine`: they organise, booked or attend it.

    Who organises a confidential one, and whose it is, is "" to who may not know.
    """

    occurrence_id: int
    booking_id: int
    room_id: int
    start_at: datetime
    end_at: datetime
    state: State
    subject: str
    organiser_id: int
    organiser: str
    department_id: int
    department: str
    headcount: int
    is_confidential: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A time, half-open."""

    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class RoomBoard:
    """What stands in a room within a span. `offered` is what the waitlist holds for somebody."""

    room: RoomView
    hours: Sequence[Span]
    closures: Sequence[ClosureView]
    meetings: Sequence[Shown]
    offered: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Board:
    """Rooms within a span."""

    from_at: datetime
    until_at: datetime
    rooms: Sequence[RoomBoard]


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """What somebody before a room may do. `free_until` is None if it is taken now, or free all day."""

    room: RoomView
    now: Shown | None
    next: Shown | None
    can_book: bool
    can_check_in: bool
    free_until: datetime | None


def timeline(actor: Actor, on: date, days: int = 1, campus_id: int | None = None) -> Board:
    """The rooms that the actor may see, of a campus or all, on some days; their meetings by one statement."""
    wanted = [
        room
        for room in rooms.visible_rooms(actor).values()
        if room.is_active and campus_id in (None, room.campus_id)
    ]
    from_at = clock.at_local(on, time.min)
    until_at = clock.at_local(on + timedelta(days=days), time.min)
    return Board(from_at, until_at, boards(wanted, from_at, until_at, actor))


def schedule(actor: Actor, room_id: int, from_at: datetime, until_at: datetime) -> RoomBoard:
    """What stands in a room within a span. Raises RoomNotFound or PeriodInvalid."""
    room = rooms.get(actor, room_id)
    if until_at <= from_at:
        raise PeriodInvalid(reason="结束时间应晚于开始时间")
    if until_at - from_at > timedelta(days=MOST_DAYS):
        raise PeriodInvalid(reason=f"最多查看 {MOST_DAYS} 天")
    return boards([room], from_at, until_at, actor)[0]


def at_the_door(actor: Actor, code: str, *, checks_in_from: timedelta) -> AtTheDoor:
    """What the plate of a room says to the actor: a token, or a code as it is printed.

    A meeting may be signed in to `checks_in_from` before its beginning, by those of it and by stewards.

    Raises PlateNotFound, PlateRevoked, or RoomNotFound if no meeting room that the actor may see is there.
    """
    room = room_of_plate(actor, code)
    now = clock.now()
    midnight = clock.at_local(clock.today() + timedelta(days=1), time.min)
    [board] = boards([room], now, midnight, actor)
    coming = [meeting for meeting in board.meetings if meeting.start_at > now]
    current = next((meeting for meeting in board.meetings if meeting.start_at <= now), None)
    busy = [
        *(meeting.start_at for meeting in coming),
        *(span.start_at for span in board.offered),
        *(closure.from_at for closure in board.closures),
    ]
    can_book = asker_of(actor).may_book(room)
    free_until = min((at for at in busy), default=None) if current is None else None
    kept = room_policies.kept_by(actor, [room])
    serves = bool(kept) or room_policies.holds(actor, Permission.MEETINGS_SERVE, room)
    can_check_in = any(
        meeting.state is State.BOOKED
        and meeting.start_at - checks_in_from <= now
        and (meeting.is_mine or serves)
        for meeting in board.meetings
    )
    return AtTheDoor(room, current, next(iter(coming), None), can_book, can_check_in, free_until)


def room_of_plate(actor: Actor, code: str) -> RoomView:
    """The meeting room at whose place a plate hangs, by token or printed code. Raises as `at_the_door`."""
    try:
        plate = place_queries.find_by_code(code)
    except PlateNotFound:
        plate = place_queries.find_by_token(code)
    room = rooms.at_place(plate.place.id) if plate.place.kind is PlaceKind.ROOM else None
    if room is None:
        raise RoomNotFound
    return rooms.get(actor, room.id)


def boards(
    wanted: Sequence[RoomView], from_at: datetime, until_at: datetime, actor: Actor | None
) -> list[RoomBoard]:
    """What stands in each of these rooms; a public display has no actor. At most four statements."""
    concerned = {room.id for room in wanted}.union(*(room.excluded_ids for room in wanted))
    meetings = _by_room(meetings_in(concerned, from_at, until_at, actor))
    offers = _offers({atom for room in wanted for atom in room.atom_ids}, from_at, until_at)
    closures = rooms.closures([room.id for room in wanted], from_at, until_at) if wanted else []
    calendar = calendar_of(wanted, from_at, until_at)
    first_on = clock.local(from_at).date()
    beyond_on = clock.local(until_at - timedelta(microseconds=1)).date() + timedelta(days=1)
    return [
        RoomBoard(
            room=room,
            hours=_clipped(room_policies.open_spans(room, first_on, beyond_on, calendar), from_at, until_at),
            closures=[one for one in closures if one.room_id in {room.id, *room.excluded_ids}],
            meetings=sorted(
                (one for each in (room.id, *room.excluded_ids) for one in meetings.get(each, ())),
                key=lambda one: (one.start_at, one.occurrence_id),
            ),
            offered=sorted(
                {span for atom in room.atom_ids for span in offers.get(atom, ())},
                key=lambda span: span.start_at,
            ),
        )
        for room in wanted
    ]


def meetings_in(
    room_ids: Collection[int],
    from_at: datetime,
    until_at: datetime,
    actor: Actor | None,
    *,
    states: Collection[State] = SHOWN,
) -> list[Shown]:
    """The meetings of these rooms within a span, as the actor (None: nobody) may read them; one statement.

    What has lapsed is left out, whether it has been tidied up or not.
    """
    staff_id = actor.staff_id if actor is not None else 0
    attends = exists().where(Attendee.booking_id == Occurrence.booking_id, Attendee.staff_id == staff_id)
    statement = (
        select(
            *(Occurrence.id, Occurrence.booking_id, Occurrence.room_id, Occurrence.start_at),
            *(Occurrence.end_at, Occurrence.state, Occurrence.subject, Occurrence.headcount),
            *(Occurrence.is_confidential, Occurrence.organiser_id, Booking.booked_by),
            Occurrence.department_id,
            *(Staff.name.label("organiser"), Department.name.label("department")),
            attends.label("attends"),
        )
        .join(Booking, Booking.id == Occurrence.booking_id)
        .join(Staff, Staff.id == Occurrence.organiser_id)
        .outerjoin(Department, Department.id == Occurrence.department_id)
        .where(
            Occurrence.room_id.in_(sorted(room_ids)),
            Occurrence.start_at < until_at,
            Occurrence.start_at > from_at - _LONGEST,
            Occurrence.end_at > from_at,
            Occurrence.state.in_([state.value for state in states]),
            or_(Occurrence.lapses_at.is_(None), Occurrence.lapses_at > clock.now()),
        )
        .order_by(Occurrence.start_at, Occurrence.id)
    )
    known = rooms.all_rooms()
    kept = room_policies.kept_by(actor, (known[each] for each in room_ids)) if actor else frozenset()
    return [_shown(row, staff_id, kept) for row in db.session.execute(statement)]


def _shown(row: Any, staff_id: int, kept: frozenset[int]) -> Shown:
    is_mine = bool(staff_id) and (staff_id in (row.organiser_id, row.booked_by) or row.attends)
    knows = not row.is_confidential or is_mine or row.room_id in kept
    return Shown(
        occurrence_id=row.id,
        booking_id=row.booking_id,
        room_id=row.room_id,
        start_at=row.start_at,
        end_at=row.end_at,
        state=State(row.state),
        subject=policies.shown_subject(row.subject, is_confidential=row.is_confidential, knows=knows),
        organiser_id=row.organiser_id,
        organiser=row.organiser if knows else "",
        department_id=row.department_id,
        department=(row.department or "") if knows else "",
        headcount=row.headcount if knows else 0,
        is_confidential=row.is_confidential,
        is_mine=is_mine,
    )


def _offers(atom_ids: Collection[int], from_at: datetime, until_at: datetime) -> dict[int, list[Span]]:
    """What the waitlist holds, by physical room. Few offers are open at any time: all of them are read."""
    found: defaultdict[int, list[Span]] = defaultdict(list)
    rows = db.session.execute(
        select(Hold.room_id, Hold.hold_from, Hold.hold_to).where(
            Hold.offer_id > 0,
            Hold.lapses_at > clock.now(),
            Hold.hold_from < until_at,
            Hold.hold_to > from_at,
        )
    )
    for room_id, start, end in rows:
        if room_id in atom_ids:
            found[room_id].append(Span(start, end))
    return found


def _by_room(meetings: Sequence[Shown]) -> dict[int, list[Shown]]:
    found: defaultdict[int, list[Shown]] = defaultdict(list)
    for meeting in meetings:
        found[meeting.room_id].append(meeting)
    return found


def _clipped(spans: Sequence[tuple[datetime, datetime]], from_at: datetime, until_at: datetime) -> list[Span]:
    """The parts of spans that lie within one; those that touch as one."""
    found: list[Span] = []
    for start, end in spans:
        begins, ends = max(start, from_at), min(end, until_at)
        if begins >= ends:
            continue
        if found and found[-1].end_at == begins:
            found[-1] = Span(found[-1].start_at, ends)
        else:
            found.append(Span(begins, ends))
    return found
