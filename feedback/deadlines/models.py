"""Tables of the clocks. Amounts are minutes, or days where the clock counts workdays."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import UTCDateTime
from backend.workdays.models import ClockRow, PauseRow, StepRow


class ClockKind(StrEnum):
    """Until a person has taken it up (响应), and until it is answered (办理)."""

    RESPONSE = "response"
    ANSWER = "answer"


class Clock(ClockRow):
    """One target at work. `subject_id` is a report, `cycle` counts its reopenings from 0.

    `counting` and `amount` are what the rules said at the start. `extended_until` is the instant that was
    promised at `extended_at`; `due_at` is that, moved on by pauses after the promise.
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

    deadline: Mapped[str] = mapped_column(String(10))
    extended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    extended_until: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Pause(PauseRow):
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


class Escalation(StepRow):
    """A step of a clock that has fired."""

    __tablename__ = "report_escalations"
    __table_args__ = (ForeignKeyConstraint(["clock_id"], ["report_clocks.id"]),)
