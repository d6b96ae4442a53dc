"""Data: the floors, rooms and spots of the demo's campuses, and the plates that hang there."""

from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Any, NamedTuple

from backend.db import Base
from backend.flows.demo.organisation import CAMPUSES
from backend.places.models import Building, Campus, Floor, PlaceKind, Plate, Room, Spot, SpotKind
from backend.places.policies import ALPHABET

# How many floors a building has, how many rooms each floor, and rooms with names of their own by floor.
_OFFICE = (5, 20)
_BUILDINGS: dict[str, tuple[int, int]] = {
    "3号楼（会议中心）": (3, 4),
    "机关食堂楼": (2, 0),
    "B座（服务楼）": (3, 8),
}
_NAMED: dict[tuple[str, int], tuple[str, ...]] = {
    ("3号楼（会议中心）", 1): ("报告厅", "贵宾室"),
    ("3号楼（会议中心）", 2): ("第一会议室", "第二会议室", "第三会议室"),
    ("3号楼（会议中心）", 3): ("视频会议室", "多功能厅"),
    ("机关食堂楼", 1): ("一楼餐厅", "后厨", "冷库"),
    ("机关食堂楼", 2): ("二楼餐厅", "包间一", "包间二"),
}
_OF_CAMPUS = (("南门", SpotKind.GATE), ("北门", SpotKind.GATE), ("配电房", SpotKind.EQUIPMENT))
_OF_BUILDING = (("大厅", SpotKind.OTHER), ("电梯机房", SpotKind.EQUIPMENT))
_OF_FLOOR = (
    ("东侧走廊", SpotKind.CORRIDOR),
    ("西侧走廊", SpotKind.CORRIDOR),
    ("开水间", SpotKind.ASSET),
    ("卫生间", SpotKind.OTHER),
)


Rows = list[tuple[Any, ...]]


class _Made(NamedTuple):
    """The rows so far; those with an id are numbered from one."""

    campuses: Rows
    buildings: Rows
    floors: Rows
    rooms: Rows
    spots: Rows


def tables(issued_at: datetime) -> list[tuple[type[Base], str, Rows]]:
    """Every table of the places with its columns and rows, parents before children; the same on every day.

    Every room and spot has a plate. The plates' tokens are drawn with a seed and are no secret.
    """
    made = _Made([], [], [], [], [])
    for campus, buildings in CAMPUSES:
        campus_id = len(made.campuses) + 1
        made.campuses.append((campus_id, campus, campus_id))
        _add_spots(made, _OF_CAMPUS, (campus_id, None, None))
        for building in buildings:
            _add_building(made, building, campus_id)
    return [
        (Campus, "id name position", made.campuses),
        (Building, "id campus_id name", made.buildings),
        (Floor, "id building_id name position", made.floors),
        (Room, "id floor_id name", made.rooms),
        (Spot, "id spot_kind campus_id building_id floor_id name", made.spots),
        (Plate, "place_kind place_id token code issued_at issued_by", _plates(made, issued_at)),
    ]


def _add_building(made: _Made, building: str, campus_id: int) -> None:
    building_id = len(made.buildings) + 1
    made.buildings.append((building_id, campus_id, building))
    _add_spots(made, _OF_BUILDING, (None, building_id, None))
    floors, rooms = _BUILDINGS.get(building, _OFFICE)
    for level in range(1, floors + 1):
        floor_id = len(made.floors) + 1
        made.floors.append((floor_id, building_id, f"{level}层", level))
        numbered = (f"{level}{number:02d}" for number in range(1, rooms + 1))
        for name in (*_NAMED.get((building, level), ()), *numbered):
            made.rooms.append((len(made.rooms) + 1, floor_id, name))
        _add_spots(made, _OF_FLOOR, (None, None, floor_id))


def _add_spots(made: _Made, spots: Iterable[tuple[str, SpotKind]], parent: tuple[int | None, ...]) -> None:
    for name, kind in spots:
        made.spots.append((len(made.spots) + 1, kind.value, *parent, name))


def _plates(made: _Made, issued_at: datetime) -> Rows:
    rng = Random("houqin demo 2026: plates")
    places = [(PlaceKind.ROOM.value, row[0]) for row in made.rooms]
    places += [(PlaceKind.SPOT.value, row[0]) for row in made.spots]
    codes: dict[str, None] = {}
    while len(codes) < len(places):
        codes[_drawn(rng, 6)] = None
    return [(*place, _drawn(rng, 16), code, issued_at, 0) for place, code in zip(places, codes, strict=True)]


def _drawn(rng: Random, length: int) -> str:
    return "".join(rng.choices(ALPHABET, k=length))


class Where(NamedTuple):
    """A room with everything that an order keeps of it."""

    place_id: int
    path: str
    campus_id: int
    building_id: int


def rooms_by_campus(now: datetime) -> dict[int, list[Where]]:
    """The rooms of each campus."""
    made = {model.__tablename__: rows for model, _, rows in tables(now)}
    campuses = {row[0]: row[1] for row in made["campuses"]}
    buildings = {row[0]: (row[1], row[2]) for row in made["buildings"]}
    floors = {row[0]: (row[1], row[2]) for row in made["floors"]}
    found: dict[int, list[Where]] = {}
    for room_id, floor_id, name in made["rooms"]:
        building_id, floor = floors[floor_id]
        campus_id, building = buildings[building_id]
        path = " / ".join((campuses[campus_id], building, floor, name))
        found.setdefault(campus_id, []).append(Where(room_id, path, campus_id, building_id))
    return found
