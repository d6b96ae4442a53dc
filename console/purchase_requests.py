"""采购申请: what a canteen needs, what of it stock and orders cover, and the orders made of the rest."""

from datetime import date, timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Choice, Date, PageQuery
from canteen.menu import queries as menu_queries
from canteen.menu.policies import covers
from canteen.menu.queries import CanteenChoice
from canteen.purchasing.orders import services, views
from canteen.purchasing.orders.models import RequestOrigin, RequestState
from canteen.purchasing.orders.views import RequestView
from canteen.purchasing.suppliers import pricing
from canteen.purchasing.suppliers.pricing import PriceView
from console import scope
from console.pages import page, pages, render
from console.purchase_words import WORDS, ingredient_choices

blueprint = pages("console_purchase_requests", __name__)

READ: Final = Permission.PURCHASING_READ
MANAGE: Final = Permission.PURCHASING_MANAGE
_PATH: Final = "/kitchen/requests"


class RequestsPage(PageQuery):
    """Which requests."""

    state = Choice(RequestState)
    origin = Choice(RequestOrigin)
    wanted_from = Date()
    wanted_until = Date()


@page(blueprint, _PATH, permission=READ, query=RequestsPage, at_canteen="采购申请")
def requests(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The requests of the canteen, the latest day first."""
    return render(
        "purchasing/requests.html",
        found=views.page_requests(actor, canteen_id=canteen.id, **query),
        query=query,
        may_manage=scope.covers(actor, MANAGE),
        **WORDS,
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE, at_canteen="采购申请")
def new(actor: Actor, canteen: CanteenChoice) -> str:
    """The form of a request by hand."""
    return render(
        "purchasing/request_form.html",
        canteen=canteen,
        ingredients=ingredient_choices(),
        tomorrow=_tomorrow(),
    )


@page(blueprint, f"{_PATH}/minimum", permission=READ, at_canteen="采购申请")
def minimum(actor: Actor, canteen: CanteenChoice) -> str:
    """What the canteen has less of than the minimum, and the form that asks for it."""
    return render(
        "purchasing/minimum.html",
        canteen=canteen,
        missing=services.below_minimum(actor, canteen_id=canteen.id),
        tomorrow=_tomorrow(),
        may_manage=scope.covers(actor, MANAGE),
    )


@page(blueprint, f"{_PATH}/<id:request_id>", permission=READ)
def request(actor: Actor, request_id: int) -> str:
    """One request, and of whom what it still wants is ordered."""
    found = views.get_request(actor, request_id)
    may_split = found.state is RequestState.OPEN and covers(
        actor, MANAGE, menu_queries.get_canteen(found.canteen_id)
    )
    offers = _offers(found) if may_split else {}
    return render(
        "purchasing/request.html",
        request=found,
        wanted=[line for line in found.lines if line.wanted_g > line.ordered_g],
        offers=offers,
        may_split=may_split and bool(offers),
        may_withdraw=may_split and not any(line.ordered_g for line in found.lines),
        expected_on=max(found.wanted_on, clock.today()),
        today=clock.today(),
        **WORDS,
    )


def _offers(found: RequestView) -> dict[int, list[PriceView]]:
    """What may be chosen of each ingredient: of each supplier the cheapest pack, the cheapest first."""
    wanted = {line.ingredient_id for line in found.lines if line.wanted_g > line.ordered_g}
    offers: dict[int, list[PriceView]] = {}
    for offer in pricing.offers(wanted, clock.today()):
        known = offers.setdefault(offer.ingredient_id, [])
        if offer.is_usable and all(one.supplier_id != offer.supplier_id for one in known):
            known.append(offer)
    return {one: known for one, known in offers.items() if known}


def _tomorrow() -> date:
    return clock.today() + timedelta(days=1)
