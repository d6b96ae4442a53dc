"""Work orders: reporting, dispatching, doing and accepting repairs.

Whoever works here may call each of these; what they may do with which order, the use cases say.
"""

from collections.abc import Callable
from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.wire import In
from property.work_orders import (
    calling,
    handling,
    holding,
    judging,
    listing,
    reporting,
    triaging,
    views,
    waiting,
)
from property.work_orders.handling_schemas import (
    HoldApprovalIn,
    HoldsQuery,
    OrderArriveIn,
    OrderCancelIn,
    OrderDispatchIn,
    OrderDuplicateIn,
    OrderFinishIn,
    OrderHappenedIn,
    OrderHoldIn,
    OrderReasonIn,
    OrderRejectIn,
    OrderSplitIn,
    OrderUrgencyIn,
    OrderVerifyIn,
    OrderWhyIn,
)
from property.work_orders.schemas import (
    OrderContactOut,
    OrderCountsOut,
    OrderWaitingHoldOut,
    SimilarOrderOut,
    SimilarOrdersQuery,
    WorkOrderIn,
    WorkOrderOut,
    WorkOrderRowOut,
    WorkOrdersQuery,
)

blueprint = Blueprint("work_orders", __name__, description="报修工单")

SELF = Permission.SELF
ORDERS = "/property/work-orders"


def verb(name: str, body: type[In] | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """One verb on an order, answered with the order as it is then."""
    return endpoint(
        blueprint,
        "POST",
        f"{ORDERS}/<id:order_id>/{name}",
        permission=SELF,
        body=body,
        out=WorkOrderOut,
    )


@endpoint(blueprint, "POST", ORDERS, permission=SELF, body=WorkOrderIn, out=WorkOrderRowOut, status=201)
def report_order(actor: Actor, body: dict[str, Any]) -> Any:
    """Report something to be repaired"""
    return reporting.report(actor, **body)


@endpoint(blueprint, "GET", ORDERS, permission=SELF, query=WorkOrdersQuery, out=WorkOrderRowOut, many=True)
def list_work_orders(actor: Actor, query: dict[str, Any]) -> Any:
    """Orders: one's own reports, what is free to take, one's own to do, what is to be accepted, or all"""
    return listing.page_orders(actor, **query)


@endpoint(blueprint, "GET", f"{ORDERS}/counts", permission=SELF, out=OrderCountsOut)
def count_work_orders(actor: Actor) -> Any:
    """What waits for the reader"""
    return waiting.counts(actor)


@endpoint(
    blueprint,
    "GET",
    f"{ORDERS}/similar",
    permission=SELF,
    query=SimilarOrdersQuery,
    out=SimilarOrderOut,
    many=True,
)
def list_similar_orders(actor: Actor, query: dict[str, Any]) -> Any:
    """Open orders of the last days that may be about the same, five at most"""
    return reporting.similar(actor, **query)


@endpoint(
    blueprint,
    "GET",
    f"{ORDERS}/holds",
    permission=Permission.ORDERS_APPROVE,
    query=HoldsQuery,
    out=OrderWaitingHoldOut,
    many=True,
)
def list_waiting_holds(actor: Actor, query: dict[str, Any]) -> Any:
    """Wishes to hold an order that wait for approval, the oldest first"""
    return listing.page_waiting_holds(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{ORDERS}/holds/<id:hold_id>/approve",
    permission=Permission.ORDERS_APPROVE,
    body=HoldApprovalIn,
    out=WorkOrderOut,
)
def approve_hold(actor: Actor, hold_id: int, body: dict[str, Any]) -> Any:
    """Allow a hold, which begins now"""
    return holding.approve(actor, hold_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{ORDERS}/holds/<id:hold_id>/refuse",
    permission=Permission.ORDERS_APPROVE,
    body=OrderRejectIn,
    out=WorkOrderOut,
)
def refuse_hold(actor: Actor, hold_id: int, body: dict[str, Any]) -> Any:
    """Say no to a hold"""
    return holding.refuse(actor, hold_id, **body)


@endpoint(blueprint, "GET", f"{ORDERS}/<id:order_id>", permission=SELF, out=WorkOrderOut)
def get_work_order(actor: Actor, order_id: int) -> Any:
    """An order with its timeline, its clocks and what one may do with it"""
    return views.get_order(actor, order_id)


@endpoint(blueprint, "POST", f"{ORDERS}/<id:order_id>/contact", permission=SELF, out=OrderContactOut)
def show_contact(actor: Actor, order_id: int) -> Any:
    """The reporter's number in full, for who has the order in hand or dispatches it; recorded"""
    return calling.contact(actor, order_id)


@verb("accept", OrderHappenedIn)
def accept_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Take a report in (受理), or take on what was dispatched to one (接单)"""
    return handling.accept(actor, order_id, **body)


@verb("reject", OrderRejectIn)
def reject_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Refuse a report (不予受理), or have finished work done again (返工)"""
    return judging.reject(actor, order_id, **body)


@verb("dispatch", OrderDispatchIn)
def dispatch_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Give an order to a worker or a group"""
    return triaging.dispatch(actor, order_id, **body)


@verb("grab")
def grab_order(actor: Actor, order_id: int) -> Any:
    """Take what is free (抢单)"""
    return handling.grab(actor, order_id)


@verb("return", OrderReasonIn)
def return_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Send back what was dispatched to one (退单)"""
    return handling.give_back(actor, order_id, **body)


@verb("transfer", OrderReasonIn)
def transfer_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Give up what one has begun, for somebody else (转单)"""
    return handling.transfer(actor, order_id, **body)


@verb("arrive", OrderArriveIn)
def arrive_at_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Say that one is there"""
    return handling.arrive(actor, order_id, **body)


@verb("hold", OrderHoldIn)
def hold_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Put an order off (挂起); for long, once it is approved"""
    return handling.hold(actor, order_id, **body)


@verb("resume", OrderHappenedIn)
def resume_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Go on with a held order"""
    return handling.resume(actor, order_id, **body)


@verb("finish", OrderFinishIn)
def finish_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Say that the work is done"""
    return handling.finish(actor, order_id, **body)


@verb("verify", OrderVerifyIn)
def verify_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Accept finished work (验收); what is resolved in part goes back"""
    return judging.verify(actor, order_id, **body)


@verb("reopen", OrderWhyIn)
def reopen_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Have what was completed a few days ago done again (重开)"""
    return judging.reopen(actor, order_id, **body)


@verb("cancel", OrderCancelIn)
def cancel_work_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Take back a report that nobody has looked at yet"""
    return reporting.cancel(actor, order_id, **body)


@verb("remind")
def remind_of_order(actor: Actor, order_id: int) -> Any:
    """Urge what is not finished (催办)"""
    return reporting.remind(actor, order_id)


@verb("duplicate", OrderDuplicateIn)
def mark_order_duplicate(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Let a report follow another order about the same"""
    return triaging.mark_duplicate(actor, order_id, **body)


@verb("urgency", OrderUrgencyIn)
def change_order_urgency(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Make an order more or less urgent"""
    return triaging.change_urgency(actor, order_id, **body)


@verb("split", OrderSplitIn)
def split_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Make orders of their own of the parts of one"""
    return triaging.split(actor, order_id, **body)
