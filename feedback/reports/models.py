"""Tables of the reports."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

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
    """待审核, 已受理, 转办, 转工单, 已答复, 待评价, 已办结; 不予受理, 重复, 隐藏, 挂账, 已撤回."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    IN_ORDER = "in_order"
    REPLIED = "replied"
    TO_RATE = "to_rate"
    CLOSED = "closed"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    HIDDEN = "hidden"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class Origin(StrEnum):
    """How a report came about."""

    PHONE = "phone"
    DESK = "desk"  # Written down by the desk, for somebody who called or came.
    CONCIERGE = "concierge"
    OPEN311 = "open311"


class Outcome(StrEnum):
    """已解决, 部分解决, 未解决: as the reporter says, or whom the visit reached."""

    RESOLVED = "resolved"
    PARTLY = "partly"
    UNRESOLVED = "unresolved"


class AssignmentEnd(StrEnum):
    """Why an office no longer has a report."""

    REPLIED = "replied"
    TRANSFERRED = "transferred"
    OBJECTED = "objected"
    SUSPENDED = "suspended"
    ENDED = "ended"  # The report went another way: duplicate, hidden, withdrawn.


OPEN_STATES: Final = ("pending", "accepted", "assigned", "in_order", "suspended")
IS_OPEN: Final = "state IN ('pending', 'accepted', 'assigned', 'in_order', 'suspended')"


class Report(Base):
    """A demand (诉求), whatever its kind, on its way from a person to an answer.

    Who brought it forward is `reporter_id`; of an unnamed one only `reporter_cipher` knows (a sealed staff
    id; `reports.seals` opens it), and `department_id` is null. `reporter_key` is a keyed hash of the staff
    id, named or not: by it people find their own. All three are null for somebody from outside. `deadline`
    is the class of the category at submission. Micro-degrees (WGS 84) only if the reporter gave a position.
    `cycle` counts reopenings, `revision` all changes. `assignment_id` is the assignment at work.
    `unhidden_state` is what a hidden report goes back to. `outcome` is that of the present cycle.
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("number"),
        Index(None, "reporter_key", "submitted_at"),
        Index(None, "submitted_at"),
        Index(None, "category_id", "submitted_at"),
        Index(None, "office_id", "submitted_at"),
        Index(None, "place_kind", "place_id", "submitted_at"),
        Index(None, "master_id"),
        Index(
            "ix_reports_open",
            "state",
            "campus_id",
            "submitted_at",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index(
            "ix_reports_lapsing",
            "state",
            "replied_at",
            sqlite_where=text("state IN ('replied', 'to_rate')"),
            postgresql_where=text("state IN ('replied', 'to_rate')"),
        ),
        Index(
            "ix_reports_wall",
            "published_at",
            sqlite_where=text("published_at IS NOT NULL"),
            postgresql_where=text("published_at IS NOT NULL"),
        ),
        CheckConstraint("(place_kind IS NULL) = (place_id IS NULL)", name="place"),
        CheckConstraint("(latitude_e6 IS NULL) = (longitude_e6 IS NULL)", name="position"),
        CheckConstraint(
            "(state = 'duplicate' OR unhidden_state = 'duplicate') = (master_id IS NOT NULL)", name="master"
        ),
        CheckConstraint("(state = 'hidden') = (unhidden_state <> '')", name="hidden"),
        CheckConstraint(
            "is_anonymous = (reporter_cipher IS NOT NULL)"
            " AND (NOT is_anonymous OR (reporter_id IS NULL AND department_id IS NULL))",
            name="sealed",
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10))
    origin: Mapped[str] = mapped_column(String(10))
    category_id: Mapped[int] = mapped_column(ForeignKey("report_categories.id"))
    deadline: Mapped[str] = mapped_column(String(10))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reporter_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    reporter_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    is_anonymous: Mapped[bool] = mapped_column(Boolean, default=False)
    department_id: Mapped[int | None] = mapped_column(BigInt)
    contact: Mapped[str] = mapped_column(String(50), default="")
    contact_phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    place_kind: Mapped[str | None] = mapped_column(String(10))
    place_id: Mapped[int | None] = mapped_column(BigInt)
    place_path: Mapped[str] = mapped_column(String(200), default="")
    campus_id: Mapped[int] = mapped_column(BigInt, default=0)
    building_id: Mapped[int] = mapped_column(BigInt, default=0)
    latitude_e6: Mapped[int | None] = mapped_column()
    longitude_e6: Mapped[int | None] = mapped_column()
    text: Mapped[str] = mapped_column(Text)
    is_wall_consented: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    state: Mapped[str] = mapped_column(String(10), default=State.PENDING.value)
    cycle: Mapped[int] = mapped_column(SmallInteger, default=0)
    revision: Mapped[int] = mapped_column(default=0)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("handling_offices.id"))
    assignment_id: Mapped[int | None] = mapped_column(BigInt)
    order_id: Mapped[int | None] = mapped_column(BigInt)  # property's, of the present assignment
    master_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"), index=True)
    unhidden_state: Mapped[str] = mapped_column(String(10), default="", server_default="")
    reply: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(10), default="", server_default="")
    is_lapsed: Mapped[bool] = mapped_column(Boolean, default=False)  # ended without a rating: 未参评

    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    assigned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # on the public wall
    supervised_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # 督办
    review_on: Mapped[date | None] = mapped_column(Date)  # 挂账: when it is looked at again

    followers: Mapped[int] = mapped_column(default=0)  # 我也遇到
    transfers: Mapped[int] = mapped_column(SmallInteger, default=0)
    extensions: Mapped[int] = mapped_column(SmallInteger, default=0)
    reopenings: Mapped[int] = mapped_column(SmallInteger, default=0)
    reminders: Mapped[int] = mapped_column(SmallInteger, default=0)  # 催办


class ReportEvent(Base):
    """One entry of a report's timeline; append-only. `actor_id` 0 is the system, or an unnamed reporter.

    What is not `is_public` is for those who handle it, and never told to the reporter.
    """

    __tablename__ = "report_events"
    __table_args__ = (Index(None, "report_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    step: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str] = mapped_column(String(10))
    to_state: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(String(2000), default="")
    is_public: Mapped[bool] = mapped_column(Boolean)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class Assignment(Base):
    """That a report was given to an office (转办), perhaps with a work order (转工单); one live at a time.

    The first one's office stays responsible until another has taken it over (首接负责).
    """

    __tablename__ = "report_assignments"
    __table_args__ = (
        Index(None, "office_id", "assigned_at"),
        Index(
            "uq_report_assignments_live",
            "report_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "report_id"),
        CheckConstraint("(ended_at IS NULL) = (ended_by = '')", name="ended"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    office_id: Mapped[int] = mapped_column(ForeignKey("handling_offices.id"))
    order_id: Mapped[int | None] = mapped_column(BigInt, index=True)
    assigned_at: Mapped[datetime] = mapped_column(UTCDateTime)
    assigned_by: Mapped[int] = mapped_column(BigInt)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[str] = mapped_column(String(12), default="")


class Follower(Base):
    """Somebody who met the same (我也遇到): told how it ends, never named to anybody."""

    __tablename__ = "report_followers"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ReportDay(Base):
    """What the reports submitted on a day (in Asia/Shanghai) have come to so far.

    By category, campus, building (0 for none) and office (0 while there is none), where a report stands now.
    A report counts once in `submitted`, `withdrawn`, `unserved` (rejected, duplicate, hidden), `answered`,
    `closed`, `lapsed` and those after it; clocks, ratings and visits count for each cycle. A visit's outcome
    counts where the cycle was not rated.
    """

    __tablename__ = "report_days"

    on_date: Mapped[date] = mapped_column(Date, primary_key=True)
    category_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    campus_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    building_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    office_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    submitted: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    unserved: Mapped[int] = mapped_column(default=0)
    response_met: Mapped[int] = mapped_column(default=0)
    response_missed: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)  # replied to, and not reopened since
    closed: Mapped[int] = mapped_column(default=0)
    answer_met: Mapped[int] = mapped_column(default=0)
    answer_missed: Mapped[int] = mapped_column(default=0)
    rated: Mapped[int] = mapped_column(default=0)
    satisfied: Mapped[int] = mapped_column(default=0)  # ratings of grade 4 or 5
    resolved: Mapped[int] = mapped_column(default=0)  # as the reporter said with the rating
    partly: Mapped[int] = mapped_column(default=0)
    unresolved: Mapped[int] = mapped_column(default=0)
    lapsed: Mapped[int] = mapped_column(default=0)  # asked, and the window is over: 未参评
    visited: Mapped[int] = mapped_column(default=0)
    visit_reached: Mapped[int] = mapped_column(default=0)
    visit_resolved: Mapped[int] = mapped_column(default=0)
    visit_partly: Mapped[int] = mapped_column(default=0)
    visit_unresolved: Mapped[int] = mapped_column(default=0)
    visit_graded: Mapped[int] = mapped_column(default=0)
    visit_satisfied: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[int] = mapped_column(default=0)  # reopened at least once
    reminded: Mapped[int] = mapped_column(default=0)
    extended: Mapped[int] = mapped_column(default=0)
    transferred: Mapped[int] = mapped_column(default=0)
