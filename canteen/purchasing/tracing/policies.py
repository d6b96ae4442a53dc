"""What a trace follows from: pure functions over issues and meals."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from backend import clock

# An issue that names no meal may have gone into any that is served until the next day on which something is,
# and at least until tomorrow. The kitchens are closed for so many days at most (the longest holidays).
UNNAMED_DAYS: Final = 1
MOST_CLOSED_DAYS: Final = 10


@dataclass(frozen=True, slots=True)
class Issued:
    """Grams of a batch that left the store and did not come back, for what is known of their purpose."""

    batch_id: int
    ingredient_id: int
    canteen_id: int
    grams: int
    at: datetime
    meal_id: int | None
    dish_id: int | None

    @property
    def on(self) -> date:
        """The day of the issue."""
        return clock.local(self.at).date()


@dataclass(frozen=True, slots=True)
class KnownMeal:
    """A meal with all that it offers; `since_on` is the day before on which something was served."""

    id: int
    canteen_id: int
    served_on: date
    period: str
    serves_until: datetime | None
    dish_ids: frozenset[int]
    since_on: date | None = None

    @property
    def first_on(self) -> date:
        """The first day of which an issue that names no meal may have gone into this one."""
        yesterday = self.served_on - timedelta(days=UNNAMED_DAYS)
        before = self.since_on or yesterday
        return max(min(before, yesterday), self.served_on - timedelta(days=MOST_CLOSED_DAYS))


@dataclass(slots=True)
class Reached:
    """What reached a meal: grams that were issued for it, and its dishes, certainly or perhaps."""

    grams: int = 0
    is_named: bool = False
    certain: dict[int, int] = field(default_factory=dict)
    perhaps: set[int] = field(default_factory=set)

    @property
    def dish_ids(self) -> set[int]:
        """All dishes that may have got something."""
        return set(self.certain) | self.perhaps


def may_serve(issued: Issued, meal: KnownMeal) -> bool:
    """Whether what was issued can have gone into the meal."""
    if issued.meal_id is not None:
        return issued.meal_id == meal.id
    if issued.canteen_id != meal.canteen_id:
        return False
    if not meal.first_on <= issued.on <= meal.served_on:
        return False
    return meal.serves_until is None or meal.serves_until > issued.at


def reach(
    issues: Iterable[Issued],
    meals: Collection[KnownMeal],
    dishes_with: Mapping[int, Mapping[int, Collection[int]]],
) -> dict[int, Reached]:
    """What reached each meal, by its id. `dishes_with` has by ingredient and meal the dishes that use it."""
    found: dict[int, Reached] = {}
    by_id = {meal.id: meal for meal in meals}
    for issued in issues:
        served = [by_id[issued.meal_id]] if issued.meal_id in by_id else meals
        for meal in served:
            if may_serve(issued, meal):
                _add(found, issued, meal, dishes_with.get(issued.ingredient_id, {}).get(meal.id))
    return found


def _add(found: dict[int, Reached], issued: Issued, meal: KnownMeal, using: Collection[int] | None) -> None:
    if issued.dish_id is not None and issued.meal_id is None and issued.dish_id not in meal.dish_ids:
        return
    reached = found.setdefault(meal.id, Reached())
    if issued.meal_id is not None:
        reached.grams += issued.grams
        reached.is_named = True
    if issued.dish_id is not None:
        named = issued.grams if issued.meal_id is not None else 0
        reached.certain[issued.dish_id] = reached.certain.get(issued.dish_id, 0) + named
        return
    # Where recipes know of no dish with it, they are not to be believed.
    reached.perhaps |= (set(using) & meal.dish_ids if using else set()) or meal.dish_ids
