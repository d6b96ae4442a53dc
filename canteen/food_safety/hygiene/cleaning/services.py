"""Use cases of cleaning and disinfection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db
from backend.media import operations as media_operations
from canteen.food_safety import reach
from canteen.food_safety.hygiene import queries as kitchen
from canteen.food_safety.hygiene.cleaning import policies, queries
from canteen.food_safety.hygiene.cleaning.queries import RecordView, TaskView
from canteen.food_safety.hygiene.errors import CleaningInvalid, CleaningRecordVoided
from canteen.food_safety.hygiene.models import CleaningKind, CleaningRecord, CleaningTask, Every, Method


@atomic
def add_task(
    actor: Actor,
    *,
    canteen_id: int,
    kind: CleaningKind,
    target: str,
    method: Method,
    every: Every,
    times: int = 1,
    station_id: int | None = None,
    agent: str = "",
    least_mg_l: int | None = None,
    least_minutes: int | None = None,
    note: str = "",
) -> TaskView:
    """Plan that something is cleaned or disinfected.

    Raises CanteenNotFound, StationNotFound or CleaningInvalid.
    """
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_MANAGE)
    now = clock.now()
    row = CleaningTask(canteen_id=canteen_id, created_at=now, changed_at=now)
    fields = {"kind": kind, "target": target, "method": method, "every": every, "times": times}
    more = {"agent": agent, "least_mg_l": least_mg_l, "least_minutes": least_minutes, "note": note}
    return _save(actor, row, station_id, {**fields, **more})


@atomic
def change_task(actor: Actor, *, task_id: int, station_id: int | None = None, **fields: Any) -> TaskView:
    """Plan it anew; what was done stays as it is. Raises CleaningTaskNotFound or as `add_task`."""
    row = queries.find_task(actor, task_id, Permission.SAFETY_MANAGE)
    row.changed_at = clock.now()
    return _save(actor, row, station_id, fields)


def _save(actor: Actor, row: CleaningTask, station_id: int | None, fields: dict[str, Any]) -> TaskView:
    policies.ensure_task(fields["kind"], fields["method"], fields["least_mg_l"])
    _ensure_station(actor, row.canteen_id, station_id)
    row.station_id = station_id
    for name, value in fields.items():
        setattr(row, name, getattr(value, "value", value))
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "canteen.cleaning_task_saved",
        "cleaning_task",
        row.id,
        canteen_id=row.canteen_id,
        name=row.target,
    )
    return queries.view_of(row)


def _ensure_station(actor: Actor, canteen_id: int, station_id: int | None) -> None:
    if station_id is not None and kitchen.find_station(actor, station_id).canteen_id != canteen_id:
        raise CleaningInvalid(reason="岗位不属于该食堂")


@atomic
def record_cleaning(
    actor: Actor,
    *,
    canteen_id: int,
    task_id: int | None = None,
    kind: CleaningKind | None = None,
    target: str = "",
    method: Method | None = None,
    agent: str = "",
    station_id: int | None = None,
    done_at: datetime | None = None,
    concentration_mg_l: int | None = None,
    minutes: int | None = None,
    note: str = "",
    photo_ids: Sequence[int] = (),
) -> RecordView:
    """Record that something was cleaned or disinfected: as a task says, or something else.

    What a task knows need not be said again, but for the concentration, which is measured.
    Raises CanteenNotFound, CleaningTaskNotFound, CleaningInvalid, ConcentrationNeeded, RecordDay or
    PhotoNotFound.
    """
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_RECORD)
    now = clock.now()
    at = done_at or now
    policies.ensure_past(at, now)
    kitchen.ensure_recordable(canteen_id, clock.local(at).date())
    task = _task(actor, canteen_id, task_id)
    if task is not None:
        policies.ensure_measured(task, concentration_mg_l)
        kind, target, station_id = CleaningKind(task.kind), task.target, task.station_id
        method, agent = method or Method(task.method), agent or task.agent
    if kind is None or method is None or not target:
        raise CleaningInvalid(reason="请填写对象、类型和方法")
    _ensure_station(actor, canteen_id, station_id)
    row = CleaningRecord(
        canteen_id=canteen_id,
        task_id=task_id,
        station_id=station_id,
        done_on=clock.local(at).date(),
        done_at=at,
        kind=kind.value,
        target=target,
        method=method.value,
        agent=agent,
        concentration_mg_l=concentration_mg_l,
        minutes=minutes,
        is_below=policies.is_below(task, concentration_mg_l, minutes),
        note=note,
        recorded_at=now,
        recorded_by=actor.staff_id,
        recorded_by_name=actor.name,
    )
    db.session.add(row)
    db.session.flush()
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        media_operations.attach(actor, photo_id, policies.PHOTO_OWNER, row.id, position=position)
    return queries.record_view(row)


def _task(actor: Actor, canteen_id: int, task_id: int | None) -> CleaningTask | None:
    if task_id is None:
        return None
    task = queries.find_task(actor, task_id, Permission.SAFETY_RECORD)
    if task.canteen_id != canteen_id or not task.is_active:
        raise CleaningInvalid(reason="该计划已停用或不属于该食堂")
    return task


@atomic
def void_record(actor: Actor, *, record_id: int, reason: str) -> RecordView:
    """Take back a record that was entered in error; it stays to be seen.

    Raises CleaningRecordNotFound or CleaningRecordVoided.
    """
    row = queries.find_record(actor, record_id)
    if row.voided_at is not None:
        raise CleaningRecordVoided
    row.voided_at, row.voided_by_name, row.void_reason = clock.now(), actor.name, reason
    record(
        actor,
        "canteen.cleaning_record_voided",
        "cleaning_record",
        row.id,
        canteen_id=row.canteen_id,
        reason=reason,
    )
    db.session.flush()
    return queries.record_view(row)
