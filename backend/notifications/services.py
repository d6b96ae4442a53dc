"""Use cases of one's own inbox, and of who looks after the outbox."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from backend.notifications import operations, queries
from backend.notifications.errors import NotRetryable, SendNotFound

KEPT_FOR = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Marked:
    """How many messages became read, and how many are unread still."""

    marked: int
    unread: int


@atomic
def mark_read(actor: Actor, *, message_ids: Collection[int] | None) -> Marked:
    """Mark these of one's own messages as read, or all of them (None); others' are left alone."""
    marked = operations.mark_read(actor.staff_id, message_ids, clock.now())
    return Marked(marked, queries.count_unread(actor.staff_id))


@atomic
def retry(actor: Actor, *, row_id: int) -> None:
    """Let a message that came to nothing over a channel be tried there again, as if it were new.

    Raises Forbidden unless the actor manages notifications for the whole compound, SendNotFound or
    NotRetryable.
    """
    ensure_everywhere(actor, Permission.NOTIFICATIONS_MANAGE)
    found = queries.find_send(row_id)
    if found.kind is None:  # No module declares it any more: nobody could send it.
        raise SendNotFound
    if not operations.retry(row_id, clock.now(), found.kind.life):
        raise NotRetryable
    record(actor, "notifications.retried", "outbox", row_id, before=found.state.value)


@atomic
def forget_old() -> int:
    """Drop messages, with what became of them, older than `KEPT_FOR`; returns how many."""
    return operations.forget_before(clock.now() - KEPT_FOR)
