"""Writes of the ledger, within an open unit of work.

Quotas are locked by rising id. Whoever reserves one for sending takes it by a conditional update, so that two
dispatchers never use one quota twice.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend import clock
from backend.db import table, unit
from backend.notifications.models import OutboxRow, SendState, SubscriptionQuota
from backend.notifications.subscriptions import policies
from backend.notifications.subscriptions.policies import MOST, Quota

Change: TypeAlias = Callable[[Quota], Quota]

_QUOTA, _OUTBOX = table(SubscriptionQuota), table(OutboxRow)
_COLUMNS = tuple(Quota.__dataclass_fields__)

OPEN_QUOTAS = {
    name: dialect.insert(_QUOTA).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
WRITE_QUOTA = (
    update(_QUOTA)
    .where(_QUOTA.c.id == bindparam("of_quota"))
    .values({name: bindparam(name) for name in (*_COLUMNS, "changed_at")})
)
RESERVE = (
    update(_QUOTA)
    .where(_QUOTA.c.id.in_(bindparam("ids", expanding=True)), _QUOTA.c.remaining > 0)
    .values(remaining=_QUOTA.c.remaining - 1, changed_at=bindparam("now"))
    .returning(_QUOTA.c.id)
)
RELEASE = (
    update(_QUOTA)
    .where(_QUOTA.c.id == bindparam("of_quota"), _QUOTA.c.remaining < MOST)
    .values(remaining=_QUOTA.c.remaining + 1)
)


def change(identity_id: int, changes: Mapping[str, Change]) -> None:
    """Change what is known of an account's templates, by template; three statements."""
    if not changes:
        return
    connection, now = unit(), clock.now()
    fresh = {**asdict(Quota()), "identity_id": identity_id, "changed_at": now}
    connection.execute(
        OPEN_QUOTAS[connection.dialect.name],
        [{**fresh, "template_id": template_id} for template_id in sorted(changes)],
    )
    rows = connection.execute(
        select(_QUOTA.c.id, _QUOTA.c.template_id, *(_QUOTA.c[name] for name in _COLUMNS))
        .where(_QUOTA.c.identity_id == identity_id, _QUOTA.c.template_id.in_(changes))
        .order_by(_QUOTA.c.id)
        .with_for_update()
    ).all()
    connection.execute(
        WRITE_QUOTA,
        [{"of_quota": row[0], "changed_at": now, **asdict(changes[row[1]](Quota(*row[2:])))} for row in rows],
    )


def reserve(quota_ids: Collection[int]) -> set[int]:
    """Take one message of each of these quotas; returns those that had one left."""
    if not quota_ids:
        return set()
    taken = unit().execute(RESERVE, {"ids": sorted(quota_ids), "now": clock.now()})
    return set(taken.scalars())


def release(quota_ids: Collection[int]) -> None:
    """Give back what was reserved and, as far as we know, not used."""
    if quota_ids:
        unit().execute(RELEASE, [{"of_quota": quota_id} for quota_id in sorted(quota_ids)])


def use_up(identity_id: int, template_id: str) -> None:
    """WeChat refuses the template: nothing is left of it."""
    change(identity_id, {template_id: policies.used_up})


def mark_undelivered(provider_message_id: str, error: str, since: datetime) -> bool:
    """What WeChat took and then did not deliver has failed; False if we know no such message."""
    done = unit().execute(
        update(_OUTBOX)
        .where(
            _OUTBOX.c.provider_message_id == provider_message_id,
            _OUTBOX.c.state == SendState.SENT.value,
            _OUTBOX.c.created_at >= since,
        )
        .values(state=SendState.FAILED.value, sent_at=None, error=error)
    )
    return bool(done.rowcount)
