"""Use cases of stations."""

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db
from backend.places.policies import new_code
from backend.refusals import refusing_clashes
from canteen.food_safety import reach
from canteen.food_safety.hygiene import queries
from canteen.food_safety.hygiene.errors import StationExists, StationNotFound
from canteen.food_safety.hygiene.models import Station
from canteen.food_safety.hygiene.queries import StationView


@atomic
def add_station(
    actor: Actor, *, canteen_id: int, name: str, keeper: str = "", position: int = 0
) -> StationView:
    """Set a station up, with a code of its own. Raises CanteenNotFound or StationExists."""
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_MANAGE)
    row = Station(
        canteen_id=canteen_id,
        name=name,
        keeper=keeper,
        code=new_code(),
        position=position,
        created_at=clock.now(),
    )
    with refusing_clashes(StationExists(name=name)):
        db.session.add(row)
        db.session.flush()
    _record(actor, row)
    return queries.view_of(row)


@atomic
def change_station(
    actor: Actor, *, station_id: int, name: str, keeper: str = "", position: int = 0, is_active: bool = True
) -> StationView:
    """Describe a station anew; its code stays. Raises StationNotFound or StationExists."""
    queries.find_station(actor, station_id, Permission.SAFETY_MANAGE)
    row = db.session.get(Station, station_id, populate_existing=True)
    if row is None:
        raise StationNotFound
    with refusing_clashes(StationExists(name=name)):
        row.name, row.keeper, row.position, row.is_active = name, keeper, position, is_active
        db.session.flush()
    _record(actor, row)
    return queries.view_of(row)


def _record(actor: Actor, row: Station) -> None:
    record(
        actor,
        "canteen.hygiene_station_saved",
        "hygiene_station",
        row.id,
        canteen_id=row.canteen_id,
        name=row.name,
    )
