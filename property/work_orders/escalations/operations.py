"""Writes of the escalations, within an open unit of work."""

from collections.abc import Collection
from datetime import datetime

from backend.actor import SYSTEM, Permission
from backend.dates import moment_text
from backend.identity import queries as identity
from backend.notifications import operations as notifications
from backend.notifications import queries as notification_queries
from backend.notifications.calls import operations as calls
from backend.workdays.clocks import levels_told, stage_text
from backend.workdays.keeping import Fired
from property.service_levels import operations as service_levels
from property.service_levels.models import ClockKind
from property.service_levels.titles import KIND_NAMES
from property.work_orders import moving, telling
from property.work_orders.escalations import policies
from property.work_orders.escalations.messages import CALLED, ESCALATED
from property.work_orders.models import WorkOrder
from property.work_orders.policies import Step
from property.workforce import queries as workforce


def escalate(order_id: int, now: datetime) -> list[Fired]:
    """Fire every step of an order that has come and tell whom it is for; returns what is new.

    The order is locked before its clocks, so that runners wait for each other and for whoever works on it.
    """
    order = moving.locked(order_id)
    fired = service_levels.fire_due(order.id, now)
    if fired:
        levels = levels_of(order)
        for step in fired:
            _tell(order, step, levels, now)
            moving.note(
                SYSTEM,
                order,
                Step.ESCALATE,
                text=f"{KIND_NAMES[ClockKind(step.kind)]}{stage_text(step.step)}",
                at=now,
                clock=step.kind,
                percent=step.step,
                due_at=step.clock_due_at.isoformat(),
            )
    return fired


def levels_of(order: WorkOrder) -> list[Collection[int]]:
    """Who stands on each level for an order: handler, leads, section, leaders."""
    handler = notification_queries.active_among([order.worker_id]) if order.worker_id is not None else set()
    leads = workforce.leads_of(order.group_id) if order.group_id is not None else []
    place = {"campus_id": order.campus_id, "building_id": order.building_id}
    return [
        handler,
        leads,
        identity.holders(Permission.ORDERS_DISPATCH, **place),
        identity.holders(Permission.ORDERS_APPROVE, **place),
    ]


def _tell(order: WorkOrder, fired: Fired, levels: list[Collection[int]], now: datetime) -> None:
    above = levels_told(levels, fired.step)
    if not above:
        return
    fields = {
        **telling.fields_of(order),
        "clock": KIND_NAMES[ClockKind(fired.kind)],
        "stage": stage_text(fired.step),
        "due": moment_text(fired.clock_due_at),
    }
    dedupe, page = f"escalation {fired.clock_id} {fired.step}", telling.task_page(order.id)
    if order.urgency not in policies.CALLS:
        notifications.notify(ESCALATED, above[0], fields, page=page, dedupe=dedupe)
        return
    chain = policies.chain(levels, fired.step, workforce.on_duty(now))
    # The others of the level learn of it, too; they are called in their turn if the first does not answer.
    notifications.notify(ESCALATED, set(above[0]) - {chain[0]}, fields, page=page, dedupe=dedupe)
    calls.call_urgently(CALLED, chain, fields, page=page, dedupe=dedupe)
