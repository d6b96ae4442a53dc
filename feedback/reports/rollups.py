"""What reports come to by day: deltas in the unit of work that changes a report, sums, and a recount."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select

from backend import clock
from backend.actor import Reach
from backend.db import db
from backend.rollups import Contributions, Difference, Rollup, add_to
from backend.workdays.models import Verdict
from feedback.deadlines import queries as clock_queries
from feedback.deadlines.queries import ClockView
from feedback.reports.models import Outcome, Report, ReportDay, ReportEvent, State
from feedback.reports.policies import Step

KEYS: Final = ("on_date", "category_id", "campus_id", "building_id", "office_id")
SATISFIED: Final = 4
_ANSWERED: Final = frozenset({State.REPLIED.value, State.TO_RATE.value, State.CLOSED.value})
_UNSERVED: Final = frozenset({State.REJECTED.value, State.DUPLICATE.value, State.HIDDEN.value})
_JUDGED: Final = (Step.RATE.value, Step.VISIT.value)
_RECOUNTED_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Sums:
    """What the reports of some days come to, as `ReportDay` counts it."""

    submitted: int = 0
    withdrawn: int = 0
    unserved: int = 0
    response_met: int = 0
    response_missed: int = 0
    answered: int = 0
    closed: int = 0
    answer_met: int = 0
    answer_missed: int = 0
    rated: int = 0
    satisfied: int = 0
    resolved: int = 0
    partly: int = 0
    unresolved: int = 0
    lapsed: int = 0
    visited: int = 0
    visit_reached: int = 0
    visit_resolved: int = 0
    visit_partly: int = 0
    visit_unresolved: int = 0
    visit_graded: int = 0
    visit_satisfied: int = 0
    reopened: int = 0
    reminded: int = 0
    extended: int = 0
    transferred: int = 0


SUMS: Final = tuple(each.name for each in fields(Sums))
DAYS: Final = Rollup(ReportDay, KEYS, SUMS)


@dataclass(frozen=True, slots=True)
class Facts:
    """What beside its row a report is counted by, of all cycles: clocks, and entries that judge."""

    clocks: Sequence[ClockView] = ()
    judged: Sequence[ReportEvent] = ()


def contributions(report: Report, facts: Facts) -> Contributions:
    """What one report adds to the day of its submission."""
    numbers = {
        "submitted": 1,
        "withdrawn": int(report.state == State.WITHDRAWN),
        "unserved": int(report.state in _UNSERVED),
        "answered": int(report.state in _ANSWERED),
        "closed": int(report.state == State.CLOSED),
        "lapsed": int(report.state == State.CLOSED and report.is_lapsed and report.reporter_key is not None),
        "reopened": int(report.reopenings > 0),
        "reminded": int(report.reminders > 0),
        "extended": int(report.extensions > 0),
        "transferred": int(report.transfers > 0),
        **_verdicts(facts.clocks),
        **_judgements(facts.judged),
    }
    key = (
        clock.local(report.submitted_at).date(),
        *(report.category_id, report.campus_id, report.building_id, report.office_id or 0),
    )
    return {key: {name: number for name, number in numbers.items() if number}}


def kept(report: Report) -> AbstractContextManager[None]:
    """Whatever of the report, its clocks, ratings and visits changes within, `ReportDay` follows; reentrant.

    The report is locked, and stands in the database.
    """
    return DAYS.kept(report.id, lambda: _of(report))


def together(reports: Sequence[Report]) -> Contributions:
    """What several reports add up to now; as many statements as for one."""
    db.session.flush()
    facts = _facts(reports)
    found: Contributions = {}
    for report in reports:
        _add(found, report, facts[report.id])
    return found


def add(report: Report) -> None:
    """Count a report that was written just now, with its clocks."""
    db.session.flush()
    DAYS.add(_of(report))


def sums(from_on: date, until_on: date, **among: Any) -> Sums:
    """What the reports submitted on [from_on, until_on], both included, have come to; one statement.

    `among` are the filters that `_among` takes.
    """
    return Sums(*DAYS.total(_among(from_on, until_on, **among)))


def by(dimension: str, from_on: date, until_on: date, **among: Any) -> dict[Any, Sums]:
    """The same by one of `KEYS`; what has nothing is left out. One statement."""
    found = DAYS.by(dimension, _among(from_on, until_on, **among))
    return {key: Sums(*numbers) for key, numbers in found}


def added(some: Collection[Sums]) -> Sums:
    """Several sums as one."""
    return Sums(*(sum(getattr(each, name) for each in some) for name in SUMS))


def differences() -> list[Difference]:
    """Every key where what is kept is not what the reports add up to."""
    return DAYS.differences(recount())


def rebuild() -> int:
    """Write the daily sums anew from the reports, in the open unit; returns how many rows."""
    counted = recount()
    DAYS.replace(counted)
    return len(counted)


def recount() -> Contributions:
    """What all reports add up to, some hundred at a time."""
    found: Contributions = {}
    last_id = 0
    while True:
        some = db.session.scalars(
            select(Report).where(Report.id > last_id).order_by(Report.id).limit(_RECOUNTED_AT_ONCE)
        ).all()
        if not some:
            return found
        last_id = some[-1].id
        facts = _facts(some)
        for report in some:
            _add(found, report, facts[report.id])
        for report in some:
            db.session.expunge(report)  # Many thousands of them need not stay.


def _of(report: Report) -> Contributions:
    return together([report])  # What was written of its clocks and its timeline counts.


def _add(found: Contributions, report: Report, facts: Facts) -> None:
    for key, numbers in contributions(report, facts).items():
        add_to(found, key, numbers)


def _facts(reports: Sequence[Report]) -> dict[int, Facts]:
    """The facts of some reports in two statements; nobody judges what was never answered."""
    clocks = clock_queries.clocks_of([report.id for report in reports])
    answered = [each.id for each in reports if each.replied_at is not None or each.cycle]
    judged: dict[int, list[ReportEvent]] = defaultdict(list)
    if answered:
        of_these = ReportEvent.report_id.in_(answered)
        statement = select(ReportEvent).where(of_these, ReportEvent.step.in_(_JUDGED))
        for event in db.session.scalars(statement.order_by(ReportEvent.id)):
            judged[event.report_id].append(event)
    return {report.id: Facts(clocks.get(report.id, ()), judged[report.id]) for report in reports}


def _verdicts(clocks: Sequence[ClockView]) -> dict[str, int]:
    numbers: dict[str, int] = defaultdict(int)
    for each in clocks:
        if each.verdict in (Verdict.MET, Verdict.MISSED):
            numbers[f"{each.kind.value}_{each.verdict.value}"] += 1
    return numbers


def _judgements(judged: Sequence[ReportEvent]) -> dict[str, int]:
    numbers: dict[str, int] = defaultdict(int)
    rated_cycles = {each.cycle for each in judged if each.step == Step.RATE}
    for each in judged:
        outcome, grade = each.details.get("outcome") or "", each.details.get("grade")
        is_satisfied = int(grade is not None and grade >= SATISFIED)
        if each.step == Step.RATE:
            numbers["rated"] += 1
            numbers["satisfied"] += is_satisfied
            numbers[Outcome(outcome).value] += 1
            continue
        numbers["visited"] += 1
        numbers["visit_reached"] += int(bool(outcome))
        numbers["visit_graded"] += int(grade is not None)
        numbers["visit_satisfied"] += is_satisfied
        if outcome and each.cycle not in rated_cycles:
            numbers[f"visit_{Outcome(outcome).value}"] += 1
    return numbers


def _among(
    from_on: date,
    until_on: date,
    *,
    category_ids: Collection[int] | None = None,
    campus_ids: Collection[int] | None = None,
    office_ids: Collection[int] | None = None,
    building_id: int | None = None,
    reach: Reach | None = None,
) -> list[ColumnElement[bool]]:
    of = DAYS.table.c
    conditions: list[ColumnElement[bool]] = [of.on_date.between(from_on, until_on)]
    if building_id is not None:
        conditions.append(of.building_id == building_id)
    for name, values in (
        ("category_id", category_ids),
        ("campus_id", campus_ids),
        ("office_id", office_ids),
    ):
        if values is not None:
            conditions.append(of[name].in_(values))
    if reach is not None and not reach.everywhere:
        in_campus = of.campus_id.in_(reach.campus_ids)
        conditions.append(or_(in_campus, of.building_id.in_(reach.building_ids)))
    return conditions
