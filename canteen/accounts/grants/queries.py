"""Reads of grant plans and of expiry."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Exists, Select, and_, exists, func, select
from sqlalchemy.orm import aliased, selectinload

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db, table
from backend.identity.departments import DepartmentTree
from backend.identity.models import Posting, Staff, StaffStatus
from backend.identity.queries import department_tree
from backend.notifications.models import InboxMessage
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.accounts.grants import policies
from canteen.accounts.grants.errors import PlanNotFound
from canteen.accounts.grants.models import ExpiredSubsidy, ExpiryRun, GrantAward, GrantPlan
from canteen.accounts.grants.policies import Since
from canteen.accounts.messages import SUBSIDY_EXPIRES
from canteen.accounts.models import AccountBalance, Bucket, EntryKind, LedgerEntry, LedgerPosting
from canteen.accounts.rules import SUBSIDY_EXPIRY, ExpiryPeriod

_POSTING, _ENTRY = table(LedgerPosting), table(LedgerEntry)


@dataclass(frozen=True, slots=True)
class Covered:
    """How many active people a plan would grant to now, and how much that is a month."""

    people: int
    total_fen: int


@dataclass(frozen=True, slots=True)
class DepartmentName:
    """A department with the names from the top down."""

    id: int
    path: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as its manager sees it. `people` and `total_fen` are what a month would cost now."""

    id: int
    name: str
    amount_fen: int
    is_for_all: bool
    departments: Sequence[DepartmentName]
    from_month: date
    until_month: date | None
    is_active: bool
    people: int
    total_fen: int

    @property
    def department_ids(self) -> list[int]:
        """The departments' ids."""
        return [each.id for each in self.departments]


@dataclass(frozen=True, slots=True)
class GrantedMonth:
    """What a plan has granted for a month, before any correction."""

    month: date
    people: int
    total_fen: int


def page_plans(actor: Actor, *, page: int, page_size: int) -> Page:
    """The plans as `PlanView`s, the running ones first; a fixed number of statements. Raises Forbidden."""
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    statement = select(GrantPlan).options(selectinload(GrantPlan.departments))
    statement = statement.order_by(GrantPlan.is_active.desc(), GrantPlan.id.desc())
    found = paginate(statement, page=page, page_size=page_size)
    tree, counts = department_tree(), _active_by_department()
    return Page([_view(plan, tree, counts) for plan in found.rows], found.total, page, page_size)


def get_plan(actor: Actor, plan_id: int) -> PlanView:
    """One plan. Raises Forbidden or PlanNotFound."""
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    return view_plan(find_plan(plan_id))


def view_plan(plan: GrantPlan) -> PlanView:
    """A plan as its manager sees it."""
    return _view(plan, department_tree(), _active_by_department())


def find_plan(plan_id: int) -> GrantPlan:
    """The plan's row with its departments. Raises PlanNotFound."""
    whole = [selectinload(GrantPlan.departments)]
    plan = db.session.get(GrantPlan, plan_id, options=whole, populate_existing=True)
    if plan is None:
        raise PlanNotFound
    return plan


def granted_months(actor: Actor, plan_id: int) -> list[GrantedMonth]:
    """What a plan has granted, the latest month first. Raises Forbidden."""
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    rows = db.session.execute(
        select(GrantAward.month, func.count(), func.sum(GrantAward.amount_fen))
        .where(GrantAward.plan_id == plan_id)
        .group_by(GrantAward.month)
        .order_by(GrantAward.month.desc())
    )
    return [GrantedMonth(month, people, int(fen)) for month, people, fen in rows]


def preview(actor: Actor, *, amount_fen: int, is_for_all: bool, department_ids: Collection[int]) -> Covered:
    """What a plan of this kind would cost a month as the roster stands. Raises Forbidden."""
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    counts = _active_by_department()
    people = _people(counts, None if is_for_all else reached(department_tree(), department_ids))
    return Covered(people, people * amount_fen)


def reached(tree: DepartmentTree, department_ids: Collection[int]) -> set[int]:
    """These departments with everything below them, as far as they exist."""
    known = [department_id for department_id in department_ids if department_id in tree]
    return {each for department_id in known for each in tree.with_descendants(department_id)}


def _view(plan: GrantPlan, tree: DepartmentTree, counts: Mapping[int | None, int]) -> PlanView:
    department_ids = [each.department_id for each in plan.departments]
    people = _people(counts, None if plan.is_for_all else reached(tree, department_ids))
    return PlanView(
        plan.id,
        plan.name,
        plan.amount_fen,
        plan.is_for_all,
        [DepartmentName(each, tree.path(each)) for each in department_ids],
        plan.from_month,
        plan.until_month,
        plan.is_active,
        people,
        people * plan.amount_fen,
    )


def _people(counts: Mapping[int | None, int], department_ids: Collection[int] | None) -> int:
    if department_ids is None:
        return sum(counts.values())
    return sum(counts.get(department_id, 0) for department_id in department_ids)


def _active_by_department() -> dict[int | None, int]:
    """How many active people there are, by primary department."""
    rows = db.session.execute(
        select(Posting.department_id, func.count())
        .select_from(Staff)
        .outerjoin(Posting, and_(Posting.staff_id == Staff.id, Posting.is_primary))
        .where(Staff.status == StaffStatus.ACTIVE.value)
        .group_by(Posting.department_id)
    )
    return dict(rows.all())


# What a run needs


def plans_due(month: date) -> list[int]:
    """The plans that grant for this month."""
    return list(
        db.session.scalars(
            select(GrantPlan.id)
            .where(
                GrantPlan.is_active,
                GrantPlan.from_month <= month,
                (GrantPlan.until_month.is_(None)) | (GrantPlan.until_month >= month),
            )
            .order_by(GrantPlan.id)
        )
    )


def without_award(plan: GrantPlan, month: date, after_id: int, limit: int) -> list[int]:
    """The next active people by id whom the plan covers and has not granted for the month."""
    statement = (
        select(Staff.id)
        .where(Staff.status == StaffStatus.ACTIVE.value, Staff.id > after_id, ~_awarded(plan.id, month))
        .order_by(Staff.id)
        .limit(limit)
    )
    if not plan.is_for_all:
        department_ids = reached(department_tree(), [each.department_id for each in plan.departments])
        statement = statement.join(Posting, and_(Posting.staff_id == Staff.id, Posting.is_primary)).where(
            Posting.department_id.in_(department_ids)
        )
    return list(db.session.scalars(statement))


def _awarded(plan_id: int, month: date) -> Exists:
    return exists().where(
        GrantAward.plan_id == plan_id, GrantAward.month == month, GrantAward.staff_id == Staff.id
    )


def awarded_among(plan_id: int, month: date, staff_ids: Collection[int]) -> set[int]:
    """Who of these people has an award of the month."""
    return set(
        db.session.scalars(
            select(GrantAward.staff_id).where(
                GrantAward.plan_id == plan_id, GrantAward.month == month, GrantAward.staff_id.in_(staff_ids)
            )
        )
    )


def expiry_period(day: date) -> ExpiryPeriod:
    """The rule as it is when that day begins."""
    return ExpiryPeriod(rule_queries.value(SUBSIDY_EXPIRY, at=starts_at(day)))


def starts_at(day: date) -> datetime:
    """The instant at which a day begins."""
    return clock.at_local(day, time.min)


def boundary_due(today: date) -> date | None:
    """The latest boundary whose expiry is not finished, or None."""
    boundary_on = policies.last_boundary(today, expiry_period)
    if boundary_on is None:
        return None
    run = db.session.get(ExpiryRun, boundary_on, populate_existing=True)
    return None if run is not None and run.finished_at is not None else boundary_on


def holders(boundary_on: date, after_id: int, limit: int) -> list[int]:
    """The next people by id who hold any subsidy of which nothing has expired at this boundary."""
    return list(
        db.session.scalars(_holding(after_id, limit).where(~_expired(boundary_on, AccountBalance.staff_id)))
    )


def _holding(after_id: int, limit: int) -> Select[Any]:
    return (
        select(AccountBalance.staff_id)
        .where(
            AccountBalance.bucket == Bucket.SUBSIDY.value,
            AccountBalance.balance_fen > 0,
            AccountBalance.staff_id > after_id,
        )
        .order_by(AccountBalance.staff_id)
        .limit(limit)
    )


def _expired(boundary_on: date, staff_id: object) -> Exists:
    return exists().where(ExpiredSubsidy.boundary_on == boundary_on, ExpiredSubsidy.staff_id == staff_id)


def expired_among(boundary_on: date, staff_ids: Collection[int]) -> set[int]:
    """Of whom of these people something has expired at this boundary."""
    return set(
        db.session.scalars(
            select(ExpiredSubsidy.staff_id).where(
                ExpiredSubsidy.boundary_on == boundary_on, ExpiredSubsidy.staff_id.in_(staff_ids)
            )
        )
    )


def subsidies_since(boundary_on: date, staff_ids: Collection[int]) -> dict[int, list[Since]]:
    """What happened to these people's subsidies from a boundary on; one statement."""
    start = starts_at(boundary_on)
    mended = aliased(LedgerEntry)
    mended_at = mended.happened_at
    rows = db.session.execute(
        select(
            LedgerEntry.staff_id,
            LedgerEntry.order_id,
            LedgerEntry.kind,
            mended_at,
            func.sum(LedgerPosting.amount_fen),
        )
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .outerjoin(mended, mended.id == LedgerEntry.corrects_id)
        .where(
            LedgerEntry.staff_id.in_(staff_ids),
            LedgerEntry.happened_at >= start,
            LedgerPosting.account == Bucket.SUBSIDY.value,
        )
        # An order counts with its refunds, whatever their kinds.
        .group_by(LedgerEntry.staff_id, LedgerEntry.order_id, LedgerEntry.kind, mended_at)
    )
    orders: dict[tuple[int, int], int] = {}
    found: dict[int, list[Since]] = {}
    for staff_id, order_id, kind, corrected_at, fen in rows:
        if order_id is not None:
            orders[staff_id, order_id] = orders.get((staff_id, order_id), 0) + int(fen)
            continue
        is_new = kind == EntryKind.GRANT or (corrected_at is not None and corrected_at >= start)
        found.setdefault(staff_id, []).append(Since(int(fen), is_new=is_new))
    for (staff_id, _), fen in orders.items():
        found.setdefault(staff_id, []).append(Since(fen))
    return found


def to_warn(boundary_on: date, after_id: int, limit: int) -> list[tuple[int, int]]:
    """The next active people by id who would lose something, with how much, and were not told so."""
    is_told = exists().where(
        InboxMessage.staff_id == AccountBalance.staff_id,
        InboxMessage.kind == SUBSIDY_EXPIRES.key,
        InboxMessage.dedupe == boundary_on.isoformat(),
    )
    rows = db.session.execute(
        _holding(after_id, limit)
        .add_columns(AccountBalance.balance_fen)
        .join(Staff, Staff.id == AccountBalance.staff_id)
        .where(Staff.status == StaffStatus.ACTIVE.value, ~is_told)
    )
    return [(staff_id, balance_fen) for staff_id, balance_fen in rows]
