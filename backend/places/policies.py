"""Rules of the places: what lies below what, who may change it, and the numbers of many rooms."""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from backend.actor import Actor, Permission
from backend.errors import AppError, Forbidden
from backend.places.errors import NumbersInvalid, ParentInvalid, PlaceNotFound, SpotKindInvalid
from backend.places.models import PlaceKind, SpotKind

KIND_NAMES: Final[Mapping[PlaceKind, str]] = {
    PlaceKind.CAMPUS: "院区",
    PlaceKind.BUILDING: "楼宇",
    PlaceKind.FLOOR: "楼层",
    PlaceKind.ROOM: "房间",
    PlaceKind.SPOT: "点位",
}
SPOT_NAMES: Final[Mapping[SpotKind, str]] = {
    SpotKind.GATE: "出入口",
    SpotKind.CORRIDOR: "走廊",
    SpotKind.EQUIPMENT: "设备间",
    SpotKind.ASSET: "资产",
    SpotKind.OTHER: "其他",
}
# What a place may lie below, and the column that says below which one.
PARENTS: Final[Mapping[PlaceKind, Mapping[PlaceKind, str]]] = {
    PlaceKind.CAMPUS: {},
    PlaceKind.BUILDING: {PlaceKind.CAMPUS: "campus_id"},
    PlaceKind.FLOOR: {PlaceKind.BUILDING: "building_id"},
    PlaceKind.ROOM: {PlaceKind.FLOOR: "floor_id"},
    PlaceKind.SPOT: {
        PlaceKind.CAMPUS: "campus_id",
        PlaceKind.BUILDING: "building_id",
        PlaceKind.FLOOR: "floor_id",
    },
}

# Crockford's base 32: without I, L, O and U, which are misread or spell words.
ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_TOKEN_LENGTH = 16  # 80 bits
_CODE_LENGTH = 6  # 30 bits: not a secret, only distinct
_LOOK_ALIKES = str.maketrans("oil", "011")

MAX_ROOMS = 200
MAX_NAME = 50
_RANGE = re.compile(
    r"(?P<prefix>\D*)(?P<first>\d{1,6})[-~至—–～](?P<again>\D*)(?P<last>\d{1,6})(?P<suffix>\D*)"
)


@dataclass(frozen=True, slots=True)
class Ref:
    """Which place, as other modules keep it."""

    kind: PlaceKind
    id: int


@dataclass(frozen=True, slots=True)
class Where:
    """What a scope is compared with: the campus and, within one, the building; 0 where there is none."""

    campus_id: int
    building_id: int = 0


def parent_column(kind: PlaceKind, parent_kind: PlaceKind | None) -> str:
    """The column that names a parent of this kind; empty for a campus, which has none.

    Raises ParentInvalid.
    """
    if parent_kind is None and not PARENTS[kind]:
        return ""
    if parent_kind is None or parent_kind not in PARENTS[kind]:
        raise ParentInvalid
    return PARENTS[kind][parent_kind]


def ensure_spot_kind(kind: PlaceKind, spot_kind: SpotKind | None) -> None:
    """A spot, and only a spot, has a kind of spot. Raises SpotKindInvalid."""
    if (kind is PlaceKind.SPOT) != (spot_kind is not None):
        raise SpotKindInvalid


def manages(actor: Actor, where: Where) -> bool:
    """Whether the actor manages what lies there."""
    reach = actor.reach(Permission.PLACES_MANAGE)
    return reach.covers(campus_id=where.campus_id, building_id=where.building_id)


def refusal(where: Where, known_campus_ids: Collection[int]) -> AppError:
    """What one hears who does not manage what lies there.

    Forbidden on the campuses where one manages anything at all, which one knows; else PlaceNotFound.
    """
    return Forbidden() if where.campus_id in known_campus_ids else PlaceNotFound()


def natural(name: str) -> list[tuple[int, int, str]]:
    """What to sort a name by: 2号楼 before 10号楼."""
    parts = re.findall(r"\d+|\D+", name)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def new_token() -> str:
    """A token that nobody can guess: 80 bits."""
    return _random(_TOKEN_LENGTH)


def new_code() -> str:
    """A short code to read out, e.g. `k3m7q2`; `shown_code` shows it."""
    return _random(_CODE_LENGTH)


def shown_code(code: str) -> str:
    """A code as it is printed: `K3M-7Q2`."""
    return f"{code[:3]}-{code[3:]}".upper()


def typed_code(text: str) -> str:
    """A code as somebody typed it, with look-alikes mended, as it is kept."""
    return re.sub(r"[\s-]", "", text).lower().translate(_LOOK_ALIKES)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def room_names(numbers: str) -> list[str]:
    """The rooms of a list such as `101-120、125，A201-A205, 会议室`, each once, in the order given.

    A range keeps leading zeros, and what stands before and after its numbers. Raises NumbersInvalid.
    """
    names: dict[str, None] = {}
    for part in filter(None, (part.strip() for part in re.split(r"[,，、;；\n]", numbers))):
        names.update(dict.fromkeys(_names_of(part)))
        if len(names) > MAX_ROOMS:
            raise NumbersInvalid(reason=f"一次最多 {MAX_ROOMS} 间")
    if not names:
        raise NumbersInvalid(reason="没有房间")
    return list(names)


def _names_of(part: str) -> list[str]:
    found = _RANGE.fullmatch(re.sub(r"\s*([-~至—–～])\s*", r"\1", part))
    if found is None:
        if len(part) > MAX_NAME:
            raise NumbersInvalid(reason=f"「{part[:10]}…」过长")
        return [part]
    first, last = int(found["first"]), int(found["last"])
    if found["again"] not in ("", found["prefix"]) or last < first:
        raise NumbersInvalid(reason=f"「{part}」不是从小到大的一段")
    if last - first >= MAX_ROOMS:
        raise NumbersInvalid(reason=f"一次最多 {MAX_ROOMS} 间")
    width = len(found["first"])
    names = [f"{found['prefix']}{number:0{width}d}{found['suffix']}" for number in range(first, last + 1)]
    if len(names[-1]) > MAX_NAME:
        raise NumbersInvalid(reason=f"「{part[:10]}…」过长")
    return names
