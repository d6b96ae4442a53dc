"""Reads of kitchen workers. No read here shows temperature or symptoms: `services.read_details` does."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from backend import clock, vault
from backend.actor import Actor, Permission
from backend.db import db
from backend.identity.queries import names_of
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.food_safety import reach
from canteen.food_safety.workers import policies
from canteen.food_safety.workers.errors import CertificateNotFound, CheckNotFound, WorkerNotFound
from canteen.food_safety.workers.models import (
    HealthCertificate,
    KitchenDuty,
    KitchenWorker,
    MorningCheck,
    Outcome,
    Shift,
)
from canteen.food_safety.workers.policies import Standing
from canteen.food_safety.workers.rules import CERTIFICATE_DAYS, FEVER
from canteen.food_safety.workers.titles import OUTCOME_NAMES, SHIFT_NAMES
from canteen.menu.models import Canteen


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate; of its number only the end is shown."""

    id: int
    worker_id: int
    worker_name: str
    number_masked: str
    issuer: str
    issued_on: date
    valid_until: date
    state: str
    photo: PhotoLinks | None


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """A check without anything of health beside what it came to."""

    id: int
    canteen_id: int
    worker_id: int
    name: str
    job: str
    date: date
    shift: str
    outcome: str
    checked_at: datetime
    checked_by_name: str
    is_cleared: bool
    cleared_at: datetime | None
    cleared_by_name: str

    @property
    def shift_name(self) -> str:
        """The shift in Chinese."""
        return SHIFT_NAMES[Shift(self.shift)]

    @property
    def outcome_name(self) -> str:
        """The outcome in Chinese."""
        return OUTCOME_NAMES[Outcome(self.outcome)]


@dataclass(frozen=True, slots=True)
class DutyView:
    """A worker at their post."""

    id: int
    canteen_id: int
    worker_id: int
    name: str
    date: date
    shift: str
    post: str
    begun_at: datetime
    ended_at: datetime | None

    @property
    def shift_name(self) -> str:
        """The shift in Chinese."""
        return SHIFT_NAMES[Shift(self.shift)]


def fever_dc(canteen_id: int) -> int:
    """From which temperature on nobody works."""
    return int(rule_queries.value(FEVER, canteen_id))


def find_worker(actor: Actor, worker_id: int, *permissions: Permission) -> KitchenWorker:
    """A worker of a canteen for which the actor holds one of these. Raises WorkerNotFound."""
    row = db.session.execute(
        select(KitchenWorker)
        .join(Canteen, Canteen.id == KitchenWorker.canteen_id)
        .where(KitchenWorker.id == worker_id, reach.within(actor, *permissions))
    ).scalar_one_or_none()
    if row is None:
        raise WorkerNotFound
    return row


def find_certificate(actor: Actor, certificate_id: int) -> HealthCertificate:
    """A certificate that counts, where the actor manages. Raises CertificateNotFound."""
    row = db.session.scalars(
        select(HealthCertificate)
        .join(KitchenWorker, KitchenWorker.id == HealthCertificate.worker_id)
        .join(Canteen, Canteen.id == KitchenWorker.canteen_id)
        .where(
            HealthCertificate.id == certificate_id,
            HealthCertificate.withdrawn_at.is_(None),
            reach.within(actor, Permission.SAFETY_MANAGE),
        )
    ).one_or_none()
    if row is None:
        raise CertificateNotFound
    return row


def find_check(actor: Actor, check_id: int, permission: Permission) -> MorningCheck:
    """A check of a canteen for which the actor holds the permission. Raises CheckNotFound."""
    row = db.session.scalars(
        select(MorningCheck)
        .join(Canteen, Canteen.id == MorningCheck.canteen_id)
        .where(MorningCheck.id == check_id, reach.within(actor, permission))
    ).one_or_none()
    if row is None:
        raise CheckNotFound
    return row


def warn_days(canteen_id: int) -> int:
    """How many days before its end a certificate is told of."""
    return rule_queries.value(CERTIFICATE_DAYS, canteen_id)


def certificate_view(
    each: HealthCertificate, worker: KitchenWorker, photo: PhotoLinks | None = None
) -> CertificateView:
    """A certificate of a worker."""
    return CertificateView(
        id=each.id,
        worker_id=worker.id,
        worker_name=worker.name,
        number_masked=policies.masked(vault.decrypt(each.number)),
        issuer=each.issuer,
        issued_on=each.issued_on,
        valid_until=each.valid_until,
        state=policies.certificate_state(each.valid_until, clock.today(), warn_days(worker.canteen_id)),
        photo=photo,
    )


def certificates_of(worker_ids: Collection[int]) -> dict[int, list[HealthCertificate]]:
    """Each worker's certificates that count, that which lasts longest first; one statement."""
    found: dict[int, list[HealthCertificate]] = {}
    for each in db.session.scalars(
        select(HealthCertificate)
        .where(HealthCertificate.worker_id.in_(worker_ids), HealthCertificate.withdrawn_at.is_(None))
        .order_by(HealthCertificate.valid_until.desc(), HealthCertificate.id.desc())
    ):
        found.setdefault(each.worker_id, []).append(each)
    return found


def blocked_among(worker_ids: Collection[int]) -> set[int]:
    """Which of them a check blocks that nobody has cleared, in whichever kitchen it was; one statement.

    A member of staff who works in two kitchens is one person.
    """
    checked = aliased(KitchenWorker)
    is_they = or_(checked.id == KitchenWorker.id, checked.staff_id == KitchenWorker.staff_id)
    return set(
        db.session.scalars(
            select(KitchenWorker.id)
            .join(checked, is_they)
            .join(MorningCheck, MorningCheck.worker_id == checked.id)
            .where(
                KitchenWorker.id.in_(worker_ids),
                MorningCheck.outcome == Outcome.BLOCKED.value,
                MorningCheck.cleared_at.is_(None),
            )
        )
    )


def standing_of(worker: KitchenWorker, on: date, shift: Shift) -> Standing:
    """What is known of a worker before a shift."""
    is_checked = db.session.scalar(
        select(
            exists().where(
                MorningCheck.worker_id == worker.id,
                MorningCheck.checked_on == on,
                MorningCheck.shift == shift.value,
            )
        )
    )
    until = db.session.scalar(
        select(func.max(HealthCertificate.valid_until)).where(
            HealthCertificate.worker_id == worker.id,
            HealthCertificate.withdrawn_at.is_(None),
            HealthCertificate.issued_on <= on,
        )
    )
    return Standing(worker.is_active, bool(blocked_among([worker.id])), bool(is_checked), until)


def _outcome_columns() -> Any:
    return select(MorningCheck, KitchenWorker.name, KitchenWorker.job).join(
        KitchenWorker, KitchenWorker.id == MorningCheck.worker_id
    )


def _outcome_views(rows: Sequence[Any]) -> list[OutcomeView]:
    people = {row[0].checked_by for row in rows} | {row[0].cleared_by for row in rows if row[0].cleared_by}
    names = names_of(people)
    return [
        OutcomeView(
            id=check.id,
            canteen_id=check.canteen_id,
            worker_id=check.worker_id,
            name=name,
            job=job,
            date=check.checked_on,
            shift=check.shift,
            outcome=check.outcome,
            checked_at=check.checked_at,
            checked_by_name=names.get(check.checked_by, ""),
            is_cleared=check.cleared_at is not None,
            cleared_at=check.cleared_at,
            cleared_by_name=names.get(check.cleared_by or 0, ""),
        )
        for check, name, job in rows
    ]


def outcomes_of_shift(canteen_id: int, on: date, shift: Shift) -> list[OutcomeView]:
    """In the order in which they were made."""
    rows = db.session.execute(
        _outcome_columns()
        .where(
            MorningCheck.canteen_id == canteen_id,
            MorningCheck.checked_on == on,
            MorningCheck.shift == shift.value,
        )
        .order_by(MorningCheck.id)
    ).all()
    return _outcome_views(rows)


def outcome_views_of(checks: Sequence[MorningCheck]) -> list[OutcomeView]:
    """Checks that were just written, as their outcomes."""
    rows = db.session.execute(
        _outcome_columns()
        .where(MorningCheck.id.in_([check.id for check in checks]))
        .order_by(MorningCheck.id)
    ).all()
    return _outcome_views(rows)


def list_checks(
    actor: Actor,
    *,
    canteen_id: int,
    from_date: date | None = None,
    to_date: date | None = None,
    outcome: Outcome | None = None,
    open_only: bool = False,
    page: int,
    page_size: int,
) -> Page:
    """Outcomes of a canteen's checks, the latest first; both dates included. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_READ)
    statement = _outcome_columns().where(MorningCheck.canteen_id == canteen_id)
    if from_date is not None:
        statement = statement.where(MorningCheck.checked_on >= from_date)
    if to_date is not None:
        statement = statement.where(MorningCheck.checked_on <= to_date)
    if outcome is not None:
        statement = statement.where(MorningCheck.outcome == outcome.value)
    if open_only:
        statement = statement.where(
            MorningCheck.outcome == Outcome.BLOCKED.value, MorningCheck.cleared_at.is_(None)
        )
    statement = statement.order_by(MorningCheck.checked_on.desc(), MorningCheck.id.desc())
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page(_outcome_views(found.rows), found.total, found.page, found.page_size)


def outcomes(canteen_id: int, from_on: date, until_on: date) -> list[OutcomeView]:
    """A canteen's checks of a period in their order, both dates included: for exports, without health."""
    rows = db.session.execute(
        _outcome_columns()
        .where(
            MorningCheck.canteen_id == canteen_id,
            MorningCheck.checked_on >= from_on,
            MorningCheck.checked_on <= until_on,
        )
        .order_by(MorningCheck.checked_on, MorningCheck.id)
    ).all()
    return _outcome_views(rows)


def certificates_between(canteen_id: int, from_on: date, until_on: date) -> list[CertificateView]:
    """The certificates of a canteen's workers that were valid on some day of a period, by name."""
    rows = db.session.execute(
        select(HealthCertificate, KitchenWorker)
        .join(KitchenWorker, KitchenWorker.id == HealthCertificate.worker_id)
        .where(
            KitchenWorker.canteen_id == canteen_id,
            HealthCertificate.withdrawn_at.is_(None),
            HealthCertificate.issued_on <= until_on,
            HealthCertificate.valid_until >= from_on,
        )
        .order_by(KitchenWorker.name, HealthCertificate.valid_until)
    )
    return [certificate_view(certificate, worker) for certificate, worker in rows]


def expiring_certificates(canteen_id: int, on: date) -> list[CertificateView]:
    """The certificates that count of active workers and end within the rule's days, or have ended."""
    newer = aliased(HealthCertificate)
    last = date.fromordinal(on.toordinal() + warn_days(canteen_id))
    rows = db.session.execute(
        select(HealthCertificate, KitchenWorker)
        .join(KitchenWorker, KitchenWorker.id == HealthCertificate.worker_id)
        .where(
            KitchenWorker.canteen_id == canteen_id,
            KitchenWorker.is_active,
            HealthCertificate.withdrawn_at.is_(None),
            HealthCertificate.valid_until <= last,
            ~exists().where(
                newer.worker_id == HealthCertificate.worker_id,
                newer.withdrawn_at.is_(None),
                newer.valid_until > HealthCertificate.valid_until,
            ),
        )
        .order_by(HealthCertificate.valid_until, KitchenWorker.name)
    )
    return [certificate_view(certificate, worker) for certificate, worker in rows]


def unchecked(canteen_id: int, on: date) -> list[str]:
    """The names of the active workers whom nobody checked on a day."""
    of_day = select(MorningCheck.worker_id).where(
        MorningCheck.canteen_id == canteen_id, MorningCheck.checked_on == on
    )
    return list(
        db.session.scalars(
            select(KitchenWorker.name)
            .where(
                KitchenWorker.canteen_id == canteen_id,
                KitchenWorker.is_active,
                KitchenWorker.id.not_in(of_day),
            )
            .order_by(KitchenWorker.name)
        )
    )


def list_duties(actor: Actor, *, canteen_id: int, on: date, page: int, page_size: int) -> Page:
    """Who was at their post on a day. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_READ)
    found = paginate(_duties(canteen_id, on), page=page, page_size=page_size, scalars=False)
    return Page([_duty(*row) for row in found.rows], found.total, found.page, found.page_size)


def _duties(canteen_id: int, on: date) -> Any:
    return (
        select(KitchenDuty, KitchenWorker.name)
        .join(KitchenWorker, KitchenWorker.id == KitchenDuty.worker_id)
        .where(KitchenDuty.canteen_id == canteen_id, KitchenDuty.duty_on == on)
        .order_by(KitchenDuty.id)
    )


def duties_of(canteen_id: int, on: date, shift: Shift) -> list[DutyView]:
    """Who is in the register of a shift; one statement."""
    rows = db.session.execute(_duties(canteen_id, on).where(KitchenDuty.shift == shift.value))
    return [_duty(*row) for row in rows]


def duty_view(duty: KitchenDuty) -> DutyView:
    """A duty that was found."""
    name = db.session.scalar(select(KitchenWorker.name).where(KitchenWorker.id == duty.worker_id))
    return _duty(duty, name or "")


def _duty(duty: KitchenDuty, name: str) -> DutyView:
    return DutyView(
        id=duty.id,
        canteen_id=duty.canteen_id,
        worker_id=duty.worker_id,
        name=name,
        date=duty.duty_on,
        shift=duty.shift,
        post=duty.post,
        begun_at=duty.begun_at,
        ended_at=duty.ended_at,
    )
