"""Tables of the things that were found."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class FoundState(StrEnum):
    """待认领, 已领取, 已移交: nobody came for it."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    PASSED_ON = "passed_on"


class FoundThing(Base):
    """A thing that was found. `place_path` is where, `kept_at` where it waits; `ended_*` how that ended.

    `claim_id` is the request of whom it was given to.
    """

    __tablename__ = "found_things"
    __table_args__ = (
        Index(None, "state", "found_on"),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'claimed') = (claim_id IS NOT NULL)", name="claimed"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    title: Mapped[str] = mapped_column(String(40))
    description: Mapped[str] = mapped_column(String(500), default="")
    place_kind: Mapped[str | None] = mapped_column(String(10))
    place_id: Mapped[int | None] = mapped_column(BigInt)
    place_path: Mapped[str] = mapped_column(String(200))
    found_on: Mapped[date] = mapped_column(Date)
    kept_at: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10))
    registered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    registered_by: Mapped[int] = mapped_column(BigInt)
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[int | None] = mapped_column(BigInt)
    end_text: Mapped[str] = mapped_column(String(200), default="")


class FoundClaim(Base):
    """That a request says that a thing is its author's."""

    __tablename__ = "found_claims"
    __table_args__ = (Index(None, "found_id"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    found_id: Mapped[int] = mapped_column(ForeignKey("found_things.id"))
