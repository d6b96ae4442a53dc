"""Tables of what offices ask for."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class ApplicationKind(StrEnum):
    """派单异议, 延期, 挂账."""

    OBJECTION = "objection"
    EXTENSION = "extension"
    SUSPENSION = "suspension"


class ApplicationState(StrEnum):
    """待审批, 已同意, 未同意, 已作废 (the report went on without it)."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    VOID = "void"


class Application(Base):
    """What an office, or the desk, asks for a report that it has; one of a kind waits at a time.

    An objection may name who ought to have it (`wanted_office_id`); an extension has the new due
    (`until_at`), a suspension the day on which it is looked at again (`review_on`).
    """

    __tablename__ = "report_applications"
    __table_args__ = (
        Index(
            "uq_report_applications_waiting",
            "report_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(None, "report_id"),
        Index(
            "ix_report_applications_queue",
            "asked_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        CheckConstraint("(kind = 'extension') = (until_at IS NOT NULL)", name="extension"),
        CheckConstraint("(kind = 'suspension') = (review_on IS NOT NULL)", name="suspension"),
        CheckConstraint("kind = 'objection' OR wanted_office_id IS NULL", name="objection"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=ApplicationState.WAITING.value)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("handling_offices.id"))  # null is the desk
    reason: Mapped[str] = mapped_column(String(500))
    wanted_office_id: Mapped[int | None] = mapped_column(ForeignKey("handling_offices.id"))
    until_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    review_on: Mapped[date | None] = mapped_column(Date)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_by_name: Mapped[str] = mapped_column(String(50))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)  # 0 is the system
    decided_by_name: Mapped[str] = mapped_column(String(50), default="")
    decision: Mapped[str] = mapped_column(String(500), default="")
