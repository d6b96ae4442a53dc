"""The sums of the meetings: kept in the unit of work that changes a meeting, and read.

Every step is followed (`meeting.bookings.following`). What changed within a unit is remembered as it was
before, and written at the unit's end in one go: a meeting that is moved twice costs once, a series as much as
a meeting, and the rows are locked last and by rising key.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, case, event, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from backend.actor import Actor
from backend.db import db, table, unit
from backend.rollups import Contributions, Rollup, add_to
from meeting.bookings import following
from meeting.bookings.following import Before, Change
from meeting.bookings.models import Occurrence, State
from meeting.hospitality.models import ServiceLine
from meeting.rooms.models import MeetingRoom
from meeting.statistics.models import MeetingDay, MeetingHour
from meeting.statistics.policies import SUMS, Fact, Occupied, Sums, counted, hours

DAY_KEYS: Final = ("on_date", "room_id", "department_id")
HOUR_KEYS: Final = ("on_date", "hour", "room_id")
DAYS: Final = Rollup(MeetingDay, DAY_KEYS, SUMS)
HOURS: Final = Rollup(MeetingHour, HOUR_KEYS, ("minutes",))
_DAY, _HOUR, _ROOMS = DAYS.table, HOURS.table, table(MeetingRoom)
_OPEN: Final = "meeting.statistics"
_MINUTES: Final = ("booked_minutes", "used_minutes", "signed_minutes")  # as Occupied has them


# --- kept -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Unit:
    """What changed within one unit of work, known by its connection."""

    connection: Connection
    before: dict[int, Fact | None] = field(default_factory=dict)
    now: dict[int, Occurrence] = field(default_factory=dict)


def follow(_actor: Actor, changes: Sequence[Change]) -> None:
    """Remember what each meeting was before the unit, to be written at its end."""
    connection, session = unit(), db.session()
    opened: _Unit | None = session.info.get(_OPEN)
    if opened is None or opened.connection is not connection:
        opened = session.info[_OPEN] = _Unit(connection)
        session.connection()  # A unit that only used constant statements would end without a word.
    for change in changes:
        occurrence = change.occurrence
        if occurrence.id not in opened.before:
            opened.before[occurrence.id] = _fact_before(occurrence, change.before)
        opened.now[occurrence.id] = occurrence


def _facts(occurrences: Iterable[Occurrence]) -> list[Fact]:
    """The meetings as they are now; one statement if any has ended. Nothing is ordered for them any more."""
    some = list(occurrences)
    ended = [each.id for each in some if each.state == State.ENDED]
    served: set[int] = set()
    if ended:
        of_these = ServiceLine.occurrence_id.in_(ended)
        served = set(db.session.scalars(select(ServiceLine.occurrence_id).where(of_these)))
    return [
        Fact(
            each.room_id,
            each.department_id,
            each.start_at,
            each.end_at,
            each.planned_end_at,
            State(each.state),
            each.headcount,
            each.checked_in_at,
            each.id in served,
        )
        for each in some
    ]


def _fact_before(occurrence: Occurrence, before: Before | None) -> Fact | None:
    """A meeting as it was. No step leads away from a meeting that has ended: the end was the planned one."""
    if before is None:
        return None
    return Fact(
        before.room_id,
        before.department_id,
        before.start_at,
        before.end_at,
        before.end_at,
        before.state,
        before.headcount,
        before.checked_in_at,
    )


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    opened: _Unit | None = session.info.get(_OPEN)
    if opened is None or session.in_nested_transaction():
        return
    del session.info[_OPEN]
    if opened.connection is not unit():
        return  # Left by a unit that failed.
    session.flush()
    write(
        [fact for fact in opened.before.values() if fact is not None],
        _facts(opened.now.values()),
    )


def settle() -> None:
    """Write what the unit has changed so far, for who reads the sums within it."""
    _write(db.session())


def write(before: Iterable[Fact], after: Iterable[Fact]) -> None:
    """Take from the sums what was, and add what is: the days, then the hours, by rising key."""
    days: Contributions = {}
    times: Contributions = {}
    for facts, sign in ((before, -1), (after, 1)):
        for fact in facts:
            add_to(days, (fact.on_date, fact.room_id, fact.department_id), counted(fact), sign)
            for (on_date, hour), minutes in hours(fact).items():
                add_to(times, (on_date, hour, fact.room_id), {"minutes": minutes}, sign)
    DAYS.add(days)
    HOURS.add(times)


# --- read -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Selection:
    """Which sums are read: of [from_on, until_on], of some rooms and departments, or (None) of all."""

    from_on: date
    until_on: date
    room_ids: Collection[int] | None = None
    department_ids: Collection[int] | None = None

    def conditions(self, of: Table) -> list[ColumnElement[bool]]:
        """Them for one of the tables."""
        found: list[ColumnElement[bool]] = [of.c.on_date.between(self.from_on, self.until_on)]
        if self.room_ids is not None:
            found.append(of.c.room_id.in_(self.room_ids))
        if self.department_ids is not None:
            found.append(of.c.department_id.in_(self.department_ids))
        return found


@dataclass(frozen=True, slots=True)
class Total:
    """Sums, the seats of the rooms times the headed minutes, and the minutes times the rooms' weights."""

    sums: Sums
    seat_minutes: int
    occupied: Occupied


def by(dimension: str, selection: Selection, weights: Mapping[int, int] | None = None) -> dict[Any, Total]:
    """The totals by one of `DAY_KEYS`; one statement. Rooms that are not named weigh 1."""
    if dimension not in DAY_KEYS:
        raise ValueError(f"{dimension} is no dimension of the daily sums")
    by_what = _DAY.c[dimension]
    statement = (
        select(
            by_what,
            func.sum(_DAY.c.headed_minutes * _ROOMS.c.capacity),
            *(func.sum(_DAY.c[name]) for name in SUMS),
            *(_minutes(weights) if weights else ()),
        )
        .join_from(_DAY, _ROOMS, _ROOMS.c.id == _DAY.c.room_id)
        .where(*selection.conditions(_DAY))
        .group_by(by_what)
    )
    found = {}
    for key, seats, *numbers in db.session.execute(statement):
        sums = Sums(*map(int, numbers[: len(SUMS)]))
        weighed = numbers[len(SUMS) :] or [getattr(sums, name) for name in _MINUTES]
        found[key] = Total(sums, int(seats), Occupied(*map(int, weighed)))
    return found


def occupied(
    dimension: str,
    selection: Selection,
    *,
    weights: Mapping[int, int] | None = None,
    days: Collection[date] | None = None,
) -> dict[Any, Occupied]:
    """The minutes alone, of some of the days or of all; by `on_date` or `room_id`. One statement."""
    conditions = selection.conditions(_DAY)
    if days is not None:
        conditions.append(_DAY.c.on_date.in_(days))
    statement = (
        select(_DAY.c[dimension], *_minutes(weights or {})).where(*conditions).group_by(_DAY.c[dimension])
    )
    return {key: Occupied(*map(int, numbers)) for key, *numbers in db.session.execute(statement)}


def _minutes(weights: Mapping[int, int]) -> list[ColumnElement[Any]]:
    weight: Any = case(weights, value=_DAY.c.room_id, else_=1) if weights else 1
    return [func.sum(_DAY.c[name] * weight) for name in _MINUTES]


def hours_by_day(selection: Selection, weights: Mapping[int, int]) -> dict[tuple[date, int], int]:
    """The minutes in use by day and hour, each room's times its weight; one statement."""
    weight: Any = case(weights, value=_HOUR.c.room_id, else_=1) if weights else 1
    rows = db.session.execute(
        select(_HOUR.c.on_date, _HOUR.c.hour, func.sum(_HOUR.c.minutes * weight))
        .where(*selection.conditions(_HOUR))
        .group_by(_HOUR.c.on_date, _HOUR.c.hour)
    )
    return {(on_date, hour): int(minutes) for on_date, hour, minutes in rows}


following.follow(follow)
