"""Tables of the checks before and after a meeting."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class CheckItem(Base):
    """One line of a meeting's checklist as it was ticked, with its words of that moment.

    A fault (`is_ok` False) has a note, and is settled once somebody has seen to it. `order_id` is the work
    order that it led to. `held_on` is the day of the meeting, for figures.
    """

    __tablename__ = "meeting_check_items"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "phase", "code"),
        Index(None, "held_on", "campus_id"),
        CheckConstraint("is_ok OR note <> ''", name="fault"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("meeting_occurrences.id"))
    campus_id: Mapped[int] = mapped_column(BigInt)
    building_id: Mapped[int] = mapped_column(BigInt)
    held_on: Mapped[date] = mapped_column(Date)
    phase: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(70))
    text: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_services.id"))
    is_ok: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    checked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    checked_by: Mapped[int] = mapped_column(BigInt)
    checked_by_name: Mapped[str] = mapped_column(String(50))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by: Mapped[int | None] = mapped_column(BigInt)
    settlement: Mapped[str] = mapped_column(String(300), default="", server_default="")
    order_id: Mapped[int | None] = mapped_column(BigInt)
    order_number: Mapped[str] = mapped_column(String(20), default="", server_default="")
