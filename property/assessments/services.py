"""Use cases of the sheets by which contractors are assessed: the house's own, and their scales."""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import exists, select

from backend.actor import SYSTEM, Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.db import atomic, db
from backend.scoresheets import parsing
from backend.scoresheets import queries as score_queries
from backend.scoresheets import services as score_services
from backend.scoresheets.models import Purpose
from backend.scoresheets.policies import Content
from backend.scoresheets.services import Imported
from property.assessments import operations, queries
from property.assessments.errors import ScaleInUse, ScaleInvalid
from property.assessments.models import AssessmentVersion, VersionState
from property.assessments.policies import Scale, ScaleOf
from property.assessments.queries import ScaledSheet
from property.contractors.models import ServiceKind

VALID_FROM: Final = date(2026, 1, 1)
_FOLDER: Final = Path(__file__).with_name("sheets")
_FILES: Final = ("property_service.toml", "canteen_target.toml", "canteen_six_six.toml")


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def load_defaults(valid_from: date = VALID_FROM) -> list[Imported]:
    """Put the house's sheets in force with their scales; what is there of their codes stays as it is."""
    loaded = []
    for content, scales in default_sheets():
        imported = score_services.load(SYSTEM, content, valid_from=valid_from, purpose=Purpose.CONTRACTOR)
        if not imported.is_unchanged:
            atomic(give_scales)(imported.version_id, scales)
        loaded.append(imported)
    return loaded


def default_sheets() -> list[tuple[Content, dict[str, Scale]]]:
    """The house's sheets with the scales of their items."""
    return [(parsing.content_of(_text(name)), default_scales(name)) for name in _FILES]


def default_scales(name: str) -> dict[str, Scale]:
    """The scales that stand beside a sheet's items in its file, by the items' numbers."""
    said = tomllib.loads(_text(name), parse_float=Decimal)
    return {
        str(item["number"]): Scale(
            item.get("service", ""),
            int(item.get("floor", 0) * 10),
            int(item.get("target", 100) * 10),
            item.get("min_basis", 1),
        )
        for item in said["items"]
    }


def give_scales(version_id: int, scales: Mapping[str, Scale]) -> None:
    """Say how the items of a new version are scored, by their numbers; within an open unit."""
    items = score_queries.get_version(version_id).items
    operations.set_scales({item.id: scales[item.number] for item in items})


@atomic
def change_scales(actor: Actor, *, version_id: int, scales: list[ScaleOf]) -> ScaledSheet:
    """Say how items of a version are scored, until something was locked by it.

    Raises Forbidden, SheetVersionNotFound, ScaleInvalid or ScaleInUse.
    """
    ensure_everywhere(actor, Permission.CONTRACTORS_MANAGE)
    version = score_queries.get_version(version_id)
    in_use: Any = db.session.scalar(
        select(
            exists().where(
                AssessmentVersion.sheet_version_id == version_id,
                AssessmentVersion.state == VersionState.LOCKED.value,
            )
        )
    )
    if in_use:
        raise ScaleInUse
    by_number = {item.number: item.id for item in version.items}
    for each in scales:
        if each.number not in by_number:
            raise ScaleInvalid(why=f"没有第 {each.number} 项")
        if each.scale.floor_permille == each.scale.target_permille:
            raise ScaleInvalid(why=f"第 {each.number} 项的起点与满分点相同")
        if each.scale.service and each.scale.service not in set(ServiceKind):
            raise ScaleInvalid(why=f"第 {each.number} 项的服务不存在")
    operations.set_scales({by_number[each.number]: each.scale for each in scales})
    audit.record(
        actor,
        "property.scales_changed",
        "score_sheet",
        version.sheet_id,
        version_id=version_id,
        count=len(scales),
    )
    return queries.scaled_sheet(actor, version_id)
