"""Tables of measures."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class MeasureKind(StrEnum):
    """半份优先, 点餐提醒, 减小份量, 调整菜单, 张贴标识, 其他."""

    HALF_FIRST = "half_first"
    REMINDER = "reminder"
    SMALLER_PORTION = "smaller_portion"
    MENU_CHANGE = "menu_change"
    SIGN = "sign"
    OTHER = "other"


class WasteMeasure(Base):
    """Something done against waste, from a day on and, if it came to an end, until a day, both included.

    About one dish, or about the whole canteen. One that was entered in error is withdrawn, not deleted.
    """

    __tablename__ = "waste_measures"
    __table_args__ = (
        Index(None, "canteen_id", "from_on"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="days"),
        CheckConstraint(
            "kind IN ('half_first', 'reminder', 'smaller_portion', 'menu_change', 'sign', 'other')",
            name="kind",
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    kind: Mapped[str] = mapped_column(String(15))
    dish_id: Mapped[int | None] = mapped_column(ForeignKey("dishes.id"))
    title: Mapped[str] = mapped_column(String(50))
    note: Mapped[str] = mapped_column(String(500), default="")
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int] = mapped_column(BigInt)
    created_by_name: Mapped[str] = mapped_column(String(50))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
