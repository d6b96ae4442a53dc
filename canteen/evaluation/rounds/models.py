"""Tables of the quarterly evaluation. Points are tenths."""

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
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

NOTE_LENGTH = 500


class RoundState(StrEnum):
    """Whether sheets may still be filled and reviewed."""

    OPEN = "open"
    CLOSED = "closed"


class SheetState(StrEnum):
    """How a unit's sheet stands; it is with the unit (filling, returned), with the reviewers, or done."""

    FILLING = "filling"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CLOSED = "closed"


class Round(Base):
    """The evaluation of a quarter by one version of a score sheet, which units fill in until `due_on`."""

    __tablename__ = "evaluation_rounds"
    __table_args__ = (
        UniqueConstraint("year", "quarter"),
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger)
    quarter: Mapped[int] = mapped_column(SmallInteger)
    version_id: Mapped[int] = mapped_column(ForeignKey("score_sheet_versions.id"))
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(6), default=RoundState.OPEN.value)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by: Mapped[int] = mapped_column(BigInt)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[int | None] = mapped_column(BigInt)


class UnitSheet(Base):
    """A unit's sheet in a round. The unit's name and ways are those of the opening.

    Its scores are those of the scoring that it owns (`backend.scoresheets`, kind `evaluation_sheet`).
    """

    __tablename__ = "evaluation_sheets"
    __table_args__ = (
        UniqueConstraint("round_id", "unit_id"),
        Index(None, "unit_id"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_rounds.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("evaluation_units.id"))
    unit_name: Mapped[str] = mapped_column(String(100))
    level: Mapped[str] = mapped_column(String(10))
    region: Mapped[str] = mapped_column(String(50))
    operation: Mapped[str] = mapped_column(String(10))
    serving: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(9), default=SheetState.FILLING.value)
    evidence_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submitted_by: Mapped[int | None] = mapped_column(BigInt)
    submitted_by_name: Mapped[str] = mapped_column(String(50), default="")
    return_note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[int | None] = mapped_column(BigInt)
    closed_by_name: Mapped[str] = mapped_column(String(50), default="")


class SheetAnswer(Base):
    """What a unit says of an item, and what the system says of it. The id owns the photos.

    `proposed_tenths` is null where the system has nothing to say or not enough data (`is_sufficient`).
    """

    __tablename__ = "evaluation_answers"
    __table_args__ = (UniqueConstraint("sheet_id", "item_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("evaluation_sheets.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("score_items.id"))
    is_inapplicable: Mapped[bool] = mapped_column(Boolean, default=False)
    self_tenths: Mapped[int | None] = mapped_column()
    text: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by: Mapped[int | None] = mapped_column(BigInt)
    answered_by_name: Mapped[str] = mapped_column(String(50), default="")
    has_evidence: Mapped[bool] = mapped_column(Boolean, default=False)
    is_sufficient: Mapped[bool] = mapped_column(Boolean, default=False)
    proposed_tenths: Mapped[int | None] = mapped_column()
    evidence_text: Mapped[str] = mapped_column(Text, default="")
    figures: Mapped[list[Any]] = mapped_column(JSON, default=list)
    coverage: Mapped[str] = mapped_column(String(100), default="")


class SheetStep(Base):
    """A step in a sheet's life: who did what when, with what note. Append-only."""

    __tablename__ = "evaluation_steps"
    __table_args__ = (Index(None, "sheet_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("evaluation_sheets.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[int] = mapped_column(BigInt)
    by_name: Mapped[str] = mapped_column(String(50))
    step: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
