"""Colleagues over HTTP: consents, orders for one another, and transfers."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.wire import PageQuery
from canteen.ordering.colleagues import handovers, queries, services
from canteen.ordering.colleagues.schemas import (
    AcceptIn,
    ColleagueOrderIn,
    ColleagueOrderOut,
    ConsentsQuery,
    FoundColleagueOut,
    LookupQuery,
    OrderConsentIn,
    OrderConsentOut,
    TransferIn,
    TransferOut,
    TransfersQuery,
)

blueprint = Blueprint("colleagues", __name__, description="代订与转让")


@endpoint(
    blueprint,
    "GET",
    "/colleagues",
    permission=Permission.SELF,
    query=LookupQuery,
    out=FoundColleagueOut,
    many=True,
)
def find_colleagues(actor: Actor, query: dict[str, Any]) -> Any:
    """Colleagues by exact staff number or part of a name"""
    return services.look_up(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/consents",
    permission=Permission.CANTEEN_ORDER,
    query=ConsentsQuery,
    out=OrderConsentOut,
    many=True,
)
def list_consents(actor: Actor, query: dict[str, Any]) -> Any:
    """Who may order for whom: what one gave and received"""
    return queries.list_consents(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/consents",
    permission=Permission.CANTEEN_ORDER,
    body=OrderConsentIn,
    out=OrderConsentOut,
    status=201,
)
def give_consent(actor: Actor, body: dict[str, Any]) -> Any:
    """Allow a colleague to order for oneself, at one's own cost"""
    return services.give_consent(actor, **body)


@endpoint(
    blueprint,
    "DELETE",
    "/canteen/consents/<id:consent_id>",
    permission=Permission.CANTEEN_ORDER,
    out=OrderConsentOut,
)
def revoke_consent(actor: Actor, consent_id: int) -> Any:
    """Take a consent back"""
    return services.revoke_consent(actor, consent_id=consent_id)


@endpoint(
    blueprint,
    "POST",
    "/canteen/colleague-orders",
    permission=Permission.CANTEEN_ORDER,
    body=ColleagueOrderIn,
    out=ColleagueOrderOut,
    status=201,
    key_required=True,
)
def order_for_colleague(actor: Actor, body: dict[str, Any]) -> Any:
    """Order a meal for a colleague who has consented and pays"""
    return services.order_for(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/colleague-orders",
    permission=Permission.CANTEEN_ORDER,
    query=PageQuery,
    out=ColleagueOrderOut,
    many=True,
)
def list_colleague_orders(actor: Actor, query: dict[str, Any]) -> Any:
    """What one ordered for colleagues"""
    return queries.list_placed(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/colleague-orders/<id:order_id>/cancel",
    permission=Permission.CANTEEN_ORDER,
    out=ColleagueOrderOut,
)
def cancel_colleague_order(actor: Actor, order_id: int) -> Any:
    """Cancel what one ordered for a colleague, until the cutoff"""
    return services.cancel_for(actor, order_id=order_id)


@endpoint(
    blueprint,
    "POST",
    "/canteen/orders/<id:order_id>/transfer",
    permission=Permission.CANTEEN_ORDER,
    body=TransferIn,
    out=TransferOut,
)
def transfer_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Hand one's own order to a colleague, or offer it"""
    return services.transfer(actor, order_id=order_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/transfers",
    permission=Permission.CANTEEN_ORDER,
    query=TransfersQuery,
    out=TransferOut,
    many=True,
)
def list_transfers(actor: Actor, query: dict[str, Any]) -> Any:
    """Transfers from and to oneself"""
    return handovers.list_transfers(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/transfers/<id:transfer_id>/accept",
    permission=Permission.CANTEEN_ORDER,
    body=AcceptIn,
    out=TransferOut,
    key_required=True,
)
def accept_transfer(actor: Actor, transfer_id: int, body: dict[str, Any]) -> Any:
    """Take an offered order over and pay for it"""
    return services.accept(actor, transfer_id=transfer_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/transfers/<id:transfer_id>/decline",
    permission=Permission.CANTEEN_ORDER,
    out=TransferOut,
)
def decline_transfer(actor: Actor, transfer_id: int) -> Any:
    """Leave an offered order with its holder"""
    return services.decline(actor, transfer_id=transfer_id)


@endpoint(
    blueprint,
    "POST",
    "/canteen/transfers/<id:transfer_id>/withdraw",
    permission=Permission.CANTEEN_ORDER,
    out=TransferOut,
)
def withdraw_transfer(actor: Actor, transfer_id: int) -> Any:
    """Take one's own offer back"""
    return services.withdraw(actor, transfer_id=transfer_id)
