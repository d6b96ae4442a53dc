"""Use cases of the ledgers."""

from datetime import datetime
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db
from backend.media import operations as media_operations
from backend.refusals import refusing_clashes
from canteen.food_safety import reach
from canteen.food_safety.ledgers import operations, policies, queries
from canteen.food_safety.ledgers.errors import (
    AdditiveExists,
    AdditiveInactive,
    AdditiveUseInvalid,
    AdditiveUseTakenBack,
    HandOverTakenBack,
)
from canteen.food_safety.ledgers.models import Additive, AdditiveUse
from canteen.food_safety.ledgers.operations import Loaded
from canteen.food_safety.ledgers.policies import Load, Use


@atomic
def hand_over(actor: Actor, *, canteen_id: int, **load: Any) -> Load:
    """Record a load that a collector took; `load` are the fields of `Loaded`.

    Raises CanteenNotFound, HandOverTime or PhotoNotFound.
    """
    queries.find_recorded(actor, canteen_id)
    given = Loaded(**load)
    policies.ensure_recent(given.handed_at, now=clock.now())
    row = operations.hand_over(actor, canteen_id, given)
    for position, photo_id in enumerate(dict.fromkeys(given.photo_ids)):
        media_operations.attach(actor, photo_id, policies.PHOTO_OWNER, row.id, position=position)
    weight_g = given.weight_g
    record(actor, "canteen.hand_over_recorded", "hand_over", row.id, canteen_id=canteen_id, weight_g=weight_g)
    return Load(row, is_taken_back=False)


@atomic
def void_hand_over(actor: Actor, *, hand_over_id: int, reason: str) -> Load:
    """Take a load back that was recorded by mistake. Raises HandOverNotFound or HandOverTakenBack."""
    found = queries.find_hand_over(actor, hand_over_id)
    if found.is_taken_back:
        raise HandOverTakenBack
    row = found.row
    with refusing_clashes(HandOverTakenBack()):
        operations.take_back(actor, row, reason=reason)
    record(
        actor, "canteen.hand_over_taken_back", "hand_over", row.id, canteen_id=row.canteen_id, reason=reason
    )
    return Load(row, is_taken_back=True)


@atomic
def add_additive(
    actor: Actor,
    *,
    canteen_id: int,
    name: str,
    purpose: str,
    scope: str = "",
    limit_mg_per_kg: int | None = None,
    keeper: str = "",
    place: str = "",
    ingredient_id: int | None = None,
) -> Additive:
    """Put an additive on a canteen's list. Raises CanteenNotFound, AdditiveUseInvalid or AdditiveExists."""
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_MANAGE)
    _ensure_additive(ingredient_id)
    now = clock.now()
    row = Additive(
        canteen_id=canteen_id,
        name=name,
        purpose=purpose,
        scope=scope,
        limit_mg_per_kg=limit_mg_per_kg,
        keeper=keeper,
        place=place,
        ingredient_id=ingredient_id,
        created_at=now,
        changed_at=now,
    )
    with refusing_clashes(AdditiveExists(name=name)):
        db.session.add(row)
        db.session.flush()
    record(actor, "canteen.additive_saved", "additive", row.id, canteen_id=canteen_id, name=name)
    return row


@atomic
def change_additive(actor: Actor, *, additive_id: int, is_active: bool = True, **fields: Any) -> Additive:
    """Describe an additive anew; uses keep what it was. Raises AdditiveNotFound or as `add_additive`."""
    row = queries.find_additive(actor, additive_id, Permission.SAFETY_MANAGE)
    _ensure_additive(fields.get("ingredient_id"))
    with refusing_clashes(AdditiveExists(name=fields["name"])):
        for name, value in fields.items():
            setattr(row, name, value)
        row.is_active, row.changed_at = is_active, clock.now()
        db.session.flush()
    record(actor, "canteen.additive_saved", "additive", row.id, canteen_id=row.canteen_id, name=row.name)
    return row


def _ensure_additive(ingredient_id: int | None) -> None:
    if ingredient_id is not None and not queries.is_additive(ingredient_id):
        raise AdditiveUseInvalid(reason="所选食材不是食品添加剂")


@atomic
def use_additive(
    actor: Actor,
    *,
    additive_id: int,
    used_at: datetime,
    weight_mg: int,
    food_g: int,
    dish_id: int | None = None,
    dish: str = "",
    batch_id: int | None = None,
    lot: str = "",
    note: str = "",
) -> Use:
    """Record that so much of an additive went into so much food of a dish.

    Raises AdditiveNotFound, AdditiveInactive, AdditiveUseInvalid or AdditiveOverLimit.
    """
    additive = queries.find_additive(actor, additive_id, Permission.SAFETY_RECORD)
    if not additive.is_active:
        raise AdditiveInactive(name=additive.name)
    policies.ensure_used_recently(used_at, now=clock.now())
    policies.ensure_explained(weight_mg, food_g, additive.limit_mg_per_kg, note)
    row = operations.add(
        AdditiveUse(
            canteen_id=additive.canteen_id,
            additive_id=additive.id,
            name=additive.name,
            used_at=used_at,
            used_on=clock.local(used_at).date(),
            weight_mg=weight_mg,
            food_g=food_g,
            limit_mg_per_kg=additive.limit_mg_per_kg,
            is_over=policies.is_over(weight_mg, food_g, additive.limit_mg_per_kg),
            dish_id=dish_id,
            dish=_dish(additive, dish_id, dish),
            batch_id=batch_id,
            lot=_lot(additive, batch_id, lot),
            note=note,
            recorded_at=clock.now(),
            recorded_by=actor.staff_id,
            recorded_by_name=actor.name,
        )
    )
    record(
        actor,
        "canteen.additive_used",
        "additive_use",
        row.id,
        canteen_id=row.canteen_id,
        name=row.name,
        weight_mg=weight_mg,
    )
    return Use(row, is_taken_back=False)


@atomic
def void_use(actor: Actor, *, use_id: int, reason: str) -> Use:
    """Take a use back that was recorded by mistake.

    Raises AdditiveUseNotFound or AdditiveUseTakenBack.
    """
    found = queries.find_use(actor, use_id)
    if found.is_taken_back:
        raise AdditiveUseTakenBack
    row = found.row
    with refusing_clashes(AdditiveUseTakenBack()):
        operations.take_back(actor, row, note=reason)
    record(
        actor,
        "canteen.additive_use_taken_back",
        "additive_use",
        row.id,
        canteen_id=row.canteen_id,
        reason=reason,
    )
    return Use(row, is_taken_back=True)


def _dish(additive: Additive, dish_id: int | None, dish: str) -> str:
    name = queries.dish_name(additive.canteen_id, dish_id) if dish_id is not None else dish
    if not name:
        raise AdditiveUseInvalid(reason="请选择本食堂的菜品，或填写食品名称")
    return name


def _lot(additive: Additive, batch_id: int | None, lot: str) -> str:
    if batch_id is None:
        return lot
    found = queries.batch_lot(additive.canteen_id, batch_id, additive.ingredient_id)
    if found is None:
        raise AdditiveUseInvalid(reason="没有这一批次")
    return found or lot
