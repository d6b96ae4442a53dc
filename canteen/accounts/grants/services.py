"""Use cases of grants and expiry."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

import structlog

from backend import clock
from backend.actor import SYSTEM, Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.dates import full_day_text
from backend.db import atomic, db
from backend.identity.queries import department_tree
from backend.money import yuan
from backend.notifications import operations as notifications
from backend.notifications.operations import Message
from backend.rules import queries as rule_queries
from canteen.accounts.grants import operations, policies, queries
from canteen.accounts.grants.errors import PlanAmountTooLarge, PlanDepartmentsWrong, PlanMonthsWrong
from canteen.accounts.grants.models import GrantPlan
from canteen.accounts.grants.queries import PlanView
from canteen.accounts.messages import PAGE, SUBSIDY_EXPIRES
from canteen.accounts.rules import GRANT_DAY, MAX_DEPOSIT_FEN

log = structlog.get_logger(__name__)

# People per unit of work: short enough that nobody's order waits long for it.
AT_ONCE: Final = 500


@atomic
def create_plan(actor: Actor, **plan: Any) -> PlanView:
    """Make a plan of these fields (see `change_plan`); the next daily run grants by it.

    A plan covers whoever makes it as it covers everybody. Raises what `change_plan` raises.
    """
    _ensure_sound(actor, **plan)
    now = clock.now()
    made = GrantPlan(created_at=now, created_by=actor.staff_id)
    _write(made, now=now, **plan)
    audit.record(actor, "accounts.plan_created", "grant_plan", made.id, **_told(plan))
    return queries.view_plan(made)


@atomic
def change_plan(actor: Actor, *, plan_id: int, **plan: Any) -> PlanView:
    """Give a plan new fields; who has a grant of this month keeps it as it was.

    The fields are name, amount_fen, is_for_all, department_ids, from_month, until_month and is_active.
    Raises Forbidden, PlanNotFound, PlanNameTaken, PlanAmountTooLarge, PlanDepartmentsWrong or
    PlanMonthsWrong.
    """
    _ensure_sound(actor, **plan)
    changed = queries.find_plan(plan_id)
    _write(changed, now=clock.now(), **plan)
    audit.record(actor, "accounts.plan_changed", "grant_plan", plan_id, **_told(plan))
    return queries.view_plan(changed)


def _ensure_sound(
    actor: Actor,
    *,
    amount_fen: int,
    is_for_all: bool,
    department_ids: Collection[int],
    from_month: date,
    until_month: date | None,
    **_others: Any,
) -> None:
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    limit_fen = rule_queries.value(MAX_DEPOSIT_FEN)
    if amount_fen > limit_fen:
        raise PlanAmountTooLarge(limit=yuan(limit_fen), limit_fen=limit_fen)
    if until_month is not None and until_month < from_month:
        raise PlanMonthsWrong(fields={"until_month": [PlanMonthsWrong.message]})
    tree = department_tree()
    if not is_for_all and (not department_ids or any(each not in tree for each in department_ids)):
        raise PlanDepartmentsWrong(fields={"department_ids": [PlanDepartmentsWrong.message]})


def _write(plan: GrantPlan, *, now: Any, department_ids: Collection[int], **columns: Any) -> None:
    wanted = () if columns["is_for_all"] else department_ids
    operations.write_plan(plan, wanted, **columns, changed_at=now)


def _told(plan: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in plan.items()
        if value is not None
    }


# What runs by itself


def grant_due() -> int:
    """Grant this month to everybody who lacks it, from the day of the rule on; returns to how many.

    What the last period left expires first, so that nobody is granted whose expiry fails. A unit per AT_ONCE
    people, so that a run that breaks off goes on where it was; who fails keeps nobody else from their turn,
    and the first failure is raised at the end.
    """
    run = _Run()
    _expire(run)
    held_up = frozenset(run.failed)
    today = clock.today()
    granted = 0
    if today.day >= rule_queries.value(GRANT_DAY):
        month = today.replace(day=1)
        granted = sum(_grant(plan_id, month, held_up, run) for plan_id in queries.plans_due(month))
    run.raise_failure()
    return granted


def expire_due() -> int:
    """Take back what is left of the subsidies of the period that ended last; returns from how many.

    Once per boundary and person, however often it runs; a unit per AT_ONCE people. Who fails keeps nobody
    else from their turn and is tried again by the next run; the first failure is raised at the end.
    """
    run = _Run()
    expired = _expire(run)
    run.raise_failure()
    return expired


class _Run:
    """A run over many people: who failed, and why."""

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.failed: set[int] = set()

    def together(self, staff_ids: Sequence[int], act: Callable[[Sequence[int]], int]) -> int:
        """Act on all of them in one unit, or if that fails on each in one of their own; the sum."""
        try:
            return act(staff_ids)
        except Exception:
            log.exception("people are taken one by one", people=len(staff_ids), first_id=staff_ids[0])
        return sum(self._alone(staff_id, act) for staff_id in staff_ids)

    def _alone(self, staff_id: int, act: Callable[[Sequence[int]], int]) -> int:
        try:
            return act([staff_id])
        except Exception as failure:
            log.exception("person left out", staff_id=staff_id)
            self.failed.add(staff_id)
            self.failures.append(failure)
            return 0

    def raise_failure(self) -> None:
        """Raise the first failure, if there is one."""
        if self.failures:
            raise self.failures[0]


def _grant(plan_id: int, month: date, held_up: Collection[int], run: _Run) -> int:
    granted, last_id = 0, 0
    try:
        while waiting := queries.without_award(queries.find_plan(plan_id), month, last_id, AT_ONCE):
            last_id = waiting[-1]
            staff_ids = [staff_id for staff_id in waiting if staff_id not in held_up]
            if staff_ids:
                granted += run.together(staff_ids, partial(_grant_to, plan_id, month))
    except Exception as failure:  # One plan that fails keeps no other from its turn.
        log.exception("plan not granted", plan_id=plan_id)
        db.session.rollback()  # The next plan is read in a transaction that works.
        run.failures.append(failure)
    return granted


@atomic
def _grant_to(plan_id: int, month: date, staff_ids: Sequence[int]) -> int:
    plan = queries.find_plan(plan_id)
    granted = operations.award(plan, month, staff_ids, at=clock.now()) if plan.is_active else []
    if granted:
        audit.record(
            SYSTEM,
            "accounts.granted",
            "grant_plan",
            plan_id,
            month=f"{month:%Y-%m}",
            people=len(granted),
            amount_fen=plan.amount_fen * len(granted),
        )
    return len(granted)


def _expire(run: _Run) -> int:
    boundary_on = queries.boundary_due(clock.today())
    if boundary_on is None:
        return 0
    _begin(boundary_on)
    period = queries.expiry_period(boundary_on)
    memo = f"{policies.period_name(boundary_on, period)}补贴到期收回"
    expired, last_id = 0, 0
    while staff_ids := queries.holders(boundary_on, last_id, AT_ONCE):
        last_id = staff_ids[-1]
        expired += run.together(staff_ids, partial(_expire_of, boundary_on, memo))
    if not run.failed:
        _finish(boundary_on)
    return expired


@atomic
def _begin(boundary_on: date) -> None:
    operations.begin_run(boundary_on, clock.now())


@atomic
def _expire_of(boundary_on: date, memo: str, staff_ids: Sequence[int]) -> int:
    taken = operations.expire(boundary_on, staff_ids, memo=memo, at=clock.now())
    if taken:
        audit.record(
            SYSTEM,
            "accounts.subsidies_expired",
            "accounts",
            boundary_on.isoformat(),
            people=len(taken),
            amount_fen=sum(taken.values()),
        )
    return len(taken)


@atomic
def _finish(boundary_on: date) -> None:
    operations.finish_run(boundary_on, clock.now())


def warn_of_expiry() -> int:
    """Tell everybody who would lose something within a week, once per boundary; returns how many."""
    boundary_on = policies.boundary_ahead(clock.today(), queries.expiry_period)
    if boundary_on is None:
        return 0
    warned, last_id = 0, 0
    while seen := _warn_some(boundary_on, last_id):
        last_id, count = seen
        warned += count
    return warned


@atomic
def _warn_some(boundary_on: date, after_id: int) -> tuple[int, int] | None:
    waiting = queries.to_warn(boundary_on, after_id, AT_ONCE)
    if not waiting:
        return None
    day = full_day_text(boundary_on)
    messages = [
        Message(
            staff_id,
            {"amount": yuan(fen), "day": day},
            dedupe=boundary_on.isoformat(),
            page=PAGE,
            expires_at=queries.starts_at(boundary_on),
        )
        for staff_id, fen in waiting
    ]
    return waiting[-1][0], len(notifications.notify_each(SUBSIDY_EXPIRES, messages))
