"""Tables of the visits."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class Visit(Base):
    """That somebody asked whether a demand was met (回访): one for a report's cycle.

    `outcome` is empty where nobody was reached. `visited_by` is no handler of any cycle. `is_reopening`: the
    report was reopened for it.
    """

    __tablename__ = "report_visits"
    __table_args__ = (
        UniqueConstraint("report_id", "cycle"),
        CheckConstraint("is_reached = (outcome <> '')", name="outcome"),
        CheckConstraint("grade IS NULL OR (is_reached AND grade BETWEEN 1 AND 5)", name="grade"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    visited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    visited_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    visited_by_name: Mapped[str] = mapped_column(String(50))
    is_reached: Mapped[bool] = mapped_column(Boolean)
    outcome: Mapped[str] = mapped_column(String(10), default="")
    grade: Mapped[int | None] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(String(500), default="")
    is_reopening: Mapped[bool] = mapped_column(Boolean, default=False)
