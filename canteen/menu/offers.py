"""What diners read, the same for all of them: the canteens, a day's menu, and how much of it is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeAlias

from sqlalchemy import Row, and_, bindparam, select

from backend import clock
from backend.db import db
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.places.models import Campus
from backend.workdays import queries as workday_queries
from canteen.menu import policies
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen, Dish, DishPortion, Meal, MealDish, MealState
from canteen.menu.policies import PERIOD_ORDER, PORTION_ORDER, SaleState
from canteen.menu.queries import meal_name, open_day, opens_on_rest_days, rules_by_period

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

_MENU_MEALS = (
    select(
        Meal.id,
        Meal.period,
        Meal.state,
        Meal.order_closes_at,
        Meal.cancel_closes_at,
        Meal.serves_from,
        Meal.serves_until,
    )
    .select_from(Canteen)
    .outerjoin(
        Meal,
        and_(
            Meal.canteen_id == Canteen.id,
            Meal.served_on == bindparam("served_on"),
            Meal.state != MealState.DRAFT.value,
        ),
    )
    .where(Canteen.id == bindparam("canteen_id"), Canteen.is_active)
)
_OF_SHOWN_MEALS = and_(
    Meal.canteen_id == bindparam("canteen_id"),
    Meal.served_on == bindparam("served_on"),
    Meal.state != MealState.DRAFT.value,
)
# One row per portion: a menu has a few dozen of them, and a third statement would cost more.
_MENU_DISHES = (
    select(
        MealDish.meal_id,
        Dish.id.label("dish_id"),
        Dish.name,
        Dish.category,
        Dish.description,
        Dish.price_fen,
        Dish.weight_g,
        Dish.price_fen_per_kg,
        Dish.allergens,
        Dish.tags,
        Dish.energy_kcal,
        Dish.protein_g,
        Dish.fat_g,
        Dish.carbohydrate_g,
        Dish.sodium_mg,
        Dish.photo_id,
        DishPortion.portion,
        DishPortion.price_fen.label("portion_price_fen"),
        DishPortion.weight_g.label("portion_weight_g"),
    )
    .join_from(MealDish, Meal, Meal.id == MealDish.meal_id)
    .join(Dish, Dish.id == MealDish.dish_id)
    .outerjoin(DishPortion, DishPortion.dish_id == Dish.id)
    .where(_OF_SHOWN_MEALS)
    .order_by(MealDish.meal_id, MealDish.position, MealDish.id)
)
_REMAINING = (
    select(
        MealDish.meal_id,
        MealDish.dish_id,
        MealDish.cap,
        MealDish.taken,
        DishPortion.portion,
        DishPortion.share,
    )
    .join_from(MealDish, Meal, Meal.id == MealDish.meal_id)
    .outerjoin(DishPortion, DishPortion.dish_id == MealDish.dish_id)
    .where(_OF_SHOWN_MEALS)
    .order_by(MealDish.meal_id, MealDish.position, MealDish.id)
)


@dataclass(frozen=True, slots=True)
class ServedPeriod:
    """A period that a canteen serves, with its window."""

    period: str
    name: str
    window_from: time
    window_until: time


@dataclass(frozen=True, slots=True)
class CanteenView:
    """A canteen as diners see it."""

    id: int
    name: str
    campus: str
    campus_id: int
    opens_on_rest_days: bool
    periods: Sequence[ServedPeriod]


@dataclass(frozen=True, slots=True)
class OfferedPortion:
    """A portion on a menu."""

    portion: str
    price_fen: int
    weight_g: int


@dataclass(frozen=True, slots=True)
class OfferedDish:
    """A dish on a menu; `facts` has its other columns by name."""

    facts: AnyRow
    portions: Sequence[OfferedPortion]
    photo: PhotoLinks | None


@dataclass(frozen=True, slots=True)
class OfferedMeal:
    """A meal on a menu."""

    meal_id: int
    period: str
    name: str
    order_closes_at: datetime
    cancel_closes_at: datetime
    serves_from: datetime
    serves_until: datetime
    state: SaleState
    dishes: Sequence[OfferedDish]


@dataclass(frozen=True, slots=True)
class Menu:
    """What a canteen offers on a day. `day_name` is the holiday's name, or empty."""

    served_on: date
    canteen_id: int
    is_open: bool
    is_provisional: bool
    day_name: str
    periods: Sequence[OfferedMeal]


@dataclass(frozen=True, slots=True)
class RemainingPortion:
    """How many of one portion could be ordered, if nobody took another; None without a cap."""

    portion: str
    remaining: int | None


@dataclass(frozen=True, slots=True)
class RemainingDish:
    """How much of a dish is left, in whole standard portions and per portion."""

    dish_id: int
    cap: int | None
    remaining: int | None
    portions: Sequence[RemainingPortion]


@dataclass(frozen=True, slots=True)
class RemainingMeal:
    """How much of a meal is left."""

    period: str
    state: SaleState
    dishes: Sequence[RemainingDish]


@dataclass(frozen=True, slots=True)
class Remaining:
    """How much of a day's meals is left."""

    served_on: date
    canteen_id: int
    periods: Sequence[RemainingMeal]


def list_canteens() -> list[CanteenView]:
    """The active canteens with the periods that they serve now, by id; one statement."""
    canteens = db.session.execute(
        select(Canteen.id, Canteen.name, Campus.name, Canteen.campus_id)
        .join(Campus, Campus.id == Canteen.campus_id)
        .where(Canteen.is_active)
        .order_by(Canteen.id)
    ).all()
    today = clock.today()
    return [CanteenView(*row, opens_on_rest_days(row.id, today), _served_periods(row.id)) for row in canteens]


def _served_periods(canteen_id: int) -> list[ServedPeriod]:
    return [
        ServedPeriod(one.period.value, one.name, one.window_from, one.window_until)
        for one in rules_by_period(canteen_id).values()
        if one.is_active
    ]


def get_menu(*, canteen_id: int, served_on: date) -> Menu:
    """What an active canteen offers on a day: its published and frozen meals.

    Three statements, and one for the photos if any dish has one.

    Raises CanteenNotFound.
    """
    meals = _shown_meals(canteen_id, served_on)
    calendar = workday_queries.calendar_for(served_on, served_on)
    day = open_day(calendar, served_on, opens_on_rest_days=opens_on_rest_days(canteen_id, served_on))
    dishes = _offered_dishes(canteen_id, served_on) if meals else {}
    now = clock.now()
    return Menu(
        served_on=served_on,
        canteen_id=canteen_id,
        is_open=day.is_open,
        is_provisional=day.is_provisional,
        day_name=day.name,
        periods=[
            OfferedMeal(
                meal_id=meal.id,
                period=meal.period,
                name=meal_name(canteen_id, served_on, meal.period),
                order_closes_at=meal.order_closes_at,
                cancel_closes_at=meal.cancel_closes_at,
                serves_from=meal.serves_from,
                serves_until=meal.serves_until,
                state=policies.sale_state(meal.state, meal.order_closes_at, now),
                dishes=dishes.get(meal.id, []),
            )
            for meal in meals
        ],
    )


def _shown_meals(canteen_id: int, served_on: date) -> list[AnyRow]:
    """The published and frozen meals of an active canteen, in order. Raises CanteenNotFound."""
    rows = db.session.execute(_MENU_MEALS, {"canteen_id": canteen_id, "served_on": served_on}).all()
    if not rows:
        raise CanteenNotFound
    meals = [row for row in rows if row.id is not None]
    return sorted(meals, key=lambda meal: PERIOD_ORDER[meal.period])


def _offered_dishes(canteen_id: int, served_on: date) -> dict[int, list[OfferedDish]]:
    """The dishes of the day's shown meals, by meal."""
    by_line: dict[tuple[int, int], list[AnyRow]] = {}
    for row in db.session.execute(_MENU_DISHES, {"canteen_id": canteen_id, "served_on": served_on}):
        by_line.setdefault((row.meal_id, row.dish_id), []).append(row)
    photos = media_queries.links({rows[0].photo_id for rows in by_line.values() if rows[0].photo_id})
    dishes: dict[int, list[OfferedDish]] = {}
    for (meal_id, _), rows in by_line.items():
        portions = [
            OfferedPortion(row.portion, row.portion_price_fen, row.portion_weight_g)
            for row in _in_portion_order(rows)
        ]
        photo = photos.get(rows[0].photo_id)
        dishes.setdefault(meal_id, []).append(OfferedDish(rows[0], portions, photo))
    return dishes


def _in_portion_order(rows: Sequence[AnyRow]) -> list[AnyRow]:
    return sorted(
        (row for row in rows if row.portion is not None), key=lambda row: PORTION_ORDER[row.portion]
    )


def get_remaining(*, canteen_id: int, served_on: date) -> Remaining:
    """How much of the day's shown meals is left at this moment. Two statements. Raises CanteenNotFound."""
    meals = _shown_meals(canteen_id, served_on)
    by_line: dict[tuple[int, int], list[AnyRow]] = {}
    for row in db.session.execute(_REMAINING, {"canteen_id": canteen_id, "served_on": served_on}):
        by_line.setdefault((row.meal_id, row.dish_id), []).append(row)
    dishes: dict[int, list[RemainingDish]] = {}
    for (meal_id, dish_id), rows in by_line.items():
        cap, taken = rows[0].cap, rows[0].taken
        portions = [
            RemainingPortion(row.portion, policies.remaining(cap, taken, row.share))
            for row in _in_portion_order(rows)
        ]
        left = policies.remaining(cap, taken)
        dishes.setdefault(meal_id, []).append(RemainingDish(dish_id, cap, left, portions))
    now = clock.now()
    return Remaining(
        served_on,
        canteen_id,
        [
            RemainingMeal(
                meal.period,
                policies.sale_state(meal.state, meal.order_closes_at, now),
                dishes.get(meal.id, []),
            )
            for meal in meals
        ],
    )
