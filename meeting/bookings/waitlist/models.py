"""Tables of the waitlist."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
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

from backend.db import Base, BigInt, UTCDateTime


class EntryState(StrEnum):
    """How an entry stands. WAITING and OFFERED are open, the others final."""

    WAITING = "waiting"  # 候补中
    OFFERED = "offered"  # 待确认: a room is kept for it
    BOOKED = "booked"  # 已订上
    LEFT = "left"  # 已退出, or the only room was declined
    MISSED = "missed"  # 未及时确认: the only room was offered and not taken in time
    PASSED = "passed"  # 已过期: it began before anything became free


class OfferState(StrEnum):
    """How an offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"


# The indexes and the statements must say it alike.
IS_WAITING: Final = "state = 'waiting'"
IS_OPEN: Final = "state = 'open'"


class WaitlistEntry(Base):
    """Who waits for what: one room (`room_id`), or any of a campus with `capacity` seats and the equipment.

    `campus_id` is the room's where it waits for one. `staff_id` is whose meeting it would be, `entered_by`
    who entered it. The rest is the booking that it becomes. `equipment` are codes; `attendees` as the booking
    takes them.
    """

    __tablename__ = "meeting_waitlist"
    __table_args__ = (
        Index(
            "ix_meeting_waitlist_waiting",
            "start_at",
            sqlite_where=text(IS_WAITING),
            postgresql_where=text(IS_WAITING),
        ),
        CheckConstraint("end_at > start_at", name="interval"),
        CheckConstraint("(state = 'booked') = (booking_id IS NOT NULL)", name="booked"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    department_id: Mapped[int] = mapped_column(BigInt)
    entered_by: Mapped[int] = mapped_column(BigInt, index=True)
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_rooms.id"))
    campus_id: Mapped[int] = mapped_column(ForeignKey("campuses.id"))
    capacity: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    equipment: Mapped[list[str]] = mapped_column(JSON)
    layout: Mapped[str | None] = mapped_column(String(10))
    start_at: Mapped[datetime] = mapped_column(UTCDateTime)
    end_at: Mapped[datetime] = mapped_column(UTCDateTime)
    subject: Mapped[str] = mapped_column(String(100))
    is_confidential: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    level: Mapped[int] = mapped_column(SmallInteger)
    headcount: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    agenda: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    contact_phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    attendees: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_bookings.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Offer(Base):
    """A room that is kept for an entry until `lapses_at`; its holds name it (`Hold.offer_id`)."""

    __tablename__ = "meeting_offers"
    __table_args__ = (
        UniqueConstraint("entry_id", "room_id"),
        Index(
            "uq_meeting_offers_open",
            "entry_id",
            unique=True,
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index(
            "ix_meeting_offers_lapsing",
            "lapses_at",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("meeting_waitlist.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"))
    offered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lapses_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(10))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
