"""Reads of a kitchen and its stations, scoped by the actor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.places.policies import shown_code, typed_code
from backend.rules import queries as rule_queries
from backend.workdays import queries as workday_queries
from canteen.food_safety import reach
from canteen.food_safety.hygiene import policies
from canteen.food_safety.hygiene.errors import StationInactive, StationNotFound
from canteen.food_safety.hygiene.models import Station
from canteen.food_safety.hygiene.rules import RECORD_DAYS
from canteen.menu import queries as menu_queries
from canteen.menu.errors import InvalidDateRange
from canteen.menu.models import Meal, MealState


@dataclass(frozen=True, slots=True)
class StationView:
    """A station as people read it."""

    id: int
    canteen_id: int
    name: str
    keeper: str
    code: str
    position: int
    is_active: bool

    @property
    def shown_code(self) -> str:
        """The code as it is printed."""
        return shown_code(self.code)


def ensure_range(from_on: date, until_on: date) -> None:
    """At most two months. Raises InvalidDateRange."""
    if not 0 <= (until_on - from_on).days < policies.MOST_DAYS:
        raise InvalidDateRange(max_days=policies.MOST_DAYS)


def ensure_recordable(canteen_id: int, on: date) -> None:
    """Something may still be recorded for this day. Raises RecordDay."""
    policies.ensure_day(on, clock.today(), rule_queries.value(RECORD_DAYS, canteen_id))


def open_days(canteen_id: int, from_on: date, until_on: date) -> dict[date, bool]:
    """Whether the kitchen works on each of these days: by the calendar, or as there is a published meal."""
    calendar = workday_queries.calendar_for(from_on, until_on)
    served = set(
        db.session.scalars(
            select(Meal.served_on)
            .where(
                Meal.canteen_id == canteen_id,
                Meal.served_on.between(from_on, until_on),
                Meal.state != MealState.DRAFT.value,
            )
            .distinct()
        )
    )
    days = (from_on + timedelta(days=count) for count in range((until_on - from_on).days + 1))
    return {day: day in served or menu_queries.day_of(calendar, canteen_id, day).is_open for day in days}


def list_stations(actor: Actor, *, canteen_id: int, with_inactive: bool = False) -> list[StationView]:
    """A canteen's stations in their order. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id)
    return stations_of(canteen_id, with_inactive=with_inactive)


def stations_of(canteen_id: int, *, with_inactive: bool = False) -> list[StationView]:
    """The same for a caller who has made sure that they may be seen."""
    statement = select(Station).where(Station.canteen_id == canteen_id)
    if not with_inactive:
        statement = statement.where(Station.is_active)
    found: Sequence[Station] = db.session.scalars(statement.order_by(Station.position, Station.id)).all()
    return [view_of(each) for each in found]


def find_station(actor: Actor, station_id: int, *permissions: Permission) -> StationView:
    """A station of a kitchen within reach. Raises StationNotFound."""
    return _within_reach(actor, db.session.get(Station, station_id), permissions)


def find_by_code(actor: Actor, code: str) -> StationView:
    """The station in use whose code was scanned or typed. Raises StationNotFound or StationInactive."""
    kept = typed_code(policies.typed(code))
    found = db.session.scalars(select(Station).where(Station.code == kept)).one_or_none()
    return ensure_active(_within_reach(actor, found, ()))


def ensure_active(station: StationView) -> StationView:
    """Raises StationInactive."""
    if not station.is_active:
        raise StationInactive(name=station.name)
    return station


def _within_reach(actor: Actor, station: Station | None, permissions: Sequence[Permission]) -> StationView:
    if station is None:
        raise StationNotFound
    canteen = menu_queries.get_canteen(station.canteen_id)
    if not reach.may(actor, canteen, *(permissions or reach.READERS)):
        raise StationNotFound
    return view_of(station)


def view_of(row: Station) -> StationView:
    """The station as people read it."""
    return StationView(*(row.id, row.canteen_id, row.name, row.keeper, row.code, row.position, row.is_active))
