"""Reads of the statistics, scoped by where the actor reads feedback."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.places.models import Campus
from backend.workdays.models import Verdict
from feedback.categories import queries as categories
from feedback.categories.models import Kind
from feedback.categories.queries import CategoryView
from feedback.categories.titles import KIND_NAMES
from feedback.deadlines.models import Clock, ClockKind
from feedback.offices import queries as offices
from feedback.reports import queries, rollups
from feedback.reports.models import Report
from feedback.reports.rollups import Sums
from feedback.reports.statistics import policies
from feedback.reports.statistics.errors import StatisticsSpan
from feedback.reports.statistics.policies import By, Comparison, Figures, Overdue

MOST_DAYS: Final = 800
MONTHS_OF_COURSE: Final = 12
_ONE_DAY: Final = timedelta(days=1)
_DIMENSIONS: Final = {
    By.CATEGORY: "category_id",
    By.KIND: "category_id",
    By.CAMPUS: "campus_id",
    By.OFFICE: "office_id",
}


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one thing; `key` is its identifier, `snap`, or `2026-11`."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of what was submitted on [from_on, until_on], both included, as it stands now."""

    from_on: date
    until_on: date
    by: By
    total: Figures
    rows: Sequence[Row]
    course: Sequence[Row]
    year_before: Comparison | None
    period_before: Comparison | None


@dataclass(frozen=True, slots=True)
class _Late:
    """An open clock that has run out."""

    on_date: date
    category_id: int
    campus_id: int
    office_id: int
    kind: str


def figures(from_on: date, until_on: date, **among: Any) -> Figures:
    """The figures of some days for other slices; two statements. `among` are those of `rollups.sums`."""
    return Figures(rollups.sums(from_on, until_on, **among), _overdue(_late(from_on, until_on, **among)))


def report(
    actor: Actor,
    *,
    from_on: date,
    until_on: date,
    by: By = By.CATEGORY,
    kind: Kind | None = None,
    category_id: int | None = None,
    campus_id: int | None = None,
    office_id: int | None = None,
) -> Statistics:
    """The figures within reach, by one dimension, by month, and compared; six statements.

    Raises StatisticsSpan.
    """
    if not timedelta() <= until_on - from_on < timedelta(days=MOST_DAYS):
        raise StatisticsSpan(days=MOST_DAYS)
    known = categories.list_all()
    among: dict[str, Any] = {
        "reach": actor.reach(Permission.FEEDBACK_READ),
        "category_ids": _category_ids(known, kind, category_id),
        "campus_ids": None if campus_id is None else [campus_id],
        "office_ids": None if office_id is None else [office_id],
    }
    months = policies.months_until(until_on.replace(day=1), MONTHS_OF_COURSE)
    before, last = policies.period_before(from_on, until_on), policies.year_before(from_on, until_on)
    earliest = min(from_on, before[0], last[0], months[0])
    days = rollups.by("on_date", earliest, until_on, **among)
    late = _late(earliest, until_on, **among)

    def of(first_on: date, last_on: date) -> Figures:
        return _figures(days, late, first_on, last_on)

    total = of(from_on, until_on)
    return Statistics(
        from_on=from_on,
        until_on=until_on,
        by=by,
        total=total,
        rows=_rows(by, known, from_on, until_on, of, late, among),
        course=[_month(month, of) for month in months],
        year_before=policies.compared(total, of(*last), *last),
        period_before=policies.compared(total, of(*before), *before),
    )


def _rows(
    by: By,
    known: Sequence[CategoryView],
    from_on: date,
    until_on: date,
    of: Callable[[date, date], Figures],
    late: Sequence[_Late],
    among: Mapping[str, Any],
) -> list[Row]:
    """By name for months, else what was submitted most first."""
    if by is By.MONTH:
        count = (until_on.year - from_on.year) * 12 + until_on.month - from_on.month + 1
        months = policies.months_until(until_on.replace(day=1), count)
        return [_month(month, of, from_on, until_on) for month in months]
    dimension = _DIMENSIONS[by]
    kinds = {each.id: each.kind.value for each in known}

    def key_of(identifier: int) -> str:
        return kinds.get(identifier, "") if by is By.KIND else str(identifier)

    sums: dict[str, list[Sums]] = defaultdict(list)
    for identifier, of_one in rollups.by(dimension, from_on, until_on, **among).items():
        sums[key_of(identifier)].append(of_one)
    open_late: dict[str, list[_Late]] = defaultdict(list)
    for each in late:
        if from_on <= each.on_date <= until_on:
            open_late[key_of(getattr(each, dimension))].append(each)
    names = _names(by, known)
    rows = [
        Row(key, names.get(key, "—"), Figures(rollups.added(some), _overdue(open_late[key])))
        for key, some in sums.items()
    ]
    return sorted(rows, key=lambda row: (-row.figures.sums.submitted, row.name))


def _names(by: By, known: Sequence[CategoryView]) -> dict[str, str]:
    if by is By.KIND:
        return {kind.value: name for kind, name in KIND_NAMES.items()}
    if by is By.CATEGORY:
        return {str(each.id): each.name for each in known}
    if by is By.OFFICE:
        return {"0": "未转办", **{str(key): name for key, name in offices.names().items()}}
    rows = db.session.execute(select(Campus.id, Campus.name))
    return {"0": "未注明地点", **{str(row.id): row.name for row in rows}}


def _month(
    month: date,
    of: Callable[[date, date], Figures],
    from_on: date = date.min,
    until_on: date = date.max,
) -> Row:
    last = policies.months_back(month, -1) - _ONE_DAY
    name = f"{month.year}年{month.month}月"
    return Row(f"{month:%Y-%m}", name, of(max(month, from_on), min(last, until_on)))


def _figures(days: Mapping[date, Sums], late: Iterable[_Late], first_on: date, last_on: date) -> Figures:
    return Figures(
        rollups.added([sums for day, sums in days.items() if first_on <= day <= last_on]),
        _overdue([each for each in late if first_on <= each.on_date <= last_on]),
    )


def _category_ids(
    known: Sequence[CategoryView], kind: Kind | None, category_id: int | None
) -> Collection[int] | None:
    if kind is None and category_id is None:
        return None
    return [
        each.id
        for each in known
        if (kind is None or each.kind is kind) and (category_id is None or each.id == category_id)
    ]


def _overdue(late: Collection[_Late]) -> Overdue:
    answers = sum(each.kind == ClockKind.ANSWER for each in late)
    return Overdue(len(late) - answers, answers)


def _late(
    from_on: date,
    until_on: date,
    *,
    reach: Any = None,
    category_ids: Collection[int] | None = None,
    campus_ids: Collection[int] | None = None,
    office_ids: Collection[int] | None = None,
    building_id: int | None = None,
) -> list[_Late]:
    """The open clocks that have run out, of what was submitted on these days; one statement."""
    conditions: list[Any] = [
        Clock.kind.in_([kind.value for kind in ClockKind]),  # The index by due begins with it.
        Clock.ended_at.is_(None),
        Clock.verdict == Verdict.RUNNING.value,
        Clock.due_at <= clock.now(),
        Report.submitted_at >= _begins(from_on),
        Report.submitted_at < _begins(until_on + _ONE_DAY),
    ]
    if reach is not None:
        conditions.append(queries.covered(reach))
    if building_id is not None:
        conditions.append(Report.building_id == building_id)
    for column, values in (
        (Report.category_id, category_ids),
        (Report.campus_id, campus_ids),
        (Report.office_id, office_ids),
    ):
        if values is not None:
            conditions.append(column.in_(values))
    rows = db.session.execute(
        select(Report.submitted_at, Report.category_id, Report.campus_id, Report.office_id, Clock.kind)
        .join(Report, Report.id == Clock.subject_id)
        .where(*conditions)
    )
    return [
        _Late(
            clock.local(row.submitted_at).date(), row.category_id, row.campus_id, row.office_id or 0, row.kind
        )
        for row in rows
    ]


def _begins(day: date) -> datetime:
    return clock.at_local(day, time.min)
