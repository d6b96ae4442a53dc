"""采购: requests, orders, and what was spent."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.http import endpoint
from canteen.purchasing.orders import documents, schemas, services, spending, views
from canteen.purchasing.orders.schemas import (
    ApprovalIn,
    AssistanceOut,
    AssistanceQuery,
    CanteenPurchasesQuery,
    MinimumIn,
    MinimumOut,
    MonthSpendingOut,
    NewPurchaseOrderIn,
    OrderStepIn,
    PurchaseOrderIn,
    PurchaseOrderOut,
    PurchaseOrdersQuery,
    PurchaseRequestIn,
    PurchaseRequestOut,
    PurchaseRequestsQuery,
    ReasonedStepIn,
    SpendingQuery,
    SplitIn,
    SplitOut,
)
from canteen.purchasing.suppliers import queries as suppliers

blueprint = Blueprint("kitchen_purchasing", __name__, description="采购")

_READ, _MANAGE, _APPROVE = (
    Permission.PURCHASING_READ,
    Permission.PURCHASING_MANAGE,
    Permission.PURCHASING_APPROVE,
)
_REQUESTS = "/canteen/purchase-requests"
_REQUEST = f"{_REQUESTS}/<id:request_id>"
_ORDERS = "/canteen/purchase-orders"
_ORDER = f"{_ORDERS}/<id:order_id>"
PDF = "application/pdf"


@endpoint(
    blueprint,
    "GET",
    _REQUESTS,
    permission=_READ,
    query=PurchaseRequestsQuery,
    out=PurchaseRequestOut,
    many=True,
)
def list_purchase_requests(actor: Actor, query: dict[str, Any]) -> Any:
    """Requests, the latest day first"""
    return views.page_requests(actor, **query)


@endpoint(
    blueprint,
    "POST",
    _REQUESTS,
    permission=_MANAGE,
    body=PurchaseRequestIn,
    out=PurchaseRequestOut,
    status=201,
)
def create_purchase_request(actor: Actor, body: dict[str, Any]) -> Any:
    """Ask for ingredients by hand; what is free in stock and on order is taken off"""
    return services.request(actor, **schemas.request_of(body))


@endpoint(
    blueprint,
    "GET",
    f"{_REQUESTS}/minimum",
    permission=_READ,
    query=CanteenPurchasesQuery,
    out=MinimumOut,
    many=True,
)
def list_below_minimum(actor: Actor, query: dict[str, Any]) -> Any:
    """What a canteen has less of than the minimum"""
    return services.below_minimum(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{_REQUESTS}/minimum",
    permission=_MANAGE,
    body=MinimumIn,
    out=PurchaseRequestOut,
    status=201,
)
def request_minimum(actor: Actor, body: dict[str, Any]) -> Any:
    """Ask for what is missing of the minimum stocks"""
    return services.request_minimum(actor, **body)


@endpoint(blueprint, "GET", _REQUEST, permission=_READ, out=PurchaseRequestOut)
def get_purchase_request(actor: Actor, request_id: int) -> Any:
    """One request"""
    return views.get_request(actor, request_id)


@endpoint(blueprint, "GET", f"{_REQUEST}/workbook", permission=_READ, file=sheets.MEDIA_TYPE)
def export_purchase_request(actor: Actor, request_id: int) -> File:
    """A request as a workbook"""
    view = views.get_request(actor, request_id)
    return File(documents.request_workbook(view), f"采购申请{view.number}.xlsx", sheets.MEDIA_TYPE)


@endpoint(blueprint, "POST", f"{_REQUEST}/withdraw", permission=_MANAGE, out=PurchaseRequestOut)
def withdraw_purchase_request(actor: Actor, request_id: int) -> Any:
    """Want a request no more"""
    return services.withdraw(actor, request_id=request_id)


@endpoint(blueprint, "POST", f"{_REQUEST}/split", permission=_MANAGE, body=SplitIn, out=SplitOut, status=201)
def split_purchase_request(actor: Actor, request_id: int, body: dict[str, Any]) -> Any:
    """Make drafts of orders of what a request wants, by best price or as chosen"""
    return services.split(actor, request_id=request_id, **schemas.split_of(body))


@endpoint(
    blueprint,
    "GET",
    _ORDERS,
    permission=_READ,
    query=PurchaseOrdersQuery,
    out=PurchaseOrderOut,
    many=True,
)
def list_purchase_orders(actor: Actor, query: dict[str, Any]) -> Any:
    """Orders, the newest first"""
    return views.page_orders(actor, **query)


@endpoint(
    blueprint,
    "POST",
    _ORDERS,
    permission=_MANAGE,
    body=NewPurchaseOrderIn,
    out=PurchaseOrderOut,
    status=201,
)
def create_purchase_order(actor: Actor, body: dict[str, Any]) -> Any:
    """Enter an order of one supplier"""
    return services.create(actor, **body)


@endpoint(
    blueprint,
    "GET",
    f"{_ORDERS}/expected",
    permission=_READ,
    query=CanteenPurchasesQuery,
    out=PurchaseOrderOut,
    many=True,
)
def list_expected_orders(actor: Actor, query: dict[str, Any]) -> Any:
    """The approved orders that a canteen waits for, by the day"""
    return views.expected(actor, **query)


@endpoint(blueprint, "GET", _ORDER, permission=_READ, out=PurchaseOrderOut)
def get_purchase_order(actor: Actor, order_id: int) -> Any:
    """One order"""
    return views.get_order(actor, order_id)


@endpoint(blueprint, "PUT", _ORDER, permission=_MANAGE, body=PurchaseOrderIn, out=PurchaseOrderOut)
def change_purchase_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Say a draft anew"""
    return services.change(actor, order_id=order_id, **body)


@endpoint(blueprint, "POST", f"{_ORDER}/submit", permission=_MANAGE, body=OrderStepIn, out=PurchaseOrderOut)
def submit_purchase_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Put a draft before whoever approves"""
    return services.submit(actor, order_id=order_id, **body)


@endpoint(blueprint, "POST", f"{_ORDER}/revise", permission=_MANAGE, body=OrderStepIn, out=PurchaseOrderOut)
def revise_purchase_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Take an order back to put it right"""
    return services.revise(actor, order_id=order_id, **body)


@endpoint(blueprint, "POST", f"{_ORDER}/approve", permission=_APPROVE, body=ApprovalIn, out=PurchaseOrderOut)
def approve_purchase_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Approve somebody else's order"""
    return services.approve(actor, order_id=order_id, **body)


@endpoint(
    blueprint, "POST", f"{_ORDER}/reject", permission=_APPROVE, body=ReasonedStepIn, out=PurchaseOrderOut
)
def reject_purchase_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Refuse somebody else's order"""
    return services.reject(actor, order_id=order_id, **body)


@endpoint(
    blueprint, "POST", f"{_ORDER}/cancel", permission=_MANAGE, body=ReasonedStepIn, out=PurchaseOrderOut
)
def cancel_purchase_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Call an order off of which nothing has come"""
    return services.cancel(actor, order_id=order_id, **body)


@endpoint(blueprint, "POST", f"{_ORDER}/close", permission=_MANAGE, body=ReasonedStepIn, out=PurchaseOrderOut)
def close_purchase_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Wait no more for the rest of an order"""
    return services.close_rest(actor, order_id=order_id, **body)


@endpoint(blueprint, "GET", f"{_ORDER}/pdf", permission=_READ, file=PDF)
def print_purchase_order(actor: Actor, order_id: int) -> File:
    """An order on paper"""
    view = views.get_order(actor, order_id)
    data = documents.order_pdf(view, suppliers.view(view.supplier_id), printed_by=actor.name)
    return File(data, f"{documents.order_title(view)}.pdf", PDF)


@endpoint(blueprint, "GET", f"{_ORDER}/workbook", permission=_READ, file=sheets.MEDIA_TYPE)
def export_purchase_order(actor: Actor, order_id: int) -> File:
    """An order as a workbook"""
    view = views.get_order(actor, order_id)
    return File(documents.order_workbook(view), f"{documents.order_title(view)}.xlsx", sheets.MEDIA_TYPE)


@endpoint(
    blueprint,
    "GET",
    "/canteen/purchase-spending",
    permission=_READ,
    query=SpendingQuery,
    out=MonthSpendingOut,
    many=True,
)
def list_purchase_spending(actor: Actor, query: dict[str, Any]) -> Any:
    """What a canteen spent, by month and category, beside its budget"""
    return spending.by_month(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/purchase-spending/workbook",
    permission=_READ,
    query=SpendingQuery,
    file=sheets.MEDIA_TYPE,
)
def export_purchase_spending(actor: Actor, query: dict[str, Any]) -> File:
    """The same as a workbook, with the suppliers and the share of assistance"""
    first, last = query["first"], query["last"]
    months = spending.by_month(actor, **query)
    data = documents.spending_workbook(first, last, months, spending.assistance(actor, **query))
    return File(data, f"采购支出{first}至{last}.xlsx", sheets.MEDIA_TYPE)


@endpoint(
    blueprint,
    "GET",
    "/canteen/purchase-assistance",
    permission=_READ,
    query=AssistanceQuery,
    out=AssistanceOut,
)
def get_purchase_assistance(actor: Actor, query: dict[str, Any]) -> Any:
    """The share of assistance (消费扶贫) of what was bought"""
    return spending.assistance(actor, **query)
