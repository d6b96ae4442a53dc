"""智慧菜单: suggested weeks with their reasons, what they would change, and their adoption as drafts."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Choice, PageQuery
from canteen.advice.weeks import policies, queries
from canteen.advice.weeks.models import ProposalState
from canteen.advice.weeks.queries import SuggestedMeal
from canteen.menu import queries as menu_queries
from canteen.menu.policies import covers
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import CATEGORY_NAMES, PERIOD_NAMES, TAG_NAMES
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_menu_advice", __name__)

_TITLE: Final = "智慧菜单"
_PATH: Final = "/kitchen/menu-advice"
# For how many weeks ahead a week may be asked for here.
_WEEKS_OFFERED: Final = 5
STATE_TONES: Final = {
    ProposalState.OPEN: "yellow",
    ProposalState.ADOPTED: "green",
    ProposalState.DISMISSED: "gray",
}
WEIGHT_NAMES: Final = {
    "rating": "评价",
    "leftover": "剩余",
    "popularity": "受欢迎程度",
    "season": "应季",
    "cost": "成本",
    "freshness": "间隔",
    "variety": "多样",
}


class ProposalsPage(PageQuery):
    """Which suggestions of the canteen at hand."""

    state = Choice(ProposalState)


@page(blueprint, _PATH, permission=Permission.CANTEEN_READ, query=ProposalsPage, at_canteen=_TITLE)
def show_list(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The suggested weeks, the latest first, and the form that asks for one."""
    today = clock.today()
    monday = today - timedelta(days=today.weekday())
    return render(
        "production/menu_advice.html",
        found=queries.page_proposals(actor, canteen_id=canteen.id, **query),
        canteen=canteen,
        query=query,
        weeks=[monday + timedelta(weeks=number) for number in range(_WEEKS_OFFERED)],
        next_monday=monday + timedelta(weeks=1),
        six_days=timedelta(days=6),
        may_manage=scope.covers(actor, Permission.CANTEEN_MANAGE),
        **_words(),
    )


@page(blueprint, f"{_PATH}/<id:proposal_id>", permission=Permission.CANTEEN_READ)
def show(actor: Actor, proposal_id: int) -> str:
    """One suggestion with its reasons, its numbers beside the copied week's, and its gaps."""
    found = queries.get_proposal(actor, proposal_id)
    canteen = menu_queries.get_canteen(found.proposal.canteen_id)
    is_open = found.proposal.state == ProposalState.OPEN
    return render(
        "production/menu_proposal.html",
        row=found.row,
        proposal=found.proposal,
        days=_by_day(found.meals),
        figures=[each for each in found.figures if each.proposed is not None],
        sunday=found.proposal.monday + timedelta(days=6),
        objective=policies.OBJECTIVE,
        may_decide=is_open and covers(actor, Permission.CANTEEN_MANAGE, canteen),
        **_words(),
    )


def _by_day(meals: Sequence[SuggestedMeal]) -> dict[date, list[SuggestedMeal]]:
    grouped: dict[date, list[SuggestedMeal]] = {}
    for each in meals:
        grouped.setdefault(each.served_on, []).append(each)
    return grouped


def _words() -> dict[str, Any]:
    return {
        "category_names": CATEGORY_NAMES,
        "period_names": PERIOD_NAMES,
        "state_names": policies.STATE_NAMES,
        "state_tones": STATE_TONES,
        "tag_names": TAG_NAMES,
        "weight_names": WEIGHT_NAMES,
        "State": ProposalState,
    }
