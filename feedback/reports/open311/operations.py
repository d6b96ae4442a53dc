"""Writes of Open311, within an open unit of work."""

from datetime import datetime

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.db import db, unit
from backend.refusals import refusing_clashes
from feedback.reports.open311 import policies
from feedback.reports.open311.errors import ClientKeyNotFound, ClientKeyTaken, KeyRefused
from feedback.reports.open311.models import ClientKey, Submission


def add_key(actor: Actor, name: str, key: str) -> ClientKey:
    """The row of a new key. Raises ClientKeyTaken."""
    unit()
    row = ClientKey(
        name=name,
        key_hash=policies.hash_of(key),
        created_at=clock.now(),
        created_by=actor.staff_id,
        created_by_name=actor.name,
    )
    with refusing_clashes(ClientKeyTaken()):
        db.session.add(row)
    return row


def lock_key(key_id: int) -> ClientKey:
    """A key, held until the unit ends. Raises ClientKeyNotFound."""
    unit()
    found: ClientKey | None = db.session.get(ClientKey, key_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise ClientKeyNotFound
    return found


def lock_presented(key: str) -> ClientKey:
    """The active key that a client shows, held, so that what it sends at once is counted.

    Raises KeyRefused.
    """
    unit()
    found: ClientKey | None = db.session.scalars(
        select(ClientKey)
        .where(ClientKey.key_hash == policies.hash_of(key), ClientKey.revoked_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise KeyRefused
    return found


def add_submission(report_id: int, key_id: int, at: datetime) -> None:
    """Keep by which key a report came in."""
    db.session.add(Submission(report_id=report_id, key_id=key_id, at=at))
