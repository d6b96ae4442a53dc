"""Reads of requests and orders, for operations: who may, what is free, what is locked, what waits."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db
from backend.errors import Forbidden
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen
from canteen.menu.policies import covers
from canteen.purchasing.orders import supply
from canteen.purchasing.orders.errors import (
    PurchaseOrderNotFound,
    PurchaseRequestNotFound,
)
from canteen.purchasing.orders.models import (
    EXPECTED,
    OrderState,
    PurchaseLine,
    PurchaseOrder,
    PurchaseRequest,
    RequestLine,
    RequestOrigin,
    RequestState,
)
from canteen.purchasing.orders.policies import Pool

READ, MANAGE, APPROVE = (
    Permission.PURCHASING_READ,
    Permission.PURCHASING_MANAGE,
    Permission.PURCHASING_APPROVE,
)


_EXPECTED = [state.value for state in EXPECTED]


def ensure_covers(actor: Actor, permission: Permission, canteen_id: int) -> Canteen:
    """The canteen, if the permission holds there. Raises Forbidden if it is only read, or CanteenNotFound."""
    canteen = menu_queries.get_canteen(canteen_id)
    if covers(actor, permission, canteen):
        return canteen
    raise Forbidden if covers(actor, READ, canteen) else CanteenNotFound


def pools(
    canteen_id: int, ingredient_ids: Collection[int], on: date, *, except_request: int = 0
) -> dict[int, Pool]:
    """What the canteen has and expects of these ingredients by a day; five statements or so."""
    if not ingredient_ids:
        return {}
    stock = supply.free(canteen_id, ingredient_ids, on)
    expected = _on_order(canteen_id, ingredient_ids, on)
    promised = _promised(canteen_id, ingredient_ids, except_request)
    return {
        one: Pool(stock.get(one, 0), *expected.get(one, (0, 0)), promised.get(one, 0))
        for one in ingredient_ids
    }


def _on_order(canteen_id: int, ingredient_ids: Collection[int], on: date) -> dict[int, tuple[int, int]]:
    """What orders and open requests will bring of each ingredient: in all, and by the day."""
    rest = PurchaseLine.ordered_g - PurchaseLine.received_g - PurchaseLine.closed_g
    ordered = (
        select(
            PurchaseLine.ingredient_id.label("ingredient_id"),
            PurchaseOrder.expected_on.label("by"),
            case((rest > 0, rest), else_=0).label("grams"),
        )
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseLine.order_id)
        .where(
            PurchaseOrder.canteen_id == canteen_id,
            PurchaseOrder.state.in_(_EXPECTED),
            PurchaseLine.ingredient_id.in_(ingredient_ids),
        )
    )
    unordered = RequestLine.wanted_g - RequestLine.ordered_g
    requested = (
        select(
            RequestLine.ingredient_id,
            PurchaseRequest.wanted_on,
            case((unordered > 0, unordered), else_=0),
        )
        .join(PurchaseRequest, PurchaseRequest.id == RequestLine.request_id)
        .where(
            PurchaseRequest.canteen_id == canteen_id,
            PurchaseRequest.state == RequestState.OPEN.value,
            RequestLine.ingredient_id.in_(ingredient_ids),
        )
    )
    both = ordered.union_all(requested).subquery()
    rows = db.session.execute(
        select(
            both.c.ingredient_id,
            func.sum(both.c.grams),
            func.sum(case((both.c.by <= on, both.c.grams), else_=0)),
        ).group_by(both.c.ingredient_id)
    )
    return {one: (int(whole), int(arriving)) for one, whole, arriving in rows}


def _promised(canteen_id: int, ingredient_ids: Collection[int], except_request: int) -> dict[int, int]:
    """What requests of coming days need of each; a minimum is to stay, and needs nothing."""
    rows = db.session.execute(
        select(RequestLine.ingredient_id, func.sum(RequestLine.needed_g))
        .join(PurchaseRequest, PurchaseRequest.id == RequestLine.request_id)
        .where(
            PurchaseRequest.canteen_id == canteen_id,
            PurchaseRequest.state != RequestState.WITHDRAWN.value,
            PurchaseRequest.origin != RequestOrigin.MINIMUM.value,
            PurchaseRequest.spent_at.is_(None),
            PurchaseRequest.wanted_on >= clock.today(),
            PurchaseRequest.id != except_request,
            RequestLine.ingredient_id.in_(ingredient_ids),
        )
        .group_by(RequestLine.ingredient_id)
    )
    return {one: int(grams) for one, grams in rows}


def waiting(actor: Actor) -> dict[str, Count]:
    """What waits for the actor: orders to decide on that are not their own, late ones, open requests."""
    approves, reads = _reach(actor, APPROVE, PurchaseOrder), _reach(actor, MANAGE, PurchaseOrder)
    return {
        "purchase_orders_to_approve": select(func.count(PurchaseOrder.id)).where(
            PurchaseOrder.state == OrderState.SUBMITTED.value,
            PurchaseOrder.created_by != actor.staff_id,
            PurchaseOrder.submitted_by != actor.staff_id,
            approves,
        ),
        "purchase_orders_late": select(func.count(PurchaseOrder.id)).where(
            PurchaseOrder.state == OrderState.APPROVED.value,
            PurchaseOrder.expected_on < clock.today(),
            reads,
        ),
        "purchase_requests_open": select(func.count(PurchaseRequest.id)).where(
            PurchaseRequest.state == RequestState.OPEN.value, _reach(actor, MANAGE, PurchaseRequest)
        ),
    }


def lock_request(actor: Actor, request_id: int) -> PurchaseRequest:
    """A request of a canteen where the actor manages purchases, locked.

    Raises PurchaseRequestNotFound or Forbidden.
    """
    row = db.session.get(PurchaseRequest, request_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise PurchaseRequestNotFound
    try:
        ensure_covers(actor, MANAGE, row.canteen_id)
    except CanteenNotFound as unseen:
        raise PurchaseRequestNotFound from unseen
    return row


def lock_order(actor: Actor, order_id: int, permission: Permission = MANAGE) -> PurchaseOrder:
    """An order of a canteen where the actor holds the permission, locked.

    Raises PurchaseOrderNotFound or Forbidden.
    """
    row = db.session.get(PurchaseOrder, order_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise PurchaseOrderNotFound
    try:
        ensure_covers(actor, permission, row.canteen_id)
    except CanteenNotFound as unseen:
        raise PurchaseOrderNotFound from unseen
    return row


def _reach(actor: Actor, permission: Permission, table: Any) -> ColumnElement[bool]:
    """Rows of the canteens where the permission holds."""
    readable = select(Canteen.id).where(menu_queries.readable(actor, permission))
    condition: ColumnElement[bool] = table.canteen_id.in_(readable)
    return condition
