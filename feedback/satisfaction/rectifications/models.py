"""Tables of the rectifications that follow from low ratings."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

TITLE_LENGTH = 100
TEXT_LENGTH = 1000
REASON_LENGTH = 300


class State(StrEnum):
    """待整改, 整改中, 待复核, 已退回, 已办结."""

    OPEN = "open"
    IN_HAND = "in_hand"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CLOSED = "closed"


class Origin(StrEnum):
    """Opened by the job out of a month's ratings, or by hand."""

    RATINGS = "ratings"
    MANUAL = "manual"


class SatisfactionRectification(Base):
    """What a provider of a service has to mend because of its ratings, up to `due_on`, that day included.

    `month` is the first day of the month whose ratings it comes from: the figures `before`. Those `after`
    are of services from the day after `submitted_at` on; they are frozen when it is closed. `scores` counts
    single scores, `points` is their sum. The owner is an office or a person; both null: nobody yet.
    """

    __tablename__ = "satisfaction_rectifications"
    __table_args__ = (
        Index(
            "uq_satisfaction_rectifications_month",
            "service",
            "provider_kind",
            "provider_id",
            "month",
            unique=True,
            sqlite_where=text("origin = 'ratings'"),
            postgresql_where=text("origin = 'ratings'"),
        ),
        Index(None, "state", "due_on"),
        Index(None, "owner_id"),
        Index(None, "owner_office_id"),
        CheckConstraint("owner_id IS NULL OR owner_office_id IS NULL", name="owner"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    origin: Mapped[str] = mapped_column(String(8))
    service: Mapped[str] = mapped_column(String(40))
    provider_kind: Mapped[str] = mapped_column(String(20))
    provider_id: Mapped[int] = mapped_column(BigInt)
    provider_name: Mapped[str] = mapped_column(String(60))
    month: Mapped[date] = mapped_column(Date)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    demand: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    state: Mapped[str] = mapped_column(String(10), default=State.OPEN.value)
    revision: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    owner_office_id: Mapped[int | None] = mapped_column(ForeignKey("handling_offices.id"))
    due_on: Mapped[date] = mapped_column(Date)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by: Mapped[int] = mapped_column(BigInt)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submitted_by: Mapped[int | None] = mapped_column(BigInt)
    measures: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closing_reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")

    before_count: Mapped[int] = mapped_column(default=0)
    before_satisfied: Mapped[int] = mapped_column(default=0)
    before_scores: Mapped[int] = mapped_column(default=0)
    before_points: Mapped[int] = mapped_column(default=0)
    after_count: Mapped[int] = mapped_column(default=0)
    after_satisfied: Mapped[int] = mapped_column(default=0)
    after_scores: Mapped[int] = mapped_column(default=0)
    after_points: Mapped[int] = mapped_column(default=0)


class SatisfactionRectificationStep(Base):
    """What was done with a rectification, by whom and with which words; append-only (a trigger)."""

    __tablename__ = "satisfaction_rectification_steps"
    __table_args__ = (Index(None, "rectification_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    # PostgreSQL takes names of 63 characters only.
    rectification_id: Mapped[int] = mapped_column(
        ForeignKey("satisfaction_rectifications.id", name="fk_satisfaction_rectification_steps_of")
    )
    step: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[int] = mapped_column(BigInt)
    by_name: Mapped[str] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
