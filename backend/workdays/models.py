"""Tables of the calendar, and what every table of clocks has."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, Date, SmallInteger, String
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


class Verdict(StrEnum):
    """How a clock stands: running or paused, met or missed in the end, or void as there was nothing to do."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    VOID = "void"


class ClockRow(Base):
    """One target at work for one cycle of one subject. Amounts are minutes, or days where it counts workdays.

    `is_provisional`: a day before `due_at` has no published calendar yet. `ended_at` is when it was met, or
    called off. `next_step` is the per cent that fires next, at `next_step_at`; both null if none can.
    """

    __abstract__ = True

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInt)
    cycle: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(String(10))
    counting: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int] = mapped_column()
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_provisional: Mapped[bool] = mapped_column(Boolean, default=False)
    verdict: Mapped[str] = mapped_column(String(10), default=Verdict.RUNNING.value)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_step: Mapped[int | None] = mapped_column(SmallInteger)
    next_step_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PauseRow(Base):
    """A span in which clocks of a subject stood still; open while `until_at` is null, one open at a time."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInt)
    cycle: Mapped[int] = mapped_column(SmallInteger)
    from_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class StepRow(Base):
    """A step of a clock that has fired. `due_at` is when it was to fire; (clock, step) makes it once."""

    __abstract__ = True

    clock_id: Mapped[int] = mapped_column(BigInt, primary_key=True)  # Whose, the slice's table says.
    step: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    fired_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
