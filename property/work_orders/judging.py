"""Use cases of who says whether the work is good: accepting it, sending it back, reopening it."""

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.rules import queries as rule_queries
from property.service_levels import operations as clocks
from property.work_orders import (
    completing,
    intake,
    moving,
    people,
    policies,
    rollups,
    telling,
    triaging,
    views,
)
from property.work_orders.errors import OutcomeTextNeeded, ReopenTooLate
from property.work_orders.messages import REOPENED, REWORK
from property.work_orders.models import WorkOrder
from property.work_orders.policies import Outcome, Step, Verb
from property.work_orders.refusals import leaving_trace
from property.work_orders.rules import REOPEN_DAYS
from property.work_orders.views import OrderView


@leaving_trace(Verb.VERIFY)
def verify(actor: Actor, order_id: int, *, outcome: Outcome, text: str = "") -> OrderView:
    """Accept finished work (验收); what is resolved in part goes back with what is missing (T29).

    Raises OrderNotFound, OrderState, OrderNotYours, OwnWork or OutcomeTextNeeded.
    """
    order, who, _ = people.entering(actor, order_id, Step.VERIFY)
    policies.ensure_judges(who)
    if outcome is Outcome.PARTLY:
        if not text:
            raise OutcomeTextNeeded
        _send_back(actor, order, text)
    else:
        completing.complete(actor, order, text=text, at=clock.now())
    return views.view(actor, order)


@leaving_trace(Verb.REJECT)
def reject(actor: Actor, order_id: int, *, text: str) -> OrderView:
    """Refuse a report (不予受理, who dispatches), or have finished work done again (返工).

    Raises OrderNotFound, OrderState, OrderNotYours or OwnWork.
    """
    order, who, step = people.entering(actor, order_id, Step.DECLINE, Step.REJECT)
    if step is Step.DECLINE:
        policies.ensure(who.dispatches)
        triaging.decline(actor, order, text)
    else:
        policies.ensure_judges(who)
        _send_back(actor, order, text)
    return views.view(actor, order)


@leaving_trace(Verb.REOPEN)
def reopen(actor: Actor, order_id: int, *, reason: str) -> OrderView:
    """Begin the next cycle of what was completed a few days ago, with clocks of its own (重开).

    The verdicts of the cycle before stand. Raises OrderNotFound, OrderState, OrderNotYours, OwnWork or
    ReopenTooLate.
    """
    order, who, step = people.entering(actor, order_id, Step.REOPEN)
    if not who.dispatches:
        policies.ensure_judges(who)
    now, days = clock.now(), rule_queries.value(REOPEN_DAYS)
    if not policies.may_reopen(order.completed_at, now, days):
        raise ReopenTooLate(days=days)
    with rollups.kept(order):
        order.cycle += 1
        order.reopenings += 1
        order.reworks = 0
        order.worker_id = order.group_id = None
        order.dispatched_at = order.accepted_at = order.arrived_at = None
        order.finished_at = order.completed_at = None
        moving.move(actor, order, step, text=reason, at=now)
        intake.start_clocks(order, now)
    record(actor, "property.order_reopened", "work_order", order.id, number=order.number, reason=reason)
    telling.tell_holders(
        order, REOPENED, Permission.ORDERS_DISPATCH, event="reopened", but=actor.staff_id, why=reason
    )
    return views.view(actor, order)


def _send_back(actor: Actor, order: WorkOrder, text: str) -> None:
    now = clock.now()
    with rollups.kept(order):
        order.reworks += 1
        order.finished_at = None
        moving.move(actor, order, Step.REJECT, text=text, at=now)
        clocks.resume(order.id, order.cycle, now)
    record(actor, "property.order_sent_back", "work_order", order.id, number=order.number, reason=text)
    telling.tell_workers(order, REWORK, event="rework", why=text)
