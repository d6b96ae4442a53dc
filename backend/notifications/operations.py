"""Writing to people, within an open unit of work."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from backend import clock
from backend.db import table, unit
from backend.notifications import policies, queries
from backend.notifications.kinds import Channel, Kind
from backend.notifications.models import (
    DEDUPE_LENGTH,
    PAGE_LENGTH,
    TEXT_LENGTH,
    InboxMessage,
    OutboxRow,
    SendState,
)
from backend.notifications.policies import QuietHours

_INBOX, _OUTBOX = table(InboxMessage), table(OutboxRow)
# People per statement: a database takes only so many parameters.
_BATCH = 1000

INSERT_MESSAGES = {
    name: dialect.insert(_INBOX)
    .on_conflict_do_nothing()
    .returning(_INBOX.c.id, _INBOX.c.staff_id, _INBOX.c.dedupe)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
INSERT_SENDS = {
    name: dialect.insert(_OUTBOX).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told. Without `expires_at` it is worth sending for the life of its kind."""

    staff_id: int
    fields: Mapping[str, str]
    dedupe: str
    page: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A message that is new."""

    message_id: int
    staff_id: int
    dedupe: str


def notify(
    kind: Kind,
    staff_ids: Collection[int],
    fields: Mapping[str, str],
    *,
    page: str = "",
    dedupe: str,
    expires_at: datetime | None = None,
) -> list[Written]:
    """Tell the same to several people, once per person and `dedupe`; returns the messages that are new.

    Who no longer works here is left out. Statements do not grow with the number of people (up to 1,000 at
    a time). Raises ValueError if the fields are not those of the kind.
    """
    return notify_each(
        kind, [Message(staff_id, fields, dedupe, page, expires_at) for staff_id in set(staff_ids)]
    )


def notify_each(kind: Kind, messages: Iterable[Message]) -> list[Written]:
    """`notify`, where everybody is told something of their own."""
    return _write(kind, messages, at_once=(), needs_acknowledgement=False)


def ask_to_acknowledge(kind: Kind, message: Message) -> Written | None:
    """Tell one person what they must acknowledge: SMS and voice go out beside the first channel."""
    at_once = (Channel.SMS, Channel.VOICE)
    written = _write(kind, [message], at_once=at_once, needs_acknowledgement=True)
    return written[0] if written else None


def _write(
    kind: Kind, messages: Iterable[Message], *, at_once: Sequence[Channel], needs_acknowledgement: bool
) -> list[Written]:
    connection, now, quiet = unit(), clock.now(), queries.quiet_hours()
    written: list[Written] = []
    # In one order everywhere, so that two units that tell the same people do not lock each other out.
    ordered = sorted(messages, key=lambda each: (each.dedupe, each.staff_id))
    for start in range(0, len(ordered), _BATCH):
        batch = ordered[start : start + _BATCH]
        reachable = queries.reachable_by({each.staff_id for each in batch}, kind)
        told = [each for each in batch if each.staff_id in reachable]
        if not told:
            continue
        rows = [_message_row(kind, each, now, needs_acknowledgement) for each in told]
        inserted = connection.execute(INSERT_MESSAGES[connection.dialect.name], rows)
        new = [Written(*row) for row in inserted]
        expiry = {(each.dedupe, each.staff_id): each.expires_at for each in told}
        add_sends(
            [
                _send_row(kind, each, channel, expiry[each.dedupe, each.staff_id], now, quiet)
                for each in new
                for channel in _channels(kind, reachable[each.staff_id], at_once)
            ]
        )
        written += new
    return written


def _channels(kind: Kind, reachable: Collection[Channel], at_once: Sequence[Channel]) -> dict[Channel, None]:
    """The first channel that reaches the person, and those that are used at once in any case."""
    first = policies.first_channel(kind, reachable)
    wanted = [first, *(channel for channel in at_once if channel in kind.channels and channel in reachable)]
    return dict.fromkeys(channel for channel in wanted if channel is not None)


def _message_row(kind: Kind, message: Message, now: datetime, needs_acknowledgement: bool) -> dict[str, Any]:
    if len(message.dedupe) > DEDUPE_LENGTH or len(message.page) > PAGE_LENGTH:
        raise ValueError(f"{kind.key}: the dedupe key or the page is too long")
    return {
        "staff_id": message.staff_id,
        "kind": kind.key,
        "dedupe": message.dedupe,
        "title": kind.title,
        "text": kind.render(message.fields)[:TEXT_LENGTH],
        "fields": dict(message.fields),
        "page": message.page,
        "is_urgent": kind.is_urgent,
        "needs_acknowledgement": needs_acknowledgement,
        "created_at": now,
    }


def _send_row(
    kind: Kind,
    message: Written,
    channel: Channel,
    expires_at: datetime | None,
    now: datetime,
    quiet: QuietHours,
) -> dict[str, Any]:
    expires_at = expires_at or now + kind.life
    next_at = policies.first_send_at(kind, now, quiet)
    return {
        "message_id": message.message_id,
        "staff_id": message.staff_id,
        "channel": channel.value,
        # What would only be sent when nobody cares any more is not sent at all.
        "state": (SendState.WAITING if next_at < expires_at else SendState.EXPIRED).value,
        "priority": policies.URGENT if kind.is_urgent else policies.ORDINARY,
        "attempts": 0,
        "next_at": next_at,
        "expires_at": expires_at,
        "created_at": now,
        "error": "",
    }


def add_sends(rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of the outbox; a message goes over a channel once."""
    connection = unit()
    if rows:
        connection.execute(INSERT_SENDS[connection.dialect.name], [dict(row) for row in rows])


def mark_read(staff_id: int, message_ids: Collection[int] | None, at: datetime) -> int:
    """Mark a person's messages, or all of them, as read; returns how many were unread."""
    statement = update(_INBOX).where(_INBOX.c.staff_id == staff_id, _INBOX.c.read_at.is_(None))
    if message_ids is not None:
        statement = statement.where(_INBOX.c.id.in_(message_ids))
    return unit().execute(statement.values(read_at=at)).rowcount


def retry(row_id: int, now: datetime, life: timedelta) -> bool:
    """Let a row that came to nothing wait again, as if it were new; False if it did not."""
    states = [state.value for state in policies.RETRYABLE]
    values = {
        "state": SendState.WAITING.value,
        "attempts": 0,
        "next_at": now,
        "expires_at": now + life,
        "error": "",
    }
    statement = update(_OUTBOX).where(_OUTBOX.c.id == row_id, _OUTBOX.c.state.in_(states))
    return bool(unit().execute(statement.values(**values)).rowcount)


def call_off(message_ids: Collection[int], reason: str) -> int:
    """Send these messages over no further channel; what is under way is not called back."""
    statement = update(_OUTBOX).where(
        _OUTBOX.c.message_id.in_(message_ids), _OUTBOX.c.state == SendState.WAITING.value
    )
    return unit().execute(statement.values(state=SendState.SKIPPED.value, error=reason)).rowcount


def forget_before(instant: datetime) -> int:
    """Drop messages, with what became of them, that are older."""
    return unit().execute(delete(_INBOX).where(_INBOX.c.created_at < instant)).rowcount


def forget_of(staff_id: int) -> int:
    """Drop a person's messages, with what became of them; those of urgent calls stay as the calls' record."""
    own = delete(_INBOX).where(_INBOX.c.staff_id == staff_id, _INBOX.c.needs_acknowledgement.is_(False))
    return unit().execute(own).rowcount
