"""What waits for somebody: the numbers on the badges."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from backend.actor import Actor, Permission
from backend.db import db
from property.work_orders import listing, people, queries
from property.work_orders.listing import View
from property.work_orders.models import Hold, HoldState, State, WorkOrder


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits for the actor, for badges."""

    mine_open: int
    to_verify: int
    to_rate: int
    todo: int
    pool: int
    to_triage: int
    to_dispatch: int
    holds: int


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What waits for the actor's own hand; of their reports the oldest, to go there at once."""

    to_accept: int
    first_to_accept: int | None
    to_rate: int
    first_to_rate: int | None
    offered: int
    holds: int


def on_first_page(actor: Actor) -> FirstPage:
    """What the first page tells: one's own reports, what was dispatched to one, what one is to approve.

    One statement, and one more for a worker.
    """
    mine = WorkOrder.reporter_id == actor.staff_id
    group_id = people.group_of(actor)
    offered: ColumnElement[bool] = false()
    if group_id is not None:
        to_me = and_(WorkOrder.worker_id == actor.staff_id, WorkOrder.state == State.DISPATCHED.value)
        offered = and_(queries.IS_OPEN_ORDER, or_(to_me, queries.for_group(group_id)))
    to_accept = and_(mine, queries.IS_OPEN_ORDER, WorkOrder.state == State.FINISHED.value)
    to_rate = and_(mine, queries.IS_LAPSING, WorkOrder.state == State.TO_RATE.value)
    count, first = func.count(), func.min(WorkOrder.id)
    wanted = ((count, to_accept), (first, to_accept), (count, to_rate), (first, to_rate), (count, offered))
    columns = [
        select(of).select_from(WorkOrder).where(condition).scalar_subquery() for of, condition in wanted
    ]
    row: Any = db.session.execute(select(*columns, _waiting_holds(actor).scalar_subquery())).one()
    return FirstPage(*row)


def counts(actor: Actor) -> Counts:
    """What waits for the actor; two statements."""
    dispatched = queries.covered(actor.reach(Permission.ORDERS_DISPATCH))

    def number(*conditions: ColumnElement[bool]) -> Any:
        return select(func.count()).select_from(WorkOrder).where(*conditions).scalar_subquery()

    mine = WorkOrder.reporter_id == actor.staff_id
    row = db.session.execute(
        select(
            number(mine, queries.IS_OPEN_ORDER),
            number(listing.of_view(actor, View.TO_VERIFY)),
            number(mine, queries.IS_LAPSING, WorkOrder.state == State.TO_RATE.value),
            number(listing.of_view(actor, View.TODO)),
            number(listing.of_view(actor, View.POOL)),
            number(dispatched, queries.IS_OPEN_ORDER, WorkOrder.state == State.SUBMITTED.value),
            number(dispatched, queries.IS_OPEN_ORDER, WorkOrder.state == State.TRIAGED.value),
            _waiting_holds(actor).scalar_subquery(),
        )
    ).one()
    return Counts(*row)


def _waiting_holds(actor: Actor) -> Any:
    return (
        select(func.count())
        .select_from(Hold)
        .join(WorkOrder, WorkOrder.id == Hold.order_id)
        .where(Hold.state == HoldState.WAITING.value, queries.covered(actor.reach(Permission.ORDERS_APPROVE)))
    )
