"""A month's score sheet on paper, for both sides to sign."""

from collections.abc import Sequence
from itertools import groupby

from backend.documents import pdf
from backend.money import yuan
from property.assessments.models import VersionState
from property.assessments.months.queries import AssessmentView
from property.assessments.months.results import ItemLine
from property.assessments.rules import band_text
from property.assessments.titles import month_name


def sheet_name(view: AssessmentView) -> str:
    """What the file is called, without the ending."""
    version = f"（第{view.shown.number}版）" if view.shown.number > 1 else ""
    draft = "（未锁定）" if view.shown.state is VersionState.OPEN else ""
    return f"{view.contractor_name}{month_name(view.month)}考核表{version}{draft}"


def sheet_pdf(view: AssessmentView, *, printed_by: str) -> bytes:
    """The version that is shown: items, deductions with their appeals, and what is paid.

    Not within a unit of work.
    """
    shown = view.shown
    context = {
        "title": f"{month_name(view.month)}服务商考核表",
        "number": view.contract_number,
        "printed_by": printed_by,
        "view": view,
        "shown": shown,
        "is_open": shown.state is VersionState.OPEN,
        "rows": _rows(shown.items),
        "yuan": yuan,
        "bands": "；".join(band_text(band) for band in shown.bands),
    }
    return pdf.render("property.assessments.months/sheet.html", context)


def _rows(items: Sequence[ItemLine]) -> list[tuple[ItemLine, int]]:
    """The items with how many rows their first level spans; 0 where one above reaches down."""
    rows: list[tuple[ItemLine, int]] = []
    for _, group in groupby(items, key=lambda item: item.level1):
        of_level = list(group)
        rows += [(item, len(of_level) if place == 0 else 0) for place, item in enumerate(of_level)]
    return rows
