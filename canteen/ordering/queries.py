"""Reads of ordering. The statements of the rush are constants: building them is most of their cost."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import selectinload

from backend.actor import Actor, Permission
from backend.db import db, reader, table
from backend.paging import Page, paginate
from backend.statements import Statement
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenNotFound, MealNotFound
from canteen.menu.models import Canteen, Dish, DishPortion, Meal, MealDish, MealState, Period
from canteen.ordering.errors import OrderNotFound
from canteen.ordering.models import IS_ORDERED, Order, OrderLine, OrderState, PrepLine
from canteen.ordering.policies import MOST_LINES, Line, OfferedPortion, meal_name, order_number
from canteen.ordering.receptions import preparing
from canteen.ordering.receptions.preparing import KitchenReception

_MEAL, _CANTEEN, _MEAL_DISH = table(Meal), table(Canteen), table(MealDish)
_DISH, _PORTION = table(Dish), table(DishPortion)
_ORDER, _LINE = table(Order), table(OrderLine)


def _offer_of(dishes: int) -> Select[Any]:
    """A meal and, of at most so many wanted dishes, every portion that it offers.

    A fixed number of parameters, the last one repeated, keeps the statement a constant: an expanding IN
    is rendered anew for every request.
    """
    wanted = [bindparam(f"dish_{number}", type_=_DISH.c.id.type) for number in range(dishes)]
    return (
        select(
            _MEAL.c.id,
            _MEAL.c.state,
            _MEAL.c.order_closes_at,
            _MEAL_DISH.c.id,
            _MEAL_DISH.c.dish_id,
            _DISH.c.name,
            _PORTION.c.portion,
            _PORTION.c.price_fen,
            _PORTION.c.weight_g,
            _PORTION.c.share,
        )
        .join_from(_MEAL, _CANTEEN, _CANTEEN.c.id == _MEAL.c.canteen_id)
        .join(_MEAL_DISH, _MEAL_DISH.c.meal_id == _MEAL.c.id)
        .join(_DISH, _DISH.c.id == _MEAL_DISH.c.dish_id)
        .join(_PORTION, _PORTION.c.dish_id == _DISH.c.id)
        .where(
            _MEAL.c.canteen_id == bindparam("canteen_id"),
            _MEAL.c.served_on == bindparam("served_on"),
            _MEAL.c.period == bindparam("period"),
            _MEAL_DISH.c.dish_id.in_(wanted),
            _CANTEEN.c.is_active,
        )
    )


# By how many dishes they take; most orders have no more than the first.
FIND_OFFER = {dishes: Statement(_offer_of(dishes)) for dishes in (4, MOST_LINES)}
FIND_OWN_ORDER = (
    select(
        _ORDER.c.id,
        _ORDER.c.meal_id,
        _ORDER.c.canteen_id,
        _ORDER.c.served_on,
        _ORDER.c.period,
        _ORDER.c.state,
        _ORDER.c.total_fen,
        _ORDER.c.revision,
        _MEAL.c.state.label("meal_state"),
        _MEAL.c.order_closes_at,
        _MEAL.c.cancel_closes_at,
        _ORDER.c.placed_at,
        _ORDER.c.dining,
        _ORDER.c.collect_from,
        _ORDER.c.collect_until,
        _ORDER.c.packaging_fen,
    )
    .join_from(_ORDER, _MEAL, _MEAL.c.id == _ORDER.c.meal_id)
    .where(_ORDER.c.id == bindparam("order_id"), _ORDER.c.staff_id == bindparam("staff_id"))
)
FIND_ACTIVE_ORDER = select(_ORDER.c.id).where(
    _ORDER.c.staff_id == bindparam("staff_id"),
    _ORDER.c.served_on == bindparam("served_on"),
    _ORDER.c.period == bindparam("period"),
    _ORDER.c.state != OrderState.CANCELLED.value,
    IS_ORDERED,
)
FIND_LINES = (
    select(
        _LINE.c.meal_dish_id,
        _LINE.c.dish_id,
        _LINE.c.dish_name,
        _LINE.c.portion,
        _LINE.c.quantity,
        _LINE.c.price_fen,
        _LINE.c.weight_g,
        _LINE.c.share,
        _LINE.c.price_fen_per_kg,
    )
    .where(_LINE.c.order_id == bindparam("order_id"))
    .order_by(_LINE.c.id)
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a meal offers of the wanted dishes."""

    meal_id: int
    state: str
    order_closes_at: datetime | None
    portions: Sequence[OfferedPortion]


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as it goes out."""

    id: int
    number: str
    state: str
    canteen_id: int
    date: date
    period: str
    dining: str
    note: str
    origin: str
    collect_from: datetime | None
    collect_until: datetime | None
    total_fen: int
    packaging_fen: int
    revision: int
    placed_at: datetime
    cancelled_at: datetime | None
    pickup_no: int | None
    picked_up_at: datetime | None
    items: Sequence[Line]


def find_offer(*, canteen_id: int, served_on: date, period: str, dish_ids: Collection[int]) -> Offer | None:
    """The meal with those of the dishes that it offers, or None if there is no such meal or none of them.

    At most MOST_LINES dishes.
    """
    room = next(dishes for dishes in FIND_OFFER if len(dish_ids) <= dishes)
    values: dict[str, object] = {"canteen_id": canteen_id, "served_on": served_on, "period": period}
    last = 0
    for number, dish_id in zip_longest(range(room), dish_ids):
        last = dish_id or last
        values[f"dish_{number}"] = last
    rows = FIND_OFFER[room].rows(reader(), values)
    if not rows:
        return None
    first = rows[0]
    return Offer(first[0], first[1], first[2], [OfferedPortion(*row[3:]) for row in rows])


@dataclass(frozen=True, slots=True)
class OwnOrder:
    """One's own order with the rules of its meal, for a change or a cancellation."""

    id: int
    meal_id: int
    canteen_id: int
    served_on: date
    period: str
    state: str
    total_fen: int
    revision: int
    meal_state: str
    order_closes_at: datetime | None
    cancel_closes_at: datetime | None
    placed_at: datetime
    dining: str
    collect_from: datetime | None
    collect_until: datetime | None
    packaging_fen: int


def find_own_order(actor: Actor, order_id: int) -> OwnOrder:
    """The actor's own order as it stands. Raises OrderNotFound for anybody else's."""
    return find_order_of(actor.staff_id, order_id)


def find_order_of(staff_id: int, order_id: int) -> OwnOrder:
    """A person's order as it stands. Raises OrderNotFound for anybody else's."""
    row = reader().execute(FIND_OWN_ORDER, {"order_id": order_id, "staff_id": staff_id}).one_or_none()
    if row is None:
        raise OrderNotFound
    return OwnOrder(*tuple(row))


def find_active_order(staff_id: int, served_on: date, period: Period) -> int | None:
    """The id of the person's order for that day and period, at whichever canteen; None if there is none."""
    wanted = {"staff_id": staff_id, "served_on": served_on, "period": period.value}
    return reader().execute(FIND_ACTIVE_ORDER, wanted).scalar_one_or_none()


def find_lines(order_id: int) -> list[Line]:
    """The lines of an order, in the order in which they were asked for."""
    return [Line(*row) for row in reader().execute(FIND_LINES, {"order_id": order_id})]


def view_of(order: Order) -> OrderView:
    """The view of an order whose lines are loaded."""
    return OrderView(
        id=order.id,
        number=order_number(order.id, order.served_on),
        state=order.state,
        canteen_id=order.canteen_id,
        date=order.served_on,
        period=order.period,
        dining=order.dining,
        note=order.note,
        origin=order.origin,
        collect_from=order.collect_from,
        collect_until=order.collect_until,
        total_fen=order.total_fen,
        packaging_fen=order.packaging_fen,
        revision=order.revision,
        placed_at=order.placed_at,
        cancelled_at=order.cancelled_at,
        pickup_no=order.pickup_no,
        picked_up_at=order.picked_up_at,
        items=[line_of(line) for line in order.lines],
    )


def line_of(line: OrderLine) -> Line:
    """A stored line as policies know it."""
    return Line(
        line.meal_dish_id,
        line.dish_id,
        line.dish_name,
        line.portion,
        line.quantity,
        line.price_fen,
        line.weight_g,
        line.share,
        line.price_fen_per_kg,
    )


def get_order(actor: Actor, order_id: int) -> OrderView:
    """The actor's own order. Raises OrderNotFound for anybody else's."""
    order = db.session.get(Order, order_id, options=[selectinload(Order.lines)], populate_existing=True)
    if order is None or order.staff_id != actor.staff_id:
        raise OrderNotFound
    return view_of(order)


def list_orders(
    actor: Actor,
    *,
    page: int,
    page_size: int,
    from_date: date | None = None,
    to_date: date | None = None,
    state: OrderState | None = None,
) -> Page:
    """The actor's own orders of the days [from_date, to_date], the latest meal first."""
    statement = (
        select(Order)
        .where(Order.staff_id == actor.staff_id)
        .options(selectinload(Order.lines))
        .order_by(Order.served_on.desc(), Order.id.desc())
    )
    if from_date is not None:
        statement = statement.where(Order.served_on >= from_date)
    if to_date is not None:
        statement = statement.where(Order.served_on <= to_date)
    if state is not None:
        statement = statement.where(Order.state == state.value)
    found = paginate(statement, page=page, page_size=page_size)
    return Page([view_of(order) for order in found.rows], found.total, page, page_size)


@dataclass(frozen=True, slots=True)
class PrepDish:
    """How often a dish is wanted in one portion, and what that weighs."""

    dish_id: int
    dish_name: str
    portion: str
    quantity: int
    weight_g: int


@dataclass(frozen=True, slots=True)
class PrepList:
    """What the kitchen prepares for a meal: final once `is_frozen`, the present count before."""

    canteen_id: int
    date: date
    period: str
    is_frozen: bool
    frozen_at: datetime | None
    orders: int
    dishes: Sequence[PrepDish]
    # Apart from the orders' counts, and live: a reception may be approved after the list is frozen.
    receptions: Sequence[KitchenReception] = ()


_WANTED = func.sum(_LINE.c.quantity)
COUNT_LINES = (
    select(
        _LINE.c.dish_id,
        func.max(_LINE.c.dish_name).label("dish_name"),
        _LINE.c.portion,
        _WANTED.label("quantity"),
        func.sum(_LINE.c.quantity * _LINE.c.weight_g).label("weight_g"),
    )
    .join_from(_LINE, _ORDER, _ORDER.c.id == _LINE.c.order_id)
    .where(_ORDER.c.meal_id == bindparam("meal_id"), _ORDER.c.state != OrderState.CANCELLED.value, IS_ORDERED)
    .group_by(_LINE.c.dish_id, _LINE.c.portion)
    .order_by(_LINE.c.dish_id, _LINE.c.portion)
)


def get_prep_list(actor: Actor, *, canteen_id: int, served_on: date, period: Period) -> PrepList:
    """The frozen prep list of a meal, or the present count if it is not frozen yet.

    Raises CanteenNotFound for a canteen out of the actor's reach, and MealNotFound.
    """
    canteen = menu_queries.get_canteen(canteen_id)
    if not menu_policies.covers(actor, Permission.CANTEEN_READ, canteen):
        raise CanteenNotFound
    meal = menu_queries.find_meal(canteen_id, served_on, period)
    if meal is None:
        raise MealNotFound
    orders = db.session.scalar(
        select(func.count()).where(
            Order.meal_id == meal.id, Order.state != OrderState.CANCELLED.value, IS_ORDERED
        )
    )
    rows: Iterable[Row[tuple[int, str, str, int, int]]]
    if meal.frozen_at is not None:
        rows = db.session.execute(
            select(
                PrepLine.dish_id, PrepLine.dish_name, PrepLine.portion, PrepLine.quantity, PrepLine.weight_g
            )
            .where(PrepLine.meal_id == meal.id)
            .order_by(PrepLine.dish_id, PrepLine.portion)
        )
    else:
        rows = db.session.execute(COUNT_LINES, {"meal_id": meal.id})
    return PrepList(
        canteen_id=meal.canteen_id,
        date=meal.served_on,
        period=meal.period,
        is_frozen=meal.frozen_at is not None,
        frozen_at=meal.frozen_at,
        orders=orders or 0,
        dishes=[PrepDish(*row) for row in rows],
        receptions=preparing.for_kitchen(canteen_id, served_on, period),
    )


def meals_to_freeze(now: datetime) -> list[int]:
    """Published meals whose last cutoff has passed, the earliest first."""
    return list(
        db.session.scalars(
            select(Meal.id)
            .where(Meal.state == MealState.PUBLISHED, Meal.freezes_at <= now)
            .order_by(Meal.freezes_at, Meal.id)
        )
    )


@dataclass(frozen=True, slots=True)
class OrderLabel:
    """An order as an account's entry names it."""

    id: int
    number: str
    meal: str
    canteen: str


def labels_of(order_ids: Collection[int]) -> dict[int, OrderLabel]:
    """What these orders are called, whoever's they are; one statement."""
    if not order_ids:
        return {}
    rows = db.session.execute(
        select(_ORDER.c.id, _ORDER.c.served_on, _ORDER.c.period, _CANTEEN.c.name)
        .join_from(_ORDER, _CANTEEN, _CANTEEN.c.id == _ORDER.c.canteen_id)
        .where(_ORDER.c.id.in_(order_ids))
    )
    return {
        row.id: OrderLabel(
            row.id, order_number(row.id, row.served_on), meal_name(row.served_on, row.period), row.name
        )
        for row in rows
    }
