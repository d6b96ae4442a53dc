"""The table of what the public wall shows."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

LONGEST_TEXT = 500


class Publication(Base):
    """That a handled report was shown on the public wall, in the desk's own words; at most one live.

    Its photos are copies of owner kind `report_public`, whose owner is the report; they go with it.
    `sources` says of which photos they were made, and with which black boxes: `[{photo_id, boxes}]`.
    """

    __tablename__ = "report_publications"
    __table_args__ = (
        Index(
            "uq_report_publications_live",
            "report_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    text: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    sources: Mapped[list[Any]] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by: Mapped[int] = mapped_column(BigInt)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by: Mapped[int | None] = mapped_column(BigInt)
