"""Reads of units and of what they report."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from backend import clock, vault
from backend.actor import Actor, Permission, ScopeKind, ensure_everywhere
from backend.dates import months_before
from backend.db import db
from backend.devices.models import Device, DeviceKind
from backend.identity.models import RoleGrant, RolePermission, Staff, StaffStatus
from backend.identity.policies import mask_phone
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.evaluation.units import policies
from canteen.evaluation.units.errors import UnitNotFound
from canteen.evaluation.units.models import Level, Operation, Serving, Unit, UnitReport, Via
from canteen.evaluation.units.policies import FINDINGS, Figures, Finding, FindingCode
from canteen.evaluation.units.rules import REPORT_DAYS
from canteen.menu.models import Canteen


class Punctuality(StrEnum):
    """How a month's report stands: in time, late, not there yet, or overdue."""

    IN_TIME = "in_time"
    LATE = "late"
    WAITING = "waiting"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit, its contact's phone masked."""

    id: int
    code: str
    name: str
    level: Level
    region: str
    operation: Operation
    serving: Serving
    canteens: int
    diners: int
    contact: str
    phone: str | None
    canteen_id: int | None
    canteen_name: str | None
    device_id: int | None
    device_name: str | None
    is_active: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ReportView:
    """A version of a month's report; `is_late` by the rule of the moment."""

    id: int
    unit_id: int
    unit_name: str
    month: date
    version: int
    figures: Figures
    findings: Sequence[Finding]
    via: Via
    reported_at: datetime
    reported_by_name: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class MonthStand:
    """A unit and its report of a month, if there is one."""

    unit_id: int
    code: str
    unit_name: str
    due_on: date
    punctuality: Punctuality
    report: ReportView | None


def visible(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """The condition that the actor may see a unit: it is in reach, or the actor manages the evaluation."""
    if actor.reach(Permission.EVALUATION_MANAGE).everywhere:
        return true()
    return in_reach(actor, permission)


def in_reach(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """The condition that a unit lies where the actor holds the permission.

    Who reports for the whole compound reports for its canteens: other organs are not of the compound, and
    only who manages the evaluation may act for them.
    """
    reach = actor.reach(permission)
    if reach.everywhere:
        of_all = actor.reach(Permission.EVALUATION_MANAGE).everywhere
        return true() if of_all else Unit.canteen_id.is_not(None)
    on_campus = select(Canteen.id).where(Canteen.campus_id.in_(reach.campus_ids))
    return or_(
        Unit.id.in_(reach.unit_ids),
        Unit.canteen_id.in_(reach.canteen_ids),
        Unit.canteen_id.in_(on_campus),
    )


def get_unit(actor: Actor, unit_id: int, permission: Permission = Permission.EVALUATION_REPORT) -> Unit:
    """A unit within reach. Raises UnitNotFound."""
    return _one(select(Unit).where(Unit.id == unit_id, visible(actor, permission)))


def get_own(actor: Actor, unit_id: int) -> Unit:
    """A unit that the actor reports for. Raises UnitNotFound."""
    return _one(select(Unit).where(Unit.id == unit_id, in_reach(actor, Permission.EVALUATION_REPORT)))


def find_unit(unit_id: int) -> Unit:
    """A unit, whoever asks. Raises UnitNotFound."""
    return _one(select(Unit).where(Unit.id == unit_id))


def lock_unit(unit_id: int) -> Unit:
    """A unit, kept from others' reports and changes until the unit of work ends. Raises UnitNotFound."""
    statement = select(Unit).where(Unit.id == unit_id).with_for_update()
    return _one(statement.execution_options(populate_existing=True))


def _one(statement: Select[Unit]) -> Unit:
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise UnitNotFound
    return found


def active_units() -> list[Unit]:
    """Every unit that is evaluated, by code."""
    return list(db.session.scalars(select(Unit).where(Unit.is_active).order_by(Unit.code)))


def canteens_of(unit_ids: Collection[int]) -> dict[int, int | None]:
    """The canteen of ours that each of these units is, None of the others."""
    rows: Any = db.session.execute(select(Unit.id, Unit.canteen_id).where(Unit.id.in_(unit_ids)))
    return dict(rows.all())


def unit_of_device(device_id: int) -> Unit | None:
    """The unit whose platform this is."""
    return db.session.scalars(select(Unit).where(Unit.device_id == device_id)).one_or_none()


def platforms() -> list[tuple[int, str]]:
    """The platforms that may report for a unit, by name."""
    kind = DeviceKind.PLATFORM.value
    rows = db.session.execute(select(Device.id, Device.name).where(Device.kind == kind).order_by(Device.name))
    return [(device_id, name) for device_id, name in rows]


def units_by_code() -> dict[str, Unit]:
    """Every unit."""
    return {unit.code: unit for unit in db.session.scalars(select(Unit))}


def unit_view(actor: Actor, unit_id: int) -> UnitView:
    """One unit within reach. Raises UnitNotFound."""
    rows = db.session.execute(
        _shown().where(Unit.id == unit_id, visible(actor, Permission.EVALUATION_REPORT))
    ).all()
    if not rows:
        raise UnitNotFound
    return _view(*rows[0])


def page_units(
    actor: Actor, *, is_active: bool | None = None, q: str = "", page: int, page_size: int
) -> Page:
    """Units by code, by name or code if `q` is given. Raises Forbidden."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    statement = _shown().order_by(Unit.code)
    if is_active is not None:
        statement = statement.where(Unit.is_active.is_(is_active))
    if q:
        statement = statement.where(
            or_(Unit.name.contains(q, autoescape=True), Unit.code.contains(q, autoescape=True))
        )
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([_view(*row) for row in found.rows], found.total, found.page, found.page_size)


def own_units(actor: Actor) -> list[UnitView]:
    """The active units that the actor reports for, by code."""
    statement = _shown().where(Unit.is_active, in_reach(actor, Permission.EVALUATION_REPORT))
    return [_view(*row) for row in db.session.execute(statement.order_by(Unit.code))]


def all_units() -> list[UnitView]:
    """Every unit by code, for an export."""
    return [_view(*row) for row in db.session.execute(_shown().order_by(Unit.code))]


def _shown() -> Any:
    return (
        select(Unit, Canteen.name, Device.name)
        .outerjoin(Canteen, Canteen.id == Unit.canteen_id)
        .outerjoin(Device, Device.id == Unit.device_id)
    )


def _view(unit: Unit, canteen_name: str | None, device_name: str | None) -> UnitView:
    return UnitView(
        id=unit.id,
        code=unit.code,
        name=unit.name,
        level=Level(unit.level),
        region=unit.region,
        operation=Operation(unit.operation),
        serving=Serving(unit.serving),
        canteens=unit.canteens,
        diners=unit.diners,
        contact=unit.contact,
        phone=mask_phone(phone) if (phone := phone_of(unit)) else None,
        canteen_id=unit.canteen_id,
        canteen_name=canteen_name,
        device_id=unit.device_id,
        device_name=device_name,
        is_active=unit.is_active,
        changed_at=unit.changed_at,
    )


def phone_of(unit: Unit) -> str | None:
    """The contact's number; None if there is none, or if it was written under another key."""
    if unit.phone_cipher is None:
        return None
    try:
        return vault.decrypt(unit.phone_cipher)
    except ValueError:
        return None


def reporters_of(unit_ids: Collection[int]) -> dict[int, list[int]]:
    """Who reports for each of these units: the active holders in its own scope, or in its canteen's."""
    statement = (
        select(Unit.id, Staff.id)
        .join(
            RoleGrant,
            or_(
                and_(RoleGrant.scope_kind == ScopeKind.UNIT.value, RoleGrant.scope_id == Unit.id),
                and_(RoleGrant.scope_kind == ScopeKind.CANTEEN.value, RoleGrant.scope_id == Unit.canteen_id),
            ),
        )
        .join(RolePermission, RolePermission.role_id == RoleGrant.role_id)
        .join(Staff, Staff.id == RoleGrant.staff_id)
        .where(
            Unit.id.in_(unit_ids),
            RolePermission.permission == Permission.EVALUATION_REPORT.value,
            Staff.status == StaffStatus.ACTIVE.value,
        )
        .distinct()
        .order_by(Unit.id, Staff.id)
    )
    found: dict[int, list[int]] = {unit_id: [] for unit_id in unit_ids}
    for unit_id, staff_id in db.session.execute(statement):
        found[unit_id].append(staff_id)
    return found


def last_report(unit_id: int, month: date) -> UnitReport | None:
    """The version of a month that counts."""
    statement = select(UnitReport).where(UnitReport.unit_id == unit_id, UnitReport.month == month)
    return db.session.scalars(statement.order_by(UnitReport.version.desc()).limit(1)).one_or_none()


def reports_between(unit_ids: Collection[int], from_month: date, until_month: date) -> list[UnitReport]:
    """The versions that count of these months, both included, by unit and month; one statement."""
    last = (
        select(UnitReport.unit_id, UnitReport.month, func.max(UnitReport.version).label("version"))
        .where(UnitReport.unit_id.in_(unit_ids), UnitReport.month.between(from_month, until_month))
        .group_by(UnitReport.unit_id, UnitReport.month)
        .subquery()
    )
    joined = and_(
        UnitReport.unit_id == last.c.unit_id,
        UnitReport.month == last.c.month,
        UnitReport.version == last.c.version,
    )
    statement = select(UnitReport).join(last, joined).order_by(UnitReport.unit_id, UnitReport.month)
    return list(db.session.scalars(statement))


def reporting_units() -> list[Unit]:
    """The active units whose figures are not the system's own, by code."""
    return [unit for unit in active_units() if unit.canteen_id is None]


def page_versions(actor: Actor, unit_id: int, *, page: int, page_size: int) -> Page:
    """Every version that a unit reported, the latest month and version first. Raises UnitNotFound."""
    unit = get_unit(actor, unit_id)
    statement = select(UnitReport).where(UnitReport.unit_id == unit_id)
    found = paginate(
        statement.order_by(UnitReport.month.desc(), UnitReport.version.desc()), page=page, page_size=page_size
    )
    days = rule_queries.value(REPORT_DAYS)
    views = [report_view(row, unit.name, days) for row in found.rows]
    return Page(views, found.total, found.page, found.page_size)


def month_stands(actor: Actor, *, month: date, only_missing: bool = False) -> list[MonthStand]:
    """How a month's reports stand, unit by unit. Raises Forbidden."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    return _stands(reporting_units(), month, only_missing=only_missing)


def own_month(actor: Actor, *, month: date, only_missing: bool = False) -> list[MonthStand]:
    """The same of the units that the actor reports for."""
    own = select(Unit).where(
        Unit.is_active, Unit.canteen_id.is_(None), in_reach(actor, Permission.EVALUATION_REPORT)
    )
    return _stands(list(db.session.scalars(own.order_by(Unit.code))), month, only_missing=only_missing)


def _stands(units: Sequence[Unit], month: date, *, only_missing: bool) -> list[MonthStand]:
    days, today = rule_queries.value(REPORT_DAYS), clock.today()
    reports = {row.unit_id: row for row in reports_between([unit.id for unit in units], month, month)}
    first = _first_reported(list(reports), month)
    stands = [_stand(unit, month, reports.get(unit.id), first.get(unit.id), days, today) for unit in units]
    return [stand for stand in stands if stand.report is None] if only_missing else stands


def due_on(month: date, days: int) -> date:
    """The last day on which a month's report is in time."""
    return months_before(month, -1) + timedelta(days=days - 1)


def figures_of(report: UnitReport) -> Figures:
    """What a report says."""
    return Figures(**{name: getattr(report, name) for name in policies.NAMES})


def report_view(report: UnitReport, unit_name: str, days: int) -> ReportView:
    """A report with its findings in words."""
    known: Mapping[str, FindingCode] = {code.value: code for code in FindingCode}
    return ReportView(
        id=report.id,
        unit_id=report.unit_id,
        unit_name=unit_name,
        month=report.month,
        version=report.version,
        figures=figures_of(report),
        findings=[Finding(known[code], FINDINGS[known[code]]) for code in report.findings if code in known],
        via=Via(report.via),
        reported_at=report.reported_at,
        reported_by_name=report.reported_by_name,
        is_late=clock.local(report.reported_at).date() > due_on(report.month, days),
    )


def _first_reported(unit_ids: Collection[int], month: date) -> dict[int, datetime]:
    """When each unit first reported the month: a correction makes no punctual report late."""
    rows: Any = db.session.execute(
        select(UnitReport.unit_id, UnitReport.reported_at).where(
            UnitReport.unit_id.in_(unit_ids), UnitReport.month == month, UnitReport.version == 1
        )
    )
    return dict(rows.all())


def _stand(
    unit: Unit, month: date, report: UnitReport | None, first_at: datetime | None, days: int, today: date
) -> MonthStand:
    last_on = due_on(month, days)
    if report is None or first_at is None:
        punctuality = Punctuality.MISSING if today > last_on else Punctuality.WAITING
    else:
        is_late = clock.local(first_at).date() > last_on
        punctuality = Punctuality.LATE if is_late else Punctuality.IN_TIME
    view = report_view(report, unit.name, days) if report is not None else None
    return MonthStand(unit.id, unit.code, unit.name, last_on, punctuality, view)
