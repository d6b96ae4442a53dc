"""Reads of walk-ins: who stands at the counter, what is served now, and what there is to choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import segno
from sqlalchemy import Select, select

from backend import clock, vault
from backend.actor import Actor
from backend.db import db
from backend.identity.models import Posting, Staff, StaffStatus
from backend.rules import queries as rule_queries
from canteen.menu import queries as menu_queries
from canteen.menu.errors import MealNotFound
from canteen.menu.models import Canteen, Dish, DishPortion, Meal, MealDish, MealState, Period
from canteen.menu.policies import PORTION_ORDER, remaining
from canteen.ordering.models import IS_ORDERED, Order, OrderState
from canteen.pickups import queries as pickup_queries
from canteen.pickups.stations.queries import ensure_serves
from canteen.pickups.walk_ins import policies
from canteen.pickups.walk_ins.errors import DinerUnknown
from canteen.pickups.walk_ins.policies import DinerCode, Hours
from canteen.pickups.walk_ins.rules import DINER_CODE_MINUTES, WALK_INS


@dataclass(frozen=True, slots=True)
class ShownDinerCode:
    """A diner's code as the phone shows it: the text, its end, and the text as a QR in SVG."""

    token: str
    expires_at: datetime
    qr_svg: str


@dataclass(frozen=True, slots=True)
class DinerAtCounter:
    """Who stands at the counter."""

    staff_id: int
    name: str
    department_id: int


@dataclass(frozen=True, slots=True)
class ServedMeal:
    """A meal as walk-ins find it; `hours` is None before its menu is published."""

    id: int
    served_on: date
    period: str
    state: str
    hours: Hours | None


@dataclass(frozen=True, slots=True)
class WalkInPortion:
    """A portion to choose; `remaining` is how many are left, None without a cap."""

    portion: str
    price_fen: int
    weight_g: int
    remaining: int | None


@dataclass(frozen=True, slots=True)
class WalkInDish:
    """A dish to choose; `remaining` in whole standard portions."""

    dish_id: int
    name: str
    category: str
    remaining: int | None
    portions: Sequence[WalkInPortion]


@dataclass(frozen=True, slots=True)
class WalkInOffer:
    """What a counter offers to those who come without an order, and whether it may do so now."""

    canteen_id: int
    canteen_name: str
    date: date
    period: str
    meal_name: str
    is_allowed: bool
    is_open: bool
    opens_at: datetime
    closes_at: datetime
    dishes: Sequence[WalkInDish]


@dataclass(frozen=True, slots=True)
class StandingInTheWay:
    """The order that a person has for a day and period."""

    order_id: int
    state: str
    canteen_id: int
    canteen_name: str
    pickup_no: int | None


def sign_code(said: bytes) -> str:
    """The deployment's signature of what a diner's code says."""
    return vault.sign("diner", said)


def show_code(actor: Actor) -> ShownDinerCode:
    """A fresh code of the actor's own."""
    lasts = timedelta(minutes=rule_queries.value(DINER_CODE_MINUTES), seconds=1)
    expires_at = clock.now().replace(microsecond=0) + lasts
    token = policies.write_code(DinerCode(actor.staff_id, expires_at), sign_code)
    svg = segno.make(token, error="m").svg_inline(scale=6, border=2, omitsize=True)
    return ShownDinerCode(token, expires_at, svg)


def find_diner(*, diner_token: str | None, card_no: str | None) -> DinerAtCounter:
    """Who shows this code, or else this card.

    Raises DinerCodeInvalid, DinerCodeExpired or DinerUnknown.
    """
    if diner_token is not None:
        code = policies.read_code(diner_token, sign_code, clock.now())
        is_shown = Staff.id == code.staff_id
    else:
        is_shown = Staff.card_no == card_no
    row = db.session.execute(
        select(Staff.id, Staff.name, Posting.department_id)
        .join(Posting, (Posting.staff_id == Staff.id) & Posting.is_primary)
        .where(is_shown, Staff.status == StaffStatus.ACTIVE.value)
    ).one_or_none()
    if row is None:
        raise DinerUnknown
    return DinerAtCounter(*row)


def find_meal_now(canteen_id: int, period: Period, now: datetime) -> ServedMeal | None:
    """Today's meal, or last night's while that is handed out; None if there is neither."""
    today = clock.local(now).date()
    days = (today - timedelta(days=1), today)
    rows = db.session.scalars(
        select(Meal).where(
            Meal.canteen_id == canteen_id, Meal.period == period.value, Meal.served_on.in_(days)
        )
    )
    meals = {meal.served_on: _served(meal) for meal in rows}
    for meal in meals.values():
        if meal.hours is not None and meal.hours.holds(now):
            return meal
    return meals.get(today)


def get_offer(actor: Actor, *, canteen_id: int, served_on: date, period: Period) -> WalkInOffer:
    """What walk-ins may choose from at a meal, and whether they may come now; for who serves there.

    Raises CanteenNotFound, OtherCanteen, or MealNotFound for a meal that diners do not know.
    """
    canteen = menu_queries.get_canteen(canteen_id)
    ensure_serves(actor, canteen)
    meal = menu_queries.find_meal(canteen_id, served_on, period)
    hours = _served(meal).hours if meal is not None else None
    if meal is None or hours is None:
        raise MealNotFound
    is_allowed = rule_queries.value(WALK_INS, canteen_id)
    return WalkInOffer(
        canteen_id=canteen_id,
        canteen_name=canteen.name,
        date=served_on,
        period=period.value,
        meal_name=menu_queries.meal_name(canteen_id, served_on, period.value),
        is_allowed=is_allowed,
        is_open=is_allowed and canteen.is_active and hours.holds(clock.now()),
        opens_at=hours.from_at,
        closes_at=hours.until_at,
        dishes=_dishes(meal),
    )


def standing_order_of(staff_id: int, served_on: date, period: str) -> StandingInTheWay | None:
    """The order, not cancelled, that the person has for a day and period at any canteen."""
    row = db.session.execute(
        select(Order.id, Order.state, Order.canteen_id, Canteen.name, Order.pickup_no)
        .join(Canteen, Canteen.id == Order.canteen_id)
        .where(
            Order.staff_id == staff_id,
            Order.served_on == served_on,
            Order.period == period,
            Order.state != OrderState.CANCELLED.value,
            IS_ORDERED,
        )
    ).one_or_none()
    return StandingInTheWay(*row) if row is not None else None


def _served(meal: Meal) -> ServedMeal:
    hours = None
    if meal.state != MealState.DRAFT and meal.serves_from is not None and meal.serves_until is not None:
        grace = pickup_queries.grace(meal.canteen_id)
        hours = policies.hours_of(meal.pickup_from, meal.serves_from, meal.serves_until, grace)
    return ServedMeal(meal.id, meal.served_on, meal.period, meal.state, hours)


def _dishes(meal: Meal) -> list[WalkInDish]:
    columns: tuple[Any, ...] = (
        *(MealDish.dish_id, Dish.name, Dish.category, MealDish.cap, MealDish.taken),
        *(DishPortion.portion, DishPortion.price_fen, DishPortion.weight_g, DishPortion.share),
    )
    statement: Select[Any] = (
        select(*columns)
        .join_from(MealDish, Dish, Dish.id == MealDish.dish_id)
        .join(DishPortion, DishPortion.dish_id == Dish.id)
        .where(MealDish.meal_id == meal.id)
        .order_by(MealDish.position, MealDish.id)
    )
    if meal.state == MealState.PUBLISHED:
        # A gate that is shut before the freeze is that of a dish which was withdrawn.
        statement = statement.where(MealDish.is_open)
    by_dish: dict[int, list[Any]] = {}
    for row in db.session.execute(statement):
        by_dish.setdefault(row.dish_id, []).append(row)
    return [
        WalkInDish(
            dish_id=dish_id,
            name=rows[0].name,
            category=rows[0].category,
            remaining=remaining(rows[0].cap, rows[0].taken),
            portions=[
                WalkInPortion(
                    row.portion, row.price_fen, row.weight_g, remaining(row.cap, row.taken, row.share)
                )
                for row in sorted(rows, key=lambda row: PORTION_ORDER[row.portion])
            ],
        )
        for dish_id, rows in by_dish.items()
    ]
