"""Entry by hand: a meal's sheet as a form, for canteens without scales and for what scales do not see."""

from datetime import date
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Choice, Date, Query
from canteen.menu import queries as menu_queries
from canteen.menu.models import Period
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import PERIOD_NAMES
from canteen.waste import queries as waste_queries
from canteen.waste.entries import queries
from canteen.waste.entries.errors import NoSuchMeal
from canteen.waste.entries.policies import STAGES, WITH_INEDIBLE
from canteen.waste.models import Disposition, Edible, Stage
from canteen.waste.titles import DISPOSITION_NAMES, EDIBLE_NAMES, STAGE_NAMES
from console.pages import page, pages, render

blueprint = pages("console_waste_entry", __name__)

_TITLE: Final = "手工登记"
# What nobody eats has a row of its own where it arises.
ROWS: Final = tuple(
    (stage, edible)
    for stage in STAGES
    for edible in ((Edible.MIXED, Edible.INEDIBLE) if stage in WITH_INEDIBLE else (Edible.MIXED,))
)
# A dish may be weighed by itself at these stages.
DISH_STAGES: Final = (Stage.PREPARED, Stage.UNSERVED, Stage.PLATE, Stage.REUSED)


class EntryQuery(Query):
    """Which meal; the last one that has begun if it is not named."""

    date = Date()
    period = Choice(Period)


@page(
    blueprint,
    "/canteen/waste/entry",
    permission=Permission.WASTE_RECORD,
    query=EntryQuery,
    at_canteen=_TITLE,
)
def entry(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The sheet of a meal: what stands on it, and the form that adds to it."""
    served_on, period = _meal(canteen.id, query)
    sheet = None
    if period is not None:
        try:
            sheet = queries.get_sheet(actor, canteen_id=canteen.id, served_on=served_on, period=period)
        except NoSuchMeal:
            sheet = None
    return render(
        "waste/entry.html",
        canteen=canteen,
        served_on=served_on,
        period=period,
        periods=_periods(canteen.id, served_on),
        sheet=sheet,
        rows=ROWS,
        dish_stages=[(stage, STAGE_NAMES[stage]) for stage in DISH_STAGES],
        today=clock.today(),
        period_names=PERIOD_NAMES,
        stage_names=STAGE_NAMES,
        edible_names=EDIBLE_NAMES,
        disposition_names=DISPOSITION_NAMES,
        dispositions=[
            (each, name) for each, name in DISPOSITION_NAMES.items() if each is not Disposition.REUSE
        ],
        Stage=Stage,
        Edible=Edible,
    )


@page(blueprint, "/canteen/waste/entry/<id:entry_id>/take-back", permission=Permission.WASTE_RECORD)
def take_back(actor: Actor, entry_id: int) -> str:
    """The form that takes an entry back."""
    return render("waste/take_back.html", entry=queries.get_entry(actor, entry_id), edible_names=EDIBLE_NAMES)


def _meal(canteen_id: int, query: dict[str, Any]) -> tuple[date, Period | None]:
    if "date" in query:
        served_on: date = query["date"]
        known = [Period(each) for each, _ in _periods(canteen_id, served_on)]
        wanted = query.get("period")
        return served_on, wanted or next(iter(known), None)
    last = waste_queries.meal_at(canteen_id, clock.now())
    if last is None:
        return clock.today(), query.get("period")
    return last.served_on, query.get("period") or Period(last.period)


def _periods(canteen_id: int, served_on: date) -> list[tuple[str, str]]:
    """The periods that the canteen serves on a day, with its own names for them."""
    return [
        (period, version.rules.name)
        for period, version in menu_queries.served_rules(canteen_id, served_on).items()
    ]
