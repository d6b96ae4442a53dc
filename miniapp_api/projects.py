"""微实事 over HTTP: small improvements, and following them.

Whoever works here may call each of these; what they may do with which project, the use cases say.
"""

from collections.abc import Callable
from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.wire import In
from feedback.concierge.projects import queries, services
from feedback.concierge.projects.schemas import (
    ProjectAdoptionIn,
    ProjectChangeIn,
    ProjectIn,
    ProjectNoteIn,
    ProjectOut,
    ProjectPlanIn,
    ProjectProposalIn,
    ProjectReasonIn,
    ProjectRowOut,
    ProjectsQuery,
    ProjectStartIn,
)

blueprint = Blueprint("projects", __name__, description="微实事")

SELF = Permission.SELF
MANAGE = Permission.FEEDBACK_MANAGE
PROJECTS = "/feedback/projects"
PROJECT = f"{PROJECTS}/<id:project_id>"


def verb(
    name: str, body: type[In] | None = None, permission: Permission = SELF
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """One verb on a project, answered with the project as it is then."""
    rule = f"{PROJECT}/{name}"
    return endpoint(blueprint, "POST", rule, permission=permission, body=body, out=ProjectOut)


@endpoint(blueprint, "GET", PROJECTS, permission=SELF, query=ProjectsQuery, out=ProjectRowOut, many=True)
def list_projects(actor: Actor, query: dict[str, Any]) -> Any:
    """Projects: all, those that one follows, or proposals to decide"""
    return queries.page_projects(actor, **query)


@endpoint(blueprint, "GET", PROJECT, permission=SELF, out=ProjectOut)
def get_project(actor: Actor, project_id: int) -> Any:
    """A project with its milestones and its timeline"""
    return queries.get_project(actor, project_id)


@endpoint(
    blueprint,
    "POST",
    f"{PROJECTS}/proposals",
    permission=SELF,
    body=ProjectProposalIn,
    out=ProjectOut,
    status=201,
)
def propose_project(actor: Actor, body: dict[str, Any]) -> Any:
    """Propose a project, by a suggestion"""
    return services.propose(actor, **body)


@endpoint(blueprint, "POST", PROJECTS, permission=MANAGE, body=ProjectIn, out=ProjectOut, status=201)
def create_project(actor: Actor, body: dict[str, Any]) -> Any:
    """Adopt a project of the house's own, or of a suggestion"""
    return services.create(actor, **body)


@endpoint(blueprint, "PUT", PROJECT, permission=MANAGE, body=ProjectChangeIn, out=ProjectOut)
def change_project(actor: Actor, project_id: int, body: dict[str, Any]) -> Any:
    """Describe a project anew"""
    return services.edit(actor, project_id=project_id, **body)


@endpoint(blueprint, "PUT", f"{PROJECT}/milestones", permission=SELF, body=ProjectPlanIn, out=ProjectOut)
def plan_project(actor: Actor, project_id: int, body: dict[str, Any]) -> Any:
    """Say which milestones a project has, and how each stands"""
    return services.plan(actor, project_id=project_id, **body)


@verb("adopt", ProjectAdoptionIn, MANAGE)
def adopt_project(actor: Actor, project_id: int, body: dict[str, Any]) -> Any:
    """Take a proposal up"""
    return services.adopt(actor, project_id=project_id, **body)


@verb("decline", ProjectReasonIn, MANAGE)
def decline_project(actor: Actor, project_id: int, body: dict[str, Any]) -> Any:
    """Say no to a proposal, and why"""
    return services.decline(actor, project_id=project_id, **body)


@verb("start", ProjectStartIn)
def start_project(actor: Actor, project_id: int, body: dict[str, Any]) -> Any:
    """Begin with a project"""
    return services.start(actor, project_id=project_id, **body)


@verb("finish", ProjectNoteIn)
def finish_project(actor: Actor, project_id: int, body: dict[str, Any]) -> Any:
    """Say that a project is done"""
    return services.finish(actor, project_id=project_id, **body)


@verb("notes", ProjectNoteIn)
def tell_of_project(actor: Actor, project_id: int, body: dict[str, Any]) -> Any:
    """A word on the progress, with photos"""
    return services.tell(actor, project_id=project_id, **body)


@verb("follow")
def follow_project(actor: Actor, project_id: int) -> Any:
    """Be told of a project's progress"""
    return services.follow(actor, project_id=project_id)


@verb("unfollow")
def unfollow_project(actor: Actor, project_id: int) -> Any:
    """Be told no more"""
    return services.unfollow(actor, project_id=project_id)
