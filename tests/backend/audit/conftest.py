"""A trail to seal, and the hands of somebody who has the database but not the key."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text

from backend import clock
from backend.actor import SYSTEM
from backend.audit.models import AuditEvent
from backend.audit.operations import record
from backend.db import atomic, db, unit


@pytest.fixture
def write(app) -> Callable[..., list[int]]:
    """Records so many events; returns their ids."""

    @atomic
    def write(count: int = 1, **details: Any) -> list[int]:
        newest = unit().scalar(select(func.coalesce(func.max(AuditEvent.id), 0)))
        for number in range(count):
            record(SYSTEM, "demo.seeded", "compound", number, name="食堂", **details)
        db.session.flush()
        return list(
            unit().scalars(select(AuditEvent.id).where(AuditEvent.id > newest).order_by(AuditEvent.id))
        )

    return write


@pytest.fixture
def tamper(app) -> Callable[..., None]:
    """Runs statements against the trail and the seals, with the triggers out of the way."""

    @atomic
    def tamper(*statements: str, **values: Any) -> None:
        connection = unit()
        if connection.dialect.name == "sqlite":
            for name in connection.scalars(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("audit_events", "audit_seals"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement), values)

    return tamper


@pytest.fixture
def slip_in(app) -> Callable[[int], None]:
    """Inserts an event under an id of one's choice."""

    @atomic
    def slip_in(event_id: int) -> None:
        unit().execute(
            insert(AuditEvent).values(
                id=event_id,
                happened_at=clock.now(),
                actor_id=0,
                actor_name="系统",
                action="demo.seeded",
                object_kind="compound",
                object_id="0",
                result="done",
                request_id="",
                details={},
            )
        )

    return slip_in
