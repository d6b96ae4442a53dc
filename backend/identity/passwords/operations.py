"""Writes of passwords, within an open unit of work."""

from datetime import datetime, timedelta

from sqlalchemy import case, literal, or_, select, update

from backend import clock
from backend.actor import Actor
from backend.audit.models import Result
from backend.audit.operations import record
from backend.config import settings
from backend.db import UTCDateTime, db, unit
from backend.identity import operations as identity_operations
from backend.identity.models import LoginSession, PasswordCredential
from backend.identity.passwords import policies
from backend.identity.policies import ANONYMOUS


def count_attempt(staff_id: int) -> datetime | None:
    """Count an attempt before it is verified; returns until when the password is locked, or None.

    One conditional statement, so that parallel attempts are all counted and none passes the limit. The
    attempt that reaches the limit is still verified; it locks unless it is `accept`ed. A lock that has
    run out begins a new count.
    """
    now, running, table = clock.now(), settings(), PasswordCredential
    failures = case((table.locked_until <= now, 1), else_=table.failures + 1)
    until = literal(now + timedelta(minutes=running.password_lock_minutes), UTCDateTime())
    counted = unit().execute(
        update(table)
        .where(table.staff_id == staff_id, or_(table.locked_until.is_(None), table.locked_until <= now))
        .values(
            failures=failures, locked_until=case((failures >= running.password_failures, until), else_=None)
        )
    )
    if counted.rowcount:
        return None
    return db.session.scalar(select(table.locked_until).where(table.staff_id == staff_id))


def accept(staff_id: int, password_hash: str) -> bool:
    """Forgive the attempts, because the password of this hash was right; ask for a new one if it is old.

    Returns whether the hash is still that of the member of staff.
    """
    now, table = clock.now(), PasswordCredential
    credential = db.session.scalars(
        select(table)
        .where(table.staff_id == staff_id, table.password_hash == password_hash)
        .with_for_update()
    ).one_or_none()
    if credential is None:
        return False
    credential.failures, credential.locked_until = 0, None
    credential.must_change |= policies.has_aged(credential.changed_at, now, settings())
    db.session.flush()  # What is written past the session afterwards must come last.
    return True


def rehash(staff_id: int, outdated_hash: str, password_hash: str) -> None:
    """Keep the same password under a hash with today's parameters."""
    table = PasswordCredential
    unit().execute(
        update(table)
        .where(table.staff_id == staff_id, table.password_hash == outdated_hash)
        .values(password_hash=password_hash)
    )


def store_password(staff_id: int, password_hash: str, *, must_change: bool) -> None:
    """Give a member of staff this password, whether or not there was one; opens a lock."""
    connection = unit()
    values = {
        "password_hash": password_hash,
        "must_change": must_change,
        "changed_at": clock.now(),
        "failures": 0,
        "locked_until": None,
    }
    connection.execute(
        identity_operations.INSERT[connection.dialect.name](PasswordCredential)
        .values(staff_id=staff_id, **values)
        .on_conflict_do_update(index_elements=["staff_id"], set_=values)
    )


def keep_only_session(actor: Actor) -> None:
    """End the actor's other sessions; the present one no longer asks for a new password."""
    identity_operations.end_sessions(actor.staff_id, except_id=actor.session_id)
    unit().execute(
        update(LoginSession).where(LoginSession.id == actor.session_id).values(must_change_password=False)
    )


def record_refusal(staff_id: int | None, reason: str) -> None:
    """Record that a password was refused, and whose; what was typed is never kept."""
    record(
        ANONYMOUS,
        "identity.password_refused",
        "staff",
        staff_id if staff_id is not None else "",
        result=Result.REFUSED,
        reason=reason,
    )
