"""What diners say of the meals of the canteen at hand; nobody's name is told."""

from typing import Any

from backend.actor import Actor, Permission
from backend.ratings.policies import FEWEST, SATISFIED_FROM, SCORES
from backend.wire import Bool, Date, Int, PageQuery, Query
from canteen.menu.queries import CanteenChoice
from canteen.pickups import rated
from canteen.pickups.ratings import MEAL
from console import days
from console.pages import page, pages, render

blueprint = pages("console_ratings", __name__)

_USUAL_DAYS = 12 * 7
_TITLE = "用餐评价"


class RatingsQuery(Query):
    """The meals of these days; of the last twelve weeks if they are not named."""

    from_date = Date()
    until_date = Date()


class CommentsQuery(PageQuery):
    """Single ratings of the meals of these days."""

    from_date = Date()
    until_date = Date()
    grade = Int(minimum=SCORES[0], maximum=SCORES[-1])
    all = Bool(load_default=False)


@page(
    blueprint, "/canteen/ratings", permission=Permission.CANTEEN_READ, query=RatingsQuery, at_canteen=_TITLE
)
def figures(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The figures with their coverage, by dimension and over time."""
    from_on, until_on = days.asked(query, usual=_USUAL_DAYS, longest=rated.MOST_DAYS)
    report = rated.report(actor, from_on=from_on, until_on=until_on, canteen_id=canteen.id)
    return render(
        "ratings/figures.html",
        from_on=from_on,
        until_on=until_on,
        figures=report.total,
        spans=rated.over_time(actor, from_on=from_on, until_on=until_on, canteen_id=canteen.id),
        fewest=FEWEST,
        satisfied_from=SATISFIED_FROM,
    )


@page(
    blueprint,
    "/canteen/ratings/comments",
    permission=Permission.CANTEEN_READ,
    query=CommentsQuery,
    at_canteen=_TITLE,
)
def comments(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """What was written, without names."""
    from_on, until_on = days.asked(query, usual=_USUAL_DAYS, longest=rated.MOST_DAYS)
    return render(
        "ratings/comments.html",
        from_on=from_on,
        until_on=until_on,
        found=rated.list_given(
            actor,
            from_on=from_on,
            until_on=until_on,
            canteen_id=canteen.id,
            only_with_text=not query["all"],
            grade=query.get("grade"),
            page=query["page"],
            page_size=query["page_size"],
        ),
        query=query,
        scores=SCORES[::-1],
        dimensions={one.code: one.title for one in MEAL.dimensions},
        fewest=FEWEST,
    )
