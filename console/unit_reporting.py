"""单位填报: what a unit's reporter has to do, and nothing of other units."""

from datetime import date
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.dates import months_before
from backend.wire import Month, PageQuery, Query
from canteen.evaluation.rectifications import queries as rectification_queries
from canteen.evaluation.rounds import queries as round_queries
from canteen.evaluation.spot_checks import queries as inspection_queries
from canteen.evaluation.units import queries
from canteen.evaluation.units.titles import VIA_NAMES
from console.evaluated_units import PUNCTUALITY_NAMES, PUNCTUALITY_TONES
from console.evaluation import sheet_words
from console.pages import page, pages, render
from console.rectifications import words as rectification_words
from console.spot_checks import words as inspection_words

blueprint = pages("console_unit_reporting", __name__)

REPORT: Final = Permission.EVALUATION_REPORT
_PATH: Final = "/evaluation/report"
_SHOWN: Final = 10
# As many months are listed for each unit, the present one first.
_MONTHS_SHOWN: Final = 2


class MonthPage(Query):
    """Which month, the last one if it is not named."""

    month = Month()


class SheetsPage(PageQuery):
    """Which page of one's own sheets."""


@page(blueprint, _PATH, permission=REPORT)
def overview(actor: Actor) -> str:
    """All that waits for one's own units: sheets, months, rectifications, inspections."""
    first = clock.today().replace(day=1)
    months = [months_before(first, count) for count in range(_MONTHS_SHOWN)]
    stands = {month: queries.own_month(actor, month=month) for month in months}
    return render(
        "evaluation/reporting.html",
        units=queries.own_units(actor),
        months=[(month, stands[month]) for month in months if stands[month]],
        sheets=round_queries.page_own_sheets(actor, page=1, page_size=_SHOWN),
        rectifications=rectification_queries.page_mine(actor, page=1, page_size=_SHOWN),
        inspections=inspection_queries.page_of_units(actor, page=1, page_size=_SHOWN),
        punctuality_names=PUNCTUALITY_NAMES,
        punctuality_tones=PUNCTUALITY_TONES,
        via_names=VIA_NAMES,
        **sheet_words(),
        **rectification_words(),
        **inspection_words(),
    )


@page(blueprint, f"{_PATH}/sheets", permission=REPORT, query=SheetsPage)
def own_sheets(actor: Actor, query: dict[str, Any]) -> str:
    """Every sheet of one's own units."""
    return render(
        "evaluation/own_sheets.html", found=round_queries.page_own_sheets(actor, **query), **sheet_words()
    )


@page(blueprint, f"{_PATH}/rectifications", permission=REPORT, query=SheetsPage)
def own_rectifications(actor: Actor, query: dict[str, Any]) -> str:
    """Every rectification of one's own units."""
    found = rectification_queries.page_mine(actor, **query)
    return render("evaluation/own_rectifications.html", found=found, **rectification_words())


@page(blueprint, f"{_PATH}/inspections", permission=REPORT, query=SheetsPage)
def own_inspections(actor: Actor, query: dict[str, Any]) -> str:
    """Every inspection of one's own units."""
    found = inspection_queries.page_of_units(actor, **query)
    return render("evaluation/own_inspections.html", found=found, **inspection_words())


@page(blueprint, f"{_PATH}/units/<id:unit_id>", permission=REPORT, query=MonthPage)
def report_month(actor: Actor, unit_id: int, query: dict[str, Any]) -> str:
    """The form of a month of one's own unit, with what it has said of it before."""
    unit = queries.get_own(actor, unit_id)
    today = clock.today()
    month: date = query.get("month") or months_before(today.replace(day=1), 1)
    last = queries.last_report(unit_id, month)
    return render(
        "evaluation/report_month.html",
        unit=unit,
        month=month,
        today=today,
        figures=queries.figures_of(last) if last else None,
        reports=[
            each
            for each in queries.page_versions(actor, unit_id, page=1, page_size=100).rows
            if each.month == month
        ],
        via_names=VIA_NAMES,
    )


@page(blueprint, f"{_PATH}/import", permission=REPORT)
def import_reports(actor: Actor) -> str:
    """The form that imports months."""
    month = months_before(clock.today().replace(day=1), 1)
    return render("evaluation/import.html", what="reports", month=month)
