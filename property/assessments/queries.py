"""Reads that every part of the assessments shares: sheets with their scales, months and their names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.scoresheets import queries as score_queries
from backend.scoresheets.models import Purpose, ScoreItem, SheetVersion
from backend.scoresheets.queries import ItemView, VersionView
from property.assessments import metrics, policies
from property.assessments.errors import AssessmentNotFound, SheetUnsuitable
from property.assessments.models import Assessment, ItemScale
from property.assessments.policies import Scale
from property.contractors import policies as contractor_policies
from property.contractors.models import Contract, ServiceKind

# The sheets that come with the house, for contracts that name none.
PROPERTY_SHEET = "property-service"
CATERING_SHEET = "canteen-target"


@dataclass(frozen=True, slots=True)
class MetricView:
    """A metric that an item may name."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class ScaledItem:
    """An item with how it is scored beyond what the sheet says; floor and target in per cent."""

    item: ItemView
    service: str
    floor: Decimal
    target: Decimal
    min_basis: int


@dataclass(frozen=True, slots=True)
class ScaledSheet:
    """A version of a sheet with its scales; `problems` say why it cannot make a month's score."""

    version: VersionView
    items: Sequence[ScaledItem]
    problems: Sequence[str]


def sheets_in_force(actor: Actor) -> list[score_queries.VersionHead]:
    """The version of each sheet that counts today, for whoever assesses. Raises Forbidden."""
    ensure_everywhere(actor, Permission.CONTRACTORS_ASSESS)
    return [
        score_queries.head_of(each)
        for each in score_queries.versions_in_force(clock.today(), Purpose.CONTRACTOR)
    ]


def scaled_sheet(actor: Actor, version_id: int) -> ScaledSheet:
    """A version with its scales. Raises Forbidden or SheetVersionNotFound."""
    ensure_everywhere(actor, Permission.CONTRACTORS_READ)
    version = score_queries.get_version(version_id)
    scales = scales_of([version_id])
    view = score_queries.view_of(version)
    return ScaledSheet(
        view,
        [_scaled(item, scales.get(item.id, Scale())) for item in view.items],
        policies.problems_of(version, metrics.known()),
    )


def list_metrics(actor: Actor) -> list[MetricView]:
    """The metrics that an item may name."""
    return [MetricView(each.key, each.title) for each in metrics.all_metrics()]


def _scaled(item: ItemView, scale: Scale) -> ScaledItem:
    return ScaledItem(
        item,
        scale.service,
        Decimal(scale.floor_permille) / 10,
        Decimal(scale.target_permille) / 10,
        scale.min_basis,
    )


def scales_of(version_ids: Collection[int]) -> dict[int, Scale]:
    """The scales of these versions' items; items without one are left out. One statement."""
    from_items = select(ItemScale).join(ScoreItem, ScoreItem.id == ItemScale.item_id)
    rows = db.session.scalars(from_items.where(ScoreItem.version_id.in_(version_ids)))
    return {
        row.item_id: Scale(row.service, row.floor_permille, row.target_permille, row.min_basis)
        for row in rows
    }


def sheet_for(contract: Contract, services: Collection[str], on: date) -> SheetVersion:
    """The version of the contract's sheet that is in force on a day. Raises SheetUnsuitable."""
    only_catering = bool(services) and set(services) == {ServiceKind.CATERING.value}
    code = contract.sheet_code or (CATERING_SHEET if only_catering else PROPERTY_SHEET)
    sheet = score_queries.find_sheet(code)
    version = score_queries.version_in_force(sheet.id, on) if sheet is not None else None
    if version is None:
        raise SheetUnsuitable(first=f"考核表 {code} 没有已启用的版本", problems=[])
    whole = score_queries.get_version(version.id)
    problems = policies.problems_of(whole, metrics.known())
    if problems:
        raise SheetUnsuitable(first=problems[0], problems=problems)
    return whole


def find_assessment(actor: Actor, assessment_id: int) -> Assessment:
    """A month that the actor may know of. Raises AssessmentNotFound."""
    found = db.session.get(Assessment, assessment_id)
    if found is None or not contractor_policies.may_read(actor, found.contractor_id):
        raise AssessmentNotFound
    return found
