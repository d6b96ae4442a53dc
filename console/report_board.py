"""诉求看板: what the desk has in hand, by state and by due, and giving it out."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Bool, Choice, Id, Query, Str
from console.pages import page, pages, render
from console.reports import campuses, categories_by_kind, offices_in_use, report_words
from feedback.categories import queries as categories
from feedback.categories.models import Kind
from feedback.reports import queries, views, waiting
from feedback.reports.errors import ReportNotFound

blueprint = pages("console_report_board", __name__)

_PATH: Final = "/feedback/board"
# Of each column; the rest is in the list.
_SHOWN: Final = 30


class BoardPage(Query):
    """What of the board."""

    kind = Choice(Kind)
    category_id = Id()
    campus_id = Id()
    office_id = Id()
    overdue = Bool(load_default=False)
    q = Str(max_length=50)


@page(blueprint, _PATH, permission=Permission.REPORTS_TRIAGE, query=BoardPage)
def board(actor: Actor, query: dict[str, Any]) -> str:
    """The columns, with the office that is proposed for each report that has none."""
    in_use = offices_in_use()
    names = dict(in_use)
    proposed = {
        each.id: (each.office_id, names[each.office_id])
        for each in categories.list_all()
        if each.office_id in names and each.office_id is not None
    }
    return render(
        "reports/board.html",
        lanes=waiting.board(actor, limit=_SHOWN, **query),
        query=query,
        proposed=proposed,
        categories=categories_by_kind(),
        campuses=campuses(),
        offices=in_use,
        as_of=clock.now(),
        **report_words(),
    )


@page(blueprint, f"{_PATH}/reports/<id:report_id>", permission=Permission.REPORTS_TRIAGE)
def board_report(actor: Actor, report_id: int) -> str:
    """What may be done at once with one report of the board."""
    found = views.get_report(actor, report_id)
    if not queries.standing(actor, found.report).triages:
        raise ReportNotFound
    category = categories.find(found.report.category_id)
    return render(
        "reports/board_report.html",
        one=found,
        category=category,
        offices=offices_in_use(),
        now=clock.now(),
        **report_words(),
    )
