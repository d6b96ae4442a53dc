"""Reads of the dispatch board, scoped by where the actor may dispatch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.paging import Page
from backend.workdays.models import Verdict
from property.categories import queries as category_queries
from property.categories.errors import CategoryNotFound
from property.categories.models import Urgency
from property.categories.tree import CategoryTree, CategoryView
from property.dispatch import figures
from property.dispatch.figures import LOAD_STATES, Dues, Filters
from property.service_levels.models import Clock, ClockKind
from property.work_orders.errors import OrderNotFound
from property.work_orders.models import OPEN_STATES, Hold, HoldState, State, WorkOrder
from property.work_orders.policies import STATE_NAMES
from property.workforce import queries as workforce_queries
from property.workforce.queries import GroupView, WorkerView

EXCERPT = 80


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many orders are in a state, by urgency."""

    state: State
    state_name: str
    orders: int
    critical: int
    urgent: int
    ordinary: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The figures at the head of the board. `unassigned` are 待受理 and 待派单."""

    states: Sequence[StateCount]
    open: int
    unassigned: int
    response_overdue: int
    resolution_overdue: int
    due_soon: int
    holds_waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """An order that waits. `due_at` is null where no clock runs; `hold` is a wish that waits for approval."""

    id: int
    number: str
    state: State
    state_name: str
    urgency: Urgency
    category: str
    category_name: str
    skill: str
    place_path: str
    campus_id: int
    building_id: int
    description: str
    submitted_at: datetime
    appointment_from: datetime | None
    appointment_until: datetime | None
    group_id: int | None
    group: str
    worker_id: int | None
    worker: str
    reminders: int
    returns: int
    due_at: datetime | None
    due_kind: ClockKind | None
    is_overdue: bool
    hold: Hold | None


@dataclass(frozen=True, slots=True)
class WorkerLoad:
    """A worker with what is open in his hands."""

    worker: WorkerView
    dispatched: int
    working: int
    held: int
    is_on_duty: bool

    @property
    def open(self) -> int:
        """What counts against the capacity."""
        return self.dispatched + self.working + self.held

    @property
    def is_full(self) -> bool:
        """Whether there is no room for one more."""
        return self.open >= self.worker.capacity


@dataclass(frozen=True, slots=True)
class GroupLoad:
    """A group with its workers' load; `waiting` was given to the group, and nobody has taken it on yet."""

    group: GroupView
    on_duty: int
    waiting: int
    open: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Board:
    """The board at one moment."""

    as_of: datetime
    counts: Counts
    queue: Page
    workers: Sequence[WorkerLoad]
    groups: Sequence[GroupLoad]


@dataclass(frozen=True, slots=True)
class _Names:
    """What things are called, read once for a page."""

    categories: Mapping[int, CategoryView]
    workers: Mapping[int, str]
    groups: Mapping[int, str]


def board(
    actor: Actor,
    *,
    campus_id: int | None = None,
    building_id: int | None = None,
    category: str | None = None,
    skill: str = "",
    urgency: Urgency | None = None,
    state: State | None = None,
    group_id: int | None = None,
    is_overdue: bool | None = None,
    q: str = "",
    page: int = 1,
    page_size: int = 20,
) -> Board:
    """The board; place, category and skill narrow every figure, the rest the queue alone.

    `skill` narrows the workers, too. Raises CategoryNotFound.
    """
    now = clock.now()
    tree = category_queries.tree()
    filters = Filters(
        campus_id=campus_id,
        building_id=building_id,
        category_ids=_leaves(tree, category, skill),
        urgency=urgency,
        state=state,
        group_id=group_id,
        is_overdue=is_overdue,
        text=q,
    )
    narrowing = figures.narrowed(actor, filters)
    condition = and_(figures.OPEN, *narrowing)
    workers = workforce_queries.list_workers()
    groups = workforce_queries.list_groups()
    loads = worker_loads(workers, figures.loads(), workforce_queries.on_duty(now))
    names = _Names(
        {each.id: each for each in tree.walk()},
        {one.staff_id: one.name for one in workers},
        {one.id: one.name for one in groups},
    )
    order_ids, size = figures.queue(condition, filters, now, page=page, page_size=page_size)
    return Board(
        as_of=now,
        counts=_counts(
            figures.counts(condition), figures.dues(narrowing, now), figures.holds_waiting(condition)
        ),
        queue=Page(_rows(order_ids, names, now), size, page, page_size),
        workers=[one for one in loads if _is_shown(one, skill)],
        groups=_group_loads(groups, loads, figures.groups_waiting()),
    )


def find(actor: Actor, order_id: int) -> WorkOrder:
    """An order that the actor may dispatch. Raises OrderNotFound."""
    order = db.session.scalars(
        select(WorkOrder)
        .where(WorkOrder.id == order_id, *figures.within_reach(actor))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if order is None:
        raise OrderNotFound
    return order


def waits_for(order: WorkOrder, *, worker_id: int | None, group_id: int | None) -> bool:
    """Whether an order has been given to this worker, or to this group, and waits to be accepted."""
    if order.state != State.DISPATCHED:
        return False
    if worker_id is not None:
        return order.worker_id == worker_id
    return order.worker_id is None and order.group_id == group_id


def open_of_worker(staff_id: int) -> list[str]:
    """The numbers of the orders that are a worker's to do, the oldest first."""
    return _numbers(WorkOrder.worker_id == staff_id)


def open_of_group(group_id: int) -> list[str]:
    """The numbers of the orders that are a group's or one of its workers' to do, the oldest first."""
    return _numbers(WorkOrder.group_id == group_id)


def _numbers(whose: ColumnElement[bool]) -> list[str]:
    states = [state.value for state in LOAD_STATES]
    statement = select(WorkOrder.number).where(figures.OPEN, WorkOrder.state.in_(states), whose)
    return list(db.session.scalars(statement.order_by(WorkOrder.id)))


def _leaves(tree: CategoryTree, code: str | None, skill: str) -> set[int] | None:
    """The categories that a code and a skill leave; None for all. Raises CategoryNotFound."""
    if code is None and not skill:
        return None
    found = {each.id for each in tree.walk() if not skill or each.skill == skill}
    if code is not None:
        category = tree.find_code(code)
        if category is None:
            raise CategoryNotFound
        found &= tree.within(category.id)
    return found


def _counts(found: Mapping[State, Mapping[Urgency, int]], dues: Dues, holds_waiting: int) -> Counts:
    states = [
        StateCount(
            state,
            STATE_NAMES[state],
            sum(found[state].values()),
            found[state][Urgency.CRITICAL],
            found[state][Urgency.URGENT],
            found[state][Urgency.ORDINARY],
        )
        for state in OPEN_STATES
    ]
    return Counts(
        states=states,
        open=sum(one.orders for one in states),
        unassigned=sum(one.orders for one in states if one.state in (State.SUBMITTED, State.TRIAGED)),
        response_overdue=dues.response_overdue,
        resolution_overdue=dues.resolution_overdue,
        due_soon=dues.due_soon,
        holds_waiting=holds_waiting,
    )


def _rows(order_ids: Sequence[int], names: _Names, now: datetime) -> list[QueueRow]:
    """These orders as the queue shows them, in this order; three statements."""
    if not order_ids:
        return []
    orders = {
        order.id: order for order in db.session.scalars(select(WorkOrder).where(WorkOrder.id.in_(order_ids)))
    }
    holds = {
        hold.order_id: hold
        for hold in db.session.scalars(
            select(Hold).where(Hold.order_id.in_(order_ids), Hold.state == HoldState.WAITING.value)
        )
    }
    clocks = _clocks(order_ids)
    # Who has been dispatched since the page was chosen is still shown: as what the order is now.
    return [
        _row(orders[order_id], clocks.get(order_id), holds.get(order_id), names, now)
        for order_id in order_ids
    ]


def _clocks(order_ids: Sequence[int]) -> dict[int, tuple[ClockKind, datetime, bool]]:
    """The clock that matters now of each order: its kind, its due instant, whether it runs."""
    rows = db.session.execute(
        select(Clock.subject_id, Clock.kind, Clock.due_at, Clock.verdict)
        .where(Clock.subject_id.in_(order_ids), Clock.ended_at.is_(None))
        .order_by(Clock.subject_id, Clock.kind)
    )
    found: dict[int, tuple[ClockKind, datetime, bool]] = {}
    for order_id, kind, due_at, verdict in rows:
        if order_id not in found or kind == ClockKind.RESPONSE:
            found[order_id] = ClockKind(kind), due_at, verdict == Verdict.RUNNING
    return found


def _row(
    order: WorkOrder,
    due: tuple[ClockKind, datetime, bool] | None,
    hold: Hold | None,
    names: _Names,
    now: datetime,
) -> QueueRow:
    category = names.categories[order.category_id]
    kind, due_at, is_running = due or (None, None, False)
    state, text = State(order.state), order.description
    return QueueRow(
        id=order.id,
        number=order.number,
        state=state,
        state_name=STATE_NAMES[state],
        urgency=Urgency(order.urgency),
        category=category.code,
        category_name=category.path,
        skill=category.skill,
        place_path=order.place_path,
        campus_id=order.campus_id,
        building_id=order.building_id,
        description=text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…",
        submitted_at=order.submitted_at,
        appointment_from=order.appointment_from,
        appointment_until=order.appointment_until,
        group_id=order.group_id,
        group=names.groups.get(order.group_id or 0, ""),
        worker_id=order.worker_id,
        worker=names.workers.get(order.worker_id or 0, ""),
        reminders=order.reminders,
        returns=order.returns,
        due_at=due_at,
        due_kind=kind,
        is_overdue=is_running and due_at is not None and due_at <= now,
        hold=hold,
    )


def worker_loads(
    workers: Sequence[WorkerView], loads: figures.Loads, on_duty: Collection[int]
) -> list[WorkerLoad]:
    """Workers with what is in their hands, and whether they are on duty."""
    nothing = dict.fromkeys(LOAD_STATES, 0)
    found = []
    for worker in workers:
        mine = loads.get(worker.staff_id, nothing)
        found.append(
            WorkerLoad(
                worker,
                dispatched=mine[State.DISPATCHED],
                working=mine[State.WORKING],
                held=mine[State.HELD],
                is_on_duty=worker.staff_id in on_duty,
            )
        )
    return found


def _group_loads(
    groups: Sequence[GroupView], workers: Sequence[WorkerLoad], waiting: Mapping[int, int]
) -> list[GroupLoad]:
    by_group: dict[int, list[WorkerLoad]] = {}
    for one in workers:
        by_group.setdefault(one.worker.group_id, []).append(one)
    found = []
    for group in groups:
        available = [one for one in by_group.get(group.id, []) if one.worker.is_available]
        load = GroupLoad(
            group,
            on_duty=sum(one.is_on_duty for one in available),
            waiting=waiting.get(group.id, 0),
            open=sum(one.open for one in by_group.get(group.id, [])),
            capacity=sum(one.worker.capacity for one in available),
        )
        if group.is_active or load.waiting or load.open:
            found.append(load)
    return found


def _is_shown(load: WorkerLoad, skill: str) -> bool:
    """Whoever can work, and whoever cannot but has something open."""
    if skill and skill not in load.worker.skills:
        return False
    return load.worker.is_available or load.open > 0
