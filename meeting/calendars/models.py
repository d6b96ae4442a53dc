"""Tables of the calendars."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class FeedKind(StrEnum):
    """Whose meetings a feed tells: a person's own and those they attend, or a room's."""

    PERSON = "person"
    ROOM = "room"


class CalendarFeed(Base):
    """An address that a calendar program asks for meetings. Whoever knows its token reads it.

    Only a keyed hash of the token is kept, so that nobody can read the address here. A person and a room
    (`subject_id`) have at most one that is not revoked; a revoked one is kept, so that nothing is told of it.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index(
            "uq_calendar_feeds_live",
            "kind",
            "subject_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int] = mapped_column(BigInt)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[int] = mapped_column(BigInt)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_by: Mapped[int | None] = mapped_column(BigInt)
