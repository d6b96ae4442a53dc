"""The table of pauses."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class OrderPause(Base):
    """In [from_at, until_at) a person orders nothing in advance at a canteen, unless it is lifted.

    `order_id` is the missed order that caused it, `missed` how many the person had missed by then.
    """

    __tablename__ = "order_pauses"
    __table_args__ = (
        Index(None, "staff_id", "canteen_id", "until_at"),
        CheckConstraint("until_at > from_at", name="span"),
    )

    order_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("orders.id"), primary_key=True, autoincrement=False
    )
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    missed: Mapped[int] = mapped_column(SmallInteger)
    from_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
