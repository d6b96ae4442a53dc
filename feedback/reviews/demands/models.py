"""Tables of the meetings and of the demands of resident units."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Boolean, Date, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

TEXT_LENGTH: Final = 1000


class DemandState(StrEnum):
    """待答复, 结转待答复, 已答复, 已确认, 已撤回."""

    OPEN = "open"
    CARRIED = "carried"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class Meeting(Base):
    """A meeting (通报会) with the resident units; `summary` is what was said besides the demands."""

    __tablename__ = "review_meetings"
    __table_args__ = (UniqueConstraint("held_on"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    held_on: Mapped[date] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(100))
    summary: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[int] = mapped_column(BigInt)
    recorded_by_name: Mapped[str] = mapped_column(String(50))


class MeetingUnit(Base):
    """A resident unit that took part."""

    __tablename__ = "review_meeting_units"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("review_meetings.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), primary_key=True)


class Demand(Base):
    """What a unit demands; `meeting_id` is where it did. `answer` is the last one; `carried` counts 结转."""

    __tablename__ = "review_demands"
    __table_args__ = (
        Index(None, "meeting_id"),
        Index(None, "state", "due_on"),
        Index(None, "office_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("review_meetings.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("handling_offices.id"))
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default=DemandState.OPEN.value)
    revision: Mapped[int] = mapped_column(default=0)
    carried: Mapped[int] = mapped_column(SmallInteger, default=0)
    answer: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class AgendaItem(Base):
    """That a demand was on the agenda of a meeting: brought forward there, or carried over to it."""

    __tablename__ = "review_agenda"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("review_meetings.id"), primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("review_demands.id"), primary_key=True, index=True)
    is_carried: Mapped[bool] = mapped_column(Boolean)


class DemandEvent(Base):
    """One entry of a demand's timeline; append-only."""

    __tablename__ = "review_demand_events"
    __table_args__ = (Index(None, "demand_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("review_demands.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    step: Mapped[str] = mapped_column(String(10))
    from_state: Mapped[str] = mapped_column(String(10))
    to_state: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
