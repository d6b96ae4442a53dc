"""Use cases of the meeting rooms: entering and editing them, photos, hours, equipment and limits.

Within a unit rooms are read from the database (`operations.read`), never from the process's copy.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from backend.errors import Forbidden
from backend.places import queries as place_queries
from backend.places.errors import PlaceNotFound
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.places.tree import PlaceView
from meeting.rooms import operations, policies, views
from meeting.rooms.errors import (
    PartsInUse,
    PartsInvalid,
    PlaceInvalid,
    RoomChanged,
    RoomInUse,
    TooManyPhotos,
)
from meeting.rooms.following import bookings
from meeting.rooms.models import Equipment
from meeting.rooms.policies import QuotaView, RoomView
from meeting.rooms.sheet import COLUMNS, Hours, Limit, Sheet, ensure_hours, ensure_sheet
from meeting.rooms.snapshot import EquipmentView, Snapshot
from meeting.rooms.views import RoomDetail

OBJECT: Final = "meeting_room"
EQUIPMENT: Final = "meeting_equipment"
QUOTA: Final = "meeting_quota"


@atomic
def create(actor: Actor, *, sheet: Sheet) -> RoomDetail:
    """Enter a room of the places as a meeting room.

    Raises Forbidden, PlaceInvalid, RoomExists, PartsInvalid, EquipmentNotFound, SubjectNotFound, or what
    `ensure_sheet` finds wrong.
    """
    ensure_sheet(sheet)
    place = _usable_place(actor, sheet.place_id)
    rooms = operations.hold(sheet.parts)
    _ensure_parts(rooms, None, sheet, place.campus_id)
    room_id = operations.add(sheet, place.campus_id, place.building_id)
    operations.touch([room_id])
    record(actor, "meeting.room_created", OBJECT, room_id, name=sheet.name, path=place.path)
    return views.written(actor, operations.read(), room_id)


@atomic
def change(actor: Actor, *, room_id: int, revision: int, sheet: Sheet) -> RoomDetail:
    """Describe a room anew; `revision` says which description was read.

    Raises as `create`, RoomNotFound, RoomChanged, PartsInUse, or RoomInUse to switch off a room that
    is booked.
    """
    ensure_sheet(sheet)
    before = operations.read().rooms.get(room_id)
    rooms = operations.hold({room_id, *sheet.parts, *(before.part_ids if before else ())})
    room = operations.managed(actor, rooms, room_id, must_edit=True)
    if room.revision != revision:
        raise RoomChanged
    place = _place_for(actor, room, sheet.place_id)
    _ensure_parts(rooms, room, sheet, place.campus_id)
    if room.is_enabled and not sheet.is_active and bookings().is_held(room_id):
        raise RoomInUse
    operations.set_sheet(room, sheet, place.campus_id, place.building_id)
    operations.touch({room_id, *room.excluded_ids})
    changed = operations.read()
    changes = _changes(room, changed.rooms[room_id])
    if changes:
        record(actor, "meeting.room_changed", OBJECT, room_id, name=sheet.name, changes=changes)
    return views.written(actor, changed, room_id)


@atomic
def set_hours(actor: Actor, *, room_id: int, revision: int, hours: Sequence[Hours]) -> RoomDetail:
    """Say when a room may be booked; its managers may, too. Bookings that stand are kept.

    Raises RoomNotFound, Forbidden, RoomChanged or HoursInvalid.
    """
    ensure_hours(hours)
    rooms = operations.hold([room_id])
    room = operations.managed(actor, rooms, room_id)
    if room.revision != revision:
        raise RoomChanged
    operations.set_hours(room, hours)
    operations.touch([room_id])
    record(actor, "meeting.room_hours_changed", OBJECT, room_id, name=room.name)
    return views.written(actor, operations.read(), room_id)


@atomic
def set_photos(actor: Actor, *, room_id: int, photo_ids: Sequence[int]) -> RoomDetail:
    """Say which photos a room shows, in order: those it has that shall stay, and new ones of the actor's.

    Raises RoomNotFound, Forbidden, TooManyPhotos or PhotoNotFound.
    """
    rooms = operations.read()
    room = operations.managed(actor, rooms, room_id)
    if len(set(photo_ids)) > policies.MOST_PHOTOS:
        raise TooManyPhotos(limit=policies.MOST_PHOTOS)
    operations.lock([room_id])
    if operations.set_photos(actor, room_id, photo_ids):
        photos = len(set(photo_ids))
        record(actor, "meeting.room_photos_changed", OBJECT, room_id, name=room.name, photos=photos)
    return views.written(actor, operations.read(), room_id)


@atomic
def add_equipment(actor: Actor, *, code: str, name: str, position: int = 0) -> EquipmentView:
    """A new kind of equipment. Raises Forbidden or EquipmentExists."""
    ensure_everywhere(actor, Permission.ROOMS_MANAGE)
    equipment = operations.save_equipment(Equipment(code=code, name=name, position=position, is_active=True))
    record(actor, "meeting.equipment_created", EQUIPMENT, equipment.id, name=name, code=code)
    return operations.read().catalogue[code]


@atomic
def change_equipment(
    actor: Actor, *, equipment_id: int, name: str, position: int, is_active: bool
) -> EquipmentView:
    """Name a kind of equipment anew, or take it out of use; rooms that have it keep it.

    Raises Forbidden, EquipmentNotFound or EquipmentExists.
    """
    ensure_everywhere(actor, Permission.ROOMS_MANAGE)
    equipment = operations.find_equipment(equipment_id)
    equipment.name, equipment.position, equipment.is_active = name, position, is_active
    operations.save_equipment(equipment)
    record(actor, "meeting.equipment_changed", EQUIPMENT, equipment_id, name=name, code=equipment.code)
    return operations.read().catalogue[equipment.code]


@atomic
def add_quota(actor: Actor, *, room_id: int | None, limit: Limit) -> QuotaView:
    """Limit what a person or a department may book of a room, or (None) of all rooms together.

    Raises RoomNotFound, Forbidden or QuotaInvalid.
    """
    limit.ensure_countable()
    name = _ensure_limitable(actor, room_id)
    quota_id = operations.add_quota(room_id, limit)
    operations.touch([room_id] if room_id else None)
    record(actor, "meeting.quota_created", QUOTA, quota_id, **_told(name, limit))
    return operations.quota(quota_id)


@atomic
def change_quota(actor: Actor, *, quota_id: int, limit: Limit) -> QuotaView:
    """Limit otherwise; bookings that stand are kept. Raises QuotaNotFound, Forbidden or QuotaInvalid."""
    limit.ensure_countable()
    room_id = operations.quota(quota_id).room_id
    name = _ensure_limitable(actor, room_id)
    operations.set_quota(quota_id, limit)
    operations.touch([room_id] if room_id else None)
    record(actor, "meeting.quota_changed", QUOTA, quota_id, **_told(name, limit))
    return operations.quota(quota_id)


@atomic
def remove_quota(actor: Actor, *, quota_id: int) -> None:
    """Limit no longer. Raises QuotaNotFound or Forbidden."""
    room_id = operations.quota(quota_id).room_id
    name = _ensure_limitable(actor, room_id)
    operations.remove_quota(quota_id)
    operations.touch([room_id] if room_id else None)
    record(actor, "meeting.quota_removed", QUOTA, quota_id, name=name)


def _ensure_limitable(actor: Actor, room_id: int | None) -> str:
    """The name of what is limited, with its rooms locked. Raises RoomNotFound or Forbidden."""
    if room_id is None:
        ensure_everywhere(actor, Permission.ROOMS_MANAGE)
        operations.lock(operations.read().rooms.keys())
        return "全部会议室"
    return operations.managed(actor, operations.hold([room_id]), room_id, must_edit=True).name


def _told(name: str, limit: Limit) -> dict[str, Any]:
    """What the audit keeps of a limit."""
    return {"name": name, "limit": limit.in_words}


def _usable_place(actor: Actor, place_id: int) -> PlaceView:
    """A room of the places, in use and within reach. Raises PlaceInvalid or Forbidden."""
    try:
        place = place_queries.find_place(Ref(PlaceKind.ROOM, place_id))
    except PlaceNotFound as error:
        raise PlaceInvalid from error
    reach = actor.reach(Permission.ROOMS_MANAGE)
    if not reach.covers(campus_id=place.campus_id, building_id=place.building_id):
        raise Forbidden
    if not place.is_in_use:
        raise PlaceInvalid
    return place


def _place_for(actor: Actor, room: RoomView, place_id: int) -> PlaceView:
    """Where a room shall stand; where it stands already may be out of use."""
    if place_id != room.place_id:
        return _usable_place(actor, place_id)
    return place_queries.find_place(Ref(PlaceKind.ROOM, place_id))


def _ensure_parts(rooms: Snapshot, room: RoomView | None, sheet: Sheet, campus_id: int) -> None:
    """Raise PartsInvalid, or PartsInUse if bookings of the room hold what it consisted of."""
    found = [rooms.rooms.get(part_id) for part_id in sheet.parts]
    parts = [part for part in found if part is not None]
    if len(parts) < len(found) or (room is not None and room.id in sheet.parts):
        raise PartsInvalid(reason="所选会议室不存在")
    if len(parts) == 1:
        raise PartsInvalid(reason="至少由两间会议室组成")
    if any(part.is_hall for part in parts):
        raise PartsInvalid(reason="组成会议室本身不能是可拆分会场")
    if any(part.campus_id != campus_id for part in parts):
        raise PartsInvalid(reason="组成会议室须在同一院区")
    if room is None:
        return
    halls = _halls_of(rooms.rooms.values(), room.id)
    if halls and sheet.parts:
        raise PartsInvalid(reason="本会议室已是其他会场的组成部分")
    if any(hall.campus_id != campus_id for hall in halls):
        raise PartsInvalid(reason="组成会议室须在同一院区")
    if set(room.part_ids) != sheet.parts and bookings().is_held(room.id):
        raise PartsInUse


def _halls_of(rooms: Collection[RoomView], part_id: int) -> list[RoomView]:
    return [hall for hall in rooms if part_id in hall.part_ids]


_TOLD = (*COLUMNS, "layouts", "equipment", "part_ids", "managers", "access")


def _changes(before: RoomView, after: RoomView) -> list[str]:
    """The names of what is different, for the audit."""
    return [name for name in _TOLD if getattr(before, name) != getattr(after, name)]
