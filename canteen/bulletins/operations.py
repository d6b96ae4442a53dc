"""Writes of bulletins, within an open unit of work."""

import hashlib
from datetime import date, datetime

from sqlalchemy import func, select, text

from backend.actor import Actor
from backend.db import db, table, unit
from backend.statements import insert_or_nothing
from canteen.bulletins import policies
from canteen.bulletins.errors import BulletinNotFound
from canteen.bulletins.models import Bulletin, BulletinDocument, BulletinKind, BulletinState, Media

_INSERT_DOCUMENT = insert_or_nothing(
    table(BulletinDocument), ("bulletin_id", "media", "content", "sha256", "printed_at"), returning="media"
)


def hold_bulletins() -> None:
    """Let nobody else begin or publish a bulletin until the unit ends: numbers and versions have no gaps.

    Reading goes on, and so does the work on drafts: who holds a draft's row and goes on to write it must not
    wait for who comes here first and for the row then. On SQLite a unit is alone anyway.
    """
    connection = unit()
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE bulletins IN SHARE UPDATE EXCLUSIVE MODE"))


def lock(bulletin_id: int) -> Bulletin:
    """The bulletin, locked. Raises BulletinNotFound."""
    unit()
    found = db.session.scalars(
        select(Bulletin)
        .where(Bulletin.id == bulletin_id)
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
    figures: str,
    at: datetime,
    corrects: Bulletin | None = None,
    reason: str = "",
) -> Bulletin:
    """A new draft; one that corrects another takes over its texts and, at publication, its number."""
    unit()
    draft = Bulletin(
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


def publish(bulletin: Bulletin, actor: Actor, *, at: datetime, year: int) -> None:
    """Give it its number and its hash; from the flush on it never changes. `hold_bulletins` comes first."""
    if bulletin.corrects_id is not None:
        corrected = db.session.get_one(Bulletin, bulletin.corrects_id)
        bulletin.issue_year, bulletin.issue = corrected.issue_year, corrected.issue
    else:
        last = db.session.scalar(select(func.max(Bulletin.issue)).where(Bulletin.issue_year == year))
        bulletin.issue_year, bulletin.issue = year, (last or 0) + 1
    bulletin.state = BulletinState.PUBLISHED.value
    bulletin.published_at = at
    bulletin.published_by = actor.staff_id
    bulletin.published_by_name = actor.name
    bulletin.revision += 1
    bulletin.content_hash = policies.content_hash(bulletin)
    db.session.flush()


def keep_document(bulletin_id: int, media: Media, content: bytes, *, at: datetime) -> bool:
    """Keep what was printed first; False if somebody else had printed it before."""
    row = {
        "bulletin_id": bulletin_id,
        "media": media.value,
        "content": content,
        "sha256": hashlib.sha256(content).hexdigest(),
        "printed_at": at,
    }
    return _INSERT_DOCUMENT.row(unit(), row) is not None
