"""Tables of the rounds."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class RoundState(StrEnum):
    """待巡检, 已完成, 已过期, 已跳过, 已取消."""

    OPEN = "open"
    FINISHED = "finished"
    LAPSED = "lapsed"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


class PointState(StrEnum):
    """未到, 已到, 漏检."""

    PENDING = "pending"
    VISITED = "visited"
    MISSED = "missed"


class Presence(StrEnum):
    """How presence was recorded: by the plate, or by hand as that was damaged."""

    SCAN = "scan"
    MANUAL = "manual"


class Verdict(StrEnum):
    """What an answer comes to; a photo or a number without limits is only noted."""

    PASSED = "passed"
    FAILED = "failed"
    NOTED = "noted"


class Recheck(StrEnum):
    """Whether a failed item is checked again: when its order is done, asked, done, or never as nothing was
    done."""

    NONE = "none"
    AWAITED = "awaited"
    ASKED = "asked"
    PASSED = "passed"
    FAILED = "failed"
    DROPPED = "dropped"


# The index and the statements must say it alike.
IS_OPEN = "state = 'open'"


class Round(Base):
    """A round of a plan, due at an instant, to be done within [opens_at, closes_at).

    `due_on` is that instant's business date. `recheck_of_id` is the answer that a re-check goes back to; such
    a round does not lapse. `contractor_id` is the group's of then; `campus_id` and `building_id` are 0 where
    the points lie in several. `meter_total_milli` is the threshold of a plan by meter. `in_time`: finished
    before `closes_at`. The counts are written when the round ends.
    """

    __tablename__ = "inspection_rounds"
    __table_args__ = (
        Index(
            "uq_inspection_rounds_due",
            "plan_id",
            "due_at",
            unique=True,
            sqlite_where=text("recheck_of_id IS NULL"),
            postgresql_where=text("recheck_of_id IS NULL"),
        ),
        UniqueConstraint("recheck_of_id"),
        Index(None, "due_on"),
        Index(None, "plan_id", "due_on"),
        Index(None, "contractor_id", "due_on"),
        Index(
            "ix_inspection_rounds_open",
            "closes_at",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index(
            "ix_inspection_rounds_open_of_group",
            "group_id",
            "closes_at",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("opens_at < closes_at", name="window"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("inspection_plans.id"))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(80))
    recheck_of_id: Mapped[int | None] = mapped_column(BigInt)
    meter_total_milli: Mapped[int | None] = mapped_column(BigInt)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date] = mapped_column(Date)
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_caught_up: Mapped[bool] = mapped_column(Boolean, default=False)
    group_id: Mapped[int] = mapped_column(ForeignKey("work_groups.id"))
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("workers.staff_id"))
    contractor_id: Mapped[int | None] = mapped_column(ForeignKey("contractors.id"))
    campus_id: Mapped[int] = mapped_column(BigInt)
    building_id: Mapped[int] = mapped_column(BigInt)
    state: Mapped[str] = mapped_column(String(10), default=RoundState.OPEN.value)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[int | None] = mapped_column(BigInt)
    ended_by_name: Mapped[str] = mapped_column(String(50), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")  # why it was withdrawn or skipped
    remark: Mapped[str] = mapped_column(String(500), default="")
    in_time: Mapped[bool] = mapped_column(Boolean, default=False)
    points: Mapped[int] = mapped_column(SmallInteger, default=0)
    visited: Mapped[int] = mapped_column(SmallInteger, default=0)
    by_hand: Mapped[int] = mapped_column(SmallInteger, default=0)  # of those visited
    missed: Mapped[int] = mapped_column(SmallInteger, default=0)
    passed: Mapped[int] = mapped_column(SmallInteger, default=0)  # items
    failed: Mapped[int] = mapped_column(SmallInteger, default=0)


class RoundPoint(Base):
    """A point of a round as it was when the round was made, and the visit to it.

    `item_id`: only this item is checked (a re-check). `point_id` is null for an asset of a plan without a
    route. `visited_at` is when somebody was there, `received_at` when we heard; `distance_m` only at security
    points.
    """

    __tablename__ = "inspection_round_points"
    __table_args__ = (
        UniqueConstraint("round_id", "position"),
        Index(None, "asset_id"),
        Index(None, "point_id"),
        Index(None, "visited_by"),
        CheckConstraint("(state = 'visited') = (visited_at IS NOT NULL)", name="visited"),
        CheckConstraint("is_security OR distance_m IS NULL", name="distance"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("inspection_rounds.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    point_id: Mapped[int | None] = mapped_column(ForeignKey("inspection_points.id"))
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id"))
    place_kind: Mapped[str] = mapped_column(String(10))
    place_id: Mapped[int] = mapped_column(BigInt)
    name: Mapped[str] = mapped_column(String(80))
    place_path: Mapped[str] = mapped_column(String(200))
    version_id: Mapped[int] = mapped_column(ForeignKey("checklist_versions.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("check_items.id"))
    is_security: Mapped[bool] = mapped_column(Boolean, default=False)
    is_manual_ok: Mapped[bool] = mapped_column(Boolean, default=True)
    state: Mapped[str] = mapped_column(String(8), default=PointState.PENDING.value)
    presence: Mapped[str] = mapped_column(String(6), default="")
    visited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    visited_by: Mapped[int | None] = mapped_column(BigInt)
    visited_by_name: Mapped[str] = mapped_column(String(50), default="")
    is_late: Mapped[bool] = mapped_column(Boolean, default=False)
    distance_m: Mapped[int | None] = mapped_column()
    reason: Mapped[str] = mapped_column(String(200), default="")  # why by hand


class Answer(Base):
    """What was found of one item at one point. `value` is yes or no, the number, or the option; "" for a
    photo."""

    __tablename__ = "inspection_answers"
    __table_args__ = (
        UniqueConstraint("round_point_id", "item_id"),
        Index(None, "order_id"),
        Index(
            "ix_inspection_answers_awaiting",
            "id",
            sqlite_where=text("recheck = 'awaited'"),
            postgresql_where=text("recheck = 'awaited'"),
        ),
        CheckConstraint("(verdict = 'failed') = (recheck <> 'none')", name="recheck"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    round_point_id: Mapped[int] = mapped_column(ForeignKey("inspection_round_points.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("check_items.id"))
    verdict: Mapped[str] = mapped_column(String(6))
    value: Mapped[str] = mapped_column(String(60), default="")
    remark: Mapped[str] = mapped_column(String(300), default="")
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_by: Mapped[int] = mapped_column(BigInt)
    answered_by_name: Mapped[str] = mapped_column(String(50))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("work_orders.id"))
    recheck: Mapped[str] = mapped_column(String(7), default=Recheck.NONE.value)
