"""Use cases of who does the work: taking an order, giving it back, arriving, holding, finishing.

A worker's phone may have been cut off: `happened_at` says when a step was taken, and counts within the grace
of `OFFLINE_GRACE_MINUTES`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import db
from backend.rules import queries as rule_queries
from property.categories.models import Category
from property.service_levels import operations as clocks
from property.service_levels.models import ClockKind, PauseKind
from property.work_orders import (
    holds,
    moving,
    people,
    policies,
    proofs,
    queries,
    rollups,
    telling,
    triaging,
    views,
)
from property.work_orders.errors import HoldEvidenceNeeded, PartsOpen
from property.work_orders.messages import ACCEPTED, FINISHED, RETURNED, TAKEN_AWAY
from property.work_orders.models import OrderEvent, WorkOrder
from property.work_orders.policies import TRANSITIONS, Step, Verb
from property.work_orders.refusals import leaving_trace
from property.work_orders.rules import OFFLINE_GRACE_MINUTES
from property.work_orders.views import OrderView


@leaving_trace(Verb.ACCEPT)
def accept(actor: Actor, order_id: int, *, happened_at: datetime | None = None) -> OrderView:
    """Take a report in (受理, who dispatches), or take on what was dispatched to one (接单).

    Raises OrderNotFound, OrderState, OrderNotYours, HappenedInFuture or WorkerFull.
    """
    order, who, step = people.entering(actor, order_id, Step.TRIAGE, Step.ACCEPT)
    if step is Step.TRIAGE:
        policies.ensure(who.dispatches)
        triaging.triage(actor, order, clock.now())
        return views.view(actor, order)
    policies.ensure(who.may_take)
    at, is_late = _counted(order, happened_at)
    with rollups.kept(order):
        if order.worker_id is None:
            triaging.ensure_room(order, actor.staff_id)
        _take_on(actor, order, step, at=at, is_late=is_late)
    return views.view(actor, order)


@leaving_trace(Verb.GRAB)
def grab(actor: Actor, order_id: int) -> OrderView:
    """Take what is free (抢单); of two at once the second hears of a conflict.

    Raises OrderNotFound, OrderState, OrderNotYours or WorkerFull.
    """
    order, who, step = people.entering(actor, order_id, Step.GRAB)
    policies.ensure(who.may_grab)
    with rollups.kept(order):
        triaging.belong_to_group(order, triaging.ensure_room(order, actor.staff_id))
        _take_on(actor, order, step, at=clock.now(), is_late=False)
    return views.view(actor, order)


@leaving_trace(Verb.RETURN)
def give_back(actor: Actor, order_id: int, *, reason: str, happened_at: datetime | None = None) -> OrderView:
    """Send what was dispatched to one back (退单), or call it back as who dispatched; no clock is reset.

    Raises OrderNotFound, OrderState, OrderNotYours or HappenedInFuture.
    """
    order, who, step = people.entering(actor, order_id, Step.RETURN)
    policies.ensure(who.may_take or who.dispatches)
    at, is_late = _counted(order, happened_at)
    is_returned = who.may_take
    if not is_returned:
        telling.tell_workers(order, TAKEN_AWAY, event="taken away", why=reason)
    with rollups.kept(order):
        _let_go(order)
        order.returns += is_returned
        moving.move(actor, order, step, text=reason, at=at, is_late=is_late)
    record(actor, "property.order_returned", "work_order", order.id, number=order.number, reason=reason)
    if is_returned:
        _tell_dispatchers(actor, order, reason)
    return views.view(actor, order)


@leaving_trace(Verb.TRANSFER)
def transfer(actor: Actor, order_id: int, *, reason: str, happened_at: datetime | None = None) -> OrderView:
    """Give up what one has begun, for somebody else (转单); no clock is reset.

    Raises OrderNotFound, OrderState, OrderNotYours or HappenedInFuture.
    """
    order, who, step = people.entering(actor, order_id, Step.TRANSFER)
    policies.ensure(who.is_handler or who.dispatches)
    at, is_late = _counted(order, happened_at)
    holds.drop(actor, order, at=at)
    if not who.is_handler:
        telling.tell_workers(order, TAKEN_AWAY, event="taken away", why=reason)
    with rollups.kept(order):
        _let_go(order)
        order.transfers += 1
        order.arrived_at = None
        moving.move(actor, order, step, text=reason, at=at, is_late=is_late)
    record(actor, "property.order_transferred", "work_order", order.id, number=order.number, reason=reason)
    if who.is_handler:
        _tell_dispatchers(actor, order, reason)
    return views.view(actor, order)


@leaving_trace(Verb.ARRIVE)
def arrive(
    actor: Actor,
    order_id: int,
    *,
    before_photo_ids: Sequence[int] = (),
    happened_at: datetime | None = None,
) -> OrderView:
    """Say that one is there, perhaps with photos of how it was; again is harmless.

    Raises OrderNotFound, OrderState, OrderNotYours, HappenedInFuture, TooManyProofs or PhotoNotFound.
    """
    order, who, step = people.entering(actor, order_id, Step.ARRIVE)
    policies.ensure(who.is_handler)
    at, is_late = _counted(order, happened_at)
    proofs.attach(actor, order, before=before_photo_ids)
    if order.arrived_at is None:
        order.arrived_at = at
        moving.move(actor, order, step, at=at, is_late=is_late)
    return views.view(actor, order)


@leaving_trace(Verb.HOLD)
def hold(
    actor: Actor,
    order_id: int,
    *,
    reason: str,
    expected_until: datetime,
    photo_ids: Sequence[int],
    happened_at: datetime | None = None,
) -> OrderView:
    """Put an order off until `expected_until` (挂起), or ask an approver to allow it.

    Raises OrderNotFound, OrderState, OrderNotYours, HappenedInFuture, HoldEvidenceNeeded, HoldUntilInvalid,
    HoldWaits or PhotoNotFound.
    """
    order, who, _ = people.entering(actor, order_id, Step.HOLD)
    policies.ensure(who.is_handler)
    if not photo_ids:
        raise HoldEvidenceNeeded
    at, is_late = _counted(order, happened_at)
    with rollups.kept(order):
        holds.ask(
            actor,
            order,
            reason=reason,
            expected_until=expected_until,
            photo_ids=photo_ids,
            at=at,
            is_late=is_late,
        )
    return views.view(actor, order)


@leaving_trace(Verb.RESUME)
def resume(actor: Actor, order_id: int, *, happened_at: datetime | None = None) -> OrderView:
    """Go on with a held order. Raises OrderNotFound, OrderState, OrderNotYours or HappenedInFuture."""
    order, who, _ = people.entering(actor, order_id, Step.RESUME)
    policies.ensure(who.is_handler or who.dispatches)
    at, is_late = _counted(order, happened_at)
    with rollups.kept(order):
        holds.end(actor, order, at=at, is_late=is_late)
    record(actor, "property.order_resumed", "work_order", order.id, number=order.number)
    return views.view(actor, order)


@leaving_trace(Verb.FINISH)
def finish(
    actor: Actor,
    order_id: int,
    *,
    result: str,
    labour_minutes: int = 0,
    before_photo_ids: Sequence[int] = (),
    after_photo_ids: Sequence[int] = (),
    signature_photo_ids: Sequence[int] = (),
    happened_at: datetime | None = None,
) -> OrderView:
    """Say that the work is done, with the proofs that the category demands.

    Raises OrderNotFound, OrderState, OrderNotYours, HappenedInFuture, PartsOpen, ProofMissing, TooManyProofs,
    CostNotAgreed or PhotoNotFound.
    """
    order, who, step = people.entering(actor, order_id, Step.FINISH)
    policies.ensure(who.is_handler)
    at, is_late = _counted(order, happened_at)
    parts = queries.open_parts(order.id)
    if parts:
        raise PartsOpen(open=parts)
    proofs.ensure_proved(
        order,
        _category(order),
        before=before_photo_ids,
        after=after_photo_ids,
        signature_ids=signature_photo_ids,
    )
    proofs.ensure_agreed(order)
    proofs.attach(
        actor, order, before=before_photo_ids, after=after_photo_ids, signature_ids=signature_photo_ids
    )
    holds.drop(actor, order, at=at)
    with rollups.kept(order):
        order.result = result
        order.labour_minutes = order.labour_minutes or labour_minutes
        moving.move(actor, order, step, text=result, at=at, is_late=is_late)
        clocks.pause(order.id, order.cycle, PauseKind.ACCEPTANCE, at)
    record(actor, "property.order_finished", "work_order", order.id, number=order.number)
    telling.tell_reporter(order, FINISHED, event="finished")
    return views.view(actor, order)


def _take_on(actor: Actor, order: WorkOrder, step: Step, *, at: datetime, is_late: bool) -> None:
    """Become the worker of an order; the first who does in a cycle ends the response clock."""
    order.worker_id = actor.staff_id
    moving.move(actor, order, step, at=at, is_late=is_late)
    clocks.meet(order.id, order.cycle, ClockKind.RESPONSE, at)
    order.accepted_at = order.accepted_at or at
    record(actor, f"property.order_{_TAKEN[step]}", "work_order", order.id, number=order.number)
    telling.tell_reporter(order, ACCEPTED, event="accepted", who=actor.name)


_TAKEN = {Step.ACCEPT: "accepted", Step.GRAB: "grabbed"}


def _let_go(order: WorkOrder) -> None:
    order.worker_id = order.group_id = None
    order.dispatched_at = None


def _counted(order: WorkOrder, said: datetime | None) -> tuple[datetime, bool]:
    if said is None:
        return clock.now(), False
    # What others said meanwhile (a reminder, an escalation) is no step that it came after.
    steps = [step.value for step in TRANSITIONS]
    previous = db.session.scalar(
        select(func.max(OrderEvent.at)).where(OrderEvent.order_id == order.id, OrderEvent.step.in_(steps))
    )
    return policies.happened_at(
        said,
        now=clock.now(),
        previous=previous or order.submitted_at,
        grace=timedelta(minutes=rule_queries.value(OFFLINE_GRACE_MINUTES)),
    )


def _category(order: WorkOrder) -> Category:
    found = db.session.get(Category, order.category_id)
    if found is None:
        raise LookupError(f"order {order.id} has no category")
    return found


def _tell_dispatchers(actor: Actor, order: WorkOrder, reason: str) -> None:
    telling.tell_holders(
        order,
        RETURNED,
        Permission.ORDERS_DISPATCH,
        event="returned",
        but=actor.staff_id,
        who=actor.name,
        why=reason,
    )
