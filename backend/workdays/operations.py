"""Writes of the calendar, within an open unit of work; `backend.flows.calendar_changes` opens it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from backend import clock, revisions
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import on_commit, unit
from backend.workdays import policies, queries
from backend.workdays.errors import OverrideNotFound
from backend.workdays.models import CalendarOverride
from backend.workdays.policies import Override, Segment, pairs_of_segments

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


def set_override(
    actor: Actor, *, on_date: date, segments: Sequence[Segment], reason: str
) -> tuple[Override, bool]:
    """Say in which segments the office works on a day (none: closed), whatever is published.

    Replaces what stands there; repeating what stands there changes and records nothing. `reason` has 1 to 200
    characters. Returns what stands, and whether that is new. Raises Forbidden or InvalidSegments.
    """
    ensure_everywhere(actor, Permission.WORKDAYS_MANAGE)
    policies.ensure_segments(segments)
    standing = queries.find_override(on_date)
    if standing is not None and (standing.segments, standing.reason) == (tuple(segments), reason):
        return standing, False
    override = Override(on_date, tuple(segments), reason, set_by=actor.staff_id, set_at=clock.now())
    put_override(actor, override, replaced=standing)
    return override, True


def remove_override(actor: Actor, *, on_date: date) -> None:
    """Give a day back to the published calendar. Raises Forbidden or OverrideNotFound."""
    ensure_everywhere(actor, Permission.WORKDAYS_MANAGE)
    delete_override(actor, on_date)


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
