"""What the system can say of an item: evidence, and how a figure becomes a share of its points. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

# What score sheets may name as the metric of an item; a flow hands in a provider for each.
METRICS: Final[Mapping[str, str]] = {
    "booking_attendance": "预订与取餐之比",
    "portion_options": "小份、半份菜品占比",
    "over_preparation": "备餐剩余占比",
    "ledger_completeness": "称重台账完整率",
    "plate_trend": "人均餐盘剩余变化",
    "clean_plate": "光盘率",
    "rectifications_in_time": "按期整改率",
    "satisfaction": "用餐满意率",
    "suggestions_answered": "意见答复率",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is shown."""

    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the system says of an item of one unit.

    `share` is the part of the item's points that the figures speak for, 0 to 1; None where there is not
    enough data. `coverage` says in words how much of the span the figures cover.
    """

    text: str
    figures: tuple[Figure, ...] = ()
    coverage: str = ""
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A unit that is asked about; `canteen_id` is None of one whose canteens are not ours."""

    unit_id: int
    canteen_id: int | None


# Says something of those units of which it can, by unit id, for the days [from_on, until_on], both included.
Provider = Callable[[Sequence[Subject], date, date], Mapping[int, Evidence]]


def share_between(value: Decimal, *, none_at: Decimal, full_at: Decimal) -> Decimal:
    """Where a value lies on the way from no points to all of them, 0 to 1; either end may be the higher."""
    share = (value - none_at) / (full_at - none_at)
    return min(max(share, Decimal(0)), Decimal(1))


def proposed_tenths(share: Decimal | None, points_tenths: int) -> int | None:
    """The tenths of a point that a share of an item comes to, half up."""
    if share is None:
        return None
    return int((share * points_tenths).quantize(Decimal(1), ROUND_HALF_UP))
