"""Tables of recipes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime


class RecipeState(StrEnum):
    """草稿 → 现行 → 已停用."""

    DRAFT = "draft"
    CURRENT = "current"
    RETIRED = "retired"


class Station(StrEnum):
    """热菜, 凉菜, 面点, 主食, 汤粥, 其他: who in the kitchen makes a dish."""

    HOT = "hot"
    COLD = "cold"
    PASTRY = "pastry"
    STAPLE = "staple"
    SOUP = "soup"
    OTHER = "other"


def _one(state: RecipeState, name: str) -> Index:
    """At most one version of a dish's recipe in this state."""
    condition = text(f"state = '{state.value}'")
    return Index(name, "dish_id", unique=True, sqlite_where=condition, postgresql_where=condition)


class Recipe(Base):
    """One version of how a dish is made. `yield_g` cooked grams come of all its lines together.

    A version that was approved never changes: whoever edits it makes a draft of the next one. Plans keep
    the version that they were reckoned with.
    """

    __tablename__ = "recipes"
    __table_args__ = (
        UniqueConstraint("dish_id", "version"),
        _one(RecipeState.CURRENT, "uq_recipes_current"),
        _one(RecipeState.DRAFT, "uq_recipes_draft"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("yield_g > 0", name="yield"),
        CheckConstraint("state = 'draft' OR approved_at IS NOT NULL", name="approved"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"))
    version: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(10), default=RecipeState.DRAFT.value)
    yield_g: Mapped[int] = mapped_column()
    station: Mapped[str] = mapped_column(String(10))
    # [{"text": …, "minutes": … or null}]
    steps: Mapped[list[dict[str, object]]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(String(500), default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[int] = mapped_column(BigInt)
    changed_by_name: Mapped[str] = mapped_column(String(50))
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_by: Mapped[int | None] = mapped_column(BigInt)
    approved_by_name: Mapped[str] = mapped_column(String(50), default="")

    lines: Mapped[list["RecipeLine"]] = relationship(
        cascade="all, delete-orphan", order_by="RecipeLine.position, RecipeLine.id"
    )


class RecipeLine(Base):
    """How many raw grams of an ingredient, as bought and before cleaning, go into the recipe's yield."""

    __tablename__ = "recipe_lines"
    __table_args__ = (
        UniqueConstraint("recipe_id", "ingredient_id"),
        CheckConstraint("raw_g > 0", name="raw"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    recipe_id: Mapped[int] = mapped_column(ForeignKey("recipes.id", ondelete="CASCADE"))
    ingredient_id: Mapped[int] = mapped_column(ForeignKey("ingredients.id"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    raw_g: Mapped[int] = mapped_column()
    note: Mapped[str] = mapped_column(String(100), default="")
