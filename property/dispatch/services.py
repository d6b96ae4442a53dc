"""Use cases of the dispatch board, and changes of the workforce that orders may forbid."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from backend.actor import SYSTEM, Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from backend.errors import AppError
from backend.rules import queries as rule_queries
from property.dispatch import queries, suggesting
from property.dispatch.errors import GroupHasOrders, OneTarget, WorkerHasOrders
from property.dispatch.rules import AUTO_DISPATCH, NONE, URGENT
from property.work_orders import triaging
from property.work_orders.models import State
from property.workforce import operations as workforce_operations
from property.workforce import queries as workforce_queries
from property.workforce import services as workforce_services
from property.workforce.errors import GroupExists, GroupHasWorkers
from property.workforce.queries import GroupView, WorkerView

log = structlog.get_logger(__name__)

# How many numbers of orders a refusal tells.
MOST_NUMBERS: Final = 5
# How many orders one run of the rule looks at; a minute later comes the next.
MOST_BY_RULE: Final = 50
BY_RULE: Final = "按自动派单规则派出"


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of one order; `error` and `msg` are "" where it was given out."""

    order_id: int
    number: str
    is_done: bool
    state: str
    error: str
    msg: str


@atomic
def change_worker(
    actor: Actor,
    *,
    staff_id: int,
    group_id: int,
    skills: Sequence[str] = (),
    is_lead: bool = False,
    building_id: int | None = None,
    capacity: int = 5,
    is_active: bool = True,
) -> WorkerView:
    """Describe a worker anew. Whoever is moved or stops has no open orders, and no duties from today on.

    Raises Forbidden, WorkerNotFound, WorkerHasOrders, WorkerUnsuitable, GroupNotFound, GroupClosed or
    PlaceNotFound.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    worker = workforce_operations.hold_worker(staff_id)
    before = workforce_operations.seen(worker)
    skills_before = workforce_queries.skills_of([staff_id]).get(staff_id, frozenset())
    if worker.is_active and (group_id != worker.group_id or not is_active):
        _ensure_idle(staff_id)
    if group_id != worker.group_id or (is_active and not worker.is_active):
        workforce_operations.ensure_open(workforce_queries.find_group(group_id))
    if is_active and not worker.is_active:
        workforce_operations.ensure_employed_id(staff_id)
    workforce_services.ensure_building(building_id)
    stops = worker.is_active and not is_active
    workforce_operations.describe(
        worker,
        skills,
        group_id=group_id,
        is_lead=is_lead,
        building_id=building_id,
        capacity=capacity,
        is_active=is_active,
    )
    ended = workforce_operations.end_duties(staff_id) if stops else 0
    after = workforce_operations.seen(worker)
    if after != before or skills_before != frozenset(skills):
        record(
            actor,
            "property.worker_changed",
            "worker",
            staff_id,
            before=before,
            after=after,
            skills=sorted(set(skills)),
            duties_ended=ended,
        )
    return workforce_queries.worker_view(staff_id)


def _ensure_idle(staff_id: int) -> None:
    """Raises WorkerHasOrders."""
    numbers = queries.open_of_worker(staff_id)
    if numbers:
        view = workforce_queries.worker_view(staff_id)
        raise WorkerHasOrders(name=view.name, orders=len(numbers), numbers=_told(numbers))


@atomic
def change_group(actor: Actor, *, group_id: int, name: str, is_active: bool = True) -> GroupView:
    """Rename a group, or take it out of use once nobody works in it and nothing is open.

    Raises Forbidden, GroupNotFound, GroupExists, GroupHasWorkers or GroupHasOrders.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    group = workforce_queries.find_group(group_id)
    before = {"name": group.name, "is_active": group.is_active}
    if group.is_active and not is_active:
        workers = workforce_queries.group_view(group_id).workers
        if workers:
            raise GroupHasWorkers(group=group.name, workers=workers)
        numbers = queries.open_of_group(group_id)
        if numbers:
            raise GroupHasOrders(group=group.name, orders=len(numbers), numbers=_told(numbers))
    group.name, group.is_active = name, is_active
    workforce_operations.save(group, GroupExists(group=name))
    after = {"name": name, "is_active": is_active}
    if after != before:
        record(actor, "property.group_changed", "work_group", group_id, before=before, after=after)
    return workforce_queries.group_view(group_id)


def _told(numbers: Sequence[str]) -> str:
    more = " 等" if len(numbers) > MOST_NUMBERS else ""
    return "、".join(numbers[:MOST_NUMBERS]) + more


def assign(
    actor: Actor,
    *,
    order_ids: Sequence[int],
    worker_id: int | None = None,
    group_id: int | None = None,
    is_over_capacity_ok: bool = False,
) -> list[Assigned]:
    """Give these orders to one worker or one group, each in a unit of its own; what each came to.

    What already waits for that very worker or group counts as done, so that a repetition is harmless.
    Raises OneTarget.
    """
    if (worker_id is None) == (group_id is None):
        raise OneTarget
    found = []
    for order_id in dict.fromkeys(order_ids):
        number, state = "", ""
        try:
            order = queries.find(actor, order_id)
            number, state = order.number, order.state
            if not queries.waits_for(order, worker_id=worker_id, group_id=group_id):
                triaging.dispatch(
                    actor,
                    order_id,
                    worker_id=worker_id,
                    group_id=group_id,
                    is_over_capacity_ok=is_over_capacity_ok,
                )
            found.append(Assigned(order_id, number, True, State.DISPATCHED.value, "", ""))
        except AppError as refusal:
            found.append(Assigned(order_id, number, False, state, refusal.code, refusal.msg))
    return found


def dispatch_by_rule() -> int:
    """Give what the rule names to the best worker on duty, if there is one; returns how many were given out.

    A refusal (somebody else was faster, the worker is full by now) leaves the order to the dispatcher.
    """
    wanted = rule_queries.value(AUTO_DISPATCH)
    if wanted == NONE:
        return 0
    order_ids = suggesting.to_dispatch(is_urgent_only=wanted == URGENT, limit=MOST_BY_RULE)
    given = 0
    for order_id in order_ids:
        try:
            best = suggesting.best_for(SYSTEM, order_id)
            if best is not None:
                triaging.dispatch(SYSTEM, order_id, worker_id=best, text=BY_RULE)
                given += 1
        except AppError as refusal:
            log.info("an order was not given out by rule", order_id=order_id, cause=refusal.code)
    return given
