"""Tables of the work orders."""

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
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class State(StrEnum):
    """待受理 … 已关闭, as domain/property-and-feedback §3 has them."""

    SUBMITTED = "submitted"  # 待受理
    TRIAGED = "triaged"  # 待派单
    DISPATCHED = "dispatched"  # 待接单
    WORKING = "working"  # 处理中
    HELD = "held"  # 挂起
    FINISHED = "finished"  # 待验收
    COMPLETED = "completed"  # 已完成
    TO_RATE = "to_rate"  # 待评价
    CLOSED = "closed"  # 已关闭
    DECLINED = "declined"  # 不予受理
    CANCELLED = "cancelled"  # 已撤销
    DUPLICATE = "duplicate"  # 重复


class Origin(StrEnum):
    """How an order came about."""

    PHONE = "phone"  # the reporter's own mini-program
    TELEPHONE = "telephone"  # called in, written down by the dispatcher
    INSPECTION = "inspection"
    MAINTENANCE = "maintenance"
    REPORT = "report"  # 随手拍
    CONCIERGE = "concierge"  # 微管家
    MEETING = "meeting"
    SPLIT = "split"  # a part of another order
    FOLLOW_UP = "follow_up"  # a later complaint about a closed one


class HoldState(StrEnum):
    """How a hold stands: waiting for approval, refused, running, ended."""

    WAITING = "waiting"
    REFUSED = "refused"
    RUNNING = "running"
    ENDED = "ended"


# What is still somebody's to do. The indexes and the statements must say it alike.
OPEN_STATES = (
    State.SUBMITTED, State.TRIAGED, State.DISPATCHED, State.WORKING, State.HELD, State.FINISHED,
)  # fmt: skip # One line says it best.
IS_OPEN = f"state IN ({', '.join(repr(state.value) for state in OPEN_STATES)})"


class WorkOrder(Base):
    """An order. The reporter is a member of staff, or somebody on the telephone (`contact`), or nobody.

    `origin_id` is what it came from (the failed item, the report); one origin raises one order.
    `place_path` is what the place was called when it was reported; `campus_id` and `building_id` (0 for
    none) are for scopes and statistics. `department_id` is the reporter's of that moment. `worker_id`,
    `group_id` and `contractor_id` are whose it is now. The `*_at` of the steps are those of the present
    cycle; `submitted_at` never changes.
    `cost_fen` is what it cost the house: nothing with `is_warranty`, for the reason that stands beside it.
    `approved_fen` is up to what an approver has agreed, 0 if none was asked.
    """

    __tablename__ = "work_orders"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("origin", "origin_id"),
        # All that the dispatch board counts by, so that it reads no row.
        Index(
            "ix_work_orders_board",
            "state",
            "urgency",
            "campus_id",
            "building_id",
            "category_id",
            "id",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index(
            "ix_work_orders_open",
            "state",
            "submitted_at",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index(
            "ix_work_orders_open_of_worker",
            "worker_id",
            "group_id",
            "state",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index(None, "reporter_id", "submitted_at"),
        Index(None, "worker_id", "submitted_at"),
        Index(None, "asset_id", "submitted_at"),
        Index(None, "place_kind", "place_id", "submitted_at"),
        Index(None, "contractor_id", "completed_at"),
        Index(None, "submitted_at"),
        Index(
            "ix_work_orders_lapsing",
            "state",
            "completed_at",
            sqlite_where=text("state IN ('completed', 'to_rate')"),
            postgresql_where=text("state IN ('completed', 'to_rate')"),
        ),
        Index(None, "parent_id"),
        Index(None, "master_id"),
        CheckConstraint("(place_kind IS NULL) = (place_id IS NULL)", name="place"),
        CheckConstraint("(state = 'duplicate') = (master_id IS NOT NULL)", name="master"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    origin: Mapped[str] = mapped_column(String(12))
    origin_id: Mapped[int | None] = mapped_column(BigInt)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    department_id: Mapped[int | None] = mapped_column(BigInt)
    contact: Mapped[str] = mapped_column(String(50), default="")
    contact_phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    category_id: Mapped[int] = mapped_column(ForeignKey("repair_categories.id"))
    place_kind: Mapped[str | None] = mapped_column(String(10))
    place_id: Mapped[int | None] = mapped_column(BigInt)
    place_path: Mapped[str] = mapped_column(String(200), default="")
    place_class: Mapped[str] = mapped_column(String(10))
    campus_id: Mapped[int] = mapped_column(BigInt)
    building_id: Mapped[int] = mapped_column(BigInt, default=0)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id"))
    description: Mapped[str] = mapped_column(Text)
    urgency: Mapped[str] = mapped_column(String(10))
    appointment_from: Mapped[datetime | None] = mapped_column(UTCDateTime)
    appointment_until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    state: Mapped[str] = mapped_column(String(10), default=State.SUBMITTED.value)
    cycle: Mapped[int] = mapped_column(SmallInteger, default=0)
    revision: Mapped[int] = mapped_column(default=0)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("work_groups.id"))
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("workers.staff_id"))
    contractor_id: Mapped[int | None] = mapped_column(ForeignKey("contractors.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("work_orders.id"))
    master_id: Mapped[int | None] = mapped_column(ForeignKey("work_orders.id"))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("work_orders.id"), index=True)
    is_warranty: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    warranty_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")

    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_by: Mapped[int] = mapped_column(BigInt)
    triaged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dispatched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    arrived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime
    )  # Closed, declined, cancelled or duplicate.

    returns: Mapped[int] = mapped_column(SmallInteger, default=0)  # 退单
    transfers: Mapped[int] = mapped_column(SmallInteger, default=0)  # 转单
    reworks: Mapped[int] = mapped_column(SmallInteger, default=0)  # 返工, of the present cycle
    reopenings: Mapped[int] = mapped_column(SmallInteger, default=0)
    reminders: Mapped[int] = mapped_column(SmallInteger, default=0)  # 催办
    is_lapsed: Mapped[bool] = mapped_column(Boolean, default=False)  # closed without a rating: 未参评
    result: Mapped[str] = mapped_column(Text, default="")  # what was done, as the handler says
    labour_minutes: Mapped[int] = mapped_column(default=0)
    cost_fen: Mapped[int] = mapped_column(BigInt, default=0)
    approved_fen: Mapped[int] = mapped_column(BigInt, default=0, server_default=text("0"))


class OrderEvent(Base):
    """One entry of an order's timeline; append-only. `actor_id` 0 is the system."""

    __tablename__ = "work_order_events"
    __table_args__ = (Index(None, "order_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id"))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    step: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str] = mapped_column(String(10))
    to_state: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(String(500), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class Hold(Base):
    """A wish to hold an order (挂起) until `expected_until`, and what became of it; one live at a time."""

    __tablename__ = "work_order_holds"
    __table_args__ = (
        Index(None, "order_id"),
        Index(
            "uq_work_order_holds_live",
            "order_id",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'running')"),
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
        Index(
            "ix_work_order_holds_running",
            "expected_until",
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id"))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(500))
    expected_until: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by: Mapped[int] = mapped_column(BigInt)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)
    decision: Mapped[str] = mapped_column(String(500), default="")
    from_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class OrderDay(Base):
    """What the orders of a day come to, by category, building, contractor and group (0 for none).

    `submitted` counts on the day of submission, `ended_unserved` (declined, cancelled, duplicate) on the day
    of that end, all else on the day of the last completion (in Asia/Shanghai); an order stands under whom it
    belongs to now. The clocks of the last cycle are counted with the completion; `lapsed` and `rated` later,
    on that same day.
    """

    __tablename__ = "work_order_days"

    on_date: Mapped[date] = mapped_column(Date, primary_key=True)
    category_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    campus_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    building_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    contractor_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    group_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    submitted: Mapped[int] = mapped_column(default=0)
    ended_unserved: Mapped[int] = mapped_column(default=0)
    completed: Mapped[int] = mapped_column(default=0)
    response_met: Mapped[int] = mapped_column(default=0)
    response_missed: Mapped[int] = mapped_column(default=0)
    resolution_met: Mapped[int] = mapped_column(default=0)
    resolution_missed: Mapped[int] = mapped_column(default=0)
    first_fixed: Mapped[int] = mapped_column(default=0)  # completed without rework and never reopened
    reworked: Mapped[int] = mapped_column(default=0)  # completed after at least one rework
    reopened: Mapped[int] = mapped_column(default=0)  # orders reopened at least once
    reminded: Mapped[int] = mapped_column(default=0)
    rated: Mapped[int] = mapped_column(default=0)
    lapsed: Mapped[int] = mapped_column(default=0)
    response_minutes: Mapped[int] = mapped_column(BigInt, default=0)  # natural, from submission to acceptance
    labour_minutes: Mapped[int] = mapped_column(BigInt, default=0)
    cost_fen: Mapped[int] = mapped_column(BigInt, default=0)
