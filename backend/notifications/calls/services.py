"""Use cases of urgent calls."""

from backend import clock
from backend.actor import SYSTEM, Actor
from backend.audit.operations import record
from backend.db import atomic
from backend.jobs import one_by_one
from backend.notifications import queries as notification_queries
from backend.notifications.calls import operations, queries
from backend.notifications.errors import NothingToAcknowledge
from backend.notifications.models import CallState, InboxMessage

IN_APP = "app"


@atomic
def acknowledge(actor: Actor, *, message_id: int) -> InboxMessage:
    """Acknowledge a call by one of one's own messages; nobody else is asked then. Again is harmless.

    Raises MessageNotFound, or NothingToAcknowledge for a message that asks for nothing.
    """
    notification_queries.get_message(actor, message_id)
    step = queries.find_step(message_id)
    if step is None:
        raise NothingToAcknowledge
    call = queries.lock_call(step.call_id)
    # Read again: the lock may have waited for another acknowledgement.
    step = queries.find_step(message_id) or step
    if operations.acknowledge(call, step, IN_APP, clock.now()):
        record(actor, "notifications.call_acknowledged", "urgent_call", call.id, via=IN_APP)
    return notification_queries.get_message(actor, message_id)


def escalate_due() -> int:
    """Heed key presses, and ask the next person of every call whose time is up; returns how many were asked.

    One unit of work per call; one that fails keeps no other from its turn, and is raised at the end.
    """
    return one_by_one(queries.open_calls(), escalate)


@atomic
def escalate(call_id: int) -> bool:
    """Ask the next person, if nobody has acknowledged and the time is up; returns whether one was asked."""
    call, now = queries.lock_call(call_id), clock.now()
    if call.state != CallState.OPEN:
        return False
    pressed = queries.acknowledged_by_phone(queries.steps_of(call_id))
    if pressed is not None:
        step, channel = pressed
        operations.acknowledge(call, step, channel.value, now)
        record(SYSTEM, "notifications.call_acknowledged", "urgent_call", call_id, via=channel.value)
        return False
    return queries.is_overdue(call, now) and operations.ask_next(call, now)
