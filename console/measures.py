"""What the canteen at hand does against waste, and what came of it."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Bool, Id, PageQuery, Query
from canteen.menu import library
from canteen.menu.library import DishFilter
from canteen.menu.queries import CanteenChoice
from canteen.waste.measures import queries
from canteen.waste.measures.titles import KIND_NAMES
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_measures", __name__)

_TITLE: Final = "减量措施"
_PATH: Final = "/canteen/waste/measures"
WEEKDAYS: Final = "一二三四五六日"


class MeasuresPage(PageQuery):
    """The measures of the chosen canteen."""

    with_withdrawn = Bool(load_default=False)


class NewMeasure(Query):
    """A measure about a dish, e.g. from its page."""

    dish_id = Id()


@page(blueprint, _PATH, permission=Permission.CANTEEN_READ, query=MeasuresPage, at_canteen=_TITLE)
def measures(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The measures, the latest first."""
    return render(
        "waste/measures.html",
        found=queries.list_measures(
            actor,
            canteen_id=canteen.id,
            page=query["page"],
            page_size=query["page_size"],
            with_withdrawn=query["with_withdrawn"],
        ),
        with_withdrawn=query["with_withdrawn"],
        today=clock.today(),
        may_manage=scope.covers(actor, Permission.WASTE_MANAGE),
    )


@page(blueprint, f"{_PATH}/new", permission=Permission.WASTE_MANAGE, query=NewMeasure, at_canteen=_TITLE)
def new(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The form of a new measure."""
    return _form(actor, canteen.id, None, query.get("dish_id"))


@page(blueprint, f"{_PATH}/<id:measure_id>/edit", permission=Permission.WASTE_MANAGE)
def edit(actor: Actor, measure_id: int) -> str:
    """The form of a measure."""
    measure = queries.get_measure(actor, measure_id)
    return _form(actor, measure.canteen_id, measure, measure.dish_id)


@page(blueprint, f"{_PATH}/<id:measure_id>", permission=Permission.CANTEEN_READ)
def measure(actor: Actor, measure_id: int) -> str:
    """A measure with what came of it: before and after, each with its coverage."""
    effect = queries.get_effect(actor, measure_id=measure_id)
    return render(
        "waste/measure.html",
        effect=effect,
        measure=effect.measure,
        weekdays=WEEKDAYS,
        may_manage=scope.of(actor).canteen_id == effect.measure.canteen_id
        and scope.covers(actor, Permission.WASTE_MANAGE),
    )


def _form(actor: Actor, canteen_id: int, measure: Any, dish_id: int | None) -> str:
    dishes = library.list_dishes(actor, DishFilter(canteen_id=canteen_id))
    return render(
        "waste/measure_form.html",
        canteen_id=canteen_id,
        measure=measure,
        dish_id=dish_id,
        dishes=[(dish.id, dish.name) for dish in dishes],
        kind_names=KIND_NAMES,
        today=clock.today(),
    )
