"""Tables of the menu."""

from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    Text,
    Time,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime

FULL_PORTION = 100  # centi-portions


class Period(StrEnum):
    """The meal periods of a day, in their order."""

    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"
    OVERTIME = "overtime"


class Portion(StrEnum):
    """标准, 半份, 小份."""

    STANDARD = "standard"
    HALF = "half"
    SMALL = "small"


class Category(StrEnum):
    """荤菜, 半荤, 素菜, 主食, 汤, 凉菜, 点心, 饮品, 水果."""

    MEAT = "meat"
    MIXED = "mixed"
    VEGETABLE = "vegetable"
    STAPLE = "staple"
    SOUP = "soup"
    COLD = "cold"
    PASTRY = "pastry"
    DRINK = "drink"
    FRUIT = "fruit"


class Tag(StrEnum):
    """清真, 素, 辣."""

    HALAL = "halal"
    VEGETARIAN = "vegetarian"
    SPICY = "spicy"


class MealState(StrEnum):
    """draft → published → frozen."""

    DRAFT = "draft"
    PUBLISHED = "published"
    FROZEN = "frozen"


class Canteen(Base):
    """A canteen on a campus, with the rules that hold for all its meals."""

    __tablename__ = "canteens"
    __table_args__ = (CheckConstraint("max_portions > 0", name="max_portions"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    campus_id: Mapped[int] = mapped_column(ForeignKey("campuses.id"), index=True)
    name: Mapped[str] = mapped_column(String(50), unique=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    opens_on_rest_days: Mapped[bool] = mapped_column(Boolean, default=False)
    max_portions: Mapped[int] = mapped_column(SmallInteger, default=10)
    # Which bucket pays first; a list of canteen.accounts.models.Bucket values.
    spending_order: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["subsidy", "personal"])


class MealPeriod(Base):
    """The rules of one period in one canteen.

    A cutoff is either a clock time `*_time` on the day `*_days` before, or `*_minutes` before the window
    opens (then `*_time` is null). `pickup_lead_minutes` says how long before the window pick-up begins;
    null lets it begin at once.
    """

    __tablename__ = "meal_periods"
    __table_args__ = (
        UniqueConstraint("canteen_id", "period"),
        CheckConstraint("window_from < window_until", name="window"),
        CheckConstraint("order_cutoff_days >= 0 AND order_cutoff_minutes >= 0", name="order_cutoff"),
        CheckConstraint("cancel_cutoff_days >= 0 AND cancel_cutoff_minutes >= 0", name="cancel_cutoff"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    period: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(20))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    window_from: Mapped[time] = mapped_column(Time)
    window_until: Mapped[time] = mapped_column(Time)
    order_cutoff_days: Mapped[int] = mapped_column(SmallInteger, default=0)
    order_cutoff_time: Mapped[time | None] = mapped_column(Time)
    order_cutoff_minutes: Mapped[int] = mapped_column(default=0)
    cancel_cutoff_days: Mapped[int] = mapped_column(SmallInteger, default=0)
    cancel_cutoff_time: Mapped[time | None] = mapped_column(Time)
    cancel_cutoff_minutes: Mapped[int] = mapped_column(default=0)
    pickup_lead_minutes: Mapped[int | None] = mapped_column()


class Dish(Base):
    """A dish of a canteen's library. The price is that of the standard portion.

    `allergens` null means that nobody has declared them yet; an empty list means that there are none.
    Nutrition is per 100 g.
    """

    __tablename__ = "dishes"
    __table_args__ = (
        UniqueConstraint("canteen_id", "name"),
        CheckConstraint("price_fen IS NULL OR price_fen >= 0", name="price"),
        CheckConstraint("weight_g > 0", name="weight"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    name: Mapped[str] = mapped_column(String(50))
    category: Mapped[str] = mapped_column(String(12))
    description: Mapped[str] = mapped_column(Text, default="")
    price_fen: Mapped[int | None] = mapped_column()
    weight_g: Mapped[int] = mapped_column()
    energy_kcal: Mapped[Decimal | None] = mapped_column(Numeric(7, 1))
    protein_g: Mapped[Decimal | None] = mapped_column(Numeric(6, 1))
    fat_g: Mapped[Decimal | None] = mapped_column(Numeric(6, 1))
    carbohydrate_g: Mapped[Decimal | None] = mapped_column(Numeric(6, 1))
    sodium_mg: Mapped[Decimal | None] = mapped_column(Numeric(8, 1))
    allergens: Mapped[list[str] | None] = mapped_column(JSON)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    portions: Mapped[list["DishPortion"]] = relationship(
        cascade="all, delete-orphan", order_by="DishPortion.id"
    )


class DishPortion(Base):
    """A portion in which a dish is sold. `share` is what it takes of a cap, in centi-portions."""

    __tablename__ = "dish_portions"
    __table_args__ = (
        UniqueConstraint("dish_id", "portion"),
        CheckConstraint("price_fen >= 0", name="price"),
        CheckConstraint("weight_g > 0", name="weight"),
        CheckConstraint("share BETWEEN 1 AND 100", name="share"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id", ondelete="CASCADE"))
    portion: Mapped[str] = mapped_column(String(10))
    price_fen: Mapped[int] = mapped_column()
    weight_g: Mapped[int] = mapped_column()
    share: Mapped[int] = mapped_column(SmallInteger)


class Meal(Base):
    """One period of one canteen on one day. The instants are computed when it is published."""

    __tablename__ = "meals"
    __table_args__ = (
        UniqueConstraint("canteen_id", "served_on", "period"),
        Index(None, "state", "freezes_at"),
        CheckConstraint(
            "state = 'draft' OR (order_closes_at IS NOT NULL AND cancel_closes_at IS NOT NULL"
            " AND serves_from IS NOT NULL AND serves_until IS NOT NULL AND freezes_at IS NOT NULL)",
            name="published_has_instants",
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    served_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=MealState.DRAFT.value)
    order_closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Order and cancel cutoff may differ: the list is final at the later of the two.
    freezes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    pickup_from: Mapped[datetime | None] = mapped_column(UTCDateTime)
    serves_from: Mapped[datetime | None] = mapped_column(UTCDateTime)
    serves_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by: Mapped[int | None] = mapped_column(BigInt)
    frozen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    dishes: Mapped[list["MealDish"]] = relationship(
        cascade="all, delete-orphan", order_by="MealDish.position, MealDish.id"
    )


class MealDish(Base):
    """A dish offered at a meal, with its portion counter.

    `is_open` is the gate of the meal: every order, change and cancellation updates its counters under the
    condition that the gate is open, and the freeze closes it, so that the prep list and the accepted
    orders can never differ.
    """

    __tablename__ = "meal_dishes"
    __table_args__ = (
        UniqueConstraint("meal_id", "dish_id"),
        CheckConstraint("taken >= 0", name="taken"),
        CheckConstraint("cap IS NULL OR (cap >= 0 AND taken <= cap * 100)", name="cap"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    meal_id: Mapped[int] = mapped_column(ForeignKey("meals.id", ondelete="CASCADE"))
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    cap: Mapped[int | None] = mapped_column()
    taken: Mapped[int] = mapped_column(default=0)
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)

    dish: Mapped[Dish] = relationship()
