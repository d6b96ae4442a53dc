"""The table of what stations told."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class Outcome(StrEnum):
    """What became of an offline pick-up."""

    BOOKED = "booked"
    DUPLICATE = "duplicate"  # somebody else had handed the order out before
    REFUSED = "refused"  # the order was not to be handed out at all


class OfflinePickup(Base):
    """One pick-up as a tablet told it. `key` is the tablet's own; `reason` the code of a refusal."""

    __tablename__ = "offline_pickups"

    key: Mapped[str] = mapped_column(String(36), primary_key=True)
    meal_id: Mapped[int] = mapped_column(ForeignKey("meals.id"), index=True)
    order_id: Mapped[int] = mapped_column(BigInt, index=True)
    handed_out_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told_by: Mapped[int] = mapped_column(BigInt)
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(40), default="")
