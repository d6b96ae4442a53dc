"""The mathematics of a dish: how many standard portions of it a meal takes. Pure, as `methods` is.

With bookings: booked × the weighted median of eaten ÷ booked of the dish, drawn towards the meal's own
ratio while it has been offered seldom. Without: diners × the median of its portions per diner, drawn towards
that of its category.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final

from canteen.production.forecasts.methods import (
    FEWEST_ALIKE,
    POOL_POINTS,
    RATIO_HALF_LIFE,
    RATIO_WINDOW,
    Spread,
    spread_of,
    weighted_median,
)

SHARE_WINDOW: Final = 8
# The meal's ratio, or the category's share, weighs as much as so many meals of the dish.
RATIO_CAUTION: Final = 5
SHARE_CAUTION: Final = 3
CENTI: Final = 100


@dataclass(frozen=True, slots=True)
class DishDay:
    """A dish at a meal that is over: centi-portions booked and eaten, among so many diners."""

    on: date
    booked: int
    eaten: int
    diners: int

    @property
    def ratio(self) -> float | None:
        """Eaten ÷ booked; None where not even one portion was booked."""
        return self.eaten / self.booked if self.booked >= CENTI else None

    @property
    def share(self) -> float | None:
        """Portions eaten per diner."""
        return self.eaten / CENTI / self.diners if self.diners else None


@dataclass(frozen=True, slots=True)
class MealOutlook:
    """The meal that a dish is part of: diners expected, their spread, and the final bookings if known."""

    expected: float
    spread: Spread
    bookings: int | None


@dataclass(frozen=True, slots=True)
class Serving:
    """So many portions of a dish, with their spread.

    `rate` is the ratio or the share behind them; `meals` counts the meals of the dish that it comes from.
    """

    value: float
    spread: Spread
    rate: float
    meals: int
    is_by_ratio: bool


def shares_by_category(days: Mapping[str, Sequence[DishDay]]) -> dict[str, float]:
    """The median share of a category's dishes; under "" that of all."""
    found: dict[str, float] = {}
    everything: list[float] = []
    for category, of_category in days.items():
        shares = [share for day in of_category if (share := day.share) is not None]
        if shares:
            found[category] = median(shares)
            everything += shares
    if everything:
        found[""] = median(everything)
    return found


def serve(
    booked: int | None,
    days: Sequence[DishDay],
    meal: MealOutlook,
    usual_share: float | None,
    pooled: Sequence[float] = (),
) -> Serving | None:
    """The portions of a dish, from its meals in their order; None if nothing is known of such dishes.

    `booked` is in centi-portions, None before ordering has closed.
    """
    if booked and meal.bookings:
        ratios = [ratio for day in days if (ratio := day.ratio) is not None]
        of_meal = meal.expected / meal.bookings
        known = min(len(ratios), RATIO_WINDOW)
        own = _recent(ratios) if ratios else of_meal
        rate = (known * own + RATIO_CAUTION * of_meal) / (known + RATIO_CAUTION)
        return Serving(booked / CENTI * rate, spread_of(errors_of(ratios), pooled), rate, known, True)
    shares = [share for day in days if (share := day.share) is not None][-SHARE_WINDOW:]
    if not shares and usual_share is None:
        return None
    own = median(shares) if shares else 0.0
    usual = usual_share if usual_share is not None else own
    rate = (len(shares) * own + SHARE_CAUTION * usual) / (len(shares) + SHARE_CAUTION)
    diners = meal.expected
    if booked is not None and meal.bookings:
        # Nobody has booked it, so that only those who come without a booking can take it.
        diners = max(meal.expected - meal.bookings, 0)
    spread = _widened(spread_of(errors_of(shares), pooled), meal.spread)
    return Serving(diners * rate, spread, rate, len(shares), False)


def errors_of(rates: Sequence[float]) -> list[float]:
    """Each rate ÷ the median of those before it, from the fourth on: how much a dish's rate varies."""
    return [
        rate / before
        for place, rate in enumerate(rates)
        if place >= FEWEST_ALIKE and (before := median(rates[max(place - RATIO_WINDOW, 0) : place])) > 0
    ]


def pool_of(errors: Iterable[Sequence[float]]) -> list[float]:
    """The errors of many dishes, as many evenly spaced as a spread takes from others."""
    ordered = sorted(error for one in errors for error in one)
    if len(ordered) <= POOL_POINTS:
        return ordered
    return [ordered[int((place + 0.5) * len(ordered) / POOL_POINTS)] for place in range(POOL_POINTS)]


def _recent(ratios: Sequence[float]) -> float:
    recent = ratios[-RATIO_WINDOW:]
    return weighted_median(
        (ratio, 0.5 ** (age / RATIO_HALF_LIFE)) for age, ratio in enumerate(reversed(recent))
    )


def _widened(own: Spread, meal: Spread) -> Spread:
    """The spread of a product of two: deviations add as the legs of a right triangle."""
    levels = [(place + 0.5) / POOL_POINTS for place in range(POOL_POINTS)]
    points = []
    for level in levels:
        one, other = own.quantile(level) - 1, meal.quantile(level) - 1
        deviation = math.copysign(math.hypot(one, other), one + other)
        points.append((max(1 + deviation, 0.0), 1.0))
    return Spread.of(points)
