"""Tables of the reports that go to a superior platform, and of those that came from others."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class ReportState(StrEnum):
    """`waiting` to be sent; `accepted` with a receipt; `refused`, which a repetition would not change."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class DirectReport(Base):
    """A report on its way to the superior platform; `payload` goes out byte for byte as it stands here."""

    __tablename__ = "direct_reports"
    __table_args__ = (
        UniqueConstraint("bulletin_id"),
        UniqueConstraint("unit_code", "period", "version"),
        Index(
            "ix_direct_reports_waiting",
            "next_attempt_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name="settled"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletins.id"))
    unit_code: Mapped[str] = mapped_column(String(32))
    period: Mapped[str] = mapped_column(String(7))
    version: Mapped[int] = mapped_column(SmallInteger)
    payload: Mapped[str] = mapped_column(Text)
    payload_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_error: Mapped[str] = mapped_column(String(200), default="")
    receipt_no: Mapped[str] = mapped_column(String(64), default="")
    queued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    queued_by_name: Mapped[str] = mapped_column(String(50))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ReceivedReport(Base):
    """A version of a unit's report as another platform sent it, with its receipt. Append-only.

    `version` is the sender's; the figures are the unit's monthly report `report_id`.
    """

    __tablename__ = "received_reports"
    __table_args__ = (UniqueConstraint("unit_id", "period", "version"), UniqueConstraint("receipt_no"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("evaluation_units.id"))
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"))
    period: Mapped[str] = mapped_column(String(7))
    version: Mapped[int] = mapped_column(SmallInteger)
    payload_hash: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(Text)
    report_id: Mapped[int] = mapped_column(ForeignKey("unit_reports.id"))
    receipt_no: Mapped[str] = mapped_column(String(64))
    replaced_version: Mapped[int | None] = mapped_column(SmallInteger)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
