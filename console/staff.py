"""The roster: who works here, one person with all that is known of them, and the import of a sheet."""

from typing import Any
from urllib.parse import urlencode

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE
from backend.flows import scopes
from backend.identity import queries as identity_queries
from backend.identity.models import SessionStage, StaffStatus
from backend.identity.roles import queries as role_queries
from backend.identity.roster import queries
from backend.identity.roster.policies import MAX_POSTINGS
from backend.identity.roster.schemas import StaffQuery
from backend.identity.second_factor import queries as second_factor_queries
from backend.identity.sheets import documents, parsing
from backend.identity.titles import (
    PROVIDER_NAMES,
    SESSION_KIND_NAMES,
    SESSION_STAGE_NAMES,
    STATUS_NAMES,
)
from console import departments
from console.pages import page, pages, render

blueprint = pages("console_staff", __name__)

STATUS_TONES = {StaffStatus.ACTIVE: "green", StaffStatus.SUSPENDED: "yellow", StaffStatus.LEFT: "gray"}
_FILTERS = ("query", "department_id", "status", "role", "is_bound")


@page(blueprint, "/staff", permission=Permission.IDENTITY_READ, query=StaffQuery)
def staff(actor: Actor, query: dict[str, Any]) -> str:
    """The roster."""
    found = queries.page_staff(actor, **query)
    shown = [row.id for row in found.rows]
    return render(
        "staff/list.html",
        found=found,
        query=query,
        roles=role_queries.role_choices(),
        any_role=queries.ANY_ROLE,
        departments=departments.options(actor),
        role_names=role_queries.role_names(shown),
        bound=queries.bound_ids(shown),
        export=f"/api/v1/admin/staff/export?{urlencode(_said(query))}",
        is_filtered=bool(_said(query)),
        may_manage=_may_manage(actor),
        **_names(),
    )


@page(blueprint, "/staff/new", permission=Permission.IDENTITY_MANAGE, is_compound_wide=True)
def new(actor: Actor) -> str:
    """A form for somebody new."""
    return render("staff/form.html", person=None, departments=departments.options(actor), most=MAX_POSTINGS)


@page(blueprint, "/staff/import", permission=Permission.IDENTITY_MANAGE, is_compound_wide=True)
def import_wizard(actor: Actor) -> str:
    """The way from a sheet over its preview to the import."""
    return render(
        "staff/import.html",
        columns=parsing.COLUMNS,
        required=parsing.REQUIRED,
        most_rows=parsing.MAX_ROWS,
        most_megabytes=parsing.MAX_BYTES // 1_000_000,
    )


@page(blueprint, "/staff/import/template", permission=Permission.IDENTITY_MANAGE, is_compound_wide=True)
def template(actor: Actor) -> File:
    """A sheet to fill in, with an example."""
    return File(documents.template_workbook(), "职工名册导入模板.xlsx", MEDIA_TYPE)


@page(blueprint, "/staff/<id:staff_id>", permission=Permission.IDENTITY_READ)
def person(actor: Actor, staff_id: int) -> str:
    """One member of staff: posts, roles, how they log in."""
    may_manage = _may_manage(actor)
    factor = second_factor_queries.factor_of(actor, staff_id=staff_id) if may_manage else None
    locked_until = factor.locked_until if factor else None
    grants = role_queries.list_grants(actor, staff_id=staff_id)
    choices = scopes.list_scopes()
    return render(
        "staff/person.html",
        person=queries.staff_detail(actor, staff_id=staff_id),
        grants=grants,
        givers=identity_queries.names_of({grant.granted_by for grant in grants}),
        role_choices=role_queries.role_choices(),
        scopes=choices,
        scope_names=scopes.scope_names(choices),
        sessions=identity_queries.list_sessions(actor, staff_id=staff_id) if may_manage else [],
        factor=factor,
        is_factor_locked=locked_until is not None and locked_until > clock.now(),
        may_manage=may_manage,
        may_unmask=actor.reach(Permission.IDENTITY_UNMASK).everywhere,
        is_self=staff_id == actor.staff_id,
        **_names(),
    )


@page(blueprint, "/staff/<id:staff_id>/edit", permission=Permission.IDENTITY_MANAGE)
def edit(actor: Actor, staff_id: int) -> str:
    """A form for one member of staff."""
    return render(
        "staff/form.html",
        person=queries.staff_detail(actor, staff_id=staff_id),
        departments=departments.options(actor),
        most=MAX_POSTINGS,
    )


def _may_manage(actor: Actor) -> bool:
    return actor.reach(Permission.IDENTITY_MANAGE).everywhere


def _said(query: dict[str, Any]) -> dict[str, str]:
    """The filters as the export takes them."""
    said = {name: query[name] for name in _FILTERS if query.get(name) not in (None, "")}
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in said.items()
    }


def _names() -> dict[str, Any]:
    return {
        "statuses": STATUS_NAMES,
        "tones": STATUS_TONES,
        "providers": PROVIDER_NAMES,
        "kinds": SESSION_KIND_NAMES,
        "stages": SESSION_STAGE_NAMES,
        "complete": SessionStage.COMPLETE,
    }
