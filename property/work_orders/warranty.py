"""Whether somebody else owes the work: the warranty of an asset, or that of an earlier repair.

An earlier repair is warranted by the contractor who completed it, for as many days as its category says, for
the same asset, or at the same place where no asset was named. What the house's own workers did before is
nobody's to pay but the house's.
"""

from datetime import date, time, timedelta

from sqlalchemy import ColumnElement, and_, select

from backend import clock
from backend.db import db
from property.assets import queries as asset_queries
from property.categories.models import Category
from property.contractors.models import Contractor
from property.work_orders.models import State, WorkOrder

_DONE = [State.COMPLETED.value, State.TO_RATE.value, State.CLOSED.value]


def flag(order: WorkOrder) -> None:
    """Write on the order whether its work is under warranty on the day of its submission, and why."""
    reason = reason_of(order)
    order.is_warranty = reason is not None
    order.warranty_reason = reason or ""


def reason_of(order: WorkOrder) -> str | None:
    """Why the work is under warranty; None if it is not."""
    on = clock.local(order.submitted_at).date()
    return _of_asset(order.asset_id, on) or _of_work(order, on)


def _of_asset(asset_id: int | None, on: date) -> str | None:
    if asset_id is None:
        return None
    until = asset_queries.warranty_of(asset_id, on)
    return f"设备保修至 {until.isoformat()}" if until is not None else None


def _of_work(order: WorkOrder, on: date) -> str | None:
    days = db.session.scalar(select(Category.warranty_days).where(Category.id == order.category_id)) or 0
    if not days or (order.asset_id is None and order.place_kind is None):
        return None
    # The day of completion is day 0, the last one of the warranty counts in full.
    since = clock.at_local(on - timedelta(days=days), time.min)
    found = db.session.execute(
        select(WorkOrder.number, WorkOrder.completed_at, Contractor.short_name)
        .join(Contractor, Contractor.id == WorkOrder.contractor_id)
        .where(
            _same_thing(order),
            WorkOrder.category_id == order.category_id,
            WorkOrder.state.in_(_DONE),
            WorkOrder.completed_at >= since,
            WorkOrder.submitted_at < order.submitted_at,
            WorkOrder.id != order.id,
        )
        .order_by(WorkOrder.completed_at.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    number, completed_at, contractor = found
    ends_on = clock.local(completed_at or order.submitted_at).date() + timedelta(days=days)
    return f"工单 {number}（{contractor}）完工后保修 {days} 天，至 {ends_on.isoformat()}"


def _same_thing(order: WorkOrder) -> ColumnElement[bool]:
    if order.asset_id is not None:
        return WorkOrder.asset_id == order.asset_id
    return and_(
        WorkOrder.place_kind == order.place_kind,
        WorkOrder.place_id == order.place_id,
        WorkOrder.asset_id.is_(None),
    )
