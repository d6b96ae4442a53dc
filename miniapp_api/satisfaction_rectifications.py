"""What has to be mended where ratings are low."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.flows.satisfaction_providers import SOURCES
from backend.http import endpoint
from backend.wire import PageQuery
from feedback.satisfaction.rectifications import queries, services
from feedback.satisfaction.rectifications.schemas import (
    SatisfactionClosingIn,
    SatisfactionMeasuresIn,
    SatisfactionOwnerIn,
    SatisfactionRectificationIn,
    SatisfactionRectificationOut,
    SatisfactionRectificationRowOut,
    SatisfactionRectificationsQuery,
    SatisfactionReturnIn,
)

blueprint = Blueprint("satisfaction_rectifications", __name__, description="满意度整改")

MANAGE = Permission.REVIEWS_MANAGE


@endpoint(
    blueprint,
    "GET",
    "/feedback/rectifications",
    permission=MANAGE,
    query=SatisfactionRectificationsQuery,
    out=SatisfactionRectificationRowOut,
    many=True,
)
def list_rectifications(actor: Actor, query: dict[str, Any]) -> Any:
    """All of them, what is due first at the head"""
    return queries.page_all(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/feedback/rectifications/mine",
    permission=Permission.SELF,
    query=PageQuery,
    out=SatisfactionRectificationRowOut,
    many=True,
)
def list_own_rectifications(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own, and those of the offices that one belongs to"""
    return queries.page_mine(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/feedback/rectifications/<id:rectification_id>",
    permission=Permission.SELF,
    out=SatisfactionRectificationOut,
)
def get_rectification(actor: Actor, rectification_id: int) -> Any:
    """All of one, for reviewers and its owners"""
    return queries.get(actor, rectification_id)


@endpoint(
    blueprint,
    "POST",
    "/feedback/rectifications",
    permission=MANAGE,
    body=SatisfactionRectificationIn,
    out=SatisfactionRectificationOut,
    status=201,
)
def open_rectification(actor: Actor, body: dict[str, Any]) -> Any:
    """Have a provider mend something, out of a month's ratings"""
    return services.open_by_hand(actor, sources=SOURCES, **body)


@endpoint(
    blueprint,
    "PUT",
    "/feedback/rectifications/<id:rectification_id>/owner",
    permission=MANAGE,
    body=SatisfactionOwnerIn,
    out=SatisfactionRectificationOut,
)
def assign_rectification(actor: Actor, rectification_id: int, body: dict[str, Any]) -> Any:
    """Say whose it is, and until when"""
    return services.assign(actor, rectification_id=rectification_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/feedback/rectifications/<id:rectification_id>/take",
    permission=Permission.SELF,
    out=SatisfactionRectificationOut,
)
def take_rectification(actor: Actor, rectification_id: int) -> Any:
    """Take it in hand"""
    return services.take(actor, rectification_id=rectification_id)


@endpoint(
    blueprint,
    "POST",
    "/feedback/rectifications/<id:rectification_id>/submit",
    permission=Permission.SELF,
    body=SatisfactionMeasuresIn,
    out=SatisfactionRectificationOut,
)
def submit_rectification(actor: Actor, rectification_id: int, body: dict[str, Any]) -> Any:
    """Say what was done, with photos"""
    return services.submit(actor, rectification_id=rectification_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/feedback/rectifications/<id:rectification_id>/close",
    permission=MANAGE,
    body=SatisfactionClosingIn,
    out=SatisfactionRectificationOut,
)
def close_rectification(actor: Actor, rectification_id: int, body: dict[str, Any]) -> Any:
    """Close it on what was rated since or, where too few have rated, with a reason"""
    return services.close(actor, rectification_id=rectification_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/feedback/rectifications/<id:rectification_id>/return",
    permission=MANAGE,
    body=SatisfactionReturnIn,
    out=SatisfactionRectificationOut,
)
def return_rectification(actor: Actor, rectification_id: int, body: dict[str, Any]) -> Any:
    """Have it done again, and say why"""
    return services.send_back(actor, rectification_id=rectification_id, **body)
