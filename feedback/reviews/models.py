"""Tables of the monthly bulletins of all services."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

REASON_LENGTH: Final = 300
OPINION_LENGTH: Final = 500


class ReviewState(StrEnum):
    """draft → submitted → published; a submitted one may be returned, which is a draft with an opinion."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"


class Media(StrEnum):
    """What a bulletin is printed as."""

    PDF = "pdf"
    XLSX = "xlsx"


class Review(Base):
    """The bulletin of the month from `first_day`; `figures` is what it tells, taken at `figures_at`.

    `revision` counts its changes, so that nobody signs off what they have not read. The issue is given at
    publication; a correction bears that of the version which it corrects. `content_hash` is the SHA-256 of
    `policies.content_of`.
    """

    __tablename__ = "service_reviews"
    __table_args__ = (
        UniqueConstraint("first_day", "version"),
        UniqueConstraint("issue_year", "issue", "version"),
        UniqueConstraint("corrects_id"),
        Index(None, "published_at"),
        CheckConstraint("state IN ('draft', 'submitted', 'returned', 'published')", name="state"),
        CheckConstraint("(version = 1) = (corrects_id IS NULL)", name="corrects"),
        CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL AND issue IS NOT NULL"
            " AND issue_year IS NOT NULL AND content_hash IS NOT NULL)",
            name="published",
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    version: Mapped[int] = mapped_column(SmallInteger, default=1)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("service_reviews.id"))
    correction_reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    issue_year: Mapped[int | None] = mapped_column(SmallInteger)
    issue: Mapped[int | None] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int] = mapped_column(default=1)
    introduction: Mapped[str] = mapped_column(Text, default="")
    problems: Mapped[str] = mapped_column(Text, default="")
    requirements: Mapped[str] = mapped_column(Text, default="")
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    figures_at: Mapped[datetime] = mapped_column(UTCDateTime)
    drafted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    drafted_by: Mapped[int] = mapped_column(BigInt)
    drafted_by_name: Mapped[str] = mapped_column(String(50))
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submitted_by: Mapped[int | None] = mapped_column(BigInt)
    submitted_by_name: Mapped[str] = mapped_column(String(50), default="")
    opinion: Mapped[str] = mapped_column(String(OPINION_LENGTH), default="")
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by: Mapped[int | None] = mapped_column(BigInt)
    published_by_name: Mapped[str] = mapped_column(String(50), default="")
    content_hash: Mapped[str | None] = mapped_column(String(64))


class ReviewDocument(Base):
    """A published bulletin as it was first printed. Append-only: whoever asks later gets the same bytes."""

    __tablename__ = "service_review_documents"

    bulletin_id: Mapped[int] = mapped_column(ForeignKey("service_reviews.id"), primary_key=True)
    media: Mapped[str] = mapped_column(String(4), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    printed_at: Mapped[datetime] = mapped_column(UTCDateTime)
