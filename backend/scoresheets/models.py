"""Tables of score sheets and of what was scored by them. Points are tenths."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime

REMARK_LENGTH = 500
REASON_LENGTH = 200


class VersionState(StrEnum):
    """Whether a version may still be changed, or may be scored by."""

    DRAFT = "draft"
    IN_FORCE = "in_force"


class Purpose(StrEnum):
    """What a sheet is for: the evaluation of canteens, or the assessment of contractors."""

    EVALUATION = "evaluation"
    CONTRACTOR = "contractor"


class Inapplicable(StrEnum):
    """What an item that does not apply counts: all of its points, or nothing while the rest is scaled up."""

    FULL_MARKS = "full_marks"
    RESCALE = "rescale"


class EvidenceKind(StrEnum):
    """What proves an item: a metric of the system, a document, a photo, a look on the spot."""

    METRIC = "metric"
    DOCUMENT = "document"
    PHOTO = "photo"
    ON_SITE = "on_site"


class ScoreSheet(Base):
    """A score sheet, known by its code through all of its versions."""

    __tablename__ = "score_sheets"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    purpose: Mapped[str] = mapped_column(
        String(20), default=Purpose.EVALUATION.value, server_default=Purpose.EVALUATION.value
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int] = mapped_column(BigInt)


class SheetVersion(Base):
    """A version of a sheet: what it is called, its items, and how they make a total and a grade.

    `source` says what it rests on: the standard's number, the contract. Of the versions in force, the one
    with the latest `valid_from` that has come counts. Equal contents have equal digests.
    """

    __tablename__ = "score_sheet_versions"
    __table_args__ = (
        UniqueConstraint("sheet_id", "number"),
        CheckConstraint("state <> 'in_force' OR valid_from IS NOT NULL", name="in_force_from"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("score_sheets.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(100))
    region: Mapped[str] = mapped_column(String(50), default="")
    year: Mapped[int] = mapped_column(SmallInteger)
    source: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default=VersionState.DRAFT.value)
    inapplicable: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
    full_tenths: Mapped[int] = mapped_column()
    valid_from: Mapped[date | None] = mapped_column(Date)
    digest: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[int] = mapped_column(BigInt)
    changed_by_name: Mapped[str] = mapped_column(String(50))

    sheet: Mapped[ScoreSheet] = relationship()
    items: Mapped[list["ScoreItem"]] = relationship(
        cascade="all, delete-orphan", order_by="ScoreItem.position", passive_deletes=True
    )
    grades: Mapped[list["ScoreGrade"]] = relationship(
        cascade="all, delete-orphan", order_by="ScoreGrade.from_tenths.desc()", passive_deletes=True
    )


class ScoreItem(Base):
    """An item of a version. `level3` may be empty; `metric_key` names what the system proves it with."""

    __tablename__ = "score_items"
    __table_args__ = (
        UniqueConstraint("version_id", "number"),
        UniqueConstraint("version_id", "position"),
        CheckConstraint("points_tenths > 0", name="points"),
        CheckConstraint("(evidence = 'metric') = (metric_key <> '')", name="metric"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("score_sheet_versions.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[str] = mapped_column(String(10))
    level1: Mapped[str] = mapped_column(String(60))
    level2: Mapped[str] = mapped_column(String(100))
    level3: Mapped[str] = mapped_column(String(300), default="")
    points_tenths: Mapped[int] = mapped_column()
    scoring: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(String(10))
    metric_key: Mapped[str] = mapped_column(String(60), default="")
    may_be_inapplicable: Mapped[bool] = mapped_column(Boolean, default=False)

    reasons: Mapped[list["LossReason"]] = relationship(
        cascade="all, delete-orphan", order_by="LossReason.position", passive_deletes=True
    )


class LossReason(Base):
    """A usual reason for losing points of an item, and how many it usually costs."""

    __tablename__ = "score_loss_reasons"
    __table_args__ = (
        UniqueConstraint("item_id", "position"),
        CheckConstraint("points_tenths > 0", name="points"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("score_items.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(String(REASON_LENGTH))
    points_tenths: Mapped[int | None] = mapped_column()


class ScoreGrade(Base):
    """A grade of a version, from so many points on. `is_failing` marks those that call for mending."""

    __tablename__ = "score_grades"
    __table_args__ = (
        UniqueConstraint("version_id", "title"),
        CheckConstraint("from_tenths >= 0", name="from"),
    )

    version_id: Mapped[int] = mapped_column(
        ForeignKey("score_sheet_versions.id", ondelete="CASCADE"), primary_key=True
    )
    from_tenths: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(20))
    is_failing: Mapped[bool] = mapped_column(Boolean, default=False)


class Scoring(Base):
    """One filling of a version for its owner. Total and grade are written when it is closed."""

    __tablename__ = "scorings"
    __table_args__ = (
        UniqueConstraint("owner_kind", "owner_id"),
        Index(None, "version_id"),
        CheckConstraint(
            "(closed_at IS NULL) = (total_tenths IS NULL) AND (closed_at IS NULL) = (grade IS NULL)",
            name="closed",
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("score_sheet_versions.id"))
    owner_kind: Mapped[str] = mapped_column(String(40))
    owner_id: Mapped[int] = mapped_column(BigInt)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[int | None] = mapped_column(BigInt)
    total_tenths: Mapped[int | None] = mapped_column()
    grade: Mapped[str | None] = mapped_column(String(20))
    is_failing: Mapped[bool] = mapped_column(Boolean, default=False)


class ItemScore(Base):
    """What an item was given; null only where it does not apply."""

    __tablename__ = "item_scores"
    __table_args__ = (
        Index(None, "item_id"),
        CheckConstraint("is_inapplicable = (score_tenths IS NULL)", name="scored"),
        CheckConstraint("score_tenths >= 0", name="score"),
    )

    scoring_id: Mapped[int] = mapped_column(ForeignKey("scorings.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("score_items.id"), primary_key=True)
    is_inapplicable: Mapped[bool] = mapped_column(Boolean, default=False)
    score_tenths: Mapped[int | None] = mapped_column()
    remark: Mapped[str] = mapped_column(String(REMARK_LENGTH), default="")
    scored_at: Mapped[datetime] = mapped_column(UTCDateTime)
    scored_by: Mapped[int] = mapped_column(BigInt)
    scored_by_name: Mapped[str] = mapped_column(String(50))


class ItemLoss(Base):
    """A reason why an item did not get all its points: one of its catalogue, or free text."""

    __tablename__ = "item_losses"
    __table_args__ = (
        ForeignKeyConstraint(["scoring_id", "item_id"], ["item_scores.scoring_id", "item_scores.item_id"]),
        Index(None, "reason_id"),
    )

    scoring_id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    item_id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("score_loss_reasons.id"))
    text: Mapped[str] = mapped_column(String(REASON_LENGTH))
