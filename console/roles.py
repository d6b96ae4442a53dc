"""Roles: what each may do, and who holds it where."""

from typing import Any

from backend.actor import Actor, Permission, ScopeKind
from backend.flows import scopes
from backend.identity.models import StaffStatus
from backend.identity.roles import queries
from backend.identity.roles.titles import PERMISSION_NAMES
from backend.wire import PageQuery, Str
from console.pages import page, pages, render

blueprint = pages("console_roles", __name__)


class GrantsQuery(PageQuery):
    """Which grants: of a role, within a scope (`campus:1`), of whoever is named so."""

    q = Str(load_default="", max_length=50)
    role = Str(max_length=40)
    scope = Str(max_length=40)


@page(blueprint, "/roles", permission=Permission.IDENTITY_READ, query=GrantsQuery)
def roles(actor: Actor, query: dict[str, Any]) -> str:
    """All roles, and all grants of them."""
    choices = scopes.list_scopes()
    named: dict[str, tuple[ScopeKind, int]] = {choice.key: (choice.kind, choice.id) for choice in choices}
    return render(
        "roles/list.html",
        roles=queries.list_roles(actor),
        counts=queries.holder_counts(),
        permissions=PERMISSION_NAMES,
        found=queries.page_grants(
            actor,
            q=query["q"],
            role=query.get("role"),
            scope=named.get(query.get("scope", "")),
            page=query["page"],
            page_size=query["page_size"],
        ),
        query=query,
        scopes=choices,
        scope_names=scopes.scope_names(choices),
        active=StaffStatus.ACTIVE,
        may_manage=actor.reach(Permission.IDENTITY_MANAGE).everywhere,
    )
