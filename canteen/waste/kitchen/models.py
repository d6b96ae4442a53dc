"""Tables of what the kitchen says of itself."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt


class Origin(StrEnum):
    """出入库流水 (a loss of the store), 备餐计划 (a dish of a plan)."""

    MOVEMENT = "movement"
    PLAN_DISH = "plan_dish"


class KitchenFact(Base):
    """What a loss of the store, or a dish of a plan, says of one stage, and which weighing stands for it now.

    `net_g` is what is said, null once it was taken back. `weighing_id` is null while nothing of it counts:
    nothing is said, or a scale or a person weighed the same pans.
    """

    __tablename__ = "kitchen_facts"
    __table_args__ = (
        Index(None, "canteen_id", "served_on", "period"),
        CheckConstraint("net_g >= 0", name="net"),
        CheckConstraint("origin <> 'plan_dish' OR dish_id IS NOT NULL", name="plan_names_its_dish"),
    )

    origin: Mapped[str] = mapped_column(String(10), primary_key=True)
    origin_id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    stage: Mapped[str] = mapped_column(String(12), primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    served_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(10))
    dish_id: Mapped[int | None] = mapped_column(ForeignKey("dishes.id"))
    net_g: Mapped[int | None] = mapped_column()
    cost_fen_per_kg: Mapped[int | None] = mapped_column()
    weighing_id: Mapped[int | None] = mapped_column(ForeignKey("weighings.id"), index=True)
