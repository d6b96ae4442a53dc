"""Telling people of hospitality, within an open unit of work."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from backend.actor import Permission
from backend.db import db
from backend.identity import queries as identity
from backend.identity.models import Staff
from backend.notifications.kinds import Kind
from backend.notifications.operations import notify
from meeting.bookings import telling as booking_telling
from meeting.bookings.models import Occurrence
from meeting.hospitality import messages, policies
from meeting.hospitality.catalogue.models import Phase
from meeting.hospitality.catalogue.queries import ServiceView
from meeting.hospitality.lending import Shortage
from meeting.hospitality.models import Task
from meeting.rooms import queries as rooms


@dataclass(slots=True)
class Laid:
    """What laying came to: what is short, whose tasks moved or went, and whose nobody has any more."""

    short: list[Shortage] = field(default_factory=list)
    moved: list[Task] = field(default_factory=list)
    cancelled: list[Task] = field(default_factory=list)
    freed: list[tuple[Task, int]] = field(default_factory=list)  # with whose it was


def task_title(task: Task, services: Mapping[int, ServiceView]) -> str:
    """会前茶水, 会中续水（第 2 次）, 会后检查."""
    phase = policies.PHASE_NAMES[Phase(task.phase)]
    if task.service_id is None:
        return f"{phase}检查"
    name = services[task.service_id].name
    return f"{phase}{name}（第 {task.sequence} 次）" if task.sequence else f"{phase}{name}"


def tell(occurrence: Occurrence, kind: Kind, staff_ids: Collection[int], *, event: str, **more: str) -> None:
    """Tell these people of a meeting, once for each event of it as it is now."""
    if staff_ids:
        notify(
            kind,
            staff_ids,
            {
                "room": rooms.find(occurrence.room_id).name,
                "time": booking_telling.when([occurrence]),
                **more,
            },
            page=f"pages/meeting/tasks?occurrence={occurrence.id}",
            dedupe=f"{event} {occurrence.id}.{occurrence.revision}",
        )


def managers_of(occurrence: Occurrence) -> set[int]:
    """Who manages hospitality where a meeting is."""
    room = rooms.find(occurrence.room_id)
    return identity.holders(
        Permission.HOSPITALITY_MANAGE, campus_id=room.campus_id, building_id=room.building_id
    )


def tell_of(
    laid: Laid, occurrences: Iterable[Occurrence], services: Mapping[int, ServiceView], *, but: int
) -> None:
    """Tell stewards what moved and what went, and who manages hospitality what is open now."""
    by_id = {each.id: each for each in occurrences}
    for occurrence_id, staff_ids in _stewards(laid.moved).items():
        tell(by_id[occurrence_id], messages.TASKS_MOVED, staff_ids - {but}, event="tasks moved")
    for occurrence_id, tasks in _grouped(laid.cancelled).items():
        titles = "、".join(dict.fromkeys(task_title(task, services) for task in tasks))
        told = {task.steward_id for task in tasks if task.steward_id is not None} - {but}
        tell(by_id[occurrence_id], messages.TASKS_CANCELLED, told, event="tasks off", task=titles[:100])
    _tell_freed(laid, by_id, services)
    for shortage in laid.short:
        occurrence = by_id[shortage.wanted.occurrence_id]
        told = managers_of(occurrence) | {occurrence.organiser_id}
        names = [
            each.name for each in services.values() if each.item and each.item.id == shortage.wanted.item_id
        ]
        tell(
            occurrence,
            messages.STOCK_SHORT,
            told,
            event=f"short {shortage.wanted.line_id}",
            what="、".join(names),
        )


def _tell_freed(laid: Laid, by_id: Mapping[int, Occurrence], services: Mapping[int, ServiceView]) -> None:
    staff_ids = {staff_id for _, staff_id in laid.freed}
    if not staff_ids:
        return
    rows: Any = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(sorted(staff_ids))))
    names: dict[int, str] = dict(rows.all())
    whose: dict[tuple[int, int], list[Task]] = {}
    for task, staff_id in laid.freed:
        whose.setdefault((task.occurrence_id, staff_id), []).append(task)
    for (occurrence_id, staff_id), tasks in whose.items():
        occurrence = by_id[occurrence_id]
        titles = "、".join(dict.fromkeys(task_title(task, services) for task in tasks))
        tell(
            occurrence,
            messages.TASKS_FREED,
            managers_of(occurrence) | {staff_id},
            event=f"freed {staff_id}",
            who=names.get(staff_id, ""),
            task=titles[:100],
        )


def _grouped(tasks: Iterable[Task]) -> dict[int, list[Task]]:
    found: dict[int, list[Task]] = {}
    for task in tasks:
        if task.steward_id is not None:
            found.setdefault(task.occurrence_id, []).append(task)
    return found


def _stewards(tasks: Iterable[Task]) -> dict[int, set[int]]:
    grouped = _grouped(tasks)
    return {
        occurrence_id: {task.steward_id for task in those if task.steward_id is not None}
        for occurrence_id, those in grouped.items()
    }
