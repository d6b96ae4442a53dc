"""Writing the trail, within the unit of work whose doing it records."""

from typing import Any

import structlog
from sqlalchemy import insert

from backend import clock
from backend.actor import Actor
from backend.audit.models import AuditEvent, AuditSeal, Result
from backend.audit.policies import Seal
from backend.db import db, unit


def record(
    actor: Actor,
    action: str,
    object_kind: str,
    object_id: object,
    *,
    result: Result = Result.DONE,
    **details: Any,
) -> None:
    """Append one event to the trail. `details` must be JSON and free of secrets and personal data."""
    unit()
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    db.session.add(
        AuditEvent(
            happened_at=clock.now(),
            actor_id=actor.staff_id,
            actor_name=actor.name,
            action=action,
            object_kind=object_kind,
            object_id=str(object_id),
            result=result.value,
            request_id=request_id,
            details=details,
        )
    )


def append_seal(seal: Seal) -> None:
    """Add the next seal to the chain. An IntegrityError means that somebody else has added one."""
    unit().execute(insert(AuditSeal).values({name: getattr(seal, name) for name in Seal.__slots__}))
