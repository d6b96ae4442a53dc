"""What waits for somebody: the numbers on the badges."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from backend.actor import Actor, Permission
from backend.db import db
from property.work_orders import listing, queries
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


def counts(actor: Actor) -> Counts:
    """What waits for the actor; two statements."""
    dispatched = queries.covered(actor.reach(Permission.ORDERS_DISPATCH))
    held = (
        select(func.count())
        .select_from(Hold)
        .join(WorkOrder, WorkOrder.id == Hold.order_id)
        .where(Hold.state == HoldState.WAITING.value, queries.covered(actor.reach(Permission.ORDERS_APPROVE)))
    )

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
            held.scalar_subquery(),
        )
    ).one()
    return Counts(*row)
