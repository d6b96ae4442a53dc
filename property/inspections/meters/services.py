"""Use cases of meters."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db, unit
from backend.errors import Forbidden
from backend.refusals import refusing_clashes
from property.assets.models import Asset
from property.inspections import policies
from property.inspections.errors import (
    MeterInactive,
    MeterNotFound,
    NameTaken,
    ReadingFalls,
    ReadingInvalid,
    ReadingSettled,
)
from property.inspections.meters import queries
from property.inspections.meters.queries import MeterView, ReadingView
from property.inspections.models import Meter, MeterReading
from property.work_orders.policies import CLOCKS_DIFFER

_RECORDS = (Permission.INSPECTIONS_PERFORM, Permission.INSPECTIONS_MANAGE)


@atomic
def create_meter(actor: Actor, *, asset_id: int, name: str, unit_name: str) -> MeterView:
    """A meter of an asset. Raises MeterNotFound for an asset beyond reach, or NameTaken."""
    asset = db.session.get(Asset, asset_id)
    if asset is None or not _covers(actor, Permission.INSPECTIONS_MANAGE, asset):
        raise MeterNotFound
    meter = Meter(asset_id=asset_id, name=name, unit=unit_name, is_active=True)
    with refusing_clashes(NameTaken(name=name, thing="仪表")):
        db.session.add(meter)
    record(actor, "property.meter_created", "meter", meter.id, name=name)
    return queries.views([meter.id])[0]


@atomic
def change_meter(actor: Actor, *, meter_id: int, name: str, unit_name: str, is_active: bool) -> MeterView:
    """Change a meter. Raises MeterNotFound, Forbidden or NameTaken."""
    meter = _lock(actor, meter_id, Permission.INSPECTIONS_MANAGE)
    with refusing_clashes(NameTaken(name=name, thing="仪表")):
        meter.name, meter.unit, meter.is_active = name, unit_name, is_active
    record(actor, "property.meter_changed", "meter", meter.id, name=name)
    return queries.views([meter.id])[0]


@atomic
def record_reading(
    actor: Actor,
    *,
    meter_id: int,
    value: Any,
    read_at: datetime | None = None,
    is_replacement: bool = False,
    corrects_id: int | None = None,
    reason: str = "",
) -> ReadingView:
    """Write down what a meter shows, or what it showed instead of the last reading.

    `is_replacement`: a new meter that began at zero; what was counted before goes on. Either of the two says
    why. Raises MeterNotFound, Forbidden, MeterInactive, NumberInvalid, ReadingFalls, ReadingSettled or
    ReadingInvalid.
    """
    meter = _lock(actor, meter_id, *_RECORDS)
    if not meter.is_active:
        raise MeterInactive
    milli, now = policies.milli_of(value), clock.now()
    if milli < 0:
        raise ReadingInvalid(reason="读数不能为负")
    if (is_replacement or corrects_id is not None) and not reason:
        raise ReadingInvalid(reason="请填写原因")
    before = _before(meter_id, corrects_id)
    at = min(read_at or now, now)
    if (read_at is not None and read_at > now + CLOCKS_DIFFER) or (before and at < before.read_at):
        raise ReadingInvalid(reason="抄表时间应在上次抄表之后、现在之前")
    reading = MeterReading(
        meter_id=meter_id,
        value_milli=milli,
        total_milli=_total(before, milli, is_replacement),
        read_at=at,
        recorded_at=now,
        recorded_by=actor.staff_id,
        recorded_by_name=actor.name,
        is_replacement=is_replacement,
        reason=reason,
        corrects_id=corrects_id,
    )
    db.session.add(reading)
    db.session.flush()  # The trail names it.
    if corrects_id is not None:
        record(actor, "property.reading_corrected", "meter", meter_id, reason=reason)
    return ReadingView(reading, is_corrected=False)


def _before(meter_id: int, corrects_id: int | None) -> MeterReading | None:
    """The reading before the one that is written now. Raises ReadingSettled."""
    last = queries.last_standing(meter_id)
    if corrects_id is None:
        return last
    if last is None or last.id != corrects_id:
        raise ReadingSettled
    return queries.last_standing(meter_id, but=last.id)


def _total(before: MeterReading | None, milli: int, is_replacement: bool) -> int:
    if before is None:
        return milli
    if is_replacement:
        return before.total_milli + milli
    if milli < before.value_milli:
        raise ReadingFalls(last=policies.shown(before.value_milli))
    return before.total_milli + milli - before.value_milli


def _lock(actor: Actor, meter_id: int, *permissions: Permission) -> Meter:
    """A meter, kept from everybody else until the unit ends. Raises MeterNotFound or Forbidden."""
    unit()
    queries.find(actor, meter_id)
    meter, asset = db.session.execute(
        select(Meter, Asset)
        .join(Asset, Asset.id == Meter.asset_id)
        .where(Meter.id == meter_id)
        .with_for_update(of=Meter)
        .execution_options(populate_existing=True)
    ).one()
    if not any(_covers(actor, permission, asset) for permission in permissions):
        raise Forbidden
    found: Meter = meter
    return found


def _covers(actor: Actor, permission: Permission, asset: Asset) -> bool:
    return actor.reach(permission).covers(campus_id=asset.campus_id, building_id=asset.building_id)
