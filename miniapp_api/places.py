"""Places over HTTP: what phones choose from and scan, and what managers maintain."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.endpoints import Shared
from backend.http import endpoint
from backend.places import queries, services
from backend.places.errors import PlaceNotFound
from backend.places.models import PlaceKind
from backend.places.schemas import (
    BranchOut,
    ManagedBranchOut,
    NewPlaceIn,
    ParentIn,
    PlaceIn,
    PlaceOut,
    PlacesOrderIn,
    PlateOut,
    PlatesIn,
    RoomsIn,
    RoomsOut,
    ScannedOut,
    SearchQuery,
)

blueprint = Blueprint("places", __name__, description="地点与标牌")


@endpoint(
    blueprint,
    "GET",
    "/places",
    permission=Permission.SELF,
    out=BranchOut,
    many=True,
    shared=Shared(queries.TOPIC, seconds=5),
)
def list_places() -> Any:
    """The places in use, as a tree"""
    return queries.list_tree()


@endpoint(
    blueprint,
    "GET",
    "/places/search",
    permission=Permission.SELF,
    query=SearchQuery,
    out=PlaceOut,
    many=True,
)
def search_places(actor: Actor, query: dict[str, Any]) -> Any:
    """The first places in use whose path has every word"""
    return queries.search_places(query["q"])


@endpoint(blueprint, "GET", "/places/plates/<token>", permission=Permission.SELF, out=ScannedOut)
def scan_plate(actor: Actor, token: str) -> Any:
    """The place of a scanned plate; 410 once the plate is replaced"""
    return queries.find_by_token(token)


@endpoint(blueprint, "GET", "/places/codes/<code>", permission=Permission.SELF, out=ScannedOut)
def read_code(actor: Actor, code: str) -> Any:
    """The place of a plate by the short code printed on it"""
    return queries.find_by_code(code)


@endpoint(
    blueprint,
    "GET",
    "/admin/places",
    permission=Permission.PLACES_MANAGE,
    out=ManagedBranchOut,
    many=True,
)
def list_managed_places(actor: Actor) -> Any:
    """The places within reach, in use or not, with their plates"""
    return queries.manage_tree(actor)


@endpoint(
    blueprint,
    "POST",
    "/admin/places",
    permission=Permission.PLACES_MANAGE,
    body=NewPlaceIn,
    out=PlaceOut,
    status=201,
)
def create_place(actor: Actor, body: dict[str, Any]) -> Any:
    """Add a place"""
    return services.create_place(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/admin/places/rooms",
    permission=Permission.PLACES_MANAGE,
    body=RoomsIn,
    out=RoomsOut,
    status=201,
)
def create_rooms(actor: Actor, body: dict[str, Any]) -> Any:
    """Add many rooms to a floor"""
    return services.create_rooms(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/admin/places/<kind>/<id:place_id>",
    permission=Permission.PLACES_MANAGE,
    body=PlaceIn,
    out=PlaceOut,
)
def change_place(actor: Actor, kind: str, place_id: int, body: dict[str, Any]) -> Any:
    """Change a place, or take it out of use"""
    return services.change_place(actor, kind=_kind(kind), place_id=place_id, **body)


@endpoint(
    blueprint,
    "PUT",
    "/admin/places/<kind>/<id:place_id>/parent",
    permission=Permission.PLACES_MANAGE,
    body=ParentIn,
    out=PlaceOut,
)
def move_place(actor: Actor, kind: str, place_id: int, body: dict[str, Any]) -> Any:
    """Put a place, with all below it, elsewhere"""
    return services.move_place(actor, kind=_kind(kind), place_id=place_id, **body)


@endpoint(
    blueprint,
    "PUT",
    "/admin/places/order",
    permission=Permission.PLACES_MANAGE,
    body=PlacesOrderIn,
    out=PlaceOut,
    many=True,
)
def order_places(actor: Actor, body: dict[str, Any]) -> Any:
    """Say in which order the places of one kind stand below their parent"""
    return services.order_places(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/admin/places/plates",
    permission=Permission.PLACES_MANAGE,
    body=PlatesIn,
    out=PlateOut,
    many=True,
)
def issue_plates(actor: Actor, body: dict[str, Any]) -> Any:
    """A plate for each place: the one that hangs there, or a new one"""
    return services.issue_plates(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/admin/places/plates/<id:plate_id>/replace",
    permission=Permission.PLACES_MANAGE,
    out=PlateOut,
    status=201,
)
def replace_plate(actor: Actor, plate_id: int) -> Any:
    """Revoke a plate and hang a new one"""
    return services.replace_plate(actor, plate_id=plate_id)


@endpoint(
    blueprint,
    "POST",
    "/admin/places/plates/<id:plate_id>/revoke",
    permission=Permission.PLACES_MANAGE,
    out=PlateOut,
)
def revoke_plate(actor: Actor, plate_id: int) -> Any:
    """Revoke a plate"""
    return services.revoke_plate(actor, plate_id=plate_id)


def _kind(text: str) -> PlaceKind:
    try:
        return PlaceKind(text)
    except ValueError as error:
        raise PlaceNotFound from error
