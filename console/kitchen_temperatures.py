"""冷藏温度: a day of a kitchen's fridges, each one's curve and readings, excursions, and the fridges."""

from collections.abc import Sequence
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Choice, Date, PageQuery, Query
from canteen.food_safety.temperatures import boards, listing, queries
from canteen.food_safety.temperatures.models import TemperatureReading
from canteen.food_safety.temperatures.schemas import ExcursionFilter
from canteen.food_safety.temperatures.titles import KIND_NAMES, celsius
from canteen.menu import queries as menu_queries
from canteen.menu.policies import covers
from canteen.menu.queries import CanteenChoice
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_kitchen_temperatures", __name__)

READ, RECORD, MANAGE = Permission.SAFETY_READ, Permission.SAFETY_RECORD, Permission.SAFETY_MANAGE
_TITLE: Final = "冷藏温度"
_PATH: Final = "/food-safety/temperatures"
_FRIDGES: Final = f"{_PATH}/fridges"
_SHOWN: Final = 200
# A device reads every few minutes: the curve has a point for each half hour, the worst one.
_SLOTS: Final = 48
_FILTER_NAMES: Final = {
    ExcursionFilter.ALL: "全部",
    ExcursionFilter.UNANSWERED: "待登记处置",
    ExcursionFilter.OPEN: "仍在超限",
}


class DayPage(Query):
    """Which day; today by default."""

    on = Date(data_key="date")


class ReadingsPage(PageQuery):
    """The readings of which day; today by default."""

    on = Date(data_key="date")


class ExcursionsPage(PageQuery):
    """Which excursions."""

    state = Choice(ExcursionFilter, load_default=ExcursionFilter.ALL)


@page(blueprint, _PATH, permission=READ, query=DayPage, at_canteen=_TITLE)
def day(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """A day of each fridge in use."""
    today = clock.today()
    on = query.get("on") or today
    found = boards.get_sheet(actor, canteen_id=canteen.id, on=on)
    return render(
        "food_safety/temperatures.html",
        sheet=found,
        on=on,
        short=sum(each.is_short for each in found.fridges),
        beyond=sum(each.excursion is not None for each in found.fridges),
        unanswered=queries.needs_action(canteen.id),
        records=scope.covers(actor, RECORD),
        may_manage=scope.covers(actor, MANAGE),
        **_words(),
    )


@page(blueprint, f"{_PATH}/enter", permission=RECORD, at_canteen=_TITLE)
def enter(actor: Actor, canteen: CanteenChoice) -> str:
    """The form of what was read off the fridges."""
    found = boards.get_sheet(actor, canteen_id=canteen.id)
    return render("food_safety/temperatures_enter.html", sheet=found, now=clock.now(), **_words())


@page(blueprint, f"{_PATH}/excursions", permission=READ, query=ExcursionsPage, at_canteen=_TITLE)
def excursions(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """What was beyond its limits, the latest first."""
    found = queries.list_excursions(actor, canteen_id=canteen.id, **{**query, "state": query["state"].value})
    return render(
        "food_safety/excursions.html",
        found=found,
        query=query,
        filter_names=_FILTER_NAMES,
        records=scope.covers(actor, RECORD),
        **_words(),
    )


@page(blueprint, f"{_PATH}/excursions/<id:excursion_id>/action", permission=RECORD)
def act(actor: Actor, excursion_id: int) -> str:
    """The form of what was done about an excursion."""
    found = queries.excursion_views([queries.find_excursion(actor, excursion_id)])[0]
    return render("food_safety/excursion_action.html", excursion=found, **_words())


@page(blueprint, _FRIDGES, permission=READ, at_canteen=_TITLE)
def fridges(actor: Actor, canteen: CanteenChoice) -> str:
    """The fridges, those in use first."""
    return render(
        "food_safety/fridges.html",
        found=queries.list_fridges(actor, canteen_id=canteen.id, page=1, page_size=_SHOWN),
        may_manage=scope.covers(actor, MANAGE),
        **_words(),
    )


@page(blueprint, f"{_FRIDGES}/new", permission=MANAGE, at_canteen=_TITLE)
def new_fridge(actor: Actor, canteen: CanteenChoice) -> str:
    """The form of a new fridge."""
    return _fridge_form(actor, canteen.id, None)


@page(blueprint, f"{_FRIDGES}/<id:fridge_id>/edit", permission=MANAGE)
def edit_fridge(actor: Actor, fridge_id: int) -> str:
    """The form of a fridge."""
    row = queries.find_fridge(actor, fridge_id, MANAGE)
    return _fridge_form(actor, row.canteen_id, queries.fridge_views([row])[0])


def _fridge_form(actor: Actor, canteen_id: int, fridge: queries.FridgeView | None) -> str:
    devices = queries.list_thermometers(actor, canteen_id=canteen_id)
    return render(
        "food_safety/fridge_form.html",
        fridge=fridge,
        canteen_id=canteen_id,
        devices=[(each.id, f"{each.name}（{each.code}）") for each in devices],
        **_words(),
    )


@page(blueprint, f"{_FRIDGES}/<id:fridge_id>", permission=READ, query=ReadingsPage)
def fridge(actor: Actor, fridge_id: int, query: dict[str, Any]) -> str:
    """A fridge's day: its curve against the limits, and its readings."""
    row = queries.find_fridge(actor, fridge_id, READ)
    on = query.get("on") or clock.today()
    labels, curve = _curve(queries.readings_of_day([fridge_id], on))
    return render(
        "food_safety/fridge.html",
        fridge=queries.fridge_views([row])[0],
        on=on,
        labels=labels,
        curve=curve,
        found=listing.list_readings(
            actor,
            fridge_id=fridge_id,
            from_date=on,
            to_date=on,
            page=query["page"],
            page_size=query["page_size"],
        ),
        may_manage=covers(actor, MANAGE, menu_queries.get_canteen(row.canteen_id)),
        **_words(),
    )


def _curve(readings: Sequence[TemperatureReading]) -> tuple[list[str], list[float | None]]:
    """Half hours with the reading of each that is farthest from the middle of its limits."""
    worst: dict[int, TemperatureReading] = {}
    for each in readings:
        at = clock.local(each.measured_at)
        slot = at.hour * 2 + at.minute // 30
        if slot not in worst or _distance(each) > _distance(worst[slot]):
            worst[slot] = each
    labels = [f"{slot // 2}:{'30' if slot % 2 else '00'}" for slot in range(_SLOTS)]
    return labels, [worst[slot].temperature_dc / 10 if slot in worst else None for slot in range(_SLOTS)]


def _distance(reading: TemperatureReading) -> int:
    return abs(2 * reading.temperature_dc - reading.minimum_dc - reading.maximum_dc)


@page(blueprint, f"{_PATH}/readings/<id:reading_id>/void", permission=RECORD)
def void(actor: Actor, reading_id: int) -> str:
    """The form that takes a wrong reading back."""
    found = listing.reading_views(actor, [listing.get_reading(actor, reading_id)])[0]
    return render("food_safety/reading_void.html", reading=found, **_words())


def _words() -> dict[str, Any]:
    return {"celsius": celsius, "kind_names": KIND_NAMES, "today": clock.today()}
