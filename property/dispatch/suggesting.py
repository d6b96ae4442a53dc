"""Whom an order might be given to, from what is in everybody's hands now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import case, select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from property.categories import queries as category_queries
from property.categories.models import Urgency
from property.contractors import queries as contractor_queries
from property.dispatch import figures, policies, queries
from property.dispatch.policies import Candidate, GroupSuggestion, Job, Suggestion
from property.dispatch.queries import WorkerLoad
from property.work_orders.models import OrderEvent, State, WorkOrder
from property.work_orders.policies import Step
from property.workforce import queries as workforce_queries


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Whom an order might be given to."""

    order: WorkOrder
    skill: str
    contractor: str
    workers: Sequence[Suggestion]
    groups: Sequence[GroupSuggestion]


def suggestions(actor: Actor, *, order_id: int) -> Suggestions:
    """Whom an order might be given to, and why. Raises OrderNotFound."""
    order = queries.find(actor, order_id)
    job, candidates = job_of(order), candidates_for([order_id])[order_id]
    return Suggestions(
        order=order,
        skill=job.skill,
        contractor=job.contractor,
        workers=policies.suggest(job, candidates),
        groups=policies.suggest_groups(job, candidates),
    )


def job_of(order: WorkOrder) -> Job:
    """What an order asks of who does it."""
    category = category_queries.find(order.category_id)
    contractor_id = None
    if order.place_kind is not None and order.place_id is not None:
        place = Ref(PlaceKind(order.place_kind), order.place_id)
        contractor_id = contractor_queries.responsible_for(order.category_id, place, clock.today())
    return Job(
        skill=category.skill,
        campus_id=order.campus_id,
        building_id=order.building_id,
        contractor_id=contractor_id,
        contractor=contractor_queries.names([contractor_id])[contractor_id] if contractor_id else "",
    )


def candidates_for(order_ids: Collection[int]) -> dict[int, list[Candidate]]:
    """For each of these orders, the workers who are available, with what is in their hands now."""
    turned_down = _turned_down(order_ids)
    workers = [
        one for one in workforce_queries.list_workers(is_active=True) if one.is_available and one.may_handle
    ]
    loads = queries.worker_loads(workers, figures.loads(), workforce_queries.on_duty(clock.now()))
    return {
        order_id: [_candidate(one, turned_down.get(order_id, set())) for one in loads]
        for order_id in order_ids
    }


def best_for(actor: Actor, order_id: int) -> int | None:
    """Whom an order may be given to without asking a person, or None. Raises OrderNotFound."""
    found = policies.best(job_of(queries.find(actor, order_id)), candidates_for([order_id])[order_id])
    return found.staff_id if found is not None else None


def to_dispatch(*, is_urgent_only: bool, limit: int) -> list[int]:
    """What is 待派单, the most urgent first, then the oldest."""
    rank = case({urgency.value: rank for rank, urgency in enumerate(Urgency)}, value=WorkOrder.urgency)
    statement = select(WorkOrder.id).where(figures.OPEN, WorkOrder.state == State.TRIAGED.value)
    if is_urgent_only:
        statement = statement.where(WorkOrder.urgency != Urgency.ORDINARY.value)
    return list(db.session.scalars(statement.order_by(rank, WorkOrder.submitted_at).limit(limit)))


def _turned_down(order_ids: Collection[int]) -> dict[int, set[int]]:
    """Who has given these orders back or away."""
    steps = [Step.RETURN.value, Step.TRANSFER.value]
    found: dict[int, set[int]] = {}
    statement = select(OrderEvent.order_id, OrderEvent.actor_id).where(
        OrderEvent.order_id.in_(order_ids), OrderEvent.step.in_(steps)
    )
    for order_id, staff_id in db.session.execute(statement):
        found.setdefault(order_id, set()).add(staff_id)
    return found


def _candidate(load: WorkerLoad, turned_down: Collection[int]) -> Candidate:
    worker = load.worker
    return Candidate(
        staff_id=worker.staff_id,
        name=worker.name,
        group_id=worker.group_id,
        group=worker.group,
        contractor_id=worker.contractor_id,
        skills=frozenset(worker.skills),
        building_id=worker.building_id or 0,
        campus_id=worker.campus_id,
        capacity=worker.capacity,
        open=load.open,
        is_on_duty=load.is_on_duty,
        has_turned_down=worker.staff_id in turned_down,
    )
