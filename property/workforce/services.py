"""Use cases of the workforce. It belongs to no place: who writes must hold the permission everywhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from backend.documents import reading
from backend.documents.reading import Fault
from backend.identity.models import Staff
from backend.places import queries as place_queries
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from property.contractors.errors import ContractorNotFound
from property.contractors.models import Contractor
from property.workforce import operations, policies, queries
from property.workforce.errors import (
    GroupExists,
    ShiftExists,
    WeekTaken,
    WorkerExists,
)
from property.workforce.models import Group, Shift, Worker
from property.workforce.policies import DAYS_OF_WEEK, Turn
from property.workforce.queries import GroupView, RosterView, WorkerView

MAX_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class WeekImported:
    """What an import wrote: for how many workers, and how many duties they have now."""

    week_on: date
    workers: int
    duties: int


@atomic
def create_group(actor: Actor, *, name: str, contractor_id: int | None = None) -> GroupView:
    """A new group, of the house or of a contractor. Raises Forbidden, ContractorNotFound or GroupExists."""
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    contractor = db.session.get(Contractor, contractor_id) if contractor_id is not None else None
    if contractor_id is not None and (contractor is None or not contractor.is_active):
        raise ContractorNotFound
    group = Group(name=name, contractor_id=contractor_id)
    operations.save(group, GroupExists(group=name))
    record(actor, "property.group_created", "work_group", group.id, name=name, contractor_id=contractor_id)
    return queries.group_view(group.id)


@atomic
def create_worker(
    actor: Actor,
    *,
    staff_no: str,
    group_id: int,
    skills: Sequence[str] = (),
    is_lead: bool = False,
    building_id: int | None = None,
    capacity: int = 5,
) -> WorkerView:
    """Let a member of staff work in a group.

    Raises Forbidden, WorkerUnsuitable, WorkerExists, GroupNotFound, GroupClosed or PlaceNotFound.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    staff = db.session.scalars(select(Staff).where(Staff.staff_no == staff_no)).one_or_none()
    staff = operations.ensure_employed(staff, staff_no)
    if db.session.get(Worker, staff.id) is not None:
        raise WorkerExists(name=staff.name)
    operations.ensure_open(queries.find_group(group_id))
    ensure_building(building_id)
    worker = Worker(staff_id=staff.id, is_active=True, joined_at=clock.now())
    operations.describe(
        worker, skills, group_id=group_id, is_lead=is_lead, building_id=building_id, capacity=capacity
    )
    record(
        actor,
        "property.worker_added",
        "worker",
        staff.id,
        skills=sorted(skills),
        after=operations.seen(worker),
    )
    return queries.worker_view(staff.id)


def ensure_building(building_id: int | None) -> None:
    """A station that exists. Raises PlaceNotFound."""
    if building_id is not None:
        place_queries.find_place(Ref(PlaceKind.BUILDING, building_id))


@atomic
def create_shift(actor: Actor, *, name: str, from_time: time, until_time: time) -> Shift:
    """A new shift. Raises Forbidden or ShiftExists."""
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    shift = Shift(name=name, from_time=from_time, until_time=until_time)
    operations.save(shift, ShiftExists(shift=name))
    record(actor, "property.shift_created", "work_shift", shift.id, after=_hours(shift))
    return shift


@atomic
def change_shift(
    actor: Actor, *, shift_id: int, name: str, from_time: time, until_time: time, is_active: bool = True
) -> Shift:
    """Change a shift, and thereby whatever duties name it. Raises Forbidden, ShiftNotFound or ShiftExists."""
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    shift = queries.find_shift(shift_id)
    before = _hours(shift)
    shift.name, shift.from_time, shift.until_time, shift.is_active = name, from_time, until_time, is_active
    operations.save(shift, ShiftExists(shift=name))
    if _hours(shift) != before:
        record(actor, "property.shift_changed", "work_shift", shift.id, before=before, after=_hours(shift))
    return shift


@atomic
def set_week(actor: Actor, *, week_on: date, group_id: int, turns: Collection[Turn]) -> RosterView:
    """Make these the duties of a group's workers in the week that begins on a Monday.

    What stands may name a shift that is out of use by now, what is new may not. Raises Forbidden,
    GroupNotFound, DutyInvalid or DutiesOverlap.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    queries.find_group(group_id)
    names = queries.names_at_work(group_id)
    _write_week(actor, week_on, names, turns, group_id=group_id)
    return queries.roster(week_on, group_id=group_id)


@atomic
def copy_week(actor: Actor, *, week_on: date, group_id: int, is_replacing: bool = False) -> RosterView:
    """Give a group's workers the duties of the week before; shifts out of use are left out.

    Raises Forbidden, GroupNotFound, DutyInvalid or WeekTaken.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    queries.find_group(group_id)
    names = queries.names_at_work(group_id)
    standing = queries.turns_of(week_on, group_id=group_id)
    if standing and not is_replacing:
        raise WeekTaken(duties=len(standing))
    week = timedelta(days=DAYS_OF_WEEK)
    usable = {shift.id for shift in queries.list_shifts(is_active=True)}
    turns = [
        Turn(turn.staff_id, turn.on_date + week, turn.shift_id)
        for turn in queries.turns_of(week_on - week, group_id=group_id)
        if turn.staff_id in names and turn.shift_id in usable
    ]
    _write_week(actor, week_on, names, turns, group_id=group_id)
    return queries.roster(week_on, group_id=group_id)


def import_week(actor: Actor, *, day: date, data: bytes) -> WeekImported:
    """Take the duties of the week of `day` from an Excel sheet by staff numbers: all of it, or nothing.

    Who is not named keeps what stands. Raises Forbidden, SheetUnreadable, SheetTooLarge, ColumnsMissing,
    SheetEmpty, RowsRejected with the faults by row, or DutiesOverlap.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    week_on = policies.monday_of(day)
    lines = reading.read_lines(data, policies.COLUMNS, policies.REQUIRED, MAX_ROWS)
    workers = {one.staff_no: one for one in queries.list_workers(is_active=True) if one.is_employed}
    shifts = {shift.name: shift.id for shift in queries.list_shifts(is_active=True)}
    faults: list[Fault] = []
    wanted = policies.turns_in(
        lines, week_on, {number: one.staff_id for number, one in workers.items()}, shifts, faults
    )
    reading.refuse(faults)
    named = {one.staff_id: one.name for one in workers.values() if one.staff_id in wanted}
    return _import_week(actor, week_on, named, [turn for turns in wanted.values() for turn in turns])


@atomic
def _import_week(actor: Actor, week_on: date, names: dict[int, str], turns: Collection[Turn]) -> WeekImported:
    _write_week(actor, week_on, names, turns)
    return WeekImported(week_on, len(names), len(turns))


def _write_week(
    actor: Actor, week_on: date, names: dict[int, str], turns: Collection[Turn], **details: Any
) -> None:
    """Replace the duties of the named workers. Raises DutyInvalid or DutiesOverlap."""
    operations.hold_workers(names)
    standing = {turn for turn in queries.turns_of(week_on) if turn.staff_id in names}
    shifts = queries.spans(queries.list_shifts())
    usable = {shift.id for shift in queries.list_shifts(is_active=True)} | {one.shift_id for one in standing}
    policies.ensure_week(week_on, turns, names, usable)
    around = queries.turns_around(week_on, names)
    policies.ensure_apart([*turns, *around], shifts, names)
    if set(turns) == standing:
        return
    operations.replace_week(week_on, list(names), turns)
    record(
        actor,
        "property.duties_set",
        "duty_week",
        week_on.isoformat(),
        **details,
        workers=len(names),
        before=len(standing),
        after=len(set(turns)),
    )


def _hours(shift: Shift) -> dict[str, Any]:
    return {
        "name": shift.name,
        "from_time": shift.from_time.strftime("%H:%M"),
        "until_time": shift.until_time.strftime("%H:%M"),
        "is_active": shift.is_active,
    }
