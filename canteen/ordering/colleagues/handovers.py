"""Reads of transfers, and of orders as they are handed over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import selectinload

from backend import clock
from backend.actor import Actor
from backend.db import db, reader, table
from backend.paging import Page, paginate
from canteen.menu.models import Canteen, Meal
from canteen.ordering.colleagues import policies
from canteen.ordering.colleagues.errors import TransferNotFound
from canteen.ordering.colleagues.models import Transfer, TransferState
from canteen.ordering.colleagues.queries import Person, people_of
from canteen.ordering.errors import OrderNotFound
from canteen.ordering.models import Order, OrderState
from canteen.ordering.policies import Line, order_number
from canteen.ordering.queries import view_of

_ORDER, _MEAL = table(Order), table(Meal)


class Direction(StrEnum):
    """Whether a transfer comes to one or goes from one."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferredOrder:
    """The order of a transfer: its meal, and what else `policies.sees_order` lets one see."""

    id: int
    number: str
    canteen_id: int
    date: date
    period: str
    dining: str | None = None
    collect_from: datetime | None = None
    collect_until: datetime | None = None
    total_fen: int | None = None
    packaging_fen: int | None = None
    revision: int | None = None
    items: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer as one of its two sides sees it."""

    id: int
    direction: Direction
    state: TransferState
    giver: Person
    receiver: Person
    message: str
    offered_at: datetime
    decided_at: datetime | None
    closes_at: datetime
    canteen_name: str
    order: TransferredOrder


@dataclass(frozen=True, slots=True)
class Movable:
    """A person's order with what handing it over needs."""

    id: int
    staff_id: int
    canteen_id: int
    canteen_name: str
    served_on: date
    period: str
    state: str
    total_fen: int
    revision: int
    placed_at: datetime
    serves_from: datetime
    serves_until: datetime


FIND_MOVABLE = (
    select(
        *(_ORDER.c.id, _ORDER.c.staff_id, _ORDER.c.canteen_id, table(Canteen).c.name),
        *(_ORDER.c.served_on, _ORDER.c.period, _ORDER.c.state, _ORDER.c.total_fen),
        *(_ORDER.c.revision, _ORDER.c.placed_at, _MEAL.c.serves_from, _MEAL.c.serves_until),
    )
    .join_from(_ORDER, _MEAL, _MEAL.c.id == _ORDER.c.meal_id)
    .join(table(Canteen), table(Canteen).c.id == _ORDER.c.canteen_id)
    .where(_ORDER.c.id == bindparam("order_id"), _ORDER.c.staff_id == bindparam("giver_id"))
)
# NO KEY: what refers to the order need not wait.
LOCK_MOVABLE = FIND_MOVABLE.with_for_update(of=_ORDER, key_share=True)


def find_movable(giver_id: int, order_id: int, *, lock: bool = False) -> Movable:
    """A person's order, with `lock` held until the unit ends. Raises OrderNotFound for anybody else's."""
    statement = LOCK_MOVABLE if lock else FIND_MOVABLE
    row: Any = reader().execute(statement, {"order_id": order_id, "giver_id": giver_id}).one_or_none()
    if row is None:
        raise OrderNotFound
    return Movable(*row)


def get_transfer(transfer_id: int) -> Transfer:
    """A transfer, whoever's. Raises TransferNotFound."""
    found = db.session.get(Transfer, transfer_id, populate_existing=True)
    if found is None:
        raise TransferNotFound
    return found


def open_offer(order_id: int) -> Transfer | None:
    """The offer of an order that waits for an answer."""
    return db.session.scalars(
        select(Transfer).where(Transfer.order_id == order_id, Transfer.state == TransferState.OFFERED.value)
    ).one_or_none()


def last_hand_overs(order_ids: Collection[int]) -> dict[int, int]:
    """The revision with which each order last changed hands; an order that never did is left out."""
    rows: Any = db.session.execute(
        select(Transfer.order_id, func.max(Transfer.revision))
        .where(Transfer.order_id.in_(order_ids), Transfer.revision.is_not(None))
        .group_by(Transfer.order_id)
    )
    return {row[0]: row[1] for row in rows}


_TRANSFERS: Any = (
    select(Transfer, Order, Meal.serves_until, Canteen.name)
    .join(Order, Order.id == Transfer.order_id)
    .join(Meal, Meal.id == Order.meal_id)
    .join(Canteen, Canteen.id == Order.canteen_id)
    .options(selectinload(Order.lines))
)


def get_transfer_view(actor: Actor, transfer_id: int) -> TransferView:
    """A transfer from or to the actor. Raises TransferNotFound."""
    row = db.session.execute(
        _TRANSFERS.where(Transfer.id == transfer_id).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or actor.staff_id not in (row[0].giver_id, row[0].receiver_id):
        raise TransferNotFound
    return _transfer_views([row], actor)[0]


def list_transfers(
    actor: Actor, *, page: int, page_size: int, direction: Direction | None = None, is_open: bool = False
) -> Page:
    """The transfers from and to the actor, the latest first; with `is_open` those that wait for an answer."""
    sides = {Direction.IN: Transfer.receiver_id, Direction.OUT: Transfer.giver_id}
    wanted = [sides[direction]] if direction is not None else sides.values()
    statement = _TRANSFERS.where(or_(*(column == actor.staff_id for column in wanted)))
    if is_open:
        statement = statement.where(*_is_open())
    found = paginate(statement.order_by(Transfer.id.desc()), page=page, page_size=page_size, scalars=False)
    return Page(_transfer_views(found.rows, actor), found.total, page, page_size)


def _is_open() -> tuple[ColumnElement[bool], ...]:
    """`policies.state_of` says OFFERED, as a condition."""
    return (
        Transfer.state == TransferState.OFFERED.value,
        Order.state == OrderState.BOOKED.value,
        Order.staff_id == Transfer.giver_id,
        Meal.serves_until > clock.now(),
    )


def _transfer_views(rows: Sequence[Any], actor: Actor) -> list[TransferView]:
    people = people_of({each for row in rows for each in (row[0].giver_id, row[0].receiver_id)})
    now = clock.now()
    return [
        _transfer_view(transfer, order, serves_until, canteen_name, actor, people, now)
        for transfer, order, serves_until, canteen_name in rows
    ]


def _transfer_view(
    transfer: Transfer,
    order: Order,
    serves_until: datetime,
    canteen_name: str,
    actor: Actor,
    people: Mapping[int, Person],
    now: datetime,
) -> TransferView:
    state = policies.state_of(
        transfer.state,
        order_state=order.state,
        is_givers=order.staff_id == transfer.giver_id,
        serves_until=serves_until,
        now=now,
    )
    is_giver = transfer.giver_id == actor.staff_id
    sees_order = policies.sees_order(
        state, is_receiver=not is_giver, holds_order=order.staff_id == actor.staff_id
    )
    return TransferView(
        id=transfer.id,
        direction=Direction.OUT if is_giver else Direction.IN,
        state=state,
        giver=people[transfer.giver_id],
        receiver=people[transfer.receiver_id],
        message=transfer.message,
        offered_at=transfer.offered_at,
        decided_at=transfer.decided_at,
        closes_at=serves_until,
        canteen_name=canteen_name,
        order=_whole(order) if sees_order else TransferredOrder(**_meal_of(order)),
    )


def _whole(order: Order) -> TransferredOrder:
    view = view_of(order)
    return TransferredOrder(**{field.name: getattr(view, field.name) for field in fields(TransferredOrder)})


def _meal_of(order: Order) -> dict[str, Any]:
    """What of an order never changes."""
    return {
        "id": order.id,
        "number": order_number(order.id, order.served_on),
        "canteen_id": order.canteen_id,
        "date": order.served_on,
        "period": order.period,
    }
