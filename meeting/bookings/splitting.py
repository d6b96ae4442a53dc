"""Which rooms a series could have: the same room each time, or several that share its dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeAlias

from backend import clock
from backend.actor import Actor
from backend.rules import queries as rule_queries
from meeting.bookings import keeping, recurrence
from meeting.bookings.availability import Asker, Search, asker_of, calendar_of
from meeting.bookings.keeping import Wanted
from meeting.bookings.occupied import Occupied
from meeting.bookings.rules import MAX_OCCURRENCES
from meeting.rooms import policies, queries
from meeting.rooms.policies import RoomView, Wants

Times: TypeAlias = tuple[datetime, datetime]
# How many rooms are tried, shown, and let share a series.
_TRIED: Final = 40
_SHOWN: Final = 10
_SHARING: Final = 4


@dataclass(frozen=True, slots=True)
class SeriesRoom:
    """A room, on how many dates it is free, and the beginnings at which it is not."""

    room: RoomView
    free: int
    conflicts: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class Share:
    """A room and the beginnings for which it would serve."""

    room: RoomView
    starts: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class Series:
    """The dates of a series, the best rooms for them, and how rooms could share them.

    `split` is empty where one room serves for all; `uncovered` are dates for which nothing was found.
    """

    dates: Sequence[datetime]
    rooms: Sequence[SeriesRoom]
    split: Sequence[Share]
    uncovered: Sequence[datetime]


def series(
    actor: Actor,
    start: datetime,
    end: datetime,
    *,
    rule: str,
    timezone: str = "Asia/Shanghai",
    last_on: date | None = None,
    wants: Wants,
    room_id: int | None = None,
) -> Series:
    """Where a series could be held; with `room_id` that room comes first. A fixed number of statements.

    Raises RuleInvalid, RuleMissesStart, TooManyOccurrences, TimezoneUnknown or RoomNotFound.
    """
    wished = queries.get(actor, room_id) if room_id is not None else None
    zone = recurrence.zone_of(timezone)
    limit = rule_queries.value(MAX_OCCURRENCES)
    dates = [
        (slot.start_at, slot.end_at)
        for slot in recurrence.expand(rule, start, end, zone, last_on=last_on, limit=limit)
    ]
    asker = asker_of(actor)
    rooms = _candidates(asker, wants, wished)
    free = _free(asker, rooms, dates)
    found = sorted(
        (SeriesRoom(room, len(free[room.id]), _missing(dates, free[room.id])) for room in rooms),
        key=lambda one: (one.room is not wished, -one.free),
    )
    split, uncovered = share(rooms, [times[0] for times in dates], free, first=wished)
    return Series([times[0] for times in dates], found[:_SHOWN], split, uncovered)


def share(
    rooms: Sequence[RoomView],
    dates: Sequence[datetime],
    free: Mapping[int, frozenset[datetime]],
    *,
    first: RoomView | None = None,
) -> tuple[list[Share], list[datetime]]:
    """Let as few rooms as possible serve for all dates, each the one that serves for most of what is left.

    The room that is wished for serves whenever it can. Returns the shares and the dates left over.
    """
    left = list(dates)
    shares: list[Share] = []
    order = list(rooms)
    while left and order and len(shares) < _SHARING:
        best = max(order, key=lambda room: (room is first, len(free[room.id] & set(left))))
        order.remove(best)
        serves = [at for at in left if at in free[best.id]]
        if not serves:
            if best is first:
                continue
            break
        shares.append(Share(best, serves))
        left = [at for at in left if at not in free[best.id]]
    return (shares if len(shares) > 1 else []), left


def _candidates(asker: Asker, wants: Wants, wished: RoomView | None) -> list[RoomView]:
    fitting = [
        room for room in queries.all_rooms().values() if asker.may_book(room) and policies.offers(room, wants)
    ]
    fitting.sort(key=lambda room: (room is not wished, room.seats(wants.layout)))
    return fitting[:_TRIED]


def _free(asker: Asker, rooms: Sequence[RoomView], dates: Sequence[Times]) -> dict[int, frozenset[datetime]]:
    """At which of the dates each room is to be had."""
    now = clock.now()
    wanted = [
        (room.id, Wanted(atom, start, end + room.turnaround))
        for room in rooms
        for start, end in dates
        for atom in room.atom_ids
    ]
    in_the_way = keeping.in_the_way([one for _, one in wanted], ignored=now)
    taken = {(wanted[one.position][0], wanted[one.position][1].from_at) for one in in_the_way}
    search = Search(asker, Occupied({}), calendar_of(rooms, dates[0][0], dates[-1][1]), now)
    return {
        room.id: frozenset(
            start
            for start, end in dates
            if (room.id, start) not in taken and search.why_not(room, start, end) is None
        )
        for room in rooms
    }


def _missing(dates: Sequence[Times], free: frozenset[datetime]) -> list[datetime]:
    return [start for start, _ in dates if start not in free]
