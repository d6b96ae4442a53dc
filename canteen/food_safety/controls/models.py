"""Tables of the daily controls, the findings, the weeks and the months."""

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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class Area(StrEnum):
    """环境, 人员, 采购贮存, 加工, 备餐, 餐具, 留样, 废弃物."""

    PREMISES = "premises"
    PEOPLE = "people"
    STORAGE = "storage"
    COOKING = "cooking"
    SERVING = "serving"
    TABLEWARE = "tableware"
    SAMPLES = "samples"
    WASTE = "waste"


class FindingState(StrEnum):
    """待整改, 待复查, 已销号."""

    OPEN = "open"
    RECTIFIED = "rectified"
    CLOSED = "closed"


class Source(StrEnum):
    """日管控, 周排查, 月调度, 六常六天, 其他检查."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    CHECKLIST = "checklist"
    OTHER = "other"


IS_OPEN = "state <> 'closed'"


class ControlItem(Base):
    """An item of the daily control. Without a canteen it is the house's. New words make a new item."""

    __tablename__ = "control_items"
    __table_args__ = (Index(None, "canteen_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteens.id"))
    area: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(SmallInteger)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class DailyControl(Base):
    """The daily control of a canteen, begun with its first answer. `found` counts the items that failed."""

    __tablename__ = "daily_controls"
    __table_args__ = (
        UniqueConstraint("canteen_id", "on_date"),
        CheckConstraint("found >= 0", name="found"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    on_date: Mapped[date] = mapped_column(Date)
    found: Mapped[int] = mapped_column(SmallInteger, default=0)
    note: Mapped[str] = mapped_column(String(500), default="")
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[int | None] = mapped_column(BigInt)
    closed_by_name: Mapped[str] = mapped_column(String(50), default="")


class ControlAnswer(Base):
    """What was found of one item, in the words that the item had."""

    __tablename__ = "control_answers"
    __table_args__ = (UniqueConstraint("control_id", "item_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    control_id: Mapped[int] = mapped_column(ForeignKey("daily_controls.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("control_items.id"))
    area: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(120))
    is_ok: Mapped[bool] = mapped_column(Boolean)
    remark: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_by: Mapped[int] = mapped_column(BigInt)
    answered_by_name: Mapped[str] = mapped_column(String(50))


class Finding(Base):
    """A problem until it is put right and checked. `due_on` is the last day to put it right.

    `answer_id` is the failed answer of a daily control that it came from. `withdrawn` is one whose answer
    was corrected before the day was closed: it is closed without having been one.
    """

    __tablename__ = "safety_findings"
    __table_args__ = (
        UniqueConstraint("answer_id"),
        Index(None, "canteen_id", "found_on"),
        Index(None, "responsible_id"),
        Index(
            "ix_safety_findings_open",
            "canteen_id",
            "due_on",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        CheckConstraint("state IN ('open', 'rectified', 'closed')", name="state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    source: Mapped[str] = mapped_column(String(10))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("control_answers.id"))
    area: Mapped[str] = mapped_column(String(10))
    description: Mapped[str] = mapped_column(String(300))
    measure: Mapped[str] = mapped_column(String(300), default="")
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    responsible: Mapped[str] = mapped_column(String(50))
    found_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default=FindingState.OPEN.value)
    is_withdrawn: Mapped[bool] = mapped_column(Boolean, default=False)
    found_at: Mapped[datetime] = mapped_column(UTCDateTime)
    found_by: Mapped[int] = mapped_column(BigInt)
    found_by_name: Mapped[str] = mapped_column(String(50))
    rectified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    rectified_by: Mapped[int | None] = mapped_column(BigInt)
    rectified_by_name: Mapped[str] = mapped_column(String(50), default="")
    rectification: Mapped[str] = mapped_column(String(300), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[int | None] = mapped_column(BigInt)
    closed_by_name: Mapped[str] = mapped_column(String(50), default="")
    revision: Mapped[int] = mapped_column(default=1)


class FindingEvent(Base):
    """A step that a finding took."""

    __tablename__ = "safety_finding_events"
    __table_args__ = (Index(None, "finding_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("safety_findings.id"))
    step: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[int] = mapped_column(BigInt)
    by_name: Mapped[str] = mapped_column(String(50))


class _Report:
    """What the reports of a week and of a month have in common."""

    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(default=1)
    drafted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    drafted_by: Mapped[int] = mapped_column(BigInt)
    drafted_by_name: Mapped[str] = mapped_column(String(50))
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    signed_by: Mapped[int | None] = mapped_column(BigInt)
    signed_by_name: Mapped[str] = mapped_column(String(50), default="")


class SafetyWeek(_Report, Base):
    """每周食品安全排查治理报告 of the seven days from `monday`."""

    __tablename__ = "safety_weeks"
    __table_args__ = (UniqueConstraint("canteen_id", "monday"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    monday: Mapped[date] = mapped_column(Date)
    problems: Mapped[str] = mapped_column(Text, default="")
    measures: Mapped[str] = mapped_column(Text, default="")
    conclusion: Mapped[str] = mapped_column(Text, default="")


class SafetyMonth(_Report, Base):
    """每月食品安全调度会议纪要 of the month that `month` begins."""

    __tablename__ = "safety_months"
    __table_args__ = (UniqueConstraint("canteen_id", "month"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    month: Mapped[date] = mapped_column(Date)
    held_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    place: Mapped[str] = mapped_column(String(60), default="")
    chair: Mapped[str] = mapped_column(String(50), default="")
    attendees: Mapped[str] = mapped_column(String(500), default="")
    discussed: Mapped[str] = mapped_column(Text, default="")
    decisions: Mapped[str] = mapped_column(Text, default="")
