"""Tables of preparation plans."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime


class PlanState(StrEnum):
    """草稿 → 已确认 → 已完成."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    DONE = "done"


class Basis(StrEnum):
    """What a plan's numbers began with: 备餐预测, 订餐数."""

    FORECAST = "forecast"
    BOOKINGS = "bookings"


class BatchKind(StrEnum):
    """大锅备菜, 小锅续供."""

    FIRST = "first"
    REFILL = "refill"


class MealPlan(Base):
    """How much of a meal is cooked. `revision` counts its changes, so that none undoes another unseen."""

    __tablename__ = "meal_plans"
    __table_args__ = (
        CheckConstraint("diners >= 0", name="diners"),
        CheckConstraint("state = 'draft' OR confirmed_at IS NOT NULL", name="confirmed"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    meal_id: Mapped[int] = mapped_column(ForeignKey("meals.id"), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=PlanState.DRAFT.value)
    revision: Mapped[int] = mapped_column(default=1)
    basis: Mapped[str] = mapped_column(String(10))
    # In a sentence, why these numbers were proposed.
    basis_reason: Mapped[str] = mapped_column(String(300), default="")
    proposed_diners: Mapped[int] = mapped_column()
    diners: Mapped[int] = mapped_column()
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[int] = mapped_column(BigInt)
    made_by_name: Mapped[str] = mapped_column(String(50))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(BigInt)
    confirmed_by_name: Mapped[str] = mapped_column(String(50), default="")
    # Why less is cooked than is booked, if it is.
    shortage_reason: Mapped[str] = mapped_column(String(200), default="")
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    purchase_request_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_requests.id"), index=True)

    dishes: Mapped[list["PlanDish"]] = relationship(
        cascade="all, delete-orphan", order_by="PlanDish.position, PlanDish.id"
    )


class PlanDish(Base):
    """How much of a dish is cooked for a meal, in which batches, and what came of it.

    `portions` are whole standard portions of `portion_g` grams. Of the `cooked_g` that were made, `left_g`
    were left in the end, and `reused_g` of these are kept for another meal; all null until entered.
    """

    __tablename__ = "plan_dishes"
    __table_args__ = (
        UniqueConstraint("plan_id", "dish_id"),
        CheckConstraint("portions >= 0 AND proposed_portions >= 0", name="portions"),
        CheckConstraint("portion_g > 0", name="portion"),
        CheckConstraint("planned_g >= 0", name="planned"),
        CheckConstraint(
            "cooked_g IS NULL OR (cooked_g >= 0 AND left_g BETWEEN 0 AND cooked_g"
            " AND reused_g BETWEEN 0 AND left_g)",
            name="actual",
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("meal_plans.id", ondelete="CASCADE"))
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    # The version of the recipe that the plan is reckoned with; null: the dish has none.
    recipe_id: Mapped[int | None] = mapped_column(ForeignKey("recipes.id"), index=True)
    proposed_portions: Mapped[int] = mapped_column()
    portions: Mapped[int] = mapped_column()
    portion_g: Mapped[int] = mapped_column()
    planned_g: Mapped[int] = mapped_column()
    note: Mapped[str] = mapped_column(String(200), default="")
    # [{"kind": "first" | "refill", "at": instant, "portions": …, "cooked_g": …}]
    batches: Mapped[list[dict[str, object]]] = mapped_column(JSON, default=list)
    cooked_g: Mapped[int | None] = mapped_column()
    left_g: Mapped[int | None] = mapped_column()
    reused_g: Mapped[int | None] = mapped_column()
    ran_out_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome_note: Mapped[str] = mapped_column(String(200), default="")
    recorded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    recorded_by: Mapped[int | None] = mapped_column(BigInt)
    recorded_by_name: Mapped[str] = mapped_column(String(50), default="")
