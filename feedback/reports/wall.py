"""What the public wall shows of a report, within an open unit of work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from backend.actor import Actor
from backend.db import db, table, unit
from backend.media import operations as media
from feedback.reports import policies, sealing
from feedback.reports.exhibits import Publication
from feedback.reports.models import Report

_PUBLICATIONS = table(Publication)


def put_up(
    actor: Actor,
    report: Report,
    *,
    text: str,
    copies: Sequence[int],
    sources: list[dict[str, Any]],
    at: datetime,
) -> None:
    """Show a locked report that is not shown: the desk's words, and copies that are the actor's and loose.

    Raises PhotoNotFound.
    """
    report.published_at = at
    db.session.add(
        Publication(
            report_id=report.id,
            text=text,
            sources=sources,
            published_at=at,
            published_by=actor.staff_id,
        )
    )
    for position, photo_id in enumerate(copies):
        media.attach(actor, photo_id, policies.PHOTOS_PUBLIC, report.id, is_public=True, position=position)
    sealing.record(actor, report, "feedback.report_published", number=report.number, photos=len(copies))


def text_of(report: Report) -> str:
    """What the wall says of a report; empty if it says nothing."""
    statement = select(Publication.text).where(
        Publication.report_id == report.id, Publication.withdrawn_at.is_(None)
    )
    return db.session.scalar(statement) or ""


def take_down(actor: Actor, report: Report, *, at: datetime) -> bool:
    """Show a locked report no more, whoever asks why; its copies go for good. False if it was not shown."""
    if report.published_at is None:
        return False
    report.published_at = None
    withdrawn_by = sealing.acting(actor, report).staff_id
    unit().execute(
        update(_PUBLICATIONS)
        .where(_PUBLICATIONS.c.report_id == report.id, _PUBLICATIONS.c.withdrawn_at.is_(None))
        .values(withdrawn_at=at, withdrawn_by=withdrawn_by)
    )
    media.discard(policies.PHOTOS_PUBLIC, report.id)
    sealing.record(actor, report, "feedback.report_unpublished", number=report.number)
    return True
