"""Tables of the frequent questions."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ForeignKey,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class FaqEntry(Base):
    """A question with its answer. `section` is the heading it stands under; `words` are how people ask it."""

    __tablename__ = "faq_entries"
    __table_args__ = (UniqueConstraint("question"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    section: Mapped[str] = mapped_column(String(20))
    question: Mapped[str] = mapped_column(String(100))
    answer: Mapped[str] = mapped_column(Text)
    words: Mapped[list[Any]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    helpful: Mapped[int] = mapped_column(default=0)
    unhelpful: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class FaqVote(Base):
    """Whether an answer helped somebody, of whom nothing but a keyed hash is kept."""

    __tablename__ = "faq_votes"

    entry_id: Mapped[int] = mapped_column(ForeignKey("faq_entries.id"), primary_key=True)
    voter_key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    is_helpful: Mapped[bool] = mapped_column(Boolean)
