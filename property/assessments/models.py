"""Tables of the assessments. Points are tenths, shares tenths of a per cent."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

TEXT_LENGTH = 500


class VersionState(StrEnum):
    """考核中, 已锁定."""

    OPEN = "open"
    LOCKED = "locked"


class LineSource(StrEnum):
    """What a line's points come from: the system's figures, people's judgement, or why it does not apply."""

    METRIC = "metric"
    JUDGED = "judged"
    SERVICE = "service"  # The contract does not cover what the item is about.
    EXCLUDED = "excluded"  # Somebody said, with a reason, that it does not apply.


class AppealState(StrEnum):
    """待初审, 待复核, then 申诉成立 (the deduction falls), 部分成立, 申诉不成立, or taken back."""

    FILED = "filed"
    REVIEWED = "reviewed"
    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class CheckState(StrEnum):
    """评分中, 已办结, 已作废."""

    OPEN = "open"
    CLOSED = "closed"
    VOID = "void"


class BulletinKind(StrEnum):
    """月度通报, 季度通报."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class BulletinState(StrEnum):
    """draft → submitted → published; a submitted one may be returned, which is a draft with an opinion."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"


class ItemScale(Base):
    """How an item is scored beyond what its sheet says.

    `service` is the one that it judges, "" for all. A metric is given all points from `target_permille` on
    (or down to it, where it is the lower one) and none at `floor_permille`; below `min_basis` cases it does
    not apply.
    """

    __tablename__ = "assessment_scales"
    __table_args__ = (
        CheckConstraint("floor_permille <> target_permille", name="scale"),
        CheckConstraint("min_basis > 0", name="basis"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("score_items.id"), primary_key=True)
    service: Mapped[str] = mapped_column(String(20), default="")
    floor_permille: Mapped[int] = mapped_column(SmallInteger, default=0)
    target_permille: Mapped[int] = mapped_column(SmallInteger, default=1000)
    min_basis: Mapped[int] = mapped_column(default=1)


class Assessment(Base):
    """A contract's month; `month` is its first day. Whoever changes anything of it locks this row first."""

    __tablename__ = "assessments"
    __table_args__ = (UniqueConstraint("contract_id", "month"), Index(None, "month", "contractor_id"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"))
    contractor_id: Mapped[int] = mapped_column(ForeignKey("contractors.id"))
    month: Mapped[date] = mapped_column(Date)


class AssessmentVersion(Base):
    """One version of an assessment, for the contract's days [from_on, until_on] of the month.

    Fee and bands are the contract's when it was last measured. Total, grade, share and money are written by
    the lock; the total is null, and the whole fee paid, where no item applies.
    """

    __tablename__ = "assessment_versions"
    __table_args__ = (
        UniqueConstraint("assessment_id", "number"),
        UniqueConstraint("corrects_id"),
        Index(
            "uq_assessment_versions_open",
            "assessment_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("(number = 1) = (corrects_id IS NULL)", name="corrects"),
        CheckConstraint("(number = 1) = (reason = '')", name="reason"),
        CheckConstraint(
            "(state = 'locked') = (locked_at IS NOT NULL AND share_tenths IS NOT NULL"
            " AND payable_fen IS NOT NULL)",
            name="locked",
        ),
        CheckConstraint("until_on >= from_on", name="span"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("assessment_versions.id"))
    reason: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    state: Mapped[str] = mapped_column(String(6), default=VersionState.OPEN.value)
    revision: Mapped[int] = mapped_column(default=1)
    sheet_version_id: Mapped[int] = mapped_column(ForeignKey("score_sheet_versions.id"))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    monthly_fee_fen: Mapped[int] = mapped_column(BigInt)
    bands: Mapped[list[Any]] = mapped_column(JSON)
    measured_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by: Mapped[int] = mapped_column(BigInt)
    opened_by_name: Mapped[str] = mapped_column(String(50))
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    locked_by: Mapped[int | None] = mapped_column(BigInt)
    locked_by_name: Mapped[str] = mapped_column(String(50), default="")
    total_tenths: Mapped[int | None] = mapped_column()
    grade: Mapped[str] = mapped_column(String(20), default="")
    is_failing: Mapped[bool] = mapped_column(Boolean, default=False)
    share_tenths: Mapped[int | None] = mapped_column()
    full_fen: Mapped[int | None] = mapped_column(BigInt)
    payable_fen: Mapped[int | None] = mapped_column(BigInt)


class AssessmentLine(Base):
    """What an item starts from: `base_tenths` before deductions, null where it does not apply.

    A metric's `numerator` and `denominator` are what was counted; `text` says it, or why it does not apply.
    """

    __tablename__ = "assessment_lines"
    __table_args__ = (
        Index(None, "item_id"),
        CheckConstraint("base_tenths >= 0", name="base"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("assessment_versions.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("score_items.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(8))
    base_tenths: Mapped[int | None] = mapped_column()
    numerator: Mapped[int | None] = mapped_column(BigInt)
    denominator: Mapped[int | None] = mapped_column(BigInt)
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    excluded_by: Mapped[int | None] = mapped_column(BigInt)
    excluded_by_name: Mapped[str] = mapped_column(String(50), default="")


class Deduction(Base):
    """Points taken of an item; `standing_tenths` is what is left of them after an appeal or a withdrawal."""

    __tablename__ = "assessment_deductions"
    __table_args__ = (
        Index(None, "assessment_id"),
        Index(None, "item_id"),
        CheckConstraint("points_tenths > 0", name="points"),
        CheckConstraint("standing_tenths BETWEEN 0 AND points_tenths", name="standing"),
        CheckConstraint("withdrawn_at IS NULL OR standing_tenths = 0", name="withdrawn"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("score_items.id"))
    points_tenths: Mapped[int] = mapped_column()
    standing_tenths: Mapped[int] = mapped_column()
    reason: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    happened_on: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[int] = mapped_column(BigInt)
    made_by_name: Mapped[str] = mapped_column(String(50))
    appeal_until: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by_name: Mapped[str] = mapped_column(String(50), default="")
    withdrawal_reason: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")


class DeductionOrder(Base):
    """A work order that proves a deduction."""

    __tablename__ = "assessment_deduction_orders"

    deduction_id: Mapped[int] = mapped_column(ForeignKey("assessment_deductions.id"), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id"), primary_key=True)


class CountedDeduction(Base):
    """What a deduction cost in a version that was locked. Append-only: later appeals do not touch it."""

    __tablename__ = "assessment_counted"

    version_id: Mapped[int] = mapped_column(ForeignKey("assessment_versions.id"), primary_key=True)
    deduction_id: Mapped[int] = mapped_column(ForeignKey("assessment_deductions.id"), primary_key=True)
    points_tenths: Mapped[int] = mapped_column()


class Appeal(Base):
    """The contractor's word against a deduction; one for each. A decided one never changes.

    `proposed_tenths` and `decided_tenths` are what of the deduction should, and does, still stand.
    """

    __tablename__ = "assessment_appeals"
    __table_args__ = (
        UniqueConstraint("deduction_id"),
        Index(
            "ix_assessment_appeals_open",
            "state",
            sqlite_where=text("state IN ('filed', 'reviewed')"),
            postgresql_where=text("state IN ('filed', 'reviewed')"),
        ),
        CheckConstraint(
            "(state IN ('upheld', 'partly', 'rejected')) = (decided_at IS NOT NULL)", name="decided"
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    deduction_id: Mapped[int] = mapped_column(ForeignKey("assessment_deductions.id"))
    state: Mapped[str] = mapped_column(String(9), default=AppealState.FILED.value)
    text: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    filed_by: Mapped[int] = mapped_column(BigInt)
    filed_by_name: Mapped[str] = mapped_column(String(50))
    proposed_tenths: Mapped[int | None] = mapped_column()
    review: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    reviewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reviewed_by: Mapped[int | None] = mapped_column(BigInt)
    reviewed_by_name: Mapped[str] = mapped_column(String(50), default="")
    decided_tenths: Mapped[int | None] = mapped_column()
    decision: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)
    decided_by_name: Mapped[str] = mapped_column(String(50), default="")


class ContractorCheck(Base):
    """An inspection of a contractor by a score sheet on a day; its scores are in the scoring it owns."""

    __tablename__ = "contractor_checks"
    __table_args__ = (
        Index(None, "contract_id", "checked_on"),
        Index(None, "contractor_id", "checked_on"),
        CheckConstraint("(state = 'closed') = (total_tenths IS NOT NULL)", name="closed"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"))
    contractor_id: Mapped[int] = mapped_column(ForeignKey("contractors.id"))
    sheet_version_id: Mapped[int] = mapped_column(ForeignKey("score_sheet_versions.id"))
    sheet_code: Mapped[str] = mapped_column(String(40))
    checked_on: Mapped[date] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(100), default="")
    note: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    state: Mapped[str] = mapped_column(String(6), default=CheckState.OPEN.value)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by: Mapped[int] = mapped_column(BigInt)
    opened_by_name: Mapped[str] = mapped_column(String(50))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    total_tenths: Mapped[int | None] = mapped_column()
    full_tenths: Mapped[int] = mapped_column()
    grade: Mapped[str] = mapped_column(String(20), default="")
    void_reason: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")


class ContractorBulletin(Base):
    """A bulletin of one period, `first_day` to `last_day`, both included; `figures` is what it tells.

    The issue is given at publication; a correction bears that of the version which it corrects.
    """

    __tablename__ = "contractor_bulletins"
    __table_args__ = (
        UniqueConstraint("kind", "first_day", "version"),
        UniqueConstraint("issue_year", "issue", "version"),
        UniqueConstraint("corrects_id"),
        CheckConstraint("state IN ('draft', 'submitted', 'returned', 'published')", name="state"),
        CheckConstraint("(version = 1) = (corrects_id IS NULL)", name="corrects"),
        CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL AND issue IS NOT NULL"
            " AND issue_year IS NOT NULL AND content_hash IS NOT NULL)",
            name="published",
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    version: Mapped[int] = mapped_column(SmallInteger, default=1)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("contractor_bulletins.id"))
    correction_reason: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
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
    opinion: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by: Mapped[int | None] = mapped_column(BigInt)
    published_by_name: Mapped[str] = mapped_column(String(50), default="")
    content_hash: Mapped[str | None] = mapped_column(String(64))


class ContractorBulletinDocument(Base):
    """A published bulletin as it was first printed. Append-only: whoever asks later gets the same bytes."""

    __tablename__ = "contractor_bulletin_documents"

    bulletin_id: Mapped[int] = mapped_column(ForeignKey("contractor_bulletins.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    printed_at: Mapped[datetime] = mapped_column(UTCDateTime)
