"""The plan as rows of tables, in the order in which they can be inserted."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Table

from backend import clock
from backend.actor import SYSTEM
from backend.db import Base
from backend.flows.demo import (
    absences,
    arrangements,
    catalogue,
    demands,
    estate,
    halls,
    ledger,
    meetings,
    missed,
    notices,
    orders,
    packing,
    pantry,
    places,
    receptions,
    repairs,
    requests,
    service_desk,
    settlements,
    standing,
    stores,
    subsidies,
    units,
    voices,
    weighed,
)
from backend.flows.demo.decisions import Decision, decisions
from backend.flows.demo.kitchens import KITCHENS
from backend.flows.demo.menus import revision_day
from backend.flows.demo.organisation import MANAGER_NO, VISITOR_NO, WAITER_NO
from backend.flows.demo.people import departments
from backend.flows.demo.plan import Plan
from backend.flows.demo_accounts import DEMO_SECRET
from backend.identity.models import (
    Department,
    ExternalIdentity,
    PasswordCredential,
    Posting,
    RoleGrant,
    SecondFactor,
    Staff,
    StaffStatus,
)
from backend.rules.models import RuleVersion
from backend.workdays.policies import Calendar
from canteen.accounts.models import AccountBalance, Bucket, LedgerEntry, LedgerPosting
from canteen.menu.models import Canteen, Dish, DishPortion, DishPrice, Meal, MealDish, MealState
from canteen.ordering.models import Order, OrderLine, OrderState, PrepLine

Tables = Iterator[tuple[type[Base], str, Iterable[tuple[Any, ...]]]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one table, as tuples in the order of `columns`."""

    table: Table
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What depends on the deployment: ciphers, hashes, the simulator's accounts, the ids of roles, and
    which of the roles demand a second factor.
    """

    encrypt: Callable[[str], bytes]
    keyed_hash: Callable[[str], bytes]
    key_of: Callable[[int], bytes]  # By what a person's reports are found.
    provider: str
    tenant: str
    subject_of: Callable[[str], str]
    password_hashes: Mapping[str, str]
    role_ids: Mapping[str, int]
    guarded_roles: Collection[str]

    def pair(self, text: str) -> tuple[bytes | None, bytes | None]:
        """Cipher and keyed hash of a text that may be missing."""
        return (self.encrypt(text), self.keyed_hash(text)) if text else (None, None)


def batches(plan: Plan, sealed: Sealed, calendar: Calendar) -> Iterator[Batch]:
    """All tables of the demo, parents before children."""
    yield from (_batch(*each) for each in places.tables(_opened_at(plan)))
    yield from _people(plan, sealed)
    yield from _accounts(plan, sealed)
    yield from _kitchens(plan)
    yield from _meals(plan)
    yield from _orders(plan)
    yield from _money(plan)
    yield from (_batch(*each) for each in subsidies.tables(plan))
    yield from (_batch(*each) for each in missed.tables(plan))
    yield from (_batch(*each) for each in _doings(plan, calendar))
    yield from (_batch(*each) for each in weighed.tables(plan, sealed.encrypt))
    yield from (_batch(*each) for each in pantry.tables(plan, sealed.encrypt))
    yield from (_batch(*each) for each in stores.tables(plan, sealed.encrypt))
    yield from (_batch(*each) for each in units.tables(plan.now, sealed.encrypt))
    yield from (_batch(*each) for each in voices.tables(plan))
    yield from (_batch(*each) for each in estate.tables(plan))
    yield from (_batch(*each) for each in repairs.tables(plan, calendar))
    yield from (_batch(*each) for each in _feedback(plan, calendar, sealed))
    yield from (_batch(*each) for each in halls.tables(plan))
    yield from (_batch(*each) for each in meetings.tables(plan, calendar))


def _feedback(plan: Plan, calendar: Calendar, sealed: Sealed) -> Tables:
    """The desk with its offices, and what was demanded of them."""
    yield from service_desk.tables(plan)
    yield from catalogue.tables(plan)
    yield from demands.tables(plan, calendar, sealed.key_of)
    yield from notices.tables(plan)


def _doings(plan: Plan, calendar: Calendar) -> Tables:
    """What people have arranged, asked for and settled beyond their orders."""
    visitor_id, manager_id = plan.staff_id(VISITOR_NO), plan.staff_id(MANAGER_NO)
    today = clock.local(plan.now).date()
    yield from packing.tables(plan.orders)
    yield from absences.tables(plan)
    yield from standing.tables(plan)
    neighbour_id = plan.members[1].staff_id
    trusting = [
        (neighbour_id, visitor_id),
        (visitor_id, neighbour_id),
        (plan.staff_id(WAITER_NO), manager_id),
    ]
    revoked = (visitor_id, plan.members[2].staff_id)
    yield from arrangements.tables(plan.orders, trusting, revoked, plan.now, today)
    entries = {
        movement.reception_id: entry_id
        for entry_id, movement in enumerate(plan.movements, start=1)
        if movement.reception_id is not None
    }
    yield from receptions.tables(plan.receptions, entries, manager_id)
    yield from settlements.tables(plan)
    yield from requests.tables(plan, calendar)


def _batch(model: type[Base], columns: str, rows: Iterable[tuple[Any, ...]]) -> Batch:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - tells the type checker what every model of ours has.
    return Batch(table, tuple(columns.split()), list(rows))


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
            (one.staff_id, sealed.role_ids[one.role], *one.scope, bound_at, by_system)
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
        SecondFactor,
        "staff_id secret_cipher begun_in confirmed_at last_step failures",
        (
            (one.staff_id, sealed.encrypt(DEMO_SECRET), 0, bound_at, 0, 0)
            for one in plan.members
            if one.role in sealed.guarded_roles
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
    yield _batch(
        Canteen,
        "id campus_id name is_active",
        ((one.id, one.campus_id, one.name, True) for one in KITCHENS),
    )
    yield _batch(
        RuleVersion,
        "id rule_key scope_kind scope_id variant value effective_at changed_at changed_by changed_by_name"
        " reason follows_id",
        (
            (
                version_id,
                one.rule.key,
                one.rule.scope.value,
                one.scope_id,
                one.variant,
                one.rule.kind.dump(one.value),
                one.effective_at or _opened_at(plan),
                _opened_at(plan),
                SYSTEM.staff_id,
                SYSTEM.name,
                one.reason,
                0,
            )
            for version_id, one in _decisions(plan).items()
        ),
    )
    changed_at = max(clock.at_local(revision_day(clock.local(plan.now).date()), time(8)), _opened_at(plan))
    yield _batch(
        Dish,
        "id canteen_id name category description price_fen weight_g energy_kcal protein_g fat_g"
        " carbohydrate_g sodium_mg allergens tags is_active created_at changed_at cost_fen_per_kg",
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
                weighed.cost_of(dish),
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
    yield _batch(
        DishPrice,
        "dish_id portion price_fen valid_from changed_by changed_by_name",
        _prices(plan, changed_at),
    )


def _prices(plan: Plan, revised_at: datetime) -> Iterator[tuple[Any, ...]]:
    """What each portion cost when the canteens opened, and since the revision of prices if it differs."""
    manager = plan.member(MANAGER_NO)
    opened_at = _opened_at(plan)
    for dish in plan.dishes:
        for one in dish.portions:
            prices = {opened_at: one.earlier_fen, revised_at: one.price_fen}
            if one.earlier_fen == one.price_fen:
                prices = {opened_at: one.price_fen}
            for valid_from, price_fen in prices.items():
                yield dish.id, one.portion, price_fen, valid_from, manager.staff_id, manager.name


def _decisions(plan: Plan) -> dict[int, Decision]:
    return decisions(plan.started_on, clock.local(plan.now).date())


def _meals(plan: Plan) -> Iterator[Batch]:
    versions = {(one.scope_id, one.variant): version_id for version_id, one in _decisions(plan).items()}
    manager_id = plan.staff_id(MANAGER_NO)
    yield _batch(
        Meal,
        "id canteen_id served_on period state order_closes_at cancel_closes_at freezes_at pickup_from"
        " serves_from serves_until published_at published_by rule_version_id frozen_at",
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
                versions[meal.canteen_id, meal.period],
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
        " placed_at cancelled_at pickup_no picked_up_at picked_up_by origin placed_by collect_from"
        " collect_until",
        (
            (one.id, one.meal.id, one.meal.canteen_id, one.diner.staff_id, one.diner.department_id,
             one.meal.served_on, one.meal.period, one.state, one.dining, one.note, one.total_fen, 2 if
             one.state == OrderState.CANCELLED else 1, one.placed_at, one.cancelled_at, one.pickup_no,
             one.picked_up_at, waiter_id if one.picked_up_at else None, one.origin, one.placed_by,
             one.collect_from, one.collect_until)
            for one in plan.orders
        ),
    )  # fmt: skip # One column a line would say no more.
    yield _batch(
        OrderLine,
        "order_id meal_dish_id dish_id dish_name portion quantity price_fen weight_g share",
        (
            (order.id, offered.id, offered.dish.id, offered.dish.pool.name, portion.portion, quantity,
             price_fen, portion.weight_g, portion.share)
            for order in plan.orders
            for offered, portion, price_fen, quantity in order.lines
        ),
    )  # fmt: skip # One column a line would say no more.
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
