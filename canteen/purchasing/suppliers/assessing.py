"""Assessments of the suppliers: read, counted, marked and closed, within an open unit where they write."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.db import db, unit
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.purchasing.suppliers import facts, policies
from canteen.purchasing.suppliers.errors import (
    AssessmentChanged,
    AssessmentClosed,
    AssessmentNotFound,
    MarkInvalid,
    QuarterNotOver,
)
from canteen.purchasing.suppliers.models import Supplier, SupplierAssessment
from canteen.purchasing.suppliers.policies import Facts, Mark
from canteen.purchasing.suppliers.rules import WEIGHTS


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """An assessment; `percents` are its parts in tenths of a percent, None without anything to go by."""

    id: int
    supplier_id: int
    supplier_name: str
    quarter: date
    quarter_name: str
    facts: Facts
    percents: dict[str, int | None]
    marks: tuple[Mark, ...]
    score: Decimal | None
    word: str
    revision: int
    counted_at: datetime
    closed_at: datetime | None
    closed_by_name: str


def page_assessments(
    *,
    quarter: date | None = None,
    supplier_id: int | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """A page of assessments, the latest quarter and the best score first."""
    found = paginate(_search(quarter, supplier_id), page=page, page_size=page_size, scalars=False)
    return Page([_view(*row) for row in found.rows], found.total, found.page, found.page_size)


def of_quarter(quarter: date) -> list[AssessmentView]:
    """Every assessment of a quarter, the best score first."""
    return [_view(*row) for row in db.session.execute(_search(quarter, None))]


def assessment(assessment_id: int) -> AssessmentView:
    """One assessment. Raises AssessmentNotFound."""
    row = db.session.execute(_search(None, None).where(SupplierAssessment.id == assessment_id)).one_or_none()
    if row is None:
        raise AssessmentNotFound
    return _view(*row)


def count_quarter(quarter: date) -> int:
    """Count anew what every supplier delivered in a quarter; returns how many assessments that changed.

    Who delivered nothing and was not marked has none. What is closed stays as it is.
    """
    unit()
    counted = facts.count(quarter, policies.after_quarter(quarter))
    standing = {
        row.supplier_id: row
        for row in db.session.scalars(
            select(SupplierAssessment)
            .where(SupplierAssessment.quarter == quarter)
            .order_by(SupplierAssessment.id)
            .with_for_update()
        )
    }
    changed = 0
    for supplier_id in sorted(set(counted) | set(standing)):
        row = standing.get(supplier_id)
        if row is not None and row.closed_at is not None:
            continue
        figures = asdict(counted.get(supplier_id, Facts()))
        if row is None:
            row = SupplierAssessment(supplier_id=supplier_id, quarter=quarter, facts={}, marks=[])
            db.session.add(row)
        changed += row.facts != figures
        row.facts, row.counted_at = figures, clock.now()
        row.score = _score(row)
    db.session.flush()
    return changed


def mark(assessment_id: int, *, marks: Sequence[Mark], word: str, revision: int) -> SupplierAssessment:
    """Write what people say of a supplier's quarter, in place of what they said before.

    Raises AssessmentNotFound, AssessmentClosed, AssessmentChanged or MarkInvalid.
    """
    row = _lock(assessment_id, revision)
    for one in marks:
        if one.points > one.of:
            raise MarkInvalid(item=one.item)
    row.marks, row.word = [asdict(one) for one in marks], word
    row.score = _score(row)
    row.revision += 1
    db.session.flush()
    return row


def close(actor: Actor, assessment_id: int, *, revision: int) -> SupplierAssessment:
    """Let an assessment stand as it is, once its quarter is over.

    Raises AssessmentNotFound, AssessmentClosed, AssessmentChanged or QuarterNotOver.
    """
    row = _lock(assessment_id, revision)
    if clock.today() < policies.after_quarter(row.quarter):
        raise QuarterNotOver
    row.closed_at, row.closed_by, row.closed_by_name = clock.now(), actor.staff_id, actor.name
    row.revision += 1
    db.session.flush()
    return row


def _lock(assessment_id: int, revision: int) -> SupplierAssessment:
    unit()
    row = db.session.get(SupplierAssessment, assessment_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise AssessmentNotFound
    if row.closed_at is not None:
        raise AssessmentClosed
    if row.revision != revision:
        raise AssessmentChanged
    return row


def _score(row: SupplierAssessment) -> Decimal | None:
    weights = {name: rule_queries.value(rule) for name, rule in WEIGHTS.items()}
    return policies.score(_facts(row), _marks(row), weights)


def _facts(row: SupplierAssessment) -> Facts:
    return Facts(**{name: int(row.facts.get(name, 0)) for name in policies.FACT_FIELDS})


def _marks(row: SupplierAssessment) -> tuple[Mark, ...]:
    kept: list[dict[str, Any]] = row.marks
    return tuple(Mark(**one) for one in kept)


def _search(quarter: date | None, supplier_id: int | None) -> Any:
    statement = select(SupplierAssessment, Supplier.name).join(
        Supplier, Supplier.id == SupplierAssessment.supplier_id
    )
    if quarter is not None:
        statement = statement.where(SupplierAssessment.quarter == quarter)
    if supplier_id is not None:
        statement = statement.where(SupplierAssessment.supplier_id == supplier_id)
    return statement.order_by(
        SupplierAssessment.quarter.desc(),
        SupplierAssessment.score.desc().nulls_last(),
        SupplierAssessment.id,
    )


def _view(row: SupplierAssessment, supplier_name: str) -> AssessmentView:
    figures, marks = _facts(row), _marks(row)
    return AssessmentView(
        id=row.id,
        supplier_id=row.supplier_id,
        supplier_name=supplier_name,
        quarter=row.quarter,
        quarter_name=policies.quarter_name(row.quarter),
        facts=figures,
        percents={
            name: policies.rounded(ratio * 1000) if ratio is not None else None
            for name, ratio in policies.ratios(figures, marks).items()
        },
        marks=marks,
        score=row.score,
        word=row.word,
        revision=row.revision,
        counted_at=row.counted_at,
        closed_at=row.closed_at,
        closed_by_name=row.closed_by_name,
    )
