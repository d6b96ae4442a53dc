"""Use cases of the projects."""

from collections.abc import Sequence

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from backend.identity import queries as identity
from backend.places.policies import Ref
from feedback.categories import queries as categories
from feedback.categories.models import Kind
from feedback.concierge.projects import operations, policies, queries
from feedback.concierge.projects.errors import ProjectOriginInvalid, ProposalsClosed
from feedback.concierge.projects.messages import ADOPTED, DECLINED
from feedback.concierge.projects.models import Project, ProjectFollower, ProjectState
from feedback.concierge.projects.policies import Planned, Step
from feedback.concierge.projects.queries import ProjectView
from feedback.offices import queries as offices
from feedback.reports import intake, moving, telling
from feedback.reports import policies as report_policies
from feedback.reports import queries as reports
from feedback.reports.errors import ReportNotFound
from feedback.reports.models import Origin, Report

OBJECT = "project"


@atomic
def propose(
    actor: Actor, *, title: str, text: str, place: Ref | None = None, photo_ids: Sequence[int] = ()
) -> ProjectView:
    """Suggest a project: a suggestion like any other, which its project names. Its photos stay the report's.

    Raises ProposalsClosed, and as `intake.raise_report` and `intake.ensure_within_quota`.
    """
    now = clock.now()
    suggestions = [each for each in categories.list_active() if each.kind == Kind.SUGGESTION]
    if not suggestions:
        raise ProposalsClosed
    category = suggestions[-1]  # Lists end with the most general.
    identity.lock_staff(actor.staff_id)
    intake.ensure_within_quota(actor.staff_id, now)
    report = intake.raise_report(
        actor,
        origin=Origin.PHONE,
        category_id=category.id,
        category=category,
        place=place,
        text=f"【微实事提议】{title}：{text}",
        photo_ids=photo_ids,
        at=now,
    )
    project = operations.add(
        title=title, intro=text, place=place, state=ProjectState.PROPOSED, at=now, report_id=report.id
    )
    # Who proposed it, only the report knows.
    operations.note(*operations.NOBODY, project, Step.PROPOSE, at=now)
    return queries.get_project(actor, project.id)


@atomic
def create(
    actor: Actor,
    *,
    title: str,
    intro: str,
    place: Ref | None = None,
    office_id: int | None = None,
    report_id: int | None = None,
    photo_ids: Sequence[int] = (),
    milestones: Sequence[Planned] = (),
) -> ProjectView:
    """Adopt a project of the house's own, or one that somebody suggested by an ordinary report.

    Raises Forbidden, OfficeNotFound, OfficeClosed, PlaceUnknown, ProjectOriginInvalid, ProjectOriginTaken,
    MilestonesInvalid or PhotoNotFound.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    if office_id is not None:
        offices.find(office_id)
    if report_id is not None:
        _ensure_suggestion(actor, report_id)
    now = clock.now()
    project = operations.add(
        title=title,
        intro=intro,
        place=place,
        state=ProjectState.ADOPTED,
        at=now,
        office_id=office_id,
        report_id=report_id,
    )
    operations.set_photos(actor, project, photo_ids)
    operations.set_plan(project, milestones)
    operations.note(actor.staff_id, actor.name, project, Step.ADOPT, at=now)
    _link_back(actor, project)
    record(actor, "feedback.project_adopted", OBJECT, project.id, title=title)
    return queries.get_project(actor, project.id)


@atomic
def adopt(
    actor: Actor,
    *,
    project_id: int,
    title: str = "",
    intro: str = "",
    office_id: int | None = None,
    text: str = "",
    photo_ids: Sequence[int] = (),
) -> ProjectView:
    """Take a proposal up, in the desk's own words if it gives any; its suggestion says so.

    Raises ProjectNotFound, ProjectNotYours, ProjectState, OfficeNotFound, OfficeClosed or PhotoNotFound.
    """
    project = operations.entering(actor, project_id, Step.ADOPT)
    if office_id is not None:
        project.office_id = offices.find(office_id).id
    project.title, project.intro = title or project.title, intro or project.intro
    operations.set_photos(actor, project, photo_ids)
    operations.move(actor, project, Step.ADOPT, text=text)
    _link_back(actor, project)
    record(actor, "feedback.project_adopted", OBJECT, project_id, title=project.title)
    return queries.get_project(actor, project_id)


@atomic
def decline(actor: Actor, *, project_id: int, text: str) -> ProjectView:
    """Say no, and why; who proposed it is told, and who follows it.

    Raises ProjectNotFound, ProjectNotYours or ProjectState.
    """
    project = operations.entering(actor, project_id, Step.DECLINE)
    operations.move(actor, project, Step.DECLINE, text=text)
    report = _origin(project)
    if report is not None:
        said = f"未列为微实事项目：{text}"
        moving.note(actor, report, report_policies.Step.NOTE, text=said, at=clock.now())
        telling.tell_reporter(report, DECLINED, event="project_declined", why=text)
    record(actor, "feedback.project_declined", OBJECT, project_id, title=project.title)
    return queries.get_project(actor, project_id)


@atomic
def edit(
    actor: Actor,
    *,
    project_id: int,
    revision: int,
    title: str,
    intro: str,
    place: Ref | None = None,
    office_id: int | None = None,
    photo_ids: Sequence[int] = (),
) -> ProjectView:
    """Describe a project anew; `photo_ids` are all that it shall have.

    Raises ProjectNotFound, ProjectNotYours, ProjectState, ProjectChanged, OfficeNotFound, OfficeClosed,
    PlaceUnknown or PhotoNotFound.
    """
    project = operations.entering(actor, project_id, Step.EDIT)
    policies.ensure_seen(revision, project.revision)
    if office_id is not None and office_id != project.office_id:
        offices.find(office_id)
    project.title, project.intro, project.office_id = title, intro, office_id
    operations.put(project, place)
    operations.set_photos(actor, project, photo_ids)
    operations.move(actor, project, Step.EDIT)
    record(actor, "feedback.project_changed", OBJECT, project_id, title=title)
    return queries.get_project(actor, project_id)


@atomic
def start(actor: Actor, *, project_id: int, text: str = "") -> ProjectView:
    """Begin. Raises ProjectNotFound, ProjectNotYours or ProjectState."""
    project = operations.entering(actor, project_id, Step.START)
    operations.move(actor, project, Step.START, text=text)
    record(actor, "feedback.project_started", OBJECT, project_id, title=project.title)
    return queries.get_project(actor, project_id)


@atomic
def finish(actor: Actor, *, project_id: int, text: str, photo_ids: Sequence[int] = ()) -> ProjectView:
    """Say that it is done, once its milestones are.

    Raises ProjectNotFound, ProjectNotYours, ProjectState, ProjectUnfinished or PhotoNotFound.
    """
    project = operations.entering(actor, project_id, Step.FINISH)
    policies.ensure_finished([each.state for each in queries.milestones(project.id)])
    operations.move(actor, project, Step.FINISH, text=text, photo_ids=photo_ids)
    record(actor, "feedback.project_finished", OBJECT, project_id, title=project.title)
    return queries.get_project(actor, project_id)


@atomic
def tell(actor: Actor, *, project_id: int, text: str, photo_ids: Sequence[int] = ()) -> ProjectView:
    """A word on the progress. Raises ProjectNotFound, ProjectNotYours, ProjectState or PhotoNotFound."""
    project = operations.entering(actor, project_id, Step.NOTE)
    operations.move(actor, project, Step.NOTE, text=text, photo_ids=photo_ids)
    return queries.get_project(actor, project_id)


@atomic
def plan(actor: Actor, *, project_id: int, revision: int, milestones: Sequence[Planned]) -> ProjectView:
    """Let a project have these milestones, with how each stands; those reached are told.

    Raises ProjectNotFound, ProjectNotYours, ProjectState, ProjectChanged or MilestonesInvalid.
    """
    project = operations.entering(actor, project_id, Step.PLAN)
    policies.ensure_seen(revision, project.revision)
    reached = operations.set_plan(project, milestones)
    if reached:
        operations.move(actor, project, Step.PLAN, text=f"已完成：{'、'.join(reached)}")
    else:
        project.revision += 1
    record(actor, "feedback.project_planned", OBJECT, project_id, title=project.title)
    return queries.get_project(actor, project_id)


@atomic
def follow(actor: Actor, *, project_id: int) -> ProjectView:
    """Be told of a project's progress. Again changes nothing. Raises ProjectNotFound."""
    project = operations.locked(project_id)
    queries.ensure_visible(project, queries.standing(actor, project))
    if db.session.get(ProjectFollower, (project_id, actor.staff_id)) is None:
        db.session.add(ProjectFollower(project_id=project_id, staff_id=actor.staff_id, at=clock.now()))
        project.followers += 1
        db.session.flush()  # Reads within the unit see it.
    return queries.get_project(actor, project_id)


@atomic
def unfollow(actor: Actor, *, project_id: int) -> ProjectView:
    """Be told no more. Again changes nothing. Raises ProjectNotFound."""
    project = operations.locked(project_id)
    queries.ensure_visible(project, queries.standing(actor, project))
    follower = db.session.get(ProjectFollower, (project_id, actor.staff_id))
    if follower is not None:
        db.session.delete(follower)
        project.followers -= 1
        db.session.flush()  # Reads within the unit see it.
    return queries.get_project(actor, project_id)


def _ensure_suggestion(actor: Actor, report_id: int) -> None:
    try:
        report = reports.find(actor, report_id)
    except ReportNotFound as error:
        raise ProjectOriginInvalid from error
    if report.kind != Kind.SUGGESTION:
        raise ProjectOriginInvalid


def _origin(project: Project) -> Report | None:
    return moving.locked(project.report_id) if project.report_id is not None else None


def _link_back(actor: Actor, project: Project) -> None:
    """Let the suggestion that a project came from say so, and its author be told."""
    report = _origin(project)
    if report is None:
        return
    said = f"已列为微实事项目「{project.title}」"
    moving.note(actor, report, report_policies.Step.NOTE, text=said, at=clock.now(), project_id=project.id)
    telling.tell_reporter(report, ADOPTED, event="project_adopted", title=project.title)
