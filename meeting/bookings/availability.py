"""Which rooms are free, and what comes near it where none is: another time, another room, another campus.

Nothing here promises a room: the booking looks again with the rooms locked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from backend import clock
from backend.actor import Actor
from backend.workdays import queries as workday_queries
from backend.workdays.policies import Calendar
from meeting.bookings import occupied
from meeting.bookings.occupied import Occupied
from meeting.bookings.policies import START_GRACE
from meeting.rooms import policies, queries
from meeting.rooms.models import Approval, Layout, Level, Right
from meeting.rooms.policies import RoomView, Subject, Wants

STEP: Final = timedelta(minutes=15)
# How far a meeting is shifted in a suggestion.
FARTHEST: Final = timedelta(hours=3)
_OFFSETS: Final = tuple(sign * number * STEP for number in range(1, FARTHEST // STEP + 1) for sign in (1, -1))
# How many rooms are tried at other times, and how many suggestions of a kind are made.
_TRIED: Final = 20
_OF_A_KIND: Final = 3
ANYTHING: Final = Wants()
# From which size a room counts as a bigger one.
_BIGGER: Final = 1.5


class Why(StrEnum):
    """Why a room is not to be had."""

    TAKEN = "taken"
    CLOSED = "closed"
    HOURS = "hours"
    LENGTH = "length"
    LEAD = "lead"
    BEYOND = "beyond"
    PAST = "past"


class SuggestionKind(StrEnum):
    """What a suggestion changes."""

    SHIFT = "shift"
    OTHER_ROOM = "other_room"
    BIGGER_ROOM = "bigger_room"
    OTHER_CAMPUS = "other_campus"
    FEWER_EQUIPMENT = "fewer_equipment"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A room that is free at a time. `lacking` is the equipment, by code, that it does not have."""

    kind: SuggestionKind
    room: RoomView
    start: datetime
    end: datetime
    needs_approval: bool = False
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FreeRoom:
    """A room that is free. `seats` are those in the wanted layout."""

    room: RoomView
    seats: int
    needs_approval: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, the best fitting first, and what comes near it."""

    rooms: Sequence[FreeRoom]
    total: int
    suggestions: Sequence[Suggestion]


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom rooms are looked for: an actor, or somebody who does not act (a displaced organiser).

    `kept` are the rooms that they look after or approve for: nobody need approve their bookings there.
    """

    subject: Subject
    kept: frozenset[int] = frozenset()

    def may_book(self, room: RoomView) -> bool:
        """Whether the room may be booked by them at all, at once or with approval."""
        return room.is_active and (room.id in self.kept or policies.may(self.subject, room, Right.PREBOOK))


@dataclass(frozen=True, slots=True)
class Search:
    """One look for rooms: for whom, what is kept, and by which calendar hours are read."""

    asker: Asker
    kept: Occupied
    calendar: Calendar | None
    now: datetime
    today: date = field(default_factory=clock.today)

    def why_not(self, room: RoomView, start: datetime, end: datetime) -> Why | None:
        """Why the room is not to be had for [start, end), or None; its access has been looked at before."""
        if start < self.now - START_GRACE:
            return Why.PAST
        if not policies.is_length_allowed(room, start, end):
            return Why.LENGTH
        if room.lead_minutes and policies.is_too_late(room, start, self.now):
            return Why.LEAD
        if policies.is_too_far(room, start, self.today):
            return Why.BEYOND
        is_open = policies.is_within_hours(room, start, end, self.calendar)
        if not is_open and room.approval is not Approval.OUTSIDE_HOURS:
            return Why.HOURS
        if policies.closure_against(self.asker.subject, room.closures, start, end) is not None:
            return Why.CLOSED
        return Why.TAKEN if self.kept.in_the_way(room, start, end) is not None else None

    def needs_approval(self, room: RoomView, start: datetime, end: datetime, level: Level) -> bool:
        """Whether a booking would wait for approval."""
        if room.id in self.asker.kept:
            return False
        if not policies.may(self.asker.subject, room, Right.BOOK):
            return True
        is_open = policies.is_within_hours(room, start, end, self.calendar)
        return policies.needs_approval(room, level=level, is_within_hours=is_open)


def free_rooms(
    actor: Actor,
    start: datetime,
    end: datetime,
    *,
    wants: Wants = ANYTHING,
    room_id: int | None = None,
    level: Level = Level.ORDINARY,
    limit: int = 50,
) -> Found:
    """The rooms that the actor could book for [start, end), the smallest that do first, and near misses.

    At most `limit` of them are given, though all are counted. With `room_id` the suggestions are about that
    room. At most four statements, however many rooms there are. Raises RoomNotFound for a room that the actor
    may not see.
    """
    wished = queries.get(actor, room_id) if room_id is not None else None
    asker = asker_of(actor)
    bookable = [room for room in queries.all_rooms().values() if asker.may_book(room)]
    search = _search(asker, bookable, start, end)
    fitting = [room for room in bookable if policies.offers(room, wants)]
    free = [
        FreeRoom(room, room.seats(wants.layout), search.needs_approval(room, start, end, level))
        for room in _by_fit(fitting, wants)
        if search.why_not(room, start, end) is None
    ]
    near = _near_misses(search, bookable, wished, wants, start, end, level, has_found=bool(free))
    return Found(free[:limit], len(free), near)


def asker_of(actor: Actor) -> Asker:
    """The actor as one for whom rooms are looked for."""
    return Asker(queries.subject_of(actor), policies.kept_by(actor, queries.all_rooms().values()))


def suggestions(
    actor: Actor,
    room_id: int,
    start: datetime,
    end: datetime,
    *,
    capacity: int = 0,
    equipment: Iterable[str] = (),
    layout: Layout | None = None,
    limit: int = 3,
) -> list[Suggestion]:
    """What the actor could have instead of a room at a time."""
    asker = asker_of(actor)
    wants = Wants(capacity=capacity, layout=layout, equipment=frozenset(equipment))
    return _alternatives(asker, queries.find(room_id), start, end, wants, limit)


def alternatives(
    subject: Subject,
    room: RoomView,
    start: datetime,
    end: datetime,
    *,
    headcount: int = 0,
    layout: Layout | None = None,
    limit: int = 3,
) -> list[Suggestion]:
    """What somebody who loses a room could have instead, whoever acts; in a unit it sees what that wrote."""
    return _alternatives(Asker(subject), room, start, end, Wants(capacity=headcount, layout=layout), limit)


def _alternatives(
    asker: Asker, room: RoomView, start: datetime, end: datetime, wants: Wants, limit: int
) -> list[Suggestion]:
    bookable = [each for each in queries.all_rooms().values() if asker.may_book(each)]
    search = _search(asker, bookable, start, end)
    others = list(_other_rooms(search, bookable, room, wants, start, end, Level.ORDINARY))
    shifted = list(_shifted(search, [room], wants, start, end, Level.ORDINARY))
    found = [*others[: max(limit - 1, 1)], *shifted, *others[max(limit - 1, 1) :]]
    return found[:limit]


def _search(asker: Asker, rooms: Sequence[RoomView], start: datetime, end: datetime) -> Search:
    longest = timedelta(minutes=max((room.turnaround_minutes for room in rooms), default=0))
    kept = occupied.within(start - FARTHEST, end + FARTHEST + longest)
    return Search(asker, kept, calendar_of(rooms, start - FARTHEST, end + FARTHEST), clock.now())


def calendar_of(rooms: Iterable[RoomView], from_at: datetime, until_at: datetime) -> Calendar | None:
    """The calendar of a span, if any of the rooms has hours; one statement."""
    if not any(room.hours for room in rooms):
        return None
    return workday_queries.calendar_for(clock.local(from_at).date(), clock.local(until_at).date())


def _by_fit(rooms: Iterable[RoomView], wants: Wants) -> list[RoomView]:
    """The smallest first; of those that are alike, in their order."""
    return sorted(rooms, key=lambda room: room.seats(wants.layout) - wants.capacity)


def _near_misses(
    search: Search,
    bookable: Sequence[RoomView],
    wished: RoomView | None,
    wants: Wants,
    start: datetime,
    end: datetime,
    level: Level,
    *,
    has_found: bool,
) -> list[Suggestion]:
    found: list[Suggestion] = []
    if wished is not None:
        if wished in bookable and search.why_not(wished, start, end) is None:
            return []
        found += _shifted(search, [wished], wants, start, end, level)
        found += list(_other_rooms(search, bookable, wished, wants, start, end, level))[:_OF_A_KIND]
        return found
    if has_found:
        return []
    fitting = [room for room in bookable if policies.offers(room, wants)]
    found += _shifted(search, _by_fit(fitting, wants)[:_TRIED], wants, start, end, level)[:_OF_A_KIND]
    found += _elsewhere(search, bookable, wants, start, end, level)
    found += _less_equipped(search, bookable, wants, start, end, level)
    return found


def _shifted(
    search: Search, rooms: Sequence[RoomView], wants: Wants, start: datetime, end: datetime, level: Level
) -> list[Suggestion]:
    """Each room at the nearest other time, the smallest shifts first."""
    found = []
    for room in rooms:
        if not search.asker.may_book(room):
            continue
        for offset in _OFFSETS:
            times = (start + offset, end + offset)
            if search.why_not(room, *times) is None:
                needed = search.needs_approval(room, *times, level)
                found.append(Suggestion(SuggestionKind.SHIFT, room, *times, needed))
                break
    return sorted(found, key=lambda one: abs(one.start - start))


def _other_rooms(
    search: Search,
    bookable: Sequence[RoomView],
    wished: RoomView,
    wants: Wants,
    start: datetime,
    end: datetime,
    level: Level,
) -> Iterator[Suggestion]:
    """Other rooms at the same time: those of the same campus first, then by how well they fit."""
    # Without a headcount what is wanted is a room like that one.
    least = wants.capacity or wished.seats(wants.layout)
    wanted = Wants(least, wants.layout, wants.equipment)
    fitting = [room for room in bookable if policies.offers(room, wanted) and room.id != wished.id]
    for room in sorted(_by_fit(fitting, wanted), key=lambda room: room.campus_id != wished.campus_id):
        if search.why_not(room, start, end) is None:
            kind = _kind(room, wished, least)
            yield Suggestion(kind, room, start, end, search.needs_approval(room, start, end, level))


def _kind(room: RoomView, wished: RoomView, least: int) -> SuggestionKind:
    if room.campus_id != wished.campus_id:
        return SuggestionKind.OTHER_CAMPUS
    return SuggestionKind.BIGGER_ROOM if room.capacity >= least * _BIGGER else SuggestionKind.OTHER_ROOM


def _elsewhere(
    search: Search, bookable: Sequence[RoomView], wants: Wants, start: datetime, end: datetime, level: Level
) -> list[Suggestion]:
    """Rooms of other campuses than the wanted one."""
    if wants.campus_id is None:
        return []
    anywhere = Wants(wants.capacity, wants.layout, wants.equipment)
    rooms = [
        room for room in bookable if room.campus_id != wants.campus_id and policies.offers(room, anywhere)
    ]
    free = (room for room in _by_fit(rooms, anywhere) if search.why_not(room, start, end) is None)
    return [
        Suggestion(
            SuggestionKind.OTHER_CAMPUS, room, start, end, search.needs_approval(room, start, end, level)
        )
        for room, _ in zip(free, range(_OF_A_KIND), strict=False)
    ]


def _less_equipped(
    search: Search, bookable: Sequence[RoomView], wants: Wants, start: datetime, end: datetime, level: Level
) -> list[Suggestion]:
    """Rooms that seat the people but lack some equipment; those that lack least first."""
    if not wants.equipment:
        return []
    plain = Wants(wants.capacity, wants.layout, campus_id=wants.campus_id)
    lacking: Mapping[int, tuple[str, ...]] = {
        room.id: tuple(sorted(wants.equipment - room.equipment.keys()))
        for room in bookable
        if policies.offers(room, plain)
    }
    rooms = [room for room in _by_fit(bookable, plain) if lacking.get(room.id)]
    free = (
        room
        for room in sorted(rooms, key=lambda room: len(lacking[room.id]))
        if search.why_not(room, start, end) is None
    )
    return [
        Suggestion(
            SuggestionKind.FEWER_EQUIPMENT,
            room,
            start,
            end,
            search.needs_approval(room, start, end, level),
            lacking[room.id],
        )
        for room, _ in zip(free, range(_OF_A_KIND), strict=False)
    ]
