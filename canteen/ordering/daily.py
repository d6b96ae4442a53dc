"""How many orders stood how, by canteen, day and period: sums for reports, without anybody's name."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from backend.db import db
from canteen.menu.models import Meal, MealDish, MealState
from canteen.ordering.models import Order, OrderState


@dataclass(frozen=True, slots=True)
class DayCount:
    """Orders of one period of one day in one canteen; those cancelled count for nothing."""

    canteen_id: int
    served_on: date
    period: str
    ordered: int
    picked_up: int


@dataclass(frozen=True, slots=True)
class Portions:
    """What is ordered of one meal, in hundredths of a standard portion."""

    canteen_id: int
    period: str
    hundredths: int


def counts_between(canteen_ids: Collection[int], from_on: date, until_on: date) -> list[DayCount]:
    """The counts of [from_on, until_on], both included; one statement, which reads an index alone."""
    rows = db.session.execute(
        select(Order.canteen_id, Order.served_on, Order.period, Order.state, func.count())
        .where(
            Order.canteen_id.in_(canteen_ids),
            Order.served_on.between(from_on, until_on),
            Order.state != OrderState.CANCELLED.value,
        )
        .group_by(Order.canteen_id, Order.served_on, Order.period, Order.state)
    )
    found: dict[tuple[int, date, str], dict[str, int]] = {}
    for canteen_id, served_on, period, state, count in rows:
        found.setdefault((canteen_id, served_on, period), {})[state] = count
    return [
        DayCount(
            *key,
            ordered=sum(states.values()),
            picked_up=states.get(OrderState.PICKED_UP.value, 0),
        )
        for key, states in found.items()
    ]


def portions_on(canteen_ids: Collection[int], served_on: date) -> list[Portions]:
    """What is ordered of each meal of a day, from the meals' own counters; one statement.

    A meal of which nothing is ordered is there with 0; drafts are not.
    """
    rows = db.session.execute(
        select(Meal.canteen_id, Meal.period, func.coalesce(func.sum(MealDish.taken), 0))
        .outerjoin(MealDish, MealDish.meal_id == Meal.id)
        .where(
            Meal.canteen_id.in_(canteen_ids), Meal.served_on == served_on, Meal.state != MealState.DRAFT.value
        )
        .group_by(Meal.canteen_id, Meal.period)
    )
    return [Portions(canteen_id, period, int(taken)) for canteen_id, period, taken in rows]
