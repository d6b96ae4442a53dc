"""Tables of moderation."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

LONGEST_WORD = 40
LONGEST_REASON = 200
LONGEST_NOTE = 100


class Severity(StrEnum):
    """需复核, 建议不予公开: either asks for a person, the second one says why more loudly."""

    REVIEW = "review"
    REFUSE = "refuse"


class Provider(StrEnum):
    """Who checks: the local word list, or WeChat."""

    WORDS = "words"
    WECHAT_TEXT = "wechat_text"
    WECHAT_IMAGE = "wechat_image"


class CheckState(StrEnum):
    """Not answered; nothing found; doubtful; found; could not be checked."""

    WAITING = "waiting"
    PASSED = "passed"
    REVIEW = "review"
    RISKY = "risky"
    FAILED = "failed"


class Reason(StrEnum):
    """Why something could not be checked."""

    NO_AUTHOR = "no_author"  # unnamed, or from outside
    NO_ACCOUNT = "no_account"  # the author is not bound to WeChat
    INACTIVE = "inactive"  # the author was not in the mini-program within two hours
    UNCONFIGURED = "unconfigured"
    REFUSED = "refused"  # WeChat refused the call itself
    PROVIDER_DOWN = "provider_down"
    SILENT = "silent"  # no verdict in time
    GONE = "gone"  # the photo is not there any more


class SubmissionState(StrEnum):
    """待检测, 待人工审核, 已通过, 不通过."""

    WAITING = "waiting"
    MANUAL = "manual"
    PASSED = "passed"
    REFUSED = "refused"


class Word(Base):
    """One word of the list, in force from one version of the list until another.

    `normalised` is what is looked for in normalised text. A change ends a row and begins another.
    """

    __tablename__ = "moderation_words"
    __table_args__ = (
        Index(
            "uq_moderation_words_live",
            "normalised",
            unique=True,
            sqlite_where=text("until_version IS NULL"),
            postgresql_where=text("until_version IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    word: Mapped[str] = mapped_column(String(LONGEST_WORD))
    # A ligature is longer when normalised.
    normalised: Mapped[str] = mapped_column(String(20 * LONGEST_WORD))
    severity: Mapped[str] = mapped_column(String(6))
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    from_version: Mapped[int] = mapped_column()
    until_version: Mapped[int | None] = mapped_column()


class WordListVersion(Base):
    """One change of the word list; `version` counts from 1."""

    __tablename__ = "moderation_word_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[int] = mapped_column(BigInt)
    changed_by_name: Mapped[str] = mapped_column(String(50))


class Submission(Base):
    """What one subject wants shown, and how it stands. `revision` counts the changes of its standing.

    `author_id` is by whose WeChat account it is checked; null where nobody is to be named. `campus_id` 0 is
    nobody's campus: only those who decide for the whole compound see it.
    """

    __tablename__ = "moderation_submissions"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id"),
        Index(
            "ix_moderation_submissions_open",
            "state",
            "submitted_at",
            sqlite_where=text("state IN ('waiting', 'manual')"),
            postgresql_where=text("state IN ('waiting', 'manual')"),
        ),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(BigInt)
    author_id: Mapped[int | None] = mapped_column(BigInt)
    campus_id: Mapped[int] = mapped_column(BigInt, default=0)
    building_id: Mapped[int] = mapped_column(BigInt, default=0)
    state: Mapped[str] = mapped_column(String(8), default=SubmissionState.WAITING.value)
    revision: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)
    decided_by_name: Mapped[str] = mapped_column(String(50), server_default="")
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), server_default="")


class Check(Base):
    """One text or photo before one provider.

    `label` is what was found, in the provider's words (WeChat's number, or the words of the list);
    `failure` is a Reason. `ruling` is a person's word on it, which counts from then on: passed or refused.
    While `leased_until` lies ahead, somebody is asking. `photo_id` is the media's, and may be gone.
    """

    __tablename__ = "moderation_checks"
    __table_args__ = (
        Index(None, "submission_id"),
        Index(
            "ix_moderation_checks_waiting",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_moderation_checks_trace",
            "trace_id",
            sqlite_where=text("trace_id <> ''"),
            postgresql_where=text("trace_id <> ''"),
        ),
        CheckConstraint("(photo_id IS NULL) = (provider <> 'wechat_image')", name="photo"),
        CheckConstraint("(state = 'failed') = (failure <> '')", name="failed"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("moderation_submissions.id"))
    provider: Mapped[str] = mapped_column(String(12))
    content: Mapped[str] = mapped_column(Text, default="")
    photo_id: Mapped[int | None] = mapped_column(BigInt)
    state: Mapped[str] = mapped_column(String(8), default=CheckState.WAITING.value)
    label: Mapped[str] = mapped_column(String(200), default="")
    failure: Mapped[str] = mapped_column(String(14), default="")
    ruling: Mapped[str] = mapped_column(String(8), default="")
    word_version: Mapped[int | None] = mapped_column()
    trace_id: Mapped[str] = mapped_column(String(64), default="")
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
