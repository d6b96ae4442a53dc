"""Use cases of the trail."""

import time
from datetime import timedelta
from itertools import islice
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit import heads, operations, policies, queries
from backend.audit.policies import Head, Seal
from backend.db import atomic
from backend.paging import Page

log = structlog.get_logger(__name__)

# How long a sealing waits for the writers that it found, before it leaves the work to the next one.
PATIENCE = timedelta(seconds=30)
_LOOK_EVERY_S = 0.05
# A sheet of more would take the memory of a web worker, and nobody reads it.
MOST_EXPORTED = 10_000


def seal(patience: timedelta = PATIENCE) -> int:
    """Seal every event that is surely complete; returns how many events were sealed.

    A transaction that stays open longer than `patience` puts the sealing off. The head that this machine
    remembers moves on only while the chain has it: what was cut off stays told until `accept_head`.
    """
    kept = heads.kept()
    is_lost = kept is not None and not queries.is_there(kept)
    if is_lost:
        log.error("audit head lost", seq=kept.seq if kept is not None else None)
    until_id = _settled_id(patience)
    if until_id is None:
        log.warning("audit not sealed: somebody has been writing to the trail for too long")
        return 0
    sealed = 0
    while made := _seal_next(until_id):
        sealed += made.event_count
        log.info("audit sealed", seq=made.seq, events=made.event_count, digest=made.digest.hex())
        if not is_lost:
            heads.keep(Head(made.seq, made.digest))
    return sealed


def accept_head(actor: Actor, *, reason: str) -> Head | None:
    """Take the chain as it is for whole, after the database was restored; recorded. Raises Forbidden.

    Returns the head that this machine remembers from now on; None for a chain without a seal.
    """
    ensure_everywhere(actor, Permission.AUDIT_READ)
    before, last = heads.kept(), queries.last_seal()
    _record_accepted(actor, reason, before, last)
    if last is None:
        heads.forget()
        return None
    accepted = Head(last.seq, last.digest)
    heads.keep(accepted)
    return accepted


@atomic
def export_events(actor: Actor, **filters: Any) -> Page:
    """The newest MOST_EXPORTED of the events that `queries.page_events` finds, for a sheet; recorded.

    Raises Forbidden.
    """
    found = queries.page_events(actor, **filters, page=1, page_size=MOST_EXPORTED)
    said = {name: _plain(value) for name, value in filters.items() if value not in (None, "")}
    operations.record(actor, "audit.exported", "audit_trail", "", rows=len(found.rows), filters=said)
    return found


def _plain(value: Any) -> int | str:
    """A filter as JSON has it."""
    return value if isinstance(value, int) else str(value)


def _settled_id(patience: timedelta) -> int | None:
    """An id up to which nothing can be added any more; None if writers keep it open for too long."""
    newest = queries.newest_id()
    # Only those that are there now: whoever comes later draws greater ids.
    waited_for = queries.open_writers()
    deadline = time.monotonic() + patience.total_seconds()
    while waited_for := waited_for & queries.open_writers():
        if time.monotonic() >= deadline:
            return None
        time.sleep(_LOOK_EVERY_S)
    return newest


def _seal_next(until_id: int) -> Seal | None:
    """The next seal, of a bounded number of events; None if there is nothing left up to `until_id`."""
    previous = queries.last_seal()
    after = previous.last_id if previous is not None else None
    found = queries.events_between(after, until_id, most=policies.MOST_PER_SEAL)
    events = list(islice(found, policies.MOST_PER_SEAL))
    if not events:
        return None
    # The rows are complete and never change, so that they are read outside of the unit that adds the seal.
    algorithm = queries.present_algorithm()
    made = policies.make_seal(events, previous, algorithm, queries.mac_of(algorithm), clock.now())
    try:
        _append(made)
    except IntegrityError:  # Somebody else, perhaps the command line, has sealed these meanwhile.
        return None
    return made


@atomic
def _append(made: Seal) -> None:
    operations.append_seal(made)


@atomic
def _record_accepted(actor: Actor, reason: str, before: Head | None, last: Seal | None) -> None:
    operations.record(
        actor,
        "audit.head_accepted",
        "audit_seal",
        last.seq if last is not None else "",
        reason=reason,
        remembered=before.seq if before is not None else None,
    )
