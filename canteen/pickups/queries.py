"""Reads of the counter."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import segno
from sqlalchemy import bindparam, select

from backend import clock, vault
from backend.actor import Actor
from backend.db import reader, table
from backend.identity.models import Staff
from backend.rules import queries as rule_queries
from canteen.menu.models import Canteen, Meal, Period
from canteen.ordering import policies as ordering_policies
from canteen.ordering import queries as ordering_queries
from canteen.ordering.models import IS_ORDERED, Order, OrderState
from canteen.pickups import policies
from canteen.pickups.policies import PickupCode
from canteen.pickups.rules import CODE_MINUTES, GRACE_MINUTES

_ORDER, _MEAL = table(Order), table(Meal)
_CANTEEN, _STAFF = table(Canteen), table(Staff)

_AT_COUNTER = (
    select(
        _ORDER.c.id,
        _ORDER.c.state,
        _ORDER.c.revision,
        _ORDER.c.picked_up_at,
        _ORDER.c.canteen_id,
        _CANTEEN.c.campus_id,
        _CANTEEN.c.name.label("canteen_name"),
        _MEAL.c.pickup_from,
        _MEAL.c.serves_from,
        _MEAL.c.serves_until,
        _STAFF.c.name.label("staff_name"),
    )
    .join_from(_ORDER, _MEAL, _MEAL.c.id == _ORDER.c.meal_id)
    .join(_CANTEEN, _CANTEEN.c.id == _ORDER.c.canteen_id)
    .join(_STAFF, _STAFF.c.id == _ORDER.c.staff_id)
)
FIND_BY_ID = _AT_COUNTER.where(_ORDER.c.id == bindparam("order_id"))
FIND_BY_CARD = _AT_COUNTER.where(
    _STAFF.c.card_no == bindparam("card_no"),
    _ORDER.c.canteen_id == bindparam("canteen_id"),
    _ORDER.c.period == bindparam("period"),
    _ORDER.c.served_on.in_([bindparam("today"), bindparam("yesterday")]),
    _MEAL.c.serves_until > bindparam("not_over_since"),
    _ORDER.c.state != OrderState.CANCELLED.value,
    IS_ORDERED,
).order_by(_ORDER.c.served_on)


@dataclass(frozen=True, slots=True)
class AtCounter:
    """An order that somebody presents, with what the decision needs."""

    id: int
    state: str
    revision: int
    picked_up_at: datetime | None
    canteen_id: int
    campus_id: int
    canteen_name: str
    pickup_from: datetime | None
    serves_from: datetime
    serves_until: datetime
    staff_name: str


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A pick-up code as the phone shows it: the text, its end, and the text as a QR in SVG."""

    token: str
    expires_at: datetime
    qr_svg: str


def grace(canteen_id: int) -> timedelta:
    """How long after the window a canteen still hands out."""
    return timedelta(minutes=rule_queries.value(GRACE_MINUTES, canteen_id))


def sign_code(said: bytes) -> str:
    """The deployment's signature of what a pick-up code says."""
    return vault.sign("pickup", said)


def proof_of(order_id: int, revision: int) -> str:
    """What is in every code of this revision of an order, and in no other code."""
    return vault.sign("pickup proof", f"{order_id}.{revision}".encode())[: policies.PROOF_LENGTH]


def show_code(actor: Actor, order_id: int) -> ShownCode:
    """A fresh code for the actor's own booked order. Raises OrderNotFound or OrderNotBooked."""
    order = ordering_queries.find_own_order(actor, order_id)
    ordering_policies.ensure_moves(OrderState(order.state), OrderState.PICKED_UP)
    lasts = timedelta(minutes=rule_queries.value(CODE_MINUTES, order.canteen_id), seconds=1)
    expires_at = clock.now().replace(microsecond=0) + lasts
    proof = proof_of(order_id, order.revision)
    token = policies.write_code(PickupCode(order_id, order.revision, expires_at), proof, sign_code)
    svg = segno.make(token, error="m").svg_inline(scale=6, border=2, omitsize=True)
    return ShownCode(token, expires_at, svg)


def find_by_id(order_id: int) -> AtCounter | None:
    """The order that a code names."""
    row = reader().execute(FIND_BY_ID, {"order_id": order_id}).one_or_none()
    return AtCounter(*row) if row is not None else None


def find_by_card(card_no: str, canteen_id: int, period: Period) -> AtCounter | None:
    """The active order of a card's holder for today's meal, or for last night's while it is handed out."""
    values = {
        "card_no": card_no,
        "canteen_id": canteen_id,
        "period": period.value,
        "today": clock.today(),
        "yesterday": clock.today() - timedelta(days=1),
        "not_over_since": clock.now() - grace(canteen_id),
    }
    row = reader().execute(FIND_BY_CARD, values).first()
    return AtCounter(*row) if row is not None else None
