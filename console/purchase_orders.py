"""采购单: the orders of a canteen, one of them with what came of it, and the form that enters one."""

from typing import Any, Final

from backend import clock, counting
from backend.actor import Actor, Permission
from backend.wire import Bool, Choice, Date, Id, PageQuery, Query, Str
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen
from canteen.menu.policies import covers
from canteen.menu.queries import CanteenChoice
from canteen.purchasing.orders import policies, queries, views
from canteen.purchasing.orders.models import OrderState
from canteen.purchasing.orders.views import OrderView
from canteen.purchasing.stock import receipts
from canteen.purchasing.stock.titles import RECEIPT_STATE_NAMES
from canteen.purchasing.suppliers import pricing
from canteen.purchasing.suppliers import queries as suppliers
from console import scope
from console.pages import page, pages, render
from console.purchase_words import (
    WORDS,
    ingredient_choices,
    supplier_choices,
    usable_supplier_choices,
)

blueprint = pages("console_purchase_orders", __name__)

READ: Final = Permission.PURCHASING_READ
MANAGE: Final = Permission.PURCHASING_MANAGE
_PATH: Final = "/kitchen/orders"
_ORDER: Final = f"{_PATH}/<id:order_id>"
_RECEIPTS_SHOWN: Final = 50
# What a purchaser may do, by where the order may go.
_STEPS: Final = {
    "submit": OrderState.SUBMITTED,
    "revise": OrderState.DRAFT,
    "cancel": OrderState.CANCELLED,
    "close": OrderState.CLOSED,
}


class OrdersPage(PageQuery):
    """Which orders."""

    state = Choice(OrderState)
    supplier_id = Id()
    is_late = Bool()
    expected_from = Date()
    expected_until = Date()
    q = Str(max_length=20, load_default="")


class NewOrderPage(Query):
    """Of which supplier."""

    supplier_id = Id()


@page(blueprint, _PATH, permission=READ, query=OrdersPage, at_canteen="采购单")
def orders(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The orders of the canteen, the newest first, and what of them waits."""
    return render(
        "purchasing/orders.html",
        found=views.page_orders(actor, canteen_id=canteen.id, **query),
        query=query,
        waiting=counting.together(queries.waiting(actor)),
        suppliers=supplier_choices(),
        may_manage=scope.covers(actor, MANAGE),
        may_approve=scope.covers(actor, queries.APPROVE),
        **WORDS,
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE, query=NewOrderPage, at_canteen="采购单")
def new(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The form of a new order: first its supplier, then what of the offers."""
    supplier_id = query.get("supplier_id")
    supplier = suppliers.view(supplier_id) if supplier_id else None
    return render(
        "purchasing/order_form.html",
        order=None,
        canteen=canteen,
        supplier=supplier,
        suppliers=usable_supplier_choices(),
        today=clock.today(),
        **(_choices(supplier.id) if supplier else {}),
    )


@page(blueprint, _ORDER, permission=READ)
def order(actor: Actor, order_id: int) -> str:
    """One order: its lines, its course, what came of it, and what its reader may do now."""
    found = views.get_order(actor, order_id)
    # Held while the page is made, so that nothing of it asks for the canteen again.
    canteen = menu_queries.get_canteen(found.canteen_id)
    return render(
        "purchasing/order.html",
        order=found,
        can=_can(actor, found, canteen),
        received=receipts.page_receipts(
            actor, canteen_id=found.canteen_id, order_id=found.id, page=1, page_size=_RECEIPTS_SHOWN
        ).rows,
        receipt_state_names=RECEIPT_STATE_NAMES,
        may_receive=found.state is OrderState.APPROVED and covers(actor, Permission.STOCK_RECORD, canteen),
        is_own=_is_own(actor, found, canteen),
        **WORDS,
    )


@page(blueprint, f"{_ORDER}/edit", permission=MANAGE)
def edit(actor: Actor, order_id: int) -> str:
    """The form that says a draft anew."""
    found = views.get_order(actor, order_id)
    return render(
        "purchasing/order_form.html",
        order=found,
        canteen=None,
        supplier=suppliers.view(found.supplier_id),
        suppliers=[],
        today=clock.today(),
        **_choices(found.supplier_id),
    )


def _choices(supplier_id: int) -> dict[str, Any]:
    return {
        "offers": pricing.offers_of(supplier_id, clock.today()),
        "ingredients": ingredient_choices(),
    }


def _can(actor: Actor, found: OrderView, canteen: Canteen) -> set[str]:
    """The verbs that stand open: those of who manages, and the decision where it is theirs."""
    can = {"approve", "reject"} if found.may_decide else set()
    if not covers(actor, MANAGE, canteen):
        return can
    can |= {verb for verb, after in _STEPS.items() if after in policies.TRANSITIONS[found.state]}
    if any(line.received_g for line in found.lines):
        can.discard("cancel")
    if found.state is OrderState.DRAFT:
        can.add("edit")
    return can


def _is_own(actor: Actor, found: OrderView, canteen: Canteen) -> bool:
    """Whether the order waits for somebody else than its reader, who could decide on others."""
    decides = covers(actor, queries.APPROVE, canteen)
    return found.state is OrderState.SUBMITTED and decides and not found.may_decide
