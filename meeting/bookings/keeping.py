"""What keeps a room: its lock and the rows of `meeting_holds`, within an open unit of work.

Every unit that makes, moves or frees holds locks the rooms first, by rising id; then bookings, then their
meetings, each by rising id. So two series that want the same rooms in opposite order wait for one another
instead of locking each other out (ADR 0038). Constant statements: a booking is made of little else.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    String,
    bindparam,
    case,
    column,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError

from backend.db import UTCDateTime, reader, table, unit
from backend.statements import BulkInsert, Construct, Statement
from meeting.bookings.errors import RoomTaken
from meeting.bookings.models import Hold
from meeting.rooms import operations as rooms
from meeting.rooms.models import MeetingRoom

LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
GUARD: Final = "ex_meeting_holds_overlap"

_HOLD, _ROOM = table(Hold), table(MeetingRoom)
_FOUND: Final = ("room_id", "occurrence_id", "offer_id", "lapses_at")


def _counts(hold: Any) -> ColumnElement[bool]:
    return or_(hold.c.lapses_at.is_(None), hold.c.lapses_at > bindparam("ignored", type_=UTCDateTime))


def _in_the_way_postgresql() -> Select[Any]:
    instants = ARRAY(DateTime(timezone=True))
    wanted = (
        func.unnest(
            bindparam("rooms", type_=ARRAY(BigInteger)),
            bindparam("froms", type_=instants),
            bindparam("untils", type_=instants),
        )
        .table_valued("room_id", "from_at", "until_at", with_ordinality="position", name="wanted")
        .render_derived()
    )
    first = (
        select(_HOLD)
        .where(_HOLD.c.room_id == wanted.c.room_id, _HOLD.c.hold_to > wanted.c.from_at, _counts(_HOLD))
        .order_by(_HOLD.c.hold_to)
        .limit(1)
        .lateral("first")
    )
    return (
        select(wanted.c.position - 1, *(first.c[name] for name in _FOUND))
        .join_from(wanted, first, true())
        .where(first.c.hold_from < wanted.c.until_at)
    )


def _in_the_way_sqlite() -> Select[Any]:
    wanted = func.json_each(bindparam("wanted", type_=String)).table_valued(
        column("key", BigInteger), column("value", String), name="wanted"
    )

    def part(index: int, kind: Any) -> Any:
        return func.json_extract(wanted.c.value, f"$[{index}]", type_=kind)

    among = _HOLD.alias("among")
    first = (
        select(among.c.id)
        .where(among.c.room_id == part(0, BigInteger), among.c.hold_to > part(1, String), _counts(among))
        .order_by(among.c.hold_to)
        .limit(1)
        .correlate(wanted)
        .scalar_subquery()
    )
    return (
        select(wanted.c.key, *(_HOLD.c[name] for name in _FOUND))
        .join_from(wanted, _HOLD, _HOLD.c.id == first)
        .where(_HOLD.c.hold_from < part(2, String))
    )


_BY_DIALECT: Final[dict[str, Construct]] = {
    "postgresql": _in_the_way_postgresql(),
    "sqlite": _in_the_way_sqlite(),
}
# The first hold that ends after each wanted beginning, where it begins before the wanted end.
IN_THE_WAY: Final = Statement(_BY_DIALECT)
LOCK_ROOM: Final = Statement(
    select(_ROOM.c.id, _ROOM.c.stamp)
    .where(_ROOM.c.id == bindparam("of_room"))
    .with_for_update(key_share=True)
)
_COLUMNS: Final = ("room_id", "occurrence_id", "offer_id", "hold_from", "hold_to", "lapses_at")
INSERT_HOLD: Final = Statement(insert(_HOLD), _COLUMNS)
INSERT_HOLDS: Final = BulkInsert(_HOLD, _COLUMNS)
SET_LAPSE: Final = Statement(
    update(_HOLD)
    .where(_HOLD.c.occurrence_id == bindparam("of_occurrence"))
    .values(lapses_at=bindparam("lapses_at"))
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A physical room from `from_at` until `until_at`, the turnaround included."""

    room_id: int
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What keeps the wanted of this position: a meeting's hold, or that of an offer of the waitlist."""

    position: int
    room_id: int
    occurrence_id: int | None
    offer_id: int | None
    lapses_at: datetime | None

    def has_lapsed(self, now: datetime) -> bool:
        """Whether it keeps nobody out any more."""
        return self.lapses_at is not None and self.lapses_at <= now


def lock(room_ids: Collection[int]) -> dict[int, int]:
    """Keep these rooms from everybody else until the unit ends; gives the stamp of each that exists."""
    if len(room_ids) == 1:
        row = LOCK_ROOM.row(unit(), {"of_room": next(iter(room_ids))})
        return {row[0]: row[1]} if row is not None else {}
    return rooms.lock(room_ids)


def in_the_way(wanted: Sequence[Wanted], *, ignored: datetime = LONG_AGO) -> list[InTheWay]:
    """For each wanted the first hold that overlaps it; one statement, outside of a unit as well.

    What lapsed until `ignored` is overlooked; by default nothing is, because the guard overlooks nothing.
    """
    if not wanted:
        return []
    connection = reader()
    values: dict[str, Any] = {"ignored": ignored}
    if connection.dialect.name == "sqlite":
        rows = [[each.room_id, _text(each.from_at), _text(each.until_at)] for each in wanted]
        values["wanted"] = json.dumps(rows)
    else:
        values["rooms"] = [each.room_id for each in wanted]
        values["froms"] = [each.from_at for each in wanted]
        values["untils"] = [each.until_at for each in wanted]
    return [InTheWay(*row) for row in IN_THE_WAY.rows(connection, values)]


def _text(instant: datetime) -> str:
    """An instant as SQLite keeps it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def insert_holds(rows: Iterable[dict[str, Any]]) -> None:
    """Keep rooms. Whoever calls has looked what is in the way; the guard has the last word.

    Rows have room_id, occurrence_id, offer_id, hold_from, hold_to and lapses_at. Raises RoomTaken.
    """
    ordered = sorted(rows, key=lambda row: (row["hold_from"], row["room_id"]))
    if not ordered:
        return
    try:
        if len(ordered) == 1:
            INSERT_HOLD.many(unit(), ordered)
        else:
            INSERT_HOLDS.rows(unit(), [tuple(row[name] for name in _COLUMNS) for row in ordered])
    except IntegrityError as error:
        if GUARD in str(error.orig):
            raise RoomTaken from error
        raise


def free(occurrence_ids: Collection[int]) -> None:
    """Give up what these meetings keep."""
    if occurrence_ids:
        unit().execute(delete(_HOLD).where(_HOLD.c.occurrence_id.in_(sorted(occurrence_ids))))


def free_offers(offer_ids: Collection[int]) -> None:
    """Give up what these offers keep."""
    if offer_ids:
        unit().execute(delete(_HOLD).where(_HOLD.c.offer_id.in_(sorted(offer_ids))))


def set_lapses(lapses: Mapping[int, datetime | None]) -> None:
    """Let what these meetings keep become void at other times, or (None) never."""
    if lapses:
        rows = [{"of_occurrence": each, "lapses_at": at} for each, at in sorted(lapses.items())]
        SET_LAPSE.many(unit(), rows)


def end_hold(occurrence_id: int, hold_to: datetime) -> None:
    """Let a meeting's hold end, for good, at another time after its beginning; never later than it would.

    The room's turnaround may be longer by now than when it was kept, and the time after it somebody else's.
    """
    earlier = case((_HOLD.c.hold_to < hold_to, _HOLD.c.hold_to), else_=hold_to)
    unit().execute(
        update(_HOLD).where(_HOLD.c.occurrence_id == occurrence_id).values(hold_to=earlier, lapses_at=None)
    )
