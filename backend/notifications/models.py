"""Tables of notifications."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

DEDUPE_LENGTH = 120
PAGE_LENGTH = 200
TEXT_LENGTH = 500


class SendState(StrEnum):
    """waiting ⇄ leased → sent, failed, no_quota, skipped or expired.

    `skipped`: the channel does not reach the person; `no_quota`: WeChat lets us send no more.
    """

    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    FAILED = "failed"
    NO_QUOTA = "no_quota"
    SKIPPED = "skipped"
    EXPIRED = "expired"


class CallState(StrEnum):
    """open → acknowledged, or exhausted when the last of the chain let the time pass."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    EXHAUSTED = "exhausted"


class InboxMessage(Base):
    """What a person was told. `fields` are the values of the kind; title and text are as they were then."""

    __tablename__ = "inbox_messages"
    __table_args__ = (
        UniqueConstraint("kind", "dedupe", "staff_id"),
        Index(None, "staff_id", "id"),
        Index(
            "ix_inbox_messages_unread",
            "staff_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(60))
    dedupe: Mapped[str] = mapped_column(String(DEDUPE_LENGTH))
    title: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    page: Mapped[str] = mapped_column(String(PAGE_LENGTH))
    is_urgent: Mapped[bool] = mapped_column(Boolean)
    needs_acknowledgement: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


# What a dispatcher may still have to do with. The indexes and the statements must say it alike.
PENDING = "state IN ('waiting', 'leased')"


class OutboxRow(Base):
    """One message on its way over one channel.

    `next_at` is when a dispatcher may take it: for a leased row, when the lease ends. `leased_until` also
    says whose it is: a dispatcher that lost its lease can write nothing. `priority` 0 goes before 1.
    `quota_id` names the WeChat quota that is reserved for it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("message_id", "channel"),
        CheckConstraint("(state = 'leased') = (leased_until IS NOT NULL)", name="leased"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        Index(
            "ix_outbox_due",
            "priority",
            "next_at",
            "id",
            sqlite_where=text(PENDING),
            postgresql_where=text(PENDING),
        ),
        Index(
            "ix_outbox_pending_of",
            "staff_id",
            "channel",
            sqlite_where=text(PENDING),
            postgresql_where=text(PENDING),
        ),
        # One person gets one message at a time over a channel: WeChat answers 43108 otherwise.
        Index(
            "uq_outbox_leased",
            "staff_id",
            "channel",
            unique=True,
            sqlite_where=text("state = 'leased'"),
            postgresql_where=text("state = 'leased'"),
        ),
        # Not by state first: SQLite would rather poll by it than by what is due.
        Index(None, "created_at", "state"),
        Index(None, "provider_message_id"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("inbox_messages.id", ondelete="CASCADE"))
    staff_id: Mapped[int] = mapped_column(BigInt)
    channel: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    priority: Mapped[int] = mapped_column(SmallInteger)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    provider_message_id: Mapped[str | None] = mapped_column(String(80))
    error: Mapped[str] = mapped_column(String(80), default="")
    # No foreign key: whoever unbinds an account would have to search the whole outbox.
    quota_id: Mapped[int | None] = mapped_column(BigInt)


class SubscriptionQuota(Base):
    """How often WeChat lets us send one template to one account: an estimate, for WeChat tells nobody.

    `reported_at` is the last acceptance that the phone told us of, `pushed_at` the last one that WeChat did:
    together they keep one tap from counting twice.
    """

    __tablename__ = "subscription_quotas"
    __table_args__ = (
        UniqueConstraint("identity_id", "template_id"),
        CheckConstraint("remaining >= 0", name="remaining"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("external_identities.id", ondelete="CASCADE"))
    template_id: Mapped[str] = mapped_column(String(64))
    remaining: Mapped[int] = mapped_column(SmallInteger, default=0)
    is_long_term: Mapped[bool] = mapped_column(Boolean, default=False)
    last_event: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reported_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    pushed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class UrgentCall(Base):
    """Something that somebody must acknowledge: the chain is asked one by one.

    `position` counts the people asked so far, skipped ones included. While open, the next one's turn comes at
    `escalates_at`.
    """

    __tablename__ = "urgent_calls"
    __table_args__ = (
        UniqueConstraint("kind", "dedupe"),
        Index(
            "ix_urgent_calls_open",
            "escalates_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'acknowledged') = (acknowledged_by IS NOT NULL)", name="acknowledged"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    dedupe: Mapped[str] = mapped_column(String(DEDUPE_LENGTH))
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    page: Mapped[str] = mapped_column(String(PAGE_LENGTH))
    chain: Mapped[list[int]] = mapped_column(JSON)
    wait_minutes: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(12))
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    escalates_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    acknowledged_by: Mapped[int | None] = mapped_column(BigInt)


class UrgentStep(Base):
    """One person who was asked."""

    __tablename__ = "urgent_steps"
    __table_args__ = (UniqueConstraint("call_id", "position"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("urgent_calls.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    staff_id: Mapped[int] = mapped_column(BigInt)
    message_id: Mapped[int] = mapped_column(ForeignKey("inbox_messages.id", ondelete="CASCADE"), unique=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    acknowledged_via: Mapped[str | None] = mapped_column(String(10))
