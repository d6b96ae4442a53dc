"""Tables of receptions."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class ReceptionState(StrEnum):
    """submitted → approved → served → settled; or rejected, or cancelled."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    SERVED = "served"
    SETTLED = "settled"


class Purpose(StrEnum):
    """What official guests come for: 考察调研, 执行任务, 学习交流, 检查指导, 请示汇报, 会议, 其他."""

    STUDY = "study"
    MISSION = "mission"
    EXCHANGE = "exchange"
    INSPECTION = "inspection"
    REPORT = "report"
    MEETING = "meeting"
    OTHER = "other"


class Reception(Base):
    """A meal for official guests, which a department asks for and pays.

    `serves_from` is when the meal begins, as it stood when the reception was last filed or changed.
    `letter_key` is the same for the same letter however it is written. `guests`, `companions` and
    `total_fen` are what was asked for, `actual_*` what was served and booked as `entry_id`. `reason` says
    why it was rejected, cancelled or taken back from served.
    """

    __tablename__ = "receptions"
    __table_args__ = (
        Index(
            "uq_receptions_letter",
            "letter_key",
            "served_on",
            "period",
            unique=True,
            sqlite_where=text("state NOT IN ('cancelled', 'rejected')"),
            postgresql_where=text("state NOT IN ('cancelled', 'rejected')"),
        ),
        Index(None, "canteen_id", "served_on", "period"),
        Index(None, "requester_id", "served_on"),
        UniqueConstraint("entry_id"),
        CheckConstraint("guests > 0 AND companions >= 0", name="people"),
        CheckConstraint("total_fen > 0 AND standard_fen > 0", name="amounts"),
        CheckConstraint(
            "state IN ('submitted', 'approved', 'rejected', 'cancelled', 'served', 'settled')", name="state"
        ),
        CheckConstraint("(state IN ('served', 'settled')) = (entry_id IS NOT NULL)", name="booked"),
        CheckConstraint(
            "(entry_id IS NOT NULL) = (actual_guests IS NOT NULL AND actual_companions IS NOT NULL"
            " AND actual_total_fen IS NOT NULL AND served_at IS NOT NULL)",
            name="served",
        ),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
        CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="settled"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    served_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(10))
    serves_from: Mapped[datetime] = mapped_column(UTCDateTime)
    requester_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    department_id: Mapped[int] = mapped_column(BigInt)
    state: Mapped[str] = mapped_column(String(10))
    # Counts the changes; a decision names the one that its author saw.
    revision: Mapped[int] = mapped_column(default=1)
    letter_no: Mapped[str] = mapped_column(String(60))
    letter_from: Mapped[str] = mapped_column(String(100))
    letter_key: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(100), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    standard_fen: Mapped[int] = mapped_column()
    guests: Mapped[int] = mapped_column(SmallInteger)
    companions: Mapped[int] = mapped_column(SmallInteger)
    total_fen: Mapped[int] = mapped_column()
    filed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)
    reason: Mapped[str] = mapped_column(String(200), default="")
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    served_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    served_by: Mapped[int | None] = mapped_column(BigInt)
    actual_guests: Mapped[int | None] = mapped_column(SmallInteger)
    actual_companions: Mapped[int | None] = mapped_column(SmallInteger)
    actual_total_fen: Mapped[int | None] = mapped_column()
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entries.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ReceptionGuest(Base):
    """An official guest: announced, or (`is_actual`) one who came."""

    __tablename__ = "reception_guests"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    reception_id: Mapped[int] = mapped_column(ForeignKey("receptions.id", ondelete="CASCADE"), index=True)
    is_actual: Mapped[bool] = mapped_column(Boolean)
    organisation: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(50))
    title: Mapped[str] = mapped_column(String(50))


class ReceptionCompanion(Base):
    """A member of staff who dines with the guests (陪餐), by the name and post of that moment."""

    __tablename__ = "reception_companions"
    __table_args__ = (UniqueConstraint("reception_id", "is_actual", "staff_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    reception_id: Mapped[int] = mapped_column(ForeignKey("receptions.id", ondelete="CASCADE"))
    is_actual: Mapped[bool] = mapped_column(Boolean)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    staff_no: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(50))
    title: Mapped[str] = mapped_column(String(50))


class ReceptionDish(Base):
    """A dish of the reception in standard portions, with name, price and weight of that moment."""

    __tablename__ = "reception_dishes"
    __table_args__ = (
        UniqueConstraint("reception_id", "is_actual", "dish_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    reception_id: Mapped[int] = mapped_column(ForeignKey("receptions.id", ondelete="CASCADE"))
    is_actual: Mapped[bool] = mapped_column(Boolean)
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"), index=True)
    dish_name: Mapped[str] = mapped_column(String(50))
    quantity: Mapped[int] = mapped_column(SmallInteger)
    price_fen: Mapped[int] = mapped_column()
    weight_g: Mapped[int] = mapped_column()
