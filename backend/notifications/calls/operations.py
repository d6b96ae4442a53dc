"""Writes of urgent calls, within an open unit of work. A call is locked before its steps change."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from backend import clock
from backend.actor import Permission
from backend.db import db, table, unit
from backend.notifications import operations as notifications
from backend.notifications import queries as notification_queries
from backend.notifications import rules
from backend.notifications.calls import queries
from backend.notifications.kinds import Kind, find_kind
from backend.notifications.messages import CALL_UNANSWERED
from backend.notifications.models import CallState, InboxMessage, UrgentCall, UrgentStep
from backend.notifications.operations import Message
from backend.rules import queries as rule_queries

_CALL = table(UrgentCall)
_INBOX = table(InboxMessage)

INSERT_CALL = {
    name: dialect.insert(_CALL).on_conflict_do_nothing().returning(_CALL.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def call_urgently(
    kind: Kind,
    chain: Sequence[int],
    fields: Mapping[str, str],
    *,
    page: str = "",
    dedupe: str,
    wait_minutes: int | None = None,
) -> int | None:
    """Ask the first of `chain` (members of staff) to acknowledge, and the next ones as long as nobody does.

    Returns the call's id; None if there is one of this kind and `dedupe` already. Without `wait_minutes`
    the rule says how long each person has. Who no longer works here is passed over; an empty chain is at
    its end at once. Raises ValueError for a kind that is not urgent.
    """
    if not kind.is_urgent:
        raise ValueError(f"{kind.key} is not urgent")
    kind.render(fields)
    connection, now = unit(), clock.now()
    values = {
        "kind": kind.key,
        "dedupe": dedupe,
        "fields": dict(fields),
        "page": page,
        "chain": list(dict.fromkeys(chain)),
        "wait_minutes": wait_minutes or rule_queries.value(rules.CALL_WAIT),
        "state": CallState.OPEN.value,
        "position": 0,
        "started_at": now,
        "escalates_at": now,
    }
    call_id: int | None = connection.execute(
        INSERT_CALL[connection.dialect.name], values
    ).scalar_one_or_none()
    if call_id is not None:
        ask_next(queries.lock_call(call_id), now)
    return call_id


def ask_next(call: UrgentCall, now: datetime) -> bool:
    """Ask the next person of a locked open call; at the end of the chain, tell the administrators.

    Returns whether somebody was asked.
    """
    unit()
    kind = find_kind(call.kind)
    active = notification_queries.active_among(call.chain)
    while kind is not None and call.position < len(call.chain):
        staff_id, position = call.chain[call.position], call.position
        call.position += 1
        if staff_id in active:
            _ask(call, kind, staff_id, position, now)
            call.escalates_at = now + timedelta(minutes=call.wait_minutes)
            return True
    _give_up(call, kind, now)
    return False


def _ask(call: UrgentCall, kind: Kind, staff_id: int, position: int, now: datetime) -> None:
    message = Message(staff_id, call.fields, f"call:{call.id}:{position}", call.page)
    written = notifications.ask_to_acknowledge(kind, message)
    if written is None:
        raise RuntimeError(f"step {position} of call {call.id} was asked before")
    db.session.add(
        UrgentStep(
            call_id=call.id,
            position=position,
            staff_id=staff_id,
            message_id=written.message_id,
            asked_at=now,
        )
    )


def _give_up(call: UrgentCall, kind: Kind | None, now: datetime) -> None:
    call.state, call.ended_at = CallState.EXHAUSTED.value, now
    asked = len(queries.steps_of(call.id))
    notifications.notify(
        CALL_UNANSWERED,
        notification_queries.holders_of(Permission.NOTIFICATIONS_MANAGE),
        {
            "call": kind.title if kind is not None else call.kind,
            "count": str(asked),
            "text": kind.render(call.fields) if kind is not None else "",
        },
        page=call.page,
        dedupe=f"call:{call.id}",
    )


def acknowledge(call: UrgentCall, step: UrgentStep, via: str, now: datetime) -> bool:
    """Note that the person of a step acknowledged a locked call, and stop the asking.

    Returns whether it is the first one of the call; the same again changes nothing.
    """
    if step.acknowledged_at is None:
        step.acknowledged_at, step.acknowledged_via = now, via
        unit().execute(update(_INBOX).where(_INBOX.c.id == step.message_id).values(acknowledged_at=now))
    if call.state == CallState.ACKNOWLEDGED:
        return False
    call.state, call.acknowledged_by = CallState.ACKNOWLEDGED.value, step.staff_id
    call.ended_at = call.ended_at or now
    notifications.call_off([each.message_id for each in queries.steps_of(call.id)], "acknowledged")
    return True
