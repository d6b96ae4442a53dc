"""What was ordered for meetings, and what is to be done for them, as it stands: rows by meeting."""

from collections.abc import Collection

from sqlalchemy import select

from backend.db import db
from meeting.hospitality.models import BookingService, ServiceLine, Task
from meeting.hospitality.policies import Wish


def lines_of(occurrence_ids: Collection[int]) -> dict[int, list[ServiceLine]]:
    """What was ordered for these meetings, by meeting."""
    found: dict[int, list[ServiceLine]] = {occurrence_id: [] for occurrence_id in occurrence_ids}
    statement = (
        select(ServiceLine)
        .where(ServiceLine.occurrence_id.in_(sorted(occurrence_ids)))
        .order_by(ServiceLine.id)
        .execution_options(populate_existing=True)
    )
    for line in db.session.scalars(statement) if occurrence_ids else ():
        found[line.occurrence_id].append(line)
    return found


def defaults_of(booking_ids: Collection[int]) -> dict[int, list[Wish]]:
    """What was ordered for all meetings of these bookings."""
    found: dict[int, list[Wish]] = {}
    statement = (
        select(BookingService)
        .where(BookingService.booking_id.in_(sorted(booking_ids)))
        .order_by(BookingService.service_id)
    )
    for row in db.session.scalars(statement):
        found.setdefault(row.booking_id, []).append(Wish(row.service_id, row.quantity, row.note))
    return found


def tasks_of(occurrence_ids: Collection[int]) -> dict[int, list[Task]]:
    """Every task of these meetings, by meeting."""
    found: dict[int, list[Task]] = {occurrence_id: [] for occurrence_id in occurrence_ids}
    statement = (
        select(Task)
        .where(Task.occurrence_id.in_(sorted(found)))
        .order_by(Task.id)
        .execution_options(populate_existing=True)
    )
    for task in db.session.scalars(statement) if found else ():
        found[task.occurrence_id].append(task)
    return found
