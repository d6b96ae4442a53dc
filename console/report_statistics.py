"""诉求统计: the rates with what is behind them, by one thing, by month, and beside other spans."""

from datetime import timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.wire import Choice, Date, Id, Query, Str
from console.days import presets
from console.pages import page, pages, render
from console.reports import campuses, categories_by_kind
from feedback.categories.models import Kind
from feedback.categories.titles import KIND_NAMES
from feedback.offices import queries as offices
from feedback.reports.statistics import documents, queries
from feedback.reports.statistics.policies import By
from feedback.reports.statistics.titles import BY_NAMES

blueprint = pages("console_report_statistics", __name__)

_USUAL_DAYS: Final = 30
_BARS_SHOWN: Final = 12


class StatisticsPage(Query):
    """The days of submission, by what the figures are told apart, and what of the reports is counted."""

    from_date = Date()
    until_date = Date()
    by = Choice(By, load_default=By.CATEGORY)
    kind = Choice(Kind)
    category_id = Id()
    campus_id = Id()
    office_id = Id()
    format = Str(max_length=4)


@page(blueprint, "/feedback/statistics", permission=Permission.FEEDBACK_READ, query=StatisticsPage)
def statistics(actor: Actor, query: dict[str, Any]) -> str | File:
    """The figures of a span, compared, by month, and by one thing."""
    today = clock.today()
    until_on = query.get("until_date") or today
    found = queries.report(
        actor,
        from_on=query.get("from_date") or until_on - timedelta(days=_USUAL_DAYS - 1),
        until_on=until_on,
        by=query["by"],
        kind=query.get("kind"),
        category_id=query.get("category_id"),
        campus_id=query.get("campus_id"),
        office_id=query.get("office_id"),
    )
    if query.get("format") == "xlsx":
        name = f"{documents.title_of(found)}.xlsx"
        return File(documents.statistics_workbook(found), name, sheets.MEDIA_TYPE)
    return render(
        "reports/statistics.html",
        found=found,
        query=query,
        bars=_BARS_SHOWN,
        by_names=BY_NAMES,
        kinds=KIND_NAMES,
        notes=documents.NOTES,
        categories=categories_by_kind(),
        campuses=campuses(),
        offices=sorted(offices.names().items()),
        presets=presets(today),
    )
