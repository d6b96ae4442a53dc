"""Reads of WeChat's push events."""

from sqlalchemy import select

from backend.db import db
from backend.wechat.models import PushEvent


def waiting_events(limit: int = 100) -> list[PushEvent]:
    """The events that nobody has handled yet, in the order in which they came."""
    return list(
        db.session.scalars(
            select(PushEvent).where(PushEvent.handled_at.is_(None)).order_by(PushEvent.id).limit(limit)
        )
    )
