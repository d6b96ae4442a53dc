"""The list of kitchen workers, with the certificates that count."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.media import queries as media_queries
from backend.paging import Page, paginate
from canteen.food_safety import reach
from canteen.food_safety.workers import queries
from canteen.food_safety.workers.models import HealthCertificate, KitchenWorker
from canteen.food_safety.workers.policies import CertificateState
from canteen.food_safety.workers.queries import CertificateView
from canteen.food_safety.workers.titles import BASIS_NAMES
from canteen.menu.queries import canteen_names


@dataclass(frozen=True, slots=True)
class NoticeView:
    """What a worker was told before their health was asked after."""

    basis: str
    basis_name: str
    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A worker with the certificate that counts."""

    id: int
    canteen_id: int
    canteen_name: str
    staff_id: int | None
    name: str
    job: str
    is_active: bool
    notice: NoticeView | None
    certificate: CertificateView | None
    certificate_state: str
    is_blocked: bool
    certificates: Sequence[CertificateView] = ()


def list_workers(
    actor: Actor,
    *,
    canteen_id: int | None = None,
    is_active: bool | None = None,
    certificate_state: CertificateState | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The workers within reach, by canteen and name, as WorkerViews."""
    canteens = {each.id: each for each in reach.find_canteens(actor, canteen_id, Permission.SAFETY_READ)}
    until = _latest_until()
    statement = (
        select(KitchenWorker)
        .outerjoin(until, until.c.worker_id == KitchenWorker.id)
        .where(KitchenWorker.canteen_id.in_(canteens))
        .order_by(KitchenWorker.canteen_id, KitchenWorker.name, KitchenWorker.id)
    )
    if is_active is not None:
        statement = statement.where(KitchenWorker.is_active == is_active)
    if certificate_state is not None:
        statement = statement.where(_in_state(until.c.valid_until, certificate_state, canteens))
    found = paginate(statement, page=page, page_size=page_size)
    return Page(_worker_views(found.rows), found.total, found.page, found.page_size)


def lapsed(canteen_id: int) -> Count:
    """A count of a canteen's workers whose health certificate is missing or not valid any more."""
    until = _latest_until()
    return (
        select(func.count(KitchenWorker.id))
        .outerjoin(until, until.c.worker_id == KitchenWorker.id)
        .where(
            KitchenWorker.canteen_id == canteen_id,
            KitchenWorker.is_active,
            or_(until.c.valid_until.is_(None), until.c.valid_until < clock.today()),
        )
    )


def get_worker(actor: Actor, worker_id: int) -> WorkerView:
    """A worker with all of their certificates. Raises WorkerNotFound."""
    return view_of(queries.find_worker(actor, worker_id, Permission.SAFETY_READ))


def view_of(worker: KitchenWorker) -> WorkerView:
    """A worker that was found, with all of their certificates."""
    return _worker_views([worker], with_all=True)[0]


def _latest_until() -> Any:
    return (
        select(
            HealthCertificate.worker_id.label("worker_id"),
            func.max(HealthCertificate.valid_until).label("valid_until"),
        )
        .where(HealthCertificate.withdrawn_at.is_(None), HealthCertificate.issued_on <= clock.today())
        .group_by(HealthCertificate.worker_id)
        .subquery()
    )


def _in_state(until: Any, state: CertificateState, canteens: Collection[int]) -> Any:
    today = clock.today()
    if state is CertificateState.MISSING:
        return until.is_(None)
    if state is CertificateState.EXPIRED:
        return until < today
    last = {each: date.fromordinal(today.toordinal() + queries.warn_days(each)) for each in canteens}
    soon = or_(*(and_(KitchenWorker.canteen_id == each, until <= on) for each, on in last.items()))
    return and_(until >= today, soon if state is CertificateState.EXPIRING else ~soon)


def _worker_views(workers: Sequence[KitchenWorker], *, with_all: bool = False) -> list[WorkerView]:
    ids = [worker.id for worker in workers]
    certificates = queries.certificates_of(ids)
    photos = media_queries.links(
        {each.photo_id for own in certificates.values() for each in own if each.photo_id is not None}
    )
    blocked = queries.blocked_among(ids)
    names = canteen_names({worker.canteen_id for worker in workers})
    found = []
    for worker in workers:
        own = [
            queries.certificate_view(each, worker, photos.get(each.photo_id or 0))
            for each in certificates.get(worker.id, [])
        ]
        current = next((each for each in own if each.issued_on <= clock.today()), None)
        found.append(
            WorkerView(
                id=worker.id,
                canteen_id=worker.canteen_id,
                canteen_name=names[worker.canteen_id],
                staff_id=worker.staff_id,
                name=worker.name,
                job=worker.job,
                is_active=worker.is_active,
                notice=_notice(worker),
                certificate=current,
                certificate_state=current.state if current is not None else CertificateState.MISSING,
                is_blocked=worker.id in blocked,
                certificates=own if with_all else (),
            )
        )
    return found


def _notice(worker: KitchenWorker) -> NoticeView | None:
    if worker.notice_basis is None or worker.noticed_at is None:
        return None
    names: dict[str, str] = {basis.value: name for basis, name in BASIS_NAMES.items()}
    basis = worker.notice_basis
    return NoticeView(basis, names[basis], worker.notice_version, worker.noticed_at)
