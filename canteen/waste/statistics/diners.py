"""Who ate, and what they were handed: counted from what the counters recorded.

A diner is a person whose order was picked up (walk-ins and meals by weight are orders, too), a guest who came
to a reception, or who dined with the guests; a person counts once at a meal.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, func, select, union, union_all

from backend import clock
from backend.db import reader, table
from canteen.menu.models import Canteen, Meal, MealState, Portion
from canteen.ordering.models import Order, OrderLine, OrderState
from canteen.ordering.receptions.models import Reception, ReceptionCompanion, ReceptionDish, ReceptionState
from canteen.waste.models import WasteDish, WasteMeal
from canteen.waste.statistics.departments import MealId

_MEALS, _WASTE, _DISH = table(Meal), table(WasteMeal), table(WasteDish)
_ORDER, _LINE = table(Order), table(OrderLine)
_RECEPTION, _COMPANION, _PLATTER = table(Reception), table(ReceptionCompanion), table(ReceptionDish)
_SERVED: Final = (ReceptionState.SERVED.value, ReceptionState.SETTLED.value)


@dataclass(frozen=True, slots=True)
class Handed:
    """Of a meal: who ate, and what the portions that were handed out should weigh."""

    diners: int = 0
    portions_g: int = 0


def count(canteen_ids: Collection[int], from_on: date, until_on: date) -> dict[MealId, int]:
    """The diners of each meal of both days and those between at which anybody ate; one statement."""
    ate = _picked_up(canteen_ids, from_on, until_on)
    received = _received(canteen_ids, from_on, until_on)
    people = union(
        select(*_meal(_ORDER), _ORDER.c.staff_id).where(*ate),
        select(*_meal(_RECEPTION), _COMPANION.c.staff_id)
        .join_from(_RECEPTION, _COMPANION, _COMPANION.c.reception_id == _RECEPTION.c.id)
        .where(*received, _COMPANION.c.is_actual),
    ).subquery()
    meal = people.c.canteen_id, people.c.served_on, people.c.period
    counted = union_all(
        select(*meal, func.count().label("diners")).group_by(*meal),
        select(*_meal(_RECEPTION), func.sum(_RECEPTION.c.actual_guests))
        .where(*received)
        .group_by(*_meal(_RECEPTION)),
    ).subquery()
    by = counted.c.canteen_id, counted.c.served_on, counted.c.period
    rows = reader().execute(select(*by, func.sum(counted.c.diners)).group_by(*by))
    return {(canteen_id, served_on, period): int(found) for canteen_id, served_on, period, found in rows}


def portions(canteen_ids: Collection[int], from_on: date, until_on: date) -> dict[MealId, int]:
    """What all portions handed out at each meal should weigh, in grams; one statement."""
    handed = _handed(canteen_ids, from_on, until_on).subquery()
    by = handed.c.canteen_id, handed.c.served_on, handed.c.period
    rows = reader().execute(select(*by, func.sum(handed.c.portions_g)).group_by(*by))
    return {(canteen_id, served_on, period): int(found) for canteen_id, served_on, period, found in rows}


def portions_by_dish(canteen_id: int, served_on: date, period: str) -> dict[int, int]:
    """The same of one meal, dish by dish; one statement."""
    handed = _handed([canteen_id], served_on, served_on).subquery()
    statement = (
        select(handed.c.dish_id, func.sum(handed.c.portions_g))
        .where(handed.c.period == period)
        .group_by(handed.c.dish_id)
        .order_by(handed.c.dish_id)
    )
    return {dish_id: int(found) for dish_id, found in reader().execute(statement)}


def _handed(canteen_ids: Collection[int], from_on: date, until_on: date) -> Any:
    """(meal, dish, grams) of every portion handed out. What is served by weight is no portion."""
    ordered = (
        select(*_meal(_ORDER), _LINE.c.dish_id, (_LINE.c.weight_g * _LINE.c.quantity).label("portions_g"))
        .join_from(_ORDER, _LINE, _LINE.c.order_id == _ORDER.c.id)
        .where(*_picked_up(canteen_ids, from_on, until_on), _LINE.c.portion != Portion.WEIGHT.value)
    )
    received: Select[Any] = (
        select(*_meal(_RECEPTION), _PLATTER.c.dish_id, _PLATTER.c.weight_g * _PLATTER.c.quantity)
        .join_from(_RECEPTION, _PLATTER, _PLATTER.c.reception_id == _RECEPTION.c.id)
        .where(*_received(canteen_ids, from_on, until_on), _PLATTER.c.is_actual)
    )
    return union_all(ordered, received)


def _meal(of: Table) -> tuple[ColumnElement[Any], ...]:
    return of.c.canteen_id, of.c.served_on, of.c.period


def _picked_up(canteen_ids: Collection[int], from_on: date, until_on: date) -> list[ColumnElement[bool]]:
    state = _ORDER.c.state == OrderState.PICKED_UP.value
    return [*_days(_ORDER, canteen_ids, from_on, until_on), state]


def _received(canteen_ids: Collection[int], from_on: date, until_on: date) -> list[ColumnElement[bool]]:
    return [*_days(_RECEPTION, canteen_ids, from_on, until_on), _RECEPTION.c.state.in_(_SERVED)]


def _days(
    of: Table, canteen_ids: Collection[int], from_on: date, until_on: date
) -> list[ColumnElement[bool]]:
    return [of.c.canteen_id.in_(canteen_ids), of.c.served_on.between(from_on, until_on)]


def stale(days: int) -> list[MealId]:
    """The meals of the last days that are over and of which something else is written down; 6 statements."""
    today = clock.today()
    canteen_ids = list(reader().execute(select(table(Canteen).c.id)).scalars())
    span = canteen_ids, today - timedelta(days=days), today
    people, grams = count(*span), portions(*span)
    over = _over(*span) | {key for key in (*people, *grams) if key[1] < today}
    written = _written(*span)
    return sorted(
        key
        for key in over
        if written.get(key) != Handed(diners=people.get(key, 0), portions_g=grams.get(key, 0))
    )


def _over(canteen_ids: Collection[int], from_on: date, until_on: date) -> set[MealId]:
    statement = select(*_meal(_MEALS)).where(
        *_days(_MEALS, canteen_ids, from_on, until_on),
        _MEALS.c.state != MealState.DRAFT.value,
        _MEALS.c.serves_until <= clock.now(),
    )
    return {(row[0], row[1], row[2]) for row in reader().execute(statement)}


def _written(canteen_ids: Collection[int], from_on: date, until_on: date) -> dict[MealId, Handed]:
    days = canteen_ids, from_on, until_on
    counted = select(*_meal(_WASTE), _WASTE.c.diners).where(
        *_days(_WASTE, *days), _WASTE.c.diners.is_not(None)
    )
    handed = (
        select(*_meal(_DISH), func.sum(_DISH.c.portions_g))
        .where(*_days(_DISH, *days), _DISH.c.portions_g.is_not(None))
        .group_by(*_meal(_DISH))
    )
    grams = {(row[0], row[1], row[2]): int(row[3]) for row in reader().execute(handed)}
    return {
        (row[0], row[1], row[2]): Handed(row[3], grams.get((row[0], row[1], row[2]), 0))
        for row in reader().execute(counted)
    }
