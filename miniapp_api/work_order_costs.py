"""What work orders cost: their bills, warranties and estimates."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.wire import PageQuery
from property.work_orders.costs import billing, bills
from property.work_orders.costs.schemas import (
    BillOut,
    EstimateDecisionIn,
    EstimateIn,
    LabourLineIn,
    MaterialLineIn,
    OtherLineIn,
    WaitingEstimateOut,
    WarrantyIn,
)

blueprint = Blueprint("work_order_costs", __name__, description="维修费用")

# What several permissions open is every member's to ask for; who has none of them sees nothing.
_SEVERAL = Permission.SELF


# The bill of an order


@endpoint(
    blueprint, "GET", "/property/work-orders/<id:order_id>/costs", permission=_SEVERAL, out=BillOut
)  # fmt: skip
def get_bill(actor: Actor, order_id: int) -> Any:
    """What an order costs, and what one may do about it"""
    return bills.get_bill(actor, order_id=order_id)


@endpoint(
    blueprint,
    "POST",
    "/property/work-orders/<id:order_id>/costs/materials",
    permission=_SEVERAL,
    body=MaterialLineIn,
    out=BillOut,
    status=201,
)
def add_material_line(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Take material out of a store for an order (领用)"""
    return billing.add_material(actor, order_id=order_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/work-orders/<id:order_id>/costs/labour",
    permission=_SEVERAL,
    body=LabourLineIn,
    out=BillOut,
    status=201,
)
def add_labour_line(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Write down a worker's minutes"""
    return billing.add_labour(actor, order_id=order_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/work-orders/<id:order_id>/costs/others",
    permission=_SEVERAL,
    body=OtherLineIn,
    out=BillOut,
    status=201,
)
def add_other_line(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Write down any other expense"""
    return billing.add_other(actor, order_id=order_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/work-orders/<id:order_id>/costs/<id:line_id>/remove",
    permission=_SEVERAL,
    out=BillOut,
)
def remove_line(actor: Actor, order_id: int, line_id: int) -> Any:
    """Strike a line out; its material goes back to its store (退库)"""
    return billing.remove(actor, order_id=order_id, line_id=line_id)


@endpoint(
    blueprint,
    "POST",
    "/property/work-orders/<id:order_id>/warranty",
    permission=_SEVERAL,
    body=WarrantyIn,
    out=BillOut,
)
def set_warranty(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Say by hand whether the work is under warranty"""
    return billing.set_warranty(actor, order_id=order_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/work-orders/<id:order_id>/estimates",
    permission=_SEVERAL,
    body=EstimateIn,
    out=BillOut,
    status=201,
)
def ask_for_agreement(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Ask an approver to agree to what an order is going to cost"""
    return billing.ask(actor, order_id=order_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/work-orders/<id:order_id>/estimates/<id:estimate_id>/approve",
    permission=Permission.ORDERS_APPROVE,
    body=EstimateDecisionIn,
    out=BillOut,
)
def approve_estimate(actor: Actor, order_id: int, estimate_id: int, body: dict[str, Any]) -> Any:
    """Agree to an estimate"""
    return billing.decide(actor, order_id=order_id, estimate_id=estimate_id, is_agreed=True, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/work-orders/<id:order_id>/estimates/<id:estimate_id>/refuse",
    permission=Permission.ORDERS_APPROVE,
    body=EstimateDecisionIn,
    out=BillOut,
)
def refuse_estimate(actor: Actor, order_id: int, estimate_id: int, body: dict[str, Any]) -> Any:
    """Refuse an estimate, with a reason"""
    return billing.decide(actor, order_id=order_id, estimate_id=estimate_id, is_agreed=False, **body)


@endpoint(
    blueprint,
    "GET",
    "/property/work-order-estimates",
    permission=Permission.ORDERS_APPROVE,
    query=PageQuery,
    out=WaitingEstimateOut,
    many=True,
)
def list_waiting_estimates(actor: Actor, query: dict[str, Any]) -> Any:
    """The estimates that wait for the caller, the oldest first"""
    return bills.page_waiting(actor, **query)
