"""Tables of the service levels. Amounts are minutes, or days where the clock counts workdays."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime
from backend.workdays.models import ClockRow, PauseRow, StepRow


class PlaceClass(StrEnum):
    """重点部位 (machine rooms, leaders' halls …) and everything else."""

    VITAL = "vital"
    ORDINARY = "ordinary"


class ClockKind(StrEnum):
    """Until a person has taken the order on (响应), and until the work is done (解决)."""

    RESPONSE = "response"
    RESOLUTION = "resolution"


class PauseKind(StrEnum):
    """Why a clock stood still: 挂起, or done and waiting for acceptance (待验收)."""

    HOLD = "hold"
    ACCEPTANCE = "acceptance"


class PlaceClassing(Base):
    """The class of a place, and of all that lies below it and has none of its own."""

    __tablename__ = "place_classes"

    place_kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    place_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    place_class: Mapped[str] = mapped_column(String(10))


class ServiceCalendar(Base):
    """Hours of service: `segments` of a workday as pairs of HH:MM, and `by_weekday` ("0" Monday …) where they
    differ. Which days are workdays is the house's calendar's to say (`backend.workdays`)."""

    __tablename__ = "service_calendars"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    segments: Mapped[list[Any]] = mapped_column(JSON)
    by_weekday: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(default=1, server_default=text("1"))


class PolicyVersion(Base):
    """A version of the policy. Of those in force the latest `effective_at` that has come holds."""

    __tablename__ = "service_policy_versions"
    __table_args__ = (UniqueConstraint("number"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(300), default="")
    effective_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # Null for a draft.
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[int] = mapped_column(BigInt)
    changed_by_name: Mapped[str] = mapped_column(String(50))


class PolicyLine(Base):
    """What is promised for a category (null: any), an urgency ("": any) and a place class ("": any).

    The most particular line holds: category (nearest ancestor first), then urgency, then class.
    `calendar_id` null counts by the house's own office hours.
    """

    __tablename__ = "service_policy_lines"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        CheckConstraint("response_amount > 0 AND resolution_amount > 0", name="amounts"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("service_policy_versions.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("repair_categories.id"))
    urgency: Mapped[str] = mapped_column(String(10), default="")
    place_class: Mapped[str] = mapped_column(String(10), default="")
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("service_calendars.id"))
    response_counting: Mapped[str] = mapped_column(String(10))
    response_amount: Mapped[int] = mapped_column()
    resolution_counting: Mapped[str] = mapped_column(String(10))
    resolution_amount: Mapped[int] = mapped_column()


class Clock(ClockRow):
    """One target at work. `subject_id` is an order, `cycle` counts its reopenings from 0.

    `line_id` is null where no policy stood (then by the built-in default). `calendar` says by which hours and
    days it is counted, e.g. `2@5/1.11.0/ab12cd34`: service calendar and revision, published data, digest of
    the overrides up to the due; "" for natural time.
    """

    __tablename__ = "service_clocks"
    __table_args__ = (
        UniqueConstraint("subject_id", "cycle", "kind"),
        # Both hold all that the dispatch board asks of open clocks; SQLite wants the condition's column, too.
        Index(
            "ix_service_clocks_due",
            "kind",
            "due_at",
            "verdict",
            "subject_id",
            "ended_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_service_clocks_open",
            "subject_id",
            "kind",
            "due_at",
            "verdict",
            "ended_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_service_clocks_next_step",
            "next_step_at",
            sqlite_where=text("next_step_at IS NOT NULL"),
            postgresql_where=text("next_step_at IS NOT NULL"),
        ),
        CheckConstraint(
            "(ended_at IS NULL) = (verdict IN ('running', 'paused'))",
            name="ended",
        ),
    )

    line_id: Mapped[int | None] = mapped_column(ForeignKey("service_policy_lines.id"))
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("service_calendars.id"))
    calendar: Mapped[str] = mapped_column(String(60))


class Pause(PauseRow):
    """A span in which a subject's clocks stood still; open while `until_at` is null, one open at a time."""

    __tablename__ = "service_pauses"
    __table_args__ = (
        Index(None, "subject_id", "cycle"),
        Index(
            "uq_service_pauses_open",
            "subject_id",
            unique=True,
            sqlite_where=text("until_at IS NULL"),
            postgresql_where=text("until_at IS NULL"),
        ),
        CheckConstraint("until_at >= from_at", name="span"),
    )

    kind: Mapped[str] = mapped_column(String(10))


class Escalation(StepRow):
    """A step of a clock that has fired."""

    __tablename__ = "service_escalations"
    __table_args__ = (ForeignKeyConstraint(["clock_id"], ["service_clocks.id"]),)
