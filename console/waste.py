"""The dashboard of waste at the canteen at hand, and what stands behind it: dishes, departments, gaps.

Every figure stands with its coverage; what has too little behind it says 数据不足.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.devices import queries as device_queries
from backend.documents import sheets
from backend.rules.registry import Place
from backend.wire import Choice, Date, PageQuery, Query, Str
from canteen.menu import library
from canteen.menu.models import Period
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import CATEGORY_NAMES, PERIOD_NAMES, PORTION_NAMES
from canteen.waste.measures import queries as measure_queries
from canteen.waste.models import Stage
from canteen.waste.statistics import documents, reports
from canteen.waste.statistics.baselines import reference
from canteen.waste.statistics.dashboard import dashboard as read_dashboard
from canteen.waste.statistics.dishes import DishFigures
from canteen.waste.statistics.meals import WASTE_STAGES
from canteen.waste.statistics.policies import MOST_DAYS, Bucket, Span
from canteen.waste.statistics.reports import Against, DishOrder
from canteen.waste.statistics.titles import BASIS_NAMES
from canteen.waste.titles import STAGE_NAMES
from console import days, scope
from console.days import Preset
from console.pages import page, pages, render

blueprint = pages("console_waste", __name__)

_TITLE: Final = "浪费看板"
_USUAL_DAYS: Final = 30
_USUAL_DAYS_OF_DISH: Final = 180
_MEASURES_LOOKED_AT: Final = 200
_DISHES_SHOWN: Final = 8
# Longer spans are drawn by weeks, then by months: some dozen points each.
_MOST_DAYS_DRAWN: Final = 16
_MOST_WEEKS_DRAWN: Final = 26
BASES: Final = {Against.PREVIOUS: "上期", Against.LAST_YEAR: "去年同期", Against.NONE: "不比较"}
SORTS: Final = {
    DishOrder.RATE: "剩余率",
    DishOrder.LEFTOVER: "剩余量",
    DishOrder.UNSERVED: "未售出量",
    DishOrder.COST: "浪费金额",
}
SERVED_SOURCES: Final = {"weighed": "称重", "portions": "按份折算", "mixed": "称重与折算", "": "—"}


class SpanQuery(Query):
    """The days of the figures; the last thirty if they are not named."""

    from_date = Date()
    until_date = Date()


class WasteQuery(SpanQuery):
    """The figures, of one period or of all, and what they are compared with."""

    period = Choice(Period)
    base = Choice(Against, load_default=Against.PREVIOUS)
    format = Str(max_length=4)


class DishesQuery(PageQuery, SpanQuery):
    """The dishes of these days, in an order."""

    sort = Choice(DishOrder, load_default=DishOrder.RATE)


class UnmeasuredQuery(PageQuery, SpanQuery):
    """The meals of these days at which nothing was weighed."""


@page(blueprint, "/canteen/waste", permission=Permission.CANTEEN_READ, query=WasteQuery, at_canteen=_TITLE)
def dashboard(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str | File:
    """Today, the figures of a span beside those of its base, their course, and what to change."""
    from_on, until_on = _span(query)
    period = query.get("period")
    asked: dict[str, Any] = {"canteen_id": canteen.id, "from_on": from_on, "until_on": until_on}
    if query.get("format") == "xlsx":
        given = reports.statistics(actor, **asked, period=period, base=query["base"])
        return File(documents.statistics_workbook(given), f"{given.title}.xlsx", sheets.MEDIA_TYPE)
    bucket = bucket_of(from_on, until_on)
    found = read_dashboard(actor, **asked, by=bucket, period=period, base=query["base"])
    return render(
        "waste/dashboard.html",
        canteen=canteen,
        report=found.report,
        points=found.points,
        bucket=bucket,
        day=found.today,
        leftover=_worst(found.dishes, DishOrder.RATE),
        unserved=_worst(found.dishes, DishOrder.UNSERVED),
        silent=device_queries.silent_among([Place(canteen.id, canteen.name, canteen.campus_id)]),
        references=reference(),
        base=query["base"],
        bases=BASES,
        period=period,
        **_of_span(from_on, until_on),
        **_words(),
    )


@page(
    blueprint,
    "/canteen/waste/dishes",
    permission=Permission.CANTEEN_READ,
    query=DishesQuery,
    at_canteen=_TITLE,
)
def dishes(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """Every dish that was weighed, the worst first."""
    from_on, until_on = _span(query)
    found = reports.dishes(
        actor,
        canteen_id=canteen.id,
        from_on=from_on,
        until_on=until_on,
        sort=query["sort"],
        page=query["page"],
        page_size=query["page_size"],
    )
    return render(
        "waste/dishes.html",
        found=found,
        sort=query["sort"],
        sorts=SORTS,
        **_of_span(from_on, until_on),
        **_words(),
    )


@page(blueprint, "/canteen/waste/dishes/<id:dish_id>", permission=Permission.CANTEEN_READ, query=SpanQuery)
def dish(actor: Actor, dish_id: int, query: dict[str, Any]) -> str:
    """What was left of one dish, meal by meal, and what was done about it."""
    from_on, until_on = days.asked(query, usual=_USUAL_DAYS_OF_DISH, longest=MOST_DAYS)
    shown = library.get_dish(actor, dish_id)
    found = measure_queries.list_measures(
        actor, canteen_id=shown.canteen_id, page=1, page_size=_MEASURES_LOOKED_AT
    )
    measures = [one for one in found.rows if one.dish_id == dish_id]
    return render(
        "waste/dish.html",
        history=reports.dish_history(actor, dish_id=dish_id, from_on=from_on, until_on=until_on),
        dish=shown,
        measures=measures,
        effect=measure_queries.get_effect(actor, measure_id=measures[0].id) if measures else None,
        **_of_span(from_on, until_on),
        **_words(),
    )


@page(
    blueprint,
    "/canteen/waste/departments",
    permission=Permission.CANTEEN_READ,
    query=SpanQuery,
    at_canteen=_TITLE,
)
def departments(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The departments that may be shown; nobody's own tray is behind any figure."""
    from_on, until_on = _span(query)
    found = reports.departments(actor, canteen_id=canteen.id, from_on=from_on, until_on=until_on)
    return render("waste/departments.html", found=found, **_of_span(from_on, until_on), **_words())


@page(
    blueprint,
    "/canteen/waste/unmeasured",
    permission=Permission.CANTEEN_READ,
    query=UnmeasuredQuery,
    at_canteen=_TITLE,
)
def unmeasured(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The meals at which nothing was weighed, with the way to enter what the paper says."""
    from_on, until_on = _span(query)
    found = reports.unmeasured(
        actor,
        canteen_id=canteen.id,
        from_on=from_on,
        until_on=until_on,
        page=query["page"],
        page_size=query["page_size"],
    )
    return render(
        "waste/unmeasured.html",
        found=found,
        may_record=scope.covers(actor, Permission.WASTE_RECORD),
        **_of_span(from_on, until_on),
        **_words(),
    )


def _worst(found: Sequence[DishFigures], order: DishOrder) -> Sequence[DishFigures]:
    """The dishes to change: those of which something was left, the worst first."""
    left = [
        one for one in found if (one.sums.weighings if order is DishOrder.RATE else one.sums.unserved_g) > 0
    ]
    return reports.in_order(left, order)[:_DISHES_SHOWN]


def bucket_of(from_on: date, until_on: date) -> Bucket:
    """By what a span of days is drawn."""
    count = Span(from_on, until_on).days
    if count <= _MOST_DAYS_DRAWN:
        return Bucket.DAY
    return Bucket.WEEK if count <= _MOST_WEEKS_DRAWN * 7 else Bucket.MONTH


def presets(today: date) -> Sequence[Preset]:
    """The spans of the chooser."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    return (
        Preset("本周", today - timedelta(days=today.weekday()), today),
        Preset("近 30 天", today - timedelta(days=_USUAL_DAYS - 1), today),
        Preset("本月", month, today),
        Preset("上月", before.replace(day=1), before),
        Preset("近一年", today - timedelta(days=364), today),
    )


def _span(query: dict[str, Any]) -> tuple[date, date]:
    return days.asked(query, usual=_USUAL_DAYS, longest=MOST_DAYS)


def _of_span(from_on: date, until_on: date) -> dict[str, Any]:
    today = clock.today()
    return {"from_on": from_on, "until_on": until_on, "today": today, "presets": presets(today)}


def _words() -> dict[str, Any]:
    return {
        "basis_names": BASIS_NAMES,
        "category_names": CATEGORY_NAMES,
        "period_names": PERIOD_NAMES,
        "portion_names": PORTION_NAMES,
        "stage_names": STAGE_NAMES,
        "served_sources": SERVED_SOURCES,
        "stages": WASTE_STAGES,
        "Stage": Stage,
    }
