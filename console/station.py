"""The pick-up station: a tablet at the counter that scans codes and cards, and goes on without a network.

What it does offline is in `static/station.js`; what it took along and tells afterwards is in
`canteen.pickups.stations`. `static/station-worker.js` lets the page itself be opened again offline.
"""

from flask import Response, send_from_directory

from backend import clock
from backend.actor import Actor, Permission
from backend.http import uncounted
from canteen.menu.models import Period
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import PERIOD_NAMES, PORTION_NAMES
from canteen.ordering.policies import DINING_NAMES
from canteen.pickups.stations import queries
from canteen.pickups.stations.titles import REASON_NAMES
from console.formats import STATIC
from console.pages import page, pages, render

blueprint = pages("console_station", __name__)

PATH = "/console/canteen/station"


@page(blueprint, "/canteen/station", permission=Permission.CANTEEN_VERIFY, at_canteen="取餐核销台")
def station(actor: Actor, canteen: CanteenChoice) -> str:
    """The counter of the canteen at hand, for today's meals."""
    meals = queries.meals_at_counter(actor, canteen_id=canteen.id)
    now = clock.now()
    ahead = (meal.period for meal in meals if meal.serves_until is not None and meal.serves_until > now)
    return render(
        "canteen/station.html",
        canteen=canteen,
        meals=meals,
        troubles=queries.troubles(actor, canteen_id=canteen.id, served_on=clock.today()),
        period=next(ahead, meals[-1].period if meals else ""),
        today=clock.today(),
        words={
            "periods": {period.value: PERIOD_NAMES[period] for period in Period},
            "portions": {portion.value: name for portion, name in PORTION_NAMES.items()},
            "dining": {dining.value: name for dining, name in DINING_NAMES.items()},
            "reasons": REASON_NAMES,
        },
    )


@blueprint.get("/canteen/station/worker.js")
@uncounted
def worker() -> Response:
    """The worker that keeps the page at hand; it may look after the station's address alone."""
    response = send_from_directory(STATIC, "station-worker.js", max_age=0)
    response.headers["Service-Worker-Allowed"] = PATH
    return response
