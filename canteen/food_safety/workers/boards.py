"""A shift's sheet, and how checks ended: reads without anything of health."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from canteen.food_safety import reach
from canteen.food_safety.workers import policies, queries
from canteen.food_safety.workers.models import KitchenWorker, MorningCheck, Outcome, Shift
from canteen.food_safety.workers.policies import Standing
from canteen.food_safety.workers.queries import DutyView, OutcomeView
from canteen.food_safety.workers.titles import SHIFT_NAMES, SYMPTOM_NAMES


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a worker may not be at their post."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetWorker:
    """A line of a shift's sheet."""

    worker_id: int
    name: str
    job: str
    has_notice: bool
    certificate_state: str
    certificate_until: date | None
    check: OutcomeView | None
    is_fit: bool
    unfit: Sequence[Reason]
    duty: DutyView | None


@dataclass(frozen=True, slots=True)
class Symptom:
    """A code of the check with its name."""

    code: int
    name: str


SYMPTOMS = tuple(Symptom(code, name) for code, name in SYMPTOM_NAMES.items())


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everybody of a kitchen before a shift."""

    canteen_id: int
    canteen_name: str
    date: date
    shift: str
    shift_name: str
    fever_dc: int
    symptoms: Sequence[Symptom]
    unchecked: int
    workers: Sequence[SheetWorker]


@dataclass(frozen=True, slots=True)
class DayCount:
    """How the checks of a day ended."""

    date: date
    checks: int
    fit: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """How checks ended, without a name."""

    checks: int
    fit: int
    blocked: int
    cleared: int
    days: Sequence[DayCount]


def get_sheet(actor: Actor, *, canteen_id: int, shift: Shift, on: date | None = None) -> Sheet:
    """Everybody of a kitchen before a shift; a fixed number of statements. Raises CanteenNotFound."""
    canteen = reach.get_canteen(actor, canteen_id, *reach.READERS)
    on = on or clock.today()
    workers = list(
        db.session.scalars(
            select(KitchenWorker)
            .where(KitchenWorker.canteen_id == canteen_id, KitchenWorker.is_active)
            .order_by(KitchenWorker.name, KitchenWorker.id)
        )
    )
    latest = {each.worker_id: each for each in queries.outcomes_of_shift(canteen_id, on, shift)}
    duties = {each.worker_id: each for each in queries.duties_of(canteen_id, on, shift)}
    blocked = queries.blocked_among([worker.id for worker in workers])
    certificates = queries.certificates_of([worker.id for worker in workers])
    warn = queries.warn_days(canteen_id)
    lines = []
    for worker in workers:
        own = [each for each in certificates.get(worker.id, []) if each.issued_on <= on]
        until = own[0].valid_until if own else None
        standing = Standing(True, worker.id in blocked, worker.id in latest, until)
        reasons = policies.unfit_reasons(standing, on)
        lines.append(
            SheetWorker(
                worker_id=worker.id,
                name=worker.name,
                job=worker.job,
                has_notice=worker.noticed_at is not None,
                certificate_state=policies.certificate_state(until, on, warn),
                certificate_until=until,
                check=latest.get(worker.id),
                is_fit=not reasons,
                unfit=[Reason(each.value, policies.UNFIT_NAMES[each]) for each in reasons],
                duty=duties.get(worker.id),
            )
        )
    return Sheet(
        canteen_id=canteen.id,
        canteen_name=canteen.name,
        date=on,
        shift=shift.value,
        shift_name=SHIFT_NAMES[shift],
        fever_dc=queries.fever_dc(canteen_id),
        symptoms=SYMPTOMS,
        unchecked=sum(line.check is None for line in lines),
        workers=lines,
    )


def get_statistics(
    actor: Actor, *, canteen_id: int | None = None, from_date: date, to_date: date
) -> Statistics:
    """How the checks of a period ended, day by day, without a name; both dates included."""
    canteens = reach.find_canteens(actor, canteen_id, Permission.SAFETY_READ)
    blocked = MorningCheck.outcome == Outcome.BLOCKED.value
    rows = db.session.execute(
        select(
            MorningCheck.checked_on,
            func.count(),
            func.sum(case((blocked, 1), else_=0)),
            func.sum(case((and_(blocked, MorningCheck.cleared_at.is_not(None)), 1), else_=0)),
        )
        .where(
            MorningCheck.canteen_id.in_([each.id for each in canteens]),
            MorningCheck.checked_on >= from_date,
            MorningCheck.checked_on <= to_date,
        )
        .group_by(MorningCheck.checked_on)
        .order_by(MorningCheck.checked_on)
    ).all()
    days = [DayCount(on, checks, checks - stopped, stopped) for on, checks, stopped, _ in rows]
    return Statistics(
        checks=sum(day.checks for day in days),
        fit=sum(day.fit for day in days),
        blocked=sum(day.blocked for day in days),
        cleared=sum(cleared for *_, cleared in rows),
        days=days,
    )
