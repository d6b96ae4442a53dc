"""Tables of privacy."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime
from backend.identity.models import Staff

LONGEST_POLICY = 20_000
LONGEST_VERSION = 20
LONGEST_TEXT = 1000


class Topic(StrEnum):
    """What a consent is about. What is sensitive (PIPL §29) and rests on consent gets a topic of its own."""

    POLICY = "policy"


class RequestKind(StrEnum):
    """删除, 更正 and 限制处理 (PIPL §44, §46, §47)."""

    ERASE = "erase"
    CORRECT = "correct"
    RESTRICT = "restrict"


class RequestState(StrEnum):
    """open → done or declined."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"


class PrivacyPolicy(Base):
    """One version of the policy. Rows are never changed; the greatest identifier is the one that holds.

    `published_by` 0 is the product itself: the version that it is shipped with.
    """

    __tablename__ = "privacy_policies"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    version: Mapped[str] = mapped_column(String(LONGEST_VERSION), unique=True)
    text: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(String(200), default="")
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by: Mapped[int] = mapped_column(BigInt)


class Consent(Base):
    """One decision. `channel` is how its session was opened (`wechat_mp`, `password`, …). Append-only."""

    __tablename__ = "privacy_consents"
    __table_args__ = (Index(None, "staff_id", "id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    topic: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(LONGEST_VERSION))
    is_agreed: Mapped[bool] = mapped_column(Boolean)
    channel: Mapped[str] = mapped_column(String(20))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)


class DataRequest(Base):
    """A wish about one's personal data. `entered_by` is whoever wrote it down, mostly the person.

    `erased` names what an erasure took away (keys of `policies.ERASURES`), None if nothing was erased.
    """

    __tablename__ = "data_requests"
    __table_args__ = (
        Index(
            "uq_data_requests_open",
            "staff_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(None, "staff_id", "id"),
        Index(None, "state", "due_on"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    state: Mapped[str] = mapped_column(String(10))
    entered_by: Mapped[int] = mapped_column(BigInt)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date] = mapped_column(Date)
    answer: Mapped[str] = mapped_column(String(LONGEST_TEXT), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by: Mapped[int | None] = mapped_column(BigInt)
    erased: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))

    staff: Mapped[Staff] = relationship()
