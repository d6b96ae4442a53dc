"""The meal that a person could order next."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, exists, select

from backend import clock
from backend.db import db
from canteen.menu.models import Canteen, Meal, MealState, Period
from canteen.menu.titles import PERIOD_NAMES
from canteen.ordering.models import IS_ORDERED, Order, OrderState


@dataclass(frozen=True, slots=True)
class OpenMeal:
    """A published meal, and until when it can be ordered."""

    canteen_id: int
    canteen_name: str
    date: date
    period: str
    period_name: str
    order_closes_at: datetime
    serves_from: datetime


def next_open(staff_id: int, now: datetime) -> OpenMeal | None:
    """The first meal that can be ordered and for which the person has no order; one statement.

    Meals of the canteen where the person ordered last come first. None if no menu is open.
    """
    usual = (
        select(Order.canteen_id)
        .where(Order.staff_id == staff_id)
        .order_by(Order.served_on.desc(), Order.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_ordered = exists().where(
        Order.staff_id == staff_id,
        Order.served_on == Meal.served_on,
        Order.period == Meal.period,
        Order.state != OrderState.CANCELLED.value,
        IS_ORDERED,
    )
    columns: tuple[Any, ...] = (
        *(Meal.canteen_id, Canteen.name, Meal.served_on, Meal.period),
        *(Meal.order_closes_at, Meal.serves_from),
    )
    row = db.session.execute(
        select(*columns)
        .join_from(Meal, Canteen, Canteen.id == Meal.canteen_id)
        .where(
            Canteen.is_active,
            Meal.state == MealState.PUBLISHED.value,
            # By this the index finds the few that are not frozen; no meal freezes before it closes.
            Meal.freezes_at > now,
            Meal.order_closes_at > now,
            Meal.served_on >= clock.local(now).date(),
            ~is_ordered,
        )
        .order_by(case((Meal.canteen_id == usual, 0), else_=1), Meal.serves_from, Meal.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    canteen_id, name, served_on, period, closes_at, serves_from = row
    return OpenMeal(canteen_id, name, served_on, period, PERIOD_NAMES[Period(period)], closes_at, serves_from)
