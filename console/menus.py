"""The week's menus: the grid, and the dialogs in which it is planned, copied and published."""

from datetime import date, timedelta
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.errors import Forbidden, NotFound
from backend.wire import Choice, Date, Query, Str
from backend.workdays.policies import Calendar
from canteen.menu import checking, documents, titles, weeks
from canteen.menu.models import Period
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_menus", __name__)

PDF = "application/pdf"


class WeekPage(Query):
    """Any day of the week; `format` pdf or xlsx takes it along as a file."""

    week = Date()
    format = Str(max_length=10)


class WeekQuery(Query):
    """Any day of a week."""

    week = Date(required=True)


class PublishPage(Query):
    """What to publish: the drafts of these days, or one period of a day."""

    served_on = Date(required=True, data_key="date")
    until_on = Date(data_key="end_date")
    period = Choice(Period)


@page(blueprint, "/canteen/menus", permission=Permission.CANTEEN_READ, query=WeekPage)
def show(actor: Actor, query: dict[str, Any]) -> str | File:
    """A week of the chosen canteen."""
    canteen_id = scope.of(actor).canteen_id
    if not canteen_id:
        return render("menus/week.html", week=None)
    week = weeks.get_week(actor, canteen_id, query.get("week") or clock.today())
    name = documents.week_title(week)
    if query.get("format") == "pdf":
        return File(documents.week_pdf(week, printed_by=actor.name), f"{name}.pdf", PDF)
    if query.get("format") == "xlsx":
        return File(documents.week_sheet(week), f"{name}.xlsx", sheets.MEDIA_TYPE)
    return render(
        "menus/week.html",
        week=week,
        title=name,
        today=clock.today(),
        one_week=timedelta(days=7),
        may_manage=scope.covers(actor, Permission.CANTEEN_MANAGE),
        titles=titles,
    )


@page(blueprint, "/canteen/menus/<day:on_date>/<period>", permission=Permission.CANTEEN_MANAGE)
def edit(actor: Actor, on_date: date, period: str) -> str:
    """A meal's dishes, to be changed in a dialog."""
    if period not in set(Period):
        raise NotFound
    _ensure_manages(actor)
    cell = weeks.get_cell(actor, scope.of(actor).canteen_id, on_date, Period(period))
    return render(
        "menus/meal.html",
        cell=cell,
        name=titles.PERIOD_NAMES[Period(period)],
        categories={one.value: name for one, name in titles.CATEGORY_NAMES.items()},
        titles=titles,
    )


@page(blueprint, "/canteen/menus/copy", permission=Permission.CANTEEN_MANAGE, query=WeekQuery)
def copy(actor: Actor, query: dict[str, Any]) -> str:
    """From which week to copy, to be chosen in a dialog."""
    _ensure_manages(actor)
    sources = weeks.source_weeks(scope.of(actor).canteen_id, query["week"])
    return render("menus/copy.html", days=Calendar.week_of(query["week"]), sources=sources)


@page(blueprint, "/canteen/menus/publish", permission=Permission.CANTEEN_MANAGE, query=PublishPage)
def publish(actor: Actor, query: dict[str, Any]) -> str:
    """What publishing would find, shown in a dialog before it."""
    _ensure_manages(actor)
    first_on = query["served_on"]
    # The first day may have been chosen behind the last one just now.
    last_on = query["until_on"] = max(first_on, query.get("until_on") or first_on)
    preview = checking.preview(actor, canteen_id=scope.of(actor).canteen_id, **query)
    return render(
        "menus/publish.html",
        preview=preview,
        first_on=first_on,
        last_on=last_on,
        period=query.get("period"),
        days=Calendar.week_of(first_on),
        today=clock.today(),
    )


def _ensure_manages(actor: Actor) -> None:
    if not scope.covers(actor, Permission.CANTEEN_MANAGE):
        raise Forbidden
