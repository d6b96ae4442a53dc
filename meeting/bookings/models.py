"""Tables of the bookings."""

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
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend import clock
from backend.db import Base, BigInt, UTCDateTime


class State(StrEnum):
    """How an occurrence stands."""

    PENDING = "pending"  # 待审批; holds the room until `lapses_at`
    BOOKED = "booked"  # 已预订
    IN_USE = "in_use"  # 使用中: somebody has signed in
    ENDED = "ended"  # 已结束
    CANCELLED = "cancelled"  # 已取消
    REJECTED = "rejected"  # 未批准
    EXPIRED = "expired"  # 逾期未审批
    RELEASED = "released"  # 未签到释放: nobody came
    DISPLACED = "displaced"  # 已被优先调整
    SKIPPED = "skipped"  # 跳过: a holiday, or a date left out
    CONFLICT = "conflict"  # 未订上: the room was taken, or a rule of the room forbade it


# What keeps a room. The indexes and the statements must say it alike.
HOLDING = (State.PENDING, State.BOOKED, State.IN_USE)
IS_HOLDING = f"state IN ({', '.join(repr(state.value) for state in HOLDING)})"


class HolidayRule(StrEnum):
    """What becomes of an occurrence that falls on a day off: kept, left out, moved to the next workday."""

    KEEP = "keep"
    SKIP = "skip"
    NEXT_WORKDAY = "next_workday"


def number_of(booking_id: int, booked_at: datetime) -> str:
    """The number of a booking."""
    return f"HY{clock.local(booked_at):%Y%m%d}-{booking_id % 1_000_000:04d}"


class Booking(Base):
    """One booking: a single meeting, or a series by an RFC 5545 rule, as it was asked for.

    The room and the times are those of the first occurrence as it was asked for; `timezone` (IANA) is
    whose wall clock the series keeps. `rrule` is "" for a single meeting. What happens really is in the
    occurrences, which carry all of a meeting, so that one can differ from the others. `sequence` counts
    the changes that calendars must hear of (RFC 5545 §3.8.7.4). `question` is what who approves wants to
    know before deciding.
    """

    __tablename__ = "meeting_bookings"
    __table_args__ = (
        UniqueConstraint("uid"),
        CheckConstraint("first_end_at > first_start_at", name="interval"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    uid: Mapped[str] = mapped_column(String(80))
    organiser_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    booked_by: Mapped[int] = mapped_column(BigInt, index=True)
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"))
    first_start_at: Mapped[datetime] = mapped_column(UTCDateTime)
    first_end_at: Mapped[datetime] = mapped_column(UTCDateTime)
    timezone: Mapped[str] = mapped_column(String(40))
    rrule: Mapped[str] = mapped_column(String(300), default="", server_default="")
    last_on: Mapped[date | None] = mapped_column(Date)  # the explicit last day of the series
    holiday_rule: Mapped[str] = mapped_column(String(15), default=HolidayRule.KEEP.value)
    contact_phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    agenda: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    question: Mapped[str] = mapped_column(String(500), default="", server_default="")
    answer: Mapped[str] = mapped_column(String(500), default="", server_default="")
    sequence: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_bookings.id"))  # split off from

    @property
    def number(self) -> str:
        """What people call it, e.g. HY20261123-0042: of its day and its identifier."""
        return number_of(self.id, self.booked_at)


class Occurrence(Base):
    """A meeting. `slot_at` is when its rule puts it, by which calendars know it (RECURRENCE-ID).

    `end_at` is when the room is given back; `planned_end_at` stays as it was planned where it was given
    back early. `department_id` is whose meeting it is, of the moment of booking.
    """

    __tablename__ = "meeting_occurrences"
    __table_args__ = (
        UniqueConstraint("booking_id", "slot_at"),
        Index(None, "room_id", "start_at"),
        Index(None, "organiser_id", "start_at"),
        Index(None, "department_id", "start_at"),
        Index(None, "start_at"),
        Index(
            "ix_meeting_occurrences_holding",
            "state",
            "start_at",
            sqlite_where=text(IS_HOLDING),
            postgresql_where=text(IS_HOLDING),
        ),
        CheckConstraint("end_at > start_at", name="interval"),
        CheckConstraint("headcount >= 0", name="headcount"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("meeting_bookings.id"))
    slot_at: Mapped[datetime] = mapped_column(UTCDateTime)
    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"))
    organiser_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    department_id: Mapped[int] = mapped_column(BigInt)
    subject: Mapped[str] = mapped_column(String(100))
    is_confidential: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    level: Mapped[int] = mapped_column(SmallInteger)
    headcount: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    layout: Mapped[str | None] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    start_at: Mapped[datetime] = mapped_column(UTCDateTime)
    end_at: Mapped[datetime] = mapped_column(UTCDateTime)
    planned_end_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")  # of the last state
    revision: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    is_added: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # not by the rule
    lapses_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # as its hold's
    checked_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_in_by: Mapped[int | None] = mapped_column(BigInt)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Hold(Base):
    """A physical room that is kept from `hold_from` to `hold_to`, the turnaround included.

    By an occurrence, or by an offer of the waitlist. A hall holds each of its parts. What no longer keeps
    the room has no row. At `lapses_at` it is void if nothing happened before: the booking was not approved,
    nobody signed in, the offer was not taken; a job tidies up, and whoever wants the room before does it.

    No two rows of a room overlap: an exclusion constraint on PostgreSQL, triggers on SQLite (ADR 0038). So
    the rows of a room have one order by beginning and by end, and what is in the way of a time can only be
    the first row that ends after its beginning.
    """

    __tablename__ = "meeting_holds"
    __table_args__ = (
        Index(None, "room_id", "hold_to"),
        Index(None, "occurrence_id"),
        Index(
            "ix_meeting_holds_lapsing",
            "lapses_at",
            sqlite_where=text("lapses_at IS NOT NULL"),
            postgresql_where=text("lapses_at IS NOT NULL"),
        ),
        CheckConstraint("hold_to > hold_from", name="interval"),
        CheckConstraint("(occurrence_id IS NULL) <> (offer_id IS NULL)", name="one_holder"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_occurrences.id"))
    offer_id: Mapped[int | None] = mapped_column(BigInt, index=True)
    hold_from: Mapped[datetime] = mapped_column(UTCDateTime)
    hold_to: Mapped[datetime] = mapped_column(UTCDateTime)
    lapses_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Attendee(Base):
    """Who attends a booking's meetings: a member of staff, or a guest by name and organisation."""

    __tablename__ = "meeting_attendees"
    __table_args__ = (
        UniqueConstraint("booking_id", "staff_id"),
        Index(None, "staff_id"),
        CheckConstraint("staff_id IS NOT NULL OR name <> ''", name="named"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("meeting_bookings.id"))
    position: Mapped[int] = mapped_column()
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(50), default="", server_default="")
    organisation: Mapped[str] = mapped_column(String(80), default="", server_default="")
    title: Mapped[str] = mapped_column(String(50), default="", server_default="")


class BookingEvent(Base):
    """One entry of a booking's timeline; append-only. `actor_id` 0 is the system."""

    __tablename__ = "meeting_booking_events"
    __table_args__ = (Index(None, "booking_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("meeting_bookings.id"))
    occurrence_id: Mapped[int | None] = mapped_column(BigInt)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    step: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str] = mapped_column(String(10), default="", server_default="")
    to_state: Mapped[str] = mapped_column(String(10), default="", server_default="")
    actor_id: Mapped[int] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(String(500), default="", server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
