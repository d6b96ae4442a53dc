"""Tables of standing orders."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class Outcome(StrEnum):
    """What became of a standing order at one meal; `refused` and `held_up` say why in words.

    `held_up` is what may end by itself, and is tried again until the cutoff.
    """

    PLACED = "placed"
    NONE_OFFERED = "none_offered"
    SOLD_OUT = "sold_out"
    BALANCE_SHORT = "balance_short"
    REFUSED = "refused"
    HELD_UP = "held_up"
    ABSENT = "absent"
    ALREADY_ORDERED = "already_ordered"


class StandingOrder(Base):
    """A person's standing order; one that has not ended per person, canteen and period.

    `weekdays` is a set of bits, 1 for Monday to 64 for Sunday. `choices` are the alternatives in order of
    preference, each a list of {dish_id, portion, quantity}. It holds from `from_on` to `until_on`, both
    included. `revision` counts the changes.
    """

    __tablename__ = "standing_orders"
    __table_args__ = (
        Index(
            "uq_standing_orders_active",
            "staff_id",
            "canteen_id",
            "period",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_standing_orders_active",
            "canteen_id",
            "period",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="dates"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    period: Mapped[str] = mapped_column(String(10))
    weekdays: Mapped[int] = mapped_column(SmallInteger)
    workdays_only: Mapped[bool] = mapped_column(Boolean)
    choices: Mapped[list[list[dict[str, Any]]]] = mapped_column(JSON)
    dining: Mapped[str] = mapped_column(String(10))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    is_paused: Mapped[bool] = mapped_column(Boolean, default=False)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class StandingOrderResult(Base):
    """What became of a standing order at a meal; the revisions are those that were looked at.

    `told_at` is when the person was told, or when it was found that there is nothing to tell.
    """

    __tablename__ = "standing_order_results"
    __table_args__ = (
        UniqueConstraint("standing_order_id", "meal_id"),
        Index(
            "ix_standing_order_results_untold",
            "id",
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
        Index(None, "order_id"),
        CheckConstraint("order_id IS NULL OR outcome = 'placed'", name="placed"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    standing_order_id: Mapped[int] = mapped_column(ForeignKey("standing_orders.id"))
    meal_id: Mapped[int] = mapped_column(ForeignKey("meals.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(16))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    # Which of the choices was placed, from 1.
    choice: Mapped[int | None] = mapped_column(SmallInteger)
    detail: Mapped[str] = mapped_column(String(200), default="")
    meal_revision: Mapped[int] = mapped_column()
    standing_revision: Mapped[int] = mapped_column()
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
