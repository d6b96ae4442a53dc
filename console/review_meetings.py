"""通报会: meetings with the resident units, what these demand, and who answers until when."""

from datetime import timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.identity.queries import department_tree
from backend.wire import Bool, Choice, Id, PageQuery
from console.pages import page, pages, render
from feedback.offices import queries as offices
from feedback.reviews.demands import queries
from feedback.reviews.demands.models import DemandState
from feedback.reviews.demands.policies import STATE_NAMES

blueprint = pages("console_review_meetings", __name__)

READ: Final = Permission.FEEDBACK_READ
MANAGE: Final = Permission.REVIEWS_MANAGE
_MEETINGS: Final = "/reviews/meetings"
_DEMANDS: Final = "/reviews/demands"
_USUAL_DAYS: Final = 14
TONES: Final = {
    DemandState.OPEN: "blue",
    DemandState.CARRIED: "yellow",
    DemandState.ANSWERED: "blue",
    DemandState.CONFIRMED: "green",
    DemandState.WITHDRAWN: "gray",
}


class MeetingsPage(PageQuery):
    """Which page of the meetings."""


class DemandsPage(PageQuery):
    """Which demands."""

    state = Choice(DemandState)
    office_id = Id()
    is_overdue = Bool(load_default=False)


@page(blueprint, _MEETINGS, permission=READ, query=MeetingsPage)
def meetings(actor: Actor, query: dict[str, Any]) -> str:
    """The meetings, the latest first."""
    return render("reviews/meetings.html", found=queries.page_meetings(**query), **_words(actor))


@page(blueprint, f"{_MEETINGS}/new", permission=MANAGE, is_compound_wide=True)
def new_meeting(actor: Actor) -> str:
    """The form that records one."""
    latest = queries.latest_meeting()
    return render(
        "reviews/meeting_new.html",
        units=_units(),
        today=clock.today(),
        earliest=latest.held_on + timedelta(days=1) if latest else None,
    )


@page(blueprint, f"{_MEETINGS}/<id:meeting_id>", permission=READ)
def meeting(actor: Actor, meeting_id: int) -> str:
    """A meeting with its agenda: what was carried over, and what was brought forward."""
    view = queries.find_meeting(actor, meeting_id)
    latest = queries.latest_meeting()
    words = _words(actor)
    takes = words["manages"] and latest is not None and latest.id == meeting_id
    return render(
        "reviews/meeting.html",
        view=view,
        meeting=view.meeting,
        units=[(each.id, each.name) for each in view.units],
        takes_demands=takes,
        offices=_offices() if takes else [],
        usual_due=clock.today() + timedelta(days=_USUAL_DAYS),
        **words,
    )


@page(blueprint, _DEMANDS, permission=Permission.SELF, query=DemandsPage)
def demands(actor: Actor, query: dict[str, Any]) -> str:
    """The demands within reach, or of one's own offices."""
    reads = actor.reach(READ).everywhere
    return render(
        "reviews/demands.html",
        found=queries.page_demands(actor, **query),
        query=query,
        reads=reads,
        offices=sorted(offices.names().items(), key=lambda each: each[1]) if reads else [],
        **_words(actor),
    )


@page(blueprint, f"{_DEMANDS}/<id:demand_id>", permission=Permission.SELF)
def demand(actor: Actor, demand_id: int) -> str:
    """A demand with its timeline, and what may be done with it."""
    view = queries.find_demand(actor, demand_id)
    return render(
        "reviews/demand.html",
        view=view,
        demand=view.demand,
        offices=_offices() if "amend" in view.can else [],
        reads=actor.reach(READ).everywhere,
        **_words(actor),
    )


def _units() -> list[tuple[int, str]]:
    """The units that may take part: departments, by their whole path."""
    tree = department_tree()
    found = [each for top in tree.children(None) for each in tree.with_descendants(top.id)]
    return sorted(((each, tree.path(each)) for each in found), key=lambda each: each[1])


def _offices() -> list[tuple[int, str]]:
    return [(each.id, each.name) for each in offices.list_all() if each.is_active]


def _words(actor: Actor) -> dict[str, Any]:
    return {
        "state_names": STATE_NAMES,
        "tones": TONES,
        "today": clock.today(),
        "manages": actor.reach(MANAGE).everywhere,
        "State": DemandState,
    }
