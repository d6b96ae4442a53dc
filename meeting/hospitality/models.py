"""Tables of what was ordered for a meeting, what is lent to it, and what is to be done for it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class TaskState(StrEnum):
    """待办, 进行中, 已完成, 已取消."""

    OPEN = "open"
    WORKING = "working"
    DONE = "done"
    CANCELLED = "cancelled"


# What is still to be done. The indexes and the statements must say it alike.
UNDONE = (TaskState.OPEN, TaskState.WORKING)
IS_UNDONE = f"state IN ({', '.join(repr(state.value) for state in UNDONE)})"


class BookingService(Base):
    """What was ordered for all meetings of a booking: those that are added to it get it, too."""

    __tablename__ = "meeting_booking_services"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("meeting_bookings.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("meeting_services.id"), primary_key=True)
    quantity: Mapped[int | None] = mapped_column()  # None: as the meeting's headcount has it
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")


class ServiceLine(Base):
    """What was ordered for one meeting. It stays with a meeting that is cancelled, which may be restored.

    `price_fen` is the service's for one of that moment. With `follows_headcount` the quantity is that of the
    meeting. `word` says why it was ordered or changed too late.
    `is_short`: the meeting moved, and there the equipment for it is not to be had.
    """

    __tablename__ = "meeting_service_lines"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "service_id"),
        Index(None, "service_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("meeting_occurrences.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("meeting_services.id"))
    quantity: Mapped[int] = mapped_column()
    follows_headcount: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    price_fen: Mapped[int] = mapped_column()
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    word: Mapped[str] = mapped_column(String(200), default="", server_default="")
    ordered_by: Mapped[int] = mapped_column(BigInt)
    ordered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_short: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class Loan(Base):
    """Equipment that is promised to a meeting from `from_at` to `until_at`, of what its campus has."""

    __tablename__ = "meeting_loans"
    __table_args__ = (
        UniqueConstraint("line_id"),
        Index(None, "item_id", "campus_id", "until_at"),
        CheckConstraint("until_at > from_at", name="interval"),
        CheckConstraint("count > 0", name="count"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("meeting_service_lines.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.id"))
    campus_id: Mapped[int] = mapped_column(BigInt)
    count: Mapped[int] = mapped_column()
    from_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Task(Base):
    """What one steward is to do for a meeting from `from_at`, and by `due_at`.

    `service_id` is None for the checks of the meeting itself. `sequence` counts the visits while it lasts,
    `seat` the stewards who are wanted for the same. The room's `campus_id` and `building_id` are for scopes.
    """

    __tablename__ = "meeting_tasks"
    __table_args__ = (
        Index("uq_meeting_tasks_key", "occurrence_id", "key", unique=True),
        Index(None, "steward_id", "due_at"),
        Index(
            "ix_meeting_tasks_undone",
            "campus_id",
            "due_at",
            sqlite_where=text(IS_UNDONE),
            postgresql_where=text(IS_UNDONE),
        ),
        Index(None, "due_at"),
        CheckConstraint("due_at > from_at", name="interval"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("meeting_occurrences.id"))
    key: Mapped[str] = mapped_column(String(60))  # what it is within its meeting: service, phase, visit, seat
    service_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_services.id"))
    phase: Mapped[str] = mapped_column(String(10))
    sequence: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    seat: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"))
    campus_id: Mapped[int] = mapped_column(BigInt)
    building_id: Mapped[int] = mapped_column(BigInt)
    from_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(10))
    steward_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    assigned_by: Mapped[int | None] = mapped_column(BigInt)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by: Mapped[int | None] = mapped_column(BigInt)
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    revision: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class Duty(Base):
    """A stretch in which a steward is at a meeting: what their undone tasks there cover together.

    No two of a steward overlap: an exclusion constraint on PostgreSQL, triggers on SQLite.
    """

    __tablename__ = "meeting_duties"
    __table_args__ = (
        Index(None, "steward_id", "until_at"),
        Index(None, "occurrence_id"),
        CheckConstraint("until_at > from_at", name="interval"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    steward_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("meeting_occurrences.id"))
    from_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MealKind(StrEnum):
    """公务接待 for guests with a letter; 工作餐 that a colleague ordered for an attendee."""

    RECEPTION = "reception"
    ORDER = "order"


class MealLink(Base):
    """What was ordered of a canteen for a meeting. `meal_id` is the reception's, or the order's.

    `was_start_at` is when the meeting began as it was ordered for. `note` says what became of it.
    """

    __tablename__ = "meeting_meals"
    __table_args__ = (
        UniqueConstraint("kind", "meal_id"),
        Index(None, "occurrence_id"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("meeting_occurrences.id"))
    kind: Mapped[str] = mapped_column(String(10))
    meal_id: Mapped[int] = mapped_column(BigInt)
    staff_id: Mapped[int] = mapped_column(BigInt)  # who asked for the reception; who eats what was ordered
    linked_by: Mapped[int] = mapped_column(BigInt)
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    was_start_at: Mapped[datetime] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
