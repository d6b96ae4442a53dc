"""Writing the trail, within the unit of work whose doing it records."""

from typing import Any

import structlog

from backend import clock
from backend.actor import Actor
from backend.audit.models import AuditEvent, Result
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
