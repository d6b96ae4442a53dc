"""Tables of the calendar."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class CalendarOverride(Base):
    """A day on which the compound departs from the published calendar.

    `segments` is a list of ["HH:MM", "HH:MM"] pairs; an empty list closes the day.
    """

    __tablename__ = "calendar_overrides"

    on_date: Mapped[date] = mapped_column(Date, primary_key=True)
    segments: Mapped[list[Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(200))
    set_by: Mapped[int] = mapped_column(BigInt)
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)
