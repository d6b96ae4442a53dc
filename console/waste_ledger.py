"""厨余垃圾台账: a month of the canteen at hand, day by day, and the loads that collectors took."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Month, Query
from canteen.bulletins.ledger import queries
from canteen.food_safety.ledgers import queries as hand_overs
from canteen.food_safety.ledgers.titles import HAND_OVER_NAMES
from canteen.menu.queries import CanteenChoice
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_waste_ledger", __name__)

_PATH: Final = "/canteen/waste-ledger"
_TITLE: Final = "厨余垃圾台账"


class LedgerPage(Query):
    """Which month, this one if it is not named."""

    month = Month()


@page(blueprint, _PATH, permission=Permission.CANTEEN_READ, query=LedgerPage, at_canteen=_TITLE)
def ledger(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """A month day by day, with what was handed over."""
    today = clock.today()
    month = query.get("month") or today.replace(day=1)
    records = scope.covers(actor, Permission.WASTE_RECORD)
    found = queries.get_ledger(actor, canteen_id=canteen.id, month=month)
    return render(
        "bulletins/ledger.html",
        canteen=canteen,
        ledger=found,
        whole=found.whole,
        loads=sorted(found.whole.loads, key=lambda load: load.row.handed_at, reverse=True),
        month=month,
        today=today,
        records=records,
        hand_over_names=HAND_OVER_NAMES,
    )


@page(blueprint, f"{_PATH}/hand-over", permission=Permission.WASTE_RECORD, at_canteen=_TITLE)
def hand_over(actor: Actor, canteen: CanteenChoice) -> str:
    """The form of a load."""
    return render(
        "bulletins/hand_over.html",
        canteen=canteen,
        now_local=clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"),
        hand_over_names=HAND_OVER_NAMES,
    )


@page(blueprint, f"{_PATH}/hand-overs/<id:hand_over_id>", permission=Permission.WASTE_RECORD)
def void(actor: Actor, hand_over_id: int) -> str:
    """The form that takes a load back."""
    found = hand_overs.find_hand_over(actor, hand_over_id)
    return render("bulletins/hand_over_void.html", load=found, hand_over_names=HAND_OVER_NAMES)
