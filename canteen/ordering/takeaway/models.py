"""The table of the windows' counters."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, UTCDateTime


class TakeawayWindow(Base):
    """How many booked takeaways of a meal are collected from an instant on; a row from the first one on."""

    __tablename__ = "takeaway_windows"
    __table_args__ = (CheckConstraint("taken >= 0", name="taken"),)

    meal_id: Mapped[int] = mapped_column(ForeignKey("meals.id", ondelete="CASCADE"), primary_key=True)
    collect_from: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    taken: Mapped[int] = mapped_column()
