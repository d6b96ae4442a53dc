"""The dispatcher."""

from datetime import timedelta
from typing import Final

import structlog

from backend import clock
from backend.actor import Permission
from backend.db import atomic
from backend.notifications import operations as notifications
from backend.notifications import queries
from backend.notifications.delivery import channels, operations, policies
from backend.notifications.delivery import queries as delivery_queries
from backend.notifications.delivery.errors import LeaseClash
from backend.notifications.delivery.policies import Delivery, Outcome, Verdict
from backend.notifications.messages import CHANNEL_REFUSED
from backend.notifications.models import SendState
from backend.notifications.subscriptions import operations as subscriptions

log = structlog.get_logger(__name__)

# How many rows one dispatcher leases at once: few, so that urgent ones do not wait behind them.
BATCH: Final = 10
# What remains of a lease must be enough for one send with its attempts.
MARGIN: Final = timedelta(seconds=60)
_MOST_CLASHES: Final = 3


def deliver_due() -> int:
    """Send everything that is due; returns how many messages went out. Never within a unit of work.

    A message that cannot be sent keeps no other from its turn; the first fault of ours is raised at the
    end, and its message comes again when its lease has run out.
    """
    if delivery_queries.is_any_beyond(clock.now(), operations.LEASE):
        log.warning("messages put off by a wrong clock are due", count=_recall())
    sent, clashes = 0, 0
    failures: list[Exception] = []
    while clashes < _MOST_CLASHES:
        try:
            batch = lease_batch()
        except LeaseClash:
            clashes += 1
            continue
        if batch is None:
            break
        for delivery in batch:
            try:
                sent += _deliver(delivery)
            except Exception as failure:
                log.exception("message not delivered", row=delivery.row.id, channel=delivery.row.channel)
                failures.append(failure)
    if failures:
        raise failures[0]
    return sent


@atomic
def _recall() -> int:
    return operations.recall(clock.now())


@atomic
def lease_batch() -> list[Delivery] | None:
    """Lease the most pressing rows and settle those that need no network; None if nothing is due.

    Returns what the caller must send and `record_outcome`. Raises LeaseClash.
    """
    now = clock.now()
    rows = operations.lease(now, BATCH)
    return operations.triage(rows, now, queries.quiet_hours()) if rows else None


def _deliver(delivery: Delivery) -> bool:
    if clock.now() > delivery.row.leased_until - MARGIN:
        return False  # The channels were slow: another dispatcher takes it when the lease is over.
    outcome = channels.attempt(delivery)
    record_outcome(delivery, outcome)
    return outcome.verdict is Verdict.SENT


@atomic
def record_outcome(delivery: Delivery, outcome: Outcome) -> bool:
    """Write how an attempt ended; False if the lease was lost meanwhile, and nothing was written."""
    row, now = delivery.row, clock.now()
    settled = policies.after(delivery, outcome, now)
    facts = {
        "row": row.id,
        "channel": row.channel.value,
        "state": settled.state.value,
        "error": outcome.error,
    }
    if not operations.settle([settled], now):
        log.warning("the message was taken over meanwhile", **facts)
        return False
    target = delivery.target
    if settled.state is SendState.NO_QUOTA and target.identity_id is not None and target.template is not None:
        subscriptions.use_up(target.identity_id, target.template.template_id)
    if outcome.alert:
        _alert(delivery, outcome)
    tell = log.warning if settled.state is SendState.FAILED or outcome.alert else log.info
    tell("message handled", **facts)
    return True


def _alert(delivery: Delivery, outcome: Outcome) -> None:
    """Tell the administrators once a day what they must mend."""
    row, template = delivery.row, delivery.target.template
    where = template.template_id if template is not None else row.channel.value
    notifications.notify(
        CHANNEL_REFUSED,
        queries.holders_of(Permission.NOTIFICATIONS_MANAGE),
        {
            "channel": queries.CHANNEL_NAMES[row.channel],
            "message": row.title,
            "reason": outcome.alert,
            "code": outcome.error,
        },
        dedupe=f"{where}:{outcome.error}:{clock.today().isoformat()}"[:120],
    )
