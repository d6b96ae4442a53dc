"""对账结算: what a canteen's caterer earned in a month."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from canteen.settlement import queries, services
from canteen.settlement.schemas import (
    ClosedSettlementOut,
    ClosedSettlementsQuery,
    SettlementCloseIn,
    SettlementConfirmIn,
    SettlementOut,
    SettlementQuery,
)

blueprint = Blueprint("settlements", __name__, description="对账结算")


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/settlements",
    permission=Permission.SETTLEMENTS_MANAGE,
    query=SettlementQuery,
    out=SettlementOut,
)
def get_settlement(actor: Actor, query: dict[str, Any]) -> Any:
    """A month of a canteen, as it stands or as it was closed"""
    return queries.get_settlement(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/settlements/closed",
    permission=Permission.SETTLEMENTS_MANAGE,
    query=ClosedSettlementsQuery,
    out=ClosedSettlementOut,
    many=True,
)
def list_closed_settlements(actor: Actor, query: dict[str, Any]) -> Any:
    """The closed months of a canteen"""
    return queries.page_closed(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/settlements",
    permission=Permission.SETTLEMENTS_MANAGE,
    body=SettlementCloseIn,
    out=SettlementOut,
    status=201,
    key_required=True,
)
def close_settlement(actor: Actor, body: dict[str, Any]) -> Any:
    """Close a month"""
    return services.close(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/settlements/<id:settlement_id>/confirm",
    permission=Permission.SETTLEMENTS_MANAGE,
    body=SettlementConfirmIn,
    out=SettlementOut,
)
def confirm_settlement(actor: Actor, settlement_id: int, body: dict[str, Any]) -> Any:
    """Write down that both sides have signed"""
    return services.confirm(actor, settlement_id=settlement_id, **body)
