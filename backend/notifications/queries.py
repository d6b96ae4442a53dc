"""Reads of the inbox and the outbox."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, text

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.config import settings
from backend.counting import Count, together
from backend.db import db, reader, table
from backend.identity import policies as identity_policies
from backend.identity.models import ExternalIdentity, RoleGrant, RolePermission, Staff, StaffStatus
from backend.notifications import policies, rules, templates
from backend.notifications.errors import MessageNotFound, SendNotFound
from backend.notifications.kinds import Channel, Kind, find_kind
from backend.notifications.models import PENDING, InboxMessage, OutboxRow, SendState
from backend.notifications.policies import QuietHours
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries

_STAFF, _IDENTITY = table(Staff), table(ExternalIdentity)
_INBOX, _OUTBOX = table(InboxMessage), table(OutboxRow)

# The login provider through which a channel knows a person.
PROVIDERS = {
    Channel.WECHAT: identity_policies.WECHAT_MP,
    Channel.WECOM: identity_policies.WECOM,
    Channel.ZWDD: identity_policies.ZWDD,
}
CHANNEL_NAMES = {
    Channel.WECHAT: "微信订阅消息",
    Channel.WECOM: "企业微信",
    Channel.ZWDD: "浙政钉",
    Channel.SMS: "短信",
    Channel.VOICE: "语音电话",
}
# What came to nothing is looked at for so long.
RECENT = timedelta(days=7)
# A row that waits so long after its time says that no dispatcher runs.
OVERDUE = timedelta(minutes=10)


def quiet_hours() -> QuietHours:
    """The quiet hours as they are now."""
    return QuietHours(rule_queries.value(rules.QUIET_FROM), rule_queries.value(rules.QUIET_UNTIL))


def reachable_by(staff_ids: Collection[int], kind: Kind) -> dict[int, set[Channel]]:
    """Those of them who work here, with the channels over which this kind may reach them; one statement."""
    by_provider = {provider: channel for channel, provider in PROVIDERS.items()}
    has_template = Channel.WECHAT in kind.channels and templates.has_template(kind.key)
    rows = reader().execute(
        select(_STAFF.c.id, _STAFF.c.phone_cipher.is_not(None), _IDENTITY.c.provider)
        .outerjoin_from(_STAFF, _IDENTITY, _IDENTITY.c.staff_id == _STAFF.c.id)
        .where(_STAFF.c.id.in_(staff_ids), _STAFF.c.status == StaffStatus.ACTIVE.value)
    )
    found: dict[int, set[Channel]] = {}
    for staff_id, has_phone, provider in rows:
        channels = found.setdefault(staff_id, set())
        if has_phone:
            channels |= {Channel.SMS, Channel.VOICE}
        if provider in by_provider and (has_template or by_provider[provider] is not Channel.WECHAT):
            channels.add(by_provider[provider])
    return found


def active_among(staff_ids: Collection[int]) -> set[int]:
    """Those of them who work here."""
    rows = reader().execute(
        select(_STAFF.c.id).where(_STAFF.c.id.in_(staff_ids), _STAFF.c.status == StaffStatus.ACTIVE.value)
    )
    return set(rows.scalars())


def holders_of(permission: Permission) -> set[int]:
    """The active members of staff who hold a permission anywhere."""
    return set(
        db.session.scalars(
            select(RoleGrant.staff_id)
            .join(Staff, Staff.id == RoleGrant.staff_id)
            .join(RolePermission, RolePermission.role_id == RoleGrant.role_id)
            .where(RolePermission.permission == permission.value, Staff.status == StaffStatus.ACTIVE.value)
        )
    )


# One's own inbox


@dataclass(frozen=True, slots=True)
class Inbox:
    """A part of an inbox, the newest first. `next_before` continues it; None at its end."""

    messages: Sequence[InboxMessage]
    next_before: int | None
    unread: int


def read_inbox(actor: Actor, *, before: int | None = None, limit: int = 20, unread: bool = False) -> Inbox:
    """The actor's messages older than message `before`; `unread` leaves the others out. Two statements."""
    statement = select(InboxMessage).where(InboxMessage.staff_id == actor.staff_id)
    if before is not None:
        statement = statement.where(InboxMessage.id < before)
    if unread:
        statement = statement.where(InboxMessage.read_at.is_(None))
    found = db.session.scalars(statement.order_by(InboxMessage.id.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    return Inbox(shown, shown[-1].id if len(found) > limit else None, count_unread(actor.staff_id))


def count_unread(staff_id: int) -> int:
    """How many messages a person has not read."""
    statement = select(func.count()).where(InboxMessage.staff_id == staff_id, InboxMessage.read_at.is_(None))
    return db.session.scalar(statement) or 0


@dataclass(frozen=True, slots=True)
class Unread:
    """The unread messages of one kind: how many, and the page of the latest."""

    count: int
    page: str


@dataclass(frozen=True, slots=True)
class Digest:
    """The newest messages, how many are unread, and those by kind."""

    latest: Sequence[InboxMessage]
    unread: int
    unread_by_kind: Mapping[str, Unread]


def digest_of(staff_id: int, limit: int) -> Digest:
    """A person's newest messages and what is unread, for a first page; two statements by index."""
    own = InboxMessage.staff_id == staff_id
    latest = db.session.scalars(select(InboxMessage).where(own).order_by(InboxMessage.id.desc()).limit(limit))
    grouped = (
        select(func.max(InboxMessage.id).label("id"), func.count().label("count"))
        .where(own, InboxMessage.read_at.is_(None))
        .group_by(InboxMessage.kind)
        .subquery()
    )
    unread = db.session.execute(
        select(InboxMessage.kind, grouped.c.count, InboxMessage.page).join(
            grouped, grouped.c.id == InboxMessage.id
        )
    )
    by_kind = {kind: Unread(count, page) for kind, count, page in unread}
    return Digest(latest.all(), sum(each.count for each in by_kind.values()), by_kind)


def get_message(actor: Actor, message_id: int) -> InboxMessage:
    """One of the actor's own messages. Raises MessageNotFound."""
    message = db.session.get(InboxMessage, message_id, populate_existing=True)
    if message is None or message.staff_id != actor.staff_id:
        raise MessageNotFound
    return message


# What administrators see


@dataclass(frozen=True, slots=True)
class SendView:
    """One row of the outbox, with whose message it is unless its kind hides that. `error` is a code."""

    id: int
    kind: str
    title: str
    channel: str
    state: str
    error: str
    attempts: int
    staff_id: int
    staff_no: str
    name: str
    created_at: datetime
    next_at: datetime
    sent_at: datetime | None

    @property
    def channel_name(self) -> str:
        """企业微信, …"""
        return CHANNEL_NAMES[Channel(self.channel)]

    @property
    def is_retryable(self) -> bool:
        """Whether `services.retry` takes it."""
        return SendState(self.state) in policies.RETRYABLE


def failed(
    actor: Actor,
    *,
    page: int,
    page_size: int,
    states: Collection[SendState] = (SendState.FAILED,),
    channel: Channel | None = None,
    kind: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page:
    """Rows of the outbox in these states made in [since, until), the latest first; `Page` of `SendView`.

    Raises Forbidden unless the actor manages notifications for the whole compound.
    """
    ensure_everywhere(actor, Permission.NOTIFICATIONS_MANAGE)
    conditions: list[ColumnElement[bool]] = [_OUTBOX.c.state.in_([state.value for state in states])]
    if channel is not None:
        conditions.append(_OUTBOX.c.channel == channel.value)
    if kind:
        conditions.append(_INBOX.c.kind == kind)
    if since is not None:
        conditions.append(_OUTBOX.c.created_at >= since)
    if until is not None:
        conditions.append(_OUTBOX.c.created_at < until)
    statement = (
        select(
            *(_OUTBOX.c.id, _INBOX.c.kind, _INBOX.c.title, _OUTBOX.c.channel, _OUTBOX.c.state),
            *(_OUTBOX.c.error, _OUTBOX.c.attempts, _STAFF.c.id.label("staff_id"), _STAFF.c.staff_no),
            *(_STAFF.c.name, _OUTBOX.c.created_at, _OUTBOX.c.next_at, _OUTBOX.c.sent_at),
        )
        .join_from(_OUTBOX, _INBOX, _INBOX.c.id == _OUTBOX.c.message_id)
        .join(_STAFF, _STAFF.c.id == _OUTBOX.c.staff_id)
        .where(*conditions)
        .order_by(_OUTBOX.c.created_at.desc(), _OUTBOX.c.id.desc())
    )
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([_send_view(row) for row in found.rows], found.total, page, page_size)


def _send_view(row: Any) -> SendView:
    view = SendView(*row)
    kind = find_kind(view.kind)
    if kind is not None and not kind.hides_recipient:
        return view
    return replace(view, staff_id=0, staff_no="", name="（不显示）")


@dataclass(frozen=True, slots=True)
class SendCounts:
    """How the outbox stands: failed within `RECENT`, and waiting for longer than `OVERDUE`."""

    failed: int
    overdue: int


def lately_failed() -> Count:
    """Counts what failed lately, by index."""
    recently = _OUTBOX.c.created_at >= clock.now() - RECENT
    return (
        select(func.count()).select_from(_OUTBOX).where(_OUTBOX.c.state == SendState.FAILED.value, recently)
    )


def long_waiting() -> Count:
    """Counts what has waited too long, by index."""
    is_pending = text(f"outbox.{PENDING}")  # By these words the databases know the partial index.
    is_late = and_(is_pending, _OUTBOX.c.leased_until.is_(None), _OUTBOX.c.next_at < clock.now() - OVERDUE)
    return select(func.count()).select_from(_OUTBOX).where(is_late)


def counts() -> SendCounts:
    """What an administrator should look at."""
    return SendCounts(**together({"failed": lately_failed(), "overdue": long_waiting()}))


@dataclass(frozen=True, slots=True)
class PendingSends:
    """How many messages of a channel are in a state that ends, and when the earliest was or is due."""

    channel: str
    state: str
    count: int
    next_at: datetime


def pending_sends() -> list[PendingSends]:
    """What is on its way, by channel and state; by the index of what is due."""
    statement = (
        select(_OUTBOX.c.channel, _OUTBOX.c.state, func.count(), func.min(_OUTBOX.c.next_at))
        .where(text(f"outbox.{PENDING}"))
        .group_by(_OUTBOX.c.channel, _OUTBOX.c.state)
    )
    return [PendingSends(*row) for row in reader().execute(statement)]


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """Whether a channel is set up; `problems` are Chinese sentences that say what to mend."""

    channel: Channel
    name: str
    is_configured: bool
    found: str
    problems: Sequence[str] = ()


def channel_status() -> list[ChannelStatus]:
    """How each channel of this deployment is set up; asks neither network nor database."""
    running, mapped = settings(), templates.mapped()
    facts: dict[Channel, tuple[bool, str, Sequence[str]]] = {
        Channel.WECHAT: (
            bool(mapped.templates),
            f"已对应 {len(mapped.templates)} 个消息模板",
            mapped.problems,
        ),
        Channel.WECOM: (running.wecom is not None, "企业微信应用", ()),
        Channel.ZWDD: (running.zwdd is not None, "专有钉钉应用", ()),
        Channel.SMS: (bool(running.sms_url), "短信网关", ()),
        Channel.VOICE: (bool(running.sms_url), "短信网关的语音呼叫", ()),
    }
    return [
        ChannelStatus(channel, CHANNEL_NAMES[channel], is_set, found if is_set else "未启用", tuple(problems))
        for channel, (is_set, found, problems) in facts.items()
    ]


@dataclass(frozen=True, slots=True)
class Retryable:
    """What a retry needs to know."""

    kind: Kind | None
    state: SendState


def find_send(row_id: int) -> Retryable:
    """The kind and state of a row of the outbox. Raises SendNotFound."""
    row: Any = (
        reader()
        .execute(
            select(_INBOX.c.kind, _OUTBOX.c.state)
            .join_from(_OUTBOX, _INBOX, _INBOX.c.id == _OUTBOX.c.message_id)
            .where(_OUTBOX.c.id == row_id)
        )
        .one_or_none()
    )
    if row is None:
        raise SendNotFound
    return Retryable(find_kind(row.kind), SendState(row.state))


def export_of(staff_id: int) -> list[dict[str, Any]]:
    """What a person was told, under Chinese names, for the copy of their data."""
    rows = db.session.execute(
        select(_INBOX.c.title, _INBOX.c.text, _INBOX.c.created_at, _INBOX.c.read_at)
        .where(_INBOX.c.staff_id == staff_id)
        .order_by(_INBOX.c.id)
    )
    return [
        {"标题": title, "内容": words, "时间": created_at, "已读时间": read_at}
        for title, words, created_at, read_at in rows
    ]
