"""Writes of the dish library, within an open unit of work; who locks what, `operations` says."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, unit
from backend.media import operations as media_operations
from backend.media.errors import PhotoNotFound
from canteen.menu import policies
from canteen.menu.errors import CanteenNotFound, DishExists, DishNotFound, UnknownDish, UnknownPhoto
from canteen.menu.models import Canteen, Dish, DishPortion, DishPrice, Portion
from canteen.menu.operations import show_change
from canteen.menu.policies import DishSpec
from canteen.menu.publishing import DishFacts

# What owns the photos of dishes.
PHOTO_OWNER = "dish"

_DISH_COLUMNS = (
    "name",
    "category",
    "description",
    "price_fen",
    "weight_g",
    "cost_fen_per_kg",
    "price_fen_per_kg",
    "energy_kcal",
    "protein_g",
    "fat_g",
    "carbohydrate_g",
    "sodium_mg",
    "is_active",
)


def lock_dish(actor: Actor, dish_id: int) -> Dish:
    """A dish that the actor manages, locked, so that nobody publishes it meanwhile.

    Raises DishNotFound or Forbidden.
    """
    unit()
    found = db.session.execute(
        select(Dish, Canteen)
        .join(Canteen, Canteen.id == Dish.canteen_id)
        .where(Dish.id == dish_id)
        .with_for_update(of=Dish, key_share=True)
    ).one_or_none()
    if found is None:
        raise DishNotFound
    dish, canteen = found
    try:
        policies.ensure_manages(actor, canteen)
    except CanteenNotFound as unseen:
        raise DishNotFound from unseen
    return dish


def lock_dishes(canteen_id: int, dish_ids: Collection[int]) -> dict[int, DishFacts]:
    """The canteen's dishes, locked against changes of what publishing asks. Raises UnknownDish."""
    rows = unit().execute(
        select(Dish.id, Dish.name, Dish.price_fen, Dish.allergens, Dish.is_active)
        .where(Dish.id.in_(dish_ids), Dish.canteen_id == canteen_id)
        .order_by(Dish.id)
        .with_for_update(read=True)
    )
    found = {row.id: DishFacts(*row) for row in rows}
    unknown = sorted(set(dish_ids) - set(found))
    if unknown:
        raise UnknownDish(dish_ids=unknown)
    return found


def save_dish(actor: Actor, dish: Dish, spec: DishSpec, *, before: DishSpec | None, at: datetime) -> None:
    """Write all that `spec` says into a new or a locked dish, and record the difference.

    A price that changes goes into the history, a photo that is replaced is let go of. Raises DishExists if
    the canteen has another dish of that name, and UnknownPhoto.
    """
    unit()
    for column in _DISH_COLUMNS:
        setattr(dish, column, getattr(spec, column))
    dish.allergens = None if spec.allergens is None else list(spec.allergens)
    dish.tags = list(spec.tags)
    dish.changed_at = at
    _save_portions(dish, spec)
    db.session.add(dish)
    try:
        db.session.flush()  # Its id is recorded, and the name may be taken.
    except IntegrityError as error:
        raise DishExists(name=spec.name) from error
    _keep_prices(actor, dish, spec, before=before, at=at)
    _change_photo(actor, dish, spec.photo_id)
    action = "canteen.dish_created" if before is None else "canteen.dish_changed"
    record(
        actor, action, "dish", dish.id, canteen_id=dish.canteen_id, changes=_differences(before, asdict(spec))
    )
    show_change()


def _save_portions(dish: Dish, spec: DishSpec) -> None:
    standing = {row.portion: row for row in dish.portions}
    rows = []
    for portion in spec.portions:
        row = standing.get(portion.portion.value) or DishPortion(portion=portion.portion.value)
        row.price_fen, row.weight_g, row.share = portion.price_fen, portion.weight_g, portion.share
        rows.append(row)
    dish.portions = rows


def _keep_prices(actor: Actor, dish: Dish, spec: DishSpec, *, before: DishSpec | None, at: datetime) -> None:
    """Write down what a portion costs from now on, for those whose price changes."""
    old, new = _prices(before) if before else {}, _prices(spec)
    db.session.add_all(
        DishPrice(
            dish_id=dish.id,
            portion=portion.value,
            price_fen=new.get(portion),
            valid_from=at,
            changed_by=actor.staff_id,
            changed_by_name=actor.name,
        )
        for portion in Portion
        if old.get(portion) != new.get(portion)
    )


def _prices(spec: DishSpec) -> dict[Portion, int | None]:
    """What each portion costs, and a kilogram where the dish is sold by weight."""
    prices: dict[Portion, int | None] = {one.portion: one.price_fen for one in spec.portions}
    return prices | {Portion.WEIGHT: spec.price_fen_per_kg}


def _change_photo(actor: Actor, dish: Dish, photo_id: int | None) -> None:
    """Give a stored dish this photo, for everybody to see, and let go of the one before."""
    if dish.photo_id == photo_id:
        return
    if dish.photo_id is not None:
        media_operations.detach(PHOTO_OWNER, dish.id)
    if photo_id is not None:
        try:
            media_operations.attach(actor, photo_id, PHOTO_OWNER, dish.id, is_public=True)
        except PhotoNotFound as unknown:
            raise UnknownPhoto(fields={"photo_id": [UnknownPhoto.message]}) from unknown
    dish.photo_id = photo_id


def _differences(before: DishSpec | None, after: dict[str, object]) -> dict[str, object]:
    """The fields that differ, each as [before, after]; only the new values of something new."""
    if before is None:
        return {name: _plain(value) for name, value in after.items()}
    earlier = asdict(before)
    return {
        name: [_plain(earlier[name]), _plain(value)]
        for name, value in after.items()
        if earlier[name] != value
    }


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value
