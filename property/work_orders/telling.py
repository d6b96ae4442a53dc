"""Telling people of an order, within an open unit of work."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import select

from backend.actor import Permission
from backend.db import db
from backend.identity import queries as identity
from backend.notifications.kinds import Kind
from backend.notifications.operations import Message, notify, notify_each
from property.work_orders.messages import MASTER_DONE
from property.work_orders.models import State, WorkOrder
from property.workforce import queries as workforce

_WHAT_LENGTH: Final = 40


def fields_of(order: WorkOrder) -> dict[str, str]:
    """What every message says of an order."""
    what = (
        order.description
        if len(order.description) <= _WHAT_LENGTH
        else f"{order.description[:_WHAT_LENGTH]}…"
    )
    return {"number": order.number, "what": what, "place": order.place_path or "未注明地点"}


def report_page(order_id: int) -> str:
    """Where the reporter's phone shows it."""
    return f"pages/repairs/order?id={order_id}"


def task_page(order_id: int) -> str:
    """Where the worker's phone shows it."""
    return f"pages/repairs/task?id={order_id}"


def tell_reporter(order: WorkOrder, kind: Kind, *, event: str, **more: str) -> None:
    """Tell who reported it, if that is a member of staff."""
    if order.reporter_id is not None:
        _tell(order, kind, [order.reporter_id], report_page(order.id), event, more)


def tell_workers(order: WorkOrder, kind: Kind, *, event: str, **more: str) -> None:
    """Tell who has it: the worker, or everybody of the group that it was dispatched to."""
    if order.worker_id is not None:
        told: Collection[int] = [order.worker_id]
    else:
        told = workforce.members(order.group_id) if order.group_id is not None else []
    _tell(order, kind, told, task_page(order.id), event, more)


def tell_one(order: WorkOrder, kind: Kind, staff_id: int, *, event: str, **more: str) -> None:
    """Tell one worker."""
    _tell(order, kind, [staff_id], task_page(order.id), event, more)


def tell_holders(
    order: WorkOrder, kind: Kind, permission: Permission, *, event: str, but: int = 0, **more: str
) -> None:
    """Tell whoever holds a permission where the order is, except for who did it."""
    told = identity.holders(permission, campus_id=order.campus_id, building_id=order.building_id) - {but}
    _tell(order, kind, told, task_page(order.id), event, more)


def tell_of_master(master: WorkOrder, result: str) -> None:
    """Tell the reporters of a master's duplicates how it ended."""
    duplicates = db.session.scalars(
        select(WorkOrder).where(WorkOrder.master_id == master.id, WorkOrder.state == State.DUPLICATE.value)
    ).all()
    notify_each(
        MASTER_DONE,
        [
            Message(
                duplicate.reporter_id,
                {**fields_of(duplicate), "master": master.number, "result": result},
                dedupe=f"master {duplicate.id} {master.cycle}",
                page=report_page(duplicate.id),
            )
            for duplicate in duplicates
            if duplicate.reporter_id is not None
        ],
    )


def _tell(
    order: WorkOrder, kind: Kind, staff_ids: Collection[int], page: str, event: str, more: dict[str, str]
) -> None:
    if staff_ids:
        notify(
            kind,
            staff_ids,
            {**fields_of(order), **more},
            page=page,
            dedupe=f"{event} {order.id}.{order.revision}",
        )
