"""Reads of the projects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db
from backend.errors import Forbidden
from backend.media import queries as media
from backend.media.links import PhotoLinks
from backend.media.queries import OwnedPhoto
from backend.paging import Page, paginate
from feedback.concierge.projects import policies
from feedback.concierge.projects.errors import ProjectNotFound
from feedback.concierge.projects.models import (
    Milestone,
    MilestoneState,
    Project,
    ProjectFollower,
    ProjectNote,
    ProjectState,
)
from feedback.concierge.projects.policies import Standing, Step
from feedback.offices import queries as offices
from feedback.reports import people, sealing
from feedback.reports import queries as reports
from feedback.reports.models import Report

_SHOWN = (ProjectState.ADOPTED.value, ProjectState.UNDER_WAY.value, ProjectState.DONE.value)


class ProjectScope(StrEnum):
    """Which projects a list has: all that one may see, those that one follows, proposals to decide."""

    ALL = "all"
    FOLLOWED = "followed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in a list; of `milestones` so many are `milestones_done`, those dropped not counted."""

    id: int
    title: str
    intro: str
    place_kind: str | None
    place_id: int | None
    place_path: str
    office_id: int | None
    office_name: str
    state: str
    state_name: str
    revision: int
    proposed_at: datetime
    adopted_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    followers: int
    is_followed: bool
    milestones: int
    milestones_done: int
    photo: PhotoLinks | None


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """A milestone, and whether it should have been reached by now."""

    id: int
    title: str
    due_on: date
    state: str
    state_name: str
    done_on: date | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class NoteView:
    """An entry of the timeline."""

    id: int
    step: str
    step_name: str
    noted_at: datetime
    noted_by_name: str
    text: str
    photos: Sequence[PhotoLinks]


@dataclass(frozen=True, slots=True)
class ProjectView:
    """All of a project. `report_id` only for who may read its suggestion; `can` are the reader's steps."""

    row: ProjectRow
    photos: Sequence[OwnedPhoto]
    plan: Sequence[MilestoneView]
    notes: Sequence[NoteView]
    report_id: int | None
    can: Sequence[Step]


def page_projects(
    actor: Actor,
    *,
    scope: ProjectScope = ProjectScope.ALL,
    state: ProjectState | None = None,
    page: int,
    page_size: int,
) -> Page:
    """Projects, what is under way first, then the latest. Raises Forbidden for `waiting` to others."""
    if scope is ProjectScope.WAITING and not _manages(actor):
        raise Forbidden
    statement = select(Project).where(_visible_to(actor))
    if scope is ProjectScope.FOLLOWED:
        followed = select(ProjectFollower.project_id).where(ProjectFollower.staff_id == actor.staff_id)
        statement = statement.where(Project.id.in_(followed))
    if scope is ProjectScope.WAITING:
        statement = statement.where(Project.state == ProjectState.PROPOSED.value)
    if state is not None:
        statement = statement.where(Project.state == state.value)
    places = {each.value: place for place, each in enumerate((ProjectState.UNDER_WAY, ProjectState.ADOPTED))}
    ordered = statement.order_by(
        case(places, value=Project.state, else_=len(places)), Project.proposed_at.desc(), Project.id.desc()
    )
    found = paginate(ordered, page=page, page_size=page_size)
    return Page(_rows(actor, found.rows), found.total, page, page_size)


def proposed() -> Count:
    """How many proposals wait for a decision."""
    statement = select(func.count()).where(Project.state == ProjectState.PROPOSED.value)
    return statement.select_from(Project)


def get_project(actor: Actor, project_id: int) -> ProjectView:
    """A project with its milestones and its timeline. Raises ProjectNotFound."""
    project = db.session.get(Project, project_id, populate_existing=True)
    if project is None:
        raise ProjectNotFound
    who = standing(actor, project)
    ensure_visible(project, who)
    notes = db.session.scalars(
        select(ProjectNote).where(ProjectNote.project_id == project_id).order_by(ProjectNote.id.desc())
    ).all()
    photos = media.links_of_owners(policies.PHOTOS_NOTE, [note.id for note in notes])
    return ProjectView(
        row=_rows(actor, [project])[0],
        photos=media.photos_of_owners(policies.PHOTOS, [project_id]).get(project_id, []),
        plan=[_milestone(each) for each in milestones(project_id)],
        notes=[_note(note, photos.get(note.id, [])) for note in notes],
        report_id=project.report_id if _may_read(actor, project.report_id) else None,
        can=policies.possible(project.state, who),
    )


def standing(actor: Actor, project: Project) -> Standing:
    """What the actor is to the project; at most two statements."""
    key = None
    if project.report_id is not None:
        key = db.session.scalar(select(Report.reporter_key).where(Report.id == project.report_id))
    return Standing(
        manages=_manages(actor),
        is_office=project.office_id is not None and project.office_id in people.offices_of(actor),
        is_proposer=key is not None and key == sealing.key_of(actor.staff_id),
    )


def ensure_visible(project: Project, who: Standing) -> None:
    """Raise ProjectNotFound unless one may know of the project."""
    if not policies.is_visible(project.state, was_adopted=project.adopted_at is not None, who=who):
        raise ProjectNotFound


def milestones(project_id: int) -> list[Milestone]:
    """The milestones of a project in their order."""
    statement = select(Milestone).where(Milestone.project_id == project_id)
    return list(db.session.scalars(statement.order_by(Milestone.position, Milestone.id)))


def follower_ids(project_id: int) -> list[int]:
    """Who follows a project; for telling them alone."""
    return list(
        db.session.scalars(select(ProjectFollower.staff_id).where(ProjectFollower.project_id == project_id))
    )


def _manages(actor: Actor) -> bool:
    return actor.reach(Permission.FEEDBACK_MANAGE).everywhere


def _visible_to(actor: Actor) -> ColumnElement[bool]:
    if _manages(actor):
        return Project.id > 0
    own = select(Report.id).where(reports.own(actor))
    office_ids = people.offices_of(actor)
    return or_(
        Project.state.in_(_SHOWN),
        Project.adopted_at.is_not(None),
        Project.report_id.in_(own),
        Project.office_id.in_(sorted(office_ids)) if office_ids else false(),
    )


def _may_read(actor: Actor, report_id: int | None) -> bool:
    if report_id is None:
        return False
    found = select(Report.id).where(Report.id == report_id, reports.visible_to(actor))
    return db.session.scalar(found) is not None


def _rows(actor: Actor, projects: Sequence[Project]) -> list[ProjectRow]:
    ids = [project.id for project in projects]
    photos = media.links_of_owners(policies.PHOTOS, ids)
    names = offices.names({project.office_id for project in projects if project.office_id is not None})
    counts, followed = _counts(ids), _followed(actor, ids)
    return [
        ProjectRow(
            id=project.id,
            title=project.title,
            intro=project.intro,
            place_kind=project.place_kind,
            place_id=project.place_id,
            place_path=project.place_path,
            office_id=project.office_id,
            office_name=names.get(project.office_id or 0, ""),
            state=project.state,
            state_name=policies.STATE_NAMES[ProjectState(project.state)],
            revision=project.revision,
            proposed_at=project.proposed_at,
            adopted_at=project.adopted_at,
            started_at=project.started_at,
            ended_at=project.ended_at,
            followers=project.followers,
            is_followed=project.id in followed,
            milestones=counts.get(project.id, (0, 0))[0],
            milestones_done=counts.get(project.id, (0, 0))[1],
            photo=next(iter(photos.get(project.id, [])), None),
        )
        for project in projects
    ]


def _counts(project_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many milestones each project has, and how many of them are done."""
    done = func.sum(case((Milestone.state == MilestoneState.DONE.value, 1), else_=0))
    rows: Any = db.session.execute(
        select(Milestone.project_id, func.count(), done)
        .where(and_(Milestone.project_id.in_(project_ids), Milestone.state != MilestoneState.DROPPED.value))
        .group_by(Milestone.project_id)
    )
    return {project_id: (int(count), int(reached)) for project_id, count, reached in rows}


def _followed(actor: Actor, project_ids: Sequence[int]) -> set[int]:
    statement = select(ProjectFollower.project_id).where(
        ProjectFollower.project_id.in_(project_ids), ProjectFollower.staff_id == actor.staff_id
    )
    return set(db.session.scalars(statement))


def _milestone(row: Milestone) -> MilestoneView:
    return MilestoneView(
        id=row.id,
        title=row.title,
        due_on=row.due_on,
        state=row.state,
        state_name=policies.MILESTONE_NAMES[MilestoneState(row.state)],
        done_on=row.done_on,
        is_overdue=policies.is_overdue(row.state, row.due_on, clock.today()),
    )


def _note(row: ProjectNote, photos: Sequence[PhotoLinks]) -> NoteView:
    return NoteView(
        id=row.id,
        step=row.step,
        step_name=policies.STEP_NAMES[Step(row.step)],
        noted_at=row.noted_at,
        noted_by_name=row.noted_by_name,
        text=row.text,
        photos=photos,
    )
