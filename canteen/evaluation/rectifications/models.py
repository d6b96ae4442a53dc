"""Tables of the rectifications."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

TITLE_LENGTH = 100
REASON_LENGTH = 200
TEXT_LENGTH = 1000


class State(StrEnum):
    """How a rectification stands."""

    OPEN = "open"
    REPORTED = "reported"
    RETURNED = "returned"
    ESCALATED = "escalated"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Origin(StrEnum):
    """What it comes from: an inspection, a quarterly sheet, or somebody's own finding."""

    INSPECTION = "inspection"
    ROUND = "round"
    MANUAL = "manual"


class ExtensionState(StrEnum):
    """How a request for more time stands."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"


class Rectification(Base):
    """What a unit has to put right by `due_on`, that day included; `first_due_on` is what was first set.

    `origin_id` is the inspection or the quarterly sheet. `failures` counts the re-checks that it did not
    pass. `in_time` is written when it passes: whether the passing report came by the deadline of then.
    """

    __tablename__ = "rectifications"
    __table_args__ = (
        Index(None, "unit_id", "due_on"),
        Index(None, "origin", "origin_id"),
        Index(
            "ix_rectifications_live",
            "due_on",
            sqlite_where=text("state IN ('open', 'returned')"),
            postgresql_where=text("state IN ('open', 'returned')"),
        ),
        CheckConstraint("(origin = 'manual') = (origin_id IS NULL)", name="origin"),
        CheckConstraint("(state IN ('closed', 'withdrawn')) = (ended_at IS NOT NULL)", name="ended"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("evaluation_units.id"))
    origin: Mapped[str] = mapped_column(String(10))
    origin_id: Mapped[int | None] = mapped_column(BigInt)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    demand: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int] = mapped_column(default=1)
    first_due_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    failures: Mapped[int] = mapped_column(SmallInteger, default=0)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by: Mapped[int] = mapped_column(BigInt)
    opened_by_name: Mapped[str] = mapped_column(String(50))
    escalated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    in_time: Mapped[bool | None] = mapped_column(Boolean)


class RectificationItem(Base):
    """One thing to put right. `item_id` is the item of the score sheet that lost points, if any."""

    __tablename__ = "rectification_items"
    __table_args__ = (UniqueConstraint("rectification_id", "position"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectifications.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("score_items.id"))


class RectificationAttempt(Base):
    """What the unit reported (`measures`: {position: text}), and how the re-check of it ended.

    `failed` are the positions that the re-check found not put right.
    """

    __tablename__ = "rectification_attempts"
    __table_args__ = (
        UniqueConstraint("rectification_id", "number"),
        CheckConstraint("(checked_at IS NULL) = (is_passed IS NULL)", name="checked"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectifications.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    measures: Mapped[dict[str, Any]] = mapped_column(JSON)
    remark: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reported_by: Mapped[int] = mapped_column(BigInt)
    reported_by_name: Mapped[str] = mapped_column(String(50))
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_by: Mapped[int | None] = mapped_column(BigInt)
    checked_by_name: Mapped[str] = mapped_column(String(50), default="")
    is_passed: Mapped[bool | None] = mapped_column(Boolean)
    failed: Mapped[list[Any]] = mapped_column(JSON, default=list)
    finding: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")


class RectificationExtension(Base):
    """A later deadline that the unit asked for."""

    __tablename__ = "rectification_extensions"
    __table_args__ = (
        Index(None, "rectification_id"),
        Index(
            "uq_rectification_extensions_waiting",
            "rectification_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        CheckConstraint("wanted_on > due_on", name="later"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectifications.id"))
    due_on: Mapped[date] = mapped_column(Date)
    wanted_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by: Mapped[int] = mapped_column(BigInt)
    asked_by_name: Mapped[str] = mapped_column(String(50))
    state: Mapped[str] = mapped_column(String(8))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)
    decided_by_name: Mapped[str] = mapped_column(String(50), default="")
    decision: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")


class RectificationStep(Base):
    """What was done with a rectification, by whom and with which words; append-only (a trigger)."""

    __tablename__ = "rectification_steps"
    __table_args__ = (Index(None, "rectification_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectifications.id"))
    step: Mapped[str] = mapped_column(String(10))
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    taken_by: Mapped[int] = mapped_column(BigInt)
    taken_by_name: Mapped[str] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    due_on: Mapped[date] = mapped_column(Date)
