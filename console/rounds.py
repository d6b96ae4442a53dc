"""季度评估: rounds, their sheets, and one sheet for whoever fills it in or reviews it."""

from itertools import groupby
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.scoresheets import queries as score_queries
from backend.scoresheets.titles import EVIDENCE_NAMES
from backend.wire import Choice, PageQuery
from canteen.evaluation.rounds import policies, queries, sheet_views
from canteen.evaluation.rounds.errors import UnitSheetNotFound
from canteen.evaluation.rounds.models import RoundState, SheetState
from canteen.evaluation.rounds.sheet_views import UnitSheetView
from console.evaluation import MANAGE, sheet_words
from console.pages import page, pages, render

blueprint = pages("console_rounds", __name__)

_PATH: Final = "/evaluation/rounds"
_SHEET: Final = "/evaluation/sheets/<id:sheet_id>"


class RoundsPage(PageQuery):
    """Which page of the rounds."""


class RoundPage(PageQuery):
    """Which sheets of a round."""

    state = Choice(SheetState)


@page(blueprint, _PATH, permission=MANAGE, query=RoundsPage)
def rounds(actor: Actor, query: dict[str, Any]) -> str:
    """All rounds."""
    return render("evaluation/rounds.html", found=queries.page_rounds(actor, **query), **sheet_words())


@page(blueprint, f"{_PATH}/new", permission=MANAGE, is_compound_wide=True)
def new_round(actor: Actor) -> str:
    """The form that begins a quarter's evaluation."""
    today = clock.today()
    return render(
        "evaluation/round_form.html",
        today=today,
        quarter=(today.month - 1) // 3 + 1,
        versions=[(each.id, each.title) for each in score_queries.versions_in_force(today)],
        most_days=policies.MOST_DAYS,
    )


@page(blueprint, f"{_PATH}/<id:round_id>", permission=MANAGE, query=RoundPage)
def round_page(actor: Actor, round_id: int, query: dict[str, Any]) -> str:
    """A round with its units."""
    return render(
        "evaluation/round.html",
        round=queries.round_view(actor, round_id),
        found=queries.page_sheets(actor, round_id=round_id, **query),
        losses=queries.loss_reasons(round_id, 8),
        state=query.get("state"),
        today=clock.today(),
        RoundState=RoundState,
        **sheet_words(),
    )


@page(blueprint, _SHEET, permission=Permission.SELF)
def sheet(actor: Actor, sheet_id: int) -> str:
    """A unit's sheet, by the first level of its items."""
    view = sheet_views.sheet_view(actor, sheet_id)
    groups = [(level, list(lines)) for level, lines in groupby(view.lines, lambda line: line.item.level1)]
    return render(
        "evaluation/sheet.html",
        sheet=view,
        groups=groups,
        scored=sum(line.mark is not None for line in view.lines),
        manages=actor.reach(MANAGE).everywhere,
        evidence_names=EVIDENCE_NAMES,
        State=SheetState,
        **sheet_words(),
    )


@page(blueprint, f"{_SHEET}/items/<id:item_id>", permission=Permission.SELF)
def sheet_item(actor: Actor, sheet_id: int, item_id: int) -> str:
    """The form for one item: the unit's answer, or the reviewer's score."""
    view = sheet_views.sheet_view(actor, sheet_id)
    return render(
        "evaluation/sheet_item.html",
        sheet=view,
        line=_line(view, item_id),
        most_photos=policies.MOST_PHOTOS,
        evidence_names=EVIDENCE_NAMES,
    )


def _line(view: UnitSheetView, item_id: int) -> sheet_views.SheetLine:
    found = next((line for line in view.lines if line.item.id == item_id), None)
    if found is None:
        raise UnitSheetNotFound
    return found
