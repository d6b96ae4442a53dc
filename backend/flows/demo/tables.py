"""The plan as rows of tables, in the order in which they can be inserted."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Table

from backend import clock
from backend.actor import ScopeKind
from backend.db import Base, table
from backend.flows.demo import ledger, orders
from backend.flows.demo.kitchens import KITCHENS, periods_of
from backend.flows.demo.menus import revision_day
from backend.flows.demo.organisation import CAMPUSES, MANAGER_NO, WAITER_NO
from backend.flows.demo.people import departments
from backend.flows.demo.plan import Plan
from backend.identity.models import (
    Department,
    ExternalIdentity,
    PasswordCredential,
    Posting,
    RoleGrant,
    Staff,
    StaffStatus,
)
from backend.places.models import Building, Campus
from canteen.accounts.models import AccountBalance, Bucket, LedgerEntry, LedgerPosting
from canteen.menu.models import Canteen, Dish, DishPortion, Meal, MealDish, MealPeriod, MealState
from canteen.ordering.models import Order, OrderLine, OrderState, PrepLine

_MAX_PORTIONS = 10
_PERIOD_COLUMNS = tuple(column.name for column in table(MealPeriod).columns if column.name != "id")


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one table, as tuples in the order of `columns`."""

    table: Table
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What depends on the deployment: ciphers, hashes, the simulator's accounts and the ids of roles."""

    encrypt: Callable[[str], bytes]
    keyed_hash: Callable[[str], bytes]
    provider: str
    tenant: str
    subject_of: Callable[[str], str]
    password_hashes: Mapping[str, str]
    role_ids: Mapping[str, int]

    def pair(self, text: str) -> tuple[bytes | None, bytes | None]:
        """Cipher and keyed hash of a text that may be missing."""
        return (self.encrypt(text), self.keyed_hash(text)) if text else (None, None)


def batches(plan: Plan, sealed: Sealed) -> Iterator[Batch]:
    """All tables of the demo, parents before children."""
    yield from _places()
    yield from _people(plan, sealed)
    yield from _accounts(plan, sealed)
    yield from _kitchens(plan)
    yield from _meals(plan)
    yield from _orders(plan)
    yield from _money(plan)


def _batch(model: type[Base], columns: str, rows: Iterable[tuple[Any, ...]]) -> Batch:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - tells the type checker what every model of ours has.
    return Batch(table, tuple(columns.split()), list(rows))


def _places() -> Iterator[Batch]:
    campuses = list(enumerate(CAMPUSES, start=1))
    yield _batch(Campus, "id name", ((campus_id, name) for campus_id, (name, _) in campuses))
    buildings = ((campus_id, name) for campus_id, (_, names) in campuses for name in names)
    yield _batch(Building, "campus_id name", buildings)


def _people(plan: Plan, sealed: Sealed) -> Iterator[Batch]:
    yield _batch(Department, "id parent_id name position", departments())
    yield _batch(
        Staff,
        "id staff_no name status card_no created_at phone_cipher phone_hash id_no_cipher id_no_hash",
        (
            (
                one.staff_id,
                one.staff_no,
                one.name,
                StaffStatus.ACTIVE.value,
                one.card_no,
                _opened_at(plan),
                *sealed.pair(one.phone),
                *sealed.pair(one.id_no),
            )
            for one in plan.members
        ),
    )
    first = [(one.staff_id, one.department_id, one.title, True) for one in plan.members]
    second = [(one.staff_id, *one.second, False) for one in plan.members if one.second]
    yield _batch(Posting, "staff_id department_id title is_primary", first + second)


def _accounts(plan: Plan, sealed: Sealed) -> Iterator[Batch]:
    """Who may do what, and how they log in."""
    bound_at, by_system = _opened_at(plan), 0
    yield _batch(
        RoleGrant,
        "staff_id role_id scope_kind scope_id granted_at granted_by",
        (
            (one.staff_id, sealed.role_ids[one.role], ScopeKind.COMPOUND.value, 0, bound_at, by_system)
            for one in plan.members
            if one.role
        ),
    )
    yield _batch(
        PasswordCredential,
        "staff_id password_hash must_change changed_at failures",
        (
            (plan.staff_id(staff_no), password_hash, False, plan.now, 0)
            for staff_no, password_hash in sealed.password_hashes.items()
        ),
    )
    yield _batch(
        ExternalIdentity,
        "provider tenant subject staff_id bound_at",
        (
            (sealed.provider, sealed.tenant, sealed.subject_of(one.staff_no), one.staff_id, bound_at)
            for one in plan.members
        ),
    )


def _kitchens(plan: Plan) -> Iterator[Batch]:
    spending_order = [bucket.value for bucket in (Bucket.SUBSIDY, Bucket.PERSONAL)]
    yield _batch(
        Canteen,
        "id campus_id name is_active opens_on_rest_days max_portions spending_order",
        (
            (one.id, one.campus_id, one.name, True, one.opens_on_rest_days, _MAX_PORTIONS, spending_order)
            for one in KITCHENS
        ),
    )
    periods = (period for kitchen in KITCHENS for period in periods_of(kitchen))
    yield _batch(
        MealPeriod,
        " ".join(_PERIOD_COLUMNS),
        (tuple(getattr(period, name) for name in _PERIOD_COLUMNS) for period in periods),
    )
    changed_at = max(clock.at_local(revision_day(clock.local(plan.now).date()), time(8)), _opened_at(plan))
    yield _batch(
        Dish,
        "id canteen_id name category description price_fen weight_g energy_kcal protein_g fat_g"
        " carbohydrate_g sodium_mg allergens tags is_active created_at changed_at",
        (
            (
                dish.id,
                dish.canteen_id,
                dish.pool.name,
                dish.pool.category,
                "",
                dish.price_fen,
                dish.pool.weight_g,
                dish.pool.energy_kcal,
                dish.pool.protein_g,
                dish.pool.fat_g,
                dish.pool.carbohydrate_g,
                dish.pool.sodium_mg,
                list(dish.pool.allergens),
                list(dish.pool.tags),
                True,
                _opened_at(plan),
                changed_at,
            )
            for dish in plan.dishes
        ),
    )
    yield _batch(
        DishPortion,
        "dish_id portion price_fen weight_g share",
        (
            (dish.id, one.portion, one.price_fen, one.weight_g, one.share)
            for dish in plan.dishes
            for one in dish.portions
        ),
    )


def _meals(plan: Plan) -> Iterator[Batch]:
    manager_id = plan.staff_id(MANAGER_NO)
    yield _batch(
        Meal,
        "id canteen_id served_on period state order_closes_at cancel_closes_at freezes_at pickup_from"
        " serves_from serves_until published_at published_by frozen_at",
        (
            (
                meal.id,
                meal.canteen_id,
                meal.served_on,
                meal.period,
                (MealState.FROZEN if meal.frozen_at else MealState.PUBLISHED).value,
                meal.instants.order_closes_at,
                meal.instants.cancel_closes_at,
                meal.instants.freezes_at,
                meal.instants.pickup_from,
                meal.instants.serves_from,
                meal.instants.serves_until,
                meal.published_at,
                manager_id,
                meal.frozen_at,
            )
            for meal in plan.meals
        ),
    )
    yield _batch(
        MealDish,
        "id meal_id dish_id position cap taken is_open",
        (
            (one.id, meal.id, one.dish.id, one.position, one.cap, one.taken, meal.frozen_at is None)
            for meal in plan.meals
            for one in meal.dishes
        ),
    )


def _orders(plan: Plan) -> Iterator[Batch]:
    waiter_id = plan.staff_id(WAITER_NO)
    yield _batch(
        Order,
        "id meal_id canteen_id staff_id department_id served_on period state dining note total_fen revision"
        " placed_at cancelled_at pickup_no picked_up_at picked_up_by",
        (
            (
                one.id,
                one.meal.id,
                one.meal.canteen_id,
                one.diner.staff_id,
                one.diner.department_id,
                one.meal.served_on,
                one.meal.period,
                one.state,
                one.dining,
                one.note,
                one.total_fen,
                2 if one.state == OrderState.CANCELLED else 1,
                one.placed_at,
                one.cancelled_at,
                one.pickup_no,
                one.picked_up_at,
                waiter_id if one.picked_up_at else None,
            )
            for one in plan.orders
        ),
    )
    yield _batch(
        OrderLine,
        "order_id meal_dish_id dish_id dish_name portion quantity price_fen weight_g share",
        (
            (
                order.id,
                offered.id,
                offered.dish.id,
                offered.dish.pool.name,
                portion.portion,
                quantity,
                price_fen,
                portion.weight_g,
                portion.share,
            )
            for order in plan.orders
            for offered, portion, price_fen, quantity in order.lines
        ),
    )
    yield _batch(PrepLine, " ".join(orders.PrepRow._fields), orders.prep_rows(plan.orders))


def _money(plan: Plan) -> Iterator[Batch]:
    entries, postings = ledger.rows_of(plan.movements)
    yield _batch(LedgerEntry, " ".join(ledger.EntryRow._fields), entries)
    yield _batch(LedgerPosting, " ".join(ledger.PostingRow._fields), postings)
    balances = (
        (member.staff_id, bucket.value, plan.balances.get((member.staff_id, bucket), 0))
        for member in plan.members
        for bucket in Bucket
    )
    yield _batch(AccountBalance, "staff_id bucket balance_fen", balances)


def _opened_at(plan: Plan) -> datetime:
    return clock.at_local(plan.opened_on, time(8))
