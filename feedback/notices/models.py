"""Tables of the notices."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

TITLE_LENGTH: Final = 80
BODY_LENGTH: Final = 10_000
REASON_LENGTH: Final = 200


class NoticeKind(StrEnum):
    """通知, 公示, 停水停电, 活动."""

    NOTICE = "notice"
    PUBLIC = "public"
    MAINTENANCE = "maintenance"
    ACTIVITY = "activity"


class NoticeState(StrEnum):
    """草稿, 待发布, 已发布, 已撤回."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class AudienceKind(StrEnum):
    """全体, 部门, 院区, 角色."""

    EVERYBODY = "everybody"
    DEPARTMENT = "department"
    CAMPUS = "campus"
    ROLE = "role"


class Notice(Base):
    """A notice. Paragraphs of `body` are lines. `is_told`: its audience gets a message when it is published.

    `changed_at` is the last change after publication. Of what a flow published, `source_kind` and
    `source_id` say of what: once for each.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("source_kind", "source_id"),
        Index(None, "published_at"),
        Index(
            "ix_notices_due",
            "publish_at",
            sqlite_where=text("state = 'scheduled'"),
            postgresql_where=text("state = 'scheduled'"),
        ),
        CheckConstraint("(source_kind IS NULL) = (source_id IS NULL)", name="source"),
        CheckConstraint("(state IN ('draft', 'scheduled')) = (published_at IS NULL)", name="published"),
        CheckConstraint("state <> 'scheduled' OR publish_at IS NOT NULL", name="scheduled"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=NoticeState.DRAFT.value)
    revision: Mapped[int] = mapped_column(default=0)
    is_told: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    publish_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    pinned_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawal_reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="", server_default="")
    source_kind: Mapped[str | None] = mapped_column(String(40))
    source_id: Mapped[int | None] = mapped_column(BigInt)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int] = mapped_column(BigInt)
    created_by_name: Mapped[str] = mapped_column(String(50))


class NoticeAudience(Base):
    """Whom a notice addresses; `target_id` of everybody is 0."""

    __tablename__ = "notice_audiences"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    target_id: Mapped[int] = mapped_column(BigInt, primary_key=True)


class NoticeEvent(Base):
    """What was done to a notice from its publication on; append-only. `changes`: [before, after] by field."""

    __tablename__ = "notice_events"
    __table_args__ = (Index(None, "notice_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    step: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(50))
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)


class NoticeRead(Base):
    """That somebody opened a notice, for their own dot and for the counts; shown to nobody.

    `department_id` is that of their primary post at the time.
    """

    __tablename__ = "notice_reads"
    __table_args__ = (Index(None, "staff_id"),)

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    department_id: Mapped[int] = mapped_column(BigInt)
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)


class DepartmentCampus(Base):
    """That a department, with all below it, has a seat on a campus."""

    __tablename__ = "department_campuses"

    department_id: Mapped[int] = mapped_column(
        ForeignKey("departments.id", ondelete="CASCADE"), primary_key=True
    )
    campus_id: Mapped[int] = mapped_column(ForeignKey("campuses.id"), primary_key=True)
