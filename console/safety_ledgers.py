"""食品安全台账: additives in use and what of them was used, waste oil and kitchen waste handed over."""

from datetime import date
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Choice, Date, Id, PageQuery
from canteen.food_safety.ledgers import queries
from canteen.food_safety.ledgers.models import HandOverKind
from canteen.food_safety.ledgers.policies import MOST_PHOTOS
from canteen.food_safety.ledgers.titles import HAND_OVER_NAMES
from canteen.menu.queries import CanteenChoice
from console import days, scope
from console.pages import page, pages, render

blueprint = pages("console_safety_ledgers", __name__)

READ: Final = Permission.SAFETY_READ
RECORD: Final = Permission.SAFETY_RECORD
MANAGE: Final = Permission.SAFETY_MANAGE
PATH: Final = "/food-safety/ledgers"
_TITLE: Final = "食品安全台账"
# Without days named a page tells of the last ones, and of no more than a year.
_USUAL: Final = 30
_LONGEST: Final = 366


class UsesPage(PageQuery):
    """Uses of which days, and of which additive."""

    from_date = Date()
    until_date = Date()
    additive_id = Id()


class LoadsPage(PageQuery):
    """Loads of which days, and of which kind."""

    from_date = Date()
    until_date = Date()
    kind = Choice(HandOverKind)


@page(blueprint, PATH, permission=READ, query=UsesPage, at_canteen=_TITLE)
def uses(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """What was used of the additives."""
    from_on, until_on = _days(query)
    return render(
        "safety/additive_uses.html",
        found=queries.page_uses(actor, canteen_id=canteen.id, from_on=from_on, until_on=until_on, **query),
        from_on=from_on,
        until_on=until_on,
        query=query,
        additives=queries.list_additives(actor, canteen_id=canteen.id, with_inactive=True),
        records=scope.covers(actor, RECORD),
    )


@page(blueprint, f"{PATH}/uses/new", permission=RECORD, at_canteen=_TITLE)
def use(actor: Actor, canteen: CanteenChoice) -> str:
    """The form of a use."""
    additives = queries.list_additives(actor, canteen_id=canteen.id)
    return render("safety/additive_use.html", canteen=canteen, additives=additives, now=clock.now())


@page(blueprint, f"{PATH}/uses/<id:use_id>", permission=RECORD)
def void_use(actor: Actor, use_id: int) -> str:
    """The form that takes a use back."""
    return render("safety/additive_void.html", use=queries.find_use(actor, use_id))


@page(blueprint, f"{PATH}/additives", permission=READ, at_canteen=_TITLE)
def additives(actor: Actor, canteen: CanteenChoice) -> str:
    """Which additives the kitchen uses, who keeps them, and how much is allowed."""
    return render(
        "safety/additives.html",
        additives=queries.list_additives(actor, canteen_id=canteen.id, with_inactive=True),
        manages=scope.covers(actor, MANAGE),
    )


@page(blueprint, f"{PATH}/additives/new", permission=MANAGE, at_canteen=_TITLE)
def new_additive(actor: Actor, canteen: CanteenChoice) -> str:
    """The form of one more additive."""
    return render("safety/additive.html", canteen=canteen, of=None)


@page(blueprint, f"{PATH}/additives/<id:additive_id>", permission=MANAGE)
def additive(actor: Actor, additive_id: int) -> str:
    """The form of an additive."""
    return render("safety/additive.html", of=queries.find_additive(actor, additive_id, MANAGE))


@page(blueprint, f"{PATH}/hand-overs", permission=READ, query=LoadsPage, at_canteen=_TITLE)
def loads(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """Waste oil and kitchen waste handed over: the rows of the 厨余垃圾台账, with licence and signature."""
    from_on, until_on = _days(query)
    found = queries.page_hand_overs(actor, canteen_id=canteen.id, from_on=from_on, until_on=until_on, **query)
    return render(
        "safety/loads.html",
        found=found,
        from_on=from_on,
        until_on=until_on,
        query=query,
        kind_names=HAND_OVER_NAMES,
        records=scope.covers(actor, RECORD),
    )


@page(blueprint, f"{PATH}/hand-overs/new", permission=RECORD, at_canteen=_TITLE)
def new_load(actor: Actor, canteen: CanteenChoice) -> str:
    """The form of a load."""
    return render(
        "safety/load_new.html",
        canteen=canteen,
        now=clock.now(),
        kinds=[(each.value, HAND_OVER_NAMES[each]) for each in HandOverKind],
        most_photos=MOST_PHOTOS,
    )


@page(blueprint, f"{PATH}/hand-overs/<id:hand_over_id>", permission=READ)
def load(actor: Actor, hand_over_id: int) -> str:
    """A load with its photos; who records may take it back."""
    photos = queries.photos_of(actor, hand_over_id)
    records = scope.covers(actor, RECORD)
    found = queries.find_hand_over(actor, hand_over_id) if records else None
    return render("safety/load.html", load=found, photos=photos, kind_names=HAND_OVER_NAMES)


def _days(query: dict[str, Any]) -> tuple[date, date]:
    """The days that are asked for, taken out of the query."""
    found = days.asked(query, usual=_USUAL, longest=_LONGEST)
    query.pop("from_date", None)
    query.pop("until_date", None)
    return found
