"""Tables of grant plans, awards and expiry."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime


class GrantPlan(Base):
    """What is granted every month from `from_month` to `until_month` (first days, both included)."""

    __tablename__ = "grant_plans"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("until_month IS NULL OR until_month >= from_month", name="months"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(50), unique=True)
    amount_fen: Mapped[int] = mapped_column(BigInt)
    is_for_all: Mapped[bool] = mapped_column(Boolean)
    from_month: Mapped[date] = mapped_column(Date)
    until_month: Mapped[date | None] = mapped_column(Date)
    is_active: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int] = mapped_column(BigInt)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    departments: Mapped[list["GrantPlanDepartment"]] = relationship(
        cascade="all, delete-orphan", order_by="GrantPlanDepartment.department_id"
    )


class GrantPlanDepartment(Base):
    """A department whose people, and those of everything below it, a plan covers."""

    __tablename__ = "grant_plan_departments"

    plan_id: Mapped[int] = mapped_column(ForeignKey("grant_plans.id", ondelete="CASCADE"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), primary_key=True)


class GrantAward(Base):
    """One person's grant by one plan for one month, with the entry that made it."""

    __tablename__ = "grant_awards"

    plan_id: Mapped[int] = mapped_column(ForeignKey("grant_plans.id"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"))
    amount_fen: Mapped[int] = mapped_column(BigInt)


class ExpiryRun(Base):
    """The expiry at one boundary; `finished_at` once everybody was seen to."""

    __tablename__ = "expiry_runs"

    boundary_on: Mapped[date] = mapped_column(Date, primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ExpiredSubsidy(Base):
    """What expired of one person's subsidy at one boundary, with the entry that took it."""

    __tablename__ = "expired_subsidies"

    boundary_on: Mapped[date] = mapped_column(ForeignKey("expiry_runs.boundary_on"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"))
    amount_fen: Mapped[int] = mapped_column(BigInt)
