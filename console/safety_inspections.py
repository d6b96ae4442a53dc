"""迎检资料: every ledger of a period for an inspector; 记录保存期限: how long what is kept."""

from datetime import timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.errors import NotFound
from backend.wire import Date, Query
from canteen.food_safety.inspections import queries, retention
from canteen.food_safety.inspections.policies import MOST_DAYS
from canteen.menu.queries import CanteenChoice
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_safety_inspections", __name__)

READ: Final = Permission.SAFETY_READ
MANAGE: Final = Permission.SAFETY_MANAGE
_USUAL: Final = 30


class InspectionPage(Query):
    """Which days. Until both are said nothing is looked up: a period is a good deal to read."""

    from_on = Date(data_key="from_date")
    until_on = Date(data_key="to_date")


@page(blueprint, "/food-safety/inspections", permission=READ, query=InspectionPage, at_canteen="迎检资料")
def export(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """What an export of some days would hold, and the way to it."""
    today = clock.today()
    from_on = query.get("from_on") or today - timedelta(days=_USUAL - 1)
    until_on = query.get("until_on") or today
    found = None
    if len(query) == 2:
        found = queries.summaries(actor, canteen_id=canteen.id, from_on=from_on, until_on=until_on)
    return render(
        "safety/inspections.html",
        canteen=canteen,
        from_on=from_on,
        until_on=until_on,
        found=found,
        spans=[(days, today - timedelta(days=days - 1)) for days in (7, 30, 90)],
        today=today,
        most_days=MOST_DAYS,
    )


@page(blueprint, "/food-safety/retention", permission=READ, at_canteen="记录保存期限")
def kept(actor: Actor, canteen: CanteenChoice) -> str:
    """How long records are kept, and how many may be deleted by now."""
    return render(
        "safety/retention.html",
        kept=retention.list_kept(actor, canteen_id=canteen.id),
        manages=scope.covers(actor, MANAGE),
    )


@page(blueprint, "/food-safety/retention/<key>", permission=MANAGE, at_canteen="记录保存期限")
def purge(actor: Actor, key: str, canteen: CanteenChoice) -> str:
    """The form that deletes what has been kept long enough."""
    found = [each for each in retention.list_kept(actor, canteen_id=canteen.id) if each.key == key]
    if not found or not found[0].is_deletable_here:
        raise NotFound
    return render("safety/retention_purge.html", canteen=canteen, of=found[0])
