"""失物招领 over HTTP: the board of things that were found."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from feedback.concierge.found import queries, services
from feedback.concierge.found.schemas import (
    FoundClaimIn,
    FoundHandOverIn,
    FoundPassOnIn,
    FoundQuery,
    FoundThingIn,
    FoundThingOut,
)
from feedback.concierge.schemas import ServiceRequestOut, ServiceRequestRowOut

blueprint = Blueprint("found_things", __name__, description="失物招领")

SELF = Permission.SELF
MANAGE = Permission.FEEDBACK_MANAGE
FOUND = "/feedback/found"
THING = f"{FOUND}/<id:found_id>"


@endpoint(blueprint, "GET", FOUND, permission=SELF, query=FoundQuery, out=FoundThingOut, many=True)
def list_found_things(actor: Actor, query: dict[str, Any]) -> Any:
    """Things on the board, what was found last first"""
    return queries.page_things(actor, **query)


@endpoint(blueprint, "POST", FOUND, permission=MANAGE, body=FoundThingIn, out=FoundThingOut, status=201)
def register_found_thing(actor: Actor, body: dict[str, Any]) -> Any:
    """Put a thing on the board"""
    return services.register(actor, **body)


@endpoint(blueprint, "GET", THING, permission=SELF, out=FoundThingOut)
def get_found_thing(actor: Actor, found_id: int) -> Any:
    """A thing on the board"""
    return queries.get_thing(actor, found_id)


@endpoint(blueprint, "PUT", THING, permission=MANAGE, body=FoundThingIn, out=FoundThingOut)
def change_found_thing(actor: Actor, found_id: int, body: dict[str, Any]) -> Any:
    """Describe a thing that waits anew"""
    return services.change(actor, found_id=found_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{THING}/claim",
    permission=SELF,
    body=FoundClaimIn,
    out=ServiceRequestOut,
    status=201,
)
def claim_found_thing(actor: Actor, found_id: int, body: dict[str, Any]) -> Any:
    """Say that a thing is one's own"""
    return services.claim(actor, found_id=found_id, **body)


@endpoint(blueprint, "GET", f"{THING}/claims", permission=MANAGE, out=ServiceRequestRowOut, many=True)
def list_found_claims(actor: Actor, found_id: int) -> Any:
    """The requests that claim a thing"""
    return queries.list_claims(actor, found_id)


@endpoint(blueprint, "POST", f"{THING}/hand-over", permission=MANAGE, body=FoundHandOverIn, out=FoundThingOut)
def hand_over_found_thing(actor: Actor, found_id: int, body: dict[str, Any]) -> Any:
    """Give a thing to one of those who claimed it"""
    return services.hand_over(actor, found_id=found_id, **body)


@endpoint(blueprint, "POST", f"{THING}/pass-on", permission=MANAGE, body=FoundPassOnIn, out=FoundThingOut)
def pass_on_found_thing(actor: Actor, found_id: int, body: dict[str, Any]) -> Any:
    """Take a thing off the board that nobody came for"""
    return services.pass_on(actor, found_id=found_id, **body)
