"""The statements of the board. Each reads partial indexes of what is open, never the orders that are done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, false, func, literal_column, or_, select

from backend.actor import Actor, Permission
from backend.db import db
from backend.workdays.models import Verdict
from property.categories.models import Urgency
from property.service_levels.models import Clock, ClockKind
from property.work_orders.models import IS_OPEN, OPEN_STATES, Hold, HoldState, State, WorkOrder
from property.workforce.models import Group, Worker

SOON: Final = timedelta(hours=1)
# How many orders are in which state, by worker.
Loads: TypeAlias = Mapping[int, Mapping[State, int]]
# What is a worker's to do.
LOAD_STATES: Final = (State.DISPATCHED, State.WORKING, State.HELD)
# What waits for a dispatcher, or for somebody to take it on.
WAITING_STATES: Final = (State.SUBMITTED, State.TRIAGED, State.DISPATCHED)
# In the words of the partial indexes: SQLite looks at nothing else to tell that one of them will do.
OPEN: Final[ColumnElement[bool]] = literal_column(f"{WorkOrder.__tablename__}.{IS_OPEN}")
_RUNS: Final = and_(
    Clock.kind.in_([kind.value for kind in ClockKind]),  # The index by due begins with it.
    Clock.ended_at.is_(None),
    Clock.verdict == Verdict.RUNNING.value,
)
_IS_ASKING: Final = and_(
    literal_column(
        f"{Hold.__tablename__}.state IN ({HoldState.WAITING.value!r}, {HoldState.RUNNING.value!r})"
    ),
    Hold.state == HoldState.WAITING.value,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What of the open orders is shown. `category_ids` are leaves; None is any.

    The first line narrows every figure, the rest only the queue.
    """

    campus_id: int | None = None
    building_id: int | None = None
    category_ids: Collection[int] | None = None
    urgency: Urgency | None = None
    state: State | None = None
    group_id: int | None = None
    is_overdue: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Dues:
    """How many orders' clocks have run out, and of how many one will within the hour."""

    response_overdue: int
    resolution_overdue: int
    due_soon: int


def within_reach(actor: Actor) -> list[ColumnElement[bool]]:
    """What makes orders those that the actor may dispatch: one condition, or none for the whole compound."""
    reach = actor.reach(Permission.ORDERS_DISPATCH)
    if reach.everywhere:
        return []
    named = []
    if reach.campus_ids:
        named.append(WorkOrder.campus_id.in_(reach.campus_ids))
    if reach.building_ids:
        named.append(WorkOrder.building_id.in_(reach.building_ids))
    return [or_(*named) if named else false()]


def narrowed(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    """Within reach, and where and what the filters say; nothing where that is all there is."""
    found = within_reach(actor)
    if filters.campus_id is not None:
        found.append(WorkOrder.campus_id == filters.campus_id)
    if filters.building_id is not None:
        found.append(WorkOrder.building_id == filters.building_id)
    if filters.category_ids is not None:
        found.append(WorkOrder.category_id.in_(filters.category_ids))
    return found


def counts(condition: ColumnElement[bool]) -> dict[State, dict[Urgency, int]]:
    """Open orders by state and urgency; one statement."""
    found: dict[State, dict[Urgency, int]] = {state: dict.fromkeys(Urgency, 0) for state in OPEN_STATES}
    rows = db.session.execute(
        select(WorkOrder.state, WorkOrder.urgency, func.count())
        .where(condition)
        .group_by(WorkOrder.state, WorkOrder.urgency)
    )
    for state, urgency, orders in rows:
        found[State(state)][Urgency(urgency)] = orders
    return found


def dues(narrowing: Sequence[ColumnElement[bool]], now: datetime) -> Dues:
    """Orders whose running clocks have ended, or end within the hour; one statement.

    Clocks of what is closed have ended, so that nobody who sees everything has to look at the orders.
    """
    is_response = Clock.kind == ClockKind.RESPONSE.value
    is_over = Clock.due_at <= now
    statement = select(
        func.count().filter(is_response, is_over),
        func.count().filter(~is_response, is_over),
        func.count(Clock.subject_id.distinct()).filter(~is_over),
    ).where(
        _RUNS,
        Clock.due_at <= now + SOON,
    )
    if narrowing:
        # `+ 0` lets the due come first: by the orders, SQLite would look at the clocks of each one.
        shown = select(WorkOrder.id).where(OPEN, *narrowing)
        statement = statement.where((Clock.subject_id + 0).in_(shown))
    row = db.session.execute(statement).one()
    return Dues(*row)


def holds_waiting(condition: ColumnElement[bool]) -> int:
    """How many holds wait for approval; one statement."""
    asking = select(func.count()).select_from(Hold).join(WorkOrder, WorkOrder.id == Hold.order_id)
    return db.session.scalar(asking.where(_IS_ASKING, condition)) or 0


def queue(
    condition: ColumnElement[bool], filters: Filters, now: datetime, *, page: int, page_size: int
) -> tuple[list[int], int]:
    """A page of what waits, by due, and how much waits in all.

    Due is the response while its clock is open, else the resolution. One statement, as counting apart would
    look at everything again; two beyond the last page.
    """
    # There are at most two; "response" stands after "resolution".
    due = (
        select(Clock.due_at)
        .where(Clock.subject_id == WorkOrder.id, Clock.ended_at.is_(None))
        .order_by(Clock.kind.desc())
        .limit(1)
        .scalar_subquery()
    )
    waits = WorkOrder.state.in_([state.value for state in WAITING_STATES])
    found = (
        select(WorkOrder.id, due.label("due_at"))
        .where(condition, or_(waits, WorkOrder.id.in_(_asking())), *_of_the_queue(filters))
        .subquery()
    )
    statement = select(found.c.id, func.count().over())
    if filters.is_overdue is not None:
        over = found.c.due_at <= now
        statement = statement.where(over if filters.is_overdue else or_(~over, found.c.due_at.is_(None)))
    ordered = statement.order_by(found.c.due_at.nulls_last(), found.c.id).limit(page_size)
    rows = db.session.execute(ordered.offset((page - 1) * page_size)).all()
    if not rows and page > 1:
        return [], db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    return [order_id for order_id, _ in rows], rows[0][1] if rows else 0


def _of_the_queue(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.urgency is not None:
        found.append(WorkOrder.urgency == filters.urgency.value)
    if filters.state is not None:
        found.append(WorkOrder.state == filters.state.value)
    if filters.group_id is not None:
        found.append(WorkOrder.group_id == filters.group_id)
    if filters.text:
        columns = (WorkOrder.number, WorkOrder.place_path, WorkOrder.description)
        found.append(or_(*(column.contains(filters.text, autoescape=True) for column in columns)))
    return found


def loads() -> Loads:
    """What is every worker's to do, of the whole compound; one statement.

    A count for each worker and state: grouping them, SQLite would go by state and read each row of the table.
    """
    rows = db.session.execute(
        select(
            Worker.staff_id,
            *(
                _size(WorkOrder.worker_id == Worker.staff_id, WorkOrder.state == state.value)
                for state in LOAD_STATES
            ),
        )
    )
    return {staff_id: dict(zip(LOAD_STATES, counts, strict=True)) for staff_id, *counts in rows}


def groups_waiting() -> dict[int, int]:
    """How many orders each group was given that nobody has taken on yet; one statement."""
    whose = WorkOrder.worker_id.is_(None), WorkOrder.group_id == Group.id
    return dict(
        db.session.execute(select(Group.id, _size(*whose, WorkOrder.state == State.DISPATCHED.value))).all()
    )


def _size(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(WorkOrder.id)).where(OPEN, *conditions).scalar_subquery()


def _asking() -> Select[int]:
    """The orders whose hold waits for approval."""
    return select(Hold.order_id).where(_IS_ASKING)
