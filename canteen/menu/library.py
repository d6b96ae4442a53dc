"""Reads of the dish library, for managers: the list, and all that is kept about one dish."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, String, and_, case, cast, func, or_, select
from sqlalchemy.orm import selectinload
from sqlalchemy.sql import ColumnElement

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from canteen.menu import policies, queries
from canteen.menu.errors import CanteenNotFound, DishNotFound
from canteen.menu.models import (
    Canteen,
    Category,
    Dish,
    DishPrice,
    Meal,
    MealDish,
    MealState,
    Portion,
    Tag,
)

# How many days back the servings of a dish are counted, and how many single ones are named.
COUNTED_DAYS: Final = 90
NAMED_SERVINGS: Final = 12


class Missing(StrEnum):
    """What a dish may still lack."""

    PRICE = "price"
    ALLERGENS = "allergens"
    NUTRITION = "nutrition"
    PHOTO = "photo"


class DishOrder(StrEnum):
    """By what the library is sorted; downwards with a minus."""

    NAME = "name"
    NAME_DOWN = "-name"
    PRICE = "price"
    PRICE_DOWN = "-price"
    CATEGORY = "category"
    CATEGORY_DOWN = "-category"
    CHANGED = "changed"
    CHANGED_DOWN = "-changed"


@dataclass(frozen=True, slots=True)
class DishFilter:
    """Which dishes; None and "" ask for nothing. `q` is part of the name or the description."""

    canteen_id: int | None = None
    q: str = ""
    category: Category | None = None
    tag: Tag | None = None
    is_active: bool | None = None
    missing: Missing | None = None


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What a portion cost before and after; None: it was not sold."""

    portion: str
    before_fen: int | None
    after_fen: int | None
    changed_at: datetime
    changed_by_name: str


@dataclass(frozen=True, slots=True)
class Serving:
    """A meal that offers a dish. `taken` is in centi-portions."""

    served_on: date
    period: str
    state: str
    cap: int | None
    taken: int


@dataclass(frozen=True, slots=True)
class Servings:
    """Where a dish was served lately and where it will be; `times` and `taken` are of `COUNTED_DAYS`."""

    recent: Sequence[Serving]
    planned: Sequence[Serving]
    times: int
    taken: int


_CATEGORY_PLACE = case({one.value: place for place, one in enumerate(Category)}, value=Dish.category)
_SORTS: Final[Mapping[str, ColumnElement[Any]]] = {
    "name": Dish.name.expression,
    "price": Dish.price_fen.expression,
    "category": _CATEGORY_PLACE,
    "changed": Dish.changed_at.expression,
}
_MISSING: Final[Mapping[Missing, ColumnElement[bool]]] = {
    Missing.PRICE: Dish.price_fen.is_(None),
    # A list that was never given, and one that was given as null.
    Missing.ALLERGENS: or_(Dish.allergens.is_(None), cast(Dish.allergens, String) == "null"),
    Missing.NUTRITION: or_(
        Dish.energy_kcal.is_(None),
        Dish.protein_g.is_(None),
        Dish.fat_g.is_(None),
        Dish.carbohydrate_g.is_(None),
        Dish.sodium_mg.is_(None),
    ),
    Missing.PHOTO: Dish.photo_id.is_(None),
}


def search_dishes(
    actor: Actor, which: DishFilter, order: DishOrder | None = None, *, page: int, page_size: int
) -> Page:
    """A page of the dishes of the canteens that the actor reads, with their portions.

    By canteen and id, unless an order is given. Three statements. Raises CanteenNotFound.
    """
    return paginate(_sorted(_found(actor, which), order), page=page, page_size=page_size)


def list_dishes(actor: Actor, which: DishFilter, order: DishOrder | None = None) -> Sequence[Dish]:
    """All of them. Raises CanteenNotFound."""
    return db.session.scalars(_sorted(_found(actor, which), order)).all()


def get_dish(actor: Actor, dish_id: int) -> Dish:
    """A dish of a canteen that the actor reads, with its portions. Raises DishNotFound."""
    found = db.session.execute(
        select(Dish, Canteen)
        .join(Canteen, Canteen.id == Dish.canteen_id)
        .where(Dish.id == dish_id)
        .options(selectinload(Dish.portions))
    ).one_or_none()
    if found is None:
        raise DishNotFound
    dish, canteen = found
    try:
        policies.ensure_reads(actor, canteen)
    except CanteenNotFound as unseen:
        raise DishNotFound from unseen
    return dish


def may_change(actor: Actor, dish: Dish) -> bool:
    """Whether the actor manages the canteen of a dish that it has read."""
    return policies.covers(actor, Permission.CANTEEN_MANAGE, queries.get_canteen(dish.canteen_id))


def photos_of(dishes: Sequence[Dish]) -> dict[int, PhotoLinks]:
    """Links to the photos of those dishes that have one, by dish. One statement, or none."""
    by_photo = media_queries.links({dish.photo_id for dish in dishes if dish.photo_id is not None})
    return {dish.id: by_photo[dish.photo_id] for dish in dishes if dish.photo_id in by_photo}


def price_history(dish_id: int) -> list[PriceChange]:
    """Every change of the prices of a dish's portions, the first one first."""
    rows = db.session.scalars(
        select(DishPrice).where(DishPrice.dish_id == dish_id).order_by(DishPrice.valid_from, DishPrice.id)
    )
    last: dict[str, int | None] = {}
    changes = []
    for row in rows:
        before, last[row.portion] = last.get(row.portion), row.price_fen
        changes.append(PriceChange(row.portion, before, row.price_fen, row.valid_from, row.changed_by_name))
    return changes


def price_series(changes: Sequence[PriceChange]) -> tuple[list[date], dict[Portion, list[int | None]]]:
    """The days on which prices changed, today last, and what each portion cost from then on, in fen.

    Without the price of a kilogram, which is on another scale. Of several changes on one day the last counts.
    """
    changes = [one for one in changes if one.portion != Portion.WEIGHT]
    if not changes:
        return [], {}
    days = sorted({clock.local(one.changed_at).date() for one in changes} | {clock.today()})
    series: dict[Portion, list[int | None]] = {}
    for portion in Portion:
        own = [one for one in changes if one.portion == portion]
        if own:
            at = {clock.local(one.changed_at).date(): one.after_fen for one in own}
            series[portion] = _carried(days, at)
    return days, series


def _carried(days: Sequence[date], at: Mapping[date, int | None]) -> list[int | None]:
    values: list[int | None] = []
    for day in days:
        values.append(at[day] if day in at else values[-1] if values else None)
    return values


def servings_of(dish_id: int) -> Servings:
    """Where a dish was served lately, the last one first, and where it is planned. Three statements."""
    today = clock.today()
    served = and_(Meal.served_on < today, Meal.state != MealState.DRAFT.value)
    counted = db.session.execute(
        select(func.count(), func.coalesce(func.sum(MealDish.taken), 0))
        .select_from(MealDish)
        .join(Meal, Meal.id == MealDish.meal_id)
        .where(MealDish.dish_id == dish_id, served, Meal.served_on >= today - timedelta(days=COUNTED_DAYS))
    ).one()
    recent = _servings(dish_id, served, Meal.served_on.desc())
    planned = _servings(dish_id, Meal.served_on >= today, Meal.served_on.asc())
    return Servings(recent, policies.in_order(planned), counted[0], int(counted[1]))


def _servings(dish_id: int, when: ColumnElement[bool], order: ColumnElement[Any]) -> list[Serving]:
    rows = db.session.execute(
        select(Meal.served_on, Meal.period, Meal.state, MealDish.cap, MealDish.taken)
        .join(MealDish, MealDish.meal_id == Meal.id)
        .where(MealDish.dish_id == dish_id, when)
        .order_by(order, Meal.id)
        .limit(NAMED_SERVINGS)
    )
    return [Serving(*row) for row in rows]


def _found(actor: Actor, which: DishFilter) -> Select[Any]:
    statement: Select[Any] = select(Dish).options(selectinload(Dish.portions))
    if which.canteen_id is None:
        statement = statement.join(Canteen, Canteen.id == Dish.canteen_id).where(queries.readable(actor))
    else:
        policies.ensure_reads(actor, queries.get_canteen(which.canteen_id))
        statement = statement.where(Dish.canteen_id == which.canteen_id)
    if which.category is not None:
        statement = statement.where(Dish.category == which.category.value)
    if which.tag is not None:
        statement = statement.where(cast(Dish.tags, String).contains(f'"{which.tag.value}"'))
    if which.q:
        statement = statement.where(
            or_(
                Dish.name.contains(which.q, autoescape=True),
                Dish.description.contains(which.q, autoescape=True),
            )
        )
    if which.is_active is not None:
        statement = statement.where(Dish.is_active.is_(which.is_active))
    if which.missing is not None:
        statement = statement.where(_MISSING[which.missing])
    return statement


def _sorted(statement: Select[Any], order: DishOrder | None) -> Select[Any]:
    if order is None:
        return statement.order_by(Dish.canteen_id, Dish.id)
    column = _SORTS[order.removeprefix("-")]
    falling = order.startswith("-")
    return statement.order_by((column.desc() if falling else column.asc()).nulls_last(), Dish.id)
