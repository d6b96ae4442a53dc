"""Tables of the workforce."""

from datetime import date, datetime, time

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Time,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class Group(Base):
    """A group of workers, of the house (`contractor_id` is null) or of a contractor."""

    __tablename__ = "work_groups"
    __table_args__ = (UniqueConstraint("name"), Index(None, "contractor_id"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    contractor_id: Mapped[int | None] = mapped_column(ForeignKey("contractors.id"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class Worker(Base):
    """A member of staff who works in a group; one group at a time. `building_id` is the usual station."""

    __tablename__ = "workers"
    __table_args__ = (Index(None, "group_id"), CheckConstraint("capacity > 0", name="capacity"))

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("work_groups.id"))
    is_lead: Mapped[bool] = mapped_column(Boolean, default=False)
    building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"))
    capacity: Mapped[int] = mapped_column(SmallInteger, default=5, server_default=text("5"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    joined_at: Mapped[datetime] = mapped_column(UTCDateTime)


class WorkerSkill(Base):
    """A trade that a worker has (电工, 水暖 …), by the word that categories use."""

    __tablename__ = "worker_skills"

    staff_id: Mapped[int] = mapped_column(ForeignKey("workers.staff_id"), primary_key=True)
    skill: Mapped[str] = mapped_column(String(20), primary_key=True)


class Shift(Base):
    """A span of wall time with a name; one that ends at or before its beginning ends on the next day."""

    __tablename__ = "work_shifts"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    from_time: Mapped[time] = mapped_column(Time)
    until_time: Mapped[time] = mapped_column(Time)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class Duty(Base):
    """A worker on a shift of the day on which it begins."""

    __tablename__ = "work_duties"
    __table_args__ = (Index(None, "on_date"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("workers.staff_id"), primary_key=True)
    on_date: Mapped[date] = mapped_column(Date, primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("work_shifts.id"), primary_key=True)
