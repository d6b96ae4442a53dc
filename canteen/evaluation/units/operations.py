"""Writes of units and reports, within an open unit of work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from backend import clock, vault
from backend.actor import Actor
from backend.audit.operations import record
from backend.dates import months_before
from backend.db import db, unit
from backend.devices.models import Device, DeviceKind
from backend.refusals import refusing_clashes
from canteen.evaluation.units import policies, queries
from canteen.evaluation.units.errors import OwnCanteenReports, UnitLinkInvalid, UnitTaken
from canteen.evaluation.units.models import Level, Operation, Serving, Unit, UnitReport, Via
from canteen.evaluation.units.policies import Figures, Finding
from canteen.menu.models import Canteen


@dataclass(frozen=True, slots=True)
class Taken:
    """A report that was taken; not new if the last version said the same already."""

    report: UnitReport
    is_new: bool
    findings: list[Finding]


def add_unit(columns: Mapping[str, Any], *, at: datetime) -> Unit:
    """A new unit; `phone` is its contact's number, "" for none.

    Raises UnitTaken, UnitLinkInvalid or PhoneInvalid.
    """
    unit()
    added = Unit(created_at=at)
    _set(added, columns, at)
    with refusing_clashes(UnitTaken()):
        db.session.add(added)
    return added


def change_unit(changed: Unit, columns: Mapping[str, Any], *, at: datetime) -> list[str]:
    """Change a unit; returns the names of what is different now. Raises as `add_unit`."""
    unit()
    different = [name for name, value in columns.items() if _is_different(changed, name, value)]
    if different:
        with refusing_clashes(UnitTaken()):
            _set(changed, {name: columns[name] for name in different}, at)
    return different


def ensure_own_canteens(*, at: datetime) -> int:
    """A unit for each of our open canteens that has none; returns how many that were."""
    unit()
    rows = db.session.execute(
        select(Canteen, Unit).outerjoin(Unit, Unit.canteen_id == Canteen.id).order_by(Canteen.id)
    ).all()
    added = 0
    for canteen, known in rows:
        if known is None and canteen.is_active:
            _add_own(canteen, at)
            added += 1
    return added


def take_report(
    unit_id: int, month: date, figures: Figures, via: Via, *, actor: Actor, device_id: int | None = None
) -> Taken:
    """Keep what a unit reports of a month; the same as the last version changes nothing.

    A platform reports as the system, with its device. Raises UnitNotFound, OwnCanteenReports, MonthNotBegun
    or FiguresImpossible.
    """
    unit()
    reporting = queries.lock_unit(unit_id)
    if reporting.canteen_id is not None:
        raise OwnCanteenReports
    now = clock.now()
    policies.ensure_month(month, clock.local(now).date())
    policies.ensure_possible(figures)
    last = queries.last_report(unit_id, month)
    before = queries.last_report(unit_id, months_before(month, 1))
    found = policies.findings(
        figures, queries.figures_of(before) if before is not None else None, canteens=reporting.canteens
    )
    if last is not None and queries.figures_of(last) == figures:
        return Taken(last, is_new=False, findings=found)
    report = UnitReport(
        unit_id=unit_id,
        month=month,
        version=last.version + 1 if last is not None else 1,
        **{name: getattr(figures, name) for name in policies.NAMES},
        findings=[finding.code.value for finding in found],
        via=via.value,
        device_id=device_id,
        reported_at=now,
        reported_by=actor.staff_id,
        reported_by_name=actor.name,
    )
    db.session.add(report)
    db.session.flush()
    record(
        actor,
        "evaluation.reported",
        "evaluation_unit",
        unit_id,
        month=f"{month:%Y-%m}",
        version=report.version,
        via=via.value,
        findings=report.findings,
    )
    return Taken(report, is_new=True, findings=found)


def _add_own(canteen: Canteen, at: datetime) -> None:
    named = db.session.scalar(select(Unit.id).where(Unit.name == canteen.name))
    added = Unit(
        code=f"canteen-{canteen.id}",
        # Somebody may have entered it by hand under its name.
        name=canteen.name if named is None else f"{canteen.name}（本单位）",
        level=Level.CITY.value,
        region="",
        operation=Operation.OWN.value,
        serving=Serving.MIXED.value,
        canteens=1,
        diners=0,
        contact="",
        canteen_id=canteen.id,
        is_active=True,
        created_at=at,
        changed_at=at,
    )
    with refusing_clashes(UnitTaken()):
        db.session.add(added)


def _set(changed: Unit, columns: Mapping[str, Any], at: datetime) -> None:
    for name, value in columns.items():
        if name == "phone":
            changed.phone_cipher = vault.encrypt(policies.phone_of(value)) if value else None
        else:
            setattr(changed, name, getattr(value, "value", value))
    _ensure_link(changed)
    changed.changed_at = at


def _is_different(changed: Unit, name: str, value: object) -> bool:
    if name == "phone":
        return value != (queries.phone_of(changed) or "")
    return bool(getattr(value, "value", value) != getattr(changed, name))


def _ensure_link(changed: Unit) -> None:
    """Raises UnitLinkInvalid."""
    if changed.device_id is None:
        return
    with db.session.no_autoflush:
        device = db.session.get(Device, changed.device_id)
    if device is None or device.kind != DeviceKind.PLATFORM or changed.canteen_id is not None:
        raise UnitLinkInvalid
