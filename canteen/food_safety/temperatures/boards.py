"""A day of a canteen's fridges: how often each was read, how far it went, and what was beyond its limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.identity.queries import names_of
from backend.rules import queries as rule_queries
from canteen.food_safety import reach
from canteen.food_safety.temperatures import queries
from canteen.food_safety.temperatures.models import TemperatureReading
from canteen.food_safety.temperatures.queries import ExcursionView, FridgeView
from canteen.food_safety.temperatures.rules import READINGS_PER_DAY


@dataclass(frozen=True, slots=True)
class Latest:
    """A fridge's last reading of the day."""

    temperature_dc: int
    measured_at: datetime
    is_out: bool


@dataclass(frozen=True, slots=True)
class FridgeDay:
    """A fridge's day; `is_short` where it was read less often than the canteen's rule demands."""

    fridge: FridgeView
    latest: Latest | None
    readings: int
    manual_readings: int
    lowest_dc: int | None
    highest_dc: int | None
    is_short: bool
    excursion: ExcursionView | None
    excursions: Sequence[ExcursionView]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A day of a canteen's fridges."""

    canteen_id: int
    canteen_name: str
    date: date
    readings_needed: int
    fridges: Sequence[FridgeDay]


@dataclass(frozen=True, slots=True)
class Row:
    """A reading as it stands on paper."""

    at: datetime
    temperature_dc: int
    is_out: bool
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Record:
    """The day's record of a canteen, for printing."""

    sheet: Sheet
    rows: Sequence[tuple[FridgeDay, Sequence[Row]]]


def readings_needed(canteen_id: int) -> int:
    """How often each fridge is read a day."""
    return rule_queries.value(READINGS_PER_DAY, canteen_id)


def day_of(canteen_id: int, on: date) -> list[FridgeDay]:
    """A day of each fridge in use; a fixed number of statements."""
    fridges = queries.fridges_of(canteen_id)
    ids = [fridge.id for fridge in fridges]
    begin, end = queries.day_bounds(on)
    reading = TemperatureReading
    of_day = (reading.fridge_id.in_(ids), reading.measured_at >= begin, reading.measured_at < end)
    counted = {
        row[0]: row[1:]
        for row in db.session.execute(
            select(
                reading.fridge_id,
                func.count(),
                func.sum(case((reading.device_id.is_(None), 1), else_=0)),
                func.min(reading.temperature_dc),
                func.max(reading.temperature_dc),
                func.max(reading.measured_at),
            )
            .where(*of_day, queries.stands())
            .group_by(reading.fridge_id)
        )
    }
    latest = _latest({fridge_id: row[4] for fridge_id, row in counted.items()})
    beyond: dict[int, list[ExcursionView]] = {}
    for excursion in queries.excursions_between(canteen_id, on, on):
        beyond.setdefault(excursion.fridge_id, []).append(excursion)
    needed = readings_needed(canteen_id)
    days = []
    for view in queries.fridge_views(fridges):
        readings, manual, lowest, highest, _ = counted.get(view.id, (0, 0, None, None, None))
        own = beyond.get(view.id, [])
        lasting = next((each for each in own if each.ended_at is None), None)
        days.append(
            FridgeDay(
                fridge=view,
                latest=latest.get(view.id),
                readings=readings,
                manual_readings=manual,
                lowest_dc=lowest,
                highest_dc=highest,
                is_short=readings < needed,
                excursion=lasting,
                excursions=own,
            )
        )
    return days


def _latest(instants: dict[int, datetime]) -> dict[int, Latest]:
    """Each fridge's reading of that instant; one statement."""
    reading = TemperatureReading
    rows = db.session.scalars(
        select(reading)
        .where(
            reading.fridge_id.in_(instants), reading.measured_at.in_(set(instants.values())), queries.stands()
        )
        .order_by(reading.id)
    )
    return {
        row.fridge_id: Latest(
            row.temperature_dc,
            row.measured_at,
            not row.minimum_dc <= row.temperature_dc <= row.maximum_dc,
        )
        for row in rows
        if instants[row.fridge_id] == row.measured_at
    }


def get_sheet(actor: Actor, *, canteen_id: int, on: date | None = None) -> Sheet:
    """A day of a canteen's fridges, today's unless it is said. Raises CanteenNotFound."""
    canteen = reach.get_canteen(actor, canteen_id, *reach.READERS)
    on = on or clock.today()
    return Sheet(canteen.id, canteen.name, on, readings_needed(canteen_id), day_of(canteen_id, on))


def get_record(actor: Actor, *, canteen_id: int, on: date) -> Record:
    """The day's record: what people read, what was beyond the limits, and each hour's first of a device.

    Raises CanteenNotFound.
    """
    sheet = get_sheet(actor, canteen_id=canteen_id, on=on)
    readings = queries.readings_of_day([day.fridge.id for day in sheet.fridges], on)
    people = names_of({each.entered_by for each in readings if each.entered_by is not None})
    hours: set[tuple[int, int]] = set()
    rows: dict[int, list[Row]] = {}
    for each in readings:
        is_out = not each.minimum_dc <= each.temperature_dc <= each.maximum_dc
        hour = (each.fridge_id, clock.local(each.measured_at).hour)
        if each.device_id is not None and hour in hours:
            continue
        hours.add(hour)
        by = people.get(each.entered_by, "") if each.entered_by is not None else "设备"
        rows.setdefault(each.fridge_id, []).append(
            Row(each.measured_at, each.temperature_dc, is_out, by, each.note)
        )
    return Record(sheet, [(day, rows.get(day.fridge.id, [])) for day in sheet.fridges])
