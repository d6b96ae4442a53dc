"""Writes of policies, service calendars and classes of places, within an open unit of work."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, unit
from backend.places.policies import Ref
from backend.workdays.policies import OfficeHours, Segments, pairs_of_segments
from property.categories import queries as category_queries
from property.service_levels import operations, policies, reading
from property.service_levels.errors import CalendarNameTaken, ClassNotFound
from property.service_levels.models import (
    PlaceClass,
    PlaceClassing,
    PolicyLine,
    PolicyVersion,
    ServiceCalendar,
)
from property.service_levels.policies import Line


def create_calendar(
    actor: Actor, *, name: str, segments: Segments, by_weekday: Mapping[int, Segments]
) -> ServiceCalendar:
    """A new service calendar. Raises InvalidSegments or CalendarNameTaken."""
    unit()
    row = ServiceCalendar(name=name, revision=1)
    _fill(row, name, segments, by_weekday)
    db.session.add(row)
    db.session.flush()
    record(actor, "property.calendar_created", "service_calendar", row.id, name=name, segments=row.segments)
    return row


def change_calendar(
    actor: Actor, row: ServiceCalendar, *, name: str, segments: Segments, by_weekday: Mapping[int, Segments]
) -> int:
    """Change a locked calendar and count its open clocks again; returns how many are due otherwise.

    Raises InvalidSegments or CalendarNameTaken.
    """
    unit()
    before = (row.segments, row.by_weekday)
    name_before = row.name
    _fill(row, name, segments, by_weekday)
    if (row.segments, row.by_weekday) == before:
        if name != name_before:
            db.session.flush()
            record(actor, "property.calendar_changed", "service_calendar", row.id, name=name)
        return 0
    row.revision += 1
    db.session.flush()
    moved = operations.recount_open(row.id)
    record(
        actor,
        "property.calendar_changed",
        "service_calendar",
        row.id,
        name=name,
        segments=row.segments,
        replaced=before[0],
        moved=moved,
    )
    return moved


def _fill(row: ServiceCalendar, name: str, segments: Segments, by_weekday: Mapping[int, Segments]) -> None:
    OfficeHours(segments, by_weekday)  # Refuses what is out of order or empty.
    taken = select(ServiceCalendar.id).where(ServiceCalendar.name == name, ServiceCalendar.id != row.id)
    if row.id is None:
        taken = select(ServiceCalendar.id).where(ServiceCalendar.name == name)
    with db.session.no_autoflush:
        if db.session.scalar(taken) is not None:
            raise CalendarNameTaken(name=name)
    row.name = name
    row.segments = pairs_of_segments(segments)
    row.by_weekday = {str(day): pairs_of_segments(each) for day, each in sorted(by_weekday.items())}


def create_version(actor: Actor, *, title: str, source: str, lines: Sequence[Line]) -> PolicyVersion:
    """A draft with these lines. Raises LineInvalid."""
    unit()
    number = (db.session.scalar(select(func.max(PolicyVersion.number))) or 0) + 1
    row = PolicyVersion(number=number, title=title, source=source)
    _sign(row, actor)
    db.session.add(row)
    db.session.flush()
    write_lines(row, lines)
    record(
        actor,
        "property.policy_created",
        "service_policy",
        row.id,
        number=number,
        title=title,
        lines=len(lines),
    )
    return row


def change_version(
    actor: Actor, row: PolicyVersion, *, title: str, source: str, lines: Sequence[Line]
) -> None:
    """Replace what a locked draft says. Raises LineInvalid."""
    unit()
    row.title, row.source = title, source
    _sign(row, actor)
    write_lines(row, lines)
    record(
        actor,
        "property.policy_changed",
        "service_policy",
        row.id,
        number=row.number,
        title=title,
        lines=len(lines),
    )


def write_lines(version: PolicyVersion, lines: Sequence[Line]) -> None:
    """Give a draft these lines in place of its own. Raises LineInvalid."""
    policies.ensure_lines(lines)
    policies.ensure_known(
        lines,
        category_ids=category_queries.names(),
        calendar_ids=set(db.session.scalars(select(ServiceCalendar.id))),
    )
    unit().execute(delete(PolicyLine).where(PolicyLine.version_id == version.id))
    db.session.add_all(
        PolicyLine(version_id=version.id, position=position, **_columns(line))
        for position, line in enumerate(lines, 1)
    )
    db.session.flush()


def _columns(line: Line) -> dict[str, Any]:
    return {
        "category_id": line.category_id,
        "urgency": line.urgency.value if line.urgency is not None else "",
        "place_class": line.place_class.value if line.place_class is not None else "",
        "calendar_id": line.calendar_id,
        "response_counting": line.response.counting.value,
        "response_amount": line.response.amount,
        "resolution_counting": line.resolution.counting.value,
        "resolution_amount": line.resolution.amount,
    }


def publish(actor: Actor, row: PolicyVersion, *, effective_at: datetime) -> None:
    """Let a locked draft hold from an instant on; what runs already keeps its line."""
    unit()
    row.effective_at = effective_at
    _sign(row, actor)
    db.session.flush()
    record(
        actor,
        "property.policy_published",
        "service_policy",
        row.id,
        number=row.number,
        title=row.title,
        effective_at=effective_at.isoformat(),
    )


def discard(actor: Actor, row: PolicyVersion) -> None:
    """Delete a locked draft."""
    unit().execute(delete(PolicyLine).where(PolicyLine.version_id == row.id))
    db.session.delete(row)
    db.session.flush()
    record(actor, "property.policy_discarded", "service_policy", row.id, number=row.number, title=row.title)


def _sign(row: PolicyVersion, actor: Actor) -> None:
    row.changed_at, row.changed_by, row.changed_by_name = clock.now(), actor.staff_id, actor.name


def class_place(actor: Actor, ref: Ref, path: str, place_class: PlaceClass) -> PlaceClassing:
    """Give a place a class of its own; what runs already keeps the class that it was started with."""
    unit()
    row = db.session.get(PlaceClassing, (ref.kind.value, ref.id), populate_existing=True)
    if row is None:
        row = PlaceClassing(place_kind=ref.kind.value, place_id=ref.id)
        db.session.add(row)
    row.place_class = place_class.value
    db.session.flush()
    record(actor, "property.place_classed", ref.kind.value, ref.id, name=path, place_class=place_class.value)
    return row


def unclass_place(actor: Actor, ref: Ref, path: str) -> None:
    """Let a place have the class of what it lies in. Raises ClassNotFound."""
    unit()
    row = db.session.get(PlaceClassing, (ref.kind.value, ref.id), populate_existing=True)
    if row is None:
        raise ClassNotFound
    db.session.delete(row)
    db.session.flush()
    record(actor, "property.place_unclassed", ref.kind.value, ref.id, name=path)


def lock_version(version_id: int) -> PolicyVersion:
    """A version, which nobody else may change until the unit ends. Raises VersionNotFound."""
    reading.find_version(version_id)
    return db.session.scalars(
        select(PolicyVersion)
        .where(PolicyVersion.id == version_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
