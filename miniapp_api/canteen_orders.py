"""Ordering, the account and the counter over HTTP."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.wire import PageQuery
from canteen.accounts import queries as account_queries
from canteen.accounts import services as account_services
from canteen.accounts.schemas import AccountOut, DepositIn, DepositOut, EntryOut
from canteen.ordering import queries, services
from canteen.ordering.schemas import (
    OrderChangeIn,
    OrderIn,
    OrderOut,
    OrdersQuery,
    PrepListOut,
    PrepListQuery,
)
from canteen.pickups import queries as pickup_queries
from canteen.pickups import services as pickup_services
from canteen.pickups.schemas import PickedUpOut, PickupCodeOut, PickupIn

blueprint = Blueprint("canteen_orders", __name__, description="订餐、餐费账户与取餐")


@endpoint(
    blueprint,
    "POST",
    "/canteen/orders",
    permission=Permission.CANTEEN_ORDER,
    body=OrderIn,
    out=OrderOut,
    status=201,
)
def place_order(actor: Actor, body: dict[str, Any]) -> Any:
    """Order a meal"""
    return services.place_order(
        actor,
        canteen_id=body["canteen_id"],
        served_on=body["date"],
        period=body["period"],
        wishes=body["items"],
        dining=body["dining"],
        note=body["note"],
    )


@endpoint(
    blueprint,
    "GET",
    "/canteen/orders",
    permission=Permission.CANTEEN_ORDER,
    query=OrdersQuery,
    out=OrderOut,
    many=True,
)
def list_orders(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own orders"""
    return queries.list_orders(actor, **query)


@endpoint(
    blueprint, "GET", "/canteen/orders/<id:order_id>", permission=Permission.CANTEEN_ORDER, out=OrderOut
)
def get_order(actor: Actor, order_id: int) -> Any:
    """One of one's own orders"""
    return queries.get_order(actor, order_id)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/orders/<id:order_id>",
    permission=Permission.CANTEEN_ORDER,
    body=OrderChangeIn,
    out=OrderOut,
)
def change_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Change one's own order until the cutoff"""
    return services.change_order(
        actor, order_id=order_id, wishes=body["items"], dining=body["dining"], note=body["note"]
    )


@endpoint(
    blueprint,
    "POST",
    "/canteen/orders/<id:order_id>/cancel",
    permission=Permission.CANTEEN_ORDER,
    out=OrderOut,
)
def cancel_order(actor: Actor, order_id: int) -> Any:
    """Cancel one's own order until the cutoff"""
    return services.cancel_order(actor, order_id=order_id)


@endpoint(
    blueprint,
    "GET",
    "/canteen/orders/<id:order_id>/pickup-code",
    permission=Permission.CANTEEN_ORDER,
    out=PickupCodeOut,
)
def show_pickup_code(actor: Actor, order_id: int) -> Any:
    """A fresh pick-up code"""
    return pickup_queries.show_code(actor, order_id)


@endpoint(
    blueprint,
    "POST",
    "/canteen/pickups",
    permission=Permission.CANTEEN_VERIFY,
    body=PickupIn,
    out=PickedUpOut,
)
def pick_up(actor: Actor, body: dict[str, Any]) -> Any:
    """Hand out an order by code or card"""
    if "token" in body:
        return pickup_services.pick_up_by_code(actor, token=body["token"], canteen_id=body.get("canteen_id"))
    return pickup_services.pick_up_by_card(
        actor, card_no=body["card_no"], canteen_id=body["canteen_id"], period=body["period"]
    )


@endpoint(blueprint, "GET", "/canteen/account", permission=Permission.CANTEEN_ORDER, out=AccountOut)
def get_account(actor: Actor) -> Any:
    """One's own meal account"""
    return account_queries.get_account(actor)


@endpoint(
    blueprint,
    "GET",
    "/canteen/account/entries",
    permission=Permission.CANTEEN_ORDER,
    query=PageQuery,
    out=EntryOut,
    many=True,
)
def list_entries(actor: Actor, query: dict[str, Any]) -> Any:
    """What happened in one's own meal account"""
    return account_queries.list_entries(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/accounts/deposits",
    permission=Permission.ACCOUNTS_MANAGE,
    body=DepositIn,
    out=DepositOut,
    status=201,
)
def deposit(actor: Actor, body: dict[str, Any]) -> Any:
    """Grant a subsidy or book a payment"""
    return account_services.deposit(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/prep-list",
    permission=Permission.CANTEEN_READ,
    query=PrepListQuery,
    out=PrepListOut,
)
def get_prep_list(actor: Actor, query: dict[str, Any]) -> Any:
    """What the kitchen prepares for a meal"""
    return queries.get_prep_list(
        actor, canteen_id=query["canteen_id"], served_on=query["date"], period=query["period"]
    )
