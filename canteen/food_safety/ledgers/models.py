"""Tables of additives and of the loads that collectors took."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class HandOverKind(StrEnum):
    """餐厨垃圾, 废弃食用油脂, 其他."""

    FOOD_WASTE = "food_waste"
    USED_OIL = "used_oil"
    OTHER = "other"


class Additive(Base):
    """An additive that a canteen uses (专人采购、专人保管、专人领用、专人登记、专柜保存).

    `limit_mg_per_kg` is the most that GB 2760 allows in the food of `scope`; null where it sets no figure
    (按生产需要适量使用).
    """

    __tablename__ = "additives"
    __table_args__ = (
        UniqueConstraint("canteen_id", "name"),
        CheckConstraint("limit_mg_per_kg > 0", name="limit"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    ingredient_id: Mapped[int | None] = mapped_column(ForeignKey("ingredients.id"))
    name: Mapped[str] = mapped_column(String(50))
    purpose: Mapped[str] = mapped_column(String(50))  # 功能类别
    scope: Mapped[str] = mapped_column(String(100), default="")  # 使用范围
    limit_mg_per_kg: Mapped[int | None] = mapped_column()
    keeper: Mapped[str] = mapped_column(String(50), default="")
    place: Mapped[str] = mapped_column(String(50), default="")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AdditiveUse(Base):
    """One use of an additive, append-only: a mistake is taken back by a row (`void_of`).

    `weight_mg` of the additive went into `food_g` of food. Name and limit are those of then; `lot` is what
    the batch or the package says.
    """

    __tablename__ = "additive_uses"
    __table_args__ = (
        Index(None, "canteen_id", "used_on"),
        Index(None, "additive_id"),
        UniqueConstraint("void_of"),
        CheckConstraint("weight_mg > 0 AND food_g > 0", name="weights"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    additive_id: Mapped[int] = mapped_column(ForeignKey("additives.id"))
    name: Mapped[str] = mapped_column(String(50))
    used_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_on: Mapped[date] = mapped_column(Date)
    weight_mg: Mapped[int] = mapped_column(BigInt)
    food_g: Mapped[int] = mapped_column()
    limit_mg_per_kg: Mapped[int | None] = mapped_column()
    is_over: Mapped[bool] = mapped_column(Boolean)
    dish_id: Mapped[int | None] = mapped_column(ForeignKey("dishes.id"))
    dish: Mapped[str] = mapped_column(String(50))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("stock_batches.id"))
    lot: Mapped[str] = mapped_column(String(50), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[int] = mapped_column(BigInt)
    recorded_by_name: Mapped[str] = mapped_column(String(50))
    void_of: Mapped[int | None] = mapped_column(ForeignKey("additive_uses.id"))


class HandOver(Base):
    """One load handed over to a collector. Append-only: a mistake is taken back by a row (`void_of`).

    `handed_on` is the day of `handed_at` by the compound's clocks; `use` is what the collector does with it;
    `signed_by` who signed for the collector.
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
    licence_no: Mapped[str] = mapped_column(String(60), default="", server_default="")
    use: Mapped[str] = mapped_column(String(60), default="")
    vehicle_no: Mapped[str] = mapped_column(String(20), default="")
    receipt_no: Mapped[str] = mapped_column(String(40), default="")
    signed_by: Mapped[str] = mapped_column(String(50), default="", server_default="")
    reason: Mapped[str] = mapped_column(String(100), default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[int] = mapped_column(BigInt)
    recorded_by_name: Mapped[str] = mapped_column(String(50))
    void_of: Mapped[int | None] = mapped_column(ForeignKey("waste_hand_overs.id"))
