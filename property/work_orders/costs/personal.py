"""What the costs of orders keep about a person, for the copy of their data."""

from typing import Any

from sqlalchemy import select

from backend.db import db
from backend.money import yuan
from property.work_orders.costs.models import CostKind, CostLine
from property.work_orders.models import WorkOrder


def labour_of(staff_id: int) -> list[dict[str, Any]]:
    """The minutes that somebody worked on orders, as far as they stand, under Chinese names."""
    rows = db.session.execute(
        select(WorkOrder.number, CostLine)
        .join(WorkOrder, WorkOrder.id == CostLine.order_id)
        .where(
            CostLine.worker_id == staff_id,
            CostLine.kind == CostKind.LABOUR.value,
            CostLine.removed_at.is_(None),
        )
        .order_by(CostLine.id)
    )
    return [
        {
            "工单": number,
            "分钟": line.minutes,
            "金额（元）": yuan(line.amount_fen),
            "登记时间": line.added_at,
            "登记人": line.added_by_name,
        }
        for number, line in rows
    ]
