"""What is shown of policies, calendars and classes, and what would be promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from backend import clock
from backend.db import db
from backend.paging import Page, paginate
from backend.places import queries as place_queries
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.workdays.clocks import STEPS, Target
from backend.workdays.policies import Segments, segments_of_pairs
from property.categories import queries as category_queries
from property.categories.models import Urgency
from property.service_levels import policies, queries
from property.service_levels.errors import CalendarNotFound, VersionNotFound
from property.service_levels.models import ClockKind, PlaceClass, PolicyLine, PolicyVersion, ServiceCalendar
from property.service_levels.policies import Line
from property.service_levels.queries import BUILT_IN, line_of


class VersionState(StrEnum):
    """草稿, 待生效, 生效中, 已被取代."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class WeekdayHours:
    """The hours of one weekday (0 Monday)."""

    weekday: int
    segments: Segments


@dataclass(frozen=True, slots=True)
class CalendarView:
    """A service calendar."""

    id: int
    name: str
    segments: Segments
    by_weekday: Sequence[WeekdayHours]
    revision: int


@dataclass(frozen=True, slots=True)
class LineView:
    """A line with the names of what it is about; "" where it is for any."""

    position: int
    category_id: int | None
    category: str
    urgency: Urgency | None
    place_class: PlaceClass | None
    calendar_id: int | None
    calendar: str
    response: Target
    resolution: Target


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version; `lines` are there where one is shown, not in the list."""

    id: int
    number: int
    title: str
    source: str
    state: VersionState
    effective_at: datetime | None
    changed_at: datetime
    changed_by_name: str
    lines: Sequence[LineView]


@dataclass(frozen=True, slots=True)
class ClassView:
    """A place that has a class of its own."""

    place_kind: PlaceKind
    place_id: int
    path: str
    place_class: PlaceClass


@dataclass(frozen=True, slots=True)
class Escalates:
    """A per cent and when it would be reached."""

    percent: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """What one clock would be promised."""

    kind: ClockKind
    target: Target
    due_at: datetime
    is_provisional: bool
    steps: Sequence[Escalates]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be promised for a case at an instant, and by which version."""

    policy: str
    place_class: PlaceClass
    promises: Sequence[Promise]


def list_calendars() -> list[CalendarView]:
    """Every service calendar, by name."""
    return [
        calendar_view(row)
        for row in db.session.scalars(select(ServiceCalendar).order_by(ServiceCalendar.name))
    ]


def find_calendar(calendar_id: int, *, lock: bool = False) -> ServiceCalendar:
    """A service calendar, locked or not. Raises CalendarNotFound."""
    statement = select(ServiceCalendar).where(ServiceCalendar.id == calendar_id)
    if lock:
        statement = statement.with_for_update()
    row = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise CalendarNotFound
    return row


def calendar_view(row: ServiceCalendar) -> CalendarView:
    """A calendar as it is shown."""
    by_weekday = [
        WeekdayHours(int(day), segments_of_pairs(pairs)) for day, pairs in sorted(row.by_weekday.items())
    ]
    return CalendarView(row.id, row.name, segments_of_pairs(row.segments), by_weekday, row.revision)


def page_versions(*, page: int, page_size: int) -> Page:
    """The versions, the newest first, without their lines; `Page` of `VersionView`."""
    found = paginate(
        select(PolicyVersion).order_by(PolicyVersion.number.desc()), page=page, page_size=page_size
    )
    in_force = _in_force()
    return Page([_view(row, in_force, ()) for row in found.rows], found.total, page, page_size)


def get_version(version_id: int) -> VersionView:
    """A version with its lines. Raises VersionNotFound."""
    return version_view(find_version(version_id))


def find_version(version_id: int) -> PolicyVersion:
    """A version, draft or not. Raises VersionNotFound."""
    version = db.session.get(PolicyVersion, version_id, populate_existing=True)
    if version is None:
        raise VersionNotFound
    return version


def lines_of(version_id: int) -> list[Line]:
    """The lines of a version, in their order."""
    rows = db.session.scalars(
        select(PolicyLine).where(PolicyLine.version_id == version_id).order_by(PolicyLine.position)
    )
    return [line_of(row) for row in rows]


def version_view(row: PolicyVersion) -> VersionView:
    """A version as it is shown, with its lines."""
    return _view(row, _in_force(), _line_views(lines_of(row.id)))


def built_in() -> list[LineView]:
    """The lines that hold while no version is in force."""
    return _line_views(policies.defaults().lines)


def _in_force() -> int | None:
    """The version that holds now."""
    found: int | None = db.session.scalar(queries.version_id_at(clock.now()))
    return found


def _view(row: PolicyVersion, in_force: int | None, lines: Sequence[LineView]) -> VersionView:
    if row.effective_at is None:
        state = VersionState.DRAFT
    elif row.effective_at > clock.now():
        state = VersionState.SCHEDULED
    else:
        state = VersionState.IN_FORCE if row.id == in_force else VersionState.SUPERSEDED
    return VersionView(
        id=row.id,
        number=row.number,
        title=row.title,
        source=row.source,
        state=state,
        effective_at=row.effective_at,
        changed_at=row.changed_at,
        changed_by_name=row.changed_by_name,
        lines=lines,
    )


def _line_views(lines: Sequence[Line]) -> list[LineView]:
    categories = category_queries.names()
    calendars = {calendar.id: calendar.name for calendar in list_calendars()}
    return [
        LineView(
            position=position,
            category_id=line.category_id,
            category=categories.get(line.category_id or 0, ""),
            urgency=line.urgency,
            place_class=line.place_class,
            calendar_id=line.calendar_id,
            calendar=calendars.get(line.calendar_id or 0, ""),
            response=line.response,
            resolution=line.resolution,
        )
        for position, line in enumerate(lines, 1)
    ]


def preview(
    *,
    category_id: int,
    urgency: Urgency,
    place_kind: PlaceKind | None = None,
    place_id: int | None = None,
    at: datetime | None = None,
) -> Preview:
    """What would be promised for a case, now or at an instant. Raises CategoryNotFound or PlaceNotFound."""
    category_queries.find(category_id)
    at = at or clock.now()
    place_class = PlaceClass.ORDINARY
    if place_kind is not None and place_id is not None:
        place_class = queries.place_class_of(Ref(place_kind, place_id))
    line, version = queries.line_at(category_id, urgency.value, place_class.value, at)
    on_date = clock.local(at).date()
    calendars = queries.calendars_for(on_date, on_date)
    promises = []
    for kind in ClockKind:
        count = calendars.count(line.target(kind), line.calendar_id, at, ())
        due_at = count.due_at()
        steps = [Escalates(percent, count.step_at(percent)) for percent in STEPS]
        promises.append(Promise(kind, count.target, due_at, count.is_provisional(due_at), steps))
    return Preview(f"第 {version.number} 版" if version else BUILT_IN, place_class, promises)


def list_classes() -> list[ClassView]:
    """The places that have a class of their own, by path."""
    classes = queries.own_classes()
    places = place_queries.paths(classes)
    views = [ClassView(ref.kind, ref.id, places[ref].path, classes[ref]) for ref in classes if ref in places]
    return sorted(views, key=lambda view: view.path)
