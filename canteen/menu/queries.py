"""Reads of the menu.

What managers see is scoped by the actor; what diners see is the same for all of them (`offers`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, case, func, or_, select, true
from sqlalchemy.sql import ColumnElement

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.places.models import Campus
from backend.rules import queries as rule_queries
from backend.rules.registry import Place
from backend.workdays.policies import Calendar
from canteen.menu import policies, rules
from canteen.menu.copying import SourceLine, SourceMeal
from canteen.menu.errors import CanteenNotFound, MealNotFound
from canteen.menu.models import (
    FULL_PORTION,
    Canteen,
    Category,
    Dish,
    DishPortion,
    Meal,
    MealDish,
    MealState,
    Period,
    Portion,
)
from canteen.menu.policies import PERIOD_ORDER, PeriodRules, PeriodVersion
from canteen.menu.publishing import DishFacts, OpenDay, ServedDish
from canteen.menu.titles import PERIOD_NAMES

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
    allergens: Sequence[str] | None
    tags: Sequence[str]

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
    """The rules of a canteen's periods, in the day's order, and the versions that are planned."""

    canteen_id: int
    periods: Sequence[PeriodRules]
    planned: Sequence[PeriodVersion]


@dataclass(frozen=True, slots=True)
class ManagedMeal:
    """A meal as its manager sees it; `meal` has its columns by name."""

    meal: AnyRow
    name: str
    dishes: Sequence[ManagedLine]


@dataclass(frozen=True, slots=True)
class CanteenChoice:
    """A canteen to work at, with its campus."""

    id: int
    name: str
    campus_id: int
    campus: str


# With any of these people work at one canteen at a time. Who buys and stores reads no menu.
CHOOSES_CANTEEN: Final = (
    Permission.CANTEEN_READ,
    Permission.CANTEEN_VERIFY,
    Permission.PURCHASING_READ,
    Permission.SAFETY_READ,
)


def canteens_in_reach(actor: Actor) -> list[CanteenChoice]:
    """The active canteens that the actor works at or looks after, by campus and name."""
    rows = db.session.execute(
        select(Canteen.id, Canteen.name, Canteen.campus_id, Campus.name)
        .join(Campus, Campus.id == Canteen.campus_id)
        .where(Canteen.is_active, or_(*(readable(actor, each) for each in CHOOSES_CANTEEN)))
        .order_by(Campus.id, Canteen.id)
    )
    return [CanteenChoice(*row) for row in rows]


def canteens_readable(actor: Actor, permission: Permission = Permission.CANTEEN_READ) -> list[Canteen]:
    """The active canteens within the reach of the actor's permission, in the order of campuses."""
    statement = select(Canteen).where(Canteen.is_active, readable(actor, permission))
    return list(db.session.scalars(statement.order_by(Canteen.campus_id, Canteen.id)))


def canteen_names(canteen_ids: Collection[int]) -> dict[int, str]:
    """The names of canteens; one statement."""
    rows = db.session.execute(select(Canteen.id, Canteen.name).where(Canteen.id.in_(canteen_ids)))
    return dict(rows.all())


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


def places_with_rules() -> list[Place]:
    """The canteens, active or not, as what rules have values for."""
    rows = db.session.execute(select(Canteen.id, Canteen.name, Canteen.campus_id).order_by(Canteen.id))
    return [Place(*row) for row in rows]


def opens_on_rest_days(canteen_id: int, on_date: date) -> bool:
    """Whether the canteen serves on a rest day; what is decided during a day holds for all of it."""
    last = clock.at_local(on_date + timedelta(days=1), time.min) - timedelta(microseconds=1)
    return rule_queries.value(rules.OPENS_ON_REST_DAYS, canteen_id, at=last)


def open_day(calendar: Calendar, on_date: date, *, opens_on_rest_days: bool) -> OpenDay:
    """Whether a canteen serves on a day: on workdays, and on rest days if it is one that does."""
    day = calendar.day(on_date)
    return OpenDay(day.is_workday or opens_on_rest_days, day.is_provisional, day.name)


def readable(actor: Actor, permission: Permission = Permission.CANTEEN_READ) -> ColumnElement[bool]:
    """The canteens within the actor's reach, as a condition."""
    reach = actor.reach(permission)
    if reach.everywhere:
        return true()
    return or_(Canteen.campus_id.in_(reach.campus_ids), Canteen.id.in_(reach.canteen_ids))


def day_of(calendar: Calendar, canteen_id: int, on_date: date) -> OpenDay:
    """Whether this canteen serves on a day, as its rules say."""
    return open_day(calendar, on_date, opens_on_rest_days=opens_on_rest_days(canteen_id, on_date))


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
    """The rules of all of a canteen's periods, active or not: those in force, and those to come."""
    now = clock.now()
    planned = [
        version
        for period in Period
        for version in _versions(canteen_id, period.value)
        if version.effective_at > now
    ]
    return CanteenRules(canteen_id, list(rules_by_period(canteen_id).values()), planned)


def rules_by_period(canteen_id: int) -> dict[str, PeriodRules]:
    """The rules in force now of a canteen's periods, active or not, in the day's order."""
    found = {
        period.value: rule_queries.value(rules.MEAL_PERIOD, canteen_id, period.value) for period in Period
    }
    return {period: one for period, one in found.items() if one is not None}


def served_rules(canteen_id: int, served_on: date) -> dict[str, PeriodVersion]:
    """The rules that judge a canteen's meals of a day, for those of its periods that are active then."""
    found = {
        period.value: policies.serving(_versions(canteen_id, period.value), served_on) for period in Period
    }
    return {period: one for period, one in found.items() if one is not None and one.rules.is_active}


def meal_name(canteen_id: int, served_on: date, period: str) -> str:
    """What a canteen calls a meal."""
    version = policies.serving(_versions(canteen_id, period), served_on)
    return version.rules.name if version is not None else PERIOD_NAMES[Period(period)]


def judged_by(canteen_id: int, from_on: date, until_on: date) -> dict[tuple[date, str], int]:
    """The version of its period's rules that each published meal of these days keeps; 0 if unknown."""
    rows = db.session.execute(
        select(Meal.served_on, Meal.period, Meal.rule_version_id).where(
            Meal.canteen_id == canteen_id,
            Meal.served_on.between(from_on, until_on),
            Meal.state != MealState.DRAFT.value,
        )
    )
    return {(served_on, period): version_id or 0 for served_on, period, version_id in rows}


def _versions(canteen_id: int, period: str) -> list[PeriodVersion]:
    found = rule_queries.versions(rules.MEAL_PERIOD, canteen_id, period)
    return [
        PeriodVersion(one.id, one.value, one.effective_at)
        for one in found
        if one.value is not None and one.effective_at is not None
    ]


def list_meals(actor: Actor, *, canteen_id: int, from_on: date, until_on: date) -> list[ManagedMeal]:
    """All meals of both days and those between, with their dishes; at most MAX_DAYS days.

    Raises CanteenNotFound or InvalidDateRange.
    """
    policies.ensure_reads(actor, get_canteen(canteen_id))
    policies.ensure_range(from_on, until_on)
    return meals_between(canteen_id, from_on, until_on)


def meals_between(canteen_id: int, from_on: date, until_on: date) -> list[ManagedMeal]:
    """All meals of a canteen on both days and those between, with their dishes; two statements."""
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
            Meal.state,
            Meal.revision,
            Meal.order_closes_at,
            Meal.cancel_closes_at,
            Meal.pickup_from,
            Meal.serves_from,
            Meal.serves_until,
            Meal.published_at,
            Meal.frozen_at,
        ).where(*conditions)
    ).all()
    rows: Sequence[AnyRow] = db.session.execute(
        select(
            MealDish.meal_id,
            MealDish.dish_id,
            Dish.name,
            Dish.category,
            Dish.price_fen,
            Dish.is_active,
            MealDish.cap,
            MealDish.taken,
            Dish.allergens,
            Dish.tags,
        )
        .join_from(MealDish, Dish, Dish.id == MealDish.dish_id)
        .join(Meal, Meal.id == MealDish.meal_id)
        .where(*conditions)
        .order_by(MealDish.position, MealDish.id)
    ).all()
    lines: dict[int, list[ManagedLine]] = {}
    for row in rows:
        lines.setdefault(row.meal_id, []).append(ManagedLine(*row[1:]))
    ordered = policies.in_order(meals)
    return [
        ManagedMeal(
            meal, meal_name(meal.canteen_id, meal.served_on, meal.period), lines.get(meal.meal_id, [])
        )
        for meal in ordered
    ]


def dishes_served(canteen_id: int, from_on: date, until_on: date) -> list[ServedDish]:
    """The dishes of all meals of both days and those between, in any state, in the menus' order.

    Without 主食 and 饮品, which are on every menu by intent.
    """
    rows = db.session.execute(
        select(Meal.id, Meal.served_on, Meal.period, MealDish.dish_id)
        .join(MealDish, MealDish.meal_id == Meal.id)
        .join(Dish, Dish.id == MealDish.dish_id)
        .where(
            Meal.canteen_id == canteen_id,
            Meal.served_on.between(from_on, until_on),
            Dish.category.not_in([Category.STAPLE.value, Category.DRINK.value]),
        )
        .order_by(MealDish.position, MealDish.id)
    )
    return [ServedDish(*row) for row in rows]


def portion_options(
    canteen_ids: Collection[int], from_on: date, until_on: date
) -> dict[int, tuple[int, int]]:
    """Of the dishes offered at published meals of [from_on, until_on]: how many, and how many also smaller.

    By canteen; one without such a meal is left out. One statement.
    """
    smaller = (
        select(DishPortion.id)
        .where(
            DishPortion.dish_id == MealDish.dish_id,
            DishPortion.portion.in_([Portion.HALF.value, Portion.SMALL.value]),
        )
        .exists()
    )
    rows = db.session.execute(
        select(Meal.canteen_id, func.count(), func.sum(case((smaller, 1), else_=0)))
        .join(MealDish, MealDish.meal_id == Meal.id)
        .where(
            Meal.canteen_id.in_(canteen_ids),
            Meal.served_on.between(from_on, until_on),
            Meal.state != MealState.DRAFT.value,
        )
        .group_by(Meal.canteen_id)
    )
    return {canteen_id: (count, with_smaller) for canteen_id, count, with_smaller in rows}


def dish_facts(canteen_id: int, dish_ids: Collection[int]) -> dict[int, DishFacts]:
    """What publishing asks of these dishes of the canteen."""
    rows = db.session.execute(
        select(Dish.id, Dish.name, Dish.price_fen, Dish.allergens, Dish.is_active).where(
            Dish.id.in_(dish_ids), Dish.canteen_id == canteen_id
        )
    )
    return {row.id: DishFacts(*row) for row in rows}


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
