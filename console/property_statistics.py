"""物业统计: how repairs go, by what and where and by whom the work is done; never by person."""

from datetime import timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.wire import Choice, Date, Id, Query, Str
from console.days import presets
from console.pages import page, pages, render
from console.work_orders import READ, buildings_of
from property.categories import queries as categories
from property.contractors import queries as contractors
from property.statistics import documents, queries
from property.statistics.titles import BY_NAMES, By

blueprint = pages("console_property_statistics", __name__)

_USUAL_DAYS: Final = 30
_BARS_SHOWN: Final = 12


class StatisticsPage(Query):
    """The days of the figures, by what they are told apart, and what of the orders is counted."""

    from_date = Date()
    until_date = Date()
    by = Choice(By, load_default=By.CATEGORY)
    category = Str(max_length=40)
    building_id = Id()
    contractor_id = Id()
    format = Str(max_length=4)


@page(blueprint, "/property/statistics", permission=Permission.PROPERTY_READ, query=StatisticsPage)
def statistics(actor: Actor, query: dict[str, Any]) -> str | File:
    """The figures of a span, its course, what is open, and the same figures by one thing."""
    today = clock.today()
    until_on = query.get("until_date") or today
    from_on = query.get("from_date") or until_on - timedelta(days=_USUAL_DAYS - 1)
    report = queries.report(
        actor,
        from_on=from_on,
        until_on=until_on,
        by=query["by"],
        category=query.get("category"),
        building_id=query.get("building_id"),
        contractor_id=query.get("contractor_id"),
    )
    if query.get("format") == "xlsx":
        return File(
            documents.report_workbook(report), f"{documents.title_of(report)}.xlsx", sheets.MEDIA_TYPE
        )
    return render(
        "orders/statistics.html",
        report=report,
        query=query,
        bars=_BARS_SHOWN,
        by_names=BY_NAMES,
        categories=[(each.code, each.name) for each in categories.tree().walk() if each.parent_id is None],
        buildings=buildings_of(actor, READ),
        contractors=[(each.id, each.short_name or each.name) for each in contractors.all_contractors()],
        presets=presets(today),
    )
