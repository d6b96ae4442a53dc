"""The list of readings, of people and devices."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.identity.queries import names_of
from backend.paging import Page, paginate
from canteen.food_safety import reach
from canteen.food_safety.temperatures import policies, queries
from canteen.food_safety.temperatures.errors import ReadingNotFound
from canteen.food_safety.temperatures.models import Fridge, TemperatureReading
from canteen.menu.models import Canteen


@dataclass(frozen=True, slots=True)
class ReadingView:
    """A reading; `by_name` is the person or the device."""

    id: int
    fridge_id: int
    fridge_name: str
    temperature_dc: int
    minimum_dc: int
    maximum_dc: int
    measured_at: datetime
    received_at: datetime
    is_manual: bool
    by_name: str
    note: str
    is_void: bool
    can_void: bool

    @property
    def is_out(self) -> bool:
        """Whether it is beyond the limits of its moment."""
        return not self.minimum_dc <= self.temperature_dc <= self.maximum_dc


def list_readings(
    actor: Actor, *, fridge_id: int, from_date: date, to_date: date, page: int, page_size: int
) -> Page:
    """A fridge's readings, the latest first; both dates included. Raises FridgeNotFound."""
    queries.find_fridge(actor, fridge_id, Permission.SAFETY_READ)
    begin, end = queries.day_bounds(from_date)[0], queries.day_bounds(to_date)[1]
    statement = (
        select(TemperatureReading)
        .where(
            TemperatureReading.fridge_id == fridge_id,
            TemperatureReading.measured_at >= begin,
            TemperatureReading.measured_at < end,
            TemperatureReading.void_of.is_(None),
        )
        .order_by(TemperatureReading.measured_at.desc(), TemperatureReading.id.desc())
    )
    found = paginate(statement, page=page, page_size=page_size)
    return Page(reading_views(actor, found.rows), found.total, found.page, found.page_size)


def get_reading(actor: Actor, reading_id: int) -> TemperatureReading:
    """A reading of a canteen where the actor records. Raises ReadingNotFound."""
    found = db.session.scalars(
        select(TemperatureReading)
        .join(Canteen, Canteen.id == TemperatureReading.canteen_id)
        .where(
            TemperatureReading.id == reading_id,
            TemperatureReading.void_of.is_(None),
            reach.within(actor, Permission.SAFETY_RECORD),
        )
    ).one_or_none()
    if found is None:
        raise ReadingNotFound
    return found


def is_void(reading_id: int) -> bool:
    """Whether somebody has taken the reading back."""
    return bool(voided_among([reading_id]))


def voided_among(reading_ids: Collection[int]) -> set[int]:
    """Which of these readings were taken back; one statement."""
    return set(
        db.session.scalars(
            select(TemperatureReading.void_of).where(TemperatureReading.void_of.in_(reading_ids))
        )
    )


def reading_views(actor: Actor, readings: Sequence[TemperatureReading]) -> list[ReadingView]:
    """Readings that were found; a fixed number of statements."""
    fridges = dict(
        db.session.execute(
            select(Fridge.id, Fridge.name).where(Fridge.id.in_({each.fridge_id for each in readings}))
        ).all()
    )
    people = names_of({each.entered_by for each in readings if each.entered_by is not None})
    devices = queries.device_names({each.device_id for each in readings if each.device_id is not None})
    voided = voided_among([each.id for each in readings])
    canteens = db.session.scalars(
        select(Canteen).where(Canteen.id.in_({each.canteen_id for each in readings}))
    )
    by_id = {canteen.id: canteen for canteen in canteens}
    records = {each: reach.may(actor, by_id[each], Permission.SAFETY_RECORD) for each in by_id}
    manages = {each: reach.may(actor, by_id[each], Permission.SAFETY_MANAGE) for each in by_id}
    today = clock.today()
    return [
        ReadingView(
            id=each.id,
            fridge_id=each.fridge_id,
            fridge_name=fridges[each.fridge_id],
            temperature_dc=each.temperature_dc,
            minimum_dc=each.minimum_dc,
            maximum_dc=each.maximum_dc,
            measured_at=each.measured_at,
            received_at=each.received_at,
            is_manual=each.device_id is None,
            by_name=devices.get(each.device_id or 0, "") or people.get(each.entered_by or 0, ""),
            note=each.note,
            is_void=each.id in voided,
            can_void=each.id not in voided
            and records[each.canteen_id]
            and policies.may_void(
                is_manual=each.device_id is None,
                is_own=each.entered_by == actor.staff_id,
                entered_on=clock.local(each.received_at).date(),
                today=today,
                manages=manages[each.canteen_id],
            ),
        )
        for each in readings
    ]
