"""Reads of temperatures."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db
from backend.devices.models import Device, DeviceKind
from backend.identity.queries import names_of
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.food_safety import reach
from canteen.food_safety.temperatures.errors import ExcursionNotFound, FridgeNotFound
from canteen.food_safety.temperatures.models import (
    Fridge,
    FridgeKind,
    TemperatureExcursion,
    TemperatureReading,
)
from canteen.food_safety.temperatures.policies import Point
from canteen.food_safety.temperatures.rules import EXCURSION_MINUTES
from canteen.food_safety.temperatures.titles import KIND_NAMES
from canteen.menu.models import Canteen
from canteen.menu.queries import canteen_names

_MEASURING = (DeviceKind.THERMOMETER.value, DeviceKind.GATEWAY.value)


@dataclass(frozen=True, slots=True)
class FridgeView:
    """A fridge with its limits."""

    id: int
    canteen_id: int
    canteen_name: str
    name: str
    kind: str
    location: str
    minimum_dc: int
    maximum_dc: int
    device_id: int | None
    device_name: str
    probe: str
    is_active: bool

    @property
    def kind_name(self) -> str:
        """The kind in Chinese."""
        return KIND_NAMES[FridgeKind(self.kind)]


@dataclass(frozen=True, slots=True)
class Thermometer:
    """A device that can report of fridges."""

    id: int
    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ExcursionView:
    """An excursion; `minutes` so far, whole ones. The limits are the fridge's of now."""

    id: int
    fridge_id: int
    fridge_name: str
    canteen_id: int
    canteen_name: str
    began_at: datetime
    ended_at: datetime | None
    minutes: int
    extreme_dc: int
    minimum_dc: int
    maximum_dc: int
    told_at: datetime | None
    action: str
    acted_at: datetime | None
    acted_by_name: str
    needs_action: bool

    @property
    def is_high(self) -> bool:
        """Too warm rather than too cold."""
        return self.extreme_dc > self.minimum_dc


def bears(canteen_id: int) -> timedelta:
    """For how long a canteen bears an excursion."""
    return timedelta(minutes=rule_queries.value(EXCURSION_MINUTES, canteen_id))


def day_bounds(on: date) -> tuple[datetime, datetime]:
    """A day as a half-open interval of instants."""
    return clock.at_local(on, time.min), clock.at_local(on + timedelta(days=1), time.min)


def stands() -> ColumnElement[bool]:
    """The readings that count: neither those that take another back, nor those that were."""
    voiding = aliased(TemperatureReading)
    return TemperatureReading.void_of.is_(None) & ~exists().where(voiding.void_of == TemperatureReading.id)


def find_fridge(actor: Actor, fridge_id: int, *permissions: Permission) -> Fridge:
    """A fridge of a canteen for which the actor holds one of these. Raises FridgeNotFound."""
    found = db.session.scalars(
        select(Fridge)
        .join(Canteen, Canteen.id == Fridge.canteen_id)
        .where(Fridge.id == fridge_id, reach.within(actor, *permissions))
    ).one_or_none()
    if found is None:
        raise FridgeNotFound
    return found


def is_measuring(canteen_id: int, device_id: int) -> bool:
    """Whether the device stands in the canteen and can report of fridges."""
    found = exists().where(
        Device.id == device_id, Device.canteen_id == canteen_id, Device.kind.in_(_MEASURING)
    )
    return bool(db.session.scalar(select(found)))


def list_thermometers(actor: Actor, *, canteen_id: int) -> list[Thermometer]:
    """What can report of a canteen's fridges. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_MANAGE)
    rows = db.session.execute(
        select(Device.id, Device.code, Device.name, Device.kind)
        .where(Device.canteen_id == canteen_id, Device.kind.in_(_MEASURING), Device.is_enabled)
        .order_by(Device.id)
    )
    return [Thermometer(*row) for row in rows]


def list_fridges(
    actor: Actor,
    *,
    canteen_id: int | None = None,
    is_active: bool | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The fridges where the actor works or oversees. Raises CanteenNotFound."""
    canteens = reach.find_canteens(actor, canteen_id, *reach.READERS)
    statement = (
        select(Fridge)
        .where(Fridge.canteen_id.in_([each.id for each in canteens]))
        .order_by(Fridge.canteen_id, Fridge.is_active.desc(), Fridge.kind, Fridge.name, Fridge.id)
    )
    if is_active is not None:
        statement = statement.where(Fridge.is_active == is_active)
    found = paginate(statement, page=page, page_size=page_size)
    return Page(fridge_views(found.rows), found.total, found.page, found.page_size)


def fridges_of(canteen_id: int) -> list[Fridge]:
    """A canteen's fridges in use."""
    return list(
        db.session.scalars(
            select(Fridge)
            .where(Fridge.canteen_id == canteen_id, Fridge.is_active)
            .order_by(Fridge.kind, Fridge.name, Fridge.id)
        )
    )


def fridge_views(fridges: Sequence[Fridge]) -> list[FridgeView]:
    """Fridges that were found; two statements."""
    canteens = canteen_names({fridge.canteen_id for fridge in fridges})
    devices = device_names({fridge.device_id for fridge in fridges if fridge.device_id is not None})
    return [
        FridgeView(
            id=fridge.id,
            canteen_id=fridge.canteen_id,
            canteen_name=canteens[fridge.canteen_id],
            name=fridge.name,
            kind=fridge.kind,
            location=fridge.location,
            minimum_dc=fridge.minimum_dc,
            maximum_dc=fridge.maximum_dc,
            device_id=fridge.device_id,
            device_name=devices.get(fridge.device_id or 0, ""),
            probe=fridge.probe,
            is_active=fridge.is_active,
        )
        for fridge in fridges
    ]


def device_names(device_ids: Collection[int]) -> dict[int, str]:
    """The names of devices."""
    rows = db.session.execute(select(Device.id, Device.name).where(Device.id.in_(device_ids)))
    return dict(rows.all())


def points_since(fridge_id: int, since: datetime) -> list[Point]:
    """A fridge's readings that count from an instant on, in their order."""
    rows = db.session.execute(
        select(
            TemperatureReading.measured_at,
            TemperatureReading.temperature_dc,
            TemperatureReading.minimum_dc,
            TemperatureReading.maximum_dc,
        )
        .where(TemperatureReading.fridge_id == fridge_id, TemperatureReading.measured_at >= since, stands())
        .order_by(TemperatureReading.measured_at, TemperatureReading.id)
    )
    return [Point(*row) for row in rows]


def readings_of_day(fridge_ids: Collection[int], on: date) -> list[TemperatureReading]:
    """The readings of a day that count, in their order; one statement."""
    begin, end = day_bounds(on)
    return list(
        db.session.scalars(
            select(TemperatureReading)
            .where(
                TemperatureReading.fridge_id.in_(fridge_ids),
                TemperatureReading.measured_at >= begin,
                TemperatureReading.measured_at < end,
                stands(),
            )
            .order_by(TemperatureReading.measured_at, TemperatureReading.id)
        )
    )


def list_excursions(
    actor: Actor,
    *,
    canteen_id: int | None = None,
    state: str = "all",
    page: int,
    page_size: int,
) -> Page:
    """Excursions, the latest first: all, those that last (`open`), or those without action (`unanswered`)."""
    canteens = reach.find_canteens(actor, canteen_id, *reach.READERS)
    statement = _excursions().where(TemperatureExcursion.canteen_id.in_([each.id for each in canteens]))
    if state == "open":
        statement = statement.where(TemperatureExcursion.ended_at.is_(None))
    if state == "unanswered":
        statement = statement.where(
            TemperatureExcursion.needs_action, TemperatureExcursion.acted_at.is_(None)
        )
    statement = statement.order_by(TemperatureExcursion.began_at.desc(), TemperatureExcursion.id.desc())
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page(excursion_views(found.rows), found.total, found.page, found.page_size)


def unanswered(canteen_id: int) -> Count:
    """A count of a canteen's excursions of which nobody has said what was done."""
    return select(func.count(TemperatureExcursion.id)).where(
        TemperatureExcursion.canteen_id == canteen_id,
        ~TemperatureExcursion.is_void,
        TemperatureExcursion.needs_action,
        TemperatureExcursion.acted_at.is_(None),
    )


def _excursions() -> Any:
    return (
        select(TemperatureExcursion, Fridge)
        .join(Fridge, Fridge.id == TemperatureExcursion.fridge_id)
        .where(~TemperatureExcursion.is_void)
    )


def excursions_between(canteen_id: int, from_on: date, until_on: date) -> list[ExcursionView]:
    """A canteen's excursions that lay in a period at least in part, in their order; both dates included."""
    begin, end = day_bounds(from_on)[0], day_bounds(until_on)[1]
    rows = db.session.execute(
        _excursions()
        .where(
            TemperatureExcursion.canteen_id == canteen_id,
            TemperatureExcursion.began_at < end,
            TemperatureExcursion.ended_at.is_(None) | (TemperatureExcursion.ended_at >= begin),
        )
        .order_by(TemperatureExcursion.began_at, TemperatureExcursion.id)
    )
    return excursion_views(rows.all())


def needs_action(canteen_id: int) -> list[ExcursionView]:
    """A canteen's excursions that lasted too long and of which nobody wrote what was done."""
    rows = db.session.execute(
        _excursions()
        .where(
            TemperatureExcursion.canteen_id == canteen_id,
            TemperatureExcursion.needs_action,
            TemperatureExcursion.acted_at.is_(None),
        )
        .order_by(TemperatureExcursion.began_at, TemperatureExcursion.id)
    )
    return excursion_views(rows.all())


def untold(before_by_canteen: Iterable[tuple[int, datetime]]) -> list[tuple[TemperatureExcursion, Fridge]]:
    """Excursions that still last, of which nobody was told and which began by each canteen's instant."""
    limits = dict(before_by_canteen)
    rows = db.session.execute(
        _excursions()
        .where(TemperatureExcursion.ended_at.is_(None), TemperatureExcursion.told_at.is_(None))
        .order_by(TemperatureExcursion.id)
        .with_for_update(of=TemperatureExcursion)
    )
    return [
        (excursion, fridge)
        for excursion, fridge in rows
        if fridge.is_active
        and excursion.canteen_id in limits
        and excursion.began_at <= limits[excursion.canteen_id]
    ]


def find_excursion(actor: Actor, excursion_id: int) -> tuple[TemperatureExcursion, Fridge]:
    """An excursion of a canteen where the actor records, locked. Raises ExcursionNotFound."""
    row = db.session.execute(
        _excursions()
        .join(Canteen, Canteen.id == TemperatureExcursion.canteen_id)
        .where(TemperatureExcursion.id == excursion_id, reach.within(actor, Permission.SAFETY_RECORD))
        .with_for_update(of=TemperatureExcursion)
    ).one_or_none()
    if row is None:
        raise ExcursionNotFound
    return row[0], row[1]


def excursion_views(rows: Sequence[Any]) -> list[ExcursionView]:
    """Excursions with their fridges; two statements."""
    canteens = canteen_names({excursion.canteen_id for excursion, _ in rows})
    people = names_of({excursion.acted_by for excursion, _ in rows if excursion.acted_by is not None})
    now = clock.now()
    return [
        ExcursionView(
            id=excursion.id,
            fridge_id=fridge.id,
            fridge_name=fridge.name,
            canteen_id=excursion.canteen_id,
            canteen_name=canteens[excursion.canteen_id],
            began_at=excursion.began_at,
            ended_at=excursion.ended_at,
            minutes=int(((excursion.ended_at or now) - excursion.began_at).total_seconds() // 60),
            extreme_dc=excursion.extreme_dc,
            minimum_dc=fridge.minimum_dc,
            maximum_dc=fridge.maximum_dc,
            told_at=excursion.told_at,
            action=excursion.action,
            acted_at=excursion.acted_at,
            acted_by_name=people.get(excursion.acted_by or 0, ""),
            needs_action=excursion.needs_action and excursion.acted_at is None,
        )
        for excursion, fridge in rows
    ]


def stored_hashes(device_id: int, seqs: Collection[int]) -> dict[int, bytes]:
    """What came under these numbers of a device."""
    rows = db.session.execute(
        select(TemperatureReading.seq, TemperatureReading.payload_hash).where(
            TemperatureReading.device_id == device_id, TemperatureReading.seq.in_(seqs)
        )
    )
    return dict(rows.all())  # type: ignore[arg-type] # A device's rows have both.


def probes_of(device_id: int) -> dict[str, Fridge]:
    """The fridges that a device reports of, by probe."""
    rows = db.session.scalars(select(Fridge).where(Fridge.device_id == device_id, Fridge.is_active))
    return {fridge.probe: fridge for fridge in rows}
