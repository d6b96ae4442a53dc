"""Reads of the stations."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from backend import clock, vault
from backend.actor import Actor, Permission
from backend.db import db
from backend.identity.models import Staff
from canteen.menu import queries as menu_queries
from canteen.menu.errors import MealNotFound
from canteen.menu.models import Canteen, Meal, Period
from canteen.ordering.models import IS_ORDERED, Order, OrderLine, OrderState
from canteen.pickups import queries as pickup_queries
from canteen.pickups.errors import OtherCanteen
from canteen.pickups.stations import policies
from canteen.pickups.stations.errors import NotFrozen
from canteen.pickups.stations.models import OfflinePickup, Outcome
from canteen.pickups.stations.policies import Permit


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """An order as a tablet takes it along; `proof` and `card` are fingerprints."""

    id: int
    revision: int
    pickup_no: int | None
    staff_name: str
    proof: str
    card: str
    picked_up_at: datetime | None
    dining: str
    note: str
    lines: Sequence[OrderLine]


@dataclass(frozen=True, slots=True)
class StationList:
    """The orders of a meal, and the permit to tell pick-ups of it afterwards."""

    canteen_id: int
    date: date
    period: str
    prepared_at: datetime
    pickup_from: datetime | None
    until_at: datetime
    salt: str
    permit: str
    orders: Sequence[ListedOrder]


@dataclass(frozen=True, slots=True)
class MealAtCounter:
    """A meal as the station offers it: how many are wanted and how many were handed out."""

    period: str
    state: str
    freezes_at: datetime | None
    serves_from: datetime | None
    serves_until: datetime | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """An offline pick-up that could not be booked: whose order, when, and the code of the reason."""

    staff_name: str
    handed_out_at: datetime
    reason: str


def sign_permit(said: bytes) -> str:
    """The deployment's signature of what a permit says."""
    return vault.sign("station", said)


def ensure_serves(actor: Actor, canteen: Canteen) -> None:
    """Raises OtherCanteen unless the actor serves at this canteen."""
    reach = actor.reach(Permission.CANTEEN_VERIFY)
    if not reach.covers(campus_id=canteen.campus_id, canteen_id=canteen.id):
        raise OtherCanteen(canteen=canteen.name)


def list_orders(actor: Actor, *, canteen_id: int, served_on: date, period: Period) -> StationList:
    """The list of a frozen meal to take along.

    Raises CanteenNotFound, OtherCanteen, MealNotFound or NotFrozen.
    """
    ensure_serves(actor, menu_queries.get_canteen(canteen_id))
    meal = menu_queries.find_meal(canteen_id, served_on, period)
    if meal is None or meal.serves_until is None:
        raise MealNotFound
    if meal.frozen_at is None:
        raise NotFrozen
    now, salt = clock.now().replace(microsecond=0), secrets.token_urlsafe(12)
    until_at = meal.serves_until + pickup_queries.grace(canteen_id)
    return StationList(
        canteen_id=canteen_id,
        date=meal.served_on,
        period=meal.period,
        prepared_at=now,
        pickup_from=meal.pickup_from,
        until_at=until_at,
        salt=salt,
        permit=policies.write_permit(Permit(meal.id, actor.staff_id, now, until_at), sign_permit),
        orders=_orders(meal, salt),
    )


def meals_at_counter(actor: Actor, *, canteen_id: int) -> list[MealAtCounter]:
    """Today's meals that diners know, in order. Raises CanteenNotFound or OtherCanteen."""
    ensure_serves(actor, menu_queries.get_canteen(canteen_id))
    rows = db.session.execute(
        select(Meal.period, Meal.state, Meal.freezes_at, Meal.serves_from, Meal.serves_until)
        .where(Meal.canteen_id == canteen_id, Meal.served_on == clock.today(), Meal.published_at.is_not(None))
        .order_by(Meal.serves_from)
    )
    return [MealAtCounter(*row) for row in rows]


def find_told(keys: Collection[str]) -> dict[str, OfflinePickup]:
    """Those that were told before, by key."""
    rows = db.session.scalars(
        select(OfflinePickup).where(OfflinePickup.key.in_(keys)).execution_options(populate_existing=True)
    )
    return {row.key: row for row in rows}


def lock_orders(order_ids: Collection[int]) -> dict[int, Order]:
    """The orders, held until the unit ends; by id, so that two stations never deadlock."""
    rows = db.session.scalars(
        select(Order)
        .where(Order.id.in_(order_ids))
        .order_by(Order.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def troubles(actor: Actor, *, canteen_id: int, served_on: date) -> list[Trouble]:
    """The offline pick-ups of a day that could not be booked, told by any station, the latest first.

    Raises CanteenNotFound or OtherCanteen.
    """
    ensure_serves(actor, menu_queries.get_canteen(canteen_id))
    rows = db.session.execute(
        select(Staff.name, OfflinePickup.handed_out_at, OfflinePickup.reason)
        .join_from(OfflinePickup, Meal, Meal.id == OfflinePickup.meal_id)
        .outerjoin(Order, Order.id == OfflinePickup.order_id)
        .outerjoin(Staff, Staff.id == Order.staff_id)
        .where(
            Meal.canteen_id == canteen_id,
            Meal.served_on == served_on,
            OfflinePickup.outcome != Outcome.BOOKED.value,
        )
        .order_by(OfflinePickup.told_at.desc(), OfflinePickup.key)
    )
    return [Trouble(name or "", handed_out_at, reason) for name, handed_out_at, reason in rows]


def _orders(meal: Meal, salt: str) -> list[ListedOrder]:
    rows = db.session.execute(
        select(Order, Staff.name, Staff.card_no)
        .join(Staff, Staff.id == Order.staff_id)
        .where(Order.meal_id == meal.id, Order.state != OrderState.CANCELLED.value, IS_ORDERED)
        .options(selectinload(Order.lines))
        .order_by(Order.id)
    )
    return [
        ListedOrder(
            id=order.id,
            revision=order.revision,
            pickup_no=order.pickup_no,
            staff_name=name,
            proof=policies.fingerprint(salt, pickup_queries.proof_of(order.id, order.revision)),
            card=policies.fingerprint(salt, card_no) if card_no else "",
            picked_up_at=order.picked_up_at,
            dining=order.dining,
            note=order.note,
            lines=order.lines,
        )
        for order, name, card_no in rows
    ]
