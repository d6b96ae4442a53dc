"""Rules of delivery: pure functions from a leased row and what is known to what to do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from backend.notifications.kinds import Channel, Kind, find_kind
from backend.notifications.models import SendState
from backend.notifications.policies import MOST_ATTEMPTS, QuietHours, first_send_at, next_attempt_at
from backend.notifications.templates import Template


@dataclass(frozen=True, slots=True)
class Leased:
    """A row of the outbox that is ours until `leased_until`, with its message and its addressee."""

    id: int
    message_id: int
    staff_id: int
    channel: Channel
    attempts: int
    leased_until: datetime
    expires_at: datetime
    priority: int
    quota_id: int | None
    kind_key: str
    title: str
    text: str
    fields: Mapping[str, str]
    page: str
    is_active: bool
    phone_cipher: bytes | None = field(repr=False)

    @property
    def kind(self) -> Kind | None:
        """What kind of message it is; None if no module declares it any more."""
        return find_kind(self.kind_key)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a channel finds the person. `quota_id` is what must be reserved before sending."""

    subject: str = field(repr=False)
    app: str = ""
    identity_id: int | None = None
    template: Template | None = None
    quota_id: int | None = None
    has_quota: bool = True


@dataclass(frozen=True, slots=True)
class Delivery:
    """What to send, and where."""

    row: Leased
    kind: Kind
    target: Target


@dataclass(frozen=True, slots=True)
class Settled:
    """How a row goes on. `falls_back`: the next channel of its kind stands in for this one."""

    row: Leased
    state: SendState
    next_at: datetime
    error: str = ""
    attempts: int = 0
    provider_message_id: str | None = None
    keeps_quota: bool = False

    @property
    def falls_back(self) -> bool:
        """Whether another channel shall try."""
        return self.state in (SendState.FAILED, SendState.NO_QUOTA, SendState.SKIPPED)


Decision: TypeAlias = Delivery | Settled


class Verdict(StrEnum):
    """How an attempt ended."""

    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    NO_QUOTA = "no_quota"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of an attempt. `error` is a code; `alert` says in Chinese what an administrator must mend."""

    verdict: Verdict
    error: str = ""
    provider_message_id: str = ""
    alert: str = ""


def decide(row: Leased, targets: Sequence[Target], now: datetime, quiet: QuietHours) -> Decision:
    """What to do with a leased row, given where its channel finds the person."""
    kind = row.kind
    if kind is None:
        return _settle(row, SendState.EXPIRED, now, "unknown_kind")
    if now >= row.expires_at:
        return _settle(row, SendState.EXPIRED, now, "too_late")
    if not row.is_active:
        return _settle(row, SendState.EXPIRED, now, "left")
    if row.attempts > MOST_ATTEMPTS:  # Each of its dispatchers has died.
        return _settle(row, SendState.FAILED, now, "attempts_exhausted")
    may_send_at = first_send_at(kind, now, quiet)
    if may_send_at > now:
        return _postpone(row, may_send_at, now)
    if not targets:
        return _settle(row, SendState.SKIPPED, now, "unreachable")
    target = next((target for target in targets if target.has_quota), None)
    if target is None:
        return _settle(row, SendState.NO_QUOTA, now, "no_subscription")
    return Delivery(row, kind, target)


def _settle(row: Leased, state: SendState, now: datetime, error: str) -> Settled:
    return Settled(row, state, now, error, row.attempts)


def _postpone(row: Leased, until: datetime, now: datetime) -> Settled:
    """Quiet hours have come over a row that could not be sent before: no attempt was made."""
    if until >= row.expires_at:
        return _settle(row, SendState.EXPIRED, now, "too_late")
    return Settled(row, SendState.WAITING, until, "", row.attempts - 1, keeps_quota=True)


def no_quota(delivery: Delivery, now: datetime) -> Settled:
    """Another dispatcher has taken the last of the quota."""
    return _settle(delivery.row, SendState.NO_QUOTA, now, "no_subscription")


def after(delivery: Delivery, outcome: Outcome, now: datetime) -> Settled:
    """How the row goes on after an attempt."""
    row = delivery.row
    if outcome.verdict is Verdict.SENT:
        number = outcome.provider_message_id[:80] or None
        return Settled(row, SendState.SENT, now, "", row.attempts, number, keeps_quota=True)
    error = outcome.error[:80]
    if outcome.verdict is Verdict.NO_QUOTA:
        # WeChat has said that there is none: nothing to give back.
        return Settled(row, SendState.NO_QUOTA, now, error, row.attempts, keeps_quota=True)
    again_at = next_attempt_at(row.attempts, now) if outcome.verdict is Verdict.RETRY else None
    if again_at is None:
        return Settled(row, SendState.FAILED, now, error, row.attempts)
    if again_at >= row.expires_at:
        return Settled(row, SendState.EXPIRED, now, error, row.attempts)
    return Settled(row, SendState.WAITING, again_at, error, row.attempts, keeps_quota=True)
