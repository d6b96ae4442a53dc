"""Table of the overrides."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class OverrideState(StrEnum):
    """How a request stands."""

    WAITING = "waiting"  # 待审批
    APPROVED = "approved"  # 已同意
    REJECTED = "rejected"  # 未同意
    WITHDRAWN = "withdrawn"  # 已撤回
    LAPSED = "lapsed"  # 已过期: the first wanted meeting began before anybody decided


class Override(Base):
    """A request to displace others. `displaced_ids` are the occurrences in the way when it was asked.

    `lapses_at` is the beginning of the first wanted occurrence. `room_id` is that one's room, for scopes.
    """

    __tablename__ = "meeting_overrides"
    __table_args__ = (UniqueConstraint("booking_id"), Index(None, "state", "lapses_at"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("meeting_bookings.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"))
    wanting_ids: Mapped[list[int]] = mapped_column(JSON)
    displaced_ids: Mapped[list[int]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default=OverrideState.WAITING.value)
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lapses_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)
    decided_by_name: Mapped[str] = mapped_column(String(50), default="", server_default="")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decision: Mapped[str] = mapped_column(String(200), default="", server_default="")
