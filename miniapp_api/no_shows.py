"""Missed meals over HTTP: one's own, their appeals, and what managers decide."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.wire import PageQuery
from canteen.ordering.pauses import queries as pause_queries
from canteen.pickups.no_shows import queries, services
from canteen.pickups.no_shows.schemas import (
    AppealIn,
    DecisionIn,
    ManagedNoShowOut,
    NoShowOut,
    NoShowsQuery,
    PauseOut,
)

blueprint = Blueprint("no_shows", __name__, description="未取餐与申诉")


@endpoint(
    blueprint,
    "GET",
    "/canteen/no-shows",
    permission=Permission.CANTEEN_ORDER,
    query=PageQuery,
    out=NoShowOut,
    many=True,
)
def list_no_shows(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own missed meals"""
    return queries.list_own(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/no-shows/<id:order_id>",
    permission=Permission.CANTEEN_ORDER,
    out=NoShowOut,
)
def get_no_show(actor: Actor, order_id: int) -> Any:
    """One of one's own missed meals"""
    return queries.get_own(actor, order_id)


@endpoint(
    blueprint,
    "POST",
    "/canteen/no-shows/<id:order_id>/appeal",
    permission=Permission.CANTEEN_ORDER,
    body=AppealIn,
    out=NoShowOut,
)
def appeal(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Say why one could not come, once"""
    return services.appeal(actor, order_id=order_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/order-pauses",
    permission=Permission.CANTEEN_ORDER,
    out=PauseOut,
    many=True,
)
def list_pauses(actor: Actor) -> Any:
    """The canteens where one's own orders are paused"""
    return pause_queries.list_running(actor)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/no-shows",
    permission=Permission.CANTEEN_MANAGE,
    query=NoShowsQuery,
    out=ManagedNoShowOut,
    many=True,
)
def list_managed(actor: Actor, query: dict[str, Any]) -> Any:
    """The missed meals of the canteens that one manages"""
    return queries.page_managed(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/no-shows/<id:order_id>/decide",
    permission=Permission.CANTEEN_MANAGE,
    body=DecisionIn,
    out=ManagedNoShowOut,
)
def decide(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Excuse a missed meal, correct it, or turn an appeal down"""
    return services.decide(actor, order_id=order_id, **body)
