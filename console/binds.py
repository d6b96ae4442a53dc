"""Requests to bind an account at a login provider to somebody on the roster."""

from typing import Any

from backend.actor import Actor, Permission
from backend.identity import queries as identity_queries
from backend.identity.binding import queries
from backend.identity.binding.schemas import BindRequestsQuery
from backend.identity.models import BindRequestState, StaffStatus
from backend.identity.titles import BIND_STATE_NAMES, PROVIDER_NAMES, STATUS_NAMES
from console.pages import page, pages, render

blueprint = pages("console_binds", __name__)

STATE_TONES = {
    BindRequestState.PENDING: "yellow",
    BindRequestState.APPROVED: "green",
    BindRequestState.REJECTED: "gray",
}


@page(blueprint, "/binds", permission=Permission.IDENTITY_MANAGE, query=BindRequestsQuery)
def binds(actor: Actor, query: dict[str, Any]) -> str:
    """The requests, the pending ones first."""
    found = queries.page_requests(actor, **query)
    return render(
        "binds/list.html",
        found=found,
        query=query,
        deciders=identity_queries.names_of({row.decided_by for row in found.rows if row.decided_by}),
        states=BIND_STATE_NAMES,
        tones=STATE_TONES,
        providers=PROVIDER_NAMES,
        statuses=STATUS_NAMES,
        pending=BindRequestState.PENDING,
        active=StaffStatus.ACTIVE,
    )
