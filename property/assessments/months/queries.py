"""Reads of the months, scoped by the actor's CONTRACTORS_READ."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from backend.actor import Actor, Permission
from backend.db import db
from backend.paging import Page, paginate
from property.assessments import queries as assessment_queries
from property.assessments.deductions import queries as deduction_queries
from property.assessments.deductions.queries import DeductionView
from property.assessments.errors import AssessmentNotFound
from property.assessments.models import (
    Assessment,
    AssessmentVersion,
    VersionState,
)
from property.assessments.months.results import VersionResult, counted_of, results_of, versions_of
from property.contractors import policies as contractor_policies
from property.contractors import queries as contractor_queries
from property.contractors.models import Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRow:
    """A contract's month with its latest version.

    `needs_correction` says that an appeal, decided after the lock, left another deduction than was counted.
    """

    id: int
    contract_id: int
    contract_number: str
    contract_title: str
    contractor_id: int
    contractor_name: str
    month: date
    versions: int
    open_appeals: int
    needs_correction: bool
    latest: VersionResult


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentView(AssessmentRow):
    """All of a month; `can` is among deduct, exclude, refresh, lock, correct."""

    shown: VersionResult
    all_versions: Sequence[VersionResult]
    deductions: Sequence[DeductionView]
    can: Sequence[str]


@dataclass(frozen=True, slots=True)
class MonthScores:
    """A contract's month with all its versions."""

    assessment_id: int
    contract_id: int
    contract_title: str
    month: date
    versions: Sequence[VersionResult]


def page_assessments(
    actor: Actor,
    *,
    month: date | None = None,
    contractor_id: int | None = None,
    contract_id: int | None = None,
    state: VersionState | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The months within reach, the latest first; by the state of their latest version."""
    statement = (
        select(Assessment)
        .join(AssessmentVersion, AssessmentVersion.assessment_id == Assessment.id)
        .where(
            contractor_queries.in_reach(actor, Assessment.contractor_id),
            AssessmentVersion.number == last_number(),
        )
        .order_by(Assessment.month.desc(), Assessment.contractor_id, Assessment.id)
    )
    for column, value in (
        (Assessment.month, month),
        (Assessment.contractor_id, contractor_id),
        (Assessment.contract_id, contract_id),
        (AssessmentVersion.state, state),
    ):
        if value is not None:
            statement = statement.where(column == value)
    found = paginate(statement, page=page, page_size=page_size)
    return Page(_rows(found.rows), found.total, page, page_size)


def get_assessment(actor: Actor, assessment_id: int, *, number: int | None = None) -> AssessmentView:
    """All of a month, with its latest version or the numbered one. Raises AssessmentNotFound."""
    of = assessment_queries.find_assessment(actor, assessment_id)
    versions = versions_of([of.id])[of.id]
    results = {each.number: each for each in results_of(versions)}
    if number is not None and number not in results:
        raise AssessmentNotFound
    shown = results[number if number is not None else max(results)]
    facts = _facts([of], {of.id: versions})[of.id]
    return AssessmentView(
        **facts,
        latest=results[max(results)],
        shown=shown,
        all_versions=[results[each] for each in sorted(results)],
        deductions=deduction_queries.deductions_of(actor, of.id),
        can=_can(actor, of, results[max(results)]),
    )


def scores_of(
    actor: Actor, contractor_id: int, *, year: int | None = None, page: int, page_size: int
) -> Page:
    """A contractor's months with all their versions, the latest first. Raises ContractorNotFound."""
    contractor_queries.get_contractor(actor, contractor_id)
    statement = select(Assessment).where(Assessment.contractor_id == contractor_id)
    if year is not None:
        statement = statement.where(Assessment.month.between(date(year, 1, 1), date(year, 12, 31)))
    ordered = statement.order_by(Assessment.month.desc(), Assessment.contract_id)
    found = paginate(ordered, page=page, page_size=page_size)
    versions = versions_of([row.id for row in found.rows])
    results: dict[int, list[VersionResult]] = defaultdict(list)
    owner = {each.id: each.assessment_id for every in versions.values() for each in every}
    for result in results_of([each for every in versions.values() for each in every]):
        results[owner[result.id]].append(result)
    titles = _contracts({row.contract_id for row in found.rows})
    rows = [
        MonthScores(row.id, row.contract_id, titles[row.contract_id].title, row.month, results[row.id])
        for row in found.rows
    ]
    return Page(rows, found.total, page, page_size)


def opened_in(month: date) -> set[int]:
    """The contracts whose month was opened."""
    return set(db.session.scalars(select(Assessment.contract_id).where(Assessment.month == month)))


def open_versions() -> list[tuple[Assessment, AssessmentVersion]]:
    """Every month that is open."""
    statement = (
        select(Assessment, AssessmentVersion)
        .join(AssessmentVersion, AssessmentVersion.assessment_id == Assessment.id)
        .where(AssessmentVersion.state == VersionState.OPEN.value)
        .order_by(Assessment.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def last_number() -> Any:
    """The number of an assessment's last version, as a subquery beside `Assessment`."""
    other = AssessmentVersion.__table__.alias()
    return select(func.max(other.c.number)).where(other.c.assessment_id == Assessment.id).scalar_subquery()


def _rows(rows: Sequence[Assessment]) -> list[AssessmentRow]:
    versions = versions_of([row.id for row in rows])
    facts = _facts(rows, versions)
    latest = {each[-1].id: row_id for row_id, each in versions.items()}
    results = {latest[each.id]: each for each in results_of([each[-1] for each in versions.values()])}
    return [AssessmentRow(**facts[row.id], latest=results[row.id]) for row in rows]


def _facts(
    rows: Sequence[Assessment], versions: Mapping[int, Sequence[AssessmentVersion]]
) -> dict[int, dict[str, Any]]:
    contracts = _contracts({row.contract_id for row in rows})
    called = contractor_queries.names({row.contractor_id for row in rows})
    appeals = deduction_queries.open_appeals(versions)
    moved = _moved(versions)
    return {
        row.id: {
            "id": row.id,
            "contract_id": row.contract_id,
            "contract_number": contracts[row.contract_id].number,
            "contract_title": contracts[row.contract_id].title,
            "contractor_id": row.contractor_id,
            "contractor_name": called[row.contractor_id],
            "month": row.month,
            "versions": len(versions[row.id]),
            "open_appeals": appeals.get(row.id, 0),
            "needs_correction": row.id in moved,
        }
        for row in rows
    }


def _moved(versions: Mapping[int, Sequence[AssessmentVersion]]) -> set[int]:
    """The months whose deductions no longer are what their latest, locked version counted."""
    locked = {each[-1].id: of for of, each in versions.items() if each[-1].state == VersionState.LOCKED}
    counted = counted_of(locked)
    standing = deduction_queries.standing(list(locked.values()))
    return {
        of
        for version_id, of in locked.items()
        if counted[version_id] != {row.id: row.standing_tenths for row in standing[of]}
    }


def _contracts(contract_ids: Collection[int]) -> dict[int, Contract]:
    rows = db.session.scalars(select(Contract).where(Contract.id.in_(contract_ids)))
    return {row.id: row for row in rows}


def _can(actor: Actor, of: Assessment, latest: VersionResult) -> list[str]:
    if contractor_policies.answers_for(actor, of.contractor_id):
        return []
    assesses = actor.reach(Permission.CONTRACTORS_ASSESS).everywhere
    reviews = actor.reach(Permission.CONTRACTORS_REVIEW).everywhere
    if latest.state is VersionState.LOCKED:
        return ["correct"] if reviews else []
    return (["deduct", "exclude", "refresh"] if assesses else []) + (["lock"] if reviews else [])
