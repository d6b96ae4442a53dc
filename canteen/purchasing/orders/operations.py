"""Writes of requests and orders, within an open unit of work.

Lock order: the counter of requests, the order, the request, the counter of orders, the supplier.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from sqlalchemy import select, update

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, unit
from backend.rules import queries as rule_queries
from canteen.purchasing.ingredients import queries as ingredient_queries
from canteen.purchasing.orders import numbering, policies, queries
from canteen.purchasing.orders.errors import NotExpected, PurchaseLineNotFound
from canteen.purchasing.orders.models import (
    Delivery,
    OrderState,
    PurchaseLine,
    PurchaseOrder,
    PurchaseRequest,
    RequestLine,
    RequestOrigin,
    RequestState,
)
from canteen.purchasing.orders.policies import ORDER_NUMBER, REQUEST_NUMBER, Need
from canteen.purchasing.orders.rules import OVER_PERCENT, SHORT_PERCENT
from canteen.purchasing.orders.titles import STATE_NAMES
from canteen.purchasing.suppliers import pricing


def request(
    canteen_id: int,
    wanted_on: date,
    needs: Mapping[int, int],
    origin: RequestOrigin,
    by: Actor,
    *,
    origin_id: int | None = None,
    note: str = "",
    subtracts: bool = True,
) -> PurchaseRequest:
    """Ask for what a canteen needs by a day, in grams of each ingredient, less what is free.

    What is free in stock and on order is taken off, unless `subtracts` is false, and the rest rounded up to
    packs of the best price. An earlier request for the same `origin_id` of the origin gives up what it held;
    orders made from it stay, and are counted on. A request that finds everything there is a reservation, and
    counts as ordered. Raises UnknownIngredient.
    """
    unit()
    wanted = {one: grams for one, grams in needs.items() if grams > 0}
    ingredient_queries.ensure_known(wanted)
    number = numbering.next_number(REQUEST_NUMBER)  # Also lets no other request look at the same stock.
    if origin_id is not None:
        _replace(origin, origin_id, by)
    best = pricing.prices(wanted, clock.today())
    pools = queries.pools(canteen_id, wanted, wanted_on) if subtracts else {}
    met = {
        one: policies.meet(grams, pools.get(one, policies.Pool()), best[one].pack_g if one in best else None)
        for one, grams in sorted(wanted.items())
    }
    return _write(canteen_id, wanted_on, met, best, origin, by, number=number, origin_id=origin_id, note=note)


def request_minimum(canteen_id: int, wanted_on: date, by: Actor) -> PurchaseRequest | None:
    """Ask for what is missing of the ingredients that have a minimum stock; None if nothing is.

    A minimum is to stay after everything that is promised has been taken.
    """
    unit()
    number = numbering.next_number(REQUEST_NUMBER)
    least = ingredient_queries.below_minimum_candidates()
    best = pricing.prices(least, clock.today())
    met = {
        one: need for one, need in missing(canteen_id, wanted_on, least, best).items() if need.wanted_g > 0
    }
    if not met:
        return None
    return _write(canteen_id, wanted_on, met, best, RequestOrigin.MINIMUM, by, number=number)


def missing(
    canteen_id: int, on: date, least: Mapping[int, int], best: Mapping[int, pricing.PriceView]
) -> dict[int, Need]:
    """How the canteen stands against the least stock of each of these ingredients."""
    pools = queries.pools(canteen_id, least, on)
    return {
        one: policies.meet(grams, pools[one], best[one].pack_g if one in best else None)
        for one, grams in sorted(least.items())
    }


def spend(origin: RequestOrigin, origin_id: int) -> int:
    """The kitchen has taken what was asked for: it holds nothing any more; returns of how many requests."""
    statement = (
        update(PurchaseRequest)
        .where(
            PurchaseRequest.origin == origin.value,
            PurchaseRequest.origin_id == origin_id,
            PurchaseRequest.spent_at.is_(None),
        )
        .values(spent_at=clock.now())
    )
    return unit().execute(statement).rowcount


def withdraw(row: PurchaseRequest, by: Actor) -> None:
    """A locked request of which nothing is ordered is wanted no more."""
    row.state, row.ended_at, row.ended_by_name = RequestState.WITHDRAWN.value, clock.now(), by.name
    db.session.flush()


def add_order(
    actor: Actor,
    *,
    canteen_id: int,
    supplier_id: int,
    expected_on: date,
    lines: list[PurchaseLine],
    request_id: int | None = None,
    note: str = "",
) -> PurchaseOrder:
    """A new draft with these lines; what they take of a request is held there."""
    unit()
    order = PurchaseOrder(
        number=numbering.next_number(ORDER_NUMBER),
        canteen_id=canteen_id,
        supplier_id=supplier_id,
        request_id=request_id,
        state=OrderState.DRAFT.value,
        expected_on=expected_on,
        total_fen=policies.total_fen((line.packs, line.price_fen) for line in lines),
        note=note,
        created_at=clock.now(),
        created_by=actor.staff_id,
        created_by_name=actor.name,
    )
    order.lines = lines
    db.session.add(order)
    db.session.flush()
    hold(order, 1)
    record_step(actor, order, "canteen.purchase_order_created")
    return order


def step(actor: Actor, order: PurchaseOrder, after: OrderState, *, word: str = "") -> None:
    """Let a locked order take a step, and write who took it. Raises PurchaseStateConflict."""
    unit()
    policies.ensure_step(order, after)
    now, before = clock.now(), OrderState(order.state)
    order.state, order.revision = after.value, order.revision + 1
    if after is OrderState.SUBMITTED:
        order.submitted_at, order.submitted_by, order.submitted_by_name = now, actor.staff_id, actor.name
    if after in (OrderState.APPROVED, OrderState.REJECTED) and before is OrderState.SUBMITTED:
        order.decided_at, order.decided_by, order.decided_by_name = now, actor.staff_id, actor.name
        order.decision = word
    if after in (OrderState.RECEIVED, OrderState.CLOSED, OrderState.CANCELLED):
        order.ended_at, order.ended_by_name, order.ended_reason = now, actor.name, word
    if after is OrderState.APPROVED and before is OrderState.RECEIVED:
        order.ended_at, order.ended_by_name, order.ended_reason = None, "", ""
    if after in (OrderState.REJECTED, OrderState.CANCELLED) and before is not OrderState.REJECTED:
        hold(order, -1)
    if before is OrderState.REJECTED and after is OrderState.DRAFT:
        hold(order, 1)
    db.session.flush()


def hold(order: PurchaseOrder, sign: int) -> None:
    """Take what an order's lines take of their request, or give it back; the request stands accordingly."""
    grams = {line.request_line_id: line.ordered_g for line in order.lines if line.request_line_id is not None}
    if not grams or order.request_id is None:
        return
    asked = db.session.get(PurchaseRequest, order.request_id, with_for_update=True, populate_existing=True)
    if asked is None:
        return
    for line in asked.lines:
        line.ordered_g = max(0, line.ordered_g + sign * grams.get(line.id, 0))
    settle(asked, by_name=order.created_by_name)
    db.session.flush()


def settle(asked: PurchaseRequest, *, by_name: str) -> None:
    """A request is ordered when nothing of it is left to order, and open when something is."""
    if asked.state == RequestState.WITHDRAWN:
        return
    is_ordered = all(line.ordered_g >= line.wanted_g for line in asked.lines)
    asked.state = (RequestState.ORDERED if is_ordered else RequestState.OPEN).value
    asked.ended_at, asked.ended_by_name = (clock.now(), by_name) if is_ordered else (None, "")


def note_received(
    actor: Actor,
    order_line_id: int,
    net_g: int,
    *,
    refused_g: int = 0,
    amount_fen: int | None = None,
    delivered_on: date | None = None,
    word: str = "",
) -> Delivery:
    """So much of an order's line was accepted, and so much sent back; negative numbers take a receipt back.

    Without `amount_fen` it costs as ordered. The order is there in full when every line is, or within the
    rule's percent of it. Raises PurchaseLineNotFound, NotExpected, OverDelivered without a word for too much,
    or CorrectionTooLarge.
    """
    unit()
    order, line = _lock_line(order_line_id)
    states = {OrderState.APPROVED, OrderState.RECEIVED}
    if net_g <= 0 and refused_g <= 0:
        states.add(OrderState.CLOSED)
    if OrderState(order.state) not in states:
        raise NotExpected(number=order.number, state=STATE_NAMES[OrderState(order.state)])
    policies.ensure_amount(
        ingredient_queries.names([line.ingredient_id])[line.ingredient_id],
        received_g=line.received_g,
        net_g=net_g,
        ordered_g=line.ordered_g,
        percent=rule_queries.value(OVER_PERCENT, order.canteen_id),
        word=word,
    )
    line.received_g += net_g
    line.refused_g = max(0, line.refused_g + refused_g)
    delivery = note_delivery(
        actor,
        canteen_id=order.canteen_id,
        supplier_id=order.supplier_id,
        ingredient_id=line.ingredient_id,
        net_g=net_g,
        refused_g=refused_g,
        amount_fen=policies.amount_fen(net_g, line.price_fen, line.pack_g)
        if amount_fen is None
        else amount_fen,
        delivered_on=delivered_on,
        order_line_id=line.id,
        word=word,
    )
    _see_what_is_left(actor, order)
    return delivery


def note_delivery(
    actor: Actor,
    *,
    canteen_id: int,
    supplier_id: int,
    ingredient_id: int,
    net_g: int,
    amount_fen: int,
    refused_g: int = 0,
    delivered_on: date | None = None,
    order_line_id: int | None = None,
    word: str = "",
) -> Delivery:
    """So much came from a supplier, for spending and assessments; by itself only without an order."""
    unit()
    delivery = Delivery(
        canteen_id=canteen_id,
        supplier_id=supplier_id,
        ingredient_id=ingredient_id,
        order_line_id=order_line_id,
        delivered_on=delivered_on or clock.today(),
        net_g=net_g,
        refused_g=refused_g,
        amount_fen=amount_fen,
        word=word,
        at=clock.now(),
        by_id=actor.staff_id,
        by_name=actor.name,
    )
    db.session.add(delivery)
    db.session.flush()
    return delivery


def close_rest(actor: Actor, order: PurchaseOrder, *, reason: str) -> None:
    """What a locked order still lacks will not come. Raises PurchaseStateConflict."""
    policies.ensure_step(order, OrderState.CLOSED)
    for line in order.lines:
        line.closed_g += policies.rest_g(line.ordered_g, line.received_g, line.closed_g)
    step(actor, order, OrderState.CLOSED, word=reason)


def record_step(actor: Actor, order: PurchaseOrder, action: str, **details: str) -> None:
    """Write a step of an order into the audit trail."""
    record(
        actor,
        action,
        "purchase_order",
        order.id,
        canteen_id=order.canteen_id,
        number=order.number,
        total_fen=order.total_fen,
        **cast(Any, details),
    )


def _see_what_is_left(actor: Actor, order: PurchaseOrder) -> None:
    """An approved order of which all has come is received; one that lacks something again waits again."""
    percent = rule_queries.value(SHORT_PERCENT, order.canteen_id)
    is_there = all(policies.is_whole(line.received_g, line.ordered_g, percent) for line in order.lines)
    if order.state == OrderState.APPROVED and is_there:
        for line in order.lines:
            line.closed_g = max(0, line.ordered_g - line.received_g)
        step(actor, order, OrderState.RECEIVED)
        record_step(actor, order, "canteen.purchase_order_received")
    elif order.state == OrderState.RECEIVED and not is_there:
        for line in order.lines:
            line.closed_g = 0
        step(actor, order, OrderState.APPROVED)
    db.session.flush()


def _lock_line(order_line_id: int) -> tuple[PurchaseOrder, PurchaseLine]:
    """The order of a line, locked, and the line. Raises PurchaseLineNotFound."""
    order_id = db.session.scalar(select(PurchaseLine.order_id).where(PurchaseLine.id == order_line_id))
    order = (
        db.session.get(PurchaseOrder, order_id, with_for_update=True, populate_existing=True)
        if order_id is not None
        else None
    )
    line = db.session.get(PurchaseLine, order_line_id, populate_existing=True)
    if order is None or line is None:
        raise PurchaseLineNotFound
    return order, line


def _replace(origin: RequestOrigin, origin_id: int, by: Actor) -> None:
    earlier = db.session.scalars(
        select(PurchaseRequest)
        .where(
            PurchaseRequest.origin == origin.value,
            PurchaseRequest.origin_id == origin_id,
            PurchaseRequest.spent_at.is_(None),
        )
        .order_by(PurchaseRequest.id)
        .with_for_update()
    ).all()
    for row in earlier:
        row.spent_at = clock.now()
        if row.state == RequestState.OPEN:
            withdraw(row, by)
    db.session.flush()


def _write(
    canteen_id: int,
    wanted_on: date,
    met: Mapping[int, Need],
    best: Mapping[int, pricing.PriceView],
    origin: RequestOrigin,
    by: Actor,
    *,
    number: str,
    origin_id: int | None = None,
    note: str = "",
) -> PurchaseRequest:
    row = PurchaseRequest(
        number=number,
        canteen_id=canteen_id,
        wanted_on=wanted_on,
        origin=origin.value,
        origin_id=origin_id,
        state=RequestState.OPEN.value,
        note=note,
        created_at=clock.now(),
        created_by=by.staff_id,
        created_by_name=by.name,
    )
    row.lines = [
        RequestLine(
            ingredient_id=one,
            needed_g=need.needed_g,
            stock_g=need.stock_g,
            on_order_g=need.on_order_g,
            pack_g=best[one].pack_g if one in best else None,
            supplier_id=best[one].supplier_id if one in best else None,
            wanted_g=need.wanted_g,
            ordered_g=0,
        )
        for one, need in met.items()
    ]
    settle(row, by_name=by.name)
    db.session.add(row)
    db.session.flush()
    record(
        by,
        "canteen.purchase_requested",
        "purchase_request",
        row.id,
        canteen_id=canteen_id,
        number=number,
        origin=origin.value,
    )
    return row
