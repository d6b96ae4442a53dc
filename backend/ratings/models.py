"""Tables of the ledger of ratings."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

LONGEST_TEXT = 500


class Rating(Base):
    """One person's rating of one subject in one cycle. `department_id` is the rater's of that moment."""

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("service", "subject_id", "cycle", "rater_id"),
        Index(None, "service", "provider_kind", "provider_id", "served_on"),
        CheckConstraint("grade BETWEEN 1 AND 5", name="grade"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    service: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigInt)
    cycle: Mapped[int] = mapped_column()
    rater_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    department_id: Mapped[int] = mapped_column(BigInt)
    provider_kind: Mapped[str] = mapped_column(String(20))
    provider_id: Mapped[int] = mapped_column(BigInt)
    served_on: Mapped[date] = mapped_column(Date)
    rated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    grade: Mapped[int] = mapped_column(SmallInteger)
    is_anonymous: Mapped[bool] = mapped_column(Boolean)
    text: Mapped[str] = mapped_column(String(LONGEST_TEXT))


class RatingScore(Base):
    """The score of one dimension, 1 to 5."""

    __tablename__ = "rating_scores"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score"),)

    rating_id: Mapped[int] = mapped_column(ForeignKey("ratings.id"), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(20), primary_key=True)
    score: Mapped[int] = mapped_column(SmallInteger)


class RatingDay(Base):
    """How often a provider got each score in one dimension for one day's service.

    The dimension "" counts the ratings themselves, by their grades. Count and sum follow from the five.
    """

    __tablename__ = "rating_days"

    service: Mapped[str] = mapped_column(String(40), primary_key=True)
    provider_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    provider_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    served_on: Mapped[date] = mapped_column(Date, primary_key=True)
    dimension: Mapped[str] = mapped_column(String(20), primary_key=True)
    n1: Mapped[int] = mapped_column()
    n2: Mapped[int] = mapped_column()
    n3: Mapped[int] = mapped_column()
    n4: Mapped[int] = mapped_column()
    n5: Mapped[int] = mapped_column()
