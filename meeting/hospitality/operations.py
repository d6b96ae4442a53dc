"""Writes of hospitality, within an open unit of work whose meetings are locked.

`lay` makes loans and tasks what a meeting's time, room and services say: after an order, and whenever a
meeting has moved, gone or come back. Locks: meetings, the stock by rising item and campus, stewards by
rising id.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from backend.db import db, unit
from backend.rules import queries as rule_queries
from meeting.bookings.models import Occurrence, State
from meeting.hospitality import duties, lending, orders, policies
from meeting.hospitality.catalogue import queries as catalogue
from meeting.hospitality.catalogue.queries import ServiceView
from meeting.hospitality.lending import Wanted
from meeting.hospitality.models import UNDONE, BookingService, Loan, ServiceLine, Task, TaskState
from meeting.hospitality.policies import Checks, Planned, Wish
from meeting.hospitality.rules import AFTER_CHECK_MINUTES, CHECK_MINUTES
from meeting.hospitality.telling import Laid
from meeting.rooms import queries as rooms


def set_defaults(booking_id: int, wishes: Sequence[Wish]) -> None:
    """Let all meetings of a booking that are added from now on have these services."""
    unit().execute(delete(BookingService).where(BookingService.booking_id == booking_id))
    if wishes:
        unit().execute(
            insert(BookingService),
            [
                {
                    "booking_id": booking_id,
                    "service_id": wish.service_id,
                    "quantity": wish.quantity,
                    "note": wish.note,
                }
                for wish in wishes
            ],
        )


def write_lines(
    occurrence: Occurrence,
    standing: Sequence[ServiceLine],
    wishes: Sequence[Wish],
    services: Mapping[int, ServiceView],
    *,
    by: int,
    at: datetime,
    word: str = "",
) -> set[int]:
    """Let a meeting have these services and no others; what stays as it is keeps who ordered it.

    Returns the services that are new or other than they were.
    """
    changed = set()
    wanted = {wish.service_id: wish for wish in wishes}
    known = {line.service_id: line for line in standing}
    for service_id in known.keys() - wanted.keys():
        lending.give_back([known[service_id].id])
        db.session.delete(known[service_id])
    for service_id, wish in wanted.items():
        line = known.get(service_id)
        ordered = policies.quantity(wish, services[service_id], occurrence.headcount)
        if line is None:
            line = ServiceLine(
                occurrence_id=occurrence.id,
                service_id=service_id,
                price_fen=services[service_id].price_fen,
                is_short=False,
            )
            db.session.add(line)
        elif not differs(line, wish, ordered):
            continue
        line.quantity, line.note, line.word = ordered, wish.note, word
        line.follows_headcount = wish.quantity is None
        line.ordered_by, line.ordered_at = by, at
        changed.add(service_id)
    return changed


def differs(line: ServiceLine, wish: Wish, ordered: int) -> bool:
    """Whether a wish is something else than what was ordered."""
    return (line.quantity, line.note, line.follows_headcount) != (ordered, wish.note, wish.quantity is None)


def recount(
    occurrence: Occurrence, lines: Sequence[ServiceLine], services: Mapping[int, ServiceView]
) -> None:
    """Let what is ordered by the head follow the meeting's headcount."""
    for line in lines:
        if line.follows_headcount:
            line.quantity = policies.quantity(
                Wish(line.service_id), services[line.service_id], occurrence.headcount
            )


def lay(
    occurrences: Sequence[Occurrence], services: Mapping[int, ServiceView] | None = None, *, at: datetime
) -> Laid:
    """Make loans, tasks and duties what these meetings and their lines say now.

    What is short is promised nothing, and its line says so.
    """
    unit()
    db.session.flush()  # Lines that are new have identifiers then.
    found = services or catalogue.all_services()
    lines = orders.lines_of({each.id for each in occurrences})
    laid = Laid()
    _lay_loans(occurrences, lines, found, laid)
    _lay_tasks(occurrences, lines, found, laid, at)
    return laid


def _lay_loans(
    occurrences: Sequence[Occurrence],
    lines: Mapping[int, Sequence[ServiceLine]],
    services: Mapping[int, ServiceView],
    laid: Laid,
) -> None:
    by_id = {line.id: line for those in lines.values() for line in those}
    if not by_id:
        return
    standing = {
        loan.line_id: loan
        for loan in db.session.scalars(
            select(Loan).where(Loan.line_id.in_(sorted(by_id))).execution_options(populate_existing=True)
        )
    }
    wanted = {}
    for occurrence in occurrences:
        for line in lines[occurrence.id]:
            want = _wanted(occurrence, line, services[line.service_id])
            if want is not None:
                wanted[line.id] = want
    stale = [line_id for line_id, loan in standing.items() if not _is_as_wanted(loan, wanted.get(line_id))]
    lending.give_back(stale)
    kept = standing.keys() - set(stale)
    laid.short = lending.lend([want for line_id, want in wanted.items() if line_id not in kept])
    short = {shortage.wanted.line_id for shortage in laid.short}
    for line in by_id.values():
        line.is_short = line.id in short


def _wanted(occurrence: Occurrence, line: ServiceLine, service: ServiceView) -> Wanted | None:
    if occurrence.state not in policies.SERVED or service.item is None:
        return None
    room = rooms.find(occurrence.room_id)
    count = policies.items_needed(service, line.quantity, room.equipment)
    if not count:
        return None
    return Wanted(
        line_id=line.id,
        occurrence_id=occurrence.id,
        start_at=occurrence.start_at,
        item_id=service.item.id,
        campus_id=room.campus_id,
        count=count,
        span=policies.loan_span(service, occurrence.start_at, occurrence.end_at),
    )


def _is_as_wanted(loan: Loan, want: Wanted | None) -> bool:
    return want is not None and (
        (loan.item_id, loan.campus_id, loan.count, loan.from_at, loan.until_at)
        == (want.item_id, want.campus_id, want.count, *want.span)
    )


def _lay_tasks(
    occurrences: Sequence[Occurrence],
    lines: Mapping[int, Sequence[ServiceLine]],
    services: Mapping[int, ServiceView],
    laid: Laid,
    at: datetime,
) -> None:
    checks = Checks(
        timedelta(minutes=rule_queries.value(CHECK_MINUTES)),
        timedelta(minutes=rule_queries.value(AFTER_CHECK_MINUTES)),
    )
    standing = orders.tasks_of([each.id for each in occurrences])
    new: list[Task] = []
    for occurrence in occurrences:
        plan = {each.key: each for each in _plan(occurrence, lines[occurrence.id], services, checks)}
        for task in standing[occurrence.id]:
            _follow(task, plan.pop(task.key, None), occurrence, laid, at)
        new += [_new_task(occurrence, each) for each in plan.values() if not _is_past(each, at)]
    db.session.add_all(new)
    touched = [*laid.moved, *laid.cancelled]
    stewards = {task.steward_id for task in touched if task.steward_id is not None}
    if stewards:
        affected = {task.occurrence_id for task in touched}
        all_tasks = [task for each in affected for task in standing[each]]
        stewards |= {
            task.steward_id for task in all_tasks if task.steward_id is not None and task.state in UNDONE
        }
        names = duties.lock(stewards)
        for task in duties.settle(all_tasks, names):
            laid.freed.append((task, task.steward_id or 0))
            task.steward_id = task.assigned_by = None
            task.state, task.started_at = TaskState.OPEN.value, None
    db.session.flush()


def _plan(
    occurrence: Occurrence,
    lines: Sequence[ServiceLine],
    services: Mapping[int, ServiceView],
    checks: Checks,
) -> list[Planned]:
    """What a meeting that takes place, or took place, wants done. Without services nobody is sent."""
    if not lines or not (occurrence.state in policies.SERVED or occurrence.state == State.ENDED):
        return []
    planned = policies.plan_checks(occurrence.start_at, occurrence.end_at, checks)
    for line in lines:
        planned += policies.plan_service(services[line.service_id], occurrence.start_at, occurrence.end_at)
    return planned


def _follow(task: Task, planned: Planned | None, occurrence: Occurrence, laid: Laid, at: datetime) -> None:
    """Let a task be as it is planned now; what was done stays done, unless it lies ahead again."""
    if planned is None:
        if task.state in UNDONE:
            task.state = TaskState.CANCELLED.value
            task.revision += 1
            laid.cancelled.append(task)
        return
    is_moved = (task.from_at, task.due_at, task.room_id) != (
        planned.from_at,
        planned.due_at,
        occurrence.room_id,
    )
    if task.state == TaskState.CANCELLED:
        task.state, task.steward_id, task.assigned_by = TaskState.OPEN.value, None, None
        task.started_at = None
    elif not is_moved:
        return
    elif task.state == TaskState.DONE:
        if planned.from_at <= at:
            return
        task.state, task.started_at, task.done_at = TaskState.OPEN.value, None, None
    room = rooms.find(occurrence.room_id)
    task.from_at, task.due_at, task.room_id = planned.from_at, planned.due_at, room.id
    task.campus_id, task.building_id = room.campus_id, room.building_id
    task.revision += 1
    laid.moved.append(task)


def _is_past(planned: Planned, at: datetime) -> bool:
    """Whether nobody can do it any more: a visit, or a look at the room, whose time was before it was wanted.

    What a service takes is still to be done, however late it was ordered.
    """
    return planned.due_at <= at and (planned.sequence > 0 or planned.service_id is None)


def _new_task(occurrence: Occurrence, planned: Planned) -> Task:
    room = rooms.find(occurrence.room_id)
    return Task(
        occurrence_id=occurrence.id,
        key=planned.key,
        service_id=planned.service_id,
        phase=planned.phase.value,
        sequence=planned.sequence,
        seat=planned.seat,
        room_id=room.id,
        campus_id=room.campus_id,
        building_id=room.building_id,
        from_at=planned.from_at,
        due_at=planned.due_at,
        state=TaskState.OPEN.value,
        revision=0,
    )
