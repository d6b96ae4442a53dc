"""满意度: what all ratings say of all services, month by month, and of dishes; too few say 数据不足."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.dates import months_after
from backend.documents import sheets
from backend.flows.satisfaction_providers import SOURCES, dishes_in_reach
from backend.ratings.policies import FEWEST, find_service
from backend.wire import Id, Int, Month, PageQuery, Query, Str
from canteen.pickups.ratings import DISH, DISH_OF_MEAL
from console.pages import page, pages, render
from feedback.satisfaction import documents, queries, rated
from feedback.satisfaction.policies import MOST_MONTHS

blueprint = pages("console_satisfaction", __name__)

READ: Final = Permission.FEEDBACK_READ
_PATH: Final = "/satisfaction"
_MONTHS_DRAWN: Final = 12


class MonthsQuery(Query):
    """Whole months, the first and the last included; last month if they are not named."""

    from_month = Month()
    until_month = Month()
    format = Str(max_length=4)


class TrendPage(Query):
    """Which service, or which provider of it, and up to which month."""

    until_month = Month()
    service = Str(max_length=40)
    kind = Str(max_length=20)
    provider_id = Int(minimum=0)


class DishesPage(PageQuery):
    """Of which canteen, and in which months."""

    from_month = Month()
    until_month = Month()
    canteen_id = Id()


@dataclass(frozen=True, slots=True)
class Preset:
    """Months that people often ask for."""

    title: str
    first: date
    last: date


@page(blueprint, _PATH, permission=READ, query=MonthsQuery)
def satisfaction(actor: Actor, query: dict[str, Any]) -> str | File:
    """All services by provider, campus and contractor, beside the months before and a year ago."""
    first, last = _months(query)
    report = queries.report(actor, SOURCES, from_month=first, until_month=last)
    if query.get("format") == "xlsx":
        name = f"{documents.report_title(report)}.xlsx"
        return File(documents.report_workbook(report), name, sheets.MEDIA_TYPE)
    return render("satisfaction/report.html", report=report, **_of_months(first, last), **_words())


@page(blueprint, f"{_PATH}/trend", permission=READ, query=TrendPage)
def trend(actor: Actor, query: dict[str, Any]) -> str:
    """A service, or one provider of it, over twelve months."""
    last = query.get("until_month") or clock.today().replace(day=1)
    about = {name: query.get(name) for name in ("service", "kind", "provider_id")}
    first = months_after(last, 1 - _MONTHS_DRAWN)
    found = queries.trend(actor, SOURCES, from_month=first, until_month=last, **about)
    key = (found.service, about["kind"], about["provider_id"])
    return render(
        "satisfaction/trend.html",
        trend=found,
        services=[
            (each, find_service(each).title) for each in sorted({each.service for each in found.providers})
        ],
        provider_name=next((each.name for each in found.providers if each.key == key), ""),
        until=last,
        today=clock.today(),
        **_words(),
    )


@page(blueprint, f"{_PATH}/dishes", permission=READ, query=DishesPage)
def dishes(actor: Actor, query: dict[str, Any]) -> str:
    """The dishes in the order of what diners say of them."""
    first, last = _months(query)
    reached = dishes_in_reach(actor)
    canteen_id = query.get("canteen_id")
    found = rated.rank(
        [each for each in reached if canteen_id in (None, each.canteen_id)],
        service=DISH_OF_MEAL.key,
        kind=DISH,
        from_month=first,
        until_month=last,
        page=query["page"],
        page_size=query["page_size"],
    )
    return render(
        "satisfaction/dishes.html",
        found=found,
        canteens=sorted({(each.canteen_id, each.canteen_name) for each in reached}),
        canteen_id=canteen_id,
        **_of_months(first, last),
        **_words(),
    )


def share(value: Decimal | None) -> str:
    """A fraction of 1 in per cent: `62.5%`; 数据不足 of what is not told."""
    return f"{value * 100:.1f}%" if value is not None else "数据不足"


def points(change: Decimal | None) -> str:
    """A change of a rate: `+1.2 个百分点`; a dash without a base."""
    if change is None:
        return "—"
    return f"{change * 100:+.1f}" if change else "持平"


def presets(today: date) -> list[Preset]:
    """The months of the chooser."""
    this = today.replace(day=1)
    last = months_after(this, -1)
    return [
        Preset("本月", this, this),
        Preset("上月", last, last),
        Preset("近三个月", months_after(this, -2), this),
        Preset("今年", this.replace(month=1), this),
    ]


def _months(query: dict[str, Any]) -> tuple[date, date]:
    """Those asked for; one named alone is both, and of too many the last ones are taken."""
    last_month = months_after(clock.today().replace(day=1), -1)
    first = query.get("from_month") or query.get("until_month") or last_month
    last = query.get("until_month") or first
    first, last = min(first, last), max(first, last)
    return max(first, months_after(last, 1 - MOST_MONTHS)), last


def _of_months(first: date, last: date) -> dict[str, Any]:
    today = clock.today()
    return {"first": first, "last": last, "today": today, "presets": presets(today)}


def _words() -> dict[str, Any]:
    return {"share": share, "points": points, "fewest": FEWEST}
