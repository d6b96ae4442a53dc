"""Reads that plans are made from and judged by: bookings, when people come, what was issued, who ate."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import selectinload

from backend import clock
from backend.actor import SYSTEM, Actor, Permission
from backend.db import db
from backend.rules import queries as rule_queries
from canteen.menu.errors import MealNotFound
from canteen.menu.models import Canteen, Dish, Meal, MealDish, MealState, Period
from canteen.menu.policies import covers
from canteen.ordering import queries as ordering_queries
from canteen.ordering.models import Order, OrderState
from canteen.ordering.receptions.models import Reception, ReceptionCompanion, ReceptionState
from canteen.production.plans import rules
from canteen.production.plans.errors import PlanNotFound
from canteen.production.plans.models import MealPlan, PlanDish, PlanState
from canteen.production.plans.policies import Arrivals, BatchRules
from canteen.production.recipes import queries as recipe_queries
from canteen.production.recipes.policies import RecipeView
from canteen.purchasing.stock.models import Movement, MovementKind

# How far back pick-ups say when people come.
ARRIVAL_DAYS: Final = 14
_SERVED: Final = (ReceptionState.SERVED.value, ReceptionState.SETTLED.value)


@dataclass(frozen=True, slots=True)
class Bookings:
    """What is booked of a meal: people and grams of each dish, and what of both is for receptions."""

    people: int
    grams: Mapping[int, int]
    guests: int
    guests_grams: Mapping[int, int]


def bookings_of(meal: Meal) -> Bookings:
    """What stands booked now, or stood when the list was frozen; receptions as they are approved now."""
    prep = ordering_queries.get_prep_list(
        SYSTEM, canteen_id=meal.canteen_id, served_on=meal.served_on, period=Period(meal.period)
    )
    guests_grams: Counter[int] = Counter()
    for reception in prep.receptions:
        for dish in reception.dishes:
            guests_grams[dish.dish_id] += dish.weight_g * dish.quantity
    grams = Counter(guests_grams)
    for line in prep.dishes:
        grams[line.dish_id] += line.weight_g
    guests = sum(reception.heads for reception in prep.receptions)
    return Bookings(prep.orders + guests, grams, guests, guests_grams)


def get_meal(
    actor: Actor, meal_id: int, permission: Permission = Permission.CANTEEN_READ
) -> tuple[Meal, Canteen]:
    """A meal of a canteen within reach of the permission. Raises MealNotFound."""
    found = db.session.execute(
        select(Meal, Canteen).join(Canteen, Canteen.id == Meal.canteen_id).where(Meal.id == meal_id)
    ).one_or_none()
    if found is None or not covers(actor, permission, found[1]):
        raise MealNotFound
    return found[0], found[1]


def get_plan(
    actor: Actor, plan_id: int, permission: Permission = Permission.CANTEEN_READ
) -> tuple[MealPlan, Meal, Canteen]:
    """A plan with its meal, of a canteen within reach of the permission. Raises PlanNotFound."""
    found = db.session.execute(
        select(MealPlan, Meal, Canteen)
        .join(Meal, Meal.id == MealPlan.meal_id)
        .join(Canteen, Canteen.id == Meal.canteen_id)
        .where(MealPlan.id == plan_id)
        .options(selectinload(MealPlan.dishes))
    ).one_or_none()
    if found is None or not covers(actor, permission, found[2]):
        raise PlanNotFound
    return found[0], found[1], found[2]


def dishes_of(dish_ids: Collection[int]) -> dict[int, Dish]:
    """These dishes by id. One statement."""
    rows = db.session.scalars(select(Dish).where(Dish.id.in_(dish_ids)))
    return {row.id: row for row in rows}


def recipes_of(dishes: Collection[PlanDish]) -> dict[int, RecipeView]:
    """The versions that the plan is reckoned with, by dish."""
    by_id = recipe_queries.versions({dish.recipe_id for dish in dishes if dish.recipe_id is not None})
    return {dish.dish_id: by_id[dish.recipe_id] for dish in dishes if dish.recipe_id in by_id}


def batch_rules(canteen_id: int) -> BatchRules:
    """How the canteen cooks in batches."""
    return BatchRules(
        first_percent=rule_queries.value(rules.FIRST_PERCENT, canteen_id),
        refill_minutes=rule_queries.value(rules.REFILL_MINUTES, canteen_id),
        least_portions=rule_queries.value(rules.LEAST_PORTIONS, canteen_id),
    )


def arrivals_of(meal: Meal) -> Arrivals:
    """When people came to the meals of this canteen and period in the two weeks before; one statement."""
    rows = db.session.execute(
        select(Meal.serves_from, Order.picked_up_at, func.count())
        .join(Order, Order.meal_id == Meal.id)
        .where(
            Meal.canteen_id == meal.canteen_id,
            Meal.period == meal.period,
            Meal.served_on >= meal.served_on - timedelta(days=ARRIVAL_DAYS),
            Meal.served_on < meal.served_on,
            Order.state == OrderState.PICKED_UP.value,
        )
        .group_by(Meal.serves_from, Order.picked_up_at)
    )
    by_minute: dict[int, int] = {}
    for serves_from, picked_up_at, count in rows:
        if serves_from is not None and picked_up_at is not None:
            minute = int((picked_up_at - serves_from).total_seconds() // 60)
            by_minute[minute] = by_minute.get(minute, 0) + count
    return Arrivals(by_minute)


def issued_for(meal_id: int) -> dict[tuple[int | None, int], int]:
    """Grams issued for a meal less what came back, by (dish or None, ingredient); one statement."""
    rows = db.session.execute(
        select(Movement.dish_id, Movement.ingredient_id, func.sum(Movement.delta_g))
        .where(
            Movement.meal_id == meal_id,
            Movement.kind.in_([MovementKind.ISSUE.value, MovementKind.RETURN.value]),
        )
        .group_by(Movement.dish_id, Movement.ingredient_id)
    )
    return {(dish_id, ingredient_id): -int(grams) for dish_id, ingredient_id, grams in rows}


def diners_of(meal: Meal) -> int:
    """Who ate: people who picked anything up, guests of receptions, and who dined with them; 3 statements."""
    picked_up = db.session.scalar(
        select(func.count(Order.staff_id.distinct())).where(
            Order.meal_id == meal.id, Order.state == OrderState.PICKED_UP.value
        )
    )
    here: list[ColumnElement[bool]] = [
        Reception.canteen_id == meal.canteen_id,
        Reception.served_on == meal.served_on,
        Reception.period == meal.period,
        Reception.state.in_(_SERVED),
    ]
    guests = db.session.scalar(select(func.sum(Reception.actual_guests)).where(*here))
    companions = db.session.scalar(
        select(func.count())
        .select_from(ReceptionCompanion)
        .join(Reception, Reception.id == ReceptionCompanion.reception_id)
        .where(*here, ReceptionCompanion.is_actual)
    )
    return (picked_up or 0) + int(guests or 0) + (companions or 0)


def meals_between(canteen_id: int, from_on: date, until_on: date) -> Select[Any]:
    """The published meals of both days and those between, each with its plan if it has one."""
    columns: tuple[Any, ...] = (Meal, MealPlan)
    return (
        select(*columns)
        .outerjoin(MealPlan, MealPlan.meal_id == Meal.id)
        .where(
            Meal.canteen_id == canteen_id,
            Meal.served_on.between(from_on, until_on),
            Meal.state != MealState.DRAFT.value,
        )
    )


def default_days() -> tuple[date, date]:
    """What is planned about now: from a week ago to two weeks ahead."""
    today = clock.today()
    return today - timedelta(days=7), today + timedelta(days=14)


def dishes_with(meal_ids: Collection[int], ingredient_id: int) -> dict[int, set[int]]:
    """Of each meal the dishes that may contain the ingredient; a meal is missing if none is known to.

    By the versions of its plan, else by the current recipes; a dish without a recipe may contain anything.
    Three statements.
    """
    rows = db.session.execute(
        select(MealDish.meal_id, MealDish.dish_id, PlanDish.recipe_id)
        .outerjoin(MealPlan, MealPlan.meal_id == MealDish.meal_id)
        .outerjoin(PlanDish, and_(PlanDish.plan_id == MealPlan.id, PlanDish.dish_id == MealDish.dish_id))
        .where(MealDish.meal_id.in_(meal_ids))
    ).all()
    current = recipe_queries.current_ids({dish_id for _, dish_id, _ in rows})
    used = {(meal_id, dish_id): planned or current.get(dish_id) for meal_id, dish_id, planned in rows}
    having = recipe_queries.those_with({one for one in used.values() if one is not None}, ingredient_id)
    found: dict[int, set[int]] = {}
    for (meal_id, dish_id), recipe_id in used.items():
        if recipe_id is None or recipe_id in having:
            found.setdefault(meal_id, set()).add(dish_id)
    known = {meal_id for (meal_id, _), recipe_id in used.items() if recipe_id in having}
    return {meal_id: dish_ids for meal_id, dish_ids in found.items() if meal_id in known}


@dataclass(frozen=True, slots=True)
class OpenPlans:
    """What waits: meals of today and tomorrow without a confirmed plan, and plans of meals that are over.

    Of the latter, those of the last week that are not finished.
    """

    unplanned: int
    unconfirmed: int
    unfinished: int


def count_open(canteen_id: int) -> OpenPlans:
    """What waits at a canteen; one statement. The caller has made sure that it is the actor's business."""
    now, today = clock.now(), clock.today()
    ahead, over = Meal.serves_until > now, Meal.serves_until <= now
    statement = select(
        func.count(case((and_(ahead, MealPlan.id.is_(None)), 1))),
        func.count(case((and_(ahead, MealPlan.state == PlanState.DRAFT.value), 1))),
        func.count(case((and_(over, MealPlan.state == PlanState.CONFIRMED.value), 1))),
    )
    row = db.session.execute(
        statement.select_from(Meal)
        .outerjoin(MealPlan, MealPlan.meal_id == Meal.id)
        .where(
            Meal.canteen_id == canteen_id,
            Meal.served_on.between(today - timedelta(days=7), today + timedelta(days=1)),
            Meal.state != MealState.DRAFT.value,
        )
    ).one()
    return OpenPlans(*row)
