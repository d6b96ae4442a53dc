"""Writes of WeChat's push events, within an open unit of work."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from backend import clock
from backend.db import unit
from backend.wechat.models import PushEvent
from backend.wechat.push import Pushed

MAX_ERROR: Final = 500
_INSERT: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def store_event(app: str, pushed: Pushed) -> bool:
    """Keep what WeChat pushed; False if it is kept already. What a person wrote waits for nobody."""
    connection, now = unit(), clock.now()
    insert = _INSERT[connection.dialect.name](PushEvent).values(
        dedupe_key=pushed.dedupe_key,
        app=app,
        kind=pushed.kind,
        openid=pushed.openid,
        payload=pushed.payload,
        received_at=now,
        handled_at=None if pushed.is_event else now,
        error="",
    )
    stored = connection.execute(insert.on_conflict_do_nothing().returning(PushEvent.id))
    return stored.scalar_one_or_none() is not None


def mark_handled(event_id: int, *, error: str = "") -> bool:
    """Say that nobody need look at the event again; False if somebody had said so before.

    `error` says why it could not be handled; it does not come again.
    """
    handled = unit().execute(
        update(PushEvent)
        .where(PushEvent.id == event_id, PushEvent.handled_at.is_(None))
        .values(handled_at=clock.now(), error=error[:MAX_ERROR])
    )
    return handled.rowcount == 1


def forget_handled(before: datetime) -> int:
    """Drop the events that were handled before an instant; returns how many."""
    return unit().execute(delete(PushEvent).where(PushEvent.handled_at < before)).rowcount
