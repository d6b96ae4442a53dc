"""What a bulletin tells of its period: the latest locked version of each contract's months. Reads only.

Figures are plain JSON, kept with the bulletin: points and shares in tenths.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select

from backend.db import db
from backend.scoresheets.models import ScoreItem
from property.assessments.bulletins import policies
from property.assessments.models import (
    Assessment,
    AssessmentLine,
    AssessmentVersion,
    BulletinKind,
    CountedDeduction,
    Deduction,
    LineSource,
    VersionState,
)
from property.assessments.months.queries import last_number
from property.contractors import policies as contractor_policies
from property.contractors import queries as contractor_queries
from property.contractors.models import Contract

# The deductions that are told of a contract.
MAIN: Final = 5


@dataclass(frozen=True, slots=True)
class _Month:
    """A locked month of a contract."""

    contract_id: int
    month: date
    version_id: int
    number: int
    total_tenths: int | None
    grade: str
    share_tenths: int


def take(kind: BulletinKind, first_day: date) -> dict[str, Any]:
    """The figures of a period as they stand now; a fixed number of statements."""
    locked = _locked(policies.months_of(kind, first_day))
    before = _means(_locked(policies.months_of(kind, policies.previous(kind, first_day))))
    means = _means(locked)
    contracts = _contracts(set(means))
    called = contractor_queries.names({each.contractor_id for each in contracts.values()})
    main = _main_deductions([each.version_id for each in locked])
    unmeasured = _unmeasured([each.version_id for each in locked])
    rows = [
        {
            **_row(contracts[contract_id], called, months, means[contract_id], main),
            "before": before.get(contract_id),
            # Where nothing could be counted, full marks for want of findings are no merit.
            "is_measured": any(month.version_id not in unmeasured for month in months),
        }
        for contract_id, months in _by_contract(locked).items()
    ]
    ranked = [row["total"] if row["is_measured"] else None for row in rows]
    for row, rank in zip(rows, policies.ranks(ranked), strict=True):
        row["rank"] = rank
    rows.sort(key=lambda row: (row["rank"] is None, row["rank"], row["contractor"], row["contract"]))
    scored = [row["total"] for row in rows if row["total"] is not None]
    return {
        "contracts": rows,
        "mean": policies.mean_tenths(scored),
        "grades": _grades(locked),
        "in_full": sum(row["share"] == contractor_policies.FULL_TENTHS for row in rows),
        "missing": missing(kind, first_day),
    }


def missing(kind: BulletinKind, first_day: date) -> int:
    """How many contract months of a period are not locked, or are being corrected."""
    months = policies.months_of(kind, first_day)
    last = last_number()
    states: Any = db.session.execute(
        select(Assessment.contract_id, Assessment.month)
        .join(AssessmentVersion, AssessmentVersion.assessment_id == Assessment.id)
        .where(
            Assessment.month.in_(months),
            AssessmentVersion.number == last,
            AssessmentVersion.state == VersionState.LOCKED.value,
        )
    )
    done = {tuple(row) for row in states}
    due = {
        (contract.id, month)
        for contract in contractor_queries.contracts_in(months[0], policies.last_day_of(kind, first_day))
        for month in months
        if contractor_policies.days_of(month, contract.from_on, contract.until_on)
    }
    return len(due - done)


def _locked(months: Sequence[date]) -> list[_Month]:
    """The latest locked version of each contract's months."""
    statement = (
        select(Assessment.contract_id, Assessment.month, AssessmentVersion)
        .join(AssessmentVersion, AssessmentVersion.assessment_id == Assessment.id)
        .where(Assessment.month.in_(months), AssessmentVersion.state == VersionState.LOCKED.value)
        .order_by(Assessment.contract_id, Assessment.month, AssessmentVersion.number)
    )
    latest = {}
    for contract_id, month, version in db.session.execute(statement):
        latest[contract_id, month] = _Month(
            contract_id,
            month,
            version.id,
            version.number,
            version.total_tenths,
            version.grade,
            version.share_tenths or 0,
        )
    return list(latest.values())


def _by_contract(locked: Sequence[_Month]) -> dict[int, list[_Month]]:
    found: dict[int, list[_Month]] = defaultdict(list)
    for each in locked:
        found[each.contract_id].append(each)
    return found


def _means(locked: Sequence[_Month]) -> dict[int, int | None]:
    """By contract, the mean of its months."""
    return {
        contract_id: policies.mean_tenths(
            [each.total_tenths for each in months if each.total_tenths is not None]
        )
        for contract_id, months in _by_contract(locked).items()
    }


def _row(
    contract: Contract,
    called: Mapping[int, str],
    months: Sequence[_Month],
    total: int | None,
    main: Mapping[int, Sequence[Mapping[str, Any]]],
) -> dict[str, Any]:
    deductions = [each for month in months for each in main.get(month.version_id, ())]
    deductions.sort(key=lambda each: -each["points"])
    return {
        "contract_id": contract.id,
        "contractor": called[contract.contractor_id],
        "contract": contract.title,
        "total": total,
        "share": policies.mean_tenths([month.share_tenths for month in months]),
        "months": [
            {
                "month": f"{month.month:%Y-%m}",
                "total": month.total_tenths,
                "grade": month.grade,
                "share": month.share_tenths,
                "version": month.number,
            }
            for month in months
        ],
        "deducted": sum(each["points"] for each in deductions),
        "deductions": deductions[:MAIN],
    }


def _unmeasured(version_ids: Sequence[int]) -> set[int]:
    """The versions whose sheets have metrics, none of which applied."""
    rows = db.session.execute(
        select(AssessmentLine.version_id, func.count(AssessmentLine.base_tenths))
        .where(
            AssessmentLine.version_id.in_(version_ids),
            AssessmentLine.source == LineSource.METRIC.value,
        )
        .group_by(AssessmentLine.version_id)
    )
    return {version_id for version_id, applying in rows if not applying}


def _main_deductions(version_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """By version, what its deductions cost, as counted; reasons only, no persons."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = db.session.execute(
        select(CountedDeduction.version_id, CountedDeduction.points_tenths, Deduction.reason, ScoreItem)
        .join(Deduction, Deduction.id == CountedDeduction.deduction_id)
        .join(ScoreItem, ScoreItem.id == Deduction.item_id)
        .where(CountedDeduction.version_id.in_(version_ids))
        .order_by(CountedDeduction.points_tenths.desc(), Deduction.id)
    )
    for version_id, points_tenths, reason, item in rows:
        found[version_id].append(
            {"item": f"{item.level1}·{item.level2}", "points": points_tenths, "reason": reason}
        )
    return found


def _grades(locked: Sequence[_Month]) -> dict[str, int]:
    """How many months came to each grade, the best first."""
    best: dict[str, int] = {}
    counts: dict[str, int] = defaultdict(int)
    for each in locked:
        grade = each.grade or "不参评"
        counts[grade] += 1
        best[grade] = max(best.get(grade, -1), each.total_tenths if each.total_tenths is not None else -1)
    return {grade: counts[grade] for grade in sorted(counts, key=lambda grade: -best[grade])}


def _contracts(contract_ids: set[int]) -> dict[int, Contract]:
    rows = db.session.scalars(select(Contract).where(Contract.id.in_(contract_ids)))
    return {row.id: row for row in rows}
