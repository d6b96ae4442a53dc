"""One's own orders that are still to come, or to be collected, with what can be done with them now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import selectinload

from backend import clock
from backend.actor import Actor
from backend.db import db
from canteen.accounts import paying
from canteen.accounts.paying import BucketMove
from canteen.menu.models import Canteen, Meal, MealState, Period
from canteen.menu.titles import PERIOD_NAMES
from canteen.ordering.errors import OrderNotFound
from canteen.ordering.models import Order, OrderState
from canteen.ordering.policies import STATE_NAMES, line_text, order_number
from canteen.pickups import queries

# Somebody orders at most some three weeks ahead; a phone's first page shows fewer.
MOST: Final = 10
# By these words the databases know the partial index of a person's orders.
_NOT_CANCELLED = text("orders.state <> 'cancelled'")


@dataclass(frozen=True, slots=True)
class Upcoming:
    """An order with its meal's times, and until when it can be changed and cancelled."""

    id: int
    number: str
    date: date
    period: str
    period_name: str
    canteen_id: int
    canteen_name: str
    state: str
    state_name: str
    dining: str
    origin: str
    total_fen: int
    dishes: list[str]
    pickup_no: int | None
    pickup_from: datetime | None
    serves_from: datetime | None
    serves_until: datetime | None
    collect_from: datetime | None
    collect_until: datetime | None
    can_show_code: bool
    can_change: bool
    changes_until: datetime | None
    can_cancel: bool
    cancels_until: datetime | None


@dataclass(frozen=True, slots=True)
class OrderMeal:
    """The meal of an order, what can be done with it and until when, and what has paid for it."""

    order: Upcoming
    paid: Sequence[BucketMove]


def get_order_meal(actor: Actor, order_id: int) -> OrderMeal:
    """What holds for the actor's own order now, whatever its state. Raises OrderNotFound."""
    row = db.session.execute(
        select(Order, Meal, Canteen.name)
        .join(Meal, Meal.id == Order.meal_id)
        .join(Canteen, Canteen.id == Order.canteen_id)
        .where(Order.id == order_id, Order.staff_id == actor.staff_id)
        .options(selectinload(Order.lines))
    ).one_or_none()
    if row is None:
        raise OrderNotFound
    return OrderMeal(_view(*row, clock.now()), paying.paid_for(order_id))


def upcoming_of(staff_id: int, now: datetime) -> list[Upcoming]:
    """A person's orders of today and later that were not cancelled, the soonest first, at most MOST.

    Last night's is there as long as it is handed out. Two statements, whatever the history.
    """
    today = clock.local(now).date()
    rows = db.session.execute(
        select(Order, Meal, Canteen.name)
        .join(Meal, Meal.id == Order.meal_id)
        .join(Canteen, Canteen.id == Order.canteen_id)
        .where(Order.staff_id == staff_id, Order.served_on >= today - timedelta(days=1), _NOT_CANCELLED)
        .options(selectinload(Order.lines))
        .order_by(Order.served_on, Meal.serves_from, Order.id)
        .limit(MOST + len(Period))
    )
    views = [_view(order, meal, canteen, now) for order, meal, canteen in rows]
    return [view for view in views if view.date >= today or view.can_show_code][:MOST]


def _view(order: Order, meal: Meal, canteen_name: str, now: datetime) -> Upcoming:
    is_booked = order.state == OrderState.BOOKED
    is_open = is_booked and meal.state == MealState.PUBLISHED
    is_over = meal.serves_until is None or now >= meal.serves_until + queries.grace(order.canteen_id)
    return Upcoming(
        id=order.id,
        number=order_number(order.id, order.served_on),
        date=order.served_on,
        period=order.period,
        period_name=PERIOD_NAMES[Period(order.period)],
        canteen_id=order.canteen_id,
        canteen_name=canteen_name,
        state=order.state,
        state_name=STATE_NAMES[OrderState(order.state)],
        dining=order.dining,
        origin=order.origin,
        total_fen=order.total_fen,
        dishes=[
            line_text(line.dish_name, line.portion, line.quantity, line.weight_g) for line in order.lines
        ],
        pickup_no=order.pickup_no,
        pickup_from=meal.pickup_from,
        serves_from=meal.serves_from,
        serves_until=meal.serves_until,
        collect_from=order.collect_from,
        collect_until=order.collect_until,
        can_show_code=is_booked and not is_over,
        can_change=is_open and meal.order_closes_at is not None and now < meal.order_closes_at,
        changes_until=meal.order_closes_at if is_open else None,
        can_cancel=is_open and meal.cancel_closes_at is not None and now < meal.cancel_closes_at,
        cancels_until=meal.cancel_closes_at if is_open else None,
    )
