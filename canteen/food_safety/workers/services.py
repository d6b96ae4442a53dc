"""Use cases of kitchen workers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from backend import clock
from backend.actor import Actor, Permission
from backend.audit import operations as audit
from backend.db import atomic, db
from backend.identity.errors import StaffNotFound
from backend.identity.models import StaffStatus
from backend.identity.queries import find_staff
from backend.notifications import operations as notifications
from backend.notifications.operations import Message
from backend.rules import queries as rule_queries
from canteen.food_safety import reach
from canteen.food_safety.workers import listing, operations, policies, queries
from canteen.food_safety.workers.errors import (
    CertificateDaysInvalid,
    CheckNotBlocked,
    CheckTwice,
    DetailsForgotten,
    DutyEnded,
    DutyNotFound,
    NoticeMissing,
    OwnBlock,
    WorkerInactive,
    WorkerNotFound,
    WorkerStaffUnknown,
)
from canteen.food_safety.workers.listing import WorkerView
from canteen.food_safety.workers.messages import CERTIFICATE_ENDS, WORKERS_BLOCKED
from canteen.food_safety.workers.models import Basis, KitchenWorker, MorningCheck, Outcome, Shift
from canteen.food_safety.workers.policies import Found
from canteen.food_safety.workers.queries import CertificateView, DutyView, OutcomeView
from canteen.food_safety.workers.rules import CERTIFICATE_MONTHS, DETAIL_DAYS
from canteen.food_safety.workers.titles import SHIFT_NAMES, SYMPTOM_NAMES
from canteen.menu.models import Canteen


@dataclass(frozen=True, slots=True)
class Checked:
    """How the checks of a sheet ended."""

    fit: int
    blocked: int
    checks: Sequence[OutcomeView]


@dataclass(frozen=True, slots=True)
class SymptomFound:
    """A symptom of a check."""

    code: int
    name: str


@dataclass(frozen=True, slots=True)
class Details:
    """What a check found: for who holds HEALTH_READ, and audited."""

    temperature_dc: int
    symptoms: Sequence[SymptomFound]
    note: str
    clearance: str


@atomic
def create_worker(
    actor: Actor, *, canteen_id: int, name: str, job: str = "", staff_id: int | None = None
) -> WorkerView:
    """Take somebody into a kitchen's list. Raises CanteenNotFound, WorkerStaffUnknown or WorkerExists."""
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_MANAGE)
    if staff_id is not None:
        _ensure_staff(staff_id)
    worker = operations.add_worker(canteen_id=canteen_id, name=name, job=job, staff_id=staff_id)
    _record(actor, "canteen.worker_added", worker)
    return listing.view_of(worker)


@atomic
def change_worker(actor: Actor, *, worker_id: int, name: str, job: str, is_active: bool) -> WorkerView:
    """Write down another name or job, or that somebody left or came back. Raises WorkerNotFound."""
    worker = _locked(actor, worker_id)
    worker.name, worker.job, worker.is_active, worker.changed_at = name, job, is_active, clock.now()
    if not is_active:
        operations.end_all_duties(worker, by=actor.staff_id)
    _record(actor, "canteen.worker_changed", worker, is_active=is_active)
    return listing.view_of(worker)


@atomic
def note_notice(actor: Actor, *, worker_id: int, basis: Basis) -> WorkerView:
    """Write down that a worker was told why their health is asked after. Raises WorkerNotFound."""
    worker = _locked(actor, worker_id)
    operations.note_notice(worker, basis, by=actor.staff_id)
    _record(actor, "canteen.health_notice_noted", worker, basis=basis.value, version=worker.notice_version)
    return listing.view_of(worker)


@atomic
def add_certificate(
    actor: Actor,
    *,
    worker_id: int,
    number: str,
    issued_on: date,
    valid_until: date,
    issuer: str = "",
    photo_id: int | None = None,
) -> WorkerView:
    """Enter a health certificate.

    Raises WorkerNotFound, CertificateDaysInvalid, CertificateExists or CertificatePhotoUnknown.
    """
    if issued_on > clock.today() or valid_until < issued_on:
        raise CertificateDaysInvalid
    worker = _locked(actor, worker_id)
    certificate = operations.add_certificate(
        actor,
        worker,
        number=number,
        issuer=issuer,
        issued_on=issued_on,
        valid_until=valid_until,
        photo_id=photo_id,
    )
    _record(
        actor,
        "canteen.certificate_added",
        worker,
        certificate_id=certificate.id,
        valid_until=valid_until.isoformat(),
    )
    return listing.view_of(worker)


@atomic
def withdraw_certificate(actor: Actor, *, certificate_id: int, reason: str) -> WorkerView:
    """Take back a certificate that was entered wrongly. Raises CertificateNotFound."""
    certificate = queries.find_certificate(actor, certificate_id)
    worker = _locked(actor, certificate.worker_id)
    certificate.withdrawn_at, certificate.withdrawn_by = clock.now(), actor.staff_id
    certificate.withdrawn_reason = reason
    db.session.flush()  # The answer shows what counts now.
    _record(actor, "canteen.certificate_withdrawn", worker, certificate_id=certificate_id, reason=reason)
    return listing.view_of(worker)


@atomic
def record_checks(actor: Actor, *, canteen_id: int, shift: Shift, items: Sequence[Found]) -> Checked:
    """Enter the checks of a shift, of today: all of them, or nothing.

    Raises CanteenNotFound, WorkerNotFound, WorkerInactive, NoticeMissing, CheckTwice or SymptomsContradict.
    """
    canteen = reach.get_canteen(actor, canteen_id, Permission.SAFETY_RECORD)
    workers = operations.lock_workers({item.worker_id for item in items})
    if len(workers) < len(items) and len({item.worker_id for item in items}) < len(items):
        raise CheckTwice
    fever_dc, now = queries.fever_dc(canteen_id), clock.now()
    checks = []
    for item in items:
        worker = workers.get(item.worker_id)
        _ensure_may_be_checked(worker, canteen_id)
        assert worker is not None  # noqa: S101 # Made sure of by the line above.
        symptoms = policies.symptoms_of(item.symptoms)
        outcome = policies.outcome_of(item.temperature_dc, symptoms, fever_dc)
        checks.append(
            operations.add_check(
                worker,
                shift=shift,
                temperature_dc=item.temperature_dc,
                symptoms=symptoms,
                note=item.note,
                outcome=outcome,
                by=actor.staff_id,
                at=now,
            )
        )
    db.session.flush()  # The checks get their ids.
    blocked = [check for check in checks if check.outcome == Outcome.BLOCKED]
    audit.record(
        actor,
        "canteen.workers_checked",
        "canteen",
        canteen_id,
        shift=shift.value,
        count=len(checks),
        blocked=len(blocked),
    )
    if blocked:
        _tell_blocked(canteen, shift, blocked)
    return Checked(len(checks) - len(blocked), len(blocked), queries.outcome_views_of(checks))


def _ensure_may_be_checked(worker: KitchenWorker | None, canteen_id: int) -> None:
    if worker is None or worker.canteen_id != canteen_id:
        raise WorkerNotFound
    if not worker.is_active:
        raise WorkerInactive(name=worker.name)
    if worker.noticed_at is None:
        raise NoticeMissing(name=worker.name)


def _tell_blocked(canteen: Canteen, shift: Shift, blocked: Sequence[MorningCheck]) -> None:
    keepers = reach.keepers_of([canteen], Permission.SAFETY_MANAGE)[canteen.id]
    fields = {"canteen": canteen.name, "shift": SHIFT_NAMES[shift], "count": str(len(blocked))}
    notifications.notify(WORKERS_BLOCKED, keepers, fields, dedupe=str(blocked[0].id))


@atomic
def clear_check(actor: Actor, *, check_id: int, reason: str) -> OutcomeView:
    """Let a blocked worker work again, for a reason such as a doctor's certificate.

    Raises CheckNotFound, CheckNotBlocked or OwnBlock.
    """
    found = queries.find_check(actor, check_id, Permission.SAFETY_MANAGE)
    worker = operations.lock_workers([found.worker_id])[found.worker_id]
    db.session.refresh(found)
    if found.outcome != Outcome.BLOCKED or found.cleared_at is not None:
        raise CheckNotBlocked
    if worker.staff_id is not None and worker.staff_id == actor.staff_id:
        raise OwnBlock
    operations.clear(found, reason=reason, by=actor.staff_id)
    db.session.flush()  # The answer shows who cleared it.
    # The reason speaks of somebody's health: it is kept encrypted with the check, not in the trail.
    audit.record(actor, "canteen.check_cleared", "morning_check", check_id, canteen_id=found.canteen_id)
    return queries.outcome_views_of([found])[0]


@atomic
def read_details(actor: Actor, *, check_id: int) -> Details:
    """What a check found; every reading stands in the trail. Raises CheckNotFound or DetailsForgotten."""
    check = queries.find_check(actor, check_id, Permission.HEALTH_READ)
    details = operations.details_of(check)
    if details is None:
        raise DetailsForgotten
    audit.record(
        actor,
        "canteen.health_details_read",
        "morning_check",
        check_id,
        canteen_id=check.canteen_id,
        kitchen_worker_id=check.worker_id,
    )
    symptoms = [SymptomFound(code, SYMPTOM_NAMES[code]) for code in details["symptoms"]]
    return Details(details["temperature_dc"], symptoms, details["note"], details["clearance"])


@atomic
def put_on_duty(actor: Actor, *, worker_id: int, shift: Shift, post: str = "") -> DutyView:
    """Put a worker at their post for a shift of today. Raises WorkerNotFound, WorkerUnfit or OnDuty."""
    queries.find_worker(actor, worker_id, Permission.SAFETY_RECORD)
    duty = operations.put_on_duty(worker_id, clock.today(), shift, post=post, by=actor.staff_id)
    return queries.duty_view(duty)


@atomic
def end_duty(actor: Actor, *, duty_id: int) -> DutyView:
    """A worker leaves their post. Raises DutyNotFound or DutyEnded."""
    duty = operations.find_duty_locked(duty_id)
    try:
        queries.find_worker(actor, duty.worker_id, Permission.SAFETY_RECORD)
    except WorkerNotFound as unknown:
        raise DutyNotFound from unknown
    if duty.ended_at is not None:
        raise DutyEnded
    duty.ended_at, duty.ended_by = clock.now(), actor.staff_id
    return queries.duty_view(duty)


@atomic
def remind_of_certificates() -> int:
    """Tell of certificates that end soon or have ended, once for each step; returns how many messages."""
    today = clock.today()
    canteens = reach.active_canteens()
    keepers = reach.keepers_of(canteens, Permission.SAFETY_MANAGE)
    told = 0
    for canteen in canteens:
        warn = queries.warn_days(canteen.id)
        messages = []
        for each in queries.expiring_certificates(canteen.id, today):
            step = policies.reminder_due(each.valid_until, today, warn)
            if step is None:
                continue
            fields = {"canteen": canteen.name, "name": each.worker_name, "when": _when(each, today)}
            messages += [Message(one, fields, dedupe=f"{each.id}:{step}") for one in keepers[canteen.id]]
        told += len(notifications.notify_each(CERTIFICATE_ENDS, messages))
    return told


def _when(certificate: CertificateView, today: date) -> str:
    left = (certificate.valid_until - today).days
    if left < 0:
        return "已过期"
    return "今日到期" if left == 0 else f"将于 {left} 天后到期"


@atomic
def forget_details() -> int:
    """Delete what was found of people's health longer ago than the rule says; returns how many checks."""
    days = rule_queries.value(DETAIL_DAYS)
    return operations.forget_details(clock.today() - timedelta(days))


@atomic
def forget_certificates() -> int:
    """Delete the certificates of who has left, and old ones, after the rule's months; returns how many."""
    months = rule_queries.value(CERTIFICATE_MONTHS)
    return operations.forget_certificates(clock.today() - relativedelta(months=months))


def _locked(actor: Actor, worker_id: int) -> KitchenWorker:
    queries.find_worker(actor, worker_id, Permission.SAFETY_MANAGE)
    return operations.lock_workers([worker_id])[worker_id]


def _ensure_staff(staff_id: int) -> None:
    try:
        staff = find_staff(staff_id)
    except StaffNotFound as unknown:
        raise WorkerStaffUnknown from unknown
    if staff.status != StaffStatus.ACTIVE.value:
        raise WorkerStaffUnknown


def _record(actor: Actor, action: str, worker: KitchenWorker, **details: Any) -> None:
    audit.record(actor, action, "kitchen_worker", worker.id, canteen_id=worker.canteen_id, **details)
