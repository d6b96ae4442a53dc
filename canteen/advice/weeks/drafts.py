"""A week as it is being composed: what stands where, whether a dish fits, and what it all is worth. Pure.

Source of the rules: menus of organ canteens vary by ingredient, method and season (机关食堂营养配餐
practice); the weights between these are the canteen's own (`rules`).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final

from canteen.menu.models import Category

# On every menu by intent: they may come again each day, as the menu's own warning leaves them out.
DAILY: Final = frozenset({Category.STAPLE.value, Category.DRINK.value})
# A dish of these is a meal for somebody who eats 清真 or no meat.
MAIN: Final = frozenset({Category.MEAT.value, Category.MIXED.value, Category.VEGETABLE.value})
_CATEGORY_ORDER: Final = {each.value: place for place, each in enumerate(Category)}
# So many dishes of a meal may be made by one method; the next one is monotonous.
_SAME_METHOD: Final = 2

# Penalties in hundredths of a point, for each unit of the weight of variety: at its usual 3, two dishes of
# one main ingredient at a meal cost 36 points of the 100 that a dish may have.
SAME_MAIN_IN_MEAL: Final = 1200
SAME_MAIN_IN_DAY: Final = 400
SAME_MAIN_NEXT_DAY: Final = 200
METHOD_AGAIN: Final = 400
# For each per cent above a meal's budget, whatever the weights are.
OVER_BUDGET: Final = 1500


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A dish that may be suggested. `points` are its own, 0 to 10,000 (hundredths).

    `main` and `method` are empty where nobody knows them; `demand` is what it is taken in comparison with
    others of its category (any unit, above 0); `cost_fen` and `left_g` are of one portion, None if unknown.
    """

    dish_id: int
    category: str
    points: int
    demand: int
    meals: frozenset[str]
    is_halal: bool = False
    is_vegetarian: bool = False
    main: str = ""
    method: str = ""
    cost_fen: int | None = None
    left_g: int | None = None


@dataclass(frozen=True, slots=True)
class MealSlot:
    """A meal to be composed: so many dishes of each category, and the portions usually taken of each.

    `budget_fen` is for all that is served at it, None without a budget.
    """

    served_on: date
    period: str
    counts: Mapping[str, int]
    portions: Mapping[str, int]
    budget_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a week must keep to. `apart_days`: a dish is not served again on fewer days after the last."""

    apart_days: int
    variety: int
    needs_halal: bool
    needs_vegetarian: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A dish of the week. `is_early`: it comes again too early, because the day needs it (`cover`)."""

    served_on: date
    period: str
    dish_id: int
    cover: str = ""
    is_early: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """What the library had no dish for; `category` is empty for a day without 清真 or a vegetarian dish."""

    served_on: date
    period: str
    category: str
    missing: int
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Composed:
    """A week: its dishes in the menus' order, and what is missing."""

    choices: Sequence[Choice]
    gaps: Sequence[Gap]


@dataclass(slots=True)
class Place:
    """One place of a meal; `dish` is None while nothing is found for it."""

    meal: int
    category: str
    dish: Candidate | None = None
    cover: str = ""
    is_early: bool = False


@dataclass(slots=True)
class Week:
    """The week as it is being composed."""

    meals: Sequence[MealSlot]
    limits: Limits
    served: Mapping[int, Collection[date]]
    places: list[Place] = field(default_factory=list)
    of_meal: list[list[Place]] = field(default_factory=list)
    of_day: dict[date, list[int]] = field(default_factory=dict)
    uses: dict[int, list[date]] = field(default_factory=dict)
    neighbours: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for index, meal in enumerate(self.meals):
            mine = [
                Place(index, category)
                for category in sorted(meal.counts, key=lambda one: _CATEGORY_ORDER.get(one, 99))
                for _ in range(meal.counts[category])
            ]
            self.of_meal.append(mine)
            self.places += mine
            self.of_day.setdefault(meal.served_on, []).append(index)
        days = sorted(self.of_day)
        next_day = dict(pairwise(days))
        by_key = {(meal.served_on, meal.period): index for index, meal in enumerate(self.meals)}
        self.neighbours = [[] for _ in self.meals]
        for (day, period), index in by_key.items():
            after = by_key.get((next_day.get(day, day), period), index)
            if after != index:
                self.neighbours[index].append(after)
                self.neighbours[after].append(index)

    def day_of(self, place: Place) -> date:
        """The day of a place."""
        return self.meals[place.meal].served_on

    def put(self, place: Place, dish: Candidate | None) -> None:
        """Let a dish stand at a place instead of what stood there."""
        day = self.day_of(place)
        if place.dish is not None:
            self.uses[place.dish.dish_id].remove(day)
        if dish is not None:
            self.uses.setdefault(dish.dish_id, []).append(day)
        place.dish = dish

    def fits(self, dish: Candidate, place: Place, *, apart_days: int | None = None) -> bool:
        """Whether the dish may stand there: its kind, its meal, and far enough from where it is served."""
        if dish.category != place.category or self.meals[place.meal].period not in dish.meals:
            return False
        day = self.day_of(place)
        if dish.category in DAILY:
            return all(each.dish is not dish for each in self.of_meal[place.meal])
        least = self.limits.apart_days if apart_days is None else apart_days
        used = self.uses.get(dish.dish_id, ())
        return all(abs((day - each).days) >= least for each in (*used, *self.served.get(dish.dish_id, ())))

    # What a week is worth

    def worth_around(self, indexes: Iterable[int]) -> int:
        """Of all that depends on these meals."""
        meals = sorted(set(indexes))
        days = {self.meals[index].served_on for index in meals}
        pairs = {(min(one, two), max(one, two)) for one in meals for two in self.neighbours[one]}
        worth = sum(self._meal(index) for index in meals)
        worth -= self.limits.variety * sum(self._same_in_day(day) for day in sorted(days))
        worth -= self.limits.variety * SAME_MAIN_NEXT_DAY * sum(self._shared(*pair) for pair in sorted(pairs))
        return worth

    def _meal(self, index: int) -> int:
        dishes = [place.dish for place in self.of_meal[index] if place.dish is not None]
        worth = sum(dish.points for dish in dishes)
        mains = Counter(dish.main for dish in dishes if dish.main and dish.category not in DAILY)
        methods = Counter(dish.method for dish in dishes if dish.method and dish.category not in DAILY)
        same = sum(count * (count - 1) // 2 for count in mains.values())
        again = sum(max(0, count - _SAME_METHOD) for count in methods.values())
        worth -= self.limits.variety * (same * SAME_MAIN_IN_MEAL + again * METHOD_AGAIN)
        budget = self.meals[index].budget_fen
        if budget:
            cost = cost_of(self.meals[index], dishes)
            worth -= OVER_BUDGET * 100 * max(0, cost - budget) // budget
        return worth

    def _same_in_day(self, day: date) -> int:
        """Penalty of main ingredients that several meals of a day have."""
        meals = self.of_day[day]
        if len(meals) < 2:
            return 0
        seen = Counter(main for index in meals for main in self._mains(index))
        return SAME_MAIN_IN_DAY * sum(count - 1 for count in seen.values() if count > 1)

    def _shared(self, one: int, two: int) -> int:
        return len(self._mains(one) & self._mains(two))

    def _mains(self, index: int) -> set[str]:
        return {
            place.dish.main
            for place in self.of_meal[index]
            if place.dish is not None and place.dish.main and place.category not in DAILY
        }

    # What a day needs

    def covers(self, day: date, needs: str) -> int:
        """How many dishes of a day are a meal for whoever needs it."""
        return sum(
            place.dish is not None and place.category in MAIN and NEEDS[needs](place.dish)
            for index in self.of_day[day]
            for place in self.of_meal[index]
        )


HALAL: Final = "halal"
VEGETARIAN: Final = "vegetarian"
NEEDS: Final[Mapping[str, Callable[[Candidate], bool]]] = {
    HALAL: lambda dish: dish.is_halal,
    VEGETARIAN: lambda dish: dish.is_vegetarian,
}


def cost_of(meal: MealSlot, dishes: Iterable[Candidate]) -> int:
    """Fen of the portions that are usually taken of each category, shared out by demand."""
    return sum(
        portions * dish.cost_fen
        for dish, portions in portions_of(meal, dishes).items()
        if dish.cost_fen is not None
    )


def portions_of(meal: MealSlot, dishes: Iterable[Candidate]) -> dict[Candidate, int]:
    """How many portions of each dish are to be expected: those of its category, shared out by demand."""
    found: dict[str, list[Candidate]] = {}
    for dish in dishes:
        found.setdefault(dish.category, []).append(dish)
    shares = {}
    for category, those in found.items():
        whole, demand = meal.portions.get(category, 0), sum(dish.demand for dish in those)
        for dish in those:
            shares[dish] = (whole * dish.demand * 2 + demand) // (demand * 2)
    return shares
