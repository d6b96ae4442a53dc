"""Sums of the store: what is there and what it is worth, and what came and went in a month (进销存)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, case, func, or_, select

from backend import clock
from backend.db import db, table
from backend.paging import Page
from canteen.purchasing.ingredients.models import Ingredient, IngredientCategory
from canteen.purchasing.stock.models import Batch, Movement, MovementKind

_BATCH: Final = table(Batch)
_INGREDIENT: Final = table(Ingredient)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stocked:
    """What a canteen has of an ingredient, in grams; `usable_g` includes what expires soon.

    `value_fen` is what all of it cost. `is_short`: what may be used is less than the least stock.
    """

    ingredient_id: int
    code: str
    ingredient: str
    category: str
    storage: str
    remaining_g: int
    usable_g: int
    expiring_g: int
    expired_g: int
    blocked_g: int
    value_fen: int
    batches: int
    expires_on: date | None
    min_stock_g: int | None

    @property
    def is_short(self) -> bool:
        """Whether it should be bought."""
        return self.min_stock_g is not None and self.usable_g < self.min_stock_g


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What a canteen has in store altogether."""

    ingredients: int
    batches: int
    value_fen: int
    expiring: int
    expired: int
    blocked: int
    short: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Grams and fen of one kind of movement."""

    grams: int
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Monthly:
    """An ingredient in a month: what was there, came, went and is there. Issues are less what came back.

    opening + received − issued − lost + counted = closing, in grams and in fen.
    """

    ingredient_id: int
    ingredient: str
    category: str
    opening: Sums
    received: Sums
    issued: Sums
    lost: Sums
    counted: Sums
    closing: Sums


def inventory(
    canteen_id: int,
    *,
    on: date,
    warn_days: int,
    category: IngredientCategory | None = None,
    q: str = "",
    is_short: bool | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """What a canteen has, or should have, of each ingredient, by category and name: Stocked."""
    statement, stock = _stocked(canteen_id, on, warn_days)
    if category is not None:
        statement = statement.where(_INGREDIENT.c.category == category.value)
    if q:
        statement = statement.where(
            or_(_INGREDIENT.c.name.contains(q, autoescape=True), _INGREDIENT.c.code == q)
        )
    if is_short is not None:
        short = func.coalesce(stock.c.usable_g, 0) < _INGREDIENT.c.min_stock_g
        statement = statement.where(short if is_short else or_(_INGREDIENT.c.min_stock_g.is_(None), ~short))
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = db.session.execute(statement.limit(page_size).offset((page - 1) * page_size))
    return Page([_stocked_of(row) for row in rows], total, page, page_size)


def all_stocked(canteen_id: int, *, on: date, warn_days: int) -> list[Stocked]:
    """All of it, for a workbook."""
    statement, _ = _stocked(canteen_id, on, warn_days)
    return [_stocked_of(row) for row in db.session.execute(statement)]


def total(canteen_id: int, *, on: date, warn_days: int) -> Total:
    """What a canteen has in store altogether; two statements."""
    left = and_(_BATCH.c.canteen_id == canteen_id, _BATCH.c.remaining_g > 0)
    free = _BATCH.c.is_blocked.is_(False)
    soon = on + timedelta(days=warn_days)
    row = db.session.execute(
        select(
            func.count(_BATCH.c.ingredient_id.distinct()),
            func.count(),
            func.coalesce(func.sum(_BATCH.c.remaining_cost_fen), 0),
            func.count().filter(free, _BATCH.c.expires_on.between(on, soon)),
            func.count().filter(free, _BATCH.c.expires_on < on),
            func.count().filter(_BATCH.c.is_blocked),
        ).where(left)
    ).one()
    statement, stock = _stocked(canteen_id, on, warn_days)
    short = statement.where(func.coalesce(stock.c.usable_g, 0) < _INGREDIENT.c.min_stock_g)
    ingredients, batches, value, expiring, expired, blocked = map(int, row)
    return Total(
        ingredients=ingredients,
        batches=batches,
        value_fen=value,
        expiring=expiring,
        expired=expired,
        blocked=blocked,
        short=db.session.scalar(select(func.count()).select_from(short.order_by(None).subquery())) or 0,
    )


def _stocked(canteen_id: int, on: date, warn_days: int) -> tuple[Select[Any], Any]:
    remaining, expires_on = _BATCH.c.remaining_g, _BATCH.c.expires_on
    free = _BATCH.c.is_blocked.is_(False)
    fresh = or_(expires_on.is_(None), expires_on >= on)
    soon = on + timedelta(days=warn_days)

    def grams(*conditions: Any) -> Any:
        return func.sum(case((and_(*conditions), remaining), else_=0))

    stock = (
        select(
            _BATCH.c.ingredient_id,
            func.sum(remaining).label("remaining_g"),
            grams(free, fresh).label("usable_g"),
            grams(free, expires_on.between(on, soon)).label("expiring_g"),
            grams(free, expires_on < on).label("expired_g"),
            grams(_BATCH.c.is_blocked).label("blocked_g"),
            func.sum(_BATCH.c.remaining_cost_fen).label("value_fen"),
            func.count().label("batches"),
            func.min(case((and_(free, fresh), expires_on))).label("expires_on"),
        )
        .where(_BATCH.c.canteen_id == canteen_id, remaining > 0)
        .group_by(_BATCH.c.ingredient_id)
        .subquery()
    )
    statement: Select[Any] = (
        select(
            *(_INGREDIENT.c.id, _INGREDIENT.c.code, _INGREDIENT.c.name, _INGREDIENT.c.category),
            *(_INGREDIENT.c.storage, _INGREDIENT.c.min_stock_g),
            *(stock.c.remaining_g, stock.c.usable_g, stock.c.expiring_g, stock.c.expired_g),
            *(stock.c.blocked_g, stock.c.value_fen, stock.c.batches, stock.c.expires_on),
        )
        .select_from(_INGREDIENT.outerjoin(stock, stock.c.ingredient_id == _INGREDIENT.c.id))
        .where(
            or_(
                stock.c.ingredient_id.is_not(None),
                and_(_INGREDIENT.c.min_stock_g > 0, _INGREDIENT.c.is_active),
            )
        )
        .order_by(_INGREDIENT.c.category, _INGREDIENT.c.name, _INGREDIENT.c.id)
    )
    return statement, stock


def _stocked_of(row: Any) -> Stocked:
    ingredient_id, code, name, category, storage, min_stock_g, *sums, expires_on = row
    remaining, usable, expiring, expired, blocked, value, batches = (int(each or 0) for each in sums)
    return Stocked(
        ingredient_id=ingredient_id,
        code=code,
        ingredient=name,
        category=category,
        storage=storage,
        remaining_g=remaining,
        usable_g=usable,
        expiring_g=expiring,
        expired_g=expired,
        blocked_g=blocked,
        value_fen=value,
        batches=batches,
        expires_on=expires_on,
        min_stock_g=min_stock_g,
    )


def monthly(canteen_id: int, month: date) -> list[Monthly]:
    """The ingredients that a canteen had or moved in a month, by category and name. One statement."""
    begins = clock.at_local(month, time.min)
    ends = clock.at_local((month + timedelta(days=31)).replace(day=1), time.min)
    within = Movement.at >= begins
    kinds = {
        "received": (MovementKind.RECEIPT,),
        "issued": (MovementKind.ISSUE, MovementKind.RETURN),
        "lost": (MovementKind.LOSS,),
        "counted": (MovementKind.COUNT,),
    }

    def sums(condition: Any) -> Sequence[Any]:
        return [
            func.coalesce(func.sum(case((condition, column), else_=0)), 0)
            for column in (Movement.delta_g, Movement.cost_fen)
        ]

    columns = [
        *sums(Movement.at < begins),
        *(
            column
            for some in kinds.values()
            for column in sums(and_(within, Movement.kind.in_([kind.value for kind in some])))
        ),
        func.sum(Movement.delta_g),
        func.sum(Movement.cost_fen),
    ]
    rows = db.session.execute(
        select(Ingredient.id, Ingredient.name, Ingredient.category, *columns)
        .join(Ingredient, Ingredient.id == Movement.ingredient_id)
        .where(Movement.canteen_id == canteen_id, Movement.at < ends)
        .group_by(Ingredient.id, Ingredient.name, Ingredient.category)
        .order_by(Ingredient.category, Ingredient.name, Ingredient.id)
    )
    found = [_monthly_of(row) for row in rows]
    return [each for each in found if _has_anything(each)]


def _monthly_of(row: Any) -> Monthly:
    ingredient_id, name, category, *numbers = row
    pairs = [
        Sums(grams=int(grams), fen=int(fen)) for grams, fen in zip(numbers[::2], numbers[1::2], strict=True)
    ]
    opening, received, issued, lost, counted, closing = pairs
    return Monthly(
        ingredient_id=ingredient_id,
        ingredient=name,
        category=category,
        opening=opening,
        received=received,
        issued=Sums(grams=-issued.grams, fen=-issued.fen),
        lost=Sums(grams=-lost.grams, fen=-lost.fen),
        counted=counted,
        closing=closing,
    )


def _has_anything(one: Monthly) -> bool:
    return any(
        each.grams or each.fen
        for each in (one.opening, one.received, one.issued, one.lost, one.counted, one.closing)
    )
