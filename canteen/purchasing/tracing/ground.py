"""What was issued of batches, and which meals and dishes that may have reached: the ground of every trace."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from backend.db import reader, table
from canteen.menu.models import Meal, MealDish, MealState
from canteen.purchasing.stock.models import Movement, MovementKind
from canteen.purchasing.tracing import dishes, policies
from canteen.purchasing.tracing.policies import MOST_CLOSED_DAYS, Issued, KnownMeal, Reached

_MOVEMENT, _MEAL, _OFFER = table(Movement), table(Meal), table(MealDish)
_EARLIER = _MEAL.alias("earlier")
_GOES_OUT: Final = (MovementKind.ISSUE.value, MovementKind.RETURN.value)
# SQLite takes 32,766 values in a statement.
_AT_ONCE: Final = 20_000


def batched(values: Iterable[Any]) -> Iterable[list[Any]]:
    """The values in lists that a statement can take."""
    listed = list(values)
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]


def issued(condition: ColumnElement[bool]) -> list[Issued]:
    """What was issued and neither came back nor was taken back; one row for each issue. One statement."""
    root = func.coalesce(_MOVEMENT.c.issue_id, _MOVEMENT.c.void_of, _MOVEMENT.c.id)
    purpose = (
        *(_MOVEMENT.c.batch_id, _MOVEMENT.c.ingredient_id, _MOVEMENT.c.canteen_id),
        *(_MOVEMENT.c.meal_id, _MOVEMENT.c.dish_id),
    )
    grams = -func.sum(_MOVEMENT.c.delta_g)
    rows = reader().execute(
        select(*purpose, grams, func.min(_MOVEMENT.c.at))
        .where(condition, _MOVEMENT.c.kind.in_(_GOES_OUT))
        .group_by(root, *purpose)
        .having(grams > 0)
        .order_by(func.min(_MOVEMENT.c.id))
    )
    return [
        Issued(batch_id, ingredient_id, canteen_id, int(net_g), at, meal_id, dish_id)
        for batch_id, ingredient_id, canteen_id, meal_id, dish_id, net_g, at in rows
    ]


def reached_by(issues: Sequence[Issued]) -> tuple[dict[int, KnownMeal], dict[int, Reached]]:
    """The meals that the issues may have reached, and what reached each, by the meal."""
    named = {issued.meal_id for issued in issues if issued.meal_id is not None}
    days = {
        (issued.canteen_id, issued.on + timedelta(days=later))
        for issued in issues
        if issued.meal_id is None
        for later in range(MOST_CLOSED_DAYS + 1)
    }
    conditions: list[ColumnElement[bool]] = [_MEAL.c.id.in_(named)]
    for canteen_id in {canteen_id for canteen_id, _ in days}:
        on = [day for each, day in days if each == canteen_id]
        conditions.append(and_(_MEAL.c.canteen_id == canteen_id, _MEAL.c.served_on.in_(on)))
    meals = {
        meal_id: meal
        for meal_id, meal in meals_of(or_(*conditions)).items()
        if any(policies.may_serve(issued, meal) for issued in issues)
    }
    found = policies.reach(issues, list(meals.values()), dishes_with(issues, list(meals.values())))
    return meals, found


def meals_of(*conditions: ColumnElement[bool]) -> dict[int, KnownMeal]:
    """The meals that were not only drafted, with their dishes. One statement."""
    before = (
        select(func.max(_EARLIER.c.served_on))
        .where(
            _EARLIER.c.canteen_id == _MEAL.c.canteen_id,
            _EARLIER.c.served_on < _MEAL.c.served_on,
            _EARLIER.c.state != MealState.DRAFT.value,
        )
        .correlate(_MEAL)
        .scalar_subquery()
    )
    rows = reader().execute(
        select(
            *(_MEAL.c.id, _MEAL.c.canteen_id, _MEAL.c.served_on, _MEAL.c.period, _MEAL.c.serves_until),
            *(before, _OFFER.c.dish_id),
        )
        .join_from(_MEAL, _OFFER, _OFFER.c.meal_id == _MEAL.c.id)
        .where(*conditions, _MEAL.c.state != MealState.DRAFT.value)
    )
    facts: dict[int, tuple[Any, ...]] = {}
    offered: dict[int, set[int]] = {}
    for meal_id, *rest, dish_id in rows:
        facts[meal_id] = tuple(rest)
        offered.setdefault(meal_id, set()).add(dish_id)
    return {
        meal_id: KnownMeal(
            id=meal_id,
            canteen_id=canteen_id,
            served_on=served_on,
            period=period,
            serves_until=serves_until,
            dish_ids=frozenset(offered[meal_id]),
            since_on=since_on,
        )
        for meal_id, (canteen_id, served_on, period, serves_until, since_on) in facts.items()
    }


def dishes_with(issues: Iterable[Issued], meals: Collection[KnownMeal]) -> dict[int, dict[int, set[int]]]:
    """By ingredient and meal the dishes that use it, of the ingredients that were issued for no dish."""
    undirected = {issued.ingredient_id for issued in issues if issued.dish_id is None}
    meal_ids = [meal.id for meal in meals]
    return {
        ingredient_id: dishes.with_ingredient(meal_ids, ingredient_id)
        for ingredient_id in sorted(undirected)
        if meal_ids
    }


@dataclass(frozen=True, slots=True)
class Scope:
    """Meals all of whose dishes were reached, and of the others what stands on the menu of those that were.

    The lines of orders name what stands on the menu; where a whole meal was reached they need not be read.
    """

    meal_ids: list[int]
    offer_ids: list[int]


def scope_of(meals: Mapping[int, KnownMeal], reached: Mapping[int, Reached]) -> Scope:
    """What the orders of these dishes are known by."""
    wanted = {meal_id: one.dish_ids for meal_id, one in reached.items() if meal_id in meals}
    whole = [meal_id for meal_id, dish_ids in wanted.items() if dish_ids >= meals[meal_id].dish_ids]
    parts = {meal_id: dish_ids for meal_id, dish_ids in wanted.items() if meal_id not in set(whole)}
    rows = [
        row
        for meal_ids in batched(parts)
        for row in reader().execute(
            select(_OFFER.c.id, _OFFER.c.meal_id, _OFFER.c.dish_id).where(_OFFER.c.meal_id.in_(meal_ids))
        )
    ]
    return Scope(whole, [offer_id for offer_id, meal_id, dish_id in rows if dish_id in parts[meal_id]])
