"""Reads of withdrawals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, exists, select

from backend.actor import Actor
from backend.db import db, reader, table
from canteen.menu import policies as menu_policies
from canteen.menu.errors import CanteenNotFound, MealNotFound
from canteen.menu.models import Canteen, Dish, Meal, MealDish
from canteen.ordering.models import Order, OrderLine, OrderState

_ORDER, _LINE, _COUNTER = table(Order), table(OrderLine), table(MealDish)

_HOLDS_IT = exists().where(_LINE.c.order_id == _ORDER.c.id, _LINE.c.meal_dish_id == bindparam("of_meal_dish"))
FIND_HOLDERS = select(_ORDER.c.staff_id).where(
    _ORDER.c.meal_id == bindparam("of_meal"), _ORDER.c.state == OrderState.BOOKED.value, _HOLDS_IT
)
LOCK_ORDERS = (
    select(_ORDER.c.id, _ORDER.c.staff_id, _ORDER.c.total_fen, _ORDER.c.placed_at, _ORDER.c.collect_from)
    .where(_ORDER.c.meal_id == bindparam("of_meal"), _ORDER.c.state == OrderState.BOOKED.value, _HOLDS_IT)
    .order_by(_ORDER.c.id)
    .with_for_update(key_share=True)
)
FIND_LINES = select(
    _LINE.c.order_id, _LINE.c.meal_dish_id, _LINE.c.quantity, _LINE.c.price_fen, _LINE.c.share
).where(_LINE.c.order_id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Offered:
    """A dish on a meal, as its canteen's manager may withdraw it."""

    meal_dish_id: int
    meal_id: int
    dish_id: int
    dish: str
    canteen_id: int
    served_on: date
    period: str
    state: str
    serves_until: datetime | None


@dataclass(frozen=True, slots=True)
class Affected:
    """A booked order that holds the dish; amounts in fen, `given_back` in centi-portions."""

    order_id: int
    staff_id: int
    total_fen: int
    placed_at: datetime
    collect_from: datetime | None
    refund_fen: int
    given_back: int
    has_rest: bool


def find_offered(actor: Actor, meal_id: int, dish_id: int) -> Offered:
    """A dish on a meal of a canteen that the actor manages.

    Raises MealNotFound if there is none that the actor may see, and Forbidden if it may only see it.
    """
    found: Any = db.session.execute(
        select(
            *(MealDish.id, Meal.id, MealDish.dish_id, Dish.name, Meal.canteen_id),
            *(Meal.served_on, Meal.period, Meal.state, Meal.serves_until, Canteen),
        )
        .join_from(MealDish, Meal, Meal.id == MealDish.meal_id)
        .join(Dish, Dish.id == MealDish.dish_id)
        .join(Canteen, Canteen.id == Meal.canteen_id)
        .where(MealDish.meal_id == meal_id, MealDish.dish_id == dish_id)
    ).one_or_none()
    if found is None:
        raise MealNotFound
    try:
        menu_policies.ensure_manages(actor, found[-1])
    except CanteenNotFound as unseen:
        raise MealNotFound from unseen
    return Offered(*found[:-1])


def holders_of(offered: Offered) -> set[int]:
    """Who has a booked order of the dish, as far as it is known before anything is locked."""
    values = {"of_meal": offered.meal_id, "of_meal_dish": offered.meal_dish_id}
    return set(reader().execute(FIND_HOLDERS, values).scalars())


def lock_affected(offered: Offered) -> list[Affected]:
    """The booked orders that hold the dish, locked, so that none of them is handed out meanwhile."""
    values = {"of_meal": offered.meal_id, "of_meal_dish": offered.meal_dish_id}
    orders = reader().execute(LOCK_ORDERS, values).all()
    lines = _lines_of([order.id for order in orders])
    return [_affected(order, lines[order.id], offered.meal_dish_id) for order in orders]


def _affected(order: Any, lines: Sequence["_Line"], meal_dish_id: int) -> Affected:
    withdrawn = [line for line in lines if line.meal_dish_id == meal_dish_id]
    has_rest = len(withdrawn) < len(lines)
    of_lines = sum(line.price_fen * line.quantity for line in withdrawn)
    return Affected(
        order.id,
        order.staff_id,
        order.total_fen,
        order.placed_at,
        order.collect_from,
        # What is cancelled altogether needs no packaging either.
        refund_fen=of_lines if has_rest else order.total_fen,
        given_back=sum(line.share * line.quantity for line in withdrawn),
        has_rest=has_rest,
    )


@dataclass(frozen=True, slots=True)
class _Line:
    meal_dish_id: int
    quantity: int
    price_fen: int
    share: int


def _lines_of(order_ids: Collection[int]) -> dict[int, Sequence[_Line]]:
    found: dict[int, list[_Line]] = {order_id: [] for order_id in order_ids}
    if found:
        for order_id, *line in reader().execute(FIND_LINES, {"ids": list(found)}):
            found[order_id].append(_Line(*line))
    return dict(found)
