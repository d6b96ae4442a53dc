"""Tables of food samples (留样)."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class FoodSample(Base):
    """A sample of a dish of a meal. `code` is what its label says and its QR code leads to.

    It may be disposed of from `due_at` on, `taken_at` and the hours of the rule of that moment. A second
    sample of a dish is `is_extra` (补样) and says why. A row that was entered wrongly is voided.
    """

    __tablename__ = "food_samples"
    __table_args__ = (
        Index(
            "uq_food_samples_dish",
            "canteen_id",
            "served_on",
            "period",
            "dish_id",
            unique=True,
            sqlite_where=text("is_extra = 0 AND voided_at IS NULL"),
            postgresql_where=text("NOT is_extra AND voided_at IS NULL"),
        ),
        Index(None, "canteen_id", "served_on", "period"),
        Index(None, "dish_id", "served_on"),
        Index(
            "ix_food_samples_kept",
            "due_at",
            sqlite_where=text("disposed_at IS NULL AND voided_at IS NULL"),
            postgresql_where=text("disposed_at IS NULL AND voided_at IS NULL"),
        ),
        CheckConstraint("weight_g > 0", name="weight"),
        CheckConstraint("due_at > taken_at", name="due"),
        CheckConstraint("disposed_at IS NULL OR disposed_at >= due_at", name="kept_long_enough"),
        CheckConstraint("(disposed_at IS NULL) = (disposed_by IS NULL)", name="disposed"),
        CheckConstraint("(voided_at IS NULL) = (voided_by IS NULL)", name="voided"),
        CheckConstraint("voided_at IS NULL OR disposed_at IS NULL", name="voided_or_disposed"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    served_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(10))
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"))
    dish_name: Mapped[str] = mapped_column(String(50))
    weight_g: Mapped[int] = mapped_column()
    fridge: Mapped[str] = mapped_column(String(50), default="")
    is_extra: Mapped[bool] = mapped_column(Boolean, default=False)
    reason: Mapped[str] = mapped_column(String(200), default="")
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    taken_by: Mapped[int] = mapped_column(BigInt)
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disposed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    disposed_by: Mapped[int | None] = mapped_column(BigInt)
    disposal: Mapped[str] = mapped_column(String(200), default="")
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    voided_by: Mapped[int | None] = mapped_column(BigInt)
    void_reason: Mapped[str] = mapped_column(String(200), default="")


class SampleLock(Base):
    """A sample that somebody above needs: nobody disposes of it while one lock is left.

    `holder` names who holds it, e.g. `incident:7`; two holders' locks are apart.
    """

    __tablename__ = "food_sample_locks"

    sample_id: Mapped[int] = mapped_column(ForeignKey("food_samples.id"), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))
    locked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SampleWaiver(Base):
    """A dish of a meal that needs no sample, with the reason: it was withdrawn, nothing of it was cooked."""

    __tablename__ = "food_sample_waivers"
    __table_args__ = (UniqueConstraint("canteen_id", "served_on", "period", "dish_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    served_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(10))
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"))
    dish_name: Mapped[str] = mapped_column(String(50))
    reason: Mapped[str] = mapped_column(String(200))
    waived_at: Mapped[datetime] = mapped_column(UTCDateTime)
    waived_by: Mapped[int] = mapped_column(BigInt)
