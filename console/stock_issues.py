"""领料出库: what goes to the kitchen, for a meal and its dishes, and what was issued lately."""

from collections.abc import Sequence
from typing import Any, Final

from backend import clock
from backend.actor import Actor
from backend.wire import Date, Id, PageQuery
from canteen.menu import offers
from canteen.menu.offers import OfferedMeal
from canteen.menu.queries import CanteenChoice
from canteen.purchasing.stock import listing, overview, queries
from canteen.purchasing.stock.figures import Stocked
from canteen.purchasing.stock.models import MovementKind
from console.pages import page, pages, render
from console.stock_words import READ, stock_words

blueprint = pages("console_stock_issues", __name__)

_TITLE: Final = "领料出库"
# What a form offers to choose from.
_MOST_INGREDIENTS: Final = 2_000


class IssuesPage(PageQuery):
    """For which meal of which day (today) something is issued; `batch_id` names a batch out of turn."""

    date = Date()
    meal_id = Id()
    batch_id = Id()


@page(blueprint, "/kitchen/issues", permission=READ, query=IssuesPage, at_canteen=_TITLE)
def issues(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The form of an issue, and what was issued lately."""
    words = stock_words(actor)
    on = query.get("date") or clock.today()
    meals: Sequence[OfferedMeal] = (
        offers.get_menu(canteen_id=canteen.id, served_on=on).periods if words["may_record"] else []
    )
    named = queries.get_batch(actor, query["batch_id"]) if "batch_id" in query else None
    found = listing.page_movements(
        actor,
        canteen_id=canteen.id,
        kind=MovementKind.ISSUE,
        page=query["page"],
        page_size=query["page_size"],
    )
    return render(
        "stock/issues.html",
        canteen=canteen,
        on=on,
        meals=meals,
        meal=next((each for each in meals if each.meal_id == query.get("meal_id")), None),
        batch=named if named is not None and named.canteen_id == canteen.id else None,
        ingredients=_to_issue(actor, canteen.id) if words["may_record"] else [],
        found=found,
        voidable=(MovementKind.ISSUE,),
        query=query,
        **words,
    )


def _to_issue(actor: Actor, canteen_id: int) -> list[Stocked]:
    """The ingredients of which something may be issued."""
    found = overview.inventory(actor, canteen_id=canteen_id, page=1, page_size=_MOST_INGREDIENTS)
    return [each for each in found.rows if each.usable_g > 0]
