"""Tables of suggestions."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime

LONGEST_TEXT = 1000


class SuggestionKind(StrEnum):
    """建议, 投诉, 故障, 其他."""

    SUGGESTION = "suggestion"
    COMPLAINT = "complaint"
    FAULT = "fault"
    OTHER = "other"


class SuggestionState(StrEnum):
    """open → replied → closed."""

    OPEN = "open"
    REPLIED = "replied"
    CLOSED = "closed"


class Suggestion(Base):
    """What a member of staff has to say of the product."""

    __tablename__ = "suggestions"
    __table_args__ = (
        Index(None, "staff_id", "sent_at"),
        Index(None, "state", "sent_at"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    department_id: Mapped[int] = mapped_column(BigInt)
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    may_contact: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(10))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[int | None] = mapped_column(BigInt)

    replies: Mapped[list["SuggestionReply"]] = relationship(order_by="SuggestionReply.id")


class SuggestionReply(Base):
    """An answer, with the name of the administrator as it was."""

    __tablename__ = "suggestion_replies"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    staff_id: Mapped[int] = mapped_column(BigInt)
    staff_name: Mapped[str] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    replied_at: Mapped[datetime] = mapped_column(UTCDateTime)
