"""Missed meals of the canteen at hand: the records with their appeals, and the figures without any name."""

from typing import Any

from backend.actor import Actor, Permission
from backend.counting import number
from backend.rules import queries as rule_queries
from backend.wire import Choice, Date, Id, PageQuery, Query
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import PERIOD_NAMES
from canteen.ordering.pauses.rules import NO_SHOW_LIMIT
from canteen.pickups.no_shows import figures, policies, queries
from canteen.pickups.no_shows.models import LONGEST_TEXT, NoShowState
from canteen.pickups.no_shows.rules import REFUND_EXCUSED
from console import days, scope
from console.pages import page, pages, render

blueprint = pages("console_no_shows", __name__)

STATE_TONES = {
    NoShowState.RECORDED: "yellow",
    NoShowState.APPEALED: "red",
    NoShowState.UPHELD: "gray",
    NoShowState.EXCUSED: "blue",
    NoShowState.PICKED_UP: "green",
}
_TITLE = "未取餐"
_USUAL_DAYS = 28
_MOST_DAYS = 92


class RecordsPage(PageQuery):
    """Which records; the days are those of the meals."""

    state = Choice(NoShowState)
    from_date = Date()
    until_date = Date()
    department_id = Id()


class FiguresPage(Query):
    """The meals of these days; of the last four weeks if they are not named."""

    from_date = Date()
    until_date = Date()


@page(
    blueprint, "/canteen/no-shows", permission=Permission.CANTEEN_MANAGE, query=RecordsPage, at_canteen=_TITLE
)
def records(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The missed meals of the canteen at hand, and what waits for a decision."""
    return render(
        "no_shows/records.html",
        found=queries.page_managed(
            actor,
            canteen_id=canteen.id,
            state=query.get("state"),
            from_on=query.get("from_date"),
            until_on=query.get("until_date"),
            department_id=query.get("department_id"),
            page=query["page"],
            page_size=query["page_size"],
        ),
        waiting=number(queries.appealed(actor, canteen_id=canteen.id)),
        departments=queries.departments_of(actor, canteen_id=canteen.id),
        limit=rule_queries.value(NO_SHOW_LIMIT, canteen.id),
        query=query,
        **_words(),
    )


@page(blueprint, "/canteen/no-shows/<id:order_id>", permission=Permission.CANTEEN_MANAGE)
def decision(actor: Actor, order_id: int) -> str:
    """One record, to be decided in a dialog."""
    found = queries.get_managed(actor, order_id)
    return render(
        "no_shows/decision.html",
        record=found,
        refunds=rule_queries.value(REFUND_EXCUSED, found.canteen_id, at=found.recorded_at),
        longest=LONGEST_TEXT,
        **_words(),
    )


@page(
    blueprint,
    "/canteen/no-shows/figures",
    permission=Permission.CANTEEN_READ,
    query=FiguresPage,
    at_canteen=_TITLE,
)
def show_figures(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """How often meals were missed, by canteen and by department of at least five people."""
    from_on, until_on = days.asked(query, usual=_USUAL_DAYS, longest=_MOST_DAYS)
    return render(
        "no_shows/figures.html",
        from_on=from_on,
        until_on=until_on,
        canteens=figures.of_canteens(actor, from_on=from_on, until_on=until_on),
        departments=figures.of_departments(actor, canteen_id=canteen.id, from_on=from_on, until_on=until_on),
        canteen=canteen,
        longest=_MOST_DAYS,
        may_manage=scope.covers(actor, Permission.CANTEEN_MANAGE),
    )


def _words() -> dict[str, Any]:
    return {
        "states": policies.STATE_NAMES,
        "state_tones": STATE_TONES,
        "State": NoShowState,
        "transitions": policies.TRANSITIONS,
        "period_names": PERIOD_NAMES,
    }
