"""How an order is completed, in an open unit: by who reported it, in their stead, or by the system."""

from datetime import datetime

from backend.actor import SYSTEM, Actor
from backend.audit.operations import record
from backend.identity.models import StaffStatus
from backend.identity.queries import find_staff
from property.service_levels import operations as clocks
from property.service_levels.models import ClockKind
from property.work_orders import moving, rollups, telling
from property.work_orders.messages import COMPLETED, VERIFIED_FOR_YOU
from property.work_orders.models import WorkOrder
from property.work_orders.policies import Step


def complete(
    actor: Actor, order: WorkOrder, *, text: str = "", at: datetime, is_system: bool = False
) -> None:
    """Accept the finished work of a locked order, invite to rate it, and tell who waits for it.

    The resolution clock ends when the work was finished, not now (T22). With `is_system` nobody accepted it
    in time, and the reporter is told so. Raises OrderState.
    """
    with rollups.kept(order):
        moving.move(actor, order, Step.VERIFY, text=text, at=at, is_system=is_system)
        clocks.meet(order.id, order.cycle, ClockKind.RESOLUTION, order.finished_at or at)
        if may_be_rated(order):
            moving.move(SYSTEM, order, Step.INVITE, at=at)
    record(actor, "property.order_completed", "work_order", order.id, number=order.number)
    telling.tell_reporter(order, VERIFIED_FOR_YOU if is_system else COMPLETED, event="completed")
    telling.tell_of_master(order, "已完成")


def may_be_rated(order: WorkOrder) -> bool:
    """Whether there is a reporter on the roster who did not do the work."""
    if order.reporter_id is None or order.reporter_id == order.worker_id:
        return False
    return find_staff(order.reporter_id).status == StaffStatus.ACTIVE
