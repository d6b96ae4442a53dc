"""The table of receipts."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class SmsReceipt(Base):
    """What the gateway said of a message or call, once for each state. `reference` is our name of it."""

    __tablename__ = "sms_receipts"
    __table_args__ = (UniqueConstraint("reference", "state"), Index(None, "received_at"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    reference: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    gateway_id: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
