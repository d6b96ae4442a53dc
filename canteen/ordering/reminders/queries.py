"""Reads of what to tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, exists, select

from backend import clock
from backend.db import db
from backend.notifications.models import InboxMessage
from canteen.menu.models import Canteen, Meal, MealState
from canteen.ordering.messages import MENU_PUBLISHED, PICKUP_REMINDER
from canteen.ordering.models import Order, OrderLine, OrderState


@dataclass(frozen=True, slots=True)
class MealAhead:
    """A meal whose window opens soon."""

    id: int
    canteen_id: int
    canteen: str
    served_on: date
    period: str
    serves_from: datetime
    serves_until: datetime


@dataclass(frozen=True, slots=True)
class ToRemind:
    """A booked order whose holder has not been reminded. `portions` counts all of them."""

    order_id: int
    staff_id: int
    pickup_no: int | None
    dishes: Sequence[str]
    portions: int


def meals_ahead(now: datetime, within: timedelta) -> list[MealAhead]:
    """Meals that are served from a moment within this span on."""
    rows: Any = db.session.execute(
        select(
            *(Meal.id, Meal.canteen_id, Canteen.name, Meal.served_on, Meal.period),
            *(Meal.serves_from, Meal.serves_until),
        )
        .join(Canteen, Canteen.id == Meal.canteen_id)
        .where(
            Meal.state != MealState.DRAFT.value,
            Meal.served_on >= clock.local(now).date(),
            Meal.serves_from > now,
            Meal.serves_from <= now + within,
        )
        .order_by(Meal.serves_from, Meal.id)
    )
    return [MealAhead(*row) for row in rows]


def to_remind(meal_id: int) -> list[ToRemind]:
    """The meal's booked orders that no reminder was written for; one statement."""
    is_reminded = exists().where(
        InboxMessage.kind == PICKUP_REMINDER.key, InboxMessage.dedupe == cast(Order.id, String)
    )
    rows = db.session.execute(
        select(Order.id, Order.staff_id, Order.pickup_no, OrderLine.dish_name, OrderLine.quantity)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.meal_id == meal_id, Order.state == OrderState.BOOKED.value, ~is_reminded)
        .order_by(Order.id, OrderLine.id)
    )
    found: dict[int, ToRemind] = {}
    for order_id, staff_id, pickup_no, dish, quantity in rows:
        before = found.get(order_id)
        dishes = before.dishes if before else ()
        portions = before.portions if before else 0
        found[order_id] = ToRemind(order_id, staff_id, pickup_no, (*dishes, dish), portions + quantity)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class NewMenu:
    """The meals of one canteen and one week, of which some were published lately."""

    canteen_id: int
    canteen: str
    monday: date
    first_on: date
    last_on: date


def new_menus(since: datetime, until: datetime, now: datetime) -> list[NewMenu]:
    """Menus that can be ordered from, published within [since, until), and not announced yet."""
    rows = db.session.execute(
        select(Meal.canteen_id, Canteen.name, Meal.served_on)
        .join(Canteen, Canteen.id == Meal.canteen_id)
        .where(
            Meal.state == MealState.PUBLISHED.value,
            Meal.published_at >= since,
            Meal.published_at < until,
            Meal.order_closes_at > now,
            Canteen.is_active,
        )
        .order_by(Meal.canteen_id, Meal.served_on)
    )
    weeks: dict[tuple[int, str, date], list[date]] = {}
    for canteen_id, name, served_on in rows:
        monday = served_on - timedelta(days=served_on.weekday())
        weeks.setdefault((canteen_id, name, monday), []).append(served_on)
    announced = _announced({announcement_key(canteen_id, monday) for canteen_id, _, monday in weeks})
    return [
        NewMenu(canteen_id, name, monday, days[0], days[-1])
        for (canteen_id, name, monday), days in weeks.items()
        if announcement_key(canteen_id, monday) not in announced
    ]


def announcement_key(canteen_id: int, monday: date) -> str:
    """By what a menu's announcement is known: one canteen tells of one week once."""
    return f"{canteen_id}:{monday.isoformat()}"


def _announced(keys: set[str]) -> set[str]:
    if not keys:
        return set()
    return set(
        db.session.scalars(
            select(InboxMessage.dedupe)
            .where(InboxMessage.kind == MENU_PUBLISHED.key, InboxMessage.dedupe.in_(keys))
            .distinct()
        )
    )


def regulars_of(canteen_id: int, since: date) -> set[int]:
    """Who has ordered at a canteen for a day since then, and not cancelled."""
    meals = select(Meal.id).where(Meal.canteen_id == canteen_id, Meal.served_on >= since)
    return set(
        db.session.scalars(
            select(Order.staff_id)
            .where(Order.meal_id.in_(meals), Order.state != OrderState.CANCELLED.value)
            .distinct()
        )
    )
