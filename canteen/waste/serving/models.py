"""The table of meals by weight, beside their orders."""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

LONGEST_TEXT: Final = 200


class WeighedMeal(Base):
    """What an order by weight needs beside its lines.

    The order's total is the sum of its lines less `waived_fen`, which a manager let go; of that the ledger
    has taken all but `owed_fen`, which is taken as soon as there is money.
    """

    __tablename__ = "weighed_meals"
    __table_args__ = (
        CheckConstraint("waived_fen >= 0", name="waived"),
        CheckConstraint("owed_fen >= 0", name="owed"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered"),
        Index(
            "ix_weighed_meals_objected",
            "order_id",
            sqlite_where=text("objected_at IS NOT NULL AND answered_at IS NULL"),
            postgresql_where=text("objected_at IS NOT NULL AND answered_at IS NULL"),
        ),
        Index(
            "ix_weighed_meals_owed",
            "order_id",
            sqlite_where=text("owed_fen > 0"),
            postgresql_where=text("owed_fen > 0"),
        ),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    waived_fen: Mapped[int] = mapped_column(default=0)
    owed_fen: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime] = mapped_column(UTCDateTime)
    objection: Mapped[str] = mapped_column(String(LONGEST_TEXT), default="")
    objected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(String(LONGEST_TEXT), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by: Mapped[int | None] = mapped_column(BigInt)
