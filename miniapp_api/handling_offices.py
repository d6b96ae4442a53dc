"""Handling offices over HTTP."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from feedback.offices import queries, services
from feedback.offices.schemas import NewOfficeIn, OfficeIn, OfficeOut

blueprint = Blueprint("handling_offices", __name__, description="承办单位")


@endpoint(
    blueprint,
    "GET",
    "/feedback/offices",
    permission=Permission.FEEDBACK_READ,
    out=OfficeOut,
    many=True,
)
def list_offices(actor: Actor) -> Any:
    """All offices with their members, in use or not"""
    return queries.list_all()


@endpoint(
    blueprint,
    "POST",
    "/feedback/offices",
    permission=Permission.FEEDBACK_MANAGE,
    body=NewOfficeIn,
    out=OfficeOut,
    status=201,
)
def create_office(actor: Actor, body: dict[str, Any]) -> Any:
    """Add an office"""
    return services.create(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/feedback/offices/<id:office_id>",
    permission=Permission.FEEDBACK_MANAGE,
    body=OfficeIn,
    out=OfficeOut,
)
def change_office(actor: Actor, office_id: int, body: dict[str, Any]) -> Any:
    """Describe an office anew, with all its members, or close it"""
    return services.change(actor, office_id=office_id, **body)
