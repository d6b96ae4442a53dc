"""Data: the three canteens, when they serve, and what a meal is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from backend.flows.demo.dishes import RICE, PoolDish
from canteen.menu.models import Period
from canteen.menu.policies import Cutoff, PeriodRules
from canteen.menu.titles import PERIOD_NAMES


@dataclass(frozen=True, slots=True)
class Kitchen:
    """A canteen as data. `skips` leaves every n-th dish of the pool out, `price_percent` makes its prices."""

    id: int
    name: str
    campus_id: int
    opens_on_rest_days: bool
    skips: int
    price_percent: int
    # (period, window from, window until)
    windows: tuple[tuple[str, time, time], ...]
    cancel_minutes_earlier: int = 0

    def carries(self, place: int, dish: PoolDish) -> bool:
        """Whether the dish at this place of the pool is in the canteen's library."""
        return dish.name == RICE or not self.skips or place % self.skips != self.skips - 1


KITCHENS: tuple[Kitchen, ...] = (
    Kitchen(
        id=1,
        name="机关第一食堂",
        campus_id=1,
        opens_on_rest_days=False,
        skips=0,
        price_percent=100,
        windows=(
            ("breakfast", time(7, 20), time(8, 30)),
            ("lunch", time(11, 30), time(12, 45)),
            ("dinner", time(17, 0), time(18, 15)),
        ),
    ),
    Kitchen(
        id=2,
        name="机关第二食堂",
        campus_id=1,
        opens_on_rest_days=False,
        skips=7,
        price_percent=110,
        windows=(
            ("breakfast", time(7, 20), time(8, 20)),
            ("lunch", time(11, 45), time(13, 0)),
        ),
        cancel_minutes_earlier=30,
    ),
    Kitchen(
        id=3,
        name="值班餐厅",
        campus_id=2,
        opens_on_rest_days=True,
        skips=4,
        price_percent=95,
        windows=(
            ("breakfast", time(7, 20), time(8, 30)),
            ("lunch", time(11, 30), time(12, 30)),
            ("dinner", time(17, 0), time(18, 0)),
            ("overtime", time(19, 30), time(20, 30)),
        ),
    ),
)

# Until when one may order: (days before, wall time).
ORDER_CUTOFFS: Mapping[str, tuple[int, time]] = {
    "breakfast": (1, time(17, 0)),
    "lunch": (0, time(9, 30)),
    "dinner": (0, time(15, 0)),
    "overtime": (0, time(16, 0)),
}


def periods_of(kitchen: Kitchen) -> list[PeriodRules]:
    """The rules of a canteen's periods."""
    return [_period(kitchen, *window) for window in kitchen.windows]


def _period(kitchen: Kitchen, period: str, window_from: time, window_until: time) -> PeriodRules:
    days, closes = ORDER_CUTOFFS[period]
    minutes = closes.hour * 60 + closes.minute - kitchen.cancel_minutes_earlier
    return PeriodRules(
        period=Period(period),
        name=PERIOD_NAMES[Period(period)],
        is_active=True,
        window_from=window_from,
        window_until=window_until,
        order_cutoff=Cutoff(days, closes),
        cancel_cutoff=Cutoff(days, time(minutes // 60, minutes % 60)),
        # So that a visitor at any hour can walk the whole path: order tomorrow's lunch, show the code, and
        # be handed it at the counter. A real canteen would set half an hour or so.
        pickup_lead_minutes=None,
    )


# Which letter of PoolDish.meals a period serves.
LETTERS: Mapping[str, str] = {"breakfast": "b", "lunch": "m", "dinner": "m", "overtime": "o"}

# How many dishes of which kinds; a tuple of kinds is drawn from together. Rice comes on top where it fits.
COMPOSITION: Mapping[str, tuple[tuple[tuple[str, ...], int], ...]] = {
    "breakfast": ((("pastry",), 3), (("staple",), 2), (("drink",), 2)),
    "lunch": (
        (("meat",), 3),
        (("mixed",), 2),
        (("vegetable",), 3),
        (("staple",), 1),
        (("soup",), 1),
        (("cold", "fruit", "drink"), 1),
    ),
    "dinner": ((("meat",), 2), (("mixed",), 1), (("vegetable",), 2), (("staple",), 1), (("soup",), 1)),
    "overtime": ((("staple",), 2), (("mixed", "vegetable"), 1), (("soup", "drink"), 1)),
}
WITH_RICE = frozenset({"lunch", "dinner"})

# Standard portions that are cooked at most: (least, most) by kind, for lunch.
CAPS: Mapping[str, tuple[int, int]] = {
    "meat": (80, 140),
    "mixed": (100, 160),
    "vegetable": (120, 200),
    "staple": (120, 200),
    "soup": (120, 200),
    "cold": (80, 120),
    "pastry": (100, 180),
    "drink": (100, 180),
    "fruit": (80, 150),
}
RICE_CAP = 300
CAP_PERCENT: Mapping[str, int] = {"breakfast": 80, "lunch": 100, "dinner": 60, "overtime": 40}

# Which share of the standard portion the others are, in percent, and which kinds have them.
PORTION_PERCENT: Mapping[str, int] = {"standard": 100, "half": 50, "small": 70}
PORTIONS: Mapping[str, tuple[str, ...]] = {
    "meat": ("standard", "half", "small"),
    "mixed": ("standard", "half", "small"),
    "vegetable": ("standard", "half", "small"),
    "staple": ("standard", "half"),
    "cold": ("standard", "small"),
}
