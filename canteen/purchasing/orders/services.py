"""Use cases of requests and orders."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import atomic, db
from canteen.purchasing.ingredients import queries as ingredient_queries
from canteen.purchasing.orders import operations, policies, queries, views
from canteen.purchasing.orders.errors import (
    DuplicateLine,
    NothingToOrder,
    NothingWanted,
    PriceMissing,
    RequestIsOrdered,
    RequestNotOpen,
)
from canteen.purchasing.orders.models import (
    OrderState,
    PurchaseLine,
    PurchaseOrder,
    RequestOrigin,
    RequestState,
)
from canteen.purchasing.orders.policies import Wanted
from canteen.purchasing.orders.queries import APPROVE, MANAGE
from canteen.purchasing.orders.views import OrderView, RequestView
from canteen.purchasing.suppliers import operations as supplier_operations
from canteen.purchasing.suppliers import pricing
from canteen.purchasing.suppliers import queries as supplier_queries
from canteen.purchasing.suppliers.pricing import PriceView


@dataclass(frozen=True, slots=True)
class Split:
    """The orders that a request was split into, and the ingredients that nobody offers."""

    orders: list[OrderView]
    left: list[str]


@dataclass(frozen=True, slots=True)
class Missing:
    """An ingredient of which a canteen has less than the minimum, and what is to be bought of it."""

    ingredient_id: int
    ingredient_name: str
    needed_g: int
    stock_g: int
    on_order_g: int
    wanted_g: int


@atomic
def request(
    actor: Actor,
    *,
    canteen_id: int,
    wanted_on: date,
    needs: Mapping[int, int],
    note: str = "",
    subtracts: bool = True,
) -> RequestView:
    """Ask for ingredients by hand.

    Raises CanteenNotFound, Forbidden, PurchaseDateInvalid or UnknownIngredient.
    """
    queries.ensure_covers(actor, MANAGE, canteen_id)
    policies.ensure_not_past(wanted_on, clock.today())
    row = operations.request(
        canteen_id, wanted_on, needs, RequestOrigin.HAND, actor, note=note, subtracts=subtracts
    )
    return views.request_views([row])[0]


@atomic
def request_minimum(actor: Actor, *, canteen_id: int, wanted_on: date) -> RequestView:
    """Ask for what is missing of the minimum stocks.

    Raises CanteenNotFound, Forbidden, PurchaseDateInvalid or NothingWanted.
    """
    queries.ensure_covers(actor, MANAGE, canteen_id)
    policies.ensure_not_past(wanted_on, clock.today())
    row = operations.request_minimum(canteen_id, wanted_on, actor)
    if row is None:
        raise NothingWanted
    return views.request_views([row])[0]


@atomic
def withdraw(actor: Actor, *, request_id: int) -> RequestView:
    """Want a request no more, as long as nothing of it is ordered.

    Raises PurchaseRequestNotFound, Forbidden, RequestNotOpen or RequestIsOrdered.
    """
    row = queries.lock_request(actor, request_id)
    if row.state == RequestState.WITHDRAWN:
        raise RequestNotOpen
    if any(line.ordered_g for line in row.lines):
        raise RequestIsOrdered
    operations.withdraw(row, actor)
    record(
        actor,
        "canteen.purchase_request_withdrawn",
        "purchase_request",
        row.id,
        canteen_id=row.canteen_id,
        number=row.number,
    )
    return views.request_views([row])[0]


@atomic
def split(
    actor: Actor,
    *,
    request_id: int,
    expected_on: date | None = None,
    choices: Mapping[int, int] | None = None,
) -> Split:
    """Make drafts of what a request still wants: one for each supplier.

    Of each ingredient the supplier that `choices` names for it, or else the best price; what nobody offers
    stays with the request. They are expected on the day of the request unless said. Raises
    PurchaseRequestNotFound, Forbidden, RequestNotOpen, NothingToOrder or PurchaseDateInvalid.
    """
    asked = queries.lock_request(actor, request_id)
    if asked.state != RequestState.OPEN:
        raise RequestNotOpen
    day = expected_on or max(asked.wanted_on, clock.today())
    policies.ensure_not_past(day, clock.today())
    wanted = {line.ingredient_id: line for line in asked.lines if line.wanted_g > line.ordered_g}
    chosen = _chosen(wanted, choices or {})
    names = ingredient_queries.names(wanted)
    left = [names[one] for one in wanted if one not in chosen]
    if not chosen:
        raise NothingToOrder(ingredients="、".join(left))
    lines: dict[int, list[PurchaseLine]] = {}
    for one, offer in chosen.items():
        rest = wanted[one].wanted_g - wanted[one].ordered_g
        line = _line(one, offer.pack_g, policies.packs_for(rest, offer.pack_g), offer.price_fen or 0)
        line.request_line_id = wanted[one].id
        lines.setdefault(offer.supplier_id, []).append(line)
    orders = [
        operations.add_order(
            actor,
            canteen_id=asked.canteen_id,
            supplier_id=supplier_id,
            expected_on=day,
            lines=lines[supplier_id],
            request_id=asked.id,
        )
        for supplier_id in sorted(lines)
    ]
    return Split(views.order_views(actor, orders), left)


@atomic
def create(
    actor: Actor,
    *,
    canteen_id: int,
    supplier_id: int,
    expected_on: date,
    lines: Sequence[Wanted],
    note: str = "",
) -> OrderView:
    """Enter an order of one supplier as a draft.

    Raises CanteenNotFound, Forbidden, SupplierNotFound, UnknownIngredient, DuplicateLine, PriceMissing or
    PurchaseDateInvalid.
    """
    queries.ensure_covers(actor, MANAGE, canteen_id)
    supplier_queries.find(supplier_id)
    policies.ensure_not_past(expected_on, clock.today())
    order = operations.add_order(
        actor,
        canteen_id=canteen_id,
        supplier_id=supplier_id,
        expected_on=expected_on,
        lines=_lines(supplier_id, lines),
        note=note,
    )
    return _view(actor, order)


@atomic
def change(
    actor: Actor,
    *,
    order_id: int,
    revision: int,
    expected_on: date,
    lines: Sequence[Wanted],
    note: str = "",
) -> OrderView:
    """Say a draft anew; what its lines took of a request is given back, and taken again where they remain.

    Raises PurchaseOrderNotFound, Forbidden, PurchaseStateConflict, PurchaseOrderChanged, UnknownIngredient,
    DuplicateLine, PriceMissing or PurchaseDateInvalid.
    """
    order = _locked(actor, order_id, revision)
    policies.ensure_editable(order)
    policies.ensure_not_past(expected_on, clock.today())
    asked = {line.ingredient_id: line.request_line_id for line in order.lines}
    fresh = _lines(order.supplier_id, lines)
    operations.hold(order, -1)
    order.lines = []
    db.session.flush()
    for line in fresh:
        line.request_line_id = asked.pop(line.ingredient_id, None)
    order.lines = fresh
    order.expected_on, order.note, order.changed_by = expected_on, note, actor.staff_id
    order.total_fen = policies.total_fen((line.packs, line.price_fen) for line in fresh)
    order.revision += 1
    db.session.flush()
    operations.hold(order, 1)
    operations.record_step(actor, order, "canteen.purchase_order_changed")
    return _view(actor, order)


@atomic
def submit(actor: Actor, *, order_id: int, revision: int | None = None) -> OrderView:
    """Put a draft before whoever approves.

    Raises PurchaseOrderNotFound, Forbidden, PurchaseStateConflict or PurchaseOrderChanged.
    """
    order = _locked(actor, order_id, revision)
    operations.step(actor, order, OrderState.SUBMITTED)
    operations.record_step(actor, order, "canteen.purchase_order_submitted")
    return _view(actor, order)


@atomic
def revise(actor: Actor, *, order_id: int, revision: int | None = None) -> OrderView:
    """Take an order back that waits for a decision or was refused, to put it right.

    Raises PurchaseOrderNotFound, Forbidden, PurchaseStateConflict or PurchaseOrderChanged.
    """
    order = _locked(actor, order_id, revision)
    operations.step(actor, order, OrderState.DRAFT)
    operations.record_step(actor, order, "canteen.purchase_order_revised")
    return _view(actor, order)


@atomic
def approve(actor: Actor, *, order_id: int, revision: int | None = None, word: str = "") -> OrderView:
    """Approve somebody else's order, of a supplier that may supply.

    Raises PurchaseOrderNotFound, Forbidden, PurchaseStateConflict, PurchaseOrderChanged, OwnPurchaseOrder,
    SupplierBlocked or LicenceExpired, which name the supplier and what is wrong.
    """
    order = queries.lock_order(actor, order_id, APPROVE)
    policies.ensure_unchanged(order, revision)
    policies.ensure_step(order, OrderState.APPROVED)
    policies.ensure_decides(actor, order)
    supplier_operations.ensure_may_supply(order.supplier_id)
    operations.step(actor, order, OrderState.APPROVED, word=word)
    operations.record_step(actor, order, "canteen.purchase_order_approved")
    return _view(actor, order)


@atomic
def reject(actor: Actor, *, order_id: int, reason: str, revision: int | None = None) -> OrderView:
    """Refuse somebody else's order, for a reason.

    Raises PurchaseOrderNotFound, Forbidden, PurchaseStateConflict, PurchaseOrderChanged or OwnPurchaseOrder.
    """
    order = queries.lock_order(actor, order_id, APPROVE)
    policies.ensure_unchanged(order, revision)
    policies.ensure_step(order, OrderState.REJECTED)
    policies.ensure_decides(actor, order)
    operations.step(actor, order, OrderState.REJECTED, word=reason)
    operations.record_step(actor, order, "canteen.purchase_order_rejected", reason=reason)
    return _view(actor, order)


@atomic
def cancel(actor: Actor, *, order_id: int, reason: str, revision: int | None = None) -> OrderView:
    """Call an order off of which nothing has come.

    Raises PurchaseOrderNotFound, Forbidden, PurchaseStateConflict or PurchaseOrderChanged.
    """
    order = _locked(actor, order_id, revision)
    policies.ensure_untouched(order)
    operations.step(actor, order, OrderState.CANCELLED, word=reason)
    operations.record_step(actor, order, "canteen.purchase_order_cancelled", reason=reason)
    return _view(actor, order)


@atomic
def close_rest(actor: Actor, *, order_id: int, reason: str, revision: int | None = None) -> OrderView:
    """Wait no more for the rest of an approved order.

    Raises PurchaseOrderNotFound, Forbidden, PurchaseStateConflict or PurchaseOrderChanged.
    """
    order = _locked(actor, order_id, revision)
    operations.close_rest(actor, order, reason=reason)
    operations.record_step(actor, order, "canteen.purchase_order_closed", reason=reason)
    return _view(actor, order)


def below_minimum(actor: Actor, *, canteen_id: int) -> list[Missing]:
    """What the canteen has less of than the minimum today, by name. Raises CanteenNotFound."""
    queries.ensure_covers(actor, queries.READ, canteen_id)
    least = ingredient_queries.below_minimum_candidates()
    best = pricing.prices(least, clock.today())
    names = ingredient_queries.names(least)
    found = operations.missing(canteen_id, clock.today(), least, best)
    short = [
        Missing(one, names[one], need.needed_g, need.stock_g, need.on_order_g, need.wanted_g)
        for one, need in found.items()
        if need.wanted_g > 0
    ]
    return sorted(short, key=lambda one: one.ingredient_name)


def _chosen(ingredient_ids: Collection[int], choices: Mapping[int, int]) -> dict[int, PriceView]:
    """Whose offer is taken of each ingredient; nobody's who may not supply."""
    found: dict[int, PriceView] = {}
    for offer in pricing.offers(ingredient_ids, clock.today()):  # The cheapest first.
        wanted = choices.get(offer.ingredient_id, offer.supplier_id)
        if offer.is_usable and offer.supplier_id == wanted:
            found.setdefault(offer.ingredient_id, offer)
    return found


def _lines(supplier_id: int, wanted: Sequence[Wanted]) -> list[PurchaseLine]:
    ids = {one.ingredient_id for one in wanted}
    known = ingredient_queries.ensure_known(ids)
    if len({(one.ingredient_id, one.pack_g) for one in wanted}) < len(wanted):
        raise DuplicateLine
    listed = {
        (offer.ingredient_id, offer.pack_g): offer.price_fen
        for offer in pricing.offers_of(supplier_id, clock.today())
    }
    lines = []
    for one in wanted:
        price = one.price_fen if one.price_fen is not None else listed.get((one.ingredient_id, one.pack_g))
        if price is None:
            raise PriceMissing(ingredient=known[one.ingredient_id].name)
        lines.append(_line(one.ingredient_id, one.pack_g, one.packs, price, one.note))
    return lines


def _line(ingredient_id: int, pack_g: int, packs: int, price_fen: int, note: str = "") -> PurchaseLine:
    return PurchaseLine(
        ingredient_id=ingredient_id,
        pack_g=pack_g,
        packs=packs,
        price_fen=price_fen,
        ordered_g=pack_g * packs,
        received_g=0,
        refused_g=0,
        closed_g=0,
        note=note,
    )


def _locked(actor: Actor, order_id: int, revision: int | None) -> PurchaseOrder:
    order = queries.lock_order(actor, order_id)
    policies.ensure_unchanged(order, revision)
    return order


def _view(actor: Actor, order: PurchaseOrder) -> OrderView:
    return views.order_views(actor, [order])[0]
