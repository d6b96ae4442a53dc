"""The tree of departments: how many work where, and what is added, renamed or moved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from backend import errors
from backend.actor import Actor, Permission
from backend.identity.departments import MAX_DEPTH, SEPARATOR
from backend.identity.roster import queries
from backend.identity.roster.queries import DepartmentView
from backend.wire import Id, Query
from console.pages import page, pages, render

blueprint = pages("console_departments", __name__)


@dataclass(frozen=True, slots=True)
class Branch:
    """A department as a row of the tree: `depth` from 1, `trail` the identifiers from the top down.

    `total` counts the active staff in it and in all that is below it.
    """

    department: DepartmentView
    depth: int
    path: str
    trail: str
    total: int


class NewDepartmentQuery(Query):
    """Below which department the new one shall stand; at the top if it is not named."""

    parent_id = Id()


@page(blueprint, "/departments", permission=Permission.IDENTITY_READ)
def tree(actor: Actor) -> str:
    """The whole tree."""
    found = branches(queries.department_views(actor))
    return render(
        "departments/tree.html",
        branches=found,
        total=sum(branch.department.staff_count for branch in found),
        max_depth=MAX_DEPTH,
        may_manage=actor.reach(Permission.IDENTITY_MANAGE).everywhere,
    )


@page(
    blueprint,
    "/departments/new",
    permission=Permission.IDENTITY_MANAGE,
    query=NewDepartmentQuery,
    is_compound_wide=True,
)
def new(actor: Actor, query: dict[str, Any]) -> str:
    """A new department, to be named in a dialog."""
    found = branches(queries.department_views(actor))
    return render(
        "departments/form.html",
        department=None,
        parent_id=query.get("parent_id"),
        parents=[branch for branch in found if branch.depth < MAX_DEPTH],
    )


@page(
    blueprint,
    "/departments/<id:department_id>/edit",
    permission=Permission.IDENTITY_MANAGE,
    is_compound_wide=True,
)
def edit(actor: Actor, department_id: int) -> str:
    """One department, to be renamed or moved in a dialog; it cannot move below itself."""
    found = branches(queries.department_views(actor))
    branch = next((branch for branch in found if branch.department.id == department_id), None)
    if branch is None:
        raise errors.NotFound
    within = f"{branch.trail}{SEPARATOR}"
    return render(
        "departments/form.html",
        department=branch.department,
        parent_id=branch.department.parent_id,
        parents=[
            other
            for other in found
            if other.depth < MAX_DEPTH and not f"{other.trail}{SEPARATOR}".startswith(within)
        ],
    )


def branches(views: Sequence[DepartmentView]) -> list[Branch]:
    """The departments as rows, each above what is below it."""
    return list(_walk(views, 1, "", ""))


def options(actor: Actor) -> list[tuple[int, str]]:
    """Every department by identifier and path, for a select. Raises Forbidden."""
    return [(branch.department.id, branch.path) for branch in branches(queries.department_views(actor))]


def _walk(views: Sequence[DepartmentView], depth: int, path: str, trail: str) -> Iterator[Branch]:
    for view in views:
        own_path, own_trail = f"{path}{view.name}", f"{trail}{view.id}"
        below = list(_walk(view.children, depth + 1, f"{own_path}{SEPARATOR}", f"{own_trail}{SEPARATOR}"))
        total = view.staff_count + sum(branch.department.staff_count for branch in below)
        yield Branch(view, depth, own_path, own_trail, total)
        yield from below
