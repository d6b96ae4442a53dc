"""Who is at which meeting when, within an open unit of work.

Stewards are locked by rising id, after the meetings and the stock. What a steward's undone tasks at a meeting
cover is kept as rows that may not overlap: the database has the last word.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.db import db, unit
from backend.identity.models import Staff
from meeting.hospitality import policies
from meeting.hospitality.errors import StewardBusy
from meeting.hospitality.models import UNDONE, Duty, Task
from meeting.hospitality.policies import Interval

GUARD: Final = "ex_meeting_duties_overlap"


def lock(staff_ids: Collection[int]) -> dict[int, str]:
    """Keep these stewards from everybody else who gives them tasks; their names."""
    if not staff_ids:
        return {}
    rows: Any = unit().execute(
        select(Staff.id, Staff.name)
        .where(Staff.id.in_(sorted(staff_ids)))
        .order_by(Staff.id)
        .with_for_update(key_share=True)
    )
    return dict(rows.all())


def taken(
    staff_ids: Collection[int], since: datetime, but: Collection[int] = ()
) -> dict[int, list[Interval]]:
    """When these stewards are at meetings, other than these, from an instant on."""
    found: dict[int, list[Interval]] = {staff_id: [] for staff_id in staff_ids}
    statement = select(Duty.steward_id, Duty.from_at, Duty.until_at).where(
        Duty.steward_id.in_(sorted(staff_ids)),
        Duty.until_at > since,
        Duty.occurrence_id.not_in(sorted(but)),
    )
    for staff_id, from_at, until_at in db.session.execute(statement) if staff_ids else ():
        found[staff_id].append((from_at, until_at))
    return found


def settle(tasks: Sequence[Task], names: Mapping[int, str], of: Sequence[Task] = ()) -> list[Task]:
    """Write anew when the stewards who are named here, and locked, are at the meetings of these tasks.

    `tasks` are all tasks that they have at these meetings; `of`, others of the same meetings. Where a
    steward is at another meeting at that time, nothing is written for this one: its tasks, which still name
    them, are returned.
    """
    if not names:
        return []
    occurrence_ids = {task.occurrence_id for task in (*tasks, *of)}
    unit().execute(
        delete(Duty).where(Duty.occurrence_id.in_(sorted(occurrence_ids)), Duty.steward_id.in_(sorted(names)))
    )
    since = min((task.from_at for task in tasks), default=clock.now())
    elsewhere = taken(names, since, occurrence_ids)
    rows: list[dict[str, Any]] = []
    lost: list[Task] = []
    for (staff_id, occurrence_id), own in _by_steward(tasks).items():
        stretches = policies.merged([(task.from_at, task.due_at) for task in own])
        if staff_id not in names or policies.clash(stretches, elsewhere[staff_id]) is not None:
            lost += own
            continue
        elsewhere[staff_id] += stretches
        rows += [
            {"steward_id": staff_id, "occurrence_id": occurrence_id, "from_at": begin, "until_at": end}
            for begin, end in stretches
        ]
    _insert(rows)
    return lost


def _by_steward(tasks: Sequence[Task]) -> dict[tuple[int, int], list[Task]]:
    """The undone tasks of each steward at each meeting, the earliest meeting first."""
    found: dict[tuple[int, int], list[Task]] = {}
    for task in sorted(tasks, key=lambda each: (each.from_at, each.id)):
        if task.steward_id is not None and task.state in UNDONE:
            found.setdefault((task.steward_id, task.occurrence_id), []).append(task)
    return found


def _insert(rows: Sequence[dict[str, Any]]) -> None:
    try:
        if rows:
            unit().execute(insert(Duty), rows)
    except IntegrityError as error:
        if GUARD in str(error.orig):
            raise StewardBusy(name="会务人员") from error
        raise
