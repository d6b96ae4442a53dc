"""Writes of delivery, within an open unit of work."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, update
from sqlalchemy.exc import IntegrityError

from backend.db import table, unit
from backend.notifications import operations as notifications
from backend.notifications.delivery import policies, queries
from backend.notifications.delivery.errors import LeaseClash
from backend.notifications.delivery.policies import Decision, Delivery, Leased, Settled
from backend.notifications.models import OutboxRow, SendState
from backend.notifications.policies import QuietHours, stand_in
from backend.notifications.subscriptions import operations as subscriptions

_OUTBOX = table(OutboxRow)

# Longer than a batch takes when a channel lets every call run into its time limit.
LEASE: Final = timedelta(minutes=5)

TAKE = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=SendState.LEASED.value,
        attempts=_OUTBOX.c.attempts + 1,
        leased_until=bindparam("until"),
        next_at=bindparam("until"),
    )
)
RECALL = (
    update(_OUTBOX)
    .where(queries.IS_BEYOND)
    .values(state=SendState.WAITING.value, leased_until=None, next_at=bindparam("now"))
)
# The lease is named, so that a dispatcher that was taken for dead overwrites nothing.
SETTLE = (
    update(_OUTBOX)
    .where(
        _OUTBOX.c.id == bindparam("of_row"),
        _OUTBOX.c.state == SendState.LEASED.value,
        _OUTBOX.c.leased_until == bindparam("lease"),
    )
    .values(
        state=bindparam("new_state"),
        leased_until=None,
        next_at=bindparam("new_next_at"),
        attempts=bindparam("new_attempts"),
        error=bindparam("new_error"),
        quota_id=bindparam("new_quota_id"),
        sent_at=bindparam("new_sent_at"),
        provider_message_id=bindparam("new_provider_message_id"),
    )
)
RESERVE_FOR = update(_OUTBOX).where(_OUTBOX.c.id == bindparam("of_row")).values(quota_id=bindparam("quota"))


def recall(now: datetime) -> int:
    """Make due at once what a clock that was ahead put off or leased for longer than anybody does.

    Returns how many rows.
    """
    return unit().execute(RECALL, {"now": now, **queries.beyond(now, LEASE)}).rowcount


def lease(now: datetime, most: int) -> list[Leased]:
    """Lease the most pressing rows. Raises LeaseClash; then nothing is leased."""
    ids = queries.due(now, most)
    if not ids:
        return []
    try:
        unit().execute(TAKE, {"ids": ids, "until": now + LEASE})
    except IntegrityError as clash:
        raise LeaseClash from clash
    return queries.leased(ids)


def triage(rows: Sequence[Leased], now: datetime, quiet: QuietHours) -> list[Delivery]:
    """Settle those of the leased rows that need no network; returns what is to be sent.

    WeChat messages that are to be sent have their quota reserved.
    """
    targets = queries.targets_of(rows)
    decisions: list[Decision] = [policies.decide(row, targets[row.id], now, quiet) for row in rows]
    deliveries = [each for each in decisions if isinstance(each, Delivery)]
    reserved = subscriptions.reserve(
        {each.target.quota_id for each in deliveries if each.target.quota_id is not None}
    )
    ready: list[Delivery] = []
    settled = [each for each in decisions if isinstance(each, Settled)]
    for delivery in deliveries:
        quota_id = delivery.target.quota_id
        if quota_id is None:
            ready.append(delivery)
        elif quota_id in reserved:
            ready.append(replace(delivery, row=replace(delivery.row, quota_id=quota_id)))
        else:
            settled.append(policies.no_quota(delivery, now))
    _note_reservations(ready)
    settle(settled, now)
    return ready


def _note_reservations(deliveries: Iterable[Delivery]) -> None:
    rows = [
        {"of_row": each.row.id, "quota": each.target.quota_id}
        for each in deliveries
        if each.target.quota_id is not None
    ]
    if rows:
        unit().execute(RESERVE_FOR, rows)


def settle(settled: Sequence[Settled], now: datetime) -> int:
    """Write how leased rows go on, give back their quotas, and let the next channels stand in.

    Returns for one row whether it was ours still; for several it is not to be relied on.
    """
    if not settled:
        return 0
    done = unit().execute(SETTLE, [_settled_row(each, now) for each in settled]).rowcount
    if len(settled) == 1 and not done:
        return 0
    subscriptions.release(
        [each.row.quota_id for each in settled if each.row.quota_id is not None and not each.keeps_quota]
    )
    _stand_in(settled, now)
    return done


def _settled_row(each: Settled, now: datetime) -> dict[str, object]:
    return {
        "of_row": each.row.id,
        "lease": each.row.leased_until,
        "new_state": each.state.value,
        "new_next_at": each.next_at,
        "new_attempts": each.attempts,
        "new_error": each.error,
        "new_quota_id": each.row.quota_id if each.state is SendState.WAITING else None,
        "new_sent_at": now if each.state is SendState.SENT else None,
        "new_provider_message_id": each.provider_message_id,
    }


def _stand_in(settled: Sequence[Settled], now: datetime) -> None:
    rows = []
    for each in settled:
        kind = each.row.kind
        channel = stand_in(kind, each.row.channel) if kind is not None and each.falls_back else None
        if channel is not None:
            rows.append(
                {
                    "message_id": each.row.message_id,
                    "staff_id": each.row.staff_id,
                    "channel": channel.value,
                    "state": SendState.WAITING.value,
                    "priority": each.row.priority,
                    "attempts": 0,
                    "next_at": now,
                    "expires_at": each.row.expires_at,
                    "created_at": now,
                    "error": "",
                }
            )
    notifications.add_sends(rows)
