"""固定订餐: what a job orders for its holder whenever a menu is published."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.wire import PageQuery
from canteen.ordering.standing import queries, services
from canteen.ordering.standing.schemas import (
    StandingOrderChangeIn,
    StandingOrderIn,
    StandingOrderOut,
    StandingResultOut,
)

blueprint = Blueprint("standing_orders", __name__, description="固定订餐")


@endpoint(
    blueprint,
    "GET",
    "/canteen/standing-orders",
    permission=Permission.CANTEEN_ORDER,
    query=PageQuery,
    out=StandingOrderOut,
    many=True,
)
def list_own(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own standing orders"""
    return queries.page_own(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/standing-orders",
    permission=Permission.CANTEEN_ORDER,
    body=StandingOrderIn,
    out=StandingOrderOut,
    status=201,
)
def create(actor: Actor, body: dict[str, Any]) -> Any:
    """Have every such meal ordered; without `from_date`, from today on"""
    return services.create(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/standing-orders/<id:standing_order_id>",
    permission=Permission.CANTEEN_ORDER,
    body=StandingOrderChangeIn,
    out=StandingOrderOut,
)
def change(actor: Actor, standing_order_id: int, body: dict[str, Any]) -> Any:
    """Put this in its place; orders that are placed stay as they are"""
    return services.change(actor, standing_order_id=standing_order_id, **body)


@endpoint(
    blueprint,
    "DELETE",
    "/canteen/standing-orders/<id:standing_order_id>",
    permission=Permission.CANTEEN_ORDER,
)
def end(actor: Actor, standing_order_id: int) -> None:
    """End it; orders that are placed stay"""
    services.end(actor, standing_order_id=standing_order_id)


@endpoint(
    blueprint,
    "GET",
    "/canteen/standing-orders/<id:standing_order_id>/results",
    permission=Permission.CANTEEN_ORDER,
    query=PageQuery,
    out=StandingResultOut,
    many=True,
)
def list_results(actor: Actor, standing_order_id: int, query: dict[str, Any]) -> Any:
    """What became of it at each meal, the latest first"""
    return queries.page_results(actor, standing_order_id, **query)
