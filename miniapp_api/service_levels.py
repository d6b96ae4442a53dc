"""Service levels over HTTP: calendars, versions, classes of places, and what would be promised."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.places.errors import PlaceNotFound
from backend.places.models import PlaceKind
from backend.wire import PageQuery
from property.service_levels import reading, services
from property.service_levels.schemas import (
    NewServiceVersionIn,
    PlaceClassIn,
    PlaceClassOut,
    ServiceCalendarIn,
    ServiceCalendarOut,
    ServiceLineOut,
    ServicePreviewOut,
    ServicePreviewQuery,
    ServicePublicationIn,
    ServiceVersionIn,
    ServiceVersionOut,
    ServiceVersionRowOut,
)

blueprint = Blueprint("service_levels", __name__, description="物业服务时限")

READ = Permission.PROPERTY_READ
MANAGE = Permission.PROPERTY_MANAGE
ROOT = "/property/service-levels"


@endpoint(blueprint, "GET", f"{ROOT}/calendars", permission=READ, out=ServiceCalendarOut, many=True)
def list_service_calendars(actor: Actor) -> Any:
    """The service calendars"""
    return reading.list_calendars()


@endpoint(
    blueprint,
    "POST",
    f"{ROOT}/calendars",
    permission=MANAGE,
    body=ServiceCalendarIn,
    out=ServiceCalendarOut,
    status=201,
)
def create_service_calendar(actor: Actor, body: dict[str, Any]) -> Any:
    """Add a service calendar"""
    return services.create_calendar(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{ROOT}/calendars/<id:calendar_id>",
    permission=MANAGE,
    body=ServiceCalendarIn,
    out=ServiceCalendarOut,
)
def change_service_calendar(actor: Actor, calendar_id: int, body: dict[str, Any]) -> Any:
    """Change a service calendar; what is open is due anew"""
    return services.change_calendar(actor, calendar_id=calendar_id, **body)


@endpoint(
    blueprint,
    "GET",
    f"{ROOT}/versions",
    permission=READ,
    query=PageQuery,
    out=ServiceVersionRowOut,
    many=True,
)
def list_service_versions(actor: Actor, query: dict[str, Any]) -> Any:
    """The versions of the policy, the newest first"""
    return reading.page_versions(**query)


@endpoint(blueprint, "GET", f"{ROOT}/versions/<id:version_id>", permission=READ, out=ServiceVersionOut)
def show_service_version(actor: Actor, version_id: int) -> Any:
    """A version with its lines"""
    return reading.get_version(version_id)


@endpoint(blueprint, "GET", f"{ROOT}/built-in", permission=READ, out=ServiceLineOut, many=True)
def show_built_in_lines(actor: Actor) -> Any:
    """What holds while no version is in force"""
    return reading.built_in()


@endpoint(
    blueprint,
    "POST",
    f"{ROOT}/versions",
    permission=MANAGE,
    body=NewServiceVersionIn,
    out=ServiceVersionOut,
    status=201,
)
def create_service_version(actor: Actor, body: dict[str, Any]) -> Any:
    """Draft a version"""
    return services.create_version(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{ROOT}/versions/<id:version_id>",
    permission=MANAGE,
    body=ServiceVersionIn,
    out=ServiceVersionOut,
)
def change_service_version(actor: Actor, version_id: int, body: dict[str, Any]) -> Any:
    """Change a draft"""
    return services.change_version(actor, version_id=version_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{ROOT}/versions/<id:version_id>/publish",
    permission=MANAGE,
    body=ServicePublicationIn,
    out=ServiceVersionOut,
)
def publish_service_version(actor: Actor, version_id: int, body: dict[str, Any]) -> Any:
    """Let a draft hold from an instant on"""
    return services.publish_version(actor, version_id=version_id, **body)


@endpoint(blueprint, "DELETE", f"{ROOT}/versions/<id:version_id>", permission=MANAGE)
def discard_service_version(actor: Actor, version_id: int) -> Any:
    """Delete a draft"""
    return services.discard_version(actor, version_id=version_id)


@endpoint(blueprint, "GET", f"{ROOT}/place-classes", permission=READ, out=PlaceClassOut, many=True)
def list_place_classes(actor: Actor) -> Any:
    """The places that have a class of their own"""
    return reading.list_classes()


@endpoint(
    blueprint,
    "PUT",
    f"{ROOT}/place-classes/<string:place_kind>/<id:place_id>",
    permission=MANAGE,
    body=PlaceClassIn,
    out=PlaceClassOut,
)
def class_place(actor: Actor, place_kind: str, place_id: int, body: dict[str, Any]) -> Any:
    """Give a place, with what lies below it, a class"""
    return services.class_place(actor, place_kind=_kind(place_kind), place_id=place_id, **body)


@endpoint(
    blueprint,
    "DELETE",
    f"{ROOT}/place-classes/<string:place_kind>/<id:place_id>",
    permission=MANAGE,
)
def unclass_place(actor: Actor, place_kind: str, place_id: int) -> Any:
    """Let a place have the class of what it lies in"""
    return services.unclass_place(actor, place_kind=_kind(place_kind), place_id=place_id)


@endpoint(
    blueprint,
    "GET",
    f"{ROOT}/preview",
    permission=Permission.SELF,
    query=ServicePreviewQuery,
    out=ServicePreviewOut,
)
def preview_service_level(actor: Actor, query: dict[str, Any]) -> Any:
    """What would be promised for a case"""
    return reading.preview(**query)


def _kind(name: str) -> PlaceKind:
    """The kind of a place by its name in the address. Raises PlaceNotFound."""
    try:
        return PlaceKind(name)
    except ValueError as unknown:
        raise PlaceNotFound from unknown
