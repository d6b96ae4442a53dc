"""What a month's version starts from: its days, its fee, and a line for each item. Reads only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.rules import queries as rules
from backend.scoresheets.models import ScoreItem, SheetVersion
from property.assessments import metrics, policies
from property.assessments import queries as assessment_queries
from property.assessments.errors import MonthInvalid
from property.assessments.metrics import Sources
from property.assessments.models import AssessmentLine, LineSource
from property.assessments.policies import Scale
from property.assessments.rules import BANDS
from property.categories import queries as category_queries
from property.contractors import policies as contractor_policies
from property.contractors import queries as contractor_queries
from property.contractors.models import Contract, ContractScope, ServiceKind
from property.contractors.policies import Band
from property.contractors.titles import SERVICE_NAMES


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is measured."""

    item_id: int
    source: LineSource
    base_tenths: int | None
    numerator: int | None = None
    denominator: int | None = None
    text: str = ""
    excluded_by: int | None = None
    excluded_by_name: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a contract a month goes by."""

    from_on: date
    until_on: date
    monthly_fee_fen: int
    bands: list[dict[str, int]]


def terms_of(contract: Contract, month: date) -> Terms:
    """The contract's days of a month, its fee and its bands. Raises MonthInvalid where it has no day."""
    days = contractor_policies.days_of(month, contract.from_on, contract.until_on)
    if days is None:
        raise MonthInvalid(month=f"{month:%Y-%m}")
    bands = contract.bands
    if bands is None:
        of_the_house: tuple[Band, ...] = rules.value(BANDS)
        bands = contractor_policies.dump_bands(of_the_house)
    return Terms(*days, contract.monthly_fee_fen, bands)


def lines_of(
    contract: Contract,
    sheet: SheetVersion,
    terms: Terms,
    excluded: Mapping[int, Line],
) -> list[Line]:
    """A line for each item of the sheet; what somebody has excluded stays so."""
    scopes = contractor_queries.scopes_of([contract.id])[contract.id]
    sources = Sources(contract.contractor_id, contract.id, terms.from_on, terms.until_on, _categories(scopes))
    scales = assessment_queries.scales_of([sheet.id])
    services = {scope.service for scope in scopes}
    return [
        excluded.get(item.id) or _line(item, scales.get(item.id, Scale()), services, sources)
        for item in sheet.items
    ]


def _line(item: ScoreItem, scale: Scale, services: Collection[str], sources: Sources) -> Line:
    if scale.service and scale.service not in services and item.may_be_inapplicable:
        name = SERVICE_NAMES[ServiceKind(scale.service)]
        return Line(item.id, LineSource.SERVICE, None, text=f"合同不含{name}")
    if not policies.is_metric(item):
        return Line(item.id, LineSource.JUDGED, item.points_tenths)
    measured = metrics.measure(item.metric_key, sources)
    base = policies.scaled(item.points_tenths, measured, scale)
    told = measured.text
    if base is None and measured.denominator:
        told = f"{told}，少于 {scale.min_basis} 件，不适用"
    return Line(item.id, LineSource.METRIC, base, measured.numerator, measured.denominator, told)


def _categories(scopes: Sequence[ContractScope]) -> frozenset[int] | None:
    """The categories that a contract is about; None if any of its scopes is about all."""
    named = [scope.category_id for scope in scopes]
    if not named or None in named:
        return None
    tree = category_queries.tree()
    return frozenset(each for category_id in named if category_id for each in tree.within(category_id))


def kept_lines(rows: Collection[AssessmentLine]) -> list[Line]:
    """Lines as they are kept."""
    return [
        Line(
            row.item_id,
            LineSource(row.source),
            row.base_tenths,
            row.numerator,
            row.denominator,
            row.text,
            row.excluded_by,
            row.excluded_by_name,
        )
        for row in rows
    ]


def row_of(version_id: int, line: Line) -> dict[str, Any]:
    """A line as its row."""
    return {
        "version_id": version_id,
        "item_id": line.item_id,
        "source": line.source.value,
        "base_tenths": line.base_tenths,
        "numerator": line.numerator,
        "denominator": line.denominator,
        "text": line.text,
        "excluded_by": line.excluded_by,
        "excluded_by_name": line.excluded_by_name,
    }
