"""Lists of work orders as people see them, scoped by the actor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import aliased

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.identity.models import Staff
from backend.paging import Page, paginate
from backend.places.policies import Ref
from backend.workdays.models import Verdict
from property.categories.models import Category, Urgency
from property.categories.titles import URGENCY_NAMES
from property.contractors.models import Contractor
from property.service_levels.models import Clock, ClockKind, Pause
from property.work_orders import people, policies, queries
from property.work_orders.models import OPEN_STATES, Hold, HoldState, Origin, State, WorkOrder
from property.workforce import queries as workforce
from property.workforce.models import Group

_RANKS: Final = {urgency.value: rank for rank, urgency in enumerate(Urgency)}
_Response, _Resolution = aliased(Clock), aliased(Clock)
_WorkerStaff, _Parent = aliased(Staff), aliased(Category)
_OpenPause = aliased(Pause)


class View(StrEnum):
    """Which orders: one's own reports, free to take, one's own to do, to be accepted, or all one may see."""

    MINE = "mine"
    POOL = "pool"
    TODO = "todo"
    TO_VERIFY = "to_verify"
    ALL = "all"


class Sort(StrEnum):
    """In which order: the newest first, or what is due first."""

    NEWEST = "newest"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class CategoryRef:
    """What an order is filed under."""

    id: int
    code: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock of the present cycle. `paused_since` is when it came to stand, if it stands."""

    due_at: datetime
    verdict: str
    ended_at: datetime | None
    paused_since: datetime | None

    def is_overdue(self, now: datetime) -> bool:
        """Whether the due has passed, or had when it ended or came to stand."""
        if self.verdict == Verdict.VOID:
            return False
        return (self.ended_at or self.paused_since or now) > self.due_at


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list."""

    order: WorkOrder
    category: CategoryRef
    worker_name: str
    group_name: str
    contractor_name: str
    response: Deadline | None
    resolution: Deadline | None
    now: datetime

    @property
    def state_name(self) -> str:
        """待受理 …"""
        return policies.STATE_NAMES[State(self.order.state)]

    @property
    def appointment(self) -> dict[str, datetime | None] | None:
        """When the reporter can be met, if that was said."""
        if self.order.appointment_from is None:
            return None
        return {"from_at": self.order.appointment_from, "until_at": self.order.appointment_until}

    @property
    def urgency_name(self) -> str:
        """特急 …"""
        return URGENCY_NAMES[Urgency(self.order.urgency)]

    @property
    def origin_name(self) -> str:
        """手机报修 …"""
        return policies.ORIGIN_NAMES[Origin(self.order.origin)]

    @property
    def due(self) -> Deadline | None:
        """The clock that is looked at: the response's until somebody has taken the order on."""
        if self.response is not None and self.response.ended_at is None:
            return self.response
        return self.resolution

    @property
    def due_at(self) -> datetime | None:
        """By when the next thing is due; None once nothing is."""
        return self.due.due_at if self.due is not None and self.due.ended_at is None else None

    @property
    def is_paused(self) -> bool:
        """Whether the clocks stand."""
        return self.resolution is not None and self.resolution.verdict == Verdict.PAUSED

    @property
    def is_overdue(self) -> bool:
        """Whether a clock of the present cycle has passed its due."""
        return any(
            each is not None and each.is_overdue(self.now) for each in (self.response, self.resolution)
        )


@dataclass(frozen=True, slots=True)
class SimilarOrder:
    """An order that may be about the same thing; says nothing of people."""

    id: int
    number: str
    category_name: str
    place_path: str
    description: str
    state: str
    state_name: str
    submitted_at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class WaitingHold:
    """A wish to hold an order that waits for its approval."""

    hold: Hold
    order: WorkOrder
    asked_by_name: str


def page_orders(
    actor: Actor,
    *,
    view: View = View.MINE,
    sort: Sort | None = None,
    state: State | None = None,
    category: str = "",
    urgency: Urgency | None = None,
    building_id: int | None = None,
    asset_id: int | None = None,
    contractor_id: int | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    q: str = "",
    overdue: bool = False,
    is_open: bool = False,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """A page of orders as the actor may see them; three or four statements.

    `from_on` and `until_on` are days of submission, both included.
    """
    now = clock.now()
    conditions = [of_view(actor, view)]
    if state is not None:
        conditions.append(WorkOrder.state == state.value)
    if overdue or is_open or state in OPEN_STATES:
        conditions.append(queries.IS_OPEN_ORDER)
    if category:
        conditions.append(WorkOrder.category_id.in_(_category_ids(category)))
    for column, wanted in (
        (WorkOrder.urgency, urgency.value if urgency is not None else None),
        (WorkOrder.building_id, building_id),
        (WorkOrder.asset_id, asset_id),
        (WorkOrder.contractor_id, contractor_id),
    ):
        if wanted is not None:
            conditions.append(column == wanted)
    if from_on is not None:
        conditions.append(WorkOrder.submitted_at >= clock.at_local(from_on, time.min))
    if until_on is not None:
        ends_at = clock.at_local(until_on + timedelta(days=1), time.min)
        conditions.append(WorkOrder.submitted_at < ends_at)
    if q:
        conditions.append(or_(*(column.contains(q, autoescape=True) for column in _SEARCHED)))
    if overdue:
        conditions.append(is_overdue(now))
    # Names and clocks are joined for the rows of the page alone: a count has no use for them.
    order = _order_of(actor, view, sort)
    total = db.session.scalar(select(func.count()).select_from(WorkOrder).where(*conditions)) or 0
    found: Any = select(WorkOrder.id)
    found = found if order is _NEWEST else _with_clocks(found)
    if view is View.POOL and sort is None:
        found = found.join(Category, Category.id == WorkOrder.category_id)
    found = found.where(*conditions).order_by(*order).limit(page_size).offset((page - 1) * page_size)
    order_ids = list(db.session.scalars(found))
    return Page(_rows_of(order_ids, now), total, page, page_size)


def _rows_of(order_ids: Sequence[int], now: datetime) -> list[OrderRow]:
    """These orders, in this order; one statement."""
    if not order_ids:
        return []
    found = [row_of(row, now) for row in db.session.execute(rows().where(WorkOrder.id.in_(order_ids)))]
    places = {order_id: place for place, order_id in enumerate(order_ids)}
    return sorted(found, key=lambda row: places[row.order.id])


def _category_ids(code: str) -> Any:
    """The category of a code with what stands directly below it, as a subquery."""
    above = aliased(Category)
    return (
        select(Category.id)
        .outerjoin(above, above.id == Category.parent_id)
        .where(or_(Category.code == code, above.code == code))
    )


_SEARCHED: Final = (
    WorkOrder.number,
    WorkOrder.description,
    WorkOrder.place_path,
    WorkOrder.contact,
)


def _with_clocks(statement: Any) -> Any:
    return (
        statement.outerjoin(_Response, _present(_Response, ClockKind.RESPONSE))
        .outerjoin(_Resolution, _present(_Resolution, ClockKind.RESOLUTION))
        .outerjoin(_OpenPause, and_(_OpenPause.subject_id == WorkOrder.id, _OpenPause.until_at.is_(None)))
    )


def rows() -> Any:
    """Orders with the names and the clocks of their present cycle."""
    statement = (
        select(
            WorkOrder,
            Category,
            _Parent.name,
            _WorkerStaff.name,
            Group.name,
            Contractor.short_name,
            *(column for of in (_Response, _Resolution) for column in (of.due_at, of.verdict, of.ended_at)),
            _OpenPause.from_at,
        )
        .join(Category, Category.id == WorkOrder.category_id)
        .outerjoin(_Parent, _Parent.id == Category.parent_id)
        .outerjoin(_WorkerStaff, _WorkerStaff.id == WorkOrder.worker_id)
        .outerjoin(Group, Group.id == WorkOrder.group_id)
        .outerjoin(Contractor, Contractor.id == WorkOrder.contractor_id)
    )
    return _with_clocks(statement).execution_options(populate_existing=True)


def row_of(row: Any, now: datetime) -> OrderRow:
    """A row of `rows()`."""
    order, category, above, worker, group, contractor, *clocks, paused_since = row
    path = f"{above} / {category.name}" if above else category.name
    return OrderRow(
        order=order,
        category=CategoryRef(category.id, category.code, category.name, path),
        worker_name=worker or "",
        group_name=group or "",
        contractor_name=contractor or "",
        response=_deadline(clocks[:3], paused_since),
        resolution=_deadline(clocks[3:], paused_since),
        now=now,
    )


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """The condition that a clock that has not ended is past its due; only the present cycle's have not."""
    late = (
        select(Clock.subject_id)
        .outerjoin(_OpenPause, and_(_OpenPause.subject_id == Clock.subject_id, _OpenPause.until_at.is_(None)))
        .where(
            Clock.ended_at.is_(None),
            Clock.due_at < now,
            Clock.due_at < func.coalesce(_OpenPause.from_at, now),
        )
    )
    return WorkOrder.id.in_(late)


def similar(
    actor: Actor, *, category_ids: Collection[int], place: Ref | None, asset_id: int | None
) -> list[SimilarOrder]:
    """Open orders of the last days on the same asset, or of these categories at the place; one statement."""
    same = []
    if asset_id is not None:
        same.append(WorkOrder.asset_id == asset_id)
    if place is not None:
        here = and_(WorkOrder.place_kind == place.kind.value, WorkOrder.place_id == place.id)
        same.append(and_(here, WorkOrder.category_id.in_(category_ids)))
    statement = (
        select(WorkOrder, Category.name)
        .join(Category, Category.id == WorkOrder.category_id)
        .where(
            queries.IS_OPEN_ORDER,
            WorkOrder.submitted_at > clock.now() - policies.SIMILAR_FOR,
            or_(false(), *same),
        )
        .order_by(WorkOrder.submitted_at.desc(), WorkOrder.id.desc())
        .limit(policies.MOST_SIMILAR)
    )
    return [
        SimilarOrder(
            id=order.id,
            number=order.number,
            category_name=category,
            place_path=order.place_path,
            description=order.description,
            state=order.state,
            state_name=policies.STATE_NAMES[State(order.state)],
            submitted_at=order.submitted_at,
            is_mine=order.reporter_id == actor.staff_id,
        )
        for order, category in db.session.execute(statement)
    ]


def page_waiting_holds(actor: Actor, *, page: int, page_size: int) -> Page:
    """The wishes to hold an order that wait for the actor's approval, the oldest first."""
    statement: Any = (
        select(Hold, WorkOrder, Staff.name)
        .join(WorkOrder, WorkOrder.id == Hold.order_id)
        .join(Staff, Staff.id == Hold.asked_by)
        .where(Hold.state == HoldState.WAITING.value, queries.covered(actor.reach(Permission.ORDERS_APPROVE)))
        .order_by(Hold.id)
    )
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([WaitingHold(*row) for row in found.rows], found.total, page, page_size)


def _deadline(columns: Sequence[Any], paused_since: datetime | None) -> Deadline | None:
    due_at, verdict, ended_at = columns
    if due_at is None:
        return None
    return Deadline(due_at, verdict, ended_at, paused_since if verdict == Verdict.PAUSED else None)


def _present(of: Any, kind: ClockKind) -> ColumnElement[bool]:
    return and_(of.subject_id == WorkOrder.id, of.cycle == WorkOrder.cycle, of.kind == kind.value)


def of_view(actor: Actor, view: View) -> ColumnElement[bool]:
    """The condition of a view."""
    if view is View.MINE:
        return WorkOrder.reporter_id == actor.staff_id
    if view is View.ALL:
        return queries.visible_to(actor)
    if view is View.TO_VERIFY:
        return and_(
            queries.IS_OPEN_ORDER,
            WorkOrder.state == State.FINISHED.value,
            or_(WorkOrder.worker_id.is_(None), WorkOrder.worker_id != actor.staff_id),
            or_(
                WorkOrder.reporter_id == actor.staff_id,
                queries.covered(actor.reach(Permission.ORDERS_VERIFY)),
            ),
        )
    group_id = people.group_of(actor)
    if group_id is None:
        return false()
    if view is View.POOL:
        return queries.in_pool(actor)
    own = and_(WorkOrder.worker_id == actor.staff_id, WorkOrder.state.in_(_IN_HAND))
    return and_(queries.IS_OPEN_ORDER, or_(own, queries.for_group(group_id)))


_IN_HAND: Final = tuple(state.value for state in policies.IN_HAND)


_NEWEST: Final[list[Any]] = [WorkOrder.submitted_at.desc(), WorkOrder.id.desc()]


def _order_of(actor: Actor, view: View, sort: Sort | None) -> list[Any]:
    due = case((_Response.ended_at.is_(None), _Response.due_at), else_=_Resolution.due_at)
    if view is View.TO_VERIFY and sort is None:
        return [WorkOrder.finished_at, WorkOrder.id]
    if sort is Sort.DUE or (sort is None and view is View.TODO):
        return [due, WorkOrder.id]
    if view is View.POOL and sort is None:
        skills = workforce.skills_of([actor.staff_id]).get(actor.staff_id, frozenset())
        fits = case((Category.skill.in_([*sorted(skills), ""]), 0), else_=1)
        return [fits, case(_RANKS, value=WorkOrder.urgency, else_=len(_RANKS)), due, WorkOrder.id]
    return _NEWEST
