"""Tables of the ledger."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class Bucket(StrEnum):
    """财政补贴 and 个人充值."""

    SUBSIDY = "subsidy"
    PERSONAL = "personal"


class LedgerAccount(StrEnum):
    """The accounts between which postings move fen. The first two are a person's, by `staff_id`."""

    SUBSIDY = "subsidy"
    PERSONAL = "personal"
    FISCAL = "fiscal"  # where subsidies come from
    RECEIVED = "received"  # what people paid in
    SALES = "sales"  # what a canteen earned, by `canteen_id`
    RECEPTION = "reception"  # what departments spent on official guests, by `department_id`


class EntryKind(StrEnum):
    """Why the ledger moved."""

    GRANT = "grant"
    TOP_UP = "top_up"
    PAYROLL = "payroll"  # paid in by deduction from the salary
    ORDER = "order"
    REFUND = "refund"
    CORRECTION = "correction"
    EXPIRY = "expiry"  # a subsidy that goes back to where it came from
    PAY_OUT = "pay_out"  # personal money that its owner gets back
    RECEPTION = "reception"


class AccountBalance(Base):
    """The balance of one bucket of one person: the sum of its postings, kept in the same unit of work."""

    __tablename__ = "account_balances"
    __table_args__ = (CheckConstraint("balance_fen >= 0", name="not_negative"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(10), primary_key=True)
    balance_fen: Mapped[int] = mapped_column(BigInt)


class LedgerEntry(Base):
    """One event of the ledger. `order_id` names the order that caused it, `corrects_id` a mended entry.

    `reception_id` names the official reception that caused it; such an entry moves nobody's balance, and
    `staff_id` is who asked for the reception.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        Index(None, "staff_id", "happened_at"),
        Index(None, "happened_at"),
        Index(None, "order_id"),
        Index(
            None,
            "corrects_id",
            sqlite_where=text("corrects_id IS NOT NULL"),
            postgresql_where=text("corrects_id IS NOT NULL"),
        ),
        Index(
            None,
            "reception_id",
            sqlite_where=text("reception_id IS NOT NULL"),
            postgresql_where=text("reception_id IS NOT NULL"),
        ),
        # What was booked for a reception is taken back once.
        Index(
            "uq_ledger_entries_reversal",
            "corrects_id",
            unique=True,
            sqlite_where=text("reception_id IS NOT NULL"),
            postgresql_where=text("reception_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    # No foreign key: orders stand above the ledger, and the ledger never refers upwards.
    order_id: Mapped[int | None] = mapped_column(BigInt)
    reception_id: Mapped[int | None] = mapped_column(BigInt)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entries.id"))
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by: Mapped[int] = mapped_column(BigInt)
    memo: Mapped[str] = mapped_column(String(200), default="")


class LedgerPosting(Base):
    """One leg of an entry. Positive adds to the account; the legs of an entry sum to zero.

    `staff_id` is set for a person's buckets, `canteen_id` for a canteen's sales, `department_id` for what a
    department spent on receptions, none otherwise.
    """

    __tablename__ = "ledger_postings"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="moves_something"),
        CheckConstraint("(account IN ('subsidy', 'personal')) = (staff_id IS NOT NULL)", name="staff"),
        CheckConstraint("(account = 'sales') = (canteen_id IS NOT NULL)", name="canteen"),
        CheckConstraint("(account = 'reception') = (department_id IS NOT NULL)", name="department"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"), index=True)
    account: Mapped[str] = mapped_column(String(10))
    staff_id: Mapped[int | None] = mapped_column(BigInt)
    canteen_id: Mapped[int | None] = mapped_column(BigInt)
    # No foreign key: the ledger outlives reorganisations.
    department_id: Mapped[int | None] = mapped_column(BigInt)
    amount_fen: Mapped[int] = mapped_column(BigInt)
