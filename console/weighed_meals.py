"""Meals by weight of the canteen at hand: what diners object to, what is owed, and the decision."""

from typing import Any, Final

from backend.actor import Actor, Permission
from backend.wire import Choice, Date, PageQuery
from canteen.menu.models import Period
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import PERIOD_NAMES
from canteen.waste.models import Kind
from canteen.waste.serving import views
from canteen.waste.serving.models import LONGEST_TEXT
from canteen.waste.serving.views import WeighedState
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_weighed_meals", __name__)

_TITLE: Final = "称重用餐"
_PATH: Final = "/canteen/weighed-meals"
_TABS: Final = {WeighedState.OBJECTED: "有异议", WeighedState.OWED: "待扣款", WeighedState.ALL: "全部"}


class WeighedMealsPage(PageQuery):
    """Which meals; of all days if none is named."""

    state = Choice(WeighedState, load_default=WeighedState.OBJECTED)
    date = Date()


@page(blueprint, _PATH, permission=Permission.CANTEEN_MANAGE, query=WeighedMealsPage, at_canteen=_TITLE)
def weighed_meals(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The meals by weight of the canteen at hand, at first those that wait for an answer."""
    return render(
        "waste/weighed_meals.html",
        found=views.page_managed(
            actor,
            canteen_id=canteen.id,
            served_on=query.get("date"),
            state=query["state"],
            page=query["page"],
            page_size=query["page_size"],
        ),
        waiting=views.count_objected(actor, canteen_id=canteen.id),
        query=query,
        tabs=_TABS,
        State=WeighedState,
        period_names=PERIOD_NAMES,
    )


@page(blueprint, f"{_PATH}/<id:order_id>", permission=Permission.CANTEEN_MANAGE)
def decision(actor: Actor, order_id: int) -> str:
    """One meal with what was taken, to be decided in a dialog."""
    meal = views.get_managed(actor, order_id)
    return render(
        "waste/weighed_meal.html",
        meal=meal,
        meal_name=PERIOD_NAMES[Period(meal.period)],
        helping=Kind.SERVE_DELTA,
        may_check=scope.covers(actor, Permission.WASTE_MANAGE),
        longest=LONGEST_TEXT,
    )
