"""Writes of plans, awards and expiry, within an open unit of work."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from backend.db import db, table, unit
from canteen.accounts import operations as accounts
from canteen.accounts.grants import policies, queries
from canteen.accounts.grants.errors import PlanNameTaken
from canteen.accounts.grants.models import (
    ExpiredSubsidy,
    ExpiryRun,
    GrantAward,
    GrantPlan,
    GrantPlanDepartment,
)
from canteen.accounts.models import Bucket, EntryKind
from canteen.accounts.operations import Move

# What the ledger notes as having entered what nobody did by hand.
BY_ITSELF: Final = 0

_AWARD, _RUN, _EXPIRED = table(GrantAward), table(ExpiryRun), table(ExpiredSubsidy)
BEGIN_RUN = {
    name: dialect.insert(_RUN).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def write_plan(plan: GrantPlan, department_ids: Collection[int], **columns: Any) -> None:
    """Give a plan, new or not, these columns and departments. Raises PlanNameTaken."""
    unit()
    for name, value in columns.items():
        setattr(plan, name, value)
    kept = {each.department_id: each for each in plan.departments}
    plan.departments = [
        kept.get(department_id) or GrantPlanDepartment(department_id=department_id)
        for department_id in sorted(set(department_ids))
    ]
    db.session.add(plan)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise PlanNameTaken from error


def award(plan: GrantPlan, month: date, staff_ids: Collection[int], *, at: datetime) -> list[int]:
    """Grant a month to those of these people who have no award of it; returns to whom."""
    accounts.open_balances(staff_ids)
    # Who was granted by another run meanwhile is known only now, behind the lock.
    wanted = sorted(set(staff_ids) - queries.awarded_among(plan.id, month, staff_ids))
    memo = f"{month.year}年{month.month}月{plan.name}"
    entries = accounts.move_all(
        EntryKind.GRANT,
        Bucket.SUBSIDY,
        [Move(staff_id, plan.amount_fen, memo) for staff_id in wanted],
        at=at,
        entered_by=BY_ITSELF,
    )
    if entries:
        rows = [
            {
                "plan_id": plan.id,
                "month": month,
                "staff_id": staff_id,
                "entry_id": entries[staff_id],
                "amount_fen": plan.amount_fen,
            }
            for staff_id in wanted
        ]
        unit().execute(insert(_AWARD), rows)
    return wanted


def begin_run(boundary_on: date, at: datetime) -> None:
    """Note that the expiry at a boundary has begun; again is harmless."""
    connection = unit()
    values = {"boundary_on": boundary_on, "started_at": at}
    connection.execute(BEGIN_RUN[connection.dialect.name], values)


def finish_run(boundary_on: date, at: datetime) -> None:
    """Note that everybody was seen to; the first to say so is believed."""
    unit().execute(
        update(_RUN)
        .where(_RUN.c.boundary_on == boundary_on, _RUN.c.finished_at.is_(None))
        .values(finished_at=at)
    )


def expire(boundary_on: date, staff_ids: Collection[int], *, memo: str, at: datetime) -> Mapping[int, int]:
    """Take back what is left of these people's old subsidies; returns how much, where anything was."""
    held = accounts.lock_balances_of(staff_ids)
    # Both are read behind the lock: neither an order nor another run comes in between.
    waiting = set(held) - queries.expired_among(boundary_on, staff_ids)
    since = queries.subsidies_since(boundary_on, waiting)
    left = {
        staff_id: policies.left_of_old(held[staff_id].get(Bucket.SUBSIDY, 0), since.get(staff_id, ()))
        for staff_id in sorted(waiting)
    }
    taken = {staff_id: fen for staff_id, fen in left.items() if fen}
    entries = accounts.move_all(
        EntryKind.EXPIRY,
        Bucket.SUBSIDY,
        [Move(staff_id, -fen, memo) for staff_id, fen in taken.items()],
        at=at,
        entered_by=BY_ITSELF,
    )
    if entries:
        rows = [
            {
                "boundary_on": boundary_on,
                "staff_id": staff_id,
                "entry_id": entries[staff_id],
                "amount_fen": fen,
            }
            for staff_id, fen in taken.items()
        ]
        unit().execute(insert(_EXPIRED), rows)
    return taken
