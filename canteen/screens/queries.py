"""What a screen shows: the next meals with what is left of them, and the waste of the last day of service.

Everything is the same for everybody, and of no person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from backend import clock
from backend.db import db
from backend.rules import queries as rule_queries
from canteen.menu import offers
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen, Meal, MealState
from canteen.menu.offers import OfferedDish, OfferedMeal
from canteen.menu.policies import PeriodRules, SaleState, in_order
from canteen.screens import policies, rules
from canteen.screens.errors import ScreenNotFound
from canteen.waste.models import Stage
from canteen.waste.statistics import queries as statistics
from canteen.waste.statistics.policies import Figure, Span

# The screen goes on by itself through so many meals if it loses the network.
MEALS: Final = 4
_AHEAD: Final = timedelta(days=14)  # Over the longest holiday.


@dataclass(frozen=True, slots=True)
class ShownDish:
    """A dish with how many standard portions are left; None where there is no cap."""

    offered: OfferedDish
    left: int | None


@dataclass(frozen=True, slots=True)
class ShownMeal:
    """A meal that is not over."""

    served_on: date
    offered: OfferedMeal
    dishes: Sequence[ShownDish]

    @property
    def is_open(self) -> bool:
        """Whether it can still be ordered."""
        return self.offered.state is SaleState.OPEN


@dataclass(frozen=True, slots=True)
class Wasted:
    """What was left of a day's meals: `plate` in grams per diner and meal, and the share of clean trays.

    `food_g` is all plate waste that was weighed, of the meals that were.
    """

    served_on: date
    plate: Figure
    clean_plate: Figure
    food_g: int

    @property
    def bowls(self) -> int:
        """As many bowls of rice."""
        return policies.bowls(self.food_g)


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything on a canteen's screen at one moment; `wasted` is None before its first day of service."""

    canteen_id: int
    canteen: str
    today: date
    meals: Sequence[ShownMeal]
    periods: Sequence[PeriodRules]
    reminder: str
    wasted: Wasted | None


def ensure_opens(canteen_id: int, key: str) -> None:
    """The canteen's screen opens with this key, or without one. Asks the rules alone, which are at hand.

    Raises ScreenNotFound.
    """
    if key:
        is_open = policies.is_key(key, canteen_id, rule_queries.value(rules.SCREEN_LINK, canteen_id))
    else:
        is_open = rule_queries.value(rules.SCREEN_IS_PUBLIC, canteen_id)
    if not is_open:
        raise ScreenNotFound


def link_of(canteen_id: int) -> str:
    """The path of the screen with the present key."""
    key = policies.key_of(canteen_id, rule_queries.value(rules.SCREEN_LINK, canteen_id))
    return f"/screen/canteen/{canteen_id}?key={key}"


def shown(canteen_id: int) -> Screen:
    """What the canteen's screen shows now; some ten statements. Raises ScreenNotFound for a closed one."""
    canteen = db.session.get(Canteen, canteen_id)
    if canteen is None or not canteen.is_active:
        raise ScreenNotFound
    now, today = clock.now(), clock.today()
    next_meals = _next_meals(canteen.id, now)
    return Screen(
        canteen_id=canteen.id,
        canteen=canteen.name,
        today=today,
        meals=_with_dishes(canteen.id, next_meals),
        periods=[one for one in menu_queries.rules_by_period(canteen.id).values() if one.is_active],
        reminder=policies.reminder(today),
        wasted=_wasted(canteen.id, today),
    )


def _next_meals(canteen_id: int, now: datetime) -> list[tuple[date, str]]:
    """The first meals on the menu that are not over, in their order."""
    today = clock.local(now).date()
    rows = db.session.execute(
        select(Meal.served_on, Meal.period).where(
            Meal.canteen_id == canteen_id,
            Meal.served_on.between(today, today + _AHEAD),
            Meal.state != MealState.DRAFT.value,
            Meal.serves_until > now,
        )
    )
    return [(meal.served_on, meal.period) for meal in in_order(rows.all())[:MEALS]]


def _with_dishes(canteen_id: int, wanted: Sequence[tuple[date, str]]) -> list[ShownMeal]:
    found = []
    for served_on in dict.fromkeys(served_on for served_on, _ in wanted):
        menu = offers.get_menu(canteen_id=canteen_id, served_on=served_on)
        remaining = offers.get_remaining(canteen_id=canteen_id, served_on=served_on)
        left = {
            (meal.period, dish.dish_id): dish.remaining for meal in remaining.periods for dish in meal.dishes
        }
        found += [
            ShownMeal(
                served_on,
                meal,
                [ShownDish(dish, left.get((meal.period, dish.facts.dish_id))) for dish in meal.dishes],
            )
            for meal in menu.periods
            if (served_on, meal.period) in wanted
        ]
    return found


def _wasted(canteen_id: int, today: date) -> Wasted | None:
    """Of the last day before today on which the canteen served."""
    last_on: date | None = db.session.scalar(
        select(func.max(Meal.served_on)).where(
            Meal.canteen_id == canteen_id, Meal.served_on < today, Meal.state != MealState.DRAFT.value
        )
    )
    if last_on is None:
        return None
    found = statistics.summary_of([canteen_id], Span(last_on, last_on))
    plate = found.recorded.get(Stage.PLATE)
    return Wasted(last_on, found.plate, found.clean_plate, plate.food_g if plate else 0)
