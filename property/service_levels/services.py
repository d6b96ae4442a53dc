"""Use cases of who keeps the service levels. They are the whole compound's: PROPERTY_MANAGE everywhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import atomic
from backend.places import queries as place_queries
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.workdays.policies import Segments
from property.service_levels import editing, operations, policies, reading
from property.service_levels.errors import VersionEffectiveInPast, VersionFixed
from property.service_levels.models import PlaceClass, PolicyVersion
from property.service_levels.policies import Line
from property.service_levels.reading import CalendarView, ClassView, VersionView

_MANAGE = Permission.PROPERTY_MANAGE


@atomic
def create_calendar(
    actor: Actor, *, name: str, segments: Segments, by_weekday: Mapping[int, Segments]
) -> CalendarView:
    """A new service calendar. Raises Forbidden, InvalidSegments or CalendarNameTaken."""
    ensure_everywhere(actor, _MANAGE)
    row = editing.create_calendar(actor, name=name, segments=segments, by_weekday=by_weekday)
    return reading.calendar_view(row)


@atomic
def change_calendar(
    actor: Actor, *, calendar_id: int, name: str, segments: Segments, by_weekday: Mapping[int, Segments]
) -> CalendarView:
    """Change a service calendar; its open clocks are counted again, those that have ended are not (T18).

    Raises Forbidden, CalendarNotFound, InvalidSegments or CalendarNameTaken.
    """
    ensure_everywhere(actor, _MANAGE)
    row = reading.find_calendar(calendar_id, lock=True)
    editing.change_calendar(actor, row, name=name, segments=segments, by_weekday=by_weekday)
    return reading.calendar_view(row)


@atomic
def create_version(
    actor: Actor,
    *,
    title: str,
    source: str,
    lines: Sequence[Line] | None = None,
    copy_of: int | None = None,
) -> VersionView:
    """A draft: these lines, those of another version, or (`copy_of` 0 or nothing) the built-in ones.

    Raises Forbidden, LineInvalid or VersionNotFound.
    """
    ensure_everywhere(actor, _MANAGE)
    if lines is None and copy_of:
        lines = reading.lines_of(reading.find_version(copy_of).id)
    elif lines is None:
        lines = policies.defaults().lines
        source = source or policies.defaults().source
    return reading.version_view(editing.create_version(actor, title=title, source=source, lines=lines))


@atomic
def change_version(
    actor: Actor, *, version_id: int, title: str, source: str, lines: Sequence[Line]
) -> VersionView:
    """Replace what a draft says. Raises Forbidden, VersionNotFound, VersionFixed or LineInvalid."""
    row = _draft(actor, version_id)
    editing.change_version(actor, row, title=title, source=source, lines=lines)
    return reading.version_view(row)


@atomic
def publish_version(actor: Actor, *, version_id: int, effective_at: datetime | None = None) -> VersionView:
    """Let a draft hold from an instant on, or from now. What was started by another version keeps that one.

    Raises Forbidden, VersionNotFound, VersionFixed, VersionEffectiveInPast or VersionIncomplete.
    """
    row, now = _draft(actor, version_id), clock.now()
    if effective_at is not None and effective_at < now:
        raise VersionEffectiveInPast
    policies.ensure_complete(reading.lines_of(version_id))
    editing.publish(actor, row, effective_at=effective_at or now)
    return reading.version_view(row)


@atomic
def discard_version(actor: Actor, *, version_id: int) -> None:
    """Delete a draft. Raises Forbidden, VersionNotFound or VersionFixed."""
    editing.discard(actor, _draft(actor, version_id))


@atomic
def class_place(actor: Actor, *, place_kind: PlaceKind, place_id: int, place_class: PlaceClass) -> ClassView:
    """Give a place, with what lies below it, a class. Raises Forbidden or PlaceNotFound."""
    ensure_everywhere(actor, _MANAGE)
    place = place_queries.find_place(Ref(place_kind, place_id))
    editing.class_place(actor, place.ref, place.path, place_class)
    return ClassView(place_kind, place_id, place.path, place_class)


@atomic
def unclass_place(actor: Actor, *, place_kind: PlaceKind, place_id: int) -> None:
    """Take a place's own class away. Raises Forbidden, PlaceNotFound or ClassNotFound."""
    ensure_everywhere(actor, _MANAGE)
    place = place_queries.find_place(Ref(place_kind, place_id))
    editing.unclass_place(actor, place.ref, place.path)


@atomic
def recount() -> int:
    """Count every open clock by the calendars of today; returns how many are due otherwise.

    What nobody's edit tells of: a newly published year, and an edit that crossed with a start.
    """
    return operations.recount_open()


def _draft(actor: Actor, version_id: int) -> PolicyVersion:
    ensure_everywhere(actor, _MANAGE)
    row = editing.lock_version(version_id)
    if row.effective_at is not None:
        raise VersionFixed(number=row.number)
    return row
