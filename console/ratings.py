"""What diners say of the meals of the canteen at hand; nobody's name is told."""

from datetime import date, timedelta
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.ratings.policies import FEWEST, SATISFIED_FROM, SCORES
from backend.wire import Bool, Date, Int, PageQuery, Query
from canteen.pickups import rated
from canteen.pickups.ratings import MEAL
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_ratings", __name__)

_PAST = timedelta(weeks=12)
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


@page(blueprint, "/canteen/ratings", permission=Permission.CANTEEN_READ, query=RatingsQuery)
def figures(actor: Actor, query: dict[str, Any]) -> str:
    """The figures with their coverage, by dimension and over time."""
    canteen = scope.of(actor).canteen
    if canteen is None:
        return render("canteen/none.html", title=_TITLE)
    from_on, until_on = _days(query)
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


@page(blueprint, "/canteen/ratings/comments", permission=Permission.CANTEEN_READ, query=CommentsQuery)
def comments(actor: Actor, query: dict[str, Any]) -> str:
    """What was written, without names."""
    canteen = scope.of(actor).canteen
    if canteen is None:
        return render("canteen/none.html", title=_TITLE)
    from_on, until_on = _days(query)
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


def _days(query: dict[str, Any]) -> tuple[date, date]:
    """The days asked for, within what one report may span."""
    until_on = query.get("until_date") or clock.today()
    from_on = query.get("from_date") or until_on - _PAST + timedelta(days=1)
    longest = timedelta(days=rated.MOST_DAYS - 1)
    return min(max(from_on, until_on - longest), until_on), until_on
