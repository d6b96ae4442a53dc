"""Writes of the meeting rooms, within an open unit of work."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from backend import revisions
from backend.actor import Actor
from backend.db import Base, db, on_commit, table, unit
from backend.errors import Forbidden
from backend.identity.models import Department, Staff, StaffStatus
from backend.media import operations as media_operations
from backend.media import queries as media_queries
from meeting.rooms import policies, queries, snapshot
from meeting.rooms.errors import (
    EquipmentExists,
    EquipmentNotFound,
    QuotaNotFound,
    RoomChanged,
    RoomExists,
    RoomNotFound,
    SubjectNotFound,
)
from meeting.rooms.models import (
    Closure,
    ClosureException,
    ClosureKind,
    Equipment,
    MeetingRoom,
    Quota,
    RoomAccess,
    RoomEquipment,
    RoomHours,
    RoomLayout,
    RoomManager,
    RoomPart,
    SubjectKind,
)
from meeting.rooms.policies import Claim, QuotaView, RoomView
from meeting.rooms.sheet import COLUMNS, Hours, Limit, Sheet
from meeting.rooms.snapshot import Snapshot

_ROOM = table(MeetingRoom)


def lock(room_ids: Collection[int]) -> dict[int, int]:
    """Hold these rooms until the unit ends, in rising order of id; returns the stamp of each that exists."""
    rows = unit().execute(
        select(_ROOM.c.id, _ROOM.c.stamp)
        .where(_ROOM.c.id.in_(sorted(room_ids)))
        .order_by(_ROOM.c.id)
        .with_for_update(key_share=True)
    )
    return dict(rows.all())


def hold(room_ids: Collection[int]) -> Snapshot:
    """These rooms and all that exclude them, locked, as they are now; rooms that do not exist are ignored.

    Raises RoomChanged if another room came to exclude them while the locks were waited for.
    """
    before = _to_lock(snapshot.read(unit()), room_ids)
    lock(before)
    now = snapshot.read(unit())
    if not _to_lock(now, room_ids) <= before:
        raise RoomChanged
    return now


def _to_lock(rooms: Snapshot, room_ids: Collection[int]) -> set[int]:
    """These rooms, what excludes them, and the atoms of those: a hall's meeting frees each of its parts."""
    concerned = with_excluding(rooms, room_ids)
    return concerned.union(*(rooms.rooms[room_id].atom_ids for room_id in concerned))


def with_excluding(rooms: Snapshot, room_ids: Collection[int]) -> set[int]:
    """These rooms, their atoms and all rooms that share one."""
    known = [rooms.rooms[room_id] for room_id in room_ids if room_id in rooms.rooms]
    return {room.id for room in known}.union(*(room.excluded_ids for room in known))


def touch(room_ids: Collection[int] | None) -> None:
    """Count up the stamps of rooms (None: all) whose rules change in this unit, and of what excludes them."""
    db.session.flush()  # What follows goes past the session.
    statement = update(_ROOM).values(stamp=_ROOM.c.stamp + 1)
    if room_ids is not None:
        statement = statement.where(_ROOM.c.id.in_(sorted(with_excluding(read(), room_ids))))
    unit().execute(statement)
    snapshot.written(unit())
    on_commit(lambda: revisions.bump(snapshot.TOPIC))


def read() -> Snapshot:
    """All rooms as the unit sees them, with what it has written itself."""
    db.session.flush()
    return snapshot.read(unit())


def managed(actor: Actor, rooms: Snapshot, room_id: int, *, must_edit: bool = False) -> RoomView:
    """A room that the actor looks after, or edits. Raises RoomNotFound or Forbidden."""
    room = rooms.rooms.get(room_id)
    if room is None or not policies.sees(actor, queries.subject_of(actor), room):
        raise RoomNotFound
    if not (policies.edits(actor, room) if must_edit else policies.manages(actor, room)):
        raise Forbidden
    return room


def add(sheet: Sheet, campus_id: int, building_id: int) -> int:
    """A new room with all that belongs to it; returns its id. Raises as `set_sheet`."""
    room = {**_columns(sheet), "campus_id": campus_id, "building_id": building_id}
    room_id: int = _write(insert(_ROOM).values(**room).returning(_ROOM.c.id)).scalar_one()
    _set_all(room_id, sheet)
    return room_id


def set_sheet(room: RoomView, sheet: Sheet, campus_id: int, building_id: int) -> None:
    """Describe a room anew. Raises RoomExists, EquipmentNotFound or SubjectNotFound."""
    columns = {**_columns(sheet), "campus_id": campus_id, "building_id": building_id}
    _write(update(_ROOM).where(_ROOM.c.id == room.id).values(**columns, revision=room.revision + 1))
    _set_all(room.id, sheet)


def set_hours(room: RoomView, hours: Collection[Hours]) -> None:
    """Say when a room may be booked."""
    unit().execute(update(_ROOM).where(_ROOM.c.id == room.id).values(revision=room.revision + 1))
    _put_hours(room.id, hours)


def _columns(sheet: Sheet) -> dict[str, Any]:
    return {name: getattr(getattr(sheet, name), "value", getattr(sheet, name)) for name in COLUMNS}


def _write(statement: Any) -> Any:
    try:
        return unit().execute(statement)
    except IntegrityError as error:
        raise RoomExists from error


def _set_all(room_id: int, sheet: Sheet) -> None:
    ids = _equipment_ids([code for code, _ in sheet.equipment])
    ensure_subjects(
        [
            *(Claim(SubjectKind.STAFF, staff_id) for staff_id in sheet.managers),
            *(grant.claim for grant in sheet.access),
        ]
    )
    _put(RoomPart, "hall_id", room_id, [{"part_id": part_id} for part_id in sorted(sheet.parts)])
    layouts = [{"layout": layout.value, "capacity": seats} for layout, seats in sheet.layouts]
    _put(RoomLayout, "room_id", room_id, layouts)
    counts = [{"equipment_id": ids[code], "count": number} for code, number in dict(sheet.equipment).items()]
    _put(RoomEquipment, "room_id", room_id, counts)
    _put(RoomManager, "room_id", room_id, [{"staff_id": staff_id} for staff_id in sorted(sheet.managers)])
    _put_hours(room_id, sheet.hours)
    rights = [
        {"right_kind": right.value, "subject_kind": claim.kind.value, "subject_id": claim.id}
        for right, claim in sorted(sheet.access, key=lambda one: (one.right, one.claim.kind, one.claim.id))
    ]
    _put(RoomAccess, "room_id", room_id, rights)


def _put_hours(room_id: int, hours: Iterable[Hours]) -> None:
    rows = [
        {
            "weekday": weekday,
            "from_time": policies.wall_time(begins),
            "until_time": policies.wall_time(ends),
        }
        for weekday, (begins, ends) in sorted(hours)
    ]
    _put(RoomHours, "room_id", room_id, rows)


def _put(model: type[Base], owner: str, room_id: int, rows: Sequence[dict[str, Any]]) -> None:
    into: Table = table(model)
    unit().execute(delete(into).where(into.c[owner] == room_id))
    if rows:
        unit().execute(insert(into), [{owner: room_id, **row} for row in rows])


def _equipment_ids(codes: Collection[str]) -> dict[str, int]:
    known = snapshot.read_catalogue(unit())
    ids = {code: known[code].id for code in codes if code in known and known[code].is_active}
    if len(ids) < len(set(codes)):
        raise EquipmentNotFound
    return ids


def ensure_subjects(claims: Collection[Claim]) -> None:
    """Everybody who is named works here, every department exists. Raises SubjectNotFound."""
    staff_ids = {claim.id for claim in claims if claim.kind is SubjectKind.STAFF}
    department_ids = {claim.id for claim in claims if claim.kind is SubjectKind.DEPARTMENT}
    is_active = Staff.status == StaffStatus.ACTIVE.value
    staff = select(func.count()).select_from(Staff).where(Staff.id.in_(staff_ids), is_active)
    departments = select(func.count()).select_from(Department).where(Department.id.in_(department_ids))
    for statement, ids in ((staff, staff_ids), (departments, department_ids)):
        if ids and unit().execute(statement).scalar_one() != len(ids):
            raise SubjectNotFound


def set_photos(actor: Actor, room_id: int, photo_ids: Sequence[int]) -> bool:
    """Let a room show these photos, in this order: those it has, and new ones of the actor's.

    Whether anything differs. Raises PhotoNotFound.
    """
    unit()
    owned = media_queries.photos_of_owners(policies.PHOTO_OWNER, [room_id]).get(room_id, [])
    present = [photo.id for photo in owned]
    wanted = list(dict.fromkeys(photo_ids))
    if present == wanted:
        return False
    gone = set(present) - set(wanted)
    if gone:
        media_operations.detach(policies.PHOTO_OWNER, room_id, gone)
    for position, photo_id in enumerate(wanted):
        if photo_id in present:
            media_operations.arrange(policies.PHOTO_OWNER, room_id, photo_id, position)
        else:
            media_operations.attach(
                actor, photo_id, policies.PHOTO_OWNER, room_id, is_public=True, position=position
            )
    return True


def add_closure(
    *,
    room_id: int,
    kind: ClosureKind,
    from_at: datetime,
    until_at: datetime,
    reason: str,
    exceptions: Collection[Claim],
    made_by: int,
    made_at: datetime,
) -> int:
    """A new closure; returns its id."""
    closure = Closure(
        room_id=room_id,
        kind=kind.value,
        from_at=from_at,
        until_at=until_at,
        reason=reason,
        made_by=made_by,
        made_at=made_at,
    )
    db.session.add(closure)
    db.session.flush()
    for claim in set(exceptions):
        db.session.add(
            ClosureException(closure_id=closure.id, subject_kind=claim.kind.value, subject_id=claim.id)
        )
    return closure.id


def lift(closure_id: int, at: datetime) -> None:
    """Let a closure end now, or never begin."""
    unit().execute(update(Closure).where(Closure.id == closure_id).values(lifted_at=at))


def find_equipment(equipment_id: int) -> Equipment:
    """A kind of equipment, to be changed. Raises EquipmentNotFound."""
    unit()
    equipment = db.session.get(Equipment, equipment_id, populate_existing=True)
    if equipment is None:
        raise EquipmentNotFound
    return equipment


def save_equipment(equipment: Equipment) -> Equipment:
    """Write a kind of equipment; every room may name it. Raises EquipmentExists."""
    unit()
    db.session.add(equipment)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise EquipmentExists from error
    touch(None)
    return equipment


def quota(quota_id: int) -> QuotaView:
    """A limit as it is now. Raises QuotaNotFound."""
    row = unit().execute(select(table(Quota)).where(table(Quota).c.id == quota_id)).one_or_none()
    if row is None:
        raise QuotaNotFound
    return snapshot.quota_view(row)


def add_quota(room_id: int | None, limit: Limit) -> int:
    """A new limit; returns its id."""
    into = table(Quota)
    values = {"room_id": room_id, **_limit(limit)}
    new_id: int = unit().execute(insert(into).values(**values).returning(into.c.id)).scalar_one()
    return new_id


def set_quota(quota_id: int, limit: Limit) -> None:
    """Let a limit be another one."""
    unit().execute(update(Quota).where(Quota.id == quota_id).values(**_limit(limit)))


def remove_quota(quota_id: int) -> None:
    """Let a limit be no more."""
    unit().execute(delete(Quota).where(Quota.id == quota_id))


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "subject": limit.subject.value,
        "period": limit.period.value,
        "measure": limit.measure.value,
        "amount": limit.amount,
        "week_starts_on": limit.week_starts_on,
    }
