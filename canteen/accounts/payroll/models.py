"""Tables of payroll imports."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

BATCH_LENGTH = 40


class PayrollBatch(Base):
    """One imported sheet."""

    __tablename__ = "payroll_batches"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    batch_no: Mapped[str] = mapped_column(String(BATCH_LENGTH), unique=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    people: Mapped[int] = mapped_column()
    total_fen: Mapped[int] = mapped_column(BigInt)
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    imported_by: Mapped[int] = mapped_column(BigInt)


class PayrollItem(Base):
    """One row of a sheet, with the entry that it made."""

    __tablename__ = "payroll_items"
    __table_args__ = (UniqueConstraint("batch_id", "staff_id"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("payroll_batches.id"), primary_key=True)
    row_number: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"))
    amount_fen: Mapped[int] = mapped_column(BigInt)
