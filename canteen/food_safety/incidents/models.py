"""Tables of incidents and recalls."""

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
    String,
    Text,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class State(StrEnum):
    """已上报 → 已确认 (范围已定、批次已封存) → 已召回 (已通知就餐人员) → 已结案; 已上报 → 已排除."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    RECALLED = "recalled"
    CLOSED = "closed"
    DISMISSED = "dismissed"


class Kind(StrEnum):
    """疑似食源性疾病, 问题食材, 异物或变质, 加工操作问题, 其他."""

    ILLNESS = "illness"
    INGREDIENT = "ingredient"
    FOREIGN_BODY = "foreign_body"
    PROCESS = "process"
    OTHER = "other"


class Source(StrEnum):
    """Who noticed: 食堂自查, 职工反映, 监管部门通报, 供应商召回, 检测结果."""

    KITCHEN = "kitchen"
    DINER = "diner"
    AUTHORITY = "authority"
    SUPPLIER = "supplier"
    TEST = "test"


class Step(StrEnum):
    """What stands on the timeline."""

    REPORT = "report"
    CONFIRM = "confirm"
    EXTEND = "extend"
    BLOCK = "block"
    LOCK_SAMPLES = "lock_samples"
    STOP_SALE = "stop_sale"
    NOTIFY = "notify"
    REPORT_TO_AUTHORITY = "report_to_authority"
    NOTE = "note"
    EXPORT = "export"
    RELEASE = "release"
    CLOSE = "close"
    DISMISS = "dismiss"


class SubjectKind(StrEnum):
    """What an incident is about: 批次, 菜品 (at one meal), 餐次 (all of a meal)."""

    BATCH = "batch"
    DISH = "dish"
    MEAL = "meal"


class Incident(Base):
    """One incident of one canteen, or a drill of one.

    `sick` and `in_hospital` are counts that were told, never persons. `feedback_number` is that of a
    diner's report, where the incident began with one. `revision` counts the steps.
    """

    __tablename__ = "food_incidents"
    __table_args__ = (
        Index(None, "canteen_id", "reported_at"),
        Index(None, "state"),
        CheckConstraint("sick >= 0 AND in_hospital >= 0", name="people"),
        CheckConstraint(
            "(state IN ('closed', 'dismissed')) = (closed_at IS NOT NULL)", name="closed_says_when"
        ),
        CheckConstraint(
            "state IN ('reported', 'dismissed') OR confirmed_at IS NOT NULL", name="confirmed_says_when"
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    title: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(10))
    description: Mapped[str] = mapped_column(Text)
    feedback_number: Mapped[str] = mapped_column(String(30), default="")
    is_drill: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    state: Mapped[str] = mapped_column(String(10), default=State.REPORTED.value)
    revision: Mapped[int] = mapped_column(default=1)
    sick: Mapped[int] = mapped_column(default=0)
    in_hospital: Mapped[int] = mapped_column(default=0)
    noticed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reported_by: Mapped[int] = mapped_column(BigInt)
    reported_by_name: Mapped[str] = mapped_column(String(50))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(BigInt)
    confirmed_by_name: Mapped[str] = mapped_column(String(50), default="")
    # Of the first report to an authority; what was reported to whom stands on the timeline.
    authority_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    recalled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[int | None] = mapped_column(BigInt)
    closed_by_name: Mapped[str] = mapped_column(String(50), default="")
    cause: Mapped[str] = mapped_column(Text, default="")
    findings: Mapped[str] = mapped_column(Text, default="")
    measures: Mapped[str] = mapped_column(Text, default="")


class IncidentSubject(Base):
    """A batch, a dish at a meal, or a meal that an incident is about.

    A batch is in one open incident at most (`holds_batch`), so that two recalls of it tell nobody twice;
    drills are apart. `is_traced`: a meal or dish that the trace of a batch found, not a person.
    """

    __tablename__ = "food_incident_subjects"
    __table_args__ = (
        Index(None, "incident_id"),
        Index(
            "uq_food_incident_subjects_batch",
            "batch_id",
            unique=True,
            sqlite_where=text("holds_batch"),
            postgresql_where=text("holds_batch"),
        ),
        Index(None, "meal_id"),
        CheckConstraint(
            "(kind = 'batch') = (batch_id IS NOT NULL) AND (kind = 'batch') = (meal_id IS NULL)"
            " AND (kind = 'dish') = (dish_id IS NOT NULL)",
            name="names_its_subject",
        ),
        CheckConstraint("kind = 'batch' OR NOT holds_batch", name="holds_a_batch"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("food_incidents.id"))
    kind: Mapped[str] = mapped_column(String(5))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("stock_batches.id"))
    meal_id: Mapped[int | None] = mapped_column(ForeignKey("meals.id"))
    dish_id: Mapped[int | None] = mapped_column(ForeignKey("dishes.id"))
    is_traced: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    holds_batch: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # Whether this incident blocked the batch; one that was blocked before stays so when the case is closed.
    has_blocked: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)


class IncidentDiner(Base):
    """Somebody whom the food reached, and when they were told. Says nothing about their health."""

    __tablename__ = "food_incident_diners"
    __table_args__ = (Index(None, "staff_id"),)

    incident_id: Mapped[int] = mapped_column(ForeignKey("food_incidents.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    # The first day and the number of meals at which an order of theirs had it; null and 0: no order, but a
    # reception or a tray.
    served_on: Mapped[date | None] = mapped_column(Date)
    meals: Mapped[int] = mapped_column()
    found_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class IncidentEvent(Base):
    """A line of the timeline; append-only (a trigger refuses changes)."""

    __tablename__ = "food_incident_events"
    __table_args__ = (Index(None, "incident_id", "id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("food_incidents.id"))
    step: Mapped[str] = mapped_column(String(20))
    # When it happened; a report to an authority may be entered later than it was made.
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int] = mapped_column(BigInt)
    by_name: Mapped[str] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(String(500))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
