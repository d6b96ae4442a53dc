"""追溯: from a batch to the dishes, meals and diners that it reached, and from a dish back to its batches."""

from datetime import date
from typing import Any, Final

from flask import redirect
from werkzeug.wrappers import Response

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Choice, Date, Id, PageQuery, Query, Str
from canteen.menu import offers
from canteen.menu import queries as menu_queries
from canteen.menu.models import Period
from canteen.menu.policies import covers
from canteen.menu.queries import CanteenChoice
from canteen.purchasing.stock import policies, queries
from canteen.purchasing.stock.policies import Usability
from canteen.purchasing.stock.queries import BatchView
from canteen.purchasing.tracing import services
from canteen.purchasing.tracing.titles import HOW_NAMES
from console.pages import page, pages, render
from console.stock_words import READ, stock_words

blueprint = pages("console_tracing", __name__)

_TITLE: Final = "追溯"
_PATH: Final = "/kitchen/tracing"
_BATCHES_SHOWN: Final = 50


class TracingPage(Query):
    """What to look for: a batch by its code, lot or ingredient, or the meals of a day (today)."""

    q = Str(max_length=60, load_default="")
    date = Date()


class DishPage(Query):
    """A dish at a meal."""

    dish_id = Id(required=True)
    date = Date(required=True)
    period = Choice(Period, required=True)


@page(blueprint, _PATH, permission=READ, query=TracingPage, at_canteen=_TITLE)
def search(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str | Response:
    """Where a trace begins: a batch, or a meal with its dishes. A whole code leads there at once."""
    batch_id = policies.id_of(query["q"])
    if batch_id is not None and any(each.id == batch_id for each in queries.views_of([batch_id])):
        return redirect(f"/console{_PATH}/batches/{batch_id}")
    on: date = query.get("date") or clock.today()
    return render(
        "stock/tracing.html",
        query=query,
        on=on,
        meals=offers.get_menu(canteen_id=canteen.id, served_on=on).periods,
        batches=_batches(actor, canteen.id, query["q"]) if query["q"] else [],
        **stock_words(actor),
    )


@page(blueprint, f"{_PATH}/batches/<id:batch_id>", permission=READ)
def forward(actor: Actor, batch_id: int) -> str:
    """What a batch reached."""
    reach = services.trace_forward(actor, batch_id=batch_id)
    batch = reach.batches[0]
    return render(
        "stock/trace_forward.html",
        reach=reach,
        batch=batch,
        may_name=_may_name(actor, batch),
        **stock_words(actor),
    )


@page(
    blueprint, f"{_PATH}/batches/<id:batch_id>/diners", permission=Permission.SAFETY_MANAGE, query=PageQuery
)
def diners(actor: Actor, batch_id: int, query: dict[str, Any]) -> str:
    """Who ate of what a batch reached; the looking is recorded."""
    return render(
        "stock/trace_diners.html",
        batch=queries.get_batch(actor, batch_id),
        found=services.list_diners(actor, batch_id=batch_id, **query),
        how_names=HOW_NAMES,
        **stock_words(actor),
    )


@page(blueprint, f"{_PATH}/dishes", permission=READ, query=DishPage)
def dish(actor: Actor, query: dict[str, Any]) -> str:
    """Of which batches a dish was made."""
    made = services.trace_dish(actor, **query)
    which = f"dish_id={made.dish_id}&date={made.served_on.isoformat()}&period={made.period}"
    return render(
        "stock/trace_back.html",
        made=made,
        printed=f"/api/v1/canteen/tracing/dishes/print?{which}",
        exported=f"/api/v1/canteen/tracing/dishes/export?{which}",
        **stock_words(actor),
    )


@page(blueprint, f"{_PATH}/meals/<id:meal_id>", permission=READ)
def meal(actor: Actor, meal_id: int) -> str:
    """Of which batches all dishes of a meal were made."""
    return render(
        "stock/trace_back.html",
        made=services.trace_meal(actor, meal_id=meal_id),
        printed=f"/api/v1/canteen/tracing/meals/{meal_id}/print",
        exported=f"/api/v1/canteen/tracing/meals/{meal_id}/export",
        **stock_words(actor),
    )


def _batches(actor: Actor, canteen_id: int, q: str) -> list[BatchView]:
    """What is left of it first, then what is used up."""
    return [
        batch
        for usability in (None, Usability.EMPTY)
        for batch in queries.page_batches(
            actor, canteen_id=canteen_id, q=q, usability=usability, page=1, page_size=_BATCHES_SHOWN
        ).rows
    ]


def _may_name(actor: Actor, batch: BatchView) -> bool:
    return covers(actor, Permission.SAFETY_MANAGE, menu_queries.get_canteen(batch.canteen_id))
