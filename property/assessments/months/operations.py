"""Writes of the months, within an open unit of work. The month's row is locked before."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, insert

from backend.actor import Actor
from backend.db import db, table, unit
from backend.scoresheets import operations as score_operations
from backend.scoresheets import queries as score_queries
from backend.scoresheets.models import REASON_LENGTH, SheetVersion
from backend.scoresheets.policies import Loss, Mark, Outcome, spoken
from property.assessments import policies
from property.assessments.deductions import queries as deduction_queries
from property.assessments.models import (
    Assessment,
    AssessmentLine,
    AssessmentVersion,
    CountedDeduction,
    Deduction,
    VersionState,
)
from property.assessments.months import measuring, results
from property.assessments.months.measuring import Line, Terms
from property.contractors import policies as contractor_policies
from property.contractors.models import Contract

_LINE, _COUNTED = table(AssessmentLine), table(CountedDeduction)


def open_month(
    actor: Actor, contract: Contract, month: date, sheet: SheetVersion, *, at: datetime
) -> Assessment:
    """A contract's month with its first version, measured; the contract is locked. Raises MonthInvalid."""
    unit()
    terms = measuring.terms_of(contract, month)
    opened = Assessment(contract_id=contract.id, contractor_id=contract.contractor_id, month=month)
    db.session.add(opened)
    db.session.flush()  # Its version names it.
    version = add_version(actor, opened, sheet, terms, at=at)
    write_lines(version, measuring.lines_of(contract, sheet, terms, {}), at=at)
    return opened


def add_version(
    actor: Actor,
    of: Assessment,
    sheet: SheetVersion,
    terms: Terms,
    *,
    at: datetime,
    corrects: AssessmentVersion | None = None,
    reason: str = "",
) -> AssessmentVersion:
    """A version without lines, and the scoring that it will be closed with."""
    unit()
    added = AssessmentVersion(
        assessment_id=of.id,
        number=corrects.number + 1 if corrects else 1,
        corrects_id=corrects.id if corrects else None,
        reason=reason,
        state=VersionState.OPEN.value,
        sheet_version_id=sheet.id,
        measured_at=at,
        opened_at=at,
        opened_by=actor.staff_id,
        opened_by_name=actor.name,
        **{name: getattr(terms, name) for name in Terms.__dataclass_fields__},
    )
    db.session.add(added)
    db.session.flush()  # Its lines and its scoring name it.
    score_operations.open_scoring(sheet.id, policies.SCORING_OWNER, added.id, at=at)
    return added


def write_lines(version: AssessmentVersion, lines: Sequence[Line], *, at: datetime) -> None:
    """Keep what was measured, in place of what was before."""
    connection = unit()
    connection.execute(delete(_LINE).where(_LINE.c.version_id == version.id))
    connection.execute(insert(_LINE), [measuring.row_of(version.id, line) for line in lines])
    version.measured_at = at
    db.session.flush()


def measure_again(version: AssessmentVersion, contract: Contract, month: date, *, at: datetime) -> bool:
    """Measure an open version anew, by the contract as it is now; whether anything has moved."""
    sheet = score_queries.get_version(version.sheet_version_id)
    terms, lines = measured_now(version, contract, month, sheet)
    moved = has_moved(version, terms, lines)
    if moved:
        for name in Terms.__dataclass_fields__:
            setattr(version, name, getattr(terms, name))
        version.revision += 1
        write_lines(version, lines, at=at)
    version.measured_at = at
    db.session.flush()
    return moved


def measured_now(
    version: AssessmentVersion, contract: Contract, month: date, sheet: SheetVersion
) -> tuple[Terms, list[Line]]:
    """What a version would be measured as now; what somebody has excluded stays so."""
    terms = measuring.terms_of(contract, month)
    kept = measuring.kept_lines(results.lines_of([version.id])[version.id])
    excluded = {line.item_id: line for line in kept if line.excluded_by is not None}
    return terms, measuring.lines_of(contract, sheet, terms, excluded)


def has_moved(version: AssessmentVersion, terms: Terms, lines: Sequence[Line]) -> bool:
    """Whether what is measured now is not what the version keeps."""
    kept = measuring.kept_lines(results.lines_of([version.id])[version.id])
    same_terms = all(getattr(version, name) == getattr(terms, name) for name in Terms.__dataclass_fields__)
    return not same_terms or {each.item_id: each for each in kept} != {each.item_id: each for each in lines}


def lock_version(actor: Actor, version: AssessmentVersion, *, at: datetime) -> Outcome | None:
    """Close the scoring with what stands, keep what it was counted from and what is paid.

    None where no item applies: then there is no score.
    """
    connection = unit()
    sheet = score_queries.get_version(version.sheet_version_id)
    lines = {line.item_id: line for line in results.lines_of([version.id])[version.id]}
    standing = deduction_queries.standing([version.assessment_id])[version.assessment_id]
    applying = [row for row in standing if lines[row.item_id].base_tenths is not None]
    outcome = None
    if any(line.base_tenths is not None for line in lines.values()):
        scoring = score_queries.get_scoring(policies.SCORING_OWNER, version.id, lock=True)
        score_operations.score(actor, scoring, _marks(sheet, lines, applying), at=at)
        outcome = score_operations.close_scoring(actor, scoring, at=at)
    if standing:
        connection.execute(
            insert(_COUNTED),
            [
                {"version_id": version.id, "deduction_id": row.id, "points_tenths": row.standing_tenths}
                for row in standing
            ],
        )
    _settle(actor, version, outcome, at)
    return outcome


def _settle(actor: Actor, version: AssessmentVersion, outcome: Outcome | None, at: datetime) -> None:
    paid = policies.payment(
        outcome.total_tenths if outcome else None,
        contractor_policies.bands_of(version.bands),
        version.monthly_fee_fen,
        version.from_on,
        version.until_on,
    )
    version.total_tenths = outcome.total_tenths if outcome else None
    version.grade, version.is_failing = (outcome.grade, outcome.is_failing) if outcome else ("", False)
    version.share_tenths, version.full_fen = paid.share_tenths, paid.full_fen
    version.payable_fen = paid.payable_fen
    version.state, version.locked_at = VersionState.LOCKED.value, at
    version.locked_by, version.locked_by_name = actor.staff_id, actor.name
    version.revision += 1
    db.session.flush()


def _marks(
    sheet: SheetVersion, lines: Mapping[int, AssessmentLine], standing: Sequence[Deduction]
) -> list[Mark]:
    marks = []
    for item in sheet.items:
        line = lines[item.id]
        against = [row for row in standing if row.item_id == item.id]
        score = policies.after_deductions(line.base_tenths, sum(row.standing_tenths for row in against))
        if score is None:
            marks.append(Mark(item.id, None, is_inapplicable=True, remark=line.text))
            continue
        losses = [Loss(text=_cut(f"扣 {spoken(row.standing_tenths)} 分：{row.reason}")) for row in against]
        if policies.is_metric(item):
            losses = [Loss(text=_cut(line.text))]
        marks.append(Mark(item.id, score, remark=line.text, losses=tuple(losses)))
    return marks


def _cut(text: str) -> str:
    return text[:REASON_LENGTH]
