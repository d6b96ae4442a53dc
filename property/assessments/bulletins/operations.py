"""Writes of the bulletins, within an open unit of work."""

import hashlib
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text

from backend.actor import Actor
from backend.db import db, table, unit
from backend.statements import insert_or_nothing
from property.assessments.bulletins import policies
from property.assessments.errors import BulletinNotFound
from property.assessments.models import (
    BulletinKind,
    BulletinState,
    ContractorBulletin,
    ContractorBulletinDocument,
)

_INSERT_DOCUMENT = insert_or_nothing(
    table(ContractorBulletinDocument),
    ("bulletin_id", "content", "sha256", "printed_at"),
    returning="bulletin_id",
)


def hold_bulletins() -> None:
    """Let nobody else begin or publish one until the unit ends, so that numbers and versions have no gaps.

    On SQLite a unit is alone anyway.
    """
    connection = unit()
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE contractor_bulletins IN SHARE UPDATE EXCLUSIVE MODE"))


def lock(bulletin_id: int) -> ContractorBulletin:
    """The bulletin, locked. Raises BulletinNotFound."""
    unit()
    found = db.session.scalars(
        select(ContractorBulletin)
        .where(ContractorBulletin.id == bulletin_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise BulletinNotFound
    return found


def add_draft(
    actor: Actor,
    *,
    kind: BulletinKind,
    first_day: date,
    figures: dict[str, Any],
    at: datetime,
    corrects: ContractorBulletin | None = None,
    reason: str = "",
) -> ContractorBulletin:
    """A new draft; one that corrects another takes over its texts and, at publication, its number."""
    unit()
    draft = ContractorBulletin(
        kind=kind.value,
        first_day=first_day,
        last_day=policies.last_day_of(kind, first_day),
        version=corrects.version + 1 if corrects else 1,
        corrects_id=corrects.id if corrects else None,
        correction_reason=reason,
        state=BulletinState.DRAFT.value,
        introduction=corrects.introduction if corrects else "",
        problems=corrects.problems if corrects else "",
        requirements=corrects.requirements if corrects else "",
        figures=figures,
        figures_at=at,
        drafted_at=at,
        drafted_by=actor.staff_id,
        drafted_by_name=actor.name,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def publish(bulletin: ContractorBulletin, actor: Actor, *, at: datetime, year: int) -> None:
    """Give it its number and its hash; from the flush on it never changes. `hold_bulletins` comes first."""
    if bulletin.corrects_id is not None:
        corrected = db.session.get_one(ContractorBulletin, bulletin.corrects_id)
        bulletin.issue_year, bulletin.issue = corrected.issue_year, corrected.issue
    else:
        of_year = select(func.max(ContractorBulletin.issue)).where(ContractorBulletin.issue_year == year)
        bulletin.issue_year, bulletin.issue = year, (db.session.scalar(of_year) or 0) + 1
    bulletin.state = BulletinState.PUBLISHED.value
    bulletin.published_at = at
    bulletin.published_by, bulletin.published_by_name = actor.staff_id, actor.name
    bulletin.revision += 1
    bulletin.content_hash = policies.content_hash(bulletin)
    db.session.flush()


def keep_document(bulletin_id: int, content: bytes, *, at: datetime) -> bool:
    """Keep what was printed first; False if somebody else had printed it before."""
    row = {
        "bulletin_id": bulletin_id,
        "content": content,
        "sha256": hashlib.sha256(content).hexdigest(),
        "printed_at": at,
    }
    return _INSERT_DOCUMENT.row(unit(), row) is not None
