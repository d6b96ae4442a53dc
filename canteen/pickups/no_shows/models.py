"""The table of missed meals."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

LONGEST_TEXT = 200


class NoShowState(StrEnum):
    """How a record stands. The first three count; an appeal that waits changes nothing yet."""

    RECORDED = "recorded"
    APPEALED = "appealed"
    UPHELD = "upheld"
    EXCUSED = "excused"
    PICKED_UP = "picked_up"  # The meal was handed out after all.


class NoShow(Base):
    """An order that nobody picked up. Person and department are the order's at that time.

    `was_absent` says that an approved absence covered the serving window. `refunded_fen` is what was given
    back for it and stands so now. `decided_by` is who decided, or whose report mended it.
    """

    __tablename__ = "no_shows"
    __table_args__ = (
        Index(None, "staff_id", "served_on"),
        Index(None, "canteen_id", "served_on", "state"),
        CheckConstraint("refunded_fen >= 0", name="refunded"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided"),
        CheckConstraint("(appealed_at IS NULL) = (appeal_reason = '')", name="appealed"),
    )

    order_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("orders.id"), primary_key=True, autoincrement=False
    )
    meal_id: Mapped[int] = mapped_column(ForeignKey("meals.id"))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    department_id: Mapped[int] = mapped_column(BigInt)
    served_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    was_absent: Mapped[bool] = mapped_column(Boolean)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    refunded_fen: Mapped[int] = mapped_column(default=0)
    appeal_reason: Mapped[str] = mapped_column(String(LONGEST_TEXT), default="")
    appealed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(String(LONGEST_TEXT), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)
