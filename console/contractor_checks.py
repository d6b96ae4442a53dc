"""检查评分: inspections of contractors by a score sheet (六常六天, 目标考核)."""

from itertools import groupby
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Choice, Date, Id, PageQuery
from console.contractors import contract_choices, contractor_choices, sheet_choices
from console.pages import page, pages, render
from property.assessments.checks import queries
from property.assessments.errors import CheckNotFound
from property.assessments.models import TEXT_LENGTH, CheckState
from property.assessments.policies import MOST_PHOTOS
from property.assessments.titles import CHECK_NAMES

blueprint = pages("console_contractor_checks", __name__)

READ: Final = Permission.CONTRACTORS_READ
ASSESS: Final = Permission.CONTRACTORS_ASSESS
_PATH: Final = "/assessments/checks"
_ONE: Final = f"{_PATH}/<id:check_id>"
TONES: Final = {CheckState.OPEN: "blue", CheckState.CLOSED: "green", CheckState.VOID: "gray"}


class ChecksPage(PageQuery):
    """Which checks."""

    contractor_id = Id()
    state = Choice(CheckState)
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")


@page(blueprint, _PATH, permission=READ, query=ChecksPage)
def checks(actor: Actor, query: dict[str, Any]) -> str:
    """The checks, the latest first."""
    return render(
        "assessments/checks.html",
        found=queries.page_checks(actor, **query),
        query=query,
        contractors=contractor_choices(actor),
        state_names=CHECK_NAMES,
        tones=TONES,
        assesses=actor.reach(ASSESS).everywhere,
    )


@page(blueprint, f"{_PATH}/new", permission=ASSESS, is_compound_wide=True)
def new_check(actor: Actor) -> str:
    """The form that begins a check."""
    return render(
        "assessments/check_form.html",
        contracts=contract_choices(actor, is_in_force=True),
        sheets=sheet_choices(),
        today=clock.today(),
        longest=TEXT_LENGTH,
        most_photos=MOST_PHOTOS,
    )


@page(blueprint, _ONE, permission=READ)
def check(actor: Actor, check_id: int) -> str:
    """One check with its scored sheet."""
    found = queries.get_check(actor, check_id)
    return render(
        "assessments/check.html",
        check=found,
        groups=[(level, list(lines)) for level, lines in groupby(found.lines, lambda each: each.item.level1)],
        scored=len(found.lines) - len(found.unscored),
        tones=TONES,
        State=CheckState,
        most_photos=MOST_PHOTOS,
    )


@page(blueprint, f"{_ONE}/items/<id:item_id>", permission=ASSESS)
def check_item(actor: Actor, check_id: int, item_id: int) -> str:
    """The form that scores an item."""
    found = queries.get_check(actor, check_id)
    line = next((each for each in found.lines if each.item.id == item_id), None)
    if line is None:
        raise CheckNotFound
    return render("assessments/check_item.html", check=found, line=line, most_photos=MOST_PHOTOS)
