"""供应商报价: what suppliers ask, and the offers of an ingredient side by side and over time."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Bool, Date, Id, PageQuery, Query, Str
from canteen.purchasing.ingredients import queries as ingredients
from canteen.purchasing.suppliers import policies, pricing
from canteen.purchasing.suppliers.pricing import Comparison, PriceView
from console.pages import page, pages, render
from console.purchase_words import WORDS, ingredient_choices, supplier_choices

blueprint = pages("console_supplier_prices", __name__)

READ: Final = Permission.PURCHASING_READ
_PATH: Final = "/kitchen/prices"
_PAST: Final = timedelta(days=365)
# A chart with more lines, or more changes, is read by nobody.
_MOST_LINES, _MOST_POINTS = 6, 24


class PricesPage(PageQuery):
    """Which prices; unless `is_past` only those that hold today."""

    q = Str(max_length=60, load_default="")
    supplier_id = Id()
    is_past = Bool(load_default=False)


class ComparePage(Query):
    """Of which ingredient, on which day, and its changes since when."""

    ingredient_id = Id()
    on = Date()
    since = Date()


@page(blueprint, _PATH, permission=READ, query=PricesPage)
def prices(actor: Actor, query: dict[str, Any]) -> str:
    """The prices by ingredient."""
    asked = {name: value for name, value in query.items() if name != "is_past"}
    return render(
        "purchasing/prices.html",
        found=pricing.page_prices(**asked, is_current=not query["is_past"]),
        query=query,
        suppliers=supplier_choices(),
        may_manage=policies.keeps(actor, Permission.PURCHASING_MANAGE),
        **WORDS,
    )


@page(blueprint, f"{_PATH}/compare", permission=READ, query=ComparePage)
def compare(actor: Actor, query: dict[str, Any]) -> str:
    """The offers of an ingredient side by side, and how they came to be."""
    on = query.get("on") or clock.today()
    since = query.get("since") or on - _PAST
    found = None
    if ingredient_id := query.get("ingredient_id"):
        name = ingredients.view_of_id(ingredient_id).name
        found = pricing.compare(ingredient_id, name, on=on, since=since)
    days, lines = trend(found) if found else ([], [])
    return render(
        "purchasing/compare.html",
        found=found,
        on=on,
        since=since,
        days=days,
        lines=lines,
        ingredients=ingredient_choices(),
        **WORDS,
    )


def trend(found: Comparison) -> tuple[list[date], list[tuple[str, list[float | None]]]]:
    """What a kilogram cost at each supplier on the days when a price changed, in yuan.

    Of several packs of a supplier the one of which the price changed last; a pack that is no longer offered
    leaves a gap.
    """
    days = sorted({one.valid_from for one in found.changes} | {found.on})[-_MOST_POINTS:]
    suppliers = list(dict.fromkeys(one.supplier_name for one in (*found.offers, *found.changes)))
    return days, [
        (name, [_price_on(found.changes, name, day) for day in days]) for name in suppliers[:_MOST_LINES]
    ]


def _price_on(changes: Sequence[PriceView], supplier_name: str, day: date) -> float | None:
    known = [one for one in changes if one.supplier_name == supplier_name and one.valid_from <= day]
    last = known[-1] if known else None
    if last is None or last.per_kg_fen is None or (last.valid_until and last.valid_until < day):
        return None
    return last.per_kg_fen / 100
