"""Tables of the audit trail."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class Result(StrEnum):
    """How an audited action ended."""

    DONE = "done"
    REFUSED = "refused"


class AuditEvent(Base):
    """One audited action. `actor_id` 0 is the system; names are kept as they were."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "object_kind", "object_id"), Index(None, "actor_id", "happened_at"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    actor_id: Mapped[int] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(50))
    action: Mapped[str] = mapped_column(String(60), index=True)
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(String(10))
    request_id: Mapped[str] = mapped_column(String(32))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class AuditSeal(Base):
    """One link of the chain: the events whose ids lie in [first_id, last_id], and what they were.

    `leaves` holds 24 bytes for each event, in the order of ids: 8 of its id, 16 of its keyed digest. `digest`
    is keyed as well and covers the whole row with the digest before it.
    """

    __tablename__ = "audit_seals"
    __table_args__ = (CheckConstraint("first_id <= last_id", name="range"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_id: Mapped[int] = mapped_column(BigInt)
    last_id: Mapped[int] = mapped_column(BigInt)
    event_count: Mapped[int] = mapped_column()
    algorithm: Mapped[str] = mapped_column(String(12))
    leaves: Mapped[bytes] = mapped_column(LargeBinary)
    previous_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
