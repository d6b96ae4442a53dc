"""Tables of the yearly plans and of the inspections."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
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

SEED_LENGTH = 100
REASON_LENGTH = 200
TEXT_LENGTH = 1000


class State(StrEnum):
    """How an inspection stands."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    DISPUTED = "disputed"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class SpotCheckPlan(Base):
    """A version of a year's draw with all that it depended on; never changed (a trigger refuses it).

    The last version of a year counts. `percent` and `years` are the rules of then, `first_year` that of the
    first plan of all; `seed_source` says where the seed is published.
    """

    __tablename__ = "spot_check_plans"
    __table_args__ = (
        UniqueConstraint("year", "version"),
        CheckConstraint("version = 1 OR length(reason) > 0", name="reason"),
        CheckConstraint("drawn >= quota AND drawn <= units", name="quota"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger)
    version: Mapped[int] = mapped_column(SmallInteger)
    algorithm: Mapped[str] = mapped_column(String(20))
    seed: Mapped[str] = mapped_column(String(SEED_LENGTH))
    seed_source: Mapped[str] = mapped_column(String(REASON_LENGTH))
    percent: Mapped[int] = mapped_column(SmallInteger)
    years: Mapped[int] = mapped_column(SmallInteger)
    first_year: Mapped[int] = mapped_column(SmallInteger)
    units: Mapped[int] = mapped_column()
    quota: Mapped[int] = mapped_column()
    drawn: Mapped[int] = mapped_column()
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    drawn_at: Mapped[datetime] = mapped_column(UTCDateTime)
    drawn_by: Mapped[int] = mapped_column(BigInt)
    drawn_by_name: Mapped[str] = mapped_column(String(50))


class SpotCheckLot(Base):
    """A unit as a draw saw it, and what came of it; never changed (a trigger refuses it).

    `number` is what it was sorted by, `place` its place in the order, `note` why somebody named it.
    """

    __tablename__ = "spot_check_lots"
    __table_args__ = (UniqueConstraint("plan_id", "place"), Index(None, "unit_id"))

    plan_id: Mapped[int] = mapped_column(ForeignKey("spot_check_plans.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("evaluation_units.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(100))
    joined_year: Mapped[int] = mapped_column(SmallInteger)
    last_checked: Mapped[int | None] = mapped_column(SmallInteger)
    is_kept: Mapped[bool] = mapped_column(Boolean)
    has_failed: Mapped[bool] = mapped_column(Boolean)
    is_named: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    stratum: Mapped[str] = mapped_column(String(10))
    due_year: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[str] = mapped_column(String(64))
    place: Mapped[int] = mapped_column()
    is_drawn: Mapped[bool] = mapped_column(Boolean)


class Inspection(Base):
    """The visit of a team to a unit, on a day within [from_on, until_on], both included.

    Total and grade are kept when the team submits, and again if it does so once more; what was confirmed is
    never changed (a trigger refuses it).
    """

    __tablename__ = "inspections"
    __table_args__ = (
        Index(
            "uq_inspections_live",
            "year",
            "unit_id",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index(None, "unit_id"),
        CheckConstraint("from_on <= until_on", name="window"),
        CheckConstraint("(submitted_at IS NULL) = (total_tenths IS NULL)", name="submitted"),
        CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger)
    unit_id: Mapped[int] = mapped_column(ForeignKey("evaluation_units.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("spot_check_plans.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("score_sheet_versions.id"))
    scoring_id: Mapped[int | None] = mapped_column(ForeignKey("scorings.id"))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    is_announced: Mapped[bool] = mapped_column(Boolean)
    lead_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    state: Mapped[str] = mapped_column(String(12))
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int] = mapped_column(BigInt)
    visited_on: Mapped[date | None] = mapped_column(Date)
    conclusion: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer_until_on: Mapped[date | None] = mapped_column(Date)
    total_tenths: Mapped[int | None] = mapped_column()
    grade: Mapped[str] = mapped_column(String(20), default="")
    is_failing: Mapped[bool] = mapped_column(Boolean, default=False)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class InspectionMember(Base):
    """A member of the team, the lead among them."""

    __tablename__ = "inspection_members"
    __table_args__ = (Index(None, "staff_id"),)

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)


class InspectionItem(Base):
    """That an item of an inspection was scored: its revision, and what owns its photos.

    `digest` is that of what was last saved, so that the same sent again changes nothing. Points, reasons and
    remark stand in the scoring.
    """

    __tablename__ = "inspection_items"
    __table_args__ = (UniqueConstraint("inspection_id", "item_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("score_items.id"))
    revision: Mapped[int] = mapped_column()
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class InspectionStep(Base):
    """What was done with an inspection, by whom and with which words; append-only (a trigger)."""

    __tablename__ = "inspection_steps"
    __table_args__ = (Index(None, "inspection_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"))
    step: Mapped[str] = mapped_column(String(12))
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    taken_by: Mapped[int] = mapped_column(BigInt)
    taken_by_name: Mapped[str] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    total_tenths: Mapped[int | None] = mapped_column()
