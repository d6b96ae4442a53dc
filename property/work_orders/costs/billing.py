"""Use cases of an order's bill: lines, estimates, warranty.

The order's row is locked first, so that its sums are those of its lines, and so that nothing is added to what
is being finished.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db
from backend.identity.queries import find_staff
from backend.money import yuan
from backend.refusals import refusing_clashes
from backend.rules import queries as rule_queries
from property.work_orders import moving, rollups, telling
from property.work_orders import policies as order_policies
from property.work_orders import queries as order_queries
from property.work_orders.costs import bills, operations, policies, queries
from property.work_orders.costs.bills import Bill
from property.work_orders.costs.errors import (
    CostLineNotFound,
    DecisionNeeded,
    EstimateDecided,
    EstimateNotFound,
    EstimateWaits,
)
from property.work_orders.costs.messages import ESTIMATE_ASKED, ESTIMATE_DECIDED
from property.work_orders.costs.models import CostKind, CostLine, Estimate, EstimateState
from property.work_orders.errors import NotAWorker, OrderNotYours, OwnWork
from property.work_orders.models import WorkOrder
from property.work_orders.policies import Step
from property.work_orders.rules import LABOUR_RATE_FEN
from property.workforce import queries as workforce


@atomic
def add_material(actor: Actor, *, order_id: int, material_id: int, store_id: int, quantity: int) -> Bill:
    """Take material out of a store for an order, at today's price; `quantity` in hundredths.

    Raises OrderNotFound, OrderNotYours, OrderState, StoreNotFound, StoreOutOfUse, MaterialNotFound,
    MaterialOutOfUse or StockShort.
    """
    order, now = _for_adding(actor, order_id), clock.now()
    store, material = queries.find_store(actor, store_id), queries.find_material(material_id)
    operations.ensure_in_use(store, [material])
    line = _add(
        actor,
        order,
        CostKind.MATERIAL,
        title=f"{material.name} {material.spec}".strip(),
        unit_fen=material.price_fen,
        amount_fen=policies.amount_of(quantity, material.price_fen),
        at=now,
        unit=material.unit,
        material_id=material.id,
        store_id=store.id,
        hundredths=quantity,
    )
    operations.issue(actor, line, store.id, material, at=now)
    return _rebilled(actor, order)


@atomic
def add_labour(actor: Actor, *, order_id: int, minutes: int, worker_id: int | None = None) -> Bill:
    """Write down a worker's minutes, by default one's own, at the rate of today.

    Raises OrderNotFound, OrderNotYours, OrderState or NotAWorker.
    """
    order, now = _for_adding(actor, order_id), clock.now()
    worker = workforce.worker_of(worker_id or actor.staff_id)
    if worker is None:
        raise NotAWorker
    rate = rule_queries.value(LABOUR_RATE_FEN)
    _add(
        actor,
        order,
        CostKind.LABOUR,
        title=find_staff(worker.staff_id).name,
        unit_fen=rate,
        amount_fen=policies.labour_of(minutes, rate),
        at=now,
        unit="小时",
        worker_id=worker.staff_id,
        minutes=minutes,
    )
    return _rebilled(actor, order)


@atomic
def add_other(actor: Actor, *, order_id: int, text: str, amount_fen: int) -> Bill:
    """Write down any other expense. Raises OrderNotFound, OrderNotYours or OrderState."""
    order = _for_adding(actor, order_id)
    _add(
        actor, order, CostKind.OTHER, title=text, unit_fen=amount_fen, amount_fen=amount_fen, at=clock.now()
    )  # fmt: skip
    return _rebilled(actor, order)


@atomic
def remove(actor: Actor, *, order_id: int, line_id: int) -> Bill:
    """Strike a line out; its material goes back to its store.

    Raises OrderNotFound, OrderNotYours, OrderState or CostLineNotFound.
    """
    order, now = _for_adding(actor, order_id), clock.now()
    line = db.session.scalars(
        select(CostLine).where(
            CostLine.id == line_id, CostLine.order_id == order.id, CostLine.removed_at.is_(None)
        )
    ).one_or_none()
    if line is None:
        raise CostLineNotFound
    line.removed_at, line.removed_by = now, actor.staff_id
    operations.take_back(actor, line, at=now)
    return _rebilled(actor, order)


@atomic
def ask(actor: Actor, *, order_id: int, amount_fen: int, reason: str) -> Bill:
    """Ask the approvers of the place to agree to what an order is going to cost in all.

    Raises OrderNotFound, OrderNotYours, OrderState or EstimateWaits.
    """
    order, now = _locked(actor, order_id), clock.now()
    order_policies.ensure(policies.may_add(actor, order))
    if order.state not in policies.ESTIMATE_STATES:
        raise order_policies.refusal(order.state)
    with refusing_clashes(EstimateWaits()):
        db.session.add(
            Estimate(
                order_id=order.id,
                cycle=order.cycle,
                amount_fen=amount_fen,
                reason=reason,
                state=EstimateState.WAITING.value,
                asked_at=now,
                asked_by=actor.staff_id,
                asked_by_name=actor.name,
            )
        )
    amount = yuan(amount_fen)
    moving.note(actor, order, Step.NOTE, text=f"报价 {amount} 元，待审批：{reason}", at=now)
    telling.tell_holders(
        order,
        ESTIMATE_ASKED,
        Permission.ORDERS_APPROVE,
        event="estimate",
        but=actor.staff_id,
        amount=amount,
        why=reason,
    )
    return _shown(actor, order)


@atomic
def decide(actor: Actor, *, order_id: int, estimate_id: int, is_agreed: bool, text: str = "") -> Bill:
    """Agree to an estimate or refuse it, with a reason.

    Raises OrderNotFound, EstimateNotFound, OwnWork, OrderNotYours, EstimateDecided, OrderState or
    DecisionNeeded.
    """
    order, now = _locked(actor, order_id), clock.now()
    estimate = db.session.get(Estimate, estimate_id, populate_existing=True)
    if estimate is None or estimate.order_id != order.id:
        raise EstimateNotFound
    if actor.staff_id in (order.worker_id, estimate.asked_by):
        raise OwnWork
    order_policies.ensure(policies.may_approve(actor, order, estimate.asked_by))
    if estimate.state != EstimateState.WAITING:
        raise EstimateDecided
    if order.state not in policies.ESTIMATE_STATES:
        raise order_policies.refusal(order.state)
    if not is_agreed and not text:
        raise DecisionNeeded
    estimate.state = (EstimateState.AGREED if is_agreed else EstimateState.REFUSED).value
    estimate.decided_at, estimate.decided_by = now, actor.staff_id
    estimate.decided_by_name, estimate.decision = actor.name, text
    if is_agreed:
        order.approved_fen = estimate.amount_fen
    _tell_decision(actor, order, estimate, is_agreed, now)
    return _shown(actor, order)


def _tell_decision(actor: Actor, order: WorkOrder, estimate: Estimate, is_agreed: bool, at: datetime) -> None:
    amount = yuan(estimate.amount_fen)
    result = "已获同意" if is_agreed else f"未获同意（{estimate.decision}）"
    moving.note(actor, order, Step.NOTE, text=f"报价 {amount} 元{result}", at=at)
    telling.tell_one(
        order, ESTIMATE_DECIDED, estimate.asked_by, event="estimate decided", amount=amount, result=result
    )
    record(
        actor,
        "property.estimate_decided",
        "work_order",
        order.id,
        amount_fen=estimate.amount_fen,
        state="同意" if is_agreed else "不同意",
        reason=estimate.decision,
    )


@atomic
def set_warranty(actor: Actor, *, order_id: int, is_warranty: bool, reason: str) -> Bill:
    """Say by hand whether an order's work is under warranty, against what was found.

    Raises OrderNotFound, OrderNotYours or OrderState.
    """
    order = _locked(actor, order_id)
    order_policies.ensure(policies.may_manage_bill(actor, order))
    if order.state not in policies.WARRANTY_STATES:
        raise order_policies.refusal(order.state)
    order.is_warranty = is_warranty
    order.warranty_reason = reason[:200]
    said = "列入保修" if is_warranty else "不列入保修"
    moving.note(actor, order, Step.NOTE, text=f"{said}：{reason}", at=clock.now())
    record(
        actor, "property.warranty_set", "work_order", order.id, is_warranty=is_warranty, reason=reason
    )  # fmt: skip
    return _rebilled(actor, order)


def _locked(actor: Actor, order_id: int) -> WorkOrder:
    """A visible order, locked; its reporter is told that the bill is none of theirs."""
    order_queries.find(actor, order_id)
    order = moving.locked(order_id)
    if not policies.may_see_bill(actor, order):
        raise OrderNotYours
    return order


def _for_adding(actor: Actor, order_id: int) -> WorkOrder:
    order = _locked(actor, order_id)
    order_policies.ensure(policies.may_add(actor, order))
    if order.state not in policies.BILL_STATES:
        raise order_policies.refusal(order.state)
    return order


def _add(
    actor: Actor,
    order: WorkOrder,
    kind: CostKind,
    *,
    title: str,
    unit_fen: int,
    amount_fen: int,
    at: datetime,
    **columns: Any,
) -> CostLine:
    line = CostLine(
        order_id=order.id,
        cycle=order.cycle,
        kind=kind.value,
        title=title,
        unit_fen=unit_fen,
        amount_fen=amount_fen,
        added_at=at,
        added_by=actor.staff_id,
        added_by_name=actor.name,
        **{"unit": "", "hundredths": 0, "minutes": 0, **columns},
    )
    db.session.add(line)
    db.session.flush()  # The movement of its material names it.
    return line


def _rebilled(actor: Actor, order: WorkOrder) -> Bill:
    """The bill, once the order says what it comes to."""
    db.session.flush()
    total, minutes = db.session.execute(
        select(
            func.coalesce(func.sum(CostLine.amount_fen), 0), func.coalesce(func.sum(CostLine.minutes), 0)
        ).where(CostLine.order_id == order.id, CostLine.removed_at.is_(None))
    ).one()
    with rollups.kept(order):
        order.cost_fen = policies.house_share(int(total), order.is_warranty)
        order.labour_minutes = int(minutes)
        order.revision += 1
    return _shown(actor, order)


def _shown(actor: Actor, order: WorkOrder) -> Bill:
    db.session.flush()  # The bill reads what was added.
    return bills.bill_of(actor, order)
