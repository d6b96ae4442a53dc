"""How an order moves: its row's lock, the transition table, its timeline and its daily sums.

Orders are locked by rising id, before the rows of workers, and before the cases that follow them
(`following`): whoever follows an order is told of a step right after it was taken.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from backend.actor import Actor
from backend.db import db, unit
from property.work_orders import following, policies, rollups
from property.work_orders.errors import OrderNotFound
from property.work_orders.models import OrderEvent, State, WorkOrder
from property.work_orders.policies import Step

TEXT_LENGTH: Final = 500
# Where the instant of a step is kept on the order's row, for the present cycle.
_STAMPS: Final = {
    State.TRIAGED: "triaged_at",
    State.DISPATCHED: "dispatched_at",
    State.FINISHED: "finished_at",
    State.COMPLETED: "completed_at",
    State.CLOSED: "ended_at",
    State.DECLINED: "ended_at",
    State.CANCELLED: "ended_at",
    State.DUPLICATE: "ended_at",
}


def locked(order_id: int) -> WorkOrder:
    """The order, kept from everybody else until the unit ends. Raises OrderNotFound."""
    found = locked_all([order_id])
    if not found:
        raise OrderNotFound
    return found[0]


def locked_all(order_ids: Collection[int]) -> list[WorkOrder]:
    """These orders by rising id, all locked; unknown ones are left out."""
    unit()
    return list(
        db.session.scalars(
            select(WorkOrder)
            .where(WorkOrder.id.in_(order_ids))
            .order_by(WorkOrder.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def move(actor: Actor, order: WorkOrder, step: Step, *, text: str = "", at: datetime, **details: Any) -> None:
    """Take a step of the transition table with a locked order. Raises OrderState."""
    before = State(order.state)
    after = policies.state_after(order.state, step)
    with rollups.kept(order):
        order.state = after.value
        order.revision += 1
        if after is not before and after in _STAMPS:
            setattr(order, _STAMPS[after], at)
        _write_event(actor, order, step, before, text=text, at=at, details=details)


def note(actor: Actor, order: WorkOrder, step: Step, *, text: str = "", at: datetime, **details: Any) -> None:
    """An entry of the timeline that leaves the state as it is."""
    order.revision += 1
    _write_event(actor, order, step, State(order.state), text=text, at=at, details=details)


def _write_event(
    actor: Actor,
    order: WorkOrder,
    step: Step,
    before: State,
    *,
    text: str,
    at: datetime,
    details: dict[str, Any],
) -> None:
    db.session.add(
        OrderEvent(
            order_id=order.id,
            cycle=order.cycle,
            at=at,
            step=step.value,
            from_state=before.value,
            to_state=order.state,
            actor_id=actor.staff_id,
            actor_name=actor.name,
            text=text[:TEXT_LENGTH],
            details=details,
        )
    )
    following.tell(actor, order, following.Progress(step, text, at, details))
