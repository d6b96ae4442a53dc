"""The calendar of a year: what is worked and why, and the days on which the compound departs from it."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Int, Query
from backend.workdays import queries
from backend.workdays.policies import Day, DayKind
from console.pages import page, pages, render

blueprint = pages("console_calendar", __name__)

KIND_TITLES = {
    DayKind.WORKDAY: "工作日",
    DayKind.REST_DAY: "休息日",
    DayKind.HOLIDAY: "节假日",
    DayKind.MAKEUP_WORKDAY: "调休上班",
    DayKind.OVERRIDE: "单位调整",
}


class CalendarQuery(Query):
    """A year that the calendar can show."""

    year = Int(minimum=2000, maximum=2100)


@page(blueprint, "/calendar", permission=Permission.WORKDAYS_MANAGE, query=CalendarQuery)
def show(actor: Actor, query: dict[str, Any]) -> str:
    """The twelve months of a year."""
    year = query.get("year") or clock.today().year
    days = queries.list_days(from_on=date(year, 1, 1), until_on=date(year, 12, 31))
    return render(
        "calendar/year.html",
        year=year,
        today=clock.today(),
        months=[_weeks(year, month, days) for month in range(1, 13)],
        overrides=queries.list_overrides(year),
        is_provisional=any(day.is_provisional for day in days),
        workdays=sum(day.is_workday for day in days),
        titles=KIND_TITLES,
    )


@page(blueprint, "/calendar/<day:on_date>", permission=Permission.WORKDAYS_MANAGE)
def edit(actor: Actor, on_date: date) -> str:
    """One day, to be changed in a dialog."""
    (day,) = queries.list_days(from_on=on_date, until_on=on_date)
    return render(
        "calendar/day.html", day=day, override=queries.find_override(on_date), title=KIND_TITLES[day.kind]
    )


def _weeks(year: int, month: int, days: list[Day]) -> list[list[Day | None]]:
    """A month as rows of seven from Monday on; None where another month's days would stand."""
    first = date(year, month, 1)
    start = (first - date(year, 1, 1)) // timedelta(days=1)
    cells: list[Day | None] = [None] * first.weekday()
    cells += days[start : start + monthrange(year, month)[1]]
    cells += [None] * (-len(cells) % 7)
    return [cells[place : place + 7] for place in range(0, len(cells), 7)]
