"""整改: the register of what units have to put right, and one of them for its unit and its managers."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Bool, Choice, Id, Int, PageQuery, Query
from canteen.evaluation.rectifications import policies, queries
from canteen.evaluation.rectifications.models import ExtensionState, State
from canteen.evaluation.rectifications.policies import EXTENSION_NAMES, STATE_NAMES, STEP_NAMES
from canteen.evaluation.units import queries as unit_queries
from console.evaluation import MANAGE
from console.pages import page, pages, render

blueprint = pages("console_rectifications", __name__)

_PATH: Final = "/evaluation/checks/rectifications"
TONES: Final = {
    State.OPEN: "blue",
    State.REPORTED: "yellow",
    State.RETURNED: "red",
    State.ESCALATED: "red",
    State.CLOSED: "green",
    State.WITHDRAWN: "gray",
}


class RectificationsPage(PageQuery):
    """Which rectifications."""

    state = Choice(State)
    unit_id = Id()
    is_overdue = Bool(load_default=False)
    year = Int(minimum=2000, maximum=2999)


class OrderPage(Query):
    """To which unit."""

    unit_id = Id()


def words() -> dict[str, Any]:
    """What states of rectifications are called, for templates."""
    return {"rectification_state_names": STATE_NAMES, "rectification_tones": TONES}


@page(blueprint, _PATH, permission=MANAGE, query=RectificationsPage)
def rectifications(actor: Actor, query: dict[str, Any]) -> str:
    """The register, what is due first at the head."""
    this_year = clock.today().year
    return render(
        "evaluation/rectifications.html",
        found=queries.page_rectifications(actor, **query),
        counts=queries.counts(actor),
        query=query,
        year=query.get("year") or this_year,
        years=range(this_year, this_year - 5, -1),
        **words(),
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE, query=OrderPage, is_compound_wide=True)
def new_rectification(actor: Actor, query: dict[str, Any]) -> str:
    """The form that orders a unit to put something right."""
    return render(
        "evaluation/rectification_form.html",
        units=[(each.id, each.name) for each in unit_queries.active_units()],
        unit_id=query.get("unit_id"),
        today=clock.today(),
    )


@page(blueprint, f"{_PATH}/<id:rectification_id>", permission=Permission.SELF)
def rectification(actor: Actor, rectification_id: int) -> str:
    """One with all its reports, re-checks and extensions."""
    found = queries.get_rectification(actor, rectification_id)
    return render(
        "evaluation/rectification.html",
        rectification=found,
        manages=actor.reach(MANAGE).everywhere,
        today=clock.today(),
        most_photos=policies.MOST_PHOTOS,
        state_step_names=STEP_NAMES,
        extension_names=EXTENSION_NAMES,
        ExtensionState=ExtensionState,
        **words(),
    )
