"""Tables of the projects."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class ProjectState(StrEnum):
    """提议, 立项, 实施中, 完成; 未采纳."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    UNDER_WAY = "under_way"
    DONE = "done"
    DECLINED = "declined"


class MilestoneState(StrEnum):
    """计划中, 进行中, 已完成, 已取消."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


class Project(Base):
    """A small improvement (微实事). `report_id` is the suggestion it came from, `office_id` who does it."""

    __tablename__ = "improvement_projects"
    __table_args__ = (
        UniqueConstraint("report_id"),
        Index(None, "state", "proposed_at"),
        CheckConstraint("(place_kind IS NULL) = (place_id IS NULL)", name="place"),
        CheckConstraint("(state IN ('done', 'declined')) = (ended_at IS NOT NULL)", name="ended"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    title: Mapped[str] = mapped_column(String(60))
    intro: Mapped[str] = mapped_column(Text)
    place_kind: Mapped[str | None] = mapped_column(String(10))
    place_id: Mapped[int | None] = mapped_column(BigInt)
    place_path: Mapped[str] = mapped_column(String(200), default="")
    office_id: Mapped[int | None] = mapped_column(ForeignKey("handling_offices.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    state: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int] = mapped_column(default=1)
    followers: Mapped[int] = mapped_column(default=0)
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    adopted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Milestone(Base):
    """What is to be reached by `due_on`, that day included; `done_on` once it is."""

    __tablename__ = "project_milestones"
    __table_args__ = (
        Index(None, "project_id"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("improvement_projects.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(60))
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    done_on: Mapped[date | None] = mapped_column(Date)


class ProjectNote(Base):
    """An entry of a project's timeline: a step, a milestone reached, a word on the progress; append-only."""

    __tablename__ = "project_notes"
    __table_args__ = (Index(None, "project_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("improvement_projects.id"))
    step: Mapped[str] = mapped_column(String(12))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    noted_by: Mapped[int] = mapped_column(BigInt)
    noted_by_name: Mapped[str] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(String(1000), default="")


class ProjectFollower(Base):
    """Somebody who follows a project: told of its progress, never named to anybody."""

    __tablename__ = "project_followers"

    project_id: Mapped[int] = mapped_column(ForeignKey("improvement_projects.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
