"""Tables of kitchen workers: who they are, their certificates, their morning checks and their duties."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class Shift(StrEnum):
    """早班, 中班, 晚班: a check is made before each (食品安全法实施条例; the operating code)."""

    MORNING = "morning"
    NOON = "noon"
    EVENING = "evening"


class Outcome(StrEnum):
    """What a check came to; all that is kept in plain text of it."""

    FIT = "fit"
    BLOCKED = "blocked"


class Basis(StrEnum):
    """On what ground somebody's health is asked after: a separate consent, or a duty of law made known."""

    CONSENT = "consent"
    DUTY = "duty"


class KitchenWorker(Base):
    """Somebody who works in a canteen's kitchen; a contractor's people are no members of our staff.

    The notice is what the worker was told before their health was asked after for the first time, of which
    version, on which ground, and who noted it. Without one there is no check.
    """

    __tablename__ = "kitchen_workers"
    __table_args__ = (
        Index(
            "uq_kitchen_workers_staff",
            "canteen_id",
            "staff_id",
            unique=True,
            sqlite_where=text("staff_id IS NOT NULL"),
            postgresql_where=text("staff_id IS NOT NULL"),
        ),
        Index(None, "canteen_id"),
        Index(None, "staff_id"),
        CheckConstraint("(notice_basis IS NULL) = (noticed_at IS NULL)", name="notice"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(50))
    job: Mapped[str] = mapped_column(String(30), default="")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    notice_basis: Mapped[str | None] = mapped_column(String(7))
    notice_version: Mapped[str] = mapped_column(String(10), default="")
    noticed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    noticed_by: Mapped[int | None] = mapped_column(BigInt)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class HealthCertificate(Base):
    """A health certificate (健康证). Its number names a person: encrypted, with a keyed hash beside it.

    It is valid on `issued_on` and through `valid_until`. One that was entered wrongly is withdrawn.
    """

    __tablename__ = "health_certificates"
    __table_args__ = (
        Index(None, "worker_id", "valid_until"),
        Index(
            "uq_health_certificates_number",
            "number_hash",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        CheckConstraint("issued_on <= valid_until", name="days"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("kitchen_workers.id"))
    number: Mapped[bytes] = mapped_column(LargeBinary)
    number_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    issuer: Mapped[str] = mapped_column(String(100), default="")
    issued_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by: Mapped[int] = mapped_column(BigInt)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by: Mapped[int | None] = mapped_column(BigInt)
    withdrawn_reason: Mapped[str] = mapped_column(String(200), default="")


class MorningCheck(Base):
    """A check before a shift (晨检). In plain text there is only what it came to.

    `details` (temperature, symptoms, a note) and `clearance` (why a blocked worker may work again) are
    encrypted, and null once they were forgotten. What blocked a worker blocks until it was cleared, however
    many checks follow.
    """

    __tablename__ = "morning_checks"
    __table_args__ = (
        Index(None, "canteen_id", "checked_on", "shift"),
        Index(None, "worker_id", "checked_on"),
        Index(
            "ix_morning_checks_blocked",
            "worker_id",
            sqlite_where=text("outcome = 'blocked' AND cleared_at IS NULL"),
            postgresql_where=text("outcome = 'blocked' AND cleared_at IS NULL"),
        ),
        Index(
            "ix_morning_checks_kept",
            "checked_on",
            sqlite_where=text("forgotten_at IS NULL"),
            postgresql_where=text("forgotten_at IS NULL"),
        ),
        CheckConstraint("outcome IN ('fit', 'blocked')", name="outcome"),
        CheckConstraint("(cleared_at IS NULL) = (cleared_by IS NULL)", name="cleared"),
        CheckConstraint("cleared_at IS NULL OR outcome = 'blocked'", name="cleared_was_blocked"),
        CheckConstraint(
            "forgotten_at IS NULL OR (details IS NULL AND clearance IS NULL)", name="forgotten_is_gone"
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("kitchen_workers.id"))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    checked_on: Mapped[date] = mapped_column(Date)
    shift: Mapped[str] = mapped_column(String(7))
    checked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    checked_by: Mapped[int] = mapped_column(BigInt)
    outcome: Mapped[str] = mapped_column(String(7))
    details: Mapped[bytes | None] = mapped_column(LargeBinary)
    cleared_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cleared_by: Mapped[int | None] = mapped_column(BigInt)
    clearance: Mapped[bytes | None] = mapped_column(LargeBinary)
    forgotten_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class KitchenDuty(Base):
    """A worker at their post for a shift; whoever is blocked meanwhile is taken off it."""

    __tablename__ = "kitchen_duties"
    __table_args__ = (
        UniqueConstraint("worker_id", "duty_on", "shift"),
        Index(None, "canteen_id", "duty_on"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("kitchen_workers.id"))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    duty_on: Mapped[date] = mapped_column(Date)
    shift: Mapped[str] = mapped_column(String(7))
    post: Mapped[str] = mapped_column(String(30), default="")
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    begun_by: Mapped[int] = mapped_column(BigInt)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[int | None] = mapped_column(BigInt)
