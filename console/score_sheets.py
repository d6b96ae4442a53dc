"""评分表: sheets with their versions, what one says, and the form that changes a draft."""

from itertools import groupby
from typing import Any, Final

from backend import clock
from backend.actor import Actor
from backend.scoresheets import queries
from backend.scoresheets.errors import SheetVersionNotFound
from backend.scoresheets.models import VersionState
from backend.scoresheets.titles import EVIDENCE_NAMES, INAPPLICABLE_NAMES, STATE_NAMES
from backend.wire import PageQuery
from canteen.evaluation.policies import METRICS
from console.evaluation import MANAGE
from console.pages import page, pages, render

blueprint = pages("console_score_sheets", __name__)

_PATH: Final = "/evaluation/score-sheets"
_WORDS: Final[dict[str, Any]] = {
    "State": VersionState,
    "state_names": STATE_NAMES,
    "evidence_names": EVIDENCE_NAMES,
    "inapplicable_names": INAPPLICABLE_NAMES,
    "metrics": METRICS,
}


class SheetsPage(PageQuery):
    """Which page of the sheets."""


@page(blueprint, _PATH, permission=MANAGE, query=SheetsPage)
def score_sheets(actor: Actor, query: dict[str, Any]) -> str:
    """Every sheet with its versions."""
    return render(
        "evaluation/score_sheets.html",
        found=queries.page_sheets(actor, **query),
        today=clock.today(),
        **_WORDS,
    )


@page(blueprint, f"{_PATH}/import", permission=MANAGE, is_compound_wide=True)
def import_sheet(actor: Actor) -> str:
    """The form that imports a sheet."""
    return render("evaluation/import.html", what="score-sheets")


@page(blueprint, f"{_PATH}/<id:version_id>", permission=MANAGE)
def version(actor: Actor, version_id: int) -> str:
    """What a version says."""
    found = queries.version_view(actor, version_id)
    return render(
        "evaluation/score_sheet.html",
        version=found,
        groups=[(level, list(items)) for level, items in groupby(found.items, lambda item: item.level1)],
        today=clock.today(),
        **_WORDS,
    )


@page(blueprint, f"{_PATH}/<id:version_id>/edit", permission=MANAGE)
def edit_version(actor: Actor, version_id: int) -> str:
    """The form of a draft."""
    found = queries.version_view(actor, version_id)
    if found.state is not VersionState.DRAFT:
        raise SheetVersionNotFound
    return render("evaluation/score_sheet_form.html", version=found, **_WORDS)
