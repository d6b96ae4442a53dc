"""验收单: what suppliers brought, checked on arrival, against an order or without one."""

from collections.abc import Sequence
from typing import Any, Final

from backend import clock
from backend.actor import Actor
from backend.rules import queries as rule_queries
from backend.wire import Choice, Date, Id, PageQuery, Query, Str
from canteen.menu import queries as menu_queries
from canteen.menu.policies import covers
from canteen.menu.queries import CanteenChoice
from canteen.purchasing.ingredients import queries as ingredients
from canteen.purchasing.orders import views as orders
from canteen.purchasing.orders.views import OrderView
from canteen.purchasing.stock import receipts
from canteen.purchasing.stock.models import ReceiptState
from canteen.purchasing.stock.rules import RECEIPT_CHECK_FEN
from canteen.purchasing.suppliers import queries as suppliers
from canteen.purchasing.suppliers.queries import SupplierView
from console.pages import page, pages, render
from console.stock_words import APPROVE, READ, RECORD, stock_words

blueprint = pages("console_stock_receipts", __name__)

_TITLE: Final = "验收入库"
_PATH: Final = "/kitchen/receipts"
_SUPPLIERS_OFFERED: Final = 1_000


class ReceiptsPage(PageQuery):
    """Which receipts."""

    state = Choice(ReceiptState)
    supplier_id = Id()
    order_id = Id()
    q = Str(max_length=60, load_default="")
    from_date = Date()
    to_date = Date()


class NewPage(Query):
    """The order that is received; none for goods that nobody has ordered here."""

    order_id = Id()


@page(blueprint, _PATH, permission=READ, query=ReceiptsPage, at_canteen=_TITLE)
def receipts_list(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """What is expected today, and the receipts, the latest first."""
    return render(
        "stock/receipts.html",
        canteen=canteen,
        found=receipts.page_receipts(actor, canteen_id=canteen.id, **query),
        expected=orders.expected(actor, canteen.id),
        query=query,
        today=clock.today(),
        **stock_words(actor),
    )


@page(blueprint, f"{_PATH}/new", permission=RECORD, query=NewPage, at_canteen=_TITLE)
def new(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The form of a delivery."""
    expected = orders.expected(actor, canteen.id)
    order = next((each for each in expected if each.id == query.get("order_id")), None)
    return render(
        "stock/receipt_new.html",
        canteen=canteen,
        expected=expected,
        order=order,
        lines=[each for each in order.lines if each.rest_g > 0] if order is not None else [],
        facts=_facts(order),
        ingredients=ingredients.all_ingredients(is_active=True) if order is None else [],
        suppliers=_suppliers(order),
        check_fen=rule_queries.value(RECEIPT_CHECK_FEN, canteen.id),
        today=clock.today(),
        **stock_words(actor),
    )


@page(blueprint, f"{_PATH}/<id:receipt_id>", permission=READ)
def receipt(actor: Actor, receipt_id: int) -> str:
    """A receipt with its goods, their certificates, and what may be decided."""
    found = receipts.get_receipt(actor, receipt_id)
    canteen = menu_queries.get_canteen(found.canteen_id)
    is_waiting = found.state == ReceiptState.WAITING
    records = covers(actor, RECORD, canteen)
    return render(
        "stock/receipt.html",
        receipt=found,
        is_waiting=is_waiting,
        can_check=is_waiting and records and actor.staff_id != found.received_by,
        can_void=found.state == ReceiptState.ACCEPTED and covers(actor, APPROVE, canteen),
        can_add=found.state != ReceiptState.VOIDED and records,
        today=clock.today(),
        **stock_words(actor),
    )


def _facts(order: OrderView | None) -> dict[int, Any]:
    return ingredients.ingredients({line.ingredient_id for line in order.lines}) if order is not None else {}


def _suppliers(order: OrderView | None) -> Sequence[SupplierView]:
    """Whom a delivery without an order may be from."""
    if order is not None:
        return []
    found: Sequence[SupplierView] = suppliers.page_suppliers(
        is_active=True, page=1, page_size=_SUPPLIERS_OFFERED
    ).rows
    return found
