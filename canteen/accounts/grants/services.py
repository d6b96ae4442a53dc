"""Use cases of grants and expiry."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

import structlog

from backend import clock
from backend.actor import SYSTEM, Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.db import atomic
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

    What the last period left expires first: if that fails, nothing is granted. A unit per AT_ONCE people,
    so that a run that breaks off goes on where it was.
    """
    expire_due()
    today = clock.today()
    if today.day < rule_queries.value(GRANT_DAY):
        return 0
    month = today.replace(day=1)
    granted, failures = 0, []
    for plan_id in queries.plans_due(month):
        try:
            while count := _grant_some(plan_id, month):
                granted += count
        except Exception as failure:  # One plan that fails keeps no other from its turn.
            log.exception("plan not granted", plan_id=plan_id)
            failures.append(failure)
    if failures:
        raise failures[0]
    return granted


@atomic
def _grant_some(plan_id: int, month: date) -> int:
    plan = queries.find_plan(plan_id)
    staff_ids = queries.without_award(plan, month, AT_ONCE) if plan.is_active else []
    if not staff_ids:
        return 0
    granted = operations.award(plan, month, staff_ids, at=clock.now())
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
    return len(staff_ids)


def expire_due() -> int:
    """Take back what is left of the subsidies of the period that ended last; returns from how many.

    Once per boundary and person, however often it runs; a unit per AT_ONCE people.
    """
    boundary_on = queries.boundary_due(clock.today())
    if boundary_on is None:
        return 0
    _begin(boundary_on)
    period = queries.expiry_period(boundary_on)
    memo = f"{policies.period_name(boundary_on, period)}补贴到期收回"
    expired, last_id = 0, 0
    while seen := _expire_some(boundary_on, memo, last_id):
        last_id, count = seen
        expired += count
    _finish(boundary_on)
    return expired


@atomic
def _begin(boundary_on: date) -> None:
    operations.begin_run(boundary_on, clock.now())


@atomic
def _expire_some(boundary_on: date, memo: str, after_id: int) -> tuple[int, int] | None:
    """The last of the people who were seen to, and from how many something was taken."""
    staff_ids = queries.holders(boundary_on, after_id, AT_ONCE)
    if not staff_ids:
        return None
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
    return staff_ids[-1], len(taken)


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
    day = f"{boundary_on.year}年{boundary_on.month}月{boundary_on.day}日"
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
