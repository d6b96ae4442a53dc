"""A week of a canteen as one diner sees it: when it serves, what may be ordered, and what is ordered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.workdays import queries as workday_queries
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenInactive
from canteen.menu.models import Meal, MealState
from canteen.menu.policies import PERIOD_ORDER, SaleState
from canteen.ordering.models import IS_ORDERED, Order, OrderState

DAYS: Final = 7


class ServiceState(StrEnum):
    """Whether a meal may be ordered; what its diner sees on a day that is open."""

    OPEN = "open"
    CLOSED = "closed"
    UNPUBLISHED = "unpublished"


@dataclass(frozen=True, slots=True)
class OwnMeal:
    """The diner's active order for a day and period, at whichever canteen."""

    id: int
    canteen_id: int
    state: str


@dataclass(frozen=True, slots=True)
class WeekMeal:
    """One period on one day; the instants are null until its menu is published."""

    period: str
    name: str
    state: ServiceState
    order_closes_at: datetime | None
    cancel_closes_at: datetime | None
    serves_from: datetime | None
    serves_until: datetime | None
    order: OwnMeal | None


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day. `note` names a holiday or the like; on a day that is not open no meal is listed."""

    date: date
    is_open: bool
    note: str
    periods: Sequence[WeekMeal]


@dataclass(frozen=True, slots=True)
class DinersWeek:
    """Seven days of a canteen."""

    canteen_id: int
    days: Sequence[WeekDay]


def get_week(actor: Actor, *, canteen_id: int, from_on: date) -> DinersWeek:
    """The seven days from `from_on`, with the actor's own orders. Raises CanteenNotFound, CanteenInactive."""
    if not menu_queries.get_canteen(canteen_id).is_active:
        raise CanteenInactive
    last_on = from_on + timedelta(days=DAYS - 1)
    calendar = workday_queries.calendar_for(from_on, last_on)
    meals = _shown_meals(canteen_id, from_on, last_on)
    orders = _own_orders(actor.staff_id, from_on, last_on)
    days = []
    for on_date in (from_on + timedelta(days=ahead) for ahead in range(DAYS)):
        day = menu_queries.day_of(calendar, canteen_id, on_date)
        of_day = {period: meal for (served_on, period), meal in meals.items() if served_on == on_date}
        periods = set(of_day)
        if day.is_open:
            periods |= set(menu_queries.served_rules(canteen_id, on_date))
        listed = [
            _week_meal(canteen_id, on_date, period, of_day.get(period), orders.get((on_date, period)))
            for period in sorted(periods, key=PERIOD_ORDER.__getitem__)
        ]
        days.append(WeekDay(on_date, day.is_open, day.name, listed))
    return DinersWeek(canteen_id, days)


def _week_meal(
    canteen_id: int, on_date: date, period: str, meal: Meal | None, order: OwnMeal | None
) -> WeekMeal:
    name = menu_queries.meal_name(canteen_id, on_date, period)
    if meal is None:
        return WeekMeal(period, name, ServiceState.UNPUBLISHED, None, None, None, None, order)
    sale = menu_policies.sale_state(meal.state, meal.order_closes_at, clock.now())
    return WeekMeal(
        period,
        name,
        ServiceState.OPEN if sale is SaleState.OPEN else ServiceState.CLOSED,
        meal.order_closes_at,
        meal.cancel_closes_at,
        meal.serves_from,
        meal.serves_until,
        order,
    )


def _shown_meals(canteen_id: int, from_on: date, last_on: date) -> Mapping[tuple[date, str], Meal]:
    found = db.session.scalars(
        select(Meal).where(
            Meal.canteen_id == canteen_id,
            Meal.served_on.between(from_on, last_on),
            Meal.state != MealState.DRAFT.value,
        )
    )
    return {(meal.served_on, meal.period): meal for meal in found}


def _own_orders(staff_id: int, from_on: date, last_on: date) -> Mapping[tuple[date, str], OwnMeal]:
    rows = db.session.execute(
        select(Order.served_on, Order.period, Order.id, Order.canteen_id, Order.state).where(
            Order.staff_id == staff_id,
            Order.served_on.between(from_on, last_on),
            Order.state != OrderState.CANCELLED.value,
            IS_ORDERED,
        )
    )
    return {(row.served_on, row.period): OwnMeal(row.id, row.canteen_id, row.state) for row in rows}
