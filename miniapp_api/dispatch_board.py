"""The dispatch board: what waits, who could take it, and giving out many orders at once."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from property.dispatch import queries, services, suggesting
from property.dispatch.schemas import (
    AssignedOut,
    AssignIn,
    BoardOut,
    BoardQuery,
    DispatchSuggestionsOut,
    DispatchSuggestionsQuery,
)

blueprint = Blueprint("dispatch_board", __name__, description="调度台")


@endpoint(
    blueprint,
    "GET",
    "/property/dispatch/board",
    permission=Permission.ORDERS_DISPATCH,
    query=BoardQuery,
    out=BoardOut,
)
def show_board(actor: Actor, query: dict[str, Any]) -> Any:
    """The board: figures, a page of what waits by due, and the load of workers and groups"""
    return queries.board(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/property/dispatch/suggestions",
    permission=Permission.ORDERS_DISPATCH,
    query=DispatchSuggestionsQuery,
    out=DispatchSuggestionsOut,
)
def suggest(actor: Actor, query: dict[str, Any]) -> Any:
    """Whom an order might be given to, with the reasons in words"""
    return suggesting.suggestions(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/property/dispatch/assign",
    permission=Permission.ORDERS_DISPATCH,
    body=AssignIn,
    out=AssignedOut,
    many=True,
    keeps_answer=False,
)
def assign(actor: Actor, body: dict[str, Any]) -> Any:
    """Give orders to one worker or group, each by itself; a repetition changes nothing"""
    return services.assign(actor, **body)
