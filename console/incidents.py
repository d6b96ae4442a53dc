"""食品安全事件: reports and drills, what each is about and how far it reaches, the recall, and the end."""

from datetime import date, timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.errors import Forbidden
from backend.wire import Bool, Choice, Date, PageQuery, Str
from canteen.food_safety import reach
from canteen.food_safety.incidents import queries, services, views
from canteen.food_safety.incidents.messages import DEFAULT_TEXT
from canteen.food_safety.incidents.models import Kind, Source, State
from canteen.food_safety.incidents.policies import LONGEST_TEXT, STATE_NAMES
from canteen.food_safety.incidents.titles import KIND_NAMES, SOURCE_NAMES
from canteen.menu import queries as menu_queries
from canteen.menu.queries import CanteenChoice
from canteen.purchasing.stock import queries as stock_queries
from canteen.purchasing.stock.policies import Usability
from canteen.purchasing.stock.titles import HOLD_NAMES
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_incidents", __name__)

READ: Final = Permission.SAFETY_READ
MANAGE: Final = Permission.SAFETY_MANAGE
PATH: Final = "/food-safety/incidents"
_TITLE: Final = "食品安全事件"
# A page offers so many batches at once.
_BATCHES: Final = 60
TONES: Final = {
    State.REPORTED: "yellow",
    State.CONFIRMED: "red",
    State.RECALLED: "blue",
    State.CLOSED: "green",
    State.DISMISSED: "gray",
}


class IncidentsPage(PageQuery):
    """Which incidents."""

    state = Choice(State)
    is_drill = Bool()
    is_open = Bool()
    q = Str(max_length=80)


class ScopePage(PageQuery):
    """Which batches and whose meals are offered."""

    q = Str(max_length=50, load_default="")
    is_used_up = Bool(load_default=False)
    on = Date(data_key="date")


class DinersPage(PageQuery):
    """Which diners."""

    q = Str(max_length=50, load_default="")


@page(blueprint, PATH, permission=READ, query=IncidentsPage, at_canteen=_TITLE)
def incidents(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The incidents and drills of the canteen at hand, the latest first."""
    return render(
        "safety/incidents.html",
        found=queries.page_incidents(actor, canteen_id=canteen.id, **query),
        query=query,
        records=scope.covers(actor, Permission.SAFETY_RECORD),
        state_names=STATE_NAMES,
        tones=TONES,
    )


@page(blueprint, f"{PATH}/new", permission=Permission.SAFETY_RECORD, at_canteen=_TITLE)
def new(actor: Actor, canteen: CanteenChoice) -> str:
    """The form of a report; who manages food safety may begin a drill with it."""
    return render(
        "safety/incident_new.html",
        canteen=canteen,
        manages=scope.covers(actor, MANAGE),
        now=clock.now(),
        kinds=[(each.value, KIND_NAMES[each]) for each in Kind],
        sources=[(each.value, SOURCE_NAMES[each]) for each in Source],
    )


@page(blueprint, f"{PATH}/<id:incident_id>", permission=READ)
def incident(actor: Actor, incident_id: int) -> str:
    """An incident: what it is about, how far it reaches, what was done, and what can be done now."""
    view = views.get_incident(actor, incident_id)
    return render(
        "safety/incident.html",
        view=view,
        of=view.incident,
        reach=views.get_reach(actor, incident_id),
        events=list(reversed(views.timeline(incident_id))),
        usual_text=DEFAULT_TEXT,
        longest_text=LONGEST_TEXT,
        tones=TONES,
        hold_names=HOLD_NAMES,
        now=clock.now(),
        State=State,
    )


@page(blueprint, f"{PATH}/<id:incident_id>/scope", permission=MANAGE, query=ScopePage)
def scope_of(actor: Actor, incident_id: int, query: dict[str, Any]) -> str:
    """What an incident may be about: the kitchen's batches, and the dishes of a day's meals."""
    view = views.get_incident(actor, incident_id)
    of = view.incident
    _ensure_manages(actor, of.canteen_id)
    on: date = query.get("on") or clock.local(of.noticed_at).date()
    batches = stock_queries.page_batches(
        actor,
        canteen_id=of.canteen_id,
        q=query["q"],
        usability=Usability.EMPTY if query["is_used_up"] else None,
        page=query["page"],
        page_size=_BATCHES,
    )
    return render(
        "safety/incident_scope.html",
        view=view,
        of=of,
        query=query,
        on=on,
        day_before=on - timedelta(days=1),
        day_after=on + timedelta(days=1),
        batches=batches,
        meals=menu_queries.meals_between(of.canteen_id, on, on),
        batch_ids={each.batch_id for each in view.subjects},
        dish_ids={(each.meal_id, each.dish_id) for each in view.subjects},
        whole_ids={each.meal_id for each in view.subjects if each.kind == "meal"},
    )


@page(blueprint, f"{PATH}/<id:incident_id>/diners", permission=MANAGE, query=DinersPage)
def diners(actor: Actor, incident_id: int, query: dict[str, Any]) -> str:
    """Whom the food reached, by name."""
    found = services.read_diners(actor, incident_id=incident_id, **query)
    return render(
        "safety/incident_diners.html", row=queries.find(actor, incident_id), found=found, query=query
    )


def _ensure_manages(actor: Actor, canteen_id: int) -> None:
    if not reach.may(actor, menu_queries.get_canteen(canteen_id), MANAGE):
        raise Forbidden
