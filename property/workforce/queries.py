"""Reads of the workforce: groups, workers, shifts and duties, which are the whole compound's."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, select

from backend import clock
from backend.actor import Permission
from backend.db import db, unit
from backend.identity.models import RoleGrant, RolePermission, Staff, StaffStatus
from backend.paging import Page
from backend.places.models import Building
from property.contractors.models import Contractor
from property.workforce.errors import GroupNotFound, ShiftNotFound, WorkerNotFound
from property.workforce.models import Duty, Group, Shift, Worker, WorkerSkill
from property.workforce.policies import DAYS_OF_WEEK, Span, Turn, days_of, monday_of

_AT_WORK = and_(Worker.is_active, Staff.status == StaffStatus.ACTIVE.value)


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group with whose it is; `contractor` is "" for the house's own. `workers` counts those at work."""

    id: int
    name: str
    contractor_id: int | None
    contractor: str
    is_active: bool
    workers: int


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A worker. `is_employed`: active in the roster; `may_handle`: a role lets them take orders on."""

    staff_id: int
    staff_no: str
    name: str
    is_employed: bool
    group_id: int
    group: str
    contractor_id: int | None
    is_lead: bool
    building_id: int | None
    building: str
    campus_id: int
    capacity: int
    is_active: bool
    joined_at: datetime
    skills: tuple[str, ...]
    may_handle: bool

    @property
    def is_available(self) -> bool:
        """Whether work may be given to this worker at all."""
        return self.is_active and self.is_employed


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A worker with the turns of a week."""

    worker: WorkerView
    turns: Sequence[Turn]


@dataclass(frozen=True, slots=True)
class RosterView:
    """Who is on which shift in a week. `shifts` are those in use and those that the week names."""

    week_on: date
    days: Sequence[date]
    shifts: Sequence[Shift]
    workers: Sequence[RosterRow]


def worker_of(staff_id: int) -> Worker | None:
    """The worker that a member of staff is at present, or None."""
    worker = db.session.get(Worker, staff_id)
    return worker if worker is not None and worker.is_active else None


def find_worker(staff_id: int) -> Worker:
    """A worker, at work or not any more. Raises WorkerNotFound."""
    worker = db.session.get(Worker, staff_id)
    if worker is None:
        raise WorkerNotFound
    return worker


def lock_worker(staff_id: int) -> Worker:
    """The row of a worker at work, held until the open unit ends, so that open orders can be counted.

    Raises WorkerNotFound.
    """
    unit()
    worker = db.session.scalars(
        select(Worker)
        .where(Worker.staff_id == staff_id, Worker.is_active)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if worker is None:
        raise WorkerNotFound
    return worker


def find_group(group_id: int) -> Group:
    """A group, in use or not. Raises GroupNotFound."""
    group = db.session.get(Group, group_id)
    if group is None:
        raise GroupNotFound
    return group


def find_shift(shift_id: int) -> Shift:
    """A shift, in use or not. Raises ShiftNotFound."""
    shift = db.session.get(Shift, shift_id)
    if shift is None:
        raise ShiftNotFound
    return shift


def members(group_id: int) -> list[int]:
    """The staff ids of those who work in a group, by id."""
    return list(names_at_work(group_id))


def leads_of(group_id: int) -> list[int]:
    """The staff ids of those who answer for a group (班组长), by id."""
    leads = select(Worker.staff_id).join(Staff, Staff.id == Worker.staff_id).where(_AT_WORK, Worker.is_lead)
    return list(db.session.scalars(leads.where(Worker.group_id == group_id).order_by(Worker.staff_id)))


def on_duty(at: datetime) -> set[int]:
    """The staff ids of the workers whose shift is on at an instant; one statement."""
    day = clock.local(at).date()
    rows = db.session.execute(
        select(Duty.staff_id, Duty.on_date, Shift.id, Shift.name, Shift.from_time, Shift.until_time)
        .join(Shift, Shift.id == Duty.shift_id)
        .where(Duty.on_date.in_([day - timedelta(days=1), day]))
    )
    return {
        staff_id
        for staff_id, on_date, shift_id, name, from_time, until_time in rows
        if Span(shift_id, name, from_time, until_time).covers(on_date, at)
    }


def skills_of(staff_ids: Collection[int] | None = None) -> dict[int, frozenset[str]]:
    """The skills of these workers, or of all; who has none is left out."""
    statement = select(WorkerSkill.staff_id, WorkerSkill.skill)
    if staff_ids is not None:
        statement = statement.where(WorkerSkill.staff_id.in_(staff_ids))
    found: dict[int, set[str]] = {}
    for staff_id, skill in db.session.execute(statement):
        found.setdefault(staff_id, set()).add(skill)
    return {staff_id: frozenset(skills) for staff_id, skills in found.items()}


def all_skills() -> list[str]:
    """Every skill that somebody has, in order."""
    return list(db.session.scalars(select(WorkerSkill.skill).distinct().order_by(WorkerSkill.skill)))


def list_groups(*, is_active: bool | None = None) -> list[GroupView]:
    """The groups by name, the house's own first; one statement."""
    workers = func.count(Worker.staff_id).filter(Worker.is_active)
    statement = (
        select(
            Group.id,
            Group.name,
            Group.contractor_id,
            func.coalesce(Contractor.short_name, ""),
            Group.is_active,
            workers,
        )
        .outerjoin(Contractor, Contractor.id == Group.contractor_id)
        .outerjoin(Worker, Worker.group_id == Group.id)
        .group_by(Group.id, Contractor.id)
        .order_by(Group.contractor_id.is_not(None), Group.name, Group.id)
    )
    if is_active is not None:
        statement = statement.where(Group.is_active == is_active)
    return [GroupView(*row) for row in db.session.execute(statement)]


def list_workers(
    *, group_id: int | None = None, staff_ids: Collection[int] | None = None, is_active: bool | None = None
) -> list[WorkerView]:
    """The workers by group, leads first, then by staff number; three statements."""
    statement = (
        select(
            Worker.staff_id,
            Staff.staff_no,
            Staff.name,
            Staff.status,
            Worker.group_id,
            Group.name.label("group"),
            Group.contractor_id,
            Worker.is_lead,
            Worker.building_id,
            Building.name.label("building"),
            Building.campus_id,
            Worker.capacity,
            Worker.is_active,
            Worker.joined_at,
        )
        .join(Staff, Staff.id == Worker.staff_id)
        .join(Group, Group.id == Worker.group_id)
        .outerjoin(Building, Building.id == Worker.building_id)
        .order_by(Group.name, Group.id, Worker.is_lead.desc(), Staff.staff_no)
    )
    if group_id is not None:
        statement = statement.where(Worker.group_id == group_id)
    if staff_ids is not None:
        statement = statement.where(Worker.staff_id.in_(staff_ids))
    if is_active is not None:
        statement = statement.where(Worker.is_active == is_active)
    skills, handlers = skills_of(staff_ids), _handlers()
    return [
        WorkerView(
            staff_id=row.staff_id,
            staff_no=row.staff_no,
            name=row.name,
            is_employed=row.status == StaffStatus.ACTIVE,
            group_id=row.group_id,
            group=row.group,
            contractor_id=row.contractor_id,
            is_lead=row.is_lead,
            building_id=row.building_id,
            building=row.building or "",
            campus_id=row.campus_id or 0,
            capacity=row.capacity,
            is_active=row.is_active,
            joined_at=row.joined_at,
            skills=tuple(sorted(skills.get(row.staff_id, ()))),
            may_handle=row.staff_id in handlers,
        )
        for row in db.session.execute(statement)
    ]


def group_view(group_id: int) -> GroupView:
    """A group as it is shown. Raises GroupNotFound."""
    found = next((one for one in list_groups() if one.id == group_id), None)
    if found is None:
        raise GroupNotFound
    return found


def worker_view(staff_id: int) -> WorkerView:
    """A worker as shown. Raises WorkerNotFound."""
    found = list_workers(staff_ids=[staff_id])
    if not found:
        raise WorkerNotFound
    return found[0]


def page_workers(
    *,
    group_id: int | None = None,
    is_active: bool | None = None,
    skill: str = "",
    q: str = "",
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The workers whose name has the text, or whose number begins with it."""
    found = [
        one
        for one in list_workers(group_id=group_id, is_active=is_active)
        if (not skill or skill in one.skills) and (q in one.name or one.staff_no.startswith(q))
    ]
    return Page(found[(page - 1) * page_size : page * page_size], len(found), page, page_size)


def names_at_work(group_id: int) -> dict[int, str]:
    """Who works in a group, by staff id with the name."""
    rows = db.session.execute(
        select(Staff.id, Staff.name)
        .join(Worker, Worker.staff_id == Staff.id)
        .where(_AT_WORK, Worker.group_id == group_id)
        .order_by(Staff.id)
    )
    return dict(rows.all())


def list_shifts(*, is_active: bool | None = None) -> Sequence[Shift]:
    """The shifts, in use or not, by when they begin."""
    statement = select(Shift).order_by(Shift.from_time, Shift.name)
    if is_active is not None:
        statement = statement.where(Shift.is_active == is_active)
    return db.session.scalars(statement).all()


def spans(shifts: Iterable[Shift]) -> dict[int, Span]:
    """Shifts as what their hours are, by id."""
    return {one.id: Span(one.id, one.name, one.from_time, one.until_time) for one in shifts}


def turns_of(week_on: date, *, group_id: int | None = None) -> list[Turn]:
    """The duties of the week that begins on `week_on`, of a group or of all, by worker and day."""
    statement = select(Duty.staff_id, Duty.on_date, Duty.shift_id).where(
        Duty.on_date >= week_on, Duty.on_date < week_on + timedelta(days=DAYS_OF_WEEK)
    )
    if group_id is not None:
        statement = statement.join(Worker, Worker.staff_id == Duty.staff_id).where(
            Worker.group_id == group_id
        )
    return sorted(Turn(*row) for row in db.session.execute(statement))


def turns_around(week_on: date, staff_ids: Collection[int]) -> list[Turn]:
    """The duties of these workers on the day before a week and on the one after it."""
    days = [week_on - timedelta(days=1), week_on + timedelta(days=DAYS_OF_WEEK)]
    rows = db.session.execute(
        select(Duty.staff_id, Duty.on_date, Duty.shift_id).where(
            Duty.on_date.in_(days), Duty.staff_id.in_(staff_ids)
        )
    )
    return [Turn(*row) for row in rows]


def roster(day: date, *, group_id: int | None = None) -> RosterView:
    """The duties of the week in which a day lies: of whoever works now, and of whoever has some of them."""
    week_on = monday_of(day)
    by_worker: dict[int, list[Turn]] = {}
    for turn in turns_of(week_on, group_id=group_id):
        by_worker.setdefault(turn.staff_id, []).append(turn)
    shown = {turn.shift_id for turns in by_worker.values() for turn in turns}
    return RosterView(
        week_on=week_on,
        days=days_of(week_on),
        shifts=[one for one in list_shifts() if one.is_active or one.id in shown],
        workers=[
            RosterRow(worker, by_worker.get(worker.staff_id, []))
            for worker in list_workers(group_id=group_id)
            if worker.is_available or worker.staff_id in by_worker
        ],
    )


def now_on_duty() -> list[WorkerView]:
    """The workers whose shift is on."""
    return list_workers(staff_ids=on_duty(clock.now()), is_active=True)


def _handlers() -> set[int]:
    """Whoever holds a role that may take orders on, wherever."""
    return set(
        db.session.scalars(
            select(RoleGrant.staff_id)
            .join(RolePermission, RolePermission.role_id == RoleGrant.role_id)
            .where(RolePermission.permission == Permission.ORDERS_HANDLE.value)
        )
    )
