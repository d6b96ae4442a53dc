"""Reads of movements, scoped by the actor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from canteen.menu import queries as menu_queries
from canteen.menu.models import Dish
from canteen.menu.policies import covers
from canteen.purchasing.ingredients.models import Ingredient
from canteen.purchasing.stock import policies, queries
from canteen.purchasing.stock.errors import MovementNotFound
from canteen.purchasing.stock.models import Movement, MovementKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementView:
    """A movement with the names of what it concerns. `is_void`: another one has taken it back."""

    id: int
    kind: str
    at: datetime
    by_name: str
    canteen_id: int
    batch_id: int
    ingredient_id: int
    ingredient: str
    delta_g: int
    cost_fen: int
    meal_id: int | None
    dish_id: int | None
    dish: str
    served_on: date | None
    period: str | None
    issue_id: int | None
    count_id: int | None
    cause: str | None
    reason: str
    photo: PhotoLinks | None
    void_of: int | None
    is_void: bool

    @property
    def batch(self) -> str:
        """The code of the batch."""
        return policies.code_of(self.batch_id)


def page_movements(
    actor: Actor,
    *,
    canteen_id: int,
    kind: MovementKind | None = None,
    batch_id: int | None = None,
    ingredient_id: int | None = None,
    meal_id: int | None = None,
    from_date: date | None = None,
    to_date: date | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The movements of a canteen, the latest first: MovementView. Raises CanteenNotFound."""
    queries.ensure_reads(actor, canteen_id)
    statement = _movements().where(Movement.canteen_id == canteen_id)
    conditions = {
        Movement.kind: kind.value if kind is not None else None,
        Movement.batch_id: batch_id,
        Movement.ingredient_id: ingredient_id,
        Movement.meal_id: meal_id,
    }
    for column, value in conditions.items():
        if value is not None:
            statement = statement.where(column == value)
    if from_date is not None:
        statement = statement.where(Movement.at >= clock.at_local(from_date, time.min))
    if to_date is not None:
        statement = statement.where(Movement.at < clock.at_local(to_date + timedelta(days=1), time.min))
    found = paginate(
        statement.order_by(Movement.at.desc(), Movement.id.desc()),
        page=page,
        page_size=page_size,
        scalars=False,
    )
    return Page(_movement_views(found.rows), found.total, found.page, found.page_size)


def find_movement(actor: Actor, movement_id: int, permission: Permission) -> MovementView:
    """The movement, if the actor holds the permission for its canteen. Raises MovementNotFound."""
    views = movement_views([movement_id])
    if not views or not covers(actor, permission, menu_queries.get_canteen(views[0].canteen_id)):
        raise MovementNotFound
    return views[0]


def movement_views(movement_ids: Collection[int]) -> list[MovementView]:
    """Views of movements by rising id, unscoped."""
    statement = _movements().where(Movement.id.in_(movement_ids)).order_by(Movement.id)
    return _movement_views(db.session.execute(statement).all())


def _movements() -> Select[Any]:
    voiding = aliased(Movement)
    is_void = exists().where(voiding.void_of == Movement.id)
    return (
        select(Movement)
        .add_columns(Ingredient.name, Dish.name)
        .join(Ingredient, Ingredient.id == Movement.ingredient_id)
        .outerjoin(Dish, Dish.id == Movement.dish_id)
        .add_columns(is_void)
    )


def _movement_views(rows: Sequence[Any]) -> list[MovementView]:
    links = media_queries.links({row[0].photo_id for row in rows if row[0].photo_id is not None})
    own = [
        *("id", "kind", "at", "by_name", "canteen_id", "batch_id", "ingredient_id", "delta_g", "cost_fen"),
        *("meal_id", "dish_id", "served_on", "period", "issue_id", "count_id", "cause", "reason", "void_of"),
    ]
    return [
        MovementView(
            **{name: getattr(movement, name) for name in own},
            ingredient=ingredient,
            dish=dish or "",
            photo=links.get(movement.photo_id),
            is_void=bool(is_void),
        )
        for movement, ingredient, dish, is_void in rows
    ]
