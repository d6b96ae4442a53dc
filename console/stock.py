"""库存: what a canteen has, its batches with what moved them, and the monthly report."""

from datetime import date, timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor
from backend.wire import Bool, Choice, Date, Id, Month, PageQuery, Query, Str
from canteen.menu.queries import CanteenChoice
from canteen.purchasing.ingredients import queries as ingredients
from canteen.purchasing.ingredients.models import IngredientCategory
from canteen.purchasing.stock import documents, listing, overview, queries, receipts
from canteen.purchasing.stock.models import Hold, LossCause, MovementKind
from canteen.purchasing.stock.policies import Usability
from console.pages import page, pages, render
from console.stock_words import APPROVE, READ, RECORD, stock_words

blueprint = pages("console_stock", __name__)

_TITLE: Final = "库存"
_PATH: Final = "/kitchen/stock"
# Of these an issue or a loss may be taken back; receipts and counts have ways of their own.
_VOIDABLE: Final = (MovementKind.ISSUE, MovementKind.RETURN, MovementKind.LOSS)


class InventoryPage(PageQuery):
    """Which ingredients."""

    category = Choice(IngredientCategory)
    is_short = Bool()
    q = Str(max_length=60)


class BatchesPage(PageQuery):
    """Which batches: without `usability` all that have something left."""

    usability = Choice(Usability)
    ingredient_id = Id()
    supplier_id = Id()
    q = Str(max_length=60, load_default="")


class MovementsPage(PageQuery):
    """Which movements."""

    kind = Choice(MovementKind)
    ingredient_id = Id()
    from_date = Date()
    to_date = Date()


class MonthlyPage(Query):
    """Which month, this one by default."""

    month = Month()


@page(blueprint, _PATH, permission=READ, query=InventoryPage, at_canteen=_TITLE)
def inventory(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """What there is of each ingredient, and what is short or about to expire."""
    return render(
        "stock/inventory.html",
        canteen=canteen,
        whole=overview.overview(actor, canteen_id=canteen.id),
        found=overview.inventory(actor, canteen_id=canteen.id, **query),
        query=query,
        today=clock.today(),
        **stock_words(actor),
    )


@page(blueprint, f"{_PATH}/batches", permission=READ, query=BatchesPage, at_canteen="批次")
def batches(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The batches in the order of use."""
    return render(
        "stock/batches.html",
        found=queries.page_batches(actor, canteen_id=canteen.id, **query),
        query=query,
        today=clock.today(),
        **stock_words(actor),
    )


@page(blueprint, f"{_PATH}/batches/new", permission=APPROVE, at_canteen="批次")
def new_batch(actor: Actor, canteen: CanteenChoice) -> str:
    """The form that takes into the books what was in store already."""
    return render(
        "stock/batch_new.html", canteen=canteen, ingredients=ingredients.all_ingredients(is_active=True)
    )


@page(blueprint, f"{_PATH}/batches/<id:batch_id>", permission=READ, query=PageQuery)
def batch(actor: Actor, batch_id: int, query: dict[str, Any]) -> str:
    """A batch: where it is from, what is left, and what moved it."""
    found = queries.get_batch(actor, batch_id)
    came_by = found.receipt_line_id
    return render(
        "stock/batch.html",
        batch=found,
        movements=listing.page_movements(actor, canteen_id=found.canteen_id, batch_id=batch_id, **query),
        receipt_id=receipts.receipt_of_line(came_by) if came_by is not None else None,
        is_of_incident=found.hold == Hold.INCIDENT,
        usual_cause=LossCause.EXPIRED if found.usability is Usability.EXPIRED else LossCause.SPOILED,
        is_usable=found.usability in (Usability.USABLE, Usability.EXPIRING),
        voidable=_VOIDABLE,
        today=clock.today(),
        **stock_words(actor, found.canteen_id),
    )


@page(blueprint, f"{_PATH}/movements", permission=READ, query=MovementsPage, at_canteen="出入库记录")
def movements(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """What came, went and was corrected, the latest first."""
    return render(
        "stock/movements.html",
        found=listing.page_movements(actor, canteen_id=canteen.id, **query),
        query=query,
        voidable=_VOIDABLE,
        **stock_words(actor),
    )


@page(blueprint, f"{_PATH}/movements/<id:movement_id>/return", permission=RECORD)
def give_back(actor: Actor, movement_id: int) -> str:
    """The form by which a part of an issue comes back."""
    return _correction(actor, movement_id, "stock/movement_return.html")


@page(blueprint, f"{_PATH}/movements/<id:movement_id>/void", permission=RECORD)
def void(actor: Actor, movement_id: int) -> str:
    """The form that takes a movement back."""
    return _correction(actor, movement_id, "stock/movement_void.html")


@page(blueprint, f"{_PATH}/monthly", permission=READ, query=MonthlyPage, at_canteen="进销存月报")
def monthly(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """What came and went in a month, ingredient by ingredient."""
    today = clock.today()
    month: date = query.get("month") or today.replace(day=1)
    rows = overview.monthly(actor, canteen_id=canteen.id, month=month)[1]
    return render(
        "stock/monthly.html",
        canteen=canteen,
        rows=rows,
        totals=documents.totals(rows),
        month=month,
        before=(month - timedelta(days=1)).replace(day=1),
        after=(month + timedelta(days=31)).replace(day=1),
        today=today,
        **stock_words(actor),
    )


def _correction(actor: Actor, movement_id: int, template: str) -> str:
    return render(template, movement=listing.find_movement(actor, movement_id, RECORD), **stock_words(actor))
