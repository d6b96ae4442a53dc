"""Writes that every part of the assessments shares, within an open unit of work."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, insert, select

from backend.db import db, table, unit
from property.assessments.errors import AssessmentLocked, AssessmentNotFound
from property.assessments.models import Assessment, AssessmentVersion, ItemScale, VersionState
from property.assessments.policies import Scale

_SCALE = table(ItemScale)


def lock_assessment(assessment_id: int) -> Assessment:
    """A month, kept from everybody else until the unit ends. Raises AssessmentNotFound."""
    unit()
    found = db.session.scalars(
        select(Assessment).where(Assessment.id == assessment_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise AssessmentNotFound
    return found


def open_version(assessment_id: int) -> AssessmentVersion:
    """The version of a locked month's row that may still change. Raises AssessmentLocked."""
    found = db.session.scalars(
        select(AssessmentVersion)
        .where(
            AssessmentVersion.assessment_id == assessment_id,
            AssessmentVersion.state == VersionState.OPEN.value,
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise AssessmentLocked
    return found


def touch(assessment_id: int) -> None:
    """Count a change of what the open version, if there is one, will be made of."""
    found = db.session.scalars(
        select(AssessmentVersion)
        .where(
            AssessmentVersion.assessment_id == assessment_id,
            AssessmentVersion.state == VersionState.OPEN.value,
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is not None:
        found.revision += 1


def find_month(contract_id: int, month: date) -> Assessment | None:
    """A contract's month, if it was opened."""
    return db.session.scalars(
        select(Assessment).where(Assessment.contract_id == contract_id, Assessment.month == month)
    ).one_or_none()


def set_scales(scales: Mapping[int, Scale]) -> None:
    """Give items their scales, in place of those that they had."""
    connection = unit()
    if not scales:
        return
    connection.execute(delete(_SCALE).where(_SCALE.c.item_id.in_(scales)))
    connection.execute(
        insert(_SCALE),
        [
            {
                "item_id": item_id,
                "service": scale.service,
                "floor_permille": scale.floor_permille,
                "target_permille": scale.target_permille,
                "min_basis": scale.min_basis,
            }
            for item_id, scale in scales.items()
        ],
    )
