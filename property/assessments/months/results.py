"""What versions of months come to: as locked, or what an open one would come to now. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from backend.db import db
from backend.scoresheets import queries as score_queries
from backend.scoresheets.models import ScoreItem, SheetVersion
from backend.scoresheets.policies import grade_of, points
from property.assessments import policies
from property.assessments.deductions import queries as deduction_queries
from property.assessments.models import (
    AssessmentLine,
    AssessmentVersion,
    CountedDeduction,
    LineSource,
    VersionState,
)
from property.assessments.titles import SOURCE_NAMES, VERSION_NAMES
from property.contractors import policies as contractor_policies
from property.contractors.policies import Band


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """An item of a month: what it started from, what deductions took, what is left; None where n/a."""

    item_id: int
    number: str
    level1: str
    level2: str
    level3: str
    scoring: str
    points: Decimal
    source: LineSource
    source_name: str
    may_be_inapplicable: bool
    numerator: int | None
    denominator: int | None
    text: str
    base: Decimal | None
    taken: Decimal
    score: Decimal | None
    reasons: Sequence[score_queries.ReasonView]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionResult:
    """A version of a month; of an open one the result is what it would come to now."""

    id: int
    number: int
    state: VersionState
    state_name: str
    revision: int
    reason: str
    sheet_title: str
    sheet_version_id: int
    from_on: date
    until_on: date
    monthly_fee_fen: int
    bands: Sequence[Band]
    measured_at: datetime
    locked_at: datetime | None
    locked_by_name: str
    total: Decimal | None
    grade: str
    is_failing: bool
    share: Decimal
    full_fen: int
    payable_fen: int
    items: Sequence[ItemLine]

    @property
    def withheld_fen(self) -> int:
        """What of the whole fee is not paid."""
        return self.full_fen - self.payable_fen


def versions_of(assessment_ids: Collection[int]) -> dict[int, list[AssessmentVersion]]:
    """The versions of these months, the first one first; one statement."""
    found: dict[int, list[AssessmentVersion]] = {each: [] for each in assessment_ids}
    statement = (
        select(AssessmentVersion)
        .where(AssessmentVersion.assessment_id.in_(assessment_ids))
        .order_by(AssessmentVersion.number)
        .execution_options(populate_existing=True)
    )
    for row in db.session.scalars(statement):
        found[row.assessment_id].append(row)
    return found


def lines_of(version_ids: Collection[int]) -> dict[int, list[AssessmentLine]]:
    """The lines of these versions; one statement."""
    found: dict[int, list[AssessmentLine]] = defaultdict(list)
    statement = select(AssessmentLine).where(AssessmentLine.version_id.in_(version_ids))
    for row in db.session.scalars(statement.execution_options(populate_existing=True)):
        found[row.version_id].append(row)
    return found


def counted_of(version_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """By locked version, what each deduction cost in it."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    statement = select(CountedDeduction).where(CountedDeduction.version_id.in_(version_ids))
    for row in db.session.scalars(statement):
        found[row.version_id][row.deduction_id] = row.points_tenths
    return found


def results_of(versions: Sequence[AssessmentVersion]) -> list[VersionResult]:
    """What these versions come to; the statements grow with the number of their sheets only."""
    sheets = {each: score_queries.get_version(each) for each in {v.sheet_version_id for v in versions}}
    lines = lines_of([version.id for version in versions])
    taken = taken_of(versions)
    return [
        _result(version, sheets[version.sheet_version_id], lines[version.id], taken[version.id])
        for version in versions
    ]


def taken_of(versions: Sequence[AssessmentVersion]) -> dict[int, dict[int, int]]:
    """By version, what deductions take of each item: as counted if locked, as they stand if open."""
    locked = [each.id for each in versions if each.state == VersionState.LOCKED]
    counted = counted_of(locked)
    standing = deduction_queries.standing(
        [each.assessment_id for each in versions if each.state == VersionState.OPEN]
    )
    items = {
        each.id: each.item_id
        for each in deduction_queries.by_ids({id_ for of in counted.values() for id_ in of}).values()
    }
    found: dict[int, dict[int, int]] = {}
    for version in versions:
        sums: dict[int, int] = defaultdict(int)
        if version.state == VersionState.LOCKED:
            for deduction_id, tenths in counted[version.id].items():
                sums[items[deduction_id]] += tenths
        else:
            for row in standing[version.assessment_id]:
                sums[row.item_id] += row.standing_tenths
        found[version.id] = sums
    return found


def _result(
    version: AssessmentVersion,
    sheet: SheetVersion,
    lines: Sequence[AssessmentLine],
    taken: Mapping[int, int],
) -> VersionResult:
    by_item = {line.item_id: line for line in lines}
    items = [_item_line(item, by_item[item.id], taken.get(item.id, 0)) for item in sheet.items]
    bands = contractor_policies.bands_of(version.bands)
    if version.state == VersionState.LOCKED:
        total, grade, is_failing = version.total_tenths, version.grade, version.is_failing
        payment = policies.Payment(version.share_tenths or 0, version.full_fen or 0, version.payable_fen or 0)
    else:
        total = policies.total_tenths(*scores_by_item(sheet, by_item, taken))
        reached = grade_of(total, score_queries.grades_of(sheet)) if total is not None else None
        grade, is_failing = (reached.title, reached.is_failing) if reached else ("", False)
        payment = policies.payment(total, bands, version.monthly_fee_fen, version.from_on, version.until_on)
    return VersionResult(
        id=version.id,
        number=version.number,
        state=VersionState(version.state),
        state_name=VERSION_NAMES[VersionState(version.state)],
        revision=version.revision,
        reason=version.reason,
        sheet_title=sheet.title,
        sheet_version_id=sheet.id,
        from_on=version.from_on,
        until_on=version.until_on,
        monthly_fee_fen=version.monthly_fee_fen,
        bands=bands,
        measured_at=version.measured_at,
        locked_at=version.locked_at,
        locked_by_name=version.locked_by_name,
        total=points(total) if total is not None else None,
        grade=grade,
        is_failing=is_failing,
        share=points(payment.share_tenths),
        full_fen=payment.full_fen,
        payable_fen=payment.payable_fen,
        items=items,
    )


def scores_by_item(
    sheet: SheetVersion, lines: Mapping[int, AssessmentLine], taken: Mapping[int, int]
) -> tuple[dict[int, int], dict[int, int | None]]:
    """The points of each item, and what is left of them."""
    scores = {
        item.id: policies.after_deductions(lines[item.id].base_tenths, taken.get(item.id, 0))
        for item in sheet.items
    }
    return {item.id: item.points_tenths for item in sheet.items}, scores


def _item_line(item: ScoreItem, line: AssessmentLine, taken: int) -> ItemLine:
    score = policies.after_deductions(line.base_tenths, taken)
    source = LineSource(line.source)
    view = score_queries.item_view(item)
    return ItemLine(
        item_id=item.id,
        number=item.number,
        level1=item.level1,
        level2=item.level2,
        level3=item.level3,
        scoring=item.scoring,
        points=view.points,
        source=source,
        source_name=SOURCE_NAMES[source],
        may_be_inapplicable=item.may_be_inapplicable,
        numerator=line.numerator,
        denominator=line.denominator,
        text=line.text,
        base=points(line.base_tenths) if line.base_tenths is not None else None,
        taken=points(taken),
        score=points(score) if score is not None else None,
        reasons=view.reasons,
    )
