"""Tables of ordering."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime, table


class OrderState(StrEnum):
    """booked → cancelled, picked_up or no_show."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    PICKED_UP = "picked_up"
    NO_SHOW = "no_show"


class Dining(StrEnum):
    """堂食 and 外带."""

    DINE_IN = "dine_in"
    TAKEAWAY = "takeaway"


class Origin(StrEnum):
    """How an order came to be.

    By the diner, a colleague, a standing order, at the counter without one, or out of what a diner took at
    a serving line by weight.
    """

    SELF = "self"
    COLLEAGUE = "colleague"
    STANDING = "standing"
    WALK_IN = "walk_in"
    BY_WEIGHT = "by_weight"


class Order(Base):
    """A person's order for one meal. Canteen, day and period are the meal's, kept for the unique index.

    `staff_id` is who eats and pays. `placed_by` is who placed it, 0 for the system; null for rows older
    than the column, which their diners placed. A takeaway may name the window [collect_from, collect_until)
    in which it is collected; `total_fen` includes what its packaging costs.

    A meal by weight stands beside an order of the same meal: who looks for *the* order of a person and a
    meal leaves it out (`IS_ORDERED`).
    """

    __tablename__ = "orders"
    __table_args__ = (
        Index(
            "uq_orders_active",
            "staff_id",
            "served_on",
            "period",
            unique=True,
            sqlite_where=text("state <> 'cancelled' AND origin <> 'by_weight'"),
            postgresql_where=text("state <> 'cancelled' AND origin <> 'by_weight'"),
        ),
        Index(
            "uq_orders_by_weight",
            "staff_id",
            "canteen_id",
            "served_on",
            "period",
            unique=True,
            sqlite_where=text("state <> 'cancelled' AND origin = 'by_weight'"),
            postgresql_where=text("state <> 'cancelled' AND origin = 'by_weight'"),
        ),
        Index(None, "meal_id", "state"),
        Index(None, "staff_id", "served_on"),
        Index(None, "canteen_id", "served_on", "period", "state"),
        UniqueConstraint("meal_id", "pickup_no"),
        CheckConstraint("total_fen >= 0", name="total"),
        CheckConstraint("(state = 'picked_up') = (picked_up_at IS NOT NULL)", name="picked_up"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
        CheckConstraint("(collect_from IS NULL) = (collect_until IS NULL)", name="window"),
        CheckConstraint("packaging_fen BETWEEN 0 AND total_fen", name="packaging"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    meal_id: Mapped[int] = mapped_column(ForeignKey("meals.id"))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    department_id: Mapped[int] = mapped_column(BigInt)
    served_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    dining: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(200), default="")
    origin: Mapped[str] = mapped_column(String(10), default=Origin.SELF.value, server_default="self")
    placed_by: Mapped[int | None] = mapped_column(BigInt)
    collect_from: Mapped[datetime | None] = mapped_column(UTCDateTime)
    collect_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    total_fen: Mapped[int] = mapped_column()
    packaging_fen: Mapped[int] = mapped_column(default=0, server_default="0")
    # Counts the changes; a pick-up code names the revision that it was made for.
    revision: Mapped[int] = mapped_column(default=1)
    placed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    pickup_no: Mapped[int | None] = mapped_column()
    picked_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    picked_up_by: Mapped[int | None] = mapped_column(BigInt)

    lines: Mapped[list["OrderLine"]] = relationship(cascade="all, delete-orphan", order_by="OrderLine.id")


# Literal, so that the partial index of these orders is known to hold them.
IS_ORDERED: Final = table(Order).c.origin != literal_column(f"'{Origin.BY_WEIGHT.value}'")


class OrderLine(Base):
    """One dish in one portion, with name, price, weight and cap share as they were when ordered.

    Of a meal by weight a line is all that a diner took of a dish: the portion is `weight`, the quantity 1,
    `weight_g` what it weighed, `price_fen` what that cost at `price_fen_per_kg`, rounded half up once; it
    takes no share of a cap.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("(portion = 'weight') = (price_fen_per_kg IS NOT NULL)", name="by_weight"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    meal_dish_id: Mapped[int] = mapped_column(ForeignKey("meal_dishes.id"), index=True)
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"), index=True)
    dish_name: Mapped[str] = mapped_column(String(50))
    portion: Mapped[str] = mapped_column(String(10))
    quantity: Mapped[int] = mapped_column(SmallInteger)
    price_fen: Mapped[int] = mapped_column()
    weight_g: Mapped[int] = mapped_column()
    share: Mapped[int] = mapped_column(SmallInteger)
    price_fen_per_kg: Mapped[int | None] = mapped_column()


class PrepLine(Base):
    """A line of a frozen prep list: how often a dish is wanted in a portion."""

    __tablename__ = "prep_lines"

    meal_id: Mapped[int] = mapped_column(ForeignKey("meals.id"), primary_key=True)
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"), primary_key=True)
    portion: Mapped[str] = mapped_column(String(10), primary_key=True)
    dish_name: Mapped[str] = mapped_column(String(50))
    quantity: Mapped[int] = mapped_column()
    weight_g: Mapped[int] = mapped_column()
