"""Reads of the checks: a meeting's checklist, faults, and the figures of 零差错."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, distinct, func, select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.errors import Forbidden
from backend.paging import Page, paginate
from meeting.bookings import queries as bookings
from meeting.bookings.models import Occurrence
from meeting.bookings.policies import Standing, shown_subject
from meeting.hospitality import orders
from meeting.hospitality.catalogue import queries as catalogue
from meeting.hospitality.checks import policies
from meeting.hospitality.checks.errors import CheckItemNotFound, FaultDaysInvalid
from meeting.hospitality.checks.models import CheckItem
from meeting.hospitality.checks.policies import Line
from meeting.hospitality.models import UNDONE, Task, TaskState
from meeting.hospitality.queries import READS, RoomName, manages, within
from meeting.rooms import queries as rooms


@dataclass(frozen=True, slots=True)
class OrderName:
    """A work order that a fault led to."""

    id: int
    number: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """A line of a checklist as it was ticked."""

    id: int
    occurrence_id: int
    held_on: date
    room: RoomName
    phase: str
    code: str
    text: str
    kind: str
    service_id: int | None
    is_ok: bool
    note: str
    checked_at: datetime
    checked_by: str
    settled_at: datetime | None
    settlement: str
    order: OrderName | None


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of a meeting's checklist, with what was found of it."""

    phase: str
    code: str
    text: str
    kind: str
    service_id: int | None
    item: ItemView | None


@dataclass(frozen=True, slots=True)
class ChecklistView:
    """The checklist of a meeting."""

    occurrence_id: int
    booking_id: int
    subject: str
    room: RoomName
    start: datetime
    end: datetime
    may_check: bool
    lines: Sequence[LineView]


@dataclass(frozen=True, slots=True)
class FaultLine:
    """How often a line was amiss."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class FaultDay:
    """A day's meetings that were checked, and their faults."""

    on: date
    meetings: int
    faults: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How well meetings of [from_on, until_on] were served; nobody is named.

    `meetings` had services, `checked` at least one tick, `faultless` of these no fault. `late` tasks were
    done after they were due, `undone` were not by now.
    """

    from_on: date
    until_on: date
    meetings: int
    checked: int
    faultless: int
    faults: int
    settled: int
    tasks: int
    done: int
    late: int
    undone: int
    lines: Sequence[FaultLine]
    days: Sequence[FaultDay]


def checklist(actor: Actor, occurrence_id: int) -> ChecklistView:
    """The checklist of a meeting that the actor has to do with. Raises OccurrenceNotFound or Forbidden."""
    booking, occurrence, who = bookings.find_occurrence(actor, occurrence_id)
    if not (who.owns or who.serves or who.reads or manages(actor, occurrence)):
        raise Forbidden
    statement = select(CheckItem).where(CheckItem.occurrence_id == occurrence_id)
    items = {
        (item.phase, item.code): view(item, occurrence.room_id)
        for item in db.session.scalars(statement.execution_options(populate_existing=True))
    }
    lines = [
        LineView(line.phase.value, line.code, line.text, line.kind.value, line.service_id, None)
        for line in lines_of(occurrence_id)
    ]
    shown = [_with_item(line, items.pop((line.phase, line.code), None)) for line in lines]
    # What was ticked and is no longer on the list is on record all the same.
    shown += [
        LineView(item.phase, item.code, item.text, item.kind, item.service_id, item)
        for item in items.values()
    ]
    return ChecklistView(
        occurrence_id=occurrence_id,
        booking_id=booking.id,
        subject=shown_subject(
            occurrence.subject, is_confidential=occurrence.is_confidential, knows=who.knows
        ),
        room=RoomName(occurrence.room_id, rooms.find(occurrence.room_id).name),
        start=occurrence.start_at,
        end=occurrence.end_at,
        may_check=may_check(actor, occurrence, who),
        lines=shown,
    )


def may_check(actor: Actor, occurrence: Occurrence, who: Standing) -> bool:
    """Whether the actor keeps a meeting's checklist."""
    return who.serves or manages(actor, occurrence)


def lines_of(occurrence_id: int) -> list[Line]:
    """What a meeting's checklist is; three statements."""
    services = catalogue.all_services()
    ordered = orders.lines_of([occurrence_id])[occurrence_id]
    return policies.lines_of(catalogue.checklist(), [services[line.service_id] for line in ordered])


def get_item(actor: Actor, item_id: int) -> ItemView:
    """One entry, of a meeting within reach. Raises CheckItemNotFound."""
    found = db.session.execute(
        select(CheckItem, Occurrence.room_id)
        .join(Occurrence, Occurrence.id == CheckItem.occurrence_id)
        .where(CheckItem.id == item_id, within(actor, READS, CheckItem))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise CheckItemNotFound
    return view(*found)


def page_faults(
    actor: Actor,
    *,
    from_on: date,
    until_on: date,
    campus_id: int | None = None,
    is_open: bool | None = None,
    page: int,
    page_size: int,
) -> Page:
    """What was amiss on the days [from_on, until_on], the latest first. Raises FaultDaysInvalid."""
    statement: Any = (
        select(CheckItem, Occurrence.room_id)
        .join(Occurrence, Occurrence.id == CheckItem.occurrence_id)
        .where(*_of_days(actor, from_on, until_on, campus_id), CheckItem.is_ok.is_(False))
        .order_by(CheckItem.held_on.desc(), CheckItem.id.desc())
    )
    if is_open is not None:
        statement = statement.where(CheckItem.settled_at.is_(None) == is_open)
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([view(*row) for row in found.rows], found.total, found.page, found.page_size)


def figures(actor: Actor, *, from_on: date, until_on: date, campus_id: int | None = None) -> Figures:
    """How well the meetings of these days were served; four statements. Raises FaultDaysInvalid."""
    checked = _of_days(actor, from_on, until_on, campus_id)
    is_fault = case((CheckItem.is_ok.is_(False), 1), else_=0)
    per_meeting = (
        select(CheckItem.held_on, CheckItem.occurrence_id, func.sum(is_fault).label("faults"))
        .where(*checked)
        .group_by(CheckItem.held_on, CheckItem.occurrence_id)
        .subquery()
    )
    days = [
        FaultDay(on, int(meetings), int(faults))
        for on, meetings, faults in db.session.execute(
            select(per_meeting.c.held_on, func.count(), func.sum(per_meeting.c.faults))
            .group_by(per_meeting.c.held_on)
            .order_by(per_meeting.c.held_on)
        )
    ]
    faultless = db.session.scalar(select(func.count()).where(per_meeting.c.faults == 0)) or 0
    lines = db.session.execute(
        select(CheckItem.text, func.count(), func.count(CheckItem.settled_at))
        .where(*checked, CheckItem.is_ok.is_(False))
        .group_by(CheckItem.text)
        .order_by(func.count().desc(), CheckItem.text)
    ).all()
    meetings, tasks, done, late, undone = _task_sums(actor, from_on, until_on, campus_id)
    return Figures(
        from_on=from_on,
        until_on=until_on,
        meetings=meetings,
        checked=sum(day.meetings for day in days),
        faultless=faultless,
        faults=sum(count for _, count, _ in lines),
        settled=sum(settled for _, _, settled in lines),
        tasks=tasks,
        done=done,
        late=late,
        undone=undone,
        lines=[FaultLine(text, count) for text, count, _ in lines],
        days=days,
    )


def view(item: CheckItem, room_id: int) -> ItemView:
    """An entry as it is shown."""
    return ItemView(
        id=item.id,
        occurrence_id=item.occurrence_id,
        held_on=item.held_on,
        room=RoomName(room_id, rooms.find(room_id).name),
        phase=item.phase,
        code=item.code,
        text=item.text,
        kind=item.kind,
        service_id=item.service_id,
        is_ok=item.is_ok,
        note=item.note,
        checked_at=item.checked_at,
        checked_by=item.checked_by_name,
        settled_at=item.settled_at,
        settlement=item.settlement,
        order=OrderName(item.order_id, item.order_number) if item.order_id is not None else None,
    )


def _with_item(line: LineView, item: ItemView | None) -> LineView:
    return LineView(line.phase, line.code, line.text, line.kind, line.service_id, item)


def _of_days(actor: Actor, from_on: date, until_on: date, campus_id: int | None) -> list[ColumnElement[bool]]:
    if not timedelta() <= until_on - from_on < timedelta(days=policies.MOST_DAYS):
        raise FaultDaysInvalid(days=policies.MOST_DAYS)
    conditions = [CheckItem.held_on.between(from_on, until_on), within(actor, READS, CheckItem)]
    if campus_id is not None:
        conditions.append(CheckItem.campus_id == campus_id)
    return conditions


def _task_sums(
    actor: Actor, from_on: date, until_on: date, campus_id: int | None
) -> tuple[int, int, int, int, int]:
    begins_at = clock.at_local(from_on, time.min)
    ends_at = clock.at_local(until_on + timedelta(days=1), time.min)
    now = clock.now()
    is_done = Task.state == TaskState.DONE.value
    is_undone = Task.state.in_([state.value for state in UNDONE]) & (Task.due_at <= now)
    conditions = [
        Task.due_at >= begins_at,
        Task.due_at < ends_at,
        Task.state != TaskState.CANCELLED.value,
        within(actor, READS, Task),
    ]
    if campus_id is not None:
        conditions.append(Task.campus_id == campus_id)
    row = db.session.execute(
        select(
            func.count(distinct(Task.occurrence_id)),
            func.count(),
            func.coalesce(func.sum(case((is_done, 1), else_=0)), 0),
            func.coalesce(func.sum(case((is_done & (Task.done_at > Task.due_at), 1), else_=0)), 0),
            func.coalesce(func.sum(case((is_undone, 1), else_=0)), 0),
        ).where(*conditions)
    ).one()
    meetings, tasks, done, late, undone = (int(each) for each in row)
    return meetings, tasks, done, late, undone
