"""Reads of the menu.

What managers see is scoped by the actor; what diners see is the same for all of them (`offers`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import Row, Select, and_, or_, select, true
from sqlalchemy.orm import selectinload
from sqlalchemy.sql import ColumnElement

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.paging import Page, paginate
from backend.workdays.policies import Calendar
from canteen.menu import policies
from canteen.menu.copying import SourceLine, SourceMeal
from canteen.menu.errors import CanteenNotFound, MealNotFound
from canteen.menu.models import (
    FULL_PORTION,
    Canteen,
    Category,
    Dish,
    Meal,
    MealDish,
    MealPeriod,
    MealState,
    Period,
)
from canteen.menu.policies import PERIOD_ORDER, PeriodRules
from canteen.menu.publishing import OpenDay, ServedDish

AnyRow: TypeAlias = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class ManagedLine:
    """A dish on a meal as its manager sees it. `cap` is in standard portions, `taken` in centi-portions."""

    dish_id: int
    name: str
    category: str
    price_fen: int | None
    is_active: bool
    cap: int | None
    taken: int

    @property
    def taken_portions(self) -> Decimal:
        """What is taken, in standard portions."""
        return Decimal(self.taken) / FULL_PORTION

    @property
    def remaining(self) -> int | None:
        """Whole standard portions that are left."""
        return policies.remaining(self.cap, self.taken)


@dataclass(frozen=True, slots=True)
class CanteenRules:
    """The rules of a canteen's periods, in the day's order."""

    canteen_id: int
    periods: Sequence[PeriodRules]


@dataclass(frozen=True, slots=True)
class ManagedMeal:
    """A meal as its manager sees it; `meal` has its columns by name."""

    meal: AnyRow
    dishes: Sequence[ManagedLine]


def get_canteen(canteen_id: int) -> Canteen:
    """The canteen, active or not. Raises CanteenNotFound."""
    canteen = db.session.get(Canteen, canteen_id)
    if canteen is None:
        raise CanteenNotFound
    return canteen


def find_meal(canteen_id: int, served_on: date, period: Period) -> Meal | None:
    """The meal in any state, or None."""
    return db.session.scalars(
        select(Meal).where(
            Meal.canteen_id == canteen_id, Meal.served_on == served_on, Meal.period == period.value
        )
    ).one_or_none()


def open_day(calendar: Calendar, on_date: date, *, opens_on_rest_days: bool) -> OpenDay:
    """Whether a canteen serves on a day: on workdays, and on rest days if it is one that does."""
    day = calendar.day(on_date)
    return OpenDay(day.is_workday or opens_on_rest_days, day.is_provisional, day.name)


def search_dishes(
    actor: Actor,
    *,
    canteen_id: int | None = None,
    category: Category | None = None,
    q: str = "",
    is_active: bool | None = None,
    page: int,
    page_size: int,
) -> Page:
    """Dishes of the canteens that the actor reads, by canteen and id. Raises CanteenNotFound."""
    statement: Select[Dish] = select(Dish).options(selectinload(Dish.portions))
    if canteen_id is None:
        statement = statement.join(Canteen, Canteen.id == Dish.canteen_id).where(_readable(actor))
    else:
        policies.ensure_reads(actor, get_canteen(canteen_id))
        statement = statement.where(Dish.canteen_id == canteen_id)
    if category is not None:
        statement = statement.where(Dish.category == category.value)
    if q:
        statement = statement.where(Dish.name.contains(q, autoescape=True))
    if is_active is not None:
        statement = statement.where(Dish.is_active.is_(is_active))
    return paginate(statement.order_by(Dish.canteen_id, Dish.id), page=page, page_size=page_size)


def _readable(actor: Actor) -> ColumnElement[bool]:
    reach = actor.reach(Permission.CANTEEN_READ)
    if reach.everywhere:
        return true()
    return or_(Canteen.campus_id.in_(reach.campus_ids), Canteen.id.in_(reach.canteen_ids))


def next_meal_with(dish_id: int) -> date | None:
    """The first day on which a published meal that is not over yet offers the dish, or None."""
    return db.session.scalar(
        select(Meal.served_on)
        .join(MealDish, MealDish.meal_id == Meal.id)
        .where(
            MealDish.dish_id == dish_id,
            Meal.state != MealState.DRAFT.value,
            Meal.serves_until > clock.now(),
        )
        .order_by(Meal.served_on)
        .limit(1)
    )


def get_rules(actor: Actor, canteen_id: int) -> CanteenRules:
    """The rules of all of a canteen's periods. Raises CanteenNotFound."""
    policies.ensure_reads(actor, get_canteen(canteen_id))
    return rules_in_order(canteen_id)


def rules_in_order(canteen_id: int) -> CanteenRules:
    """The rules of all of a canteen's periods, active or not."""
    rules = rules_by_period(canteen_id).values()
    return CanteenRules(canteen_id, sorted(rules, key=lambda one: PERIOD_ORDER[one.period]))


def rules_by_period(canteen_id: int) -> dict[str, PeriodRules]:
    """The rules of all of a canteen's periods, active or not."""
    rows = db.session.scalars(select(MealPeriod).where(MealPeriod.canteen_id == canteen_id))
    return {row.period: policies.rules_of(row) for row in rows}


def list_meals(actor: Actor, *, canteen_id: int, from_on: date, until_on: date) -> list[ManagedMeal]:
    """All meals of both days and those between, with their dishes; at most MAX_DAYS days.

    Raises CanteenNotFound or InvalidDateRange.
    """
    policies.ensure_reads(actor, get_canteen(canteen_id))
    policies.ensure_range(from_on, until_on)
    return managed_meals(Meal.canteen_id == canteen_id, Meal.served_on >= from_on, Meal.served_on <= until_on)


def get_managed_meal(meal_id: int) -> ManagedMeal:
    """One meal with its dishes. Raises MealNotFound."""
    for meal in managed_meals(Meal.id == meal_id):
        return meal
    raise MealNotFound


def managed_meals(*conditions: ColumnElement[bool]) -> list[ManagedMeal]:
    """The meals under these conditions with their dishes, by day and period; two statements."""
    meals = db.session.execute(
        select(
            Meal.id.label("meal_id"),
            Meal.canteen_id,
            Meal.served_on,
            Meal.period,
            MealPeriod.name,
            Meal.state,
            Meal.order_closes_at,
            Meal.cancel_closes_at,
            Meal.pickup_from,
            Meal.serves_from,
            Meal.serves_until,
            Meal.published_at,
            Meal.frozen_at,
        )
        .outerjoin(
            MealPeriod, and_(MealPeriod.canteen_id == Meal.canteen_id, MealPeriod.period == Meal.period)
        )
        .where(*conditions)
    ).all()
    lines: dict[int, list[ManagedLine]] = {}
    for row in db.session.execute(
        select(
            MealDish.meal_id,
            MealDish.dish_id,
            Dish.name,
            Dish.category,
            Dish.price_fen,
            Dish.is_active,
            MealDish.cap,
            MealDish.taken,
        )
        .join_from(MealDish, Dish, Dish.id == MealDish.dish_id)
        .join(Meal, Meal.id == MealDish.meal_id)
        .where(*conditions)
        .order_by(MealDish.position, MealDish.id)
    ):
        lines.setdefault(row.meal_id, []).append(ManagedLine(*row[1:]))
    ordered = sorted(meals, key=lambda meal: (meal.served_on, PERIOD_ORDER[meal.period]))
    return [ManagedMeal(meal, lines.get(meal.meal_id, [])) for meal in ordered]


def dishes_served(canteen_id: int, from_on: date, until_on: date) -> list[ServedDish]:
    """The dishes of all meals of both days and those between, in any state, in the menus' order."""
    rows = db.session.execute(
        select(Meal.id, Meal.served_on, Meal.period, MealDish.dish_id)
        .join(MealDish, MealDish.meal_id == Meal.id)
        .where(Meal.canteen_id == canteen_id, Meal.served_on >= from_on, Meal.served_on <= until_on)
        .order_by(MealDish.position, MealDish.id)
    )
    return [ServedDish(*row) for row in rows]


def source_week(canteen_id: int, monday: date) -> dict[int, list[SourceMeal]]:
    """The meals of a week that offer anything, by weekday (0 Monday) and in the day's order."""
    rows = db.session.execute(
        select(Meal.served_on, Meal.period, MealDish.dish_id, Dish.name, MealDish.cap, Dish.is_active)
        .join_from(Meal, MealDish, MealDish.meal_id == Meal.id)
        .join(Dish, Dish.id == MealDish.dish_id)
        .where(
            Meal.canteen_id == canteen_id,
            Meal.served_on >= monday,
            Meal.served_on < monday + timedelta(days=7),
        )
        .order_by(MealDish.position, MealDish.id)
    ).all()
    meals: dict[tuple[int, str], list[SourceLine]] = {}
    for row in rows:
        line = SourceLine(row.dish_id, row.name, row.cap, row.is_active)
        meals.setdefault((row.served_on.weekday(), row.period), []).append(line)
    week: dict[int, list[SourceMeal]] = {}
    for weekday, period in sorted(meals, key=lambda key: PERIOD_ORDER[key[1]]):
        week.setdefault(weekday, []).append(SourceMeal(period, meals[weekday, period]))
    return week
