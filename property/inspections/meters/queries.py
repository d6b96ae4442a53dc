"""Reads of meters and their readings. A reading that another one corrects does not stand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from backend.actor import Actor, Permission
from backend.db import db
from backend.paging import Page, paginate
from property.assets.models import Asset
from property.inspections import policies
from property.inspections.errors import MeterNotFound
from property.inspections.models import Meter, MeterReading
from property.inspections.queries import within

_SEEN_WITH = (Permission.INSPECTIONS_MANAGE, Permission.INSPECTIONS_PERFORM, Permission.PROPERTY_READ)


@dataclass(frozen=True, slots=True)
class MeterView:
    """A meter with what it showed last."""

    meter: Meter
    asset_name: str
    last: MeterReading | None

    @property
    def value(self) -> int | float | None:
        """What it showed last."""
        return policies.number_of(self.last.value_milli) if self.last is not None else None

    @property
    def total(self) -> int | float | None:
        """What it and its predecessors have counted."""
        return policies.number_of(self.last.total_milli) if self.last is not None else None

    @property
    def read_at(self) -> datetime | None:
        """When it was read last."""
        return self.last.read_at if self.last is not None else None


@dataclass(frozen=True, slots=True)
class ReadingView:
    """A reading; `is_corrected`: another one stands instead of it."""

    reading: MeterReading
    is_corrected: bool

    @property
    def value(self) -> int | float:
        """What the meter showed."""
        return policies.number_of(self.reading.value_milli)

    @property
    def total(self) -> int | float:
        """What it and its predecessors had counted."""
        return policies.number_of(self.reading.total_milli)


def list_meters(
    actor: Actor, *, asset_id: int | None = None, is_active: bool | None = None
) -> list[MeterView]:
    """The meters of the assets within reach, by asset and name; two statements."""
    statement = _rows().where(_is_seen(actor)).order_by(Asset.name, Asset.number, Meter.name)
    if asset_id is not None:
        statement = statement.where(Meter.asset_id == asset_id)
    if is_active is not None:
        statement = statement.where(Meter.is_active == is_active)
    return _views(statement)


def views(meter_ids: Collection[int]) -> list[MeterView]:
    """These meters; two statements."""
    return _views(_rows().where(Meter.id.in_(meter_ids)))


def find(actor: Actor, meter_id: int) -> MeterView:
    """A meter of an asset within reach. Raises MeterNotFound."""
    found = _views(_rows().where(Meter.id == meter_id, _is_seen(actor)))
    if not found:
        raise MeterNotFound
    return found[0]


def page_readings(actor: Actor, meter_id: int, *, page: int, page_size: int) -> Page:
    """The readings of a meter, the latest first. Raises MeterNotFound."""
    find(actor, meter_id)
    later = aliased(MeterReading)
    corrected = select(later.id).where(later.corrects_id == MeterReading.id).exists()
    statement: Select[*tuple[Any, ...]] = (
        select(MeterReading, corrected)
        .where(MeterReading.meter_id == meter_id)
        .order_by(MeterReading.id.desc())
    )
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([ReadingView(*row) for row in found.rows], found.total, page, page_size)


def last_standing(
    meter_id: int, *, but: int | None = None, until: datetime | None = None
) -> MeterReading | None:
    """The last reading that stands, leaving one out, or read by an instant."""
    statement = _standing().where(MeterReading.meter_id == meter_id).order_by(MeterReading.id.desc()).limit(1)
    if but is not None:
        statement = statement.where(MeterReading.id != but)
    if until is not None:
        statement = statement.where(MeterReading.read_at <= until)
    return db.session.scalars(statement).one_or_none()


def _standing() -> Select[Any]:
    later = aliased(MeterReading)
    return select(MeterReading).where(~select(later.id).where(later.corrects_id == MeterReading.id).exists())


def _rows() -> Select[*tuple[Any, ...]]:
    return select(Meter, Asset.name, Asset.number).join(Asset, Asset.id == Meter.asset_id)


def _views(statement: Select[*tuple[Any, ...]]) -> list[MeterView]:
    rows = db.session.execute(statement).all()
    later = aliased(MeterReading)
    newest = (
        select(func.max(MeterReading.id))
        .where(
            MeterReading.meter_id.in_([row[0].id for row in rows]),
            ~select(later.id).where(later.corrects_id == MeterReading.id).exists(),
        )
        .group_by(MeterReading.meter_id)
    )
    readings = db.session.scalars(select(MeterReading).where(MeterReading.id.in_(newest)))
    last = {reading.meter_id: reading for reading in readings}
    return [MeterView(meter, f"{name}（{number}）", last.get(meter.id)) for meter, name, number in rows]


def _is_seen(actor: Actor) -> ColumnElement[bool]:
    seen = [within(actor.reach(each), Asset.campus_id, Asset.building_id) for each in _SEEN_WITH]
    return seen[0] | seen[1] | seen[2]
