"""Use cases of sessions."""

from datetime import timedelta

from sqlalchemy import and_, delete, or_, update

from backend import clock
from backend.config import settings
from backend.db import atomic, unit
from backend.identity import policies
from backend.identity.models import BindTicket, LoginSession, SessionKind


@atomic
def touch_session(session_id: int) -> None:
    """Note that the session is in use."""
    unit().execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=clock.now()))


@atomic
def forget_ended() -> int:
    """Drop sessions and bind tickets that have ended; returns how many. What they did is in the trail."""
    now, running = clock.now(), settings()
    idled = (
        and_(
            LoginSession.kind == kind.value,
            LoginSession.seen_at <= now - timedelta(minutes=policies.idle_minutes(kind, running)),
        )
        for kind in SessionKind
    )
    sessions = delete(LoginSession).where(or_(LoginSession.expires_at <= now, *idled))
    tickets = delete(BindTicket).where(BindTicket.expires_at <= now)
    return unit().execute(sessions).rowcount + unit().execute(tickets).rowcount
