"""周排查与月调度: the weekly reports and the minutes of the monthly meetings."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import PageQuery
from canteen.food_safety import reach
from canteen.food_safety.controls.models import SafetyMonth, SafetyWeek
from canteen.food_safety.controls.reviews import queries
from canteen.food_safety.controls.reviews.queries import Model
from canteen.menu import queries as menu_queries
from canteen.menu.queries import CanteenChoice
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_safety_reviews", __name__)

READ: Final = Permission.SAFETY_READ
PATH: Final = "/food-safety/reviews"
_TITLE: Final = "周排查与月调度"


class ReviewsPage(PageQuery):
    """Which page of them."""


@page(blueprint, PATH, permission=READ, query=ReviewsPage, at_canteen=_TITLE)
def weeks(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The weekly reports, the latest first."""
    return _list(actor, canteen, SafetyWeek, query)


@page(blueprint, f"{PATH}/months", permission=READ, query=ReviewsPage, at_canteen=_TITLE)
def months(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The minutes of the monthly meetings, the latest first."""
    return _list(actor, canteen, SafetyMonth, query)


@page(blueprint, f"{PATH}/<id:report_id>", permission=READ)
def week(actor: Actor, report_id: int) -> str:
    """A weekly report, to be written until it is signed."""
    return _show(actor, SafetyWeek, report_id)


@page(blueprint, f"{PATH}/months/<id:report_id>", permission=READ)
def month(actor: Actor, report_id: int) -> str:
    """The minutes of a month, to be written until they are signed."""
    return _show(actor, SafetyMonth, report_id)


def _list(actor: Actor, canteen: CanteenChoice, model: Model, query: dict[str, Any]) -> str:
    return render(
        "safety/reviews.html",
        found=queries.page_reports(actor, model, canteen_id=canteen.id, **query),
        canteen=canteen,
        is_week=model is SafetyWeek,
        manages=scope.covers(actor, Permission.SAFETY_MANAGE),
        today=clock.today(),
    )


def _show(actor: Actor, model: Model, report_id: int) -> str:
    view = queries.get_report(actor, model, report_id)
    canteen = menu_queries.get_canteen(view.row.canteen_id)
    return render(
        "safety/review.html",
        view=view,
        of=view.row,
        is_week=model is SafetyWeek,
        may_write=reach.may(actor, canteen, Permission.SAFETY_MANAGE) and not view.is_signed,
    )
