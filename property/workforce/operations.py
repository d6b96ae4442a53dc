"""Writes of the workforce, in the caller's unit of work."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.db import db, table, unit
from backend.errors import AppError
from backend.identity.models import Staff, StaffStatus
from property.workforce.errors import GroupClosed, WorkerNotFound, WorkerUnsuitable
from property.workforce.models import Duty, Group, Worker, WorkerSkill
from property.workforce.policies import DAYS_OF_WEEK, Turn

_DUTIES, _SKILLS = table(Duty), table(WorkerSkill)
WORKER_FIELDS = ("group_id", "is_lead", "building_id", "capacity", "is_active")


def save(row: Any, taken: AppError) -> None:
    """Write a row whose name nobody else may have; raises `taken`."""
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise taken from error


def ensure_open(group: Group) -> None:
    """A group that takes workers in. Raises GroupClosed."""
    if not group.is_active:
        raise GroupClosed(group=group.name)


def ensure_employed(staff: Staff | None, staff_no: str) -> Staff:
    """Somebody who can work. Raises WorkerUnsuitable."""
    if staff is None or staff.status != StaffStatus.ACTIVE:
        raise WorkerUnsuitable(staff_no=staff_no)
    return staff


def ensure_employed_id(staff_id: int) -> Staff:
    """The same by id."""
    staff = db.session.get(Staff, staff_id)
    return ensure_employed(staff, staff.staff_no if staff is not None else "")


def hold_worker(staff_id: int) -> Worker:
    """The row of a worker, at work or not any more, held until the open unit ends. Raises WorkerNotFound."""
    unit()
    held = select(Worker).where(Worker.staff_id == staff_id).with_for_update(key_share=True)
    worker = db.session.scalars(held.execution_options(populate_existing=True)).one_or_none()
    if worker is None:
        raise WorkerNotFound
    return worker


def seen(worker: Worker) -> dict[str, Any]:
    """A worker as the trail shows one."""
    return {name: getattr(worker, name) for name in WORKER_FIELDS}


def describe(worker: Worker, skills: Collection[str], **columns: Any) -> None:
    """Write what a worker is: some of WORKER_FIELDS, and all skills."""
    for name, value in columns.items():
        setattr(worker, name, value)
    db.session.add(worker)
    db.session.flush()  # The skills refer to the row.
    unit().execute(delete(_SKILLS).where(_SKILLS.c.staff_id == worker.staff_id))
    if skills:
        rows = [{"staff_id": worker.staff_id, "skill": skill} for skill in sorted(set(skills))]
        unit().execute(insert(_SKILLS), rows)


def end_duties(staff_id: int) -> int:
    """Take a worker who leaves off the roster from today on; returns how many duties that were."""
    rest = delete(_DUTIES).where(_DUTIES.c.staff_id == staff_id, _DUTIES.c.on_date >= clock.today())
    return unit().execute(rest).rowcount


def hold_workers(staff_ids: Collection[int]) -> None:
    """Let nobody else change these workers, nor their duties, until the open unit ends."""
    unit()
    held = select(Worker.staff_id).where(Worker.staff_id.in_(staff_ids)).order_by(Worker.staff_id)
    db.session.execute(held.with_for_update(key_share=True))


def replace_week(week_on: date, staff_ids: Collection[int], turns: Iterable[Turn]) -> None:
    """Make these the duties of these workers in the week that begins on `week_on`."""
    week = _DUTIES.c.on_date >= week_on, _DUTIES.c.on_date < week_on + timedelta(days=DAYS_OF_WEEK)
    unit().execute(delete(_DUTIES).where(*week, _DUTIES.c.staff_id.in_(staff_ids)))
    rows = [
        {"staff_id": one.staff_id, "on_date": one.on_date, "shift_id": one.shift_id}
        for one in sorted(set(turns))
    ]
    if rows:
        unit().execute(insert(_DUTIES), rows)
