"""Rules of checklists and of numbers: pure functions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from backend import clock
from property.categories.models import Urgency
from property.inspections.errors import ChecklistInvalid, NumberInvalid, PlanInvalid, PositionUnwanted
from property.inspections.models import ItemKind, Point

YES: Final = "yes"
NO: Final = "no"
MOST_ITEMS: Final = 60
MOST_STOPS: Final = 200
LARGEST_MILLI: Final = 10**14
NEAREST_M: Final = 10
FARTHEST_M: Final = 5_000
_EARTH_M: Final = 6_371_000


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """A check item as somebody wants it. `category_id` is that of the order that a failure raises."""

    text: str
    kind: ItemKind
    hint: str = ""
    is_required: bool = True
    lower_milli: int | None = None
    upper_milli: int | None = None
    unit: str = ""
    options: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    needs_photo_if_failed: bool = False
    category_id: int | None = None
    urgency: Urgency | None = None

    @property
    def can_fail(self) -> bool:
        """Whether any answer fails it."""
        return bool(self.failing) or self.lower_milli is not None or self.upper_milli is not None


@dataclass(frozen=True, slots=True)
class ItemWish:
    """An item with its category by code."""

    draft: ItemDraft
    category: str | None


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees, GCJ-02."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class PlanTarget:
    """Where a plan leads: along a route, or to assets with one checklist."""

    route_id: int | None = None
    checklist_id: int | None = None
    asset_ids: Sequence[int] = field(default=())


def milli_of(number: Any) -> int:
    """A JSON number in thousandths. Raises NumberInvalid."""
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise NumberInvalid
    milli = Decimal(str(number)) * 1000
    if milli != milli.to_integral_value() or abs(milli) > LARGEST_MILLI:
        raise NumberInvalid
    return int(milli)


def number_of(milli: int) -> int | float:
    """Thousandths as a JSON number."""
    return milli // 1000 if milli % 1000 == 0 else milli / 1000


def shown(milli: int) -> str:
    """Thousandths as people write them: `12.5`."""
    return str(number_of(milli))


def limits_in_words(lower_milli: int | None, upper_milli: int | None, unit: str) -> str:
    """`0.2–0.6 MPa`, `≥ 5 ℃`, or "" for a number without limits."""
    tail = f" {unit}" if unit else ""
    if lower_milli is not None and upper_milli is not None:
        return f"{shown(lower_milli)}–{shown(upper_milli)}{tail}"
    if lower_milli is not None:
        return f"≥ {shown(lower_milli)}{tail}"
    return f"≤ {shown(upper_milli)}{tail}" if upper_milli is not None else ""


def ensure_items(drafts: Sequence[ItemDraft]) -> None:
    """Raise ChecklistInvalid for an item that makes no sense."""
    for number, draft in enumerate(drafts, start=1):
        for is_wrong, reason in _faults(draft):
            if is_wrong:
                raise ChecklistInvalid(item=number, reason=reason)


def _faults(of: ItemDraft) -> list[tuple[bool, str]]:
    limits = (of.lower_milli, of.upper_milli)
    has_limits = limits != (None, None)
    choices = (YES, NO) if of.kind is ItemKind.YES_NO else of.options
    return [
        (of.kind is not ItemKind.CHOICE and bool(of.options), "只有选择项可以设选项"),
        (of.kind is ItemKind.CHOICE and len(set(of.options)) < 2, "选择项应有至少两个不同的选项"),
        (len(set(of.options)) != len(of.options), "选项不能重复"),
        (not set(of.failing) <= set(choices), "不合格答案应是可选的答案"),
        (bool(of.failing) and set(of.failing) == set(choices), "应有合格的答案"),
        (of.kind is not ItemKind.NUMBER and (has_limits or bool(of.unit)), "只有数值项可以设上下限和单位"),
        (None not in limits and int(limits[0] or 0) > int(limits[1] or 0), "下限大于上限"),
        (of.can_fail and of.category_id is None, "请选择不合格时的报修类别"),
        (not of.can_fail and of.category_id is not None, "没有不合格答案的检查项不设报修类别"),
        (not of.can_fail and of.needs_photo_if_failed, "没有不合格答案的检查项不设不合格拍照"),
    ]


def ensure_position(
    is_security: bool, latitude: float | None, longitude: float | None, radius_m: int | None
) -> None:
    """Raise PositionUnwanted unless a security point says where it is, and nothing else does."""
    given = [each is not None for each in (latitude, longitude, radius_m)]
    if not all(each is is_security for each in given):
        raise PositionUnwanted


def ensure_target(target: PlanTarget) -> None:
    """Raise PlanInvalid unless there is a route, or assets with a checklist."""
    by_assets = target.checklist_id is not None or bool(target.asset_ids)
    if (target.route_id is not None) == by_assets:
        raise PlanInvalid(reason="请选择一条路线，或一份检查表和若干设备")
    if by_assets and (target.checklist_id is None or not target.asset_ids):
        raise PlanInvalid(reason="请选择检查表和至少一台设备")
    if len(set(target.asset_ids)) != len(target.asset_ids):
        raise PlanInvalid(reason="同一台设备只能出现一次")


def distance_m(point: Point, position: Position) -> int:
    """How far a position lies from a security point, in whole metres: the haversine on a sphere."""
    north, east = math.radians(point.latitude or 0), math.radians(point.longitude or 0)
    latitude, longitude = math.radians(position.latitude), math.radians(position.longitude)
    chord = (
        math.sin((latitude - north) / 2) ** 2
        + math.cos(north) * math.cos(latitude) * math.sin((longitude - east) / 2) ** 2
    )
    return round(2 * _EARTH_M * math.asin(min(1.0, math.sqrt(chord))))


def common(ids: Sequence[int]) -> int:
    """The one id that all share, or 0."""
    return ids[0] if ids and len(set(ids)) == 1 else 0


def shown_at(instant: datetime) -> str:
    """An instant as messages show it: `11月23日 09:00`."""
    return clock.local(instant).strftime("%m月%d日 %H:%M")


def token_of(scanned: str) -> str:
    """The token of what a plate's code says, a whole address or the token alone."""
    return scanned.rstrip("/").rpartition("/")[2].lower()
