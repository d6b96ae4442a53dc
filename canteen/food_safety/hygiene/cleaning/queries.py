"""Reads of cleaning and disinfection, scoped by the actor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select

from backend.actor import Actor, Permission
from backend.db import db
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from canteen.food_safety import reach
from canteen.food_safety.hygiene.cleaning import policies
from canteen.food_safety.hygiene.errors import CleaningRecordNotFound, CleaningTaskNotFound
from canteen.food_safety.hygiene.models import (
    CleaningKind,
    CleaningRecord,
    CleaningTask,
    Every,
    Method,
    Station,
)
from canteen.food_safety.hygiene.titles import EVERY_NAMES, KIND_NAMES, METHOD_NAMES
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu_queries


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with the name of its station, which is empty for the whole kitchen."""

    row: CleaningTask
    station: str

    @property
    def method_name(self) -> str:
        """What the method is called."""
        return METHOD_NAMES[Method(self.row.method)]

    @property
    def every_text(self) -> str:
        """`每天 3 次`."""
        return f"{EVERY_NAMES[Every(self.row.every)]} {self.row.times} 次"


@dataclass(frozen=True, slots=True)
class DueTask:
    """A task with how often it was done in the span that a day lies in."""

    task: TaskView
    done: int
    last_at: datetime | None

    @property
    def is_done(self) -> bool:
        """Whether it was done as often as it is due."""
        return self.done >= self.task.row.times


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record with the name of its station and its photos."""

    row: CleaningRecord
    station: str
    photos: Sequence[PhotoLinks] = ()

    @property
    def kind_name(self) -> str:
        """清洁 or 消毒."""
        return KIND_NAMES[CleaningKind(self.row.kind)]

    @property
    def method_name(self) -> str:
        """What the method is called."""
        return METHOD_NAMES[Method(self.row.method)]

    @property
    def is_voided(self) -> bool:
        """Whether it was entered in error."""
        return self.row.voided_at is not None


def list_tasks(actor: Actor, *, canteen_id: int, with_inactive: bool = False) -> list[TaskView]:
    """What is cleaned and disinfected in a kitchen. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id)
    return _tasks(canteen_id, with_inactive=with_inactive)


def _tasks(canteen_id: int, *, with_inactive: bool = False, station_id: int | None = None) -> list[TaskView]:
    statement = (
        select(CleaningTask, Station.name)
        .outerjoin(Station, Station.id == CleaningTask.station_id)
        .where(CleaningTask.canteen_id == canteen_id)
    )
    if station_id is not None:
        statement = statement.where(CleaningTask.station_id == station_id)
    if not with_inactive:
        statement = statement.where(CleaningTask.is_active)
    rows = db.session.execute(statement.order_by(Station.position, CleaningTask.id))
    return [TaskView(task, station or "") for task, station in rows]


def find_task(actor: Actor, task_id: int, permission: Permission) -> CleaningTask:
    """A task of a kitchen within reach. Raises CleaningTaskNotFound."""
    found = db.session.get(CleaningTask, task_id, populate_existing=True)
    if found is None:
        raise CleaningTaskNotFound
    if not menu_policies.covers(actor, permission, menu_queries.get_canteen(found.canteen_id)):
        raise CleaningTaskNotFound
    return found


def view_of(task: CleaningTask) -> TaskView:
    """A task as people read it."""
    station = db.session.get(Station, task.station_id) if task.station_id is not None else None
    return TaskView(task, station.name if station is not None else "")


def due_of(canteen_id: int, on: date, station_id: int | None = None) -> list[DueTask]:
    """What is due on a day, with how often it was done in its span; at most three statements more."""
    tasks = _tasks(canteen_id, station_id=station_id)
    done: dict[int, tuple[int, datetime]] = {}
    for every in Every:
        ids = [each.row.id for each in tasks if each.row.every == every]
        if ids:
            done.update(_done(ids, *policies.span_of(every, on)))
    return [DueTask(each, *done.get(each.row.id, (0, None))) for each in tasks]


def _done(task_ids: Sequence[int], from_on: date, until_on: date) -> dict[int, tuple[int, datetime]]:
    rows = db.session.execute(
        select(CleaningRecord.task_id, func.count(), func.max(CleaningRecord.done_at))
        .where(
            CleaningRecord.task_id.in_(task_ids),
            CleaningRecord.done_on.between(from_on, until_on),
            CleaningRecord.voided_at.is_(None),
        )
        .group_by(CleaningRecord.task_id)
    )
    return {task_id: (count, last_at) for task_id, count, last_at in rows if task_id is not None}


def page_records(
    actor: Actor,
    *,
    canteen_id: int,
    from_on: date,
    until_on: date,
    task_id: int | None = None,
    kind: CleaningKind | None = None,
    is_below: bool | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The records of these days, voided ones included, the latest first. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id)
    statement = _records(canteen_id, from_on, until_on)
    if task_id is not None:
        statement = statement.where(CleaningRecord.task_id == task_id)
    if kind is not None:
        statement = statement.where(CleaningRecord.kind == kind.value)
    if is_below is not None:
        statement = statement.where(CleaningRecord.is_below == is_below, CleaningRecord.voided_at.is_(None))
    ordered = statement.order_by(CleaningRecord.done_at.desc(), CleaningRecord.id.desc())
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    photos = media_queries.links_of_owners(policies.PHOTO_OWNER, [row.id for row, _ in found.rows])
    views = [RecordView(row, station or "", photos.get(row.id, ())) for row, station in found.rows]
    return Page(views, found.total, page, page_size)


def records_between(canteen_id: int, from_on: date, until_on: date) -> list[RecordView]:
    """Every record of these days that was not voided, the first one first; one statement."""
    statement = _records(canteen_id, from_on, until_on).where(CleaningRecord.voided_at.is_(None))
    rows = db.session.execute(statement.order_by(CleaningRecord.done_at, CleaningRecord.id))
    return [RecordView(row, station or "") for row, station in rows]


def _records(canteen_id: int, from_on: date, until_on: date) -> Any:
    return (
        select(CleaningRecord, Station.name)
        .outerjoin(Station, Station.id == CleaningRecord.station_id)
        .where(CleaningRecord.canteen_id == canteen_id, CleaningRecord.done_on.between(from_on, until_on))
    )


def counts_by_day(canteen_id: int, from_on: date, until_on: date) -> dict[date, tuple[int, int]]:
    """By day: how many records there are, and how many of them are below what was asked for."""
    below = func.sum(case((CleaningRecord.is_below, 1), else_=0))
    rows = db.session.execute(
        select(CleaningRecord.done_on, func.count(), below)
        .where(
            CleaningRecord.canteen_id == canteen_id,
            CleaningRecord.done_on.between(from_on, until_on),
            CleaningRecord.voided_at.is_(None),
        )
        .group_by(CleaningRecord.done_on)
    )
    return {on: (count, low or 0) for on, count, low in rows}


def find_record(actor: Actor, record_id: int) -> CleaningRecord:
    """A record of a kitchen where the actor records. Raises CleaningRecordNotFound."""
    found = db.session.scalars(
        select(CleaningRecord).where(CleaningRecord.id == record_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise CleaningRecordNotFound
    canteen = menu_queries.get_canteen(found.canteen_id)
    if not menu_policies.covers(actor, Permission.SAFETY_RECORD, canteen):
        raise CleaningRecordNotFound
    return found


def record_view(row: CleaningRecord) -> RecordView:
    """A record as people read it."""
    station = db.session.get(Station, row.station_id) if row.station_id is not None else None
    photos = media_queries.links_of_owners(policies.PHOTO_OWNER, [row.id])
    return RecordView(row, station.name if station is not None else "", photos.get(row.id, ()))
