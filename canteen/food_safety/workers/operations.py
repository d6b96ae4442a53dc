"""Writes of kitchen workers, within an open unit of work.

Workers are locked by rising id: who is put on duty and whose check is entered at the same moment wait for
each other.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any

import orjson
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError

from backend import clock, vault
from backend.actor import Actor
from backend.db import db, table, unit
from backend.media import operations as media
from backend.media.errors import PhotoNotFound
from canteen.food_safety.workers import policies, queries
from canteen.food_safety.workers.errors import (
    CertificateExists,
    CertificatePhotoUnknown,
    DutyNotFound,
    OnDuty,
    WorkerExists,
    WorkerNotFound,
)
from canteen.food_safety.workers.models import (
    Basis,
    HealthCertificate,
    KitchenDuty,
    KitchenWorker,
    MorningCheck,
    Outcome,
    Shift,
)
from canteen.food_safety.workers.titles import NOTICE_VERSION

# What owns the photos of certificates.
PHOTO_OWNER = "health_certificate"

_CHECK, _WORKER, _CERTIFICATE = table(MorningCheck), table(KitchenWorker), table(HealthCertificate)


def lock_workers(worker_ids: Collection[int]) -> dict[int, KitchenWorker]:
    """The workers, locked by rising id; unknown ids are left out."""
    unit()
    rows = db.session.scalars(
        select(KitchenWorker)
        .where(KitchenWorker.id.in_(worker_ids))
        .order_by(KitchenWorker.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {worker.id: worker for worker in rows}


def add_worker(*, canteen_id: int, name: str, job: str, staff_id: int | None) -> KitchenWorker:
    """A new worker. Raises WorkerExists for a member of staff who works here already."""
    unit()
    now = clock.now()
    worker = KitchenWorker(
        canteen_id=canteen_id, name=name, job=job, staff_id=staff_id, created_at=now, changed_at=now
    )
    db.session.add(worker)
    try:
        db.session.flush()  # The database finds a twin.
    except IntegrityError as error:
        raise WorkerExists from error
    return worker


def note_notice(worker: KitchenWorker, basis: Basis, *, by: int) -> None:
    """The worker was told, by the text of now."""
    worker.notice_basis, worker.notice_version = basis.value, NOTICE_VERSION
    worker.noticed_at, worker.noticed_by = clock.now(), by


def add_certificate(
    actor: Actor,
    worker: KitchenWorker,
    *,
    number: str,
    issuer: str,
    issued_on: date,
    valid_until: date,
    photo_id: int | None,
) -> HealthCertificate:
    """A new certificate. Raises CertificateExists or CertificatePhotoUnknown."""
    certificate = HealthCertificate(
        worker_id=worker.id,
        number=vault.encrypt(number),
        number_hash=vault.keyed_hash(f"health certificate {number}"),
        issuer=issuer,
        issued_on=issued_on,
        valid_until=valid_until,
        photo_id=photo_id,
        added_at=clock.now(),
        added_by=actor.staff_id,
    )
    unit()
    db.session.add(certificate)
    try:
        db.session.flush()  # The database finds a number that is there already, or a photo that is not.
    except IntegrityError as error:
        if "number" in str(error.orig):
            raise CertificateExists from error
        raise CertificatePhotoUnknown from error
    if photo_id is not None:
        try:
            media.attach(actor, photo_id, PHOTO_OWNER, certificate.id)
        except PhotoNotFound as unknown:
            raise CertificatePhotoUnknown from unknown
    return certificate


def add_check(
    worker: KitchenWorker,
    *,
    shift: Shift,
    temperature_dc: int,
    symptoms: Sequence[int],
    note: str,
    outcome: Outcome,
    by: int,
    at: datetime,
) -> MorningCheck:
    """A check of a locked worker; whoever is blocked is taken off their post at once."""
    check = MorningCheck(
        worker_id=worker.id,
        canteen_id=worker.canteen_id,
        checked_on=clock.local(at).date(),
        shift=shift.value,
        checked_at=at,
        checked_by=by,
        outcome=outcome.value,
        details=_sealed({"temperature_dc": temperature_dc, "symptoms": list(symptoms), "note": note}),
    )
    db.session.add(check)
    if outcome is Outcome.BLOCKED:
        _end_duties(worker.id, by=by, at=at)
    return check


def clear(check: MorningCheck, *, reason: str, by: int) -> None:
    """Let whom the check blocks work again."""
    check.cleared_at, check.cleared_by, check.clearance = clock.now(), by, _sealed(reason)


def details_of(check: MorningCheck) -> dict[str, Any] | None:
    """What the check found, with why it was cleared; None once it was forgotten."""
    if check.details is None:
        return None
    clearance = _opened(check.clearance) if check.clearance is not None else ""
    return {**_opened(check.details), "clearance": clearance}


def _sealed(content: Any) -> bytes:
    return vault.encrypt(orjson.dumps(content).decode())


def _opened(cipher: bytes) -> Any:
    return orjson.loads(vault.decrypt(cipher))


def ensure_fit(worker_id: int, on: date, shift: Shift) -> KitchenWorker:
    """The worker, locked, if they may be at their post. Raises WorkerNotFound or WorkerUnfit."""
    worker = lock_workers([worker_id]).get(worker_id)
    if worker is None:
        raise WorkerNotFound
    db.session.flush()  # What was entered in this unit counts.
    reasons = policies.unfit_reasons(queries.standing_of(worker, on, shift), on)
    policies.ensure_fit(worker.name, reasons)
    return worker


def put_on_duty(worker_id: int, on: date, shift: Shift, *, post: str, by: int) -> KitchenDuty:
    """Put a worker at their post. Raises WorkerNotFound, WorkerUnfit or OnDuty.

    Whose duty has ended begins it anew: who was taken off and cleared goes on in the same shift.
    """
    worker = ensure_fit(worker_id, on, shift)
    now = clock.now()
    duty = db.session.scalars(
        select(KitchenDuty).where(
            KitchenDuty.worker_id == worker_id, KitchenDuty.duty_on == on, KitchenDuty.shift == shift.value
        )
    ).one_or_none()
    if duty is not None:
        if duty.ended_at is None:
            raise OnDuty(name=worker.name)
        duty.ended_at = duty.ended_by = None
        duty.post = post or duty.post
        return duty
    duty = KitchenDuty(
        worker_id=worker_id,
        canteen_id=worker.canteen_id,
        duty_on=on,
        shift=shift.value,
        post=post or worker.job,
        begun_at=now,
        begun_by=by,
    )
    db.session.add(duty)
    db.session.flush()  # The answer shows it.
    return duty


def find_duty_locked(duty_id: int) -> KitchenDuty:
    """The duty, locked. Raises DutyNotFound."""
    unit()
    duty = db.session.scalars(
        select(KitchenDuty)
        .where(KitchenDuty.id == duty_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if duty is None:
        raise DutyNotFound
    return duty


def end_all_duties(worker: KitchenWorker, *, by: int) -> None:
    """End what a worker who leaves is still at."""
    _end_duties(worker.id, by=by, at=clock.now())


def _end_duties(worker_id: int, *, by: int, at: datetime) -> None:
    duties = table(KitchenDuty)
    unit().execute(
        update(duties)
        .where(duties.c.worker_id == worker_id, duties.c.ended_at.is_(None))
        .values(ended_at=at, ended_by=by)
    )


def forget_of(staff_id: int) -> int:
    """Delete temperature, symptoms and clearances of a person's checks; returns of how many."""
    own = select(_WORKER.c.id).where(_WORKER.c.staff_id == staff_id)
    return _forget(_CHECK.c.worker_id.in_(own))


def forget_details(before: date) -> int:
    """Delete temperature, symptoms and clearances of checks before a day; returns how many.

    Of those who are still blocked they are kept until somebody has decided, or they have left.
    """
    works = select(_WORKER.c.id).where(_WORKER.c.is_active)
    is_open = (
        (_CHECK.c.outcome == Outcome.BLOCKED.value)
        & _CHECK.c.cleared_at.is_(None)
        & _CHECK.c.worker_id.in_(works)
    )
    return _forget(_CHECK.c.checked_on < before, ~is_open)


def forget_certificates(before: date) -> int:
    """Delete certificates, with their numbers and photos, that nobody has needed since a day; how many.

    Those of workers who left before it, that were no longer valid before it, or that were withdrawn before
    it. The photos are loose afterwards, which is how the store lets go of them.
    """
    limit = clock.at_local(before, time.min)
    left = select(_WORKER.c.id).where(~_WORKER.c.is_active, _WORKER.c.changed_at < limit)
    ids = list(
        unit().scalars(
            delete(_CERTIFICATE)
            .where(
                _CERTIFICATE.c.worker_id.in_(left)
                | (_CERTIFICATE.c.valid_until < before)
                | (_CERTIFICATE.c.withdrawn_at < limit)
            )
            .returning(_CERTIFICATE.c.id)
        )
    )
    for certificate_id in ids:
        media.detach(PHOTO_OWNER, certificate_id)
    return len(ids)


def _forget(*which: ColumnElement[bool]) -> int:
    return (
        unit()
        .execute(
            update(_CHECK)
            .where(_CHECK.c.forgotten_at.is_(None), *which)
            .values(details=None, clearance=None, forgotten_at=clock.now())
        )
        .rowcount
    )
