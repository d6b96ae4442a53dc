"""The dish library: the list, a dish with its history, and its form."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.errors import Forbidden
from backend.media.links import PhotoLinks
from backend.paging import Page
from backend.wire import Bool, Choice, PageQuery, Str
from canteen.menu import documents, library, titles
from canteen.menu.library import DishFilter, DishOrder, Missing, PriceChange
from canteen.menu.models import Category, Dish, Portion, Tag
from canteen.menu.policies import PORTION_ORDER
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_dishes", __name__)

MISSING_TITLES = {
    Missing.PRICE: "未定价",
    Missing.ALLERGENS: "未申报过敏原",
    Missing.NUTRITION: "营养成分不全",
    Missing.PHOTO: "没有照片",
}


class DishesPage(PageQuery):
    """The filters of the list; `format=xlsx` takes it along as a file."""

    q = Str(max_length=50)
    category = Choice(Category)
    tag = Choice(Tag)
    is_active = Bool()
    missing = Choice(Missing)
    sort = Choice(DishOrder)
    format = Str(max_length=10)


@page(blueprint, "/canteen/dishes", permission=Permission.CANTEEN_READ, query=DishesPage)
def show_list(actor: Actor, query: dict[str, Any]) -> str | File:
    """The dishes of the chosen canteen."""
    canteen_id = scope.of(actor).canteen_id
    order = query.pop("sort", DishOrder.CATEGORY)
    as_sheet = query.pop("format", "") == "xlsx"
    paging = {name: query.pop(name) for name in ("page", "page_size")}
    which = DishFilter(canteen_id=canteen_id, **query)
    if canteen_id and as_sheet:
        dishes = library.list_dishes(actor, which, order)
        return File(documents.dishes_sheet(dishes), "菜品库.xlsx", sheets.MEDIA_TYPE)
    found = library.search_dishes(actor, which, order, **paging) if canteen_id else Page([], 0, 1, 1)
    return render(
        "dishes/list.html",
        dishes=found,
        photos=library.photos_of(found.rows),
        is_filtered=bool(query),
        missing=MISSING_TITLES,
        in_order=_in_order,
        **_common(actor),
    )


@page(blueprint, "/canteen/dishes/new", permission=Permission.CANTEEN_MANAGE)
def create(actor: Actor) -> str:
    """The form of a new dish."""
    if not scope.covers(actor, Permission.CANTEEN_MANAGE):
        raise Forbidden
    return _form(actor, None, None)


@page(blueprint, "/canteen/dishes/<id:dish_id>", permission=Permission.CANTEEN_READ)
def show(actor: Actor, dish_id: int) -> str:
    """A dish, what it has cost, and where it was and will be served."""
    dish = library.get_dish(actor, dish_id)
    prices = library.price_history(dish_id)
    return render(
        "dishes/dish.html",
        dish=dish,
        portions=_in_order(dish),
        photo=library.photos_of([dish]).get(dish.id),
        prices=prices,
        chart=_chart(prices),
        servings=library.servings_of(dish_id),
        counted_days=library.COUNTED_DAYS,
        **_common(actor, dish),
    )


@page(blueprint, "/canteen/dishes/<id:dish_id>/edit", permission=Permission.CANTEEN_MANAGE)
def edit(actor: Actor, dish_id: int) -> str:
    """The form of a dish."""
    dish = library.get_dish(actor, dish_id)
    if not library.may_change(actor, dish):
        raise Forbidden
    return _form(actor, dish, library.photos_of([dish]).get(dish.id))


def _form(actor: Actor, dish: Dish | None, photo: PhotoLinks | None) -> str:
    return render(
        "dishes/form.html",
        dish=dish,
        photo=photo,
        portions=[one for one in _in_order(dish) if one.portion != Portion.STANDARD] if dish else [],
        **_common(actor, dish),
    )


def _in_order(dish: Dish) -> list[Any]:
    return sorted(dish.portions, key=lambda one: PORTION_ORDER[one.portion])


def _chart(prices: Sequence[PriceChange]) -> dict[str, Any]:
    """Days and prices in yuan, a line for each portion."""
    days, series = library.price_series(prices)
    lines = [
        (titles.PORTION_NAMES[portion], [None if fen is None else Decimal(fen) / 100 for fen in values])
        for portion, values in series.items()
    ]
    return {"labels": [f"{day:%y-%m-%d}" for day in days], "series": lines}


def _common(actor: Actor, dish: Dish | None = None) -> dict[str, Any]:
    manages = library.may_change(actor, dish) if dish else scope.covers(actor, Permission.CANTEEN_MANAGE)
    return {
        "titles": titles,
        "allergens_text": documents.allergens_text,
        "may_manage": manages,
    }
