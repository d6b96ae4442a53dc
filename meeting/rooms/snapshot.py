"""All meeting rooms as one value, read in a fixed number of statements, and kept by each process.

The rooms are few (some hundreds) and change rarely; every booking and every search needs them. The copy is
checked once a second by one statement over the rooms' stamps, and at once after a change made in this
process. Whoever holds a room's lock compares its stamp (`queries.find`) and so never decides by an old rule.
Names of places may lag by a minute.
"""

import time as monotonic_time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Select, and_, func, select
from sqlalchemy.engine import Connection, Engine

from backend import clock, revisions
from backend.config import settings
from backend.db import db, reader, table
from backend.places.models import Building, Campus, Floor, Room
from backend.places.tree import SEPARATOR
from meeting.rooms.models import (
    Approval,
    Closure,
    ClosureException,
    ClosureKind,
    Equipment,
    Layout,
    Level,
    MeetingRoom,
    Quota,
    QuotaMeasure,
    QuotaPeriod,
    QuotaSubject,
    Right,
    RoomAccess,
    RoomEquipment,
    RoomHours,
    RoomLayout,
    RoomManager,
    RoomPart,
    SubjectKind,
)
from meeting.rooms.policies import DAY_MINUTES, Claim, ClosureView, QuotaView, RoomView, Stretch, merged

TOPIC: Final = "meeting_rooms"
# How long another process may go on with an old copy, where nobody holds the room's lock.
LIFE_S: Final = 1.0
# How long names of places may lag, and closures stay in the copy that have ended.
AGE: Final = timedelta(minutes=1)

_ROOM, _PART, _LAYOUT = table(MeetingRoom), table(RoomPart), table(RoomLayout)
_STAMP = select(func.count(), func.coalesce(func.sum(_ROOM.c.stamp), 0)).select_from(_ROOM)
_PLACE, _FLOOR, _BUILDING, _CAMPUS = (table(each) for each in (Room, Floor, Building, Campus))
_ROOMS = (
    select(
        _ROOM,
        *(_CAMPUS.c.name.label("campus"), _BUILDING.c.name.label("building")),
        *(_FLOOR.c.name.label("floor"), _PLACE.c.name.label("place")),
        and_(_CAMPUS.c.is_active, _BUILDING.c.is_active, _FLOOR.c.is_active, _PLACE.c.is_active).label(
            "in_use"
        ),
    )
    .join_from(_ROOM, _PLACE, _PLACE.c.id == _ROOM.c.place_id)
    .join(_FLOOR, _FLOOR.c.id == _PLACE.c.floor_id)
    .join(_BUILDING, _BUILDING.c.id == _FLOOR.c.building_id)
    .join(_CAMPUS, _CAMPUS.c.id == _BUILDING.c.campus_id)
    .order_by(_CAMPUS.c.position, _CAMPUS.c.id, _ROOM.c.position, _ROOM.c.name, _ROOM.c.id)
)
_PARTS = select(_PART).order_by(_PART.c.hall_id, _PART.c.part_id)
_LAYOUTS = select(_LAYOUT)
_EQUIPMENT = (
    select(table(RoomEquipment).c.room_id, table(Equipment).c.code, table(RoomEquipment).c.count)
    .join_from(table(RoomEquipment), table(Equipment))
    .order_by(table(Equipment).c.position, table(Equipment).c.id)
)
_CATALOGUE = select(table(Equipment)).order_by(table(Equipment).c.position, table(Equipment).c.id)
_HOURS = select(table(RoomHours))
_MANAGERS = select(table(RoomManager))
_ACCESS = select(table(RoomAccess)).order_by(table(RoomAccess).c.id)
_QUOTAS = select(table(Quota)).order_by(table(Quota).c.id)
CLOSURE = table(Closure)
_EXCEPTION = table(ClosureException)
# A closure once for each of its exceptions, or once.
CLOSURES: Final[Select[Any]] = (
    select(CLOSURE, _EXCEPTION.c.subject_kind, _EXCEPTION.c.subject_id)
    .outerjoin_from(CLOSURE, _EXCEPTION, _EXCEPTION.c.closure_id == CLOSURE.c.id)
    .order_by(CLOSURE.c.from_at, CLOSURE.c.id, _EXCEPTION.c.subject_kind, _EXCEPTION.c.subject_id)
)


@dataclass(frozen=True, slots=True)
class EquipmentView:
    """A kind of equipment."""

    id: int
    code: str
    name: str
    position: int
    is_active: bool


@dataclass(frozen=True)
class Snapshot:
    """All rooms, switched off or not, in their order, and the catalogue of equipment."""

    rooms: Mapping[int, RoomView]
    catalogue: Mapping[str, EquipmentView]
    quotas: tuple[QuotaView, ...]

    @cached_property
    def names_departments(self) -> bool:
        """Whether any right or exception is a department's, so that the tree of departments is needed."""
        return any(
            claim.kind is SubjectKind.DEPARTMENT
            for room in self.rooms.values()
            for claims in (*room.access.values(), *(closure.exceptions for closure in room.closures))
            for claim in claims
        )

    @cached_property
    def by_place(self) -> Mapping[int, RoomView]:
        """The rooms by the place at which they stand."""
        return {room.place_id: room for room in self.rooms.values()}


@dataclass(frozen=True, slots=True)
class _Copy:
    fresh_until: float
    revision: int
    stamp: tuple[int, int]
    read_at: datetime
    snapshot: Snapshot


# A process may hold several applications, each on a database of its own: the tests do.
_copies: dict[str, _Copy] = {}


# What the units see that have changed rooms, shared with nobody before the commit; None is to be read anew.
_writing: WeakKeyDictionary[Connection, Snapshot | None] = WeakKeyDictionary()


def written(connection: Connection) -> None:
    """Say that a unit has changed rooms: from now on it is shown its own."""
    _writing[connection] = None


def current() -> Snapshot:
    """The rooms as this process knows them: at most a second old, and never older than its own changes."""
    bind = db.session().get_bind()
    if isinstance(bind, Connection) and bind in _writing:
        own = _writing[bind] = _writing[bind] or read(bind)
        return own
    url, now = settings().database_url, clock.now()
    kept, revision = _copies.get(url), revisions.current(TOPIC)
    is_usable = kept is not None and kept.revision == revision and kept.read_at <= now < kept.read_at + AGE
    if kept is not None and is_usable and monotonic_time.monotonic() < kept.fresh_until:
        return kept.snapshot
    with _present() as connection:
        stamp = _stamp(connection)
        if kept is not None and is_usable and kept.stamp == stamp:
            snapshot, read_at = kept.snapshot, kept.read_at
        else:
            snapshot, read_at = read(connection), now
    if len(_copies) > 50:
        _copies.clear()
    _copies[url] = _Copy(monotonic_time.monotonic() + LIFE_S, revision, stamp, read_at, snapshot)
    return snapshot


def forget() -> None:
    """Let the next read look at the database."""
    _copies.pop(settings().database_url, None)


@contextmanager
def _present() -> Iterator[Connection]:
    """A connection that sees what is committed now, whatever the session has begun to read (SQLite)."""
    bind = db.session().get_bind()
    if isinstance(bind, Engine) and bind.dialect.name == "sqlite":
        with bind.connect() as connection:
            yield connection
    else:
        yield reader()


def _stamp(connection: Connection) -> tuple[int, int]:
    count, total = connection.execute(_STAMP).one()
    return count, total


def read(connection: Connection) -> Snapshot:
    """All of it from the database; ten statements. Within a unit of work it shows what the unit wrote."""

    def rows(statement: Select[Any]) -> Iterable[Any]:
        return connection.execute(statement)

    halls: dict[int, list[int]] = defaultdict(list)
    for part in rows(_PARTS):
        halls[part.hall_id].append(part.part_id)
    layouts = _grouped(rows(_LAYOUTS), lambda row: (Layout(row.layout), row.capacity))
    equipment = _grouped(rows(_EQUIPMENT), lambda row: (row.code, row.count))
    hours = _grouped(rows(_HOURS), lambda row: (row.weekday, _stretch(row.from_time, row.until_time)))
    managers = _grouped(rows(_MANAGERS), lambda row: row.staff_id)
    access = _grouped(
        rows(_ACCESS),
        lambda row: (Right(row.right_kind), Claim(SubjectKind(row.subject_kind), row.subject_id)),
    )
    quotas = tuple(quota_view(row) for row in rows(_QUOTAS))
    coming = CLOSURES.where(CLOSURE.c.until_at > clock.now(), CLOSURE.c.lifted_at.is_(None))
    closures = closure_views(rows(coming))
    found = rows(_ROOMS).all()  # type: ignore[attr-defined] # A result, of which `rows` promises less.
    atoms = {row.id: tuple(halls.get(row.id, (row.id,))) for row in found}
    excluded = _excluded(atoms)
    views = {
        row.id: _view(
            row,
            part_ids=tuple(halls.get(row.id, ())),
            atom_ids=atoms[row.id],
            excluded_ids=excluded[row.id],
            layouts=dict(sorted(layouts[row.id], key=lambda pair: list(Layout).index(pair[0]))),
            equipment=dict(equipment[row.id]),
            hours=_by_weekday(hours[row.id]),
            managers=frozenset(managers[row.id]),
            access={
                right: tuple(claim for each, claim in access[row.id] if each is right)
                for right in dict.fromkeys(right for right, _ in access[row.id])
            },
            closures=tuple(one for one in closures if one.room_id in {row.id, *excluded[row.id]}),
            quotas=tuple(one for one in quotas if one.room_id in (None, row.id)),
        )
        for row in found
    }
    return Snapshot(views, read_catalogue(connection), quotas)


def read_catalogue(connection: Connection) -> dict[str, EquipmentView]:
    """Every kind of equipment by code, in their order; one statement."""
    return {
        row.code: EquipmentView(row.id, row.code, row.name, row.position, row.is_active)
        for row in connection.execute(_CATALOGUE)
    }


def closure_views(rows: Iterable[Any]) -> list[ClosureView]:
    """Closures from the rows of `CLOSURES`, in order of their beginning."""
    found: dict[int, ClosureView] = {}
    for row in rows:
        claims = (Claim(SubjectKind(row.subject_kind), row.subject_id),) if row.subject_kind else ()
        known = found.get(row.id)
        if known is not None:
            found[row.id] = replace(known, exceptions=(*known.exceptions, *claims))
            continue
        found[row.id] = ClosureView(
            id=row.id,
            room_id=row.room_id,
            kind=ClosureKind(row.kind),
            from_at=row.from_at,
            until_at=row.until_at,
            reason=row.reason,
            exceptions=claims,
            made_by=row.made_by,
            made_at=row.made_at,
            lifted_at=row.lifted_at,
        )
    return list(found.values())


def quota_view(row: Any) -> QuotaView:
    """A quota from its row."""
    return QuotaView(
        id=row.id,
        room_id=row.room_id,
        subject=QuotaSubject(row.subject),
        period=QuotaPeriod(row.period),
        measure=QuotaMeasure(row.measure),
        amount=row.amount,
        week_starts_on=row.week_starts_on,
    )


def _view(row: Any, **more: Any) -> RoomView:
    return RoomView(
        id=row.id,
        name=row.name,
        place_id=row.place_id,
        place_path=SEPARATOR.join((row.campus, row.building, row.floor, row.place)),
        campus_id=row.campus_id,
        campus=row.campus,
        building_id=row.building_id,
        position=row.position,
        capacity=row.capacity,
        description=row.description,
        approval=Approval(row.approval),
        approval_level=Level(row.approval_level) if row.approval_level is not None else None,
        turnaround_minutes=row.turnaround_minutes,
        min_minutes=row.min_minutes,
        max_minutes=row.max_minutes,
        lead_minutes=row.lead_minutes,
        advance_days=row.advance_days,
        is_checkin_required=row.is_checkin_required,
        grace_minutes=row.grace_minutes,
        exempt_minutes=row.exempt_minutes,
        is_active=row.is_active and bool(row.in_use),
        is_enabled=row.is_active,
        revision=row.revision,
        stamp=row.stamp,
        **more,
    )


def _grouped(rows: Iterable[Any], value: Callable[[Any], Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.room_id].append(value(row))
    return found


def _excluded(atoms: Mapping[int, tuple[int, ...]]) -> dict[int, frozenset[int]]:
    """The rooms that share an atom with each."""
    users: defaultdict[int, set[int]] = defaultdict(set)
    for room_id, kept in atoms.items():
        for atom in kept:
            users[atom].add(room_id)
    return {
        room_id: frozenset().union(*(users[atom] for atom in kept)) - {room_id}
        for room_id, kept in atoms.items()
    }


def _stretch(from_time: time, until_time: time) -> Stretch:
    begins, ends = (each.hour * 60 + each.minute for each in (from_time, until_time))
    return begins, ends or DAY_MINUTES


def _by_weekday(hours: Iterable[tuple[int, Stretch]]) -> dict[int, tuple[Stretch, ...]]:
    found: defaultdict[int, list[Stretch]] = defaultdict(list)
    for weekday, stretch in hours:
        found[weekday].append(stretch)
    return {weekday: merged(found[weekday]) for weekday in sorted(found)}
