"""Tables of the clocks. Amounts are minutes, or days where the clock counts workdays."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
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


class ClockKind(StrEnum):
    """Until a person has taken it up (响应), and until it is answered (办理)."""

    RESPONSE = "response"
    ANSWER = "answer"


class Verdict(StrEnum):
    """How a clock stands: running or paused, met or missed in the end, or void as there was nothing to do."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    VOID = "void"


class Clock(Base):
    """One target at work. `subject_id` is a report, `cycle` counts its reopenings from 0.

    `counting` and `amount` are what the rules said at the start. `extended_until` is the instant that was
    promised at `extended_at`; `due_at` is that, moved on by pauses after the promise. `is_provisional`: a day
    before `due_at` has no published calendar yet. `ended_at` is when it was met, or called off. `next_step`
    is the per cent that fires next, at `next_step_at`; both null if none can.
    """

    __tablename__ = "report_clocks"
    __table_args__ = (
        UniqueConstraint("subject_id", "cycle", "kind"),
        # Holds all that lists ask of open clocks; SQLite wants the condition's column, too.
        Index(
            "ix_report_clocks_due",
            "kind",
            "due_at",
            "verdict",
            "subject_id",
            "ended_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_report_clocks_next_step",
            "next_step_at",
            sqlite_where=text("next_step_at IS NOT NULL"),
            postgresql_where=text("next_step_at IS NOT NULL"),
        ),
        CheckConstraint("(ended_at IS NULL) = (verdict IN ('running', 'paused'))", name="ended"),
        CheckConstraint("(extended_until IS NULL) = (extended_at IS NULL)", name="extended"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInt)
    cycle: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(String(10))
    deadline: Mapped[str] = mapped_column(String(10))
    counting: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int] = mapped_column()
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    extended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    extended_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_provisional: Mapped[bool] = mapped_column(Boolean, default=False)
    verdict: Mapped[str] = mapped_column(String(10), default=Verdict.RUNNING.value)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_step: Mapped[int | None] = mapped_column(SmallInteger)
    next_step_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Pause(Base):
    """A span in which a subject's answer clock stood still; open while `until_at` is null, one at a time."""

    __tablename__ = "report_pauses"
    __table_args__ = (
        Index(None, "subject_id", "cycle"),
        Index(
            "uq_report_pauses_open",
            "subject_id",
            unique=True,
            sqlite_where=text("until_at IS NULL"),
            postgresql_where=text("until_at IS NULL"),
        ),
        CheckConstraint("until_at >= from_at", name="span"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInt)
    cycle: Mapped[int] = mapped_column(SmallInteger)
    from_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Escalation(Base):
    """A step of a clock that has fired. `due_at` is when it was to fire; the key makes it once."""

    __tablename__ = "report_escalations"

    clock_id: Mapped[int] = mapped_column(ForeignKey("report_clocks.id"), primary_key=True)
    step: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    fired_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
