"""六常检查: a day station by station, a month of gaps, the stations with their codes, and the checklist."""

from calendar import Calendar
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.dates import months_after
from backend.wire import Date, Month, Query
from canteen.food_safety.hygiene import queries
from canteen.food_safety.hygiene.checks import queries as checks
from canteen.food_safety.hygiene.checks.policies import MOST_ITEMS
from canteen.food_safety.hygiene.titles import SCHEME_NAMES
from canteen.menu import queries as menu_queries
from canteen.menu.policies import covers
from canteen.menu.queries import CanteenChoice
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_kitchen_hygiene", __name__)

READ, RECORD, MANAGE = Permission.SAFETY_READ, Permission.SAFETY_RECORD, Permission.SAFETY_MANAGE
_TITLE: Final = "六常检查"
_PATH: Final = "/food-safety/hygiene"
_STATIONS: Final = f"{_PATH}/stations"


class DayPage(Query):
    """Which day; today by default."""

    on = Date(data_key="date")


class MonthPage(Query):
    """Which month; this one by default."""

    month = Month()


@page(blueprint, _PATH, permission=READ, query=DayPage, at_canteen=_TITLE)
def day(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """A day of a kitchen, station by station."""
    on = query.get("on") or clock.today()
    return render(
        "food_safety/hygiene.html",
        day=checks.get_day(actor, canteen_id=canteen.id, on=on),
        on=on,
        records=scope.covers(actor, RECORD),
        may_manage=scope.covers(actor, MANAGE),
        today=clock.today(),
    )


@page(blueprint, f"{_STATIONS}/<id:station_id>/check", permission=READ, query=DayPage)
def sheet(actor: Actor, station_id: int, query: dict[str, Any]) -> str:
    """The checklist of a station on a day, with what was found."""
    on = query.get("on") or clock.today()
    found = checks.get_sheet(actor, station_id=station_id, on=on)
    canteen = menu_queries.get_canteen(found.station.canteen_id)
    return render(
        "food_safety/hygiene_sheet.html",
        sheet=found,
        on=on,
        records=covers(actor, RECORD, canteen) and on <= clock.today(),
        scheme_names=SCHEME_NAMES,
        today=clock.today(),
    )


@page(blueprint, f"{_PATH}/month", permission=READ, query=MonthPage, at_canteen=_TITLE)
def month(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """A month with the days on which the kitchen worked and a station was not checked."""
    today = clock.today()
    first = query.get("month") or today.replace(day=1)
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    last = max(each for week in weeks for each in week if each.month == first.month)
    sums = checks.list_days(actor, canteen_id=canteen.id, from_on=first, until_on=last)
    return render(
        "food_safety/hygiene_month.html",
        weeks=weeks,
        sums={each.on: each for each in sums},
        gaps=sum(each.is_gap for each in sums),
        failed=sum(each.failed for each in sums),
        first=first,
        before=months_after(first, -1),
        after=months_after(first, 1),
        today=today,
    )


@page(blueprint, _STATIONS, permission=READ, at_canteen=_TITLE)
def stations(actor: Actor, canteen: CanteenChoice) -> str:
    """The stations with the codes that hang there."""
    return render(
        "food_safety/stations.html",
        stations=queries.list_stations(actor, canteen_id=canteen.id, with_inactive=True),
        canteen=canteen,
        may_manage=scope.covers(actor, MANAGE),
    )


@page(blueprint, f"{_STATIONS}/new", permission=MANAGE, at_canteen=_TITLE)
def new_station(actor: Actor, canteen: CanteenChoice) -> str:
    """The form of a new station."""
    return render("food_safety/station_form.html", station=None, canteen=canteen)


@page(blueprint, f"{_STATIONS}/<id:station_id>/edit", permission=MANAGE)
def edit_station(actor: Actor, station_id: int) -> str:
    """The form of a station."""
    found = queries.find_station(actor, station_id, MANAGE)
    return render("food_safety/station_form.html", station=found, canteen=None)


@page(blueprint, f"{_PATH}/checklist", permission=READ, at_canteen=_TITLE)
def checklist(actor: Actor, canteen: CanteenChoice) -> str:
    """The items that are answered every day, and their editor."""
    return render(
        "food_safety/checklist.html",
        checklist=checks.get_template(actor, canteen_id=canteen.id),
        stations=queries.stations_of(canteen.id, with_inactive=True),
        canteen=canteen,
        schemes=[(key.value, name) for key, name in SCHEME_NAMES.items()],
        scheme_names=SCHEME_NAMES,
        most=MOST_ITEMS,
        may_manage=scope.covers(actor, MANAGE),
    )
