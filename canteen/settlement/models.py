"""Tables of settlements."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class SettlementState(StrEnum):
    """draft → closed → confirmed. A draft is computed and has no row."""

    DRAFT = "draft"
    CLOSED = "closed"
    CONFIRMED = "confirmed"


class Settlement(Base):
    """A closed month of a canteen. `month` is its first day; amounts are fen, adjustments included.

    `through_entry_id` is the last entry of the ledger that it has seen. Who signed for the two sides is
    written down when both have.
    """

    __tablename__ = "settlements"
    __table_args__ = (
        UniqueConstraint("canteen_id", "month"),
        CheckConstraint("total_fen = subsidy_fen + personal_fen + reception_fen", name="total"),
        CheckConstraint("state IN ('closed', 'confirmed')", name="state"),
        CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    canteen_name: Mapped[str] = mapped_column(String(50))
    month: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    caterer: Mapped[str] = mapped_column(String(60))
    through_entry_id: Mapped[int] = mapped_column(BigInt)
    subsidy_fen: Mapped[int] = mapped_column(BigInt)
    personal_fen: Mapped[int] = mapped_column(BigInt)
    reception_fen: Mapped[int] = mapped_column(BigInt)
    adjustment_fen: Mapped[int] = mapped_column(BigInt)
    total_fen: Mapped[int] = mapped_column(BigInt)
    closed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_by: Mapped[int] = mapped_column(BigInt)
    closed_by_name: Mapped[str] = mapped_column(String(50))
    confirmed_on: Mapped[date | None] = mapped_column(Date)
    signed_by_us: Mapped[str] = mapped_column(String(50), default="")
    signed_by_caterer: Mapped[str] = mapped_column(String(50), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(BigInt)


class SettlementLine(Base):
    """What a department's meals of one period cost in a month, and how many there were.

    `month` is the settlement's own, or an earlier one for an adjustment, which counts no meals.
    """

    __tablename__ = "settlement_lines"
    __table_args__ = (UniqueConstraint("settlement_id", "month", "department_id", "period"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlements.id"))
    month: Mapped[date] = mapped_column(Date)
    # No foreign key, and the name as it was: settlements outlive reorganisations.
    department_id: Mapped[int] = mapped_column(BigInt)
    department_name: Mapped[str] = mapped_column(String(170))
    period: Mapped[str] = mapped_column(String(10))
    picked_up: Mapped[int] = mapped_column()
    no_shows: Mapped[int] = mapped_column()
    receptions: Mapped[int] = mapped_column()
    subsidy_fen: Mapped[int] = mapped_column(BigInt)
    personal_fen: Mapped[int] = mapped_column(BigInt)
    reception_fen: Mapped[int] = mapped_column(BigInt)
