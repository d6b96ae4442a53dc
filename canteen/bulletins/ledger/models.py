"""Table of the loads that collectors took."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class HandOverKind(StrEnum):
    """餐厨垃圾, 废弃食用油脂, 其他."""

    FOOD_WASTE = "food_waste"
    USED_OIL = "used_oil"
    OTHER = "other"


class HandOver(Base):
    """One load handed over to a collector. Append-only: a mistake is taken back by a row (`void_of`).

    `handed_on` is the day of `handed_at` by the compound's clocks; `use` is what the collector does with it.
    """

    __tablename__ = "waste_hand_overs"
    __table_args__ = (
        Index(None, "canteen_id", "handed_on"),
        UniqueConstraint("void_of"),
        CheckConstraint("weight_g > 0", name="weight"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    handed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    handed_on: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(10))
    weight_g: Mapped[int] = mapped_column()
    receiver: Mapped[str] = mapped_column(String(60))
    use: Mapped[str] = mapped_column(String(60), default="")
    vehicle_no: Mapped[str] = mapped_column(String(20), default="")
    receipt_no: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(100), default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[int] = mapped_column(BigInt)
    recorded_by_name: Mapped[str] = mapped_column(String(50))
    void_of: Mapped[int | None] = mapped_column(ForeignKey("waste_hand_overs.id"))
