"""Reads of the service levels: what is promised, and how the clocks stand."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from importlib import metadata
from typing import Any, Final

from sqlalchemy import Select, and_, select

from backend import clock
from backend.db import db
from backend.places import queries as place_queries
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.places.tree import PlaceView
from backend.workdays import keeping
from backend.workdays import queries as workday_queries
from backend.workdays.clocks import Count, Counting, Span, Target
from backend.workdays.models import Verdict
from backend.workdays.policies import Calendar, OfficeHours, pairs_of_segments, segments_of_pairs
from property.categories import queries as category_queries
from property.categories.models import Urgency
from property.service_levels import policies
from property.service_levels.errors import CalendarNotFound
from property.service_levels.models import (
    Clock,
    ClockKind,
    Pause,
    PlaceClass,
    PlaceClassing,
    PolicyLine,
    PolicyVersion,
    ServiceCalendar,
)
from property.service_levels.policies import Line

BUILT_IN: Final = "内置标准"


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock as it stands. `policy` names the version that it is counted by, or the built-in standard."""

    id: int
    subject_id: int
    cycle: int
    kind: ClockKind
    counting: Counting
    amount: int
    started_at: datetime
    due_at: datetime
    is_provisional: bool
    verdict: Verdict
    ended_at: datetime | None
    paused_since: datetime | None
    policy: str
    next_step: int | None
    next_step_at: datetime | None

    @property
    def target(self) -> Target:
        """What it counts."""
        return Target(self.counting, self.amount)

    def is_overdue(self, now: datetime) -> bool:
        """Whether the due has passed: before it ended or came to stand, or by now; never of a void one."""
        return self.verdict is not Verdict.VOID and (self.ended_at or self.paused_since or now) > self.due_at


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours by which a clock counts, with what names them in its stamp."""

    office: OfficeHours
    calendar_id: int | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Calendars:
    """The house's calendar of a range, and the hours of each service calendar."""

    house: Calendar
    hours: Mapping[int | None, Hours]
    _made: dict[int | None, Calendar] = field(default_factory=dict)

    def of(self, calendar_id: int | None) -> Calendar:
        """The calendar by which a clock counts; null is the house's office hours. Raises CalendarNotFound."""
        if calendar_id not in self._made:
            self._made[calendar_id] = replace(self.house, hours=self._hours(calendar_id).office)
        return self._made[calendar_id]

    def count(self, target: Target, calendar_id: int | None, at: datetime, pauses: Iterable[Span]) -> Count:
        """A target at work from an instant."""
        return Count(self.of(calendar_id), target, at, tuple(pauses))

    def stamp(self, calendar_id: int | None, from_at: datetime, until_at: datetime) -> str:
        """Which hours and days counted: `2@5/1.11.0/ab12cd34`, or `…/-` where no override lay between."""
        of = self._hours(calendar_id)
        start_on, until_on = (clock.local(instant).date() for instant in (from_at, until_at))
        overrides = sorted(
            (on_date.isoformat(), pairs_of_segments(segments))
            for on_date, segments in self.house.overrides.items()
            if start_on <= on_date <= until_on
        )
        digest = hashlib.sha256(repr(overrides).encode()).hexdigest()[:8] if overrides else "-"
        return f"{of.calendar_id or 0}@{of.revision}/{_published_data()}/{digest}"

    def _hours(self, calendar_id: int | None) -> Hours:
        try:
            return self.hours[calendar_id]
        except KeyError as unknown:
            raise CalendarNotFound from unknown


@lru_cache(maxsize=1)
def _published_data() -> str:
    return metadata.version("chinesecalendar")


def calendars_for(start_on: date, end_on: date) -> Calendars:
    """The calendars of these dates and of what a clock may count beyond them; two statements."""
    hours: dict[int | None, Hours] = {None: Hours(workday_queries.USUAL_HOURS)}
    for row in db.session.scalars(select(ServiceCalendar).execution_options(populate_existing=True)):
        hours[row.id] = Hours(office_hours(row), row.id, row.revision)
    return Calendars(workday_queries.calendar_for(start_on, end_on), hours)


def office_hours(calendar: ServiceCalendar) -> OfficeHours:
    """The hours of a service calendar."""
    by_weekday = {int(day): segments_of_pairs(pairs) for day, pairs in calendar.by_weekday.items()}
    return OfficeHours(segments_of_pairs(calendar.segments), by_weekday)


# What is promised


def version_id_at(at: datetime) -> Select[Any]:
    """Selects the version that holds at an instant: the last to have come into force."""
    return (
        select(PolicyVersion.id)
        .where(PolicyVersion.effective_at <= at)
        .order_by(PolicyVersion.effective_at.desc(), PolicyVersion.number.desc())
        .limit(1)
    )


def line_at(
    category_id: int, urgency: str, place_class: str, at: datetime
) -> tuple[Line, PolicyVersion | None]:
    """The line that holds for a case at an instant, with its version; two statements.

    The built-in lines hold while no version is in force.
    """
    version_id = version_id_at(at).scalar_subquery()
    rows = db.session.execute(
        select(PolicyLine, PolicyVersion)
        .join(PolicyVersion, PolicyVersion.id == PolicyLine.version_id)
        .where(PolicyVersion.id == version_id)
    ).all()
    version = rows[0][1] if rows else None
    lines = [line_of(row) for row, _ in rows] or policies.defaults().lines
    return _holding(lines, category_id, urgency, place_class), version


def line_beside(line_id: int | None, category_id: int, urgency: str, place_class: str) -> Line:
    """The line that holds for a case in the version of another line; the built-in one for none."""
    if line_id is None:
        return _holding(policies.defaults().lines, category_id, urgency, place_class)
    version_id = select(PolicyLine.version_id).where(PolicyLine.id == line_id).scalar_subquery()
    rows = db.session.scalars(select(PolicyLine).where(PolicyLine.version_id == version_id))
    return _holding([line_of(row) for row in rows], category_id, urgency, place_class)


def _holding(lines: Iterable[Line], category_id: int, urgency: str, place_class: str) -> Line:
    lineage = category_queries.ancestors(category_id)
    # A version without a line for every case can not be published, but may have come by a script.
    for choice in (lines, policies.defaults().lines):
        line = policies.most_particular(choice, lineage=lineage, urgency=urgency, place_class=place_class)
        if line is not None:
            return line
    raise ValueError(f"no line for the urgency {urgency}")


def line_of(row: PolicyLine) -> Line:
    """A row as a value."""
    return Line(
        category_id=row.category_id,
        urgency=Urgency(row.urgency) if row.urgency else None,
        place_class=PlaceClass(row.place_class) if row.place_class else None,
        response=Target(Counting(row.response_counting), row.response_amount),
        resolution=Target(Counting(row.resolution_counting), row.resolution_amount),
        calendar_id=row.calendar_id,
        id=row.id,
    )


# How clocks stand

_VIEWS: Any = (
    select(Clock, Pause.from_at, PolicyVersion.number)
    .outerjoin(
        Pause,
        and_(Pause.subject_id == Clock.subject_id, Pause.cycle == Clock.cycle, Pause.until_at.is_(None)),
    )
    .outerjoin(PolicyLine, PolicyLine.id == Clock.line_id)
    .outerjoin(PolicyVersion, PolicyVersion.id == PolicyLine.version_id)
    .execution_options(populate_existing=True)
)


def clocks_of(subject_ids: Collection[int]) -> dict[int, list[ClockView]]:
    """The clocks of these subjects, of all cycles: by cycle, the response first; one statement."""
    found: dict[int, list[ClockView]] = defaultdict(list)
    statement = _VIEWS.where(Clock.subject_id.in_(subject_ids)).order_by(Clock.cycle, Clock.id)
    for row, paused_since, number in db.session.execute(statement):
        found[row.subject_id].append(_view(row, paused_since, number))
    return dict(found)


def _view(row: Clock, paused_since: datetime | None, number: int | None) -> ClockView:
    is_paused = row.verdict == Verdict.PAUSED.value
    return ClockView(
        id=row.id,
        subject_id=row.subject_id,
        cycle=row.cycle,
        kind=ClockKind(row.kind),
        counting=Counting(row.counting),
        amount=row.amount,
        started_at=row.started_at,
        due_at=row.due_at,
        is_provisional=row.is_provisional,
        verdict=Verdict(row.verdict),
        ended_at=row.ended_at,
        paused_since=paused_since if is_paused else None,
        policy=f"第 {number} 版" if number is not None else BUILT_IN,
        next_step=row.next_step,
        next_step_at=row.next_step_at,
    )


def due_subjects(now: datetime, limit: int) -> list[int]:
    """The subjects with a step that is to fire, the longest overdue first."""
    return keeping.due_subjects(Clock, now, limit)


# Classes of places


def place_class_of(ref: Ref) -> PlaceClass:
    """The class of a place: its own, or of the nearest above it that has one. Raises PlaceNotFound."""
    return class_at(place_queries.find_place(ref))


def class_at(place: PlaceView) -> PlaceClass:
    """The same for a place that has been read; one statement."""
    above = [
        Ref(PlaceKind.FLOOR, place.floor_id),
        Ref(PlaceKind.BUILDING, place.building_id),
        Ref(PlaceKind.CAMPUS, place.campus_id),
    ]
    chain = [place.ref, *(each for each in above if each.id and each != place.ref)]
    classes = own_classes(chain)
    return next((classes[each] for each in chain if each in classes), PlaceClass.ORDINARY)


def own_classes(refs: Collection[Ref] | None = None) -> dict[Ref, PlaceClass]:
    """The places, among these or all, that have a class of their own."""
    statement = select(PlaceClassing)
    if refs is not None:
        ids = {ref.id for ref in refs}
        statement = statement.where(PlaceClassing.place_id.in_(ids))
    rows = db.session.scalars(statement.execution_options(populate_existing=True))
    found = {Ref(PlaceKind(row.place_kind), row.place_id): PlaceClass(row.place_class) for row in rows}
    return found if refs is None else {ref: found[ref] for ref in refs if ref in found}
