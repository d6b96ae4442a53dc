"""Use cases of holds: approving and refusing them, and ending those whose time is over."""

from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM, Actor
from backend.audit.operations import record
from backend.db import atomic, db
from backend.jobs import one_by_one
from property.work_orders import holds, moving, people, policies, rollups, telling, views
from property.work_orders.errors import HoldDecided, HoldNotFound, OwnWork
from property.work_orders.messages import HOLD_DECIDED, HOLD_ENDED
from property.work_orders.models import Hold, HoldState, State, WorkOrder
from property.work_orders.views import OrderView


@atomic
def approve(actor: Actor, hold_id: int, *, text: str = "") -> OrderView:
    """Allow a hold; it begins now. Raises HoldNotFound, OwnWork, HoldDecided or HoldUntilInvalid."""
    order, hold = _to_decide(actor, hold_id)
    now = clock.now()
    policies.ensure_hold_until(hold.expected_until, now)
    hold.decided_at, hold.decided_by, hold.decision = now, actor.staff_id, text
    with rollups.kept(order):
        holds.begin(actor, order, hold, text=text or hold.reason, at=now)
    telling.tell_one(order, HOLD_DECIDED, hold.asked_by, event="hold approved", result="已同意")
    return views.view(actor, order)


@atomic
def refuse(actor: Actor, hold_id: int, *, text: str) -> OrderView:
    """Say no to a hold, with a reason. Raises HoldNotFound, OwnWork or HoldDecided."""
    order, hold = _to_decide(actor, hold_id)
    holds.refuse(actor, order, hold, text=text, at=clock.now())
    record(actor, "property.hold_refused", "work_order", order.id, number=order.number, reason=text)
    telling.tell_one(order, HOLD_DECIDED, hold.asked_by, event="hold refused", result=f"未获同意：{text}")
    return views.view(actor, order)


def end_due() -> int:
    """Go on with every order whose hold has reached its expected end; returns how many. A unit per order."""
    due = db.session.scalars(
        select(Hold.order_id)
        .where(Hold.state == HoldState.RUNNING.value, Hold.expected_until <= clock.now())
        .order_by(Hold.expected_until, Hold.id)
    ).all()
    return one_by_one(due, _end_one)


@atomic
def _end_one(order_id: int) -> bool:
    order, now = moving.locked(order_id), clock.now()
    hold = holds.live(order_id)
    if order.state != State.HELD or hold is None or hold.expected_until > now:
        return False  # Somebody was faster.
    with rollups.kept(order):
        holds.end(SYSTEM, order, at=now)
    telling.tell_workers(order, HOLD_ENDED, event="hold ended")
    return True


def _to_decide(actor: Actor, hold_id: int) -> tuple[WorkOrder, Hold]:
    """A hold that waits, with its order locked, for an approver who did not ask for it."""
    order_id = db.session.scalar(select(Hold.order_id).where(Hold.id == hold_id))
    if order_id is None:
        raise HoldNotFound
    order = moving.locked(order_id)
    if not people.standing(actor, order).approves:
        raise HoldNotFound
    hold = db.session.get(Hold, hold_id, populate_existing=True)
    if hold is None or hold.state != HoldState.WAITING:
        raise HoldDecided
    if hold.asked_by == actor.staff_id:
        raise OwnWork
    return order, hold
