"""Use cases of sessions."""

from datetime import timedelta

from sqlalchemy import delete, or_, update

from backend import clock
from backend.config import settings
from backend.db import atomic, unit
from backend.identity.models import BindTicket, LoginSession


@atomic
def touch_session(session_id: int) -> None:
    """Note that the session is in use."""
    unit().execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=clock.now()))


@atomic
def forget_ended() -> int:
    """Drop sessions and bind tickets that have ended; returns how many. What they did is in the trail."""
    now = clock.now()
    idle_since = now - timedelta(minutes=settings().session_idle_minutes)
    sessions = delete(LoginSession).where(
        or_(LoginSession.expires_at <= now, LoginSession.seen_at <= idle_since)
    )
    tickets = delete(BindTicket).where(BindTicket.expires_at <= now)
    return unit().execute(sessions).rowcount + unit().execute(tickets).rowcount
