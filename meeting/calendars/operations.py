"""Changes of feeds, within an open unit of work."""

from datetime import datetime

from sqlalchemy import select, update

from backend import vault
from backend.actor import Actor
from backend.db import db, unit
from meeting.calendars.models import CalendarFeed, FeedKind


def revoke(actor: Actor, kind: FeedKind, subject_id: int, *, at: datetime) -> bool:
    """End the feed of a person or a room; False if there was none."""
    result = unit().execute(
        update(CalendarFeed)
        .where(
            CalendarFeed.kind == kind.value,
            CalendarFeed.subject_id == subject_id,
            CalendarFeed.revoked_at.is_(None),
        )
        .values(revoked_at=at, revoked_by=actor.staff_id)
    )
    return bool(result.rowcount)


def publish(actor: Actor, kind: FeedKind, subject_id: int, token: str, *, at: datetime) -> CalendarFeed:
    """A new feed under a token, of which only a keyed hash is kept. `revoke` ended the one before."""
    unit()
    feed = CalendarFeed(
        kind=kind.value,
        subject_id=subject_id,
        token_hash=vault.keyed_hash(token),
        made_at=at,
        made_by=actor.staff_id,
    )
    db.session.add(feed)
    db.session.flush()
    return feed


def find_live(feed_id: int) -> CalendarFeed | None:
    """A feed that is not revoked, locked until the unit ends."""
    unit()
    return db.session.scalars(
        select(CalendarFeed)
        .where(CalendarFeed.id == feed_id, CalendarFeed.revoked_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
