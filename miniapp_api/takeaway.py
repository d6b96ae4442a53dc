"""Windows of takeaways over HTTP."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from canteen.ordering.takeaway import queries
from canteen.ordering.takeaway.schemas import TakeawayOut, WindowsQuery

blueprint = Blueprint("takeaway", __name__, description="外带")


@endpoint(
    blueprint,
    "GET",
    "/canteen/takeaway-windows",
    permission=Permission.CANTEEN_ORDER,
    query=WindowsQuery,
    out=TakeawayOut,
)
def get_takeaway_windows(actor: Actor, query: dict[str, Any]) -> Any:
    """Whether a meal can be taken away, for how much, and when it is collected"""
    return queries.get_offer(canteen_id=query["canteen_id"], served_on=query["date"], period=query["period"])
