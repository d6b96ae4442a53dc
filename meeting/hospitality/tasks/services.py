"""Use cases of the stewards: taking tasks, giving them, beginning and finishing them.

Locks: the meeting, then its tasks, then stewards by rising id; whoever follows a meeting goes the same way.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db
from backend.errors import Forbidden
from backend.identity.models import Staff
from meeting.bookings import moving
from meeting.bookings.models import Occurrence
from meeting.hospitality import duties, messages, orders, telling
from meeting.hospitality.catalogue import queries as catalogue
from meeting.hospitality.catalogue.models import Phase
from meeting.hospitality.checks import operations as checks
from meeting.hospitality.checks.policies import Tick
from meeting.hospitality.errors import (
    NotASteward,
    StewardBusy,
    TaskNotFound,
    TaskNotYours,
    TaskTaken,
    TaskTooEarly,
    TicksNeeded,
)
from meeting.hospitality.models import UNDONE, Task, TaskState
from meeting.hospitality.tasks import policies, queries
from meeting.hospitality.tasks.policies import Step
from meeting.hospitality.tasks.queries import TaskView
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms


@atomic
def take(actor: Actor, *, task_id: int) -> TaskView:
    """Take a task that nobody has; again, by the same, is harmless.

    Raises TaskNotFound, Forbidden, TaskTaken, TaskState or StewardBusy.
    """
    _, task, tasks = _entered(actor, task_id)
    _ensure_holds(actor, Permission.MEETINGS_SERVE, task)
    if task.steward_id == actor.staff_id:
        return queries.get_task(actor, task_id)
    if task.steward_id is not None:
        raise TaskTaken(name=_name(task.steward_id))
    policies.state_after(task.state, Step.TAKE)
    _give([task], actor.staff_id, by=actor.staff_id, tasks=tasks)
    return queries.get_task(actor, task_id)


@atomic
def drop(actor: Actor, *, task_id: int) -> TaskView:
    """Give a task back that was not begun. Raises TaskNotFound, TaskNotYours or TaskState."""
    _, task, tasks = _entered(actor, task_id)
    _ensure_own(actor, task)
    policies.state_after(task.state, Step.DROP)
    _give([task], None, by=actor.staff_id, tasks=tasks)
    return queries.get_task(actor, task_id)


@atomic
def assign(actor: Actor, *, task_id: int, staff_id: int | None, whole_meeting: bool = False) -> TaskView:
    """Give a task, or all undone ones of its meeting that nobody has, to a steward; None takes it away.

    Raises TaskNotFound, Forbidden, TaskState, NotASteward or StewardBusy.
    """
    occurrence, task, tasks = _entered(actor, task_id)
    _ensure_holds(actor, Permission.HOSPITALITY_MANAGE, task)
    policies.state_after(task.state, Step.ASSIGN)
    if staff_id is not None and staff_id not in queries.stewards_at(task):
        raise NotASteward
    meant = [task]
    if whole_meeting and staff_id is not None:
        meant += [
            each
            for each in tasks
            if each.steward_id is None
            and each.state in UNDONE
            and each is not task
            and each.seat == task.seat
        ]
    before = task.steward_id
    _give(meant, staff_id, by=actor.staff_id, tasks=tasks)
    record(actor, "meeting.task_assigned", "meeting_task", task_id, steward_id=staff_id)
    _tell(actor, occurrence, meant, staff_id, before)
    return queries.get_task(actor, task_id)


@atomic
def start(actor: Actor, *, task_id: int) -> TaskView:
    """Begin one's task. Raises TaskNotFound, TaskNotYours or TaskState."""
    _, task, _ = _entered(actor, task_id)
    _ensure_own(actor, task)
    task.state = policies.state_after(task.state, Step.START).value
    task.started_at = clock.now()
    task.revision += 1
    db.session.flush()
    return queries.get_task(actor, task_id)


@atomic
def finish(
    actor: Actor, *, task_id: int, ticks: Sequence[Mapping[str, Any]] = (), note: str = ""
) -> TaskView:
    """Finish one's task, every line of its checklist ticked by now.

    Raises TaskNotFound, TaskNotYours, TaskState, TaskTooEarly, TicksNeeded, CheckLineUnknown or
    FaultNoteNeeded.
    """
    now = clock.now()
    occurrence, task, tasks = _entered(actor, task_id)
    _ensure_own(actor, task)
    after = policies.state_after(task.state, Step.DONE)
    awaited = policies.is_too_early(task.phase, occurrence.start_at, occurrence.end_at, now)
    if awaited:
        raise TaskTooEarly(what=awaited)
    lines = queries.checklist_of(task, catalogue.all_services(), catalogue.checklist())
    given = [Tick(phase=Phase(task.phase), **each) for each in ticks]
    checks.tick(actor, occurrence, lines, given, at=now)
    ticked = {line.code for line in queries.get_task(actor, task_id).checklist if line.is_ok is not None}
    known = {item.code for item in given} | ticked
    missing = [line.code for line in lines if line.code not in known]
    if missing:
        raise TicksNeeded(codes=missing)
    task.state, task.done_at, task.done_by, task.note = after.value, now, actor.staff_id, note
    task.started_at = task.started_at or now
    task.revision += 1
    _settle([task.steward_id], tasks)
    record(
        actor,
        "meeting.task_done",
        "meeting_task",
        task_id,
        faults=sum(not each.is_ok for each in given),
    )
    return queries.get_task(actor, task_id)


def _entered(actor: Actor, task_id: int) -> tuple[Occurrence, Task, list[Task]]:
    """The meeting, locked, the task within reach, and all tasks of the meeting. Raises TaskNotFound."""
    occurrence_id = db.session.scalar(select(Task.occurrence_id).where(Task.id == task_id))
    if occurrence_id is None:
        raise TaskNotFound
    occurrence = moving.locked_occurrences(ids=[occurrence_id])[0]
    queries.get_task(actor, task_id)  # Whether it is within reach.
    tasks = orders.tasks_of([occurrence_id])[occurrence_id]
    return occurrence, next(task for task in tasks if task.id == task_id), tasks


def _give(meant: Sequence[Task], staff_id: int | None, *, by: int, tasks: Sequence[Task]) -> None:
    stewards = [task.steward_id for task in meant]
    for task in meant:
        if task.steward_id != staff_id:
            task.state, task.started_at = TaskState.OPEN.value, None
            task.steward_id, task.assigned_by = staff_id, by if staff_id is not None else None
            task.revision += 1
    _settle([*stewards, staff_id], tasks)


def _settle(staff_ids: Sequence[int | None], tasks: Sequence[Task]) -> None:
    """Write anew when these stewards are at the meeting of `tasks`. Raises StewardBusy."""
    names = duties.lock({staff_id for staff_id in staff_ids if staff_id is not None})
    lost = duties.settle([task for task in tasks if task.steward_id in names], names, tasks)
    if lost:
        first = lost[0]
        raise StewardBusy(
            name=names[first.steward_id or 0],
            begins=clock.local(first.from_at),
            until=clock.local(first.due_at),
        )
    db.session.flush()


def _ensure_holds(actor: Actor, permission: Permission, task: Task) -> None:
    if not room_policies.holds(actor, permission, rooms.find(task.room_id)):
        raise Forbidden


def _ensure_own(actor: Actor, task: Task) -> None:
    if task.steward_id != actor.staff_id:
        raise TaskNotYours


def _name(staff_id: int) -> str:
    return db.session.scalar(select(Staff.name).where(Staff.id == staff_id)) or ""


def _tell(
    actor: Actor, occurrence: Occurrence, meant: Sequence[Task], staff_id: int | None, before: int | None
) -> None:
    services = catalogue.all_services()
    titles = "、".join(dict.fromkeys(telling.task_title(task, services) for task in meant))[:100]
    event = f"{meant[0].id}.{meant[0].revision}"
    if staff_id not in (None, actor.staff_id):
        telling.tell(occurrence, messages.TASK_ASSIGNED, [staff_id or 0], event=f"given {event}", task=titles)
    if before not in (None, staff_id, actor.staff_id):
        telling.tell(occurrence, messages.TASKS_CANCELLED, [before or 0], event=f"taken {event}", task=titles)
