"""Writes of the calendar, within an open unit of work."""

from datetime import date

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from backend import revisions
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import on_commit, unit
from backend.workdays.errors import OverrideNotFound
from backend.workdays.models import CalendarOverride
from backend.workdays.policies import Override, pairs_of_segments

# The topic under which caches above learn that the calendar has changed.
TOPIC = "workdays"

_INSERT: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(CalendarOverride),
    "postgresql": postgresql.insert(CalendarOverride),
}
_REPLACED = ("segments", "reason", "set_by", "set_at")
PUT_OVERRIDE = {
    name: insert.on_conflict_do_update(
        index_elements=["on_date"], set_={column: insert.excluded[column] for column in _REPLACED}
    )
    for name, insert in _INSERT.items()
}


def put_override(actor: Actor, override: Override, *, replaced: Override | None) -> None:
    """Set a day's override, over whatever stands there, and record what it replaced.

    One statement, because two administrators may set the same day at once.
    """
    connection = unit()
    pairs = pairs_of_segments(override.segments)
    connection.execute(
        PUT_OVERRIDE[connection.dialect.name],
        {
            "on_date": override.on_date,
            "segments": pairs,
            "reason": override.reason,
            "set_by": override.set_by,
            "set_at": override.set_at,
        },
    )
    record(
        actor,
        "workdays.override_set",
        "calendar_override",
        override.on_date,
        segments=pairs,
        reason=override.reason,
        replaced=pairs_of_segments(replaced.segments) if replaced is not None else None,
    )
    on_commit(lambda: revisions.bump(TOPIC))


def delete_override(actor: Actor, on_date: date) -> None:
    """Give a day back to the published calendar. Raises OverrideNotFound."""
    statement = delete(CalendarOverride).where(CalendarOverride.on_date == on_date)
    removed = unit().execute(statement.returning(CalendarOverride.segments)).one_or_none()
    if removed is None:
        raise OverrideNotFound(on_date=on_date.isoformat())
    record(actor, "workdays.override_removed", "calendar_override", on_date, replaced=removed.segments)
    on_commit(lambda: revisions.bump(TOPIC))
