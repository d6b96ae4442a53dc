"""采购统计: what a canteen spent by month and category, and the share that came from assistance."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Date, Query
from canteen.menu.queries import CanteenChoice
from canteen.purchasing.ingredients.models import IngredientCategory
from canteen.purchasing.orders import spending
from canteen.purchasing.orders.spending import MonthSum
from console import days
from console.pages import page, pages, render
from console.purchase_words import WORDS

blueprint = pages("console_purchase_statistics", __name__)

_USUAL_DAYS, _LONGEST_DAYS = 365, 1100


class StatisticsPage(Query):
    """From day to day; by default the last year."""

    from_date = Date()
    until_date = Date()


@page(
    blueprint,
    "/kitchen/statistics",
    permission=Permission.PURCHASING_READ,
    query=StatisticsPage,
    at_canteen="采购统计",
)
def statistics(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """Months, categories and suppliers."""
    first, last = days.asked(query, usual=_USUAL_DAYS, longest=_LONGEST_DAYS)
    months = spending.by_month(actor, canteen_id=canteen.id, first=first, last=last)
    return render(
        "purchasing/statistics.html",
        canteen=canteen,
        first=first,
        last=last,
        months=months,
        categories=_by_category(months),
        total_fen=sum(one.amount_fen for one in months),
        expected_fen=sum(one.expected_fen for one in months),
        assistance=spending.assistance(actor, first=first, last=last, canteen_id=canteen.id),
        this_year=(date(clock.today().year, 1, 1), clock.today()),
        **WORDS,
    )


def _by_category(months: Sequence[MonthSum]) -> list[tuple[IngredientCategory, int, int]]:
    """Categories with grams and fen of the whole span, the dearest first."""
    sums: dict[IngredientCategory, list[int]] = {}
    for month in months:
        for one in month.categories:
            known = sums.setdefault(one.category, [0, 0])
            known[0] += one.net_g
            known[1] += one.amount_fen
    return sorted(((one, grams, fen) for one, (grams, fen) in sums.items()), key=lambda row: -row[2])
