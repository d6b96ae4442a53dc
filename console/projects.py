"""微实事: small improvements, from a proposal to the day when all of its milestones are reached."""

from typing import Any, Final

from backend.actor import Actor, Permission
from backend.wire import Id, Query
from console.feedback_keeping import may_manage, office_choices
from console.found_things import chosen_place
from console.pages import page, pages, render
from feedback.concierge.projects import policies, queries
from feedback.concierge.projects.errors import ProjectNotYours
from feedback.concierge.projects.models import MilestoneState, ProjectState
from feedback.concierge.projects.policies import MILESTONE_NAMES, STATE_NAMES, Step
from feedback.concierge.projects.queries import ProjectView
from feedback.concierge.projects.schemas import ProjectsQuery
from feedback.reports import queries as reports

blueprint = pages("console_projects", __name__)

READ: Final = Permission.FEEDBACK_READ
MANAGE: Final = Permission.FEEDBACK_MANAGE
_PATH: Final = "/concierge/projects"
STATE_TONES: Final = {
    ProjectState.PROPOSED: "yellow",
    ProjectState.ADOPTED: "blue",
    ProjectState.UNDER_WAY: "blue",
    ProjectState.DONE: "green",
    ProjectState.DECLINED: "gray",
}
MILESTONE_TONES: Final = {
    MilestoneState.PLANNED: "gray",
    MilestoneState.UNDER_WAY: "blue",
    MilestoneState.DONE: "green",
    MilestoneState.DROPPED: "gray",
}
# The steps that have a form of their own, with what its button says.
_FORMS: Final = {
    Step.ADOPT: "立项",
    Step.DECLINE: "不予采纳",
    Step.START: "开始实施",
    Step.FINISH: "完成",
    Step.NOTE: "通报进展",
}


class NewProjectQuery(Query):
    """From which suggestion the project comes, if from one."""

    report_id = Id()


@page(blueprint, _PATH, permission=READ, query=ProjectsQuery)
def list_projects(actor: Actor, query: dict[str, Any]) -> str:
    """The projects, what is under way first."""
    return render(
        "concierge/projects.html",
        query=query,
        found=queries.page_projects(actor, **query),
        states=STATE_NAMES,
        state_tones=STATE_TONES,
        may_manage=may_manage(actor),
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE, query=NewProjectQuery, is_compound_wide=True)
def new_project(actor: Actor, query: dict[str, Any]) -> str:
    """The form of a project of the house's own, or of a suggestion."""
    report = reports.find(actor, query["report_id"]) if "report_id" in query else None
    return _form(None, report=report, place=None)


@page(blueprint, f"{_PATH}/<id:project_id>", permission=READ)
def show_project(actor: Actor, project_id: int) -> str:
    """A project with its milestones and its timeline, and what the actor may do."""
    found = queries.get_project(actor, project_id)
    return render(
        "concierge/project.html",
        project=found,
        row=found.row,
        forms_of={step: title for step, title in _FORMS.items() if step in found.can},
        step=Step,
        state_tones=STATE_TONES,
        milestone_tones=MILESTONE_TONES,
    )


@page(blueprint, f"{_PATH}/<id:project_id>/edit", permission=MANAGE, is_compound_wide=True)
def edit_project(actor: Actor, project_id: int) -> str:
    """The form of a project that stands."""
    found = _for_step(actor, project_id, Step.EDIT)
    return _form(found, report=None, place=chosen_place(found.row.place_kind, found.row.place_id))


@page(blueprint, f"{_PATH}/<id:project_id>/milestones", permission=READ)
def edit_plan(actor: Actor, project_id: int) -> str:
    """The form of all its milestones, with how each stands."""
    found = _for_step(actor, project_id, Step.PLAN)
    return render(
        "concierge/milestones.html",
        project=found,
        row=found.row,
        milestone_names=list(MILESTONE_NAMES.items()),
        policies=policies,
    )


@page(blueprint, f"{_PATH}/<id:project_id>/<any(adopt, decline, start, finish, note):step>", permission=READ)
def take_step(actor: Actor, project_id: int, step: str) -> str:
    """The form of one step."""
    wanted = Step(step)
    found = _for_step(actor, project_id, wanted)
    return render(
        "concierge/project_step.html",
        project=found,
        row=found.row,
        step=wanted,
        title=_FORMS[wanted],
        offices=office_choices(found.row.office_id) if wanted is Step.ADOPT else [],
        policies=policies,
    )


def _for_step(actor: Actor, project_id: int, step: Step) -> ProjectView:
    """A project of which the actor may take a step now.

    Raises ProjectNotFound, ProjectNotYours or ProjectState.
    """
    found = queries.get_project(actor, project_id)
    policies.state_after(found.row.state, step)
    if step not in found.can:
        raise ProjectNotYours
    return found


def _form(project: ProjectView | None, **words: Any) -> str:
    return render(
        "concierge/project_form.html",
        project=project,
        row=project.row if project else None,
        offices=office_choices(project.row.office_id if project else None),
        milestone_names=list(MILESTONE_NAMES.items()),
        policies=policies,
        **words,
    )
