"""Reads of delivery."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, or_, select, text, tuple_

from backend.config import settings
from backend.db import reader, table
from backend.identity.models import ExternalIdentity, Staff, StaffStatus
from backend.jobs import CLOCKS_MAY_DIFFER
from backend.notifications import templates
from backend.notifications.delivery.policies import Leased, Target
from backend.notifications.kinds import Channel
from backend.notifications.models import PENDING, InboxMessage, OutboxRow, SubscriptionQuota
from backend.notifications.queries import PROVIDERS

_OUTBOX, _INBOX = table(OutboxRow), table(InboxMessage)
_STAFF, _IDENTITY, _QUOTA = table(Staff), table(ExternalIdentity), table(SubscriptionQuota)
_OTHER = _OUTBOX.alias("other")
_NOW = bindparam("now", type_=_OUTBOX.c.next_at.type)

# The states stand in the text, not in parameters, so that the databases know the partial indexes by them.
_IS_PENDING = text(f"outbox.{PENDING}")
_OTHER_IS_PENDING = text(f"other.{PENDING}")
# Before this row comes: what is under way to the same person; what is due and urgent or older; and what
# was tried in vain and is to be tried again, lest it be overtaken. A dead dispatcher's row yields to nobody.
_GOES_FIRST = exists().where(
    _OTHER.c.staff_id == _OUTBOX.c.staff_id,
    _OTHER.c.channel == _OUTBOX.c.channel,
    _OTHER.c.id != _OUTBOX.c.id,
    _OTHER_IS_PENDING,
    _OUTBOX.c.leased_until.is_(None),
    or_(
        _OTHER.c.leased_until.is_not(None),
        and_(
            or_(_OTHER.c.next_at <= _NOW, _OTHER.c.attempts > 0),
            tuple_(_OTHER.c.priority, _OTHER.c.id) < tuple_(_OUTBOX.c.priority, _OUTBOX.c.id),
        ),
    ),
)
# SQLite has one writer at a time and leaves the lock out.
FIND_DUE = (
    select(_OUTBOX.c.id)
    .where(_IS_PENDING, _OUTBOX.c.next_at <= _NOW, ~_GOES_FIRST)
    .order_by(_OUTBOX.c.priority, _OUTBOX.c.next_at, _OUTBOX.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=_OUTBOX)
)
# Nothing is put off for a day: quiet hours are shorter, and so is every wait before another attempt.
_FURTHEST = timedelta(days=1)
IS_BEYOND = and_(
    _IS_PENDING,
    or_(
        _OUTBOX.c.next_at > bindparam("next_at_most", type_=_OUTBOX.c.next_at.type),
        _OUTBOX.c.leased_until > bindparam("leased_at_most", type_=_OUTBOX.c.leased_until.type),
    ),
)
FIND_LEASED = (
    select(
        *(_OUTBOX.c.id, _OUTBOX.c.message_id, _OUTBOX.c.staff_id, _OUTBOX.c.channel, _OUTBOX.c.attempts),
        *(_OUTBOX.c.leased_until, _OUTBOX.c.expires_at, _OUTBOX.c.priority, _OUTBOX.c.quota_id),
        *(_INBOX.c.kind, _INBOX.c.title, _INBOX.c.text, _INBOX.c.fields, _INBOX.c.page),
        *(_STAFF.c.status, _STAFF.c.phone_cipher),
    )
    .join_from(_OUTBOX, _INBOX, _INBOX.c.id == _OUTBOX.c.message_id)
    .join(_STAFF, _STAFF.c.id == _OUTBOX.c.staff_id)
    .where(_OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_OUTBOX.c.priority, _OUTBOX.c.id)
)


@dataclass(frozen=True, slots=True)
class _Account:
    """An account of the addressee at a provider."""

    identity_id: int
    tenant: str
    subject: str


@dataclass(frozen=True, slots=True)
class _Held:
    """A quota as it stands."""

    id: int
    remaining: int
    is_long_term: bool


def due(now: datetime, most: int) -> list[int]:
    """Rows that may be sent now, the most pressing first, locked and leaving out what others have locked."""
    return list(reader().execute(FIND_DUE, {"now": now, "most": most}).scalars())


def beyond(now: datetime, lease: timedelta) -> dict[str, datetime]:
    """What IS_BEYOND is asked with."""
    return {"next_at_most": now + _FURTHEST, "leased_at_most": now + lease + CLOCKS_MAY_DIFFER}


def is_any_beyond(now: datetime, lease: timedelta) -> bool:
    """Whether a clock that was ahead has put a row off."""
    return (
        reader().execute(select(_OUTBOX.c.id).where(IS_BEYOND).limit(1), beyond(now, lease)).first()
        is not None
    )


def leased(ids: Collection[int]) -> list[Leased]:
    """These rows with their messages and addressees; one statement."""
    rows = reader().execute(FIND_LEASED, {"ids": sorted(ids)})
    return [
        Leased(
            id=row.id,
            message_id=row.message_id,
            staff_id=row.staff_id,
            channel=Channel(row.channel),
            attempts=row.attempts,
            leased_until=row.leased_until,
            expires_at=row.expires_at,
            priority=row.priority,
            quota_id=row.quota_id,
            kind_key=row.kind,
            title=row.title,
            text=row.text,
            fields=row.fields,
            page=row.page,
            is_active=row.status == StaffStatus.ACTIVE,
            phone_cipher=row.phone_cipher,
        )
        for row in rows
    ]


def targets_of(rows: Sequence[Leased]) -> dict[int, list[Target]]:
    """Where each row's channel finds its addressee, the best first; two statements at most."""
    accounts = _accounts({row.staff_id for row in rows if row.channel in PROVIDERS})
    quotas = _quotas(
        account.identity_id
        for row in rows
        if row.channel is Channel.WECHAT
        for account in accounts[row.staff_id, PROVIDERS[Channel.WECHAT]]
    )
    return {row.id: _targets(row, accounts, quotas) for row in rows}


_Accounts = dict[tuple[int, str], list[_Account]]
_Quotas = dict[tuple[int, str], _Held]


def _accounts(staff_ids: Collection[int]) -> _Accounts:
    found: _Accounts = defaultdict(list)
    if not staff_ids:
        return found
    rows = reader().execute(
        select(
            *(_IDENTITY.c.staff_id, _IDENTITY.c.provider),
            *(_IDENTITY.c.id, _IDENTITY.c.tenant, _IDENTITY.c.subject),
        )
        .where(_IDENTITY.c.staff_id.in_(staff_ids))
        .order_by(_IDENTITY.c.id)
    )
    for staff_id, provider, *account in rows:
        found[staff_id, provider].append(_Account(*account))
    return found


def _quotas(identity_ids: Iterable[int]) -> _Quotas:
    wanted = set(identity_ids)
    if not wanted:
        return {}
    rows = reader().execute(
        select(
            *(_QUOTA.c.identity_id, _QUOTA.c.template_id),
            *(_QUOTA.c.id, _QUOTA.c.remaining, _QUOTA.c.is_long_term),
        ).where(_QUOTA.c.identity_id.in_(wanted))
    )
    return {(identity_id, template_id): _Held(*held) for identity_id, template_id, *held in rows}


def _targets(row: Leased, accounts: _Accounts, quotas: _Quotas) -> list[Target]:
    running = settings()
    if row.channel in (Channel.SMS, Channel.VOICE):
        return [Target("")] if row.phone_cipher is not None and running.sms_url else []
    held = accounts[row.staff_id, PROVIDERS[row.channel]]
    if row.channel is Channel.WECHAT:
        return _wechat_targets(row, held, quotas)
    if row.channel is Channel.WECOM:
        tenant = running.wecom.corpid if running.wecom is not None else None
    else:
        tenant = running.zwdd.tenant_id if running.zwdd is not None else None
    return [Target(account.subject) for account in held if account.tenant == tenant]


def _wechat_targets(row: Leased, held: Sequence[_Account], quotas: _Quotas) -> list[Target]:
    """The person's accounts at our mini-programs that have a template for the message."""
    by_tenant = {account.tenant: account for account in held}
    found = []
    for app, registered in settings().wechat_apps.items():
        account = by_tenant.get(registered.appid)
        template = templates.find_template(app, row.kind_key)
        if account is None or template is None:
            continue
        quota = quotas.get((account.identity_id, template.template_id))
        is_reserved = quota is not None and quota.id == row.quota_id
        needs_one = quota is not None and not quota.is_long_term and not is_reserved
        found.append(
            Target(
                account.subject,
                app,
                account.identity_id,
                template,
                quota.id if quota is not None and needs_one else None,
                quota is not None and (quota.is_long_term or is_reserved or quota.remaining > 0),
            )
        )
    return found
