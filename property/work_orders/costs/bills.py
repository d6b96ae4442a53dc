"""Reads of orders' bills and of the estimates that wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, false, or_, select, true

from backend.actor import Actor, Permission
from backend.db import db
from backend.errors import Forbidden
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from property.work_orders import proofs
from property.work_orders import queries as order_queries
from property.work_orders.costs import policies
from property.work_orders.costs.models import CostKind, CostLine, Estimate, EstimateState, Store
from property.work_orders.errors import OrderNotYours
from property.work_orders.models import WorkOrder
from property.work_orders.rules import COST_LIMIT_FEN

ADD, ASK, APPROVE, SET_WARRANTY = "add", "ask", "approve", "set_warranty"
_UNDECIDED: Final = EstimateState.WAITING.value


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of a bill. `quantity` are hundredths of the unit, of labour the minutes are beside it."""

    id: int
    kind: CostKind
    title: str
    unit: str
    quantity: int
    minutes: int
    unit_fen: int
    amount_fen: int
    material_id: int | None
    store_id: int | None
    store_name: str
    worker_id: int | None
    cycle: int
    added_at: datetime
    added_by_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateView:
    """What somebody expects an order to cost, and what the approver said."""

    id: int
    order_id: int
    order_number: str
    amount_fen: int
    reason: str
    state: EstimateState
    asked_at: datetime
    asked_by_name: str
    decided_at: datetime | None
    decided_by_name: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What an order costs. `cost_fen` is the house's share; `can` is what the actor may do with it now."""

    order_id: int
    order_number: str
    materials: Sequence[BillLine]
    labour: Sequence[BillLine]
    others: Sequence[BillLine]
    materials_fen: int
    labour_fen: int
    others_fen: int
    total_fen: int
    minutes: int
    cost_fen: int
    is_warranty: bool
    warranty_reason: str
    limit_fen: int
    approved_fen: int
    needs_approval: bool
    estimates: Sequence[EstimateView]
    can: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEstimate:
    """An estimate that waits, with the order that it is about."""

    estimate: EstimateView
    place: str
    description: str
    cost_fen: int


def get_bill(actor: Actor, *, order_id: int) -> Bill:
    """The bill of an order. Raises OrderNotFound, or OrderNotYours for its reporter."""
    order = order_queries.find(actor, order_id)
    if not policies.may_see_bill(actor, order):
        raise OrderNotYours
    return bill_of(actor, order)


def bill_of(actor: Actor, order: WorkOrder) -> Bill:
    """The bill of an order that the actor may see."""
    lines = lines_of(order.id)
    by_kind = {kind: [line for line in lines if line.kind is kind] for kind in CostKind}
    sums = {kind: sum(line.amount_fen for line in some) for kind, some in by_kind.items()}
    estimates = _estimates_of(order)
    limit = rule_queries.value(COST_LIMIT_FEN)
    return Bill(
        order_id=order.id,
        order_number=order.number,
        materials=by_kind[CostKind.MATERIAL],
        labour=by_kind[CostKind.LABOUR],
        others=by_kind[CostKind.OTHER],
        materials_fen=sums[CostKind.MATERIAL],
        labour_fen=sums[CostKind.LABOUR],
        others_fen=sums[CostKind.OTHER],
        total_fen=sum(sums.values()),
        minutes=sum(line.minutes for line in lines),
        cost_fen=order.cost_fen,
        is_warranty=order.is_warranty,
        warranty_reason=order.warranty_reason,
        limit_fen=limit,
        approved_fen=order.approved_fen,
        needs_approval=proofs.needs_agreement(order.cost_fen, limit, order.approved_fen),
        estimates=[_view(each, order.number) for each in estimates],
        can=_can(actor, order, estimates),
    )


def lines_of(order_id: int) -> list[BillLine]:
    """The lines that stand, in the order in which they were added; one statement."""
    rows = db.session.execute(
        select(CostLine, Store.name)
        .outerjoin(Store, Store.id == CostLine.store_id)
        .where(CostLine.order_id == order_id, CostLine.removed_at.is_(None))
        .order_by(CostLine.id)
    )
    return [
        BillLine(
            *(line.id, CostKind(line.kind), line.title, line.unit, line.hundredths, line.minutes),
            *(line.unit_fen, line.amount_fen, line.material_id, line.store_id, store or ""),
            *(line.worker_id, line.cycle, line.added_at, line.added_by_name),
        )
        for line, store in rows
    ]


def page_waiting(actor: Actor, *, page: int, page_size: int) -> Page:
    """The estimates that wait for the actor, the oldest first. Raises Forbidden."""
    if not actor.can(Permission.ORDERS_APPROVE):
        raise Forbidden
    columns: tuple[Any, ...] = (Estimate, WorkOrder)
    statement = (
        select(*columns)
        .join(WorkOrder, WorkOrder.id == Estimate.order_id)
        .where(
            Estimate.state == _UNDECIDED,
            WorkOrder.state.in_(policies.ESTIMATE_STATES),
            _approved_by(actor),
        )
        .order_by(Estimate.asked_at, Estimate.id)
    )
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    rows = [
        WaitingEstimate(
            estimate=_view(estimate, order.number),
            place=order.place_path,
            description=order.description,
            cost_fen=order.cost_fen,
        )
        for estimate, order in found.rows
    ]
    return Page(rows, found.total, found.page, found.page_size)


def _approved_by(actor: Actor) -> ColumnElement[bool]:
    reach = actor.reach(Permission.ORDERS_APPROVE)
    if reach.everywhere:
        return true()
    if not reach.campus_ids and not reach.building_ids:
        return false()
    return or_(WorkOrder.campus_id.in_(reach.campus_ids), WorkOrder.building_id.in_(reach.building_ids))


def _estimates_of(order: WorkOrder) -> Sequence[Estimate]:
    statement = select(Estimate).where(Estimate.order_id == order.id).order_by(Estimate.id.desc())
    return db.session.scalars(statement).all()


def _view(estimate: Estimate, order_number: str) -> EstimateView:
    return EstimateView(
        id=estimate.id,
        order_id=estimate.order_id,
        order_number=order_number,
        amount_fen=estimate.amount_fen,
        reason=estimate.reason,
        state=EstimateState(estimate.state),
        asked_at=estimate.asked_at,
        asked_by_name=estimate.asked_by_name,
        decided_at=estimate.decided_at,
        decided_by_name=estimate.decided_by_name,
        decision=estimate.decision,
    )


def _can(actor: Actor, order: WorkOrder, estimates: Sequence[Estimate]) -> list[str]:
    waiting = next((each for each in estimates if each.state == _UNDECIDED), None)
    is_estimable = order.state in policies.ESTIMATE_STATES and policies.may_add(actor, order)
    possible = {
        ADD: order.state in policies.BILL_STATES and policies.may_add(actor, order),
        ASK: is_estimable and waiting is None and not order.is_warranty,
        APPROVE: waiting is not None
        and order.state in policies.ESTIMATE_STATES
        and policies.may_approve(actor, order, waiting.asked_by),
        SET_WARRANTY: order.state in policies.WARRANTY_STATES and policies.may_manage_bill(actor, order),
    }
    return [name for name, is_possible in possible.items() if is_possible]
