"""What is cooked: the canteens' libraries, and a published menu for every meal of a span of days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from backend import clock
from backend.flows.demo.dishes import POOL, RICE, PoolDish
from backend.flows.demo.kitchens import (
    CAP_PERCENT,
    CAPS,
    COMPOSITION,
    KITCHENS,
    LETTERS,
    PORTION_PERCENT,
    PORTIONS,
    RICE_CAP,
    WITH_RICE,
    Kitchen,
    periods_of,
)
from backend.workdays.policies import Calendar
from canteen.menu.policies import Instants, instants_of
from canteen.menu.queries import open_day

# What meat and half-meat dishes were cheaper by until the prices were revised.
EARLIER_LESS_FEN = 50
_REVISED = frozenset({"meat", "mixed"})
_ONE_DAY = timedelta(days=1)


class SoldPortion(NamedTuple):
    """A portion of a dish: its price now and before the revision, weight and share of a cap."""

    portion: str
    price_fen: int
    earlier_fen: int
    weight_g: int
    share: int


@dataclass(frozen=True, slots=True)
class LibraryDish:
    """A dish of one canteen."""

    id: int
    canteen_id: int
    pool: PoolDish
    price_fen: int
    portions: tuple[SoldPortion, ...]


@dataclass(slots=True)
class Offered:
    """A dish on a meal, with what has been taken of its cap in centi-portions."""

    id: int
    dish: LibraryDish
    position: int
    cap: int
    taken: int = 0


@dataclass(slots=True)
class PlannedMeal:
    """A meal with its dishes; published, and frozen where its cutoffs lie behind `now`."""

    id: int
    canteen_id: int
    served_on: date
    period: str
    instants: Instants
    published_at: datetime
    frozen_at: datetime | None
    is_revised: bool
    dishes: list[Offered] = field(default_factory=list)


def library() -> list[LibraryDish]:
    """Every canteen's dishes with their prices and portions."""
    found: list[LibraryDish] = []
    for kitchen in KITCHENS:
        for place, dish in enumerate(POOL):
            if kitchen.carries(place, dish):
                found.append(_library_dish(len(found) + 1, kitchen, dish))
    return found


def revision_day(today: date) -> date:
    """When the prices were revised: the first of a month, about half a year ago."""
    return (today - timedelta(days=190)).replace(day=1)


def publish_menus(
    dishes: Sequence[LibraryDish],
    calendar: Calendar,
    start_on: date,
    until_on: date,
    now: datetime,
    rng: Random,
) -> list[PlannedMeal]:
    """The meals of [start_on, until_on) in the order of days, canteens and periods."""
    decks = {kitchen.id: _Decks(kitchen, dishes, rng) for kitchen in KITCHENS}
    rules = {kitchen.id: periods_of(kitchen) for kitchen in KITCHENS}
    revised_on = revision_day(clock.local(now).date())
    meals: list[PlannedMeal] = []
    dish_ids = 0
    for offset in range((until_on - start_on).days):
        day = start_on + timedelta(days=offset)
        for kitchen in KITCHENS:
            if not open_day(calendar, day, opens_on_rest_days=kitchen.opens_on_rest_days).is_open:
                continue
            for rule in rules[kitchen.id]:
                meal = _meal(len(meals) + 1, kitchen, day, rule.period.value, instants_of(rule, day), now)
                meal.is_revised = day >= revised_on
                meal.dishes = decks[kitchen.id].deal(meal.period, dish_ids)
                dish_ids += len(meal.dishes)
                meals.append(meal)
    return meals


def _meal(
    meal_id: int, kitchen: Kitchen, day: date, period: str, instants: Instants, now: datetime
) -> PlannedMeal:
    is_frozen = instants.freezes_at <= now
    return PlannedMeal(
        id=meal_id,
        canteen_id=kitchen.id,
        served_on=day,
        period=period,
        instants=instants,
        published_at=_published_at(day, now),
        # The job comes by once a minute.
        frozen_at=min(instants.freezes_at + timedelta(seconds=7), now) if is_frozen else None,
        is_revised=True,
    )


def _published_at(day: date, now: datetime) -> datetime:
    """Thursday afternoon for the week that follows; what is to come has been out for two days already."""
    thursday = day - timedelta(days=day.weekday() + 4)
    return min(clock.at_local(thursday, time(16)), now - 2 * _ONE_DAY)


def _library_dish(dish_id: int, kitchen: Kitchen, dish: PoolDish) -> LibraryDish:
    price_fen = _rounded(dish.price_fen * kitchen.price_percent, 50)
    earlier_fen = price_fen - EARLIER_LESS_FEN if dish.category in _REVISED else price_fen
    portions = tuple(
        SoldPortion(
            portion=portion,
            price_fen=_rounded(price_fen * percent, 10),
            earlier_fen=_rounded(earlier_fen * percent, 10),
            weight_g=dish.weight_g * percent // 100,
            share=percent,
        )
        for portion, percent in PORTION_PERCENT.items()
        if portion in PORTIONS.get(dish.category, ("standard",))
    )
    return LibraryDish(dish_id, kitchen.id, dish, price_fen, portions)


def _rounded(hundredths: int, step: int) -> int:
    """The nearest multiple of `step` fen, upwards from the middle; at least one step."""
    return max((hundredths + 50 * step) // (100 * step) * step, step)


class _Decks:
    """A canteen's dishes by period and kind, each dealt to the end before one comes again."""

    def __init__(self, kitchen: Kitchen, dishes: Iterable[LibraryDish], rng: Random) -> None:
        self._rng = rng
        self._all: Mapping[tuple[str, tuple[str, ...]], list[LibraryDish]]
        own = [dish for dish in dishes if dish.canteen_id == kitchen.id]
        self._rice = next(dish for dish in own if dish.pool.name == RICE)
        keys = {(LETTERS[period], kinds) for period, parts in COMPOSITION.items() for kinds, _ in parts}
        self._all = {
            (letter, kinds): [
                dish
                for dish in own
                if dish.pool.category in kinds and letter in dish.pool.meals and dish is not self._rice
            ]
            for letter, kinds in keys
        }
        self._left: dict[tuple[str, tuple[str, ...]], list[LibraryDish]] = {key: [] for key in keys}

    def deal(self, period: str, last_id: int) -> list[Offered]:
        """The dishes of one meal, with ids that follow `last_id`."""
        letter, dealt = LETTERS[period], []
        for kinds, count in COMPOSITION[period]:
            dealt += self._draw((letter, kinds), count)
        if period in WITH_RICE:
            dealt.append(self._rice)
        return [
            Offered(last_id + place, dish, place - 1, self._cap(dish, period))
            for place, dish in enumerate(dealt, start=1)
        ]

    def _draw(self, key: tuple[str, tuple[str, ...]], count: int) -> list[LibraryDish]:
        hand: list[LibraryDish] = []
        while len(hand) < min(count, len(self._all[key])):
            if not self._left[key]:
                self._left[key] = [dish for dish in self._all[key] if dish not in hand]
                self._rng.shuffle(self._left[key])
            hand.append(self._left[key].pop())
        return hand

    def _cap(self, dish: LibraryDish, period: str) -> int:
        if dish is self._rice:
            return RICE_CAP
        least, most = CAPS[dish.pool.category]
        return self._rng.randint(least, most) * CAP_PERCENT[period] // 1000 * 10
