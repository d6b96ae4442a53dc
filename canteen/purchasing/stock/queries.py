"""Reads of the store, scoped by the actor: batches, movements, and what is free."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from backend import clock
from backend.actor import Actor, Permission, ScopeKind
from backend.counting import Count
from backend.db import db, reader, table
from backend.identity.models import RoleGrant, RolePermission, Staff, StaffStatus
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen
from canteen.menu.policies import covers
from canteen.purchasing.ingredients.models import Ingredient
from canteen.purchasing.orders import supply
from canteen.purchasing.stock import policies
from canteen.purchasing.stock.errors import BatchNotFound
from canteen.purchasing.stock.models import Batch, Movement, MovementKind
from canteen.purchasing.stock.policies import Usability
from canteen.purchasing.stock.rules import EXPIRY_DAYS
from canteen.purchasing.suppliers.models import Supplier

READ: Final = Permission.PURCHASING_READ
_BATCH: Final = table(Batch)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """A batch with the names of what it is of. `usability` is that of today."""

    id: int
    canteen_id: int
    canteen: str
    ingredient_id: int
    ingredient: str
    category: str
    supplier_id: int | None
    supplier: str
    receipt_line_id: int | None
    lot: str
    produced_on: date | None
    expires_on: date | None
    received_at: datetime
    quantity_g: int
    remaining_g: int
    cost_fen: int
    remaining_cost_fen: int
    location: str
    is_blocked: bool
    hold: str | None
    blocked_reason: str
    blocked_at: datetime | None
    usability: Usability

    @property
    def code(self) -> str:
        """What is printed on it."""
        return policies.code_of(self.id)


# What others ask


def free_stock(canteen_id: int, ingredient_ids: Collection[int], on: date) -> dict[int, int]:
    """Grams of each ingredient that may be used on a day: neither blocked nor past their last day by then.

    What is not in store is left out. One statement.
    """
    if not ingredient_ids:
        return {}
    rows = reader().execute(
        select(_BATCH.c.ingredient_id, func.sum(_BATCH.c.remaining_g))
        .where(
            _BATCH.c.canteen_id == canteen_id,
            _BATCH.c.ingredient_id.in_(sorted(ingredient_ids)),
            _BATCH.c.remaining_g > 0,
            _BATCH.c.is_blocked.is_(False),
            or_(_BATCH.c.expires_on.is_(None), _BATCH.c.expires_on >= on),
        )
        .group_by(_BATCH.c.ingredient_id)
    )
    return {ingredient_id: int(grams) for ingredient_id, grams in rows}


def last_costs(canteen_id: int, ingredient_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(fen, grams) of the batch of each ingredient that came last to a canteen. One statement."""
    if not ingredient_ids:
        return {}
    last = (
        select(func.max(_BATCH.c.id))
        .where(_BATCH.c.canteen_id == canteen_id, _BATCH.c.ingredient_id.in_(sorted(ingredient_ids)))
        .group_by(_BATCH.c.ingredient_id)
    )
    rows = reader().execute(
        select(_BATCH.c.ingredient_id, _BATCH.c.cost_fen, _BATCH.c.quantity_g).where(_BATCH.c.id.in_(last))
    )
    return {ingredient_id: (int(fen), int(grams)) for ingredient_id, fen, grams in rows}


def meal_costs(meal_ids: Collection[int]) -> dict[tuple[int, int | None], tuple[int, int]]:
    """What was issued for each (meal, dish or None), less what came back: (grams, fen). One statement."""
    if not meal_ids:
        return {}
    kinds = (MovementKind.ISSUE.value, MovementKind.RETURN.value)
    rows = db.session.execute(
        select(Movement.meal_id, Movement.dish_id, func.sum(Movement.delta_g), func.sum(Movement.cost_fen))
        .where(Movement.meal_id.in_(meal_ids), Movement.kind.in_(kinds))
        .group_by(Movement.meal_id, Movement.dish_id)
    )
    return {(row[0] or 0, row[1]): (-int(row[2]), -int(row[3])) for row in rows}


# Scope


def ensure_reads(actor: Actor, canteen_id: int, permission: Permission = READ) -> Canteen:
    """The canteen, if the actor holds the permission there. Raises CanteenNotFound."""
    canteen = menu_queries.get_canteen(canteen_id)
    if not covers(actor, permission, canteen):
        raise CanteenNotFound
    return canteen


def keepers(canteen: Canteen, permission: Permission) -> set[int]:
    """The active members of staff who hold a permission for a canteen itself, its campus or everywhere."""
    grants = or_(
        RoleGrant.scope_kind == ScopeKind.COMPOUND.value,
        and_(RoleGrant.scope_kind == ScopeKind.CAMPUS.value, RoleGrant.scope_id == canteen.campus_id),
        and_(RoleGrant.scope_kind == ScopeKind.CANTEEN.value, RoleGrant.scope_id == canteen.id),
    )
    return set(
        db.session.scalars(
            select(RoleGrant.staff_id)
            .join(Staff, Staff.id == RoleGrant.staff_id)
            .join(RolePermission, RolePermission.role_id == RoleGrant.role_id)
            .where(
                grants,
                RolePermission.permission == permission.value,
                Staff.status == StaffStatus.ACTIVE.value,
            )
        )
    )


# Batches


def page_batches(
    actor: Actor,
    *,
    canteen_id: int,
    ingredient_id: int | None = None,
    supplier_id: int | None = None,
    usability: Usability | None = None,
    q: str = "",
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The batches of a canteen that are not used up (or of one usability): BatchView.

    In the order of use: what expires first comes first. `q` is part of a name, a lot or a code. Raises
    CanteenNotFound.
    """
    ensure_reads(actor, canteen_id)
    statement = _batches().where(Batch.canteen_id == canteen_id, _is(canteen_id, usability))
    if ingredient_id is not None:
        statement = statement.where(Batch.ingredient_id == ingredient_id)
    if supplier_id is not None:
        statement = statement.where(Batch.supplier_id == supplier_id)
    if q:
        named = policies.id_of(q)
        statement = statement.where(
            or_(
                Ingredient.name.contains(q, autoescape=True),
                Batch.lot.contains(q, autoescape=True),
                *([Batch.id == named] if named is not None else []),
            )
        )
    ordered = statement.order_by(Batch.expires_on.is_(None), Batch.expires_on, Batch.received_at, Batch.id)
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    return Page(_views(found.rows), found.total, found.page, found.page_size)


def get_batch(actor: Actor, batch_id: int) -> BatchView:
    """A batch within reach. Raises BatchNotFound."""
    views = views_of([batch_id])
    if not views or not covers(actor, READ, menu_queries.get_canteen(views[0].canteen_id)):
        raise BatchNotFound
    return views[0]


def batch_by_code(actor: Actor, code: str) -> BatchView:
    """The batch whose code was scanned or typed. Raises BatchNotFound."""
    batch_id = policies.id_of(code)
    if batch_id is None:
        raise BatchNotFound
    return get_batch(actor, batch_id)


def find_batch(actor: Actor, batch_id: int, permission: Permission) -> BatchView:
    """The batch, if the actor holds the permission for its canteen. Raises BatchNotFound."""
    batch = get_batch(actor, batch_id)
    if not covers(actor, permission, menu_queries.get_canteen(batch.canteen_id)):
        raise BatchNotFound
    return batch


def views_of(batch_ids: Collection[int]) -> list[BatchView]:
    """Views of batches by rising id, unscoped. One statement, and the rules."""
    statement = _batches().where(Batch.id.in_(batch_ids)).order_by(Batch.id)
    return _views(db.session.execute(statement).all())


def _batches() -> Select[Any]:
    return (
        select(Batch.__table__, Canteen.name, Ingredient.name, Ingredient.category, Supplier.name)
        .select_from(Batch)
        .join(Canteen, Canteen.id == Batch.canteen_id)
        .join(Ingredient, Ingredient.id == Batch.ingredient_id)
        .outerjoin(Supplier, Supplier.id == Batch.supplier_id)
    )


def _views(rows: Sequence[Any]) -> list[BatchView]:
    today, names = clock.today(), [column.key for column in _BATCH.c]
    views = []
    for row in rows:
        columns = dict(zip(names, row[: len(names)], strict=True))
        canteen, ingredient, category, supplier = row[len(names) :]
        usability = policies.usability(
            remaining_g=columns["remaining_g"],
            is_blocked=columns["is_blocked"],
            expires_on=columns["expires_on"],
            on=today,
            warn_days=rule_queries.value(EXPIRY_DAYS, columns["canteen_id"]),
        )
        views.append(
            BatchView(
                **columns,
                canteen=canteen,
                ingredient=ingredient,
                category=category,
                supplier=supplier or "",
                usability=usability,
            )
        )
    return views


def _is(canteen_id: int, usability: Usability | None) -> ColumnElement[bool]:
    """The condition of a usability; None: whatever is left."""
    today = clock.today()
    soon = today + timedelta(days=rule_queries.value(EXPIRY_DAYS, canteen_id))
    free = and_(Batch.remaining_g > 0, Batch.is_blocked.is_(False))
    conditions: dict[Usability | None, ColumnElement[bool]] = {
        None: Batch.remaining_g > 0,
        Usability.EMPTY: Batch.remaining_g == 0,
        Usability.BLOCKED: and_(Batch.remaining_g > 0, Batch.is_blocked),
        Usability.EXPIRED: and_(free, Batch.expires_on < today),
        Usability.EXPIRING: and_(free, Batch.expires_on.between(today, soon)),
        Usability.USABLE: and_(free, or_(Batch.expires_on.is_(None), Batch.expires_on > soon)),
    }
    return conditions[usability]


def count_batches(canteen_id: int, usability: Usability) -> Count:
    """A count of a canteen's batches of a usability, for what waits."""
    return (
        select(func.count())
        .select_from(Batch)
        .where(Batch.canteen_id == canteen_id, _is(canteen_id, usability))
    )


def canteens_with_expiring() -> list[int]:
    """The active canteens that have batches with a last day."""
    return list(
        db.session.scalars(
            select(Canteen.id)
            .where(
                Canteen.is_active,
                exists().where(
                    Batch.canteen_id == Canteen.id, Batch.remaining_g > 0, Batch.expires_on.is_not(None)
                ),
            )
            .order_by(Canteen.id)
        )
    )


def expiring_names(canteen_id: int) -> tuple[list[str], list[str]]:
    """The ingredients of the batches that expire soon, and of those that have, what is first first."""
    named = (
        select(Ingredient.name)
        .join(Batch, Batch.ingredient_id == Ingredient.id)
        .where(Batch.canteen_id == canteen_id)
        .order_by(Batch.expires_on, Batch.id)
    )
    soon, late = (
        list(db.session.scalars(named.where(_is(canteen_id, usability))))
        for usability in (Usability.EXPIRING, Usability.EXPIRED)
    )
    return soon, late


supply.register(free_stock)
