"""Tables of the menu."""

from datetime import date, datetime
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
    """标准, 半份, 小份; and 称重, what a diner takes at a serving line by weight: no dish is ordered so."""

    STANDARD = "standard"
    HALF = "half"
    SMALL = "small"
    WEIGHT = "weight"


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


class Allergen(StrEnum):
    """The eight groups of GB 7718 (预包装食品标签通则, allergenic substances), and 其他.

    含麸质的谷物, 甲壳纲类动物, 鱼类, 蛋类, 花生, 大豆, 乳, 坚果; each with what is made of it.
    """

    GLUTEN = "gluten"
    CRUSTACEAN = "crustacean"
    FISH = "fish"
    EGG = "egg"
    PEANUT = "peanut"
    SOYBEAN = "soybean"
    MILK = "milk"
    NUT = "nut"
    OTHER = "other"


class MealState(StrEnum):
    """draft → published → frozen."""

    DRAFT = "draft"
    PUBLISHED = "published"
    FROZEN = "frozen"


class Canteen(Base):
    """A canteen on a campus. What its managers decide about it are rules (`rules.py` of each slice)."""

    __tablename__ = "canteens"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    campus_id: Mapped[int] = mapped_column(ForeignKey("campuses.id"), index=True)
    name: Mapped[str] = mapped_column(String(50), unique=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


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
        CheckConstraint("cost_fen_per_kg >= 0", name="cost"),
        CheckConstraint("price_fen_per_kg > 0", name="price_by_weight"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    name: Mapped[str] = mapped_column(String(50))
    category: Mapped[str] = mapped_column(String(12))
    description: Mapped[str] = mapped_column(Text, default="")
    price_fen: Mapped[int | None] = mapped_column()
    weight_g: Mapped[int] = mapped_column()
    # What it costs to make, for the cost of waste; and what it is sold at where it is served by weight.
    cost_fen_per_kg: Mapped[int | None] = mapped_column()
    price_fen_per_kg: Mapped[int | None] = mapped_column()
    energy_kcal: Mapped[Decimal | None] = mapped_column(Numeric(7, 1))
    protein_g: Mapped[Decimal | None] = mapped_column(Numeric(6, 1))
    fat_g: Mapped[Decimal | None] = mapped_column(Numeric(6, 1))
    carbohydrate_g: Mapped[Decimal | None] = mapped_column(Numeric(6, 1))
    sodium_mg: Mapped[Decimal | None] = mapped_column(Numeric(8, 1))
    allergens: Mapped[list[str] | None] = mapped_column(JSON)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
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


class DishPrice(Base):
    """What a portion of a dish costs from an instant on; null: it is no longer sold. Append-only.

    The price of the portion by weight is that of a kilogram.
    """

    __tablename__ = "dish_prices"
    __table_args__ = (
        Index(None, "dish_id", "valid_from"),
        CheckConstraint("price_fen IS NULL OR price_fen >= 0", name="price"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"))
    portion: Mapped[str] = mapped_column(String(10))
    price_fen: Mapped[int | None] = mapped_column()
    valid_from: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[int] = mapped_column(BigInt)
    changed_by_name: Mapped[str] = mapped_column(String(50))


class Meal(Base):
    """One period of one canteen on one day. The instants are computed when it is published.

    `revision` counts what managers did to it, so that none undoes unseen what another has just done.
    """

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
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    order_closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Order and cancel cutoff may differ: the list is final at the later of the two.
    freezes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    pickup_from: Mapped[datetime | None] = mapped_column(UTCDateTime)
    serves_from: Mapped[datetime | None] = mapped_column(UTCDateTime)
    serves_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by: Mapped[int | None] = mapped_column(BigInt)
    # The version of the period's rules that the instants follow from; null before versions were kept.
    rule_version_id: Mapped[int | None] = mapped_column(ForeignKey("rule_versions.id"))
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
