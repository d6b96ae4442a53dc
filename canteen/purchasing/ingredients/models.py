"""Tables of the ingredients."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Index,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class IngredientCategory(StrEnum):
    """畜肉, 禽肉, 水产, 蛋, 奶, 豆制品, 蔬菜, 菌藻, 水果, 粮食, 油脂, 调味品, 食品添加剂, 干货, 其他."""

    MEAT = "meat"
    POULTRY = "poultry"
    AQUATIC = "aquatic"
    EGG = "egg"
    DAIRY = "dairy"
    SOY = "soy"
    VEGETABLE = "vegetable"
    FUNGUS = "fungus"
    FRUIT = "fruit"
    GRAIN = "grain"
    OIL = "oil"
    SEASONING = "seasoning"
    ADDITIVE = "additive"
    DRY = "dry"
    OTHER = "other"


class Storage(StrEnum):
    """常温, 冷藏, 冷冻."""

    AMBIENT = "ambient"
    CHILLED = "chilled"
    FROZEN = "frozen"


class Ingredient(Base):
    """An ingredient (食材) of the compound. What is bought by the piece is weighed, too.

    `edible_percent` is what is left after trimming. Nutrition is per 100 g of that edible part; null: not
    known. `allergens` are `canteen.menu.models.Allergen` values; null: nobody has declared them yet, an empty
    list: there are none. `is_halal` null: not known. `season_months` are the months 1…12 in which it is in
    season, empty for all year. Below `min_stock_g` a canteen buys it again.
    """

    __tablename__ = "ingredients"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("name"),
        Index(None, "category", "name"),
        CheckConstraint("edible_percent BETWEEN 1 AND 100", name="edible"),
        CheckConstraint("shelf_days IS NULL OR shelf_days > 0", name="shelf"),
        CheckConstraint("min_stock_g IS NULL OR min_stock_g >= 0", name="min_stock"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(10))
    edible_percent: Mapped[int] = mapped_column(SmallInteger, default=100)
    energy_kcal: Mapped[Decimal | None] = mapped_column(Numeric(7, 1))
    protein_g: Mapped[Decimal | None] = mapped_column(Numeric(6, 1))
    fat_g: Mapped[Decimal | None] = mapped_column(Numeric(6, 1))
    carbohydrate_g: Mapped[Decimal | None] = mapped_column(Numeric(6, 1))
    sodium_mg: Mapped[Decimal | None] = mapped_column(Numeric(8, 1))
    allergens: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    is_halal: Mapped[bool | None] = mapped_column(Boolean)
    storage: Mapped[str] = mapped_column(String(8), default=Storage.AMBIENT.value)
    shelf_days: Mapped[int | None] = mapped_column()
    is_additive: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    min_stock_g: Mapped[int | None] = mapped_column(BigInt)
    season_months: Mapped[list[int]] = mapped_column(JSON, default=list)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
