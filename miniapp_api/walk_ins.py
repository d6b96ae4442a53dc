"""Meals without an order, over HTTP: the diner's code, and the counter."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from canteen.pickups.schemas import PickedUpOut
from canteen.pickups.walk_ins import queries, services
from canteen.pickups.walk_ins.schemas import DinerCodeOut, OfferQuery, WalkInIn, WalkInOfferOut

blueprint = Blueprint("walk_ins", __name__, description="现场用餐")


@endpoint(blueprint, "GET", "/me/diner-code", permission=Permission.CANTEEN_ORDER, out=DinerCodeOut)
def show_diner_code(actor: Actor) -> Any:
    """A fresh code that says who one is"""
    return queries.show_code(actor)


@endpoint(
    blueprint,
    "GET",
    "/canteen/walk-ins/offer",
    permission=Permission.CANTEEN_VERIFY,
    query=OfferQuery,
    out=WalkInOfferOut,
)
def get_walk_in_offer(actor: Actor, query: dict[str, Any]) -> Any:
    """What a counter offers without an order"""
    return queries.get_offer(
        actor, canteen_id=query["canteen_id"], served_on=query["date"], period=query["period"]
    )


@endpoint(
    blueprint,
    "POST",
    "/canteen/walk-ins",
    permission=Permission.CANTEEN_VERIFY,
    body=WalkInIn,
    out=PickedUpOut,
    status=201,
    key_required=True,
)
def serve_walk_in(actor: Actor, body: dict[str, Any]) -> Any:
    """Serve somebody without an order"""
    wishes = body.pop("items")
    return services.serve_walk_in(actor, wishes=wishes, **body)
