"""失物招领: what was found, who claims it, and to whom it was given."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.places import queries as places
from backend.places.errors import PlaceNotFound
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.places.tree import PlaceView
from console.feedback_keeping import may_manage
from console.pages import page, pages, render
from console.reports import STATE_TONES as REQUEST_TONES
from feedback.concierge.found import policies, queries
from feedback.concierge.found.models import FoundState
from feedback.concierge.found.schemas import FoundQuery

blueprint = pages("console_found_things", __name__)

READ: Final = Permission.FEEDBACK_READ
MANAGE: Final = Permission.FEEDBACK_MANAGE
_PATH: Final = "/concierge/found"
STATE_TONES: Final = {FoundState.WAITING: "yellow", FoundState.CLAIMED: "green", FoundState.PASSED_ON: "gray"}


@page(blueprint, _PATH, permission=READ, query=FoundQuery)
def list_things(actor: Actor, query: dict[str, Any]) -> str:
    """The board, by default what waits for its owner; what was found last comes first."""
    return render(
        "concierge/found.html",
        query=query,
        found=queries.page_things(actor, **query),
        states=policies.STATE_NAMES,
        state_tones=STATE_TONES,
        may_manage=may_manage(actor),
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE, is_compound_wide=True)
def new_thing(actor: Actor) -> str:
    """The form of a thing that was found."""
    return _form(None)


@page(blueprint, f"{_PATH}/<id:found_id>/edit", permission=MANAGE, is_compound_wide=True)
def edit_thing(actor: Actor, found_id: int) -> str:
    """The form of a thing on the board."""
    return _form(queries.get_thing(actor, found_id))


@page(blueprint, f"{_PATH}/<id:found_id>", permission=READ)
def show_thing(actor: Actor, found_id: int) -> str:
    """A thing, and for those who give it out, who claims it."""
    manages = may_manage(actor)
    return render(
        "concierge/found_thing.html",
        thing=queries.get_thing(actor, found_id),
        claims=queries.list_claims(actor, found_id) if manages else None,
        state_tones=STATE_TONES,
        request_tones=REQUEST_TONES,
        longest=policies.LONGEST_END,
        may_manage=manages,
    )


def _form(thing: queries.FoundView | None) -> str:
    return render(
        "concierge/found_form.html",
        thing=thing,
        place=chosen_place(thing.place_kind, thing.place_id) if thing else None,
        today=clock.today(),
        policies=policies,
    )


def chosen_place(kind: str | None, place_id: int | None) -> PlaceView | None:
    """The place that was chosen before; none if it is in use no more."""
    if kind is None or place_id is None:
        return None
    try:
        return places.find_place(Ref(PlaceKind(kind), place_id))
    except PlaceNotFound:
        return None
