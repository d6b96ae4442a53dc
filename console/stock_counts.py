"""盘点: counts of a canteen's store, counted blind, handed in, and decided by somebody who took no part."""

from typing import Any, Final

from backend.actor import Actor
from backend.wire import Choice, PageQuery, Str
from canteen.menu import queries as menu_queries
from canteen.menu.policies import covers
from canteen.menu.queries import CanteenChoice
from canteen.purchasing.stock import counts
from canteen.purchasing.stock.counts import Which
from canteen.purchasing.stock.models import CountState
from console.pages import page, pages, render
from console.stock_words import READ, RECORD, stock_words

blueprint = pages("console_stock_counts", __name__)

_TITLE: Final = "盘点"
_PATH: Final = "/kitchen/counts"
_LINES_SHOWN: Final = 50
_WHICH_NAMES: Final = {Which.OPEN: "未盘", Which.COUNTED: "已盘", Which.DIFFERING: "有差异"}
_LIVE: Final = (CountState.OPEN, CountState.COUNTED)


class CountsPage(PageQuery):
    """Which counts."""

    state = Choice(CountState)


class CountPage(PageQuery):
    """Which lines of a count."""

    which = Choice(Which)
    q = Str(max_length=60, load_default="")


@page(blueprint, _PATH, permission=READ, query=CountsPage, at_canteen=_TITLE)
def counts_list(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The counts of the canteen, the latest first."""
    found = counts.page_counts(actor, canteen_id=canteen.id, **query)
    return render(
        "stock/counts.html",
        canteen=canteen,
        found=found,
        query=query,
        is_going_on=any(each.state in _LIVE for each in found.rows),
        **stock_words(actor),
    )


@page(blueprint, f"{_PATH}/<id:count_id>", permission=READ, query=CountPage)
def count(actor: Actor, count_id: int, query: dict[str, Any]) -> str:
    """A count: what is still to be counted, or what differs."""
    found = counts.get_count(actor, count_id)
    canteen = menu_queries.get_canteen(found.canteen_id)
    which = {**query, "page_size": _LINES_SHOWN}
    return render(
        "stock/count.html",
        count=found,
        lines=counts.page_lines(actor, count_id=count_id, **which),
        query=query,
        counts_now=found.state == CountState.OPEN and covers(actor, RECORD, canteen),
        is_open=found.state == CountState.OPEN,
        is_handed_in=found.state == CountState.COUNTED,
        is_known=found.differing is not None,
        which_names=_WHICH_NAMES,
        **stock_words(actor),
    )
