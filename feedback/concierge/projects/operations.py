"""Writes of the projects, within an open unit of work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.actor import Actor
from backend.db import db, unit
from backend.media import operations as media
from backend.media import queries as media_queries
from backend.notifications.operations import notify
from backend.places import queries as places
from backend.places.errors import PlaceNotFound
from backend.places.policies import Ref
from feedback.concierge.projects import policies, queries
from feedback.concierge.projects.errors import ProjectNotFound, ProjectOriginTaken
from feedback.concierge.projects.messages import PROGRESS
from feedback.concierge.projects.models import Milestone, MilestoneState, Project, ProjectNote, ProjectState
from feedback.concierge.projects.policies import Planned, Step
from feedback.reports.errors import PlaceUnknown

LONGEST_TOLD: Final = 100
_STAMPS: Final = {
    ProjectState.ADOPTED: "adopted_at",
    ProjectState.UNDER_WAY: "started_at",
    ProjectState.DONE: "ended_at",
    ProjectState.DECLINED: "ended_at",
}
# An unnamed proposer's proposal must not name them; the desk's own ones may.
NOBODY: Final = (0, "")


def add(
    *,
    title: str,
    intro: str,
    place: Ref | None,
    state: ProjectState,
    at: datetime,
    office_id: int | None = None,
    report_id: int | None = None,
) -> Project:
    """A new project. Raises PlaceUnknown or ProjectOriginTaken."""
    unit()
    project = Project(
        title=title,
        intro=intro,
        office_id=office_id,
        report_id=report_id,
        state=state.value,
        revision=1,
        followers=0,
        proposed_at=at,
        adopted_at=at if state is ProjectState.ADOPTED else None,
    )
    put(project, place)
    try:
        db.session.add(project)
        db.session.flush()  # Its notes, milestones and photos name it.
    except IntegrityError as error:
        raise ProjectOriginTaken from error
    return project


def locked(project_id: int) -> Project:
    """The project, kept from everybody else until the unit ends. Raises ProjectNotFound."""
    unit()
    project = db.session.get(Project, project_id, populate_existing=True, with_for_update=True)
    if project is None:
        raise ProjectNotFound
    return project


def entering(actor: Actor, project_id: int, step: Step) -> Project:
    """A locked project of which this step is the actor's, and possible.

    Raises ProjectNotFound, ProjectNotYours or ProjectState.
    """
    project = locked(project_id)
    who = queries.standing(actor, project)
    queries.ensure_visible(project, who)
    policies.ensure_may(step, who)
    policies.state_after(project.state, step)
    return project


def put(project: Project, place: Ref | None) -> None:
    """Say where a project is. Raises PlaceUnknown."""
    project.place_kind = place.kind.value if place else None
    project.place_id = place.id if place else None
    try:
        project.place_path = places.find_place(place).path[:200] if place else ""
    except PlaceNotFound as error:
        raise PlaceUnknown from error


def move(
    actor: Actor, project: Project, step: Step, *, text: str = "", photo_ids: Sequence[int] = ()
) -> ProjectNote:
    """Take a step with a locked project: its state, its timeline, and who follows it is told.

    Raises ProjectState or PhotoNotFound.
    """
    now = clock.now()
    after = policies.state_after(project.state, step)
    if after != project.state:
        setattr(project, _STAMPS[after], now)
    project.state = after.value
    project.revision += 1
    entry = note(actor.staff_id, actor.name, project, step, text=text, at=now)
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        media.attach(actor, photo_id, policies.PHOTOS_NOTE, entry.id, is_public=True, position=position)
    if project.adopted_at is not None and step is not Step.EDIT:
        _tell_followers(project, entry)
    return entry


def note(
    staff_id: int, name: str, project: Project, step: Step, *, text: str = "", at: datetime
) -> ProjectNote:
    """An entry of the timeline."""
    entry = ProjectNote(
        project_id=project.id,
        step=step.value,
        noted_at=at,
        noted_by=staff_id,
        noted_by_name=name,
        text=text,
    )
    db.session.add(entry)
    db.session.flush()  # Its photos and the messages name it.
    return entry


def set_photos(actor: Actor, project: Project, photo_ids: Sequence[int]) -> None:
    """Let a project have these photos alone, its own and the actor's loose ones. Raises PhotoNotFound."""
    owned = media_queries.photos_of_owners(policies.PHOTOS, [project.id]).get(project.id, [])
    standing = {photo.id for photo in owned}
    if gone := standing - set(photo_ids):
        media.detach(policies.PHOTOS, project.id, gone)
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        if photo_id not in standing:
            media.attach(actor, photo_id, policies.PHOTOS, project.id, is_public=True, position=position)


def set_plan(project: Project, plan: Sequence[Planned]) -> list[str]:
    """Let a locked project have these milestones in this order; returns the titles of those newly reached.

    Raises MilestonesInvalid.
    """
    unit()
    standing = {row.id: row for row in queries.milestones(project.id)}
    policies.ensure_plan(plan, {row.id: row.state for row in standing.values()})
    for gone in set(standing) - {each.id for each in plan}:
        db.session.delete(standing[gone])
    reached = []
    for position, each in enumerate(plan, 1):
        row = standing.get(each.id or 0) or Milestone(project_id=project.id)
        if each.state is not MilestoneState.DONE:
            row.done_on = None
        elif row.state != MilestoneState.DONE:
            row.done_on = clock.today()
            reached.append(each.title)
        row.position, row.title, row.due_on, row.state = position, each.title, each.due_on, each.state.value
        db.session.add(row)
    db.session.flush()  # Reads within the unit see them.
    return reached


def _tell_followers(project: Project, entry: ProjectNote) -> None:
    told = entry.text or policies.STATE_NAMES[ProjectState(project.state)]
    notify(
        PROGRESS,
        [staff_id for staff_id in queries.follower_ids(project.id) if staff_id != entry.noted_by],
        {
            "title": project.title,
            "step": policies.STEP_NAMES[Step(entry.step)],
            "what": told if len(told) <= LONGEST_TOLD else f"{told[:LONGEST_TOLD]}…",
        },
        page=f"pages/feedback/project?id={project.id}",
        dedupe=f"project {entry.id}",
    )
