"""日管控: a month with its gaps, a day with its items, and what is checked every day."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.errors import NotFound
from backend.wire import Month, Query
from canteen.food_safety.controls import facts
from canteen.food_safety.controls.days import queries
from canteen.food_safety.controls.days.queries import DayState
from canteen.food_safety.controls.models import Area
from canteen.food_safety.controls.policies import MOST_ITEMS
from canteen.food_safety.controls.titles import AREA_NAMES
from canteen.menu.queries import CanteenChoice
from console import scope
from console.pages import page, pages, render
from console.safety_findings import TONES as FINDING_TONES
from console.safety_findings import people

blueprint = pages("console_safety_controls", __name__)

READ: Final = Permission.SAFETY_READ
PATH: Final = "/food-safety/controls"
_TITLE: Final = "日管控"
DAY_TONES: Final = {queries.NONE: "gray", queries.OPEN: "blue", queries.CLOSED: "green"}


class ControlsPage(Query):
    """Which month, this one if it is not named."""

    month = Month()


@page(blueprint, PATH, permission=READ, query=ControlsPage, at_canteen=_TITLE)
def controls(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """A month, day by day."""
    today = clock.today()
    first, last = facts.month_of(query.get("month") or today)
    days = queries.list_days(actor, canteen_id=canteen.id, from_on=first, until_on=last)
    return render(
        "safety/controls.html",
        weeks=_weeks(days),
        closed=[each for each in days if each.state == queries.CLOSED],
        gaps=[each for each in days if each.is_gap],
        found=sum(each.found for each in days),
        month=first,
        month_before=(first - timedelta(days=1)).replace(day=1),
        month_after=last + timedelta(days=1),
        today=today,
        CLOSED=queries.CLOSED,
        manages=scope.covers(actor, Permission.SAFETY_MANAGE),
    )


@page(blueprint, f"{PATH}/items", permission=READ, at_canteen=_TITLE)
def items(actor: Actor, canteen: CanteenChoice) -> str:
    """What is checked every day; who manages food safety edits it."""
    return render(
        "safety/control_items.html",
        canteen=canteen,
        checked=queries.get_template(actor, canteen_id=canteen.id),
        manages=scope.covers(actor, Permission.SAFETY_MANAGE),
        areas=[(each.value, AREA_NAMES[each]) for each in Area],
        area_names=AREA_NAMES,
        most=MOST_ITEMS,
    )


@page(blueprint, f"{PATH}/<day:on_date>", permission=READ, at_canteen=_TITLE)
def day(actor: Actor, on_date: date, canteen: CanteenChoice) -> str:
    """A day with its items, and the problems that came of it."""
    found = queries.get_day(actor, canteen_id=canteen.id, on=on_date)
    waiting = [line.item_id for line in found.lines if line.answer is None]
    return render(
        "safety/control_day.html",
        day=found,
        groups=[(area, list(lines)) for area, lines in groupby(found.lines, lambda line: line.area_name)],
        on=on_date,
        today=clock.today(),
        day_before=on_date - timedelta(days=1),
        day_after=on_date + timedelta(days=1),
        waiting=waiting,
        waiting_answers=[{"item_id": item_id, "is_ok": True} for item_id in waiting],
        records=scope.covers(actor, Permission.SAFETY_RECORD) and on_date <= clock.today(),
        tones=DAY_TONES,
        finding_tones=FINDING_TONES,
    )


@page(blueprint, f"{PATH}/<day:on_date>/facts", permission=READ, at_canteen=_TITLE)
def day_facts(actor: Actor, on_date: date, canteen: CanteenChoice) -> str:
    """What the day's records say, to check the items by."""
    found = queries.get_day(actor, canteen_id=canteen.id, on=on_date)
    return render(
        "safety/control_facts.html",
        on=on_date,
        groups=facts.of_span(found.canteen_id, on_date, on_date),
        day=found,
    )


@page(
    blueprint,
    f"{PATH}/<day:on_date>/items/<id:item_id>",
    permission=Permission.SAFETY_RECORD,
    at_canteen=_TITLE,
)
def answer(actor: Actor, on_date: date, item_id: int, canteen: CanteenChoice) -> str:
    """The form that says that an item was not in order."""
    found = queries.get_day(actor, canteen_id=canteen.id, on=on_date)
    lines = [each for each in found.lines if each.item_id == item_id]
    if not lines:
        raise NotFound
    return render(
        "safety/control_answer.html",
        day=found,
        line=lines[0],
        people=people(actor, canteen.id),
        due_on=max(clock.today(), on_date) + timedelta(days=1),
        today=clock.today(),
    )


def _weeks(days: Sequence[DayState]) -> list[list[DayState | None]]:
    """A month as rows of seven from Monday on; None where another month's days would stand."""
    cells: list[DayState | None] = [None] * days[0].on.weekday()
    cells += days
    cells += [None] * (-len(cells) % 7)
    return [cells[place : place + 7] for place in range(0, len(cells), 7)]
