"""Reads of the stewards' tasks. A confidential meeting's subject is told to nobody here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db
from backend.identity import queries as identity
from backend.identity.models import Staff
from backend.paging import Page, paginate
from meeting.bookings.models import Occurrence, State
from meeting.bookings.policies import STATE_NAMES, shown_subject
from meeting.hospitality import duties, telling
from meeting.hospitality import policies as hospitality_policies
from meeting.hospitality.catalogue import queries as catalogue
from meeting.hospitality.catalogue.queries import ServiceView
from meeting.hospitality.checks import policies as check_policies
from meeting.hospitality.checks.models import CheckItem
from meeting.hospitality.errors import TaskNotFound
from meeting.hospitality.models import UNDONE, ServiceLine, Task, TaskState
from meeting.hospitality.queries import READS, within
from meeting.hospitality.tasks import policies
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms


class Scope(StrEnum):
    """Whose tasks: one's own, nobody's yet, everybody's within reach."""

    MINE = "mine"
    FREE = "free"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class TaskRoom:
    """Where a task is."""

    id: int
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class TaskService:
    """What service a task belongs to."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Steward:
    """Who has a task."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class TaskTick:
    """A line of a task's checklist; `is_ok` None before it was ticked."""

    code: str
    text: str
    kind: str
    is_ok: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with its meeting."""

    id: int
    occurrence_id: int
    booking_id: int
    subject: str
    headcount: int
    layout: str | None
    room: TaskRoom
    campus_id: int
    start: datetime
    end: datetime
    meeting_state: str
    meeting_state_name: str
    service: TaskService | None
    title: str
    phase: str
    sequence: int
    seat: int
    quantity: int | None
    note: str
    begins: datetime
    due: datetime
    state: str
    state_name: str
    is_late: bool
    steward: Steward | None
    started_at: datetime | None
    done_at: datetime | None
    done_note: str
    checklist: Sequence[TaskTick]
    may: Sequence[str]
    revision: int


@dataclass(frozen=True, slots=True)
class StewardView:
    """Who could take a task: free at its time or not, with how much to do that day."""

    id: int
    name: str
    is_free: bool
    tasks: int


def page_tasks(
    actor: Actor,
    *,
    scope: Scope = Scope.MINE,
    on: date | None = None,
    until: date | None = None,
    campus_id: int | None = None,
    occurrence_id: int | None = None,
    state: TaskState | None = None,
    page: int,
    page_size: int,
) -> Page:
    """Tasks that are due on these days, or undone ones from today on; what is due first comes first."""
    statement = _tasks().where(within(actor, READS, Task))
    if scope is Scope.MINE:
        statement = statement.where(Task.steward_id == actor.staff_id)
    if scope is Scope.FREE:
        statement = statement.where(Task.steward_id.is_(None), Task.state.in_(list(UNDONE)))
    if state is not None:
        statement = statement.where(Task.state == state.value)
    else:
        statement = statement.where(Task.state != TaskState.CANCELLED.value)
    if occurrence_id is not None:
        statement = statement.where(Task.occurrence_id == occurrence_id)
    elif on is None:
        statement = statement.where(Task.due_at >= clock.at_local(clock.today(), time.min))
    if on is not None:
        last = max(until or on, on) + timedelta(days=1)
        statement = statement.where(
            Task.due_at >= clock.at_local(on, time.min), Task.due_at < clock.at_local(last, time.min)
        )
    if campus_id is not None:
        statement = statement.where(Task.campus_id == campus_id)
    ordered = statement.order_by(Task.due_at, Task.id)
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    return Page(_views(actor, found.rows), found.total, found.page, found.page_size)


def get_task(actor: Actor, task_id: int) -> TaskView:
    """One task within reach. Raises TaskNotFound."""
    row = db.session.execute(_tasks().where(Task.id == task_id, within(actor, READS, Task))).one_or_none()
    if row is None:
        raise TaskNotFound
    return _views(actor, [row])[0]


def unassigned(actor: Actor, from_on: date, until_on: date) -> Count:
    """How many undone tasks nobody has that are due on these days, where the actor gives them out."""
    return (
        select(func.count())
        .select_from(Task)
        .where(
            within(actor, (Permission.HOSPITALITY_MANAGE,), Task),
            Task.state.in_(list(UNDONE)),
            Task.steward_id.is_(None),
            Task.due_at >= clock.at_local(from_on, time.min),
            Task.due_at < clock.at_local(until_on + timedelta(days=1), time.min),
        )
    )


def stewards_for(actor: Actor, task_id: int) -> list[StewardView]:
    """Who serves meetings where a task is, the free ones with the least to do first. Raises TaskNotFound."""
    get_task(actor, task_id)
    task = db.session.get_one(Task, task_id)
    serving = stewards_at(task)
    rows: Any = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(sorted(serving))))
    names: dict[int, str] = dict(rows.all())
    taken = duties.taken(names, task.from_at, [task.occurrence_id])
    begins = clock.at_local(clock.local(task.due_at).date(), time.min)
    counted: Any = db.session.execute(
        select(Task.steward_id, func.count())
        .where(
            Task.steward_id.in_(sorted(names)),
            Task.state.in_(list(UNDONE)),
            Task.due_at >= begins,
            Task.due_at < begins + timedelta(days=1),
        )
        .group_by(Task.steward_id)
    )
    loads: dict[int, int] = dict(counted.all())
    wanted = [(task.from_at, task.due_at)]
    found = [
        StewardView(
            staff_id,
            name,
            hospitality_policies.clash(wanted, taken[staff_id]) is None,
            loads.get(staff_id, 0),
        )
        for staff_id, name in names.items()
    ]
    return sorted(found, key=lambda each: (not each.is_free, each.tasks, each.id))


def stewards_at(task: Task) -> set[int]:
    """Who serves meetings where a task is."""
    return identity.holders(Permission.MEETINGS_SERVE, campus_id=task.campus_id, building_id=task.building_id)


def checklist_of(task: Task, services: Mapping[int, ServiceView], standard: Sequence[Any]) -> list[Any]:
    """The lines that are ticked with a task: those of its service, or of the meeting itself, in its phase.

    What a service has no task of its own for is looked at with the meeting's.
    """
    if task.service_id is not None:
        lines = check_policies.lines_of((), [services[task.service_id]])
    else:
        lines = check_policies.lines_of(standard, ())
    return [line for line in lines if line.phase == task.phase]


def _tasks() -> Select[Any]:
    statement: Any = (
        select(Task, Occurrence, Staff.name, ServiceLine.quantity, ServiceLine.note)
        .join(Occurrence, Occurrence.id == Task.occurrence_id)
        .outerjoin(Staff, Staff.id == Task.steward_id)
        .outerjoin(
            ServiceLine,
            (ServiceLine.occurrence_id == Task.occurrence_id) & (ServiceLine.service_id == Task.service_id),
        )
        .execution_options(populate_existing=True)
    )
    return statement  # type: ignore[no-any-return] # Of five things.


def _views(actor: Actor, rows: Sequence[Row[Any]]) -> list[TaskView]:
    if not rows:
        return []
    services, standard, now = catalogue.all_services(), catalogue.checklist(), clock.now()
    ticked = _ticked({row[0].occurrence_id for row in rows})
    return [_view(actor, row, services, standard, ticked, now) for row in rows]


def _ticked(occurrence_ids: set[int]) -> dict[tuple[int, str, str], CheckItem]:
    found = db.session.scalars(
        select(CheckItem)
        .where(CheckItem.occurrence_id.in_(sorted(occurrence_ids)))
        .execution_options(populate_existing=True)
    )
    return {(item.occurrence_id, item.phase, item.code): item for item in found}


def _view(
    actor: Actor,
    row: Row[Any],
    services: Mapping[int, ServiceView],
    standard: Sequence[Any],
    ticked: Mapping[tuple[int, str, str], CheckItem],
    now: datetime,
) -> TaskView:
    task, occurrence, steward, quantity, note = tuple(row)
    room = rooms.find(task.room_id)
    service = services[task.service_id] if task.service_id is not None else None
    return TaskView(
        id=task.id,
        occurrence_id=task.occurrence_id,
        booking_id=occurrence.booking_id,
        subject=shown_subject(occurrence.subject, is_confidential=occurrence.is_confidential, knows=False),
        headcount=occurrence.headcount,
        layout=occurrence.layout,
        room=TaskRoom(room.id, room.name, room.place_path),
        campus_id=task.campus_id,
        start=occurrence.start_at,
        end=occurrence.end_at,
        meeting_state=occurrence.state,
        meeting_state_name=STATE_NAMES[State(occurrence.state)],
        service=TaskService(service.id, service.code, service.name) if service is not None else None,
        title=telling.task_title(task, services),
        phase=task.phase,
        sequence=task.sequence,
        seat=task.seat,
        quantity=quantity,
        note=note or "",
        begins=task.from_at,
        due=task.due_at,
        state=task.state,
        state_name=hospitality_policies.TASK_STATE_NAMES[TaskState(task.state)],
        is_late=policies.is_late(task.state, task.due_at, task.done_at, now),
        steward=Steward(task.steward_id, steward) if task.steward_id is not None else None,
        started_at=task.started_at,
        done_at=task.done_at,
        done_note=task.note,
        checklist=[
            _tick(line, ticked.get((task.occurrence_id, line.phase.value, line.code)))
            for line in checklist_of(task, services, standard)
        ],
        may=policies.steps_for(
            task.state,
            task.steward_id,
            actor.staff_id,
            serves=room_policies.holds(actor, Permission.MEETINGS_SERVE, room),
            manages=room_policies.holds(actor, Permission.HOSPITALITY_MANAGE, room),
        ),
        revision=task.revision,
    )


def _tick(line: check_policies.Line, item: CheckItem | None) -> TaskTick:
    is_ok = None if item is None else item.is_ok or item.settled_at is not None
    return TaskTick(line.code, line.text, line.kind.value, is_ok, item.note if item is not None else "")
