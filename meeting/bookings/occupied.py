"""When rooms are kept: the holds of all rooms within a span, in one statement whose cost is that of the span.

The holds of a room never overlap, so they have one order by beginning and by end: those of a span are the
ones that end within it and the first that ends after it. Both are read by the index (room, end), however many
years of holds there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, func, or_, select, true

from backend import clock
from backend.db import UTCDateTime, reader, table
from backend.statements import Construct, Statement
from meeting.bookings.models import Hold
from meeting.rooms.models import MeetingRoom
from meeting.rooms.policies import RoomView

_HOLD, _ROOM = table(Hold), table(MeetingRoom)
_FROM, _UNTIL, _NOW = (bindparam(name, type_=UTCDateTime) for name in ("from_at", "until_at", "now"))
_FOUND: Final = ("room_id", "hold_from", "hold_to", "occurrence_id", "offer_id")


def _is_in_span(hold: Any, last: Any) -> Any:
    return and_(
        hold.c.room_id == _ROOM.c.id,
        hold.c.hold_to > _FROM,
        hold.c.hold_to <= func.coalesce(last, _UNTIL, type_=UTCDateTime),
        hold.c.hold_from < _UNTIL,
        or_(hold.c.lapses_at.is_(None), hold.c.lapses_at > _NOW),
    )


def _first_end_after() -> Any:
    after = _HOLD.alias("after")
    return (
        select(func.min(after.c.hold_to).label("end_at"))
        .where(after.c.room_id == _ROOM.c.id, after.c.hold_to > _UNTIL)
        .correlate(_ROOM)
    )


def _sqlite() -> Select[Any]:
    hold = _HOLD
    # An outer join, so that SQLite does not walk over all holds to look up their rooms; a room without any
    # gives a row of nulls.
    return select(*(hold.c[name] for name in _FOUND)).outerjoin_from(
        _ROOM, hold, _is_in_span(hold, _first_end_after().scalar_subquery())
    )


def _postgresql() -> Select[Any]:
    last = _first_end_after().lateral("last")
    # An offset, so that PostgreSQL does not join all holds first: each room's are looked up by the index.
    of_room = select(_HOLD).where(_is_in_span(_HOLD, last.c.end_at)).correlate(_ROOM, last).offset(0)
    within = of_room.lateral("within")
    return select(*(within.c[name] for name in _FOUND)).join_from(_ROOM, last, true()).join(within, true())


_BY_DIALECT: Final[dict[str, Construct]] = {"sqlite": _sqlite(), "postgresql": _postgresql()}
IN_SPAN: Final = Statement(_BY_DIALECT)


@dataclass(frozen=True, slots=True)
class Kept:
    """A physical room that is kept, the turnaround included, by a meeting or by an offer of the waitlist."""

    room_id: int
    from_at: datetime
    until_at: datetime
    occurrence_id: int | None
    offer_id: int | None


@dataclass(frozen=True, slots=True)
class Occupied:
    """What is kept within a span, by physical room, in order."""

    by_room: Mapping[int, Sequence[Kept]]

    def in_the_way(self, room: RoomView, start: datetime, end: datetime) -> Kept | None:
        """What keeps a meeting from [start, end) in the room, its own turnaround included."""
        until = end + timedelta(minutes=room.turnaround_minutes)
        for atom in room.atom_ids:
            for kept in self.by_room.get(atom, ()):
                if kept.from_at >= until:
                    break
                if kept.until_at > start:
                    return kept
        return None

    def without(self, occurrence_ids: Iterable[int]) -> "Occupied":
        """The same as if these meetings kept nothing."""
        gone = set(occurrence_ids)
        return Occupied(
            {
                room_id: [kept for kept in each if kept.occurrence_id not in gone]
                for room_id, each in self.by_room.items()
            }
        )


def within(from_at: datetime, until_at: datetime, *, now: datetime | None = None) -> Occupied:
    """What is kept within a span; what has lapsed keeps nobody out. One statement for all rooms."""
    values = {
        "from_at": from_at.astimezone(UTC),
        "until_at": until_at.astimezone(UTC),
        "now": now or clock.now(),
    }
    found: defaultdict[int, list[Kept]] = defaultdict(list)
    rows = (row for row in IN_SPAN.rows(reader(), values) if row[0] is not None)
    for row in sorted(rows, key=lambda row: row[1]):
        found[row[0]].append(Kept(*row))
    return Occupied(found)
