"""The table of absences."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

LONGEST_REASON = 100


class AbsenceKind(StrEnum):
    """请假, 出差, 培训."""

    LEAVE = "leave"
    TRIP = "trip"
    TRAINING = "training"


class AbsenceState(StrEnum):
    """pending → approved, rejected or withdrawn; approved → withdrawn or revoked."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class Half(StrEnum):
    """上午, 下午: an absence begins with one and ends with one."""

    AM = "am"
    PM = "pm"


class Source(StrEnum):
    """How an absence came to be: filed by the person, recorded by an approver, or imported."""

    SELF = "self"
    RECORDED = "recorded"
    IMPORTED = "imported"


class Absence(Base):
    """One absence. [from_at, until_at) follows from the days and halves, and is what others ask for.

    `reason` is optional: the kind is enough. `answer` is what the approver said.
    """

    __tablename__ = "absences"
    __table_args__ = (
        Index(None, "staff_id", "from_at"),
        Index(None, "state", "from_at"),
        # Who asks who is absent asks for days near today, of approved absences alone.
        Index(
            "ix_absences_approved",
            "until_at",
            sqlite_where=text("state = 'approved'"),
            postgresql_where=text("state = 'approved'"),
        ),
        CheckConstraint("from_at < until_at", name="order"),
        CheckConstraint("(state IN ('pending', 'withdrawn')) OR decided_at IS NOT NULL", name="decided"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(10))
    from_on: Mapped[date] = mapped_column(Date)
    from_half: Mapped[str] = mapped_column(String(2))
    until_on: Mapped[date] = mapped_column(Date)
    until_half: Mapped[str] = mapped_column(String(2))
    from_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    answer: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    filed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    filed_by: Mapped[int] = mapped_column(BigInt)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)
