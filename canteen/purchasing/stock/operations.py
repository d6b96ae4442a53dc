"""Writes of batches and movements, within an open unit of work.

A call locks all batches that it needs at once, by rising id; a unit that makes several calls may have to be
tried again, which `atomic` does.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select, update

from backend import clock
from backend.actor import Actor
from backend.db import db, table, unit
from canteen.menu.models import Dish, Meal
from canteen.purchasing.ingredients.models import Ingredient
from canteen.purchasing.stock import following, moving, policies
from canteen.purchasing.stock.errors import (
    BatchBlocked,
    BatchExpired,
    BatchNotFound,
    BatchShort,
    FefoReasonNeeded,
    HeldByIncident,
    MovementFixed,
    PurposeUnknown,
    ReturnTooMuch,
    StockShort,
)
from canteen.purchasing.stock.models import (
    Batch,
    Hold,
    LossCause,
    Movement,
    MovementKind,
)
from canteen.purchasing.stock.policies import Lot, Taking

_BATCH: Final = table(Batch)
_MOVEMENT: Final = table(Movement)


@dataclass(frozen=True, slots=True)
class Want:
    """What is to be issued: grams of an ingredient, for a dish if that is known, of one batch if it is named.

    A batch that is not the first to expire is named for a `reason`.
    """

    ingredient_id: int
    grams: int
    dish_id: int | None = None
    batch_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What comes into store as one batch."""

    canteen_id: int
    ingredient_id: int
    quantity_g: int
    cost_fen: int
    supplier_id: int | None = None
    receipt_line_id: int | None = None
    lot: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    location: str = ""


# Coming in


def add_batches(actor: Actor, arrivals: Sequence[Arrival], *, at: datetime, reason: str = "") -> list[Batch]:
    """Make a batch of each arrival, with the movement by which it came in."""
    unit()
    batches = [
        Batch(
            canteen_id=each.canteen_id,
            ingredient_id=each.ingredient_id,
            supplier_id=each.supplier_id,
            receipt_line_id=each.receipt_line_id,
            lot=each.lot,
            produced_on=each.produced_on,
            expires_on=each.expires_on,
            received_at=at,
            quantity_g=each.quantity_g,
            remaining_g=each.quantity_g,
            cost_fen=each.cost_fen,
            remaining_cost_fen=each.cost_fen,
            location=each.location,
        )
        for each in arrivals
    ]
    db.session.add_all(batches)
    db.session.flush()  # The movements name them.
    db.session.add_all(
        moving.movement_of(
            actor,
            batch,
            MovementKind.RECEIPT,
            batch.quantity_g,
            batch.cost_fen,
            at=at,
            reason=reason,
        )
        for batch in batches
    )
    db.session.flush()
    return batches


# Going out


def issue(
    actor: Actor,
    canteen_id: int,
    ingredient_id: int,
    grams: int,
    *,
    meal_id: int | None = None,
    dish_id: int | None = None,
    batch_id: int | None = None,
    reason: str = "",
) -> list[Movement]:
    """Take grams of an ingredient out of the store, first expired first out; see `issue_many`."""
    want = Want(ingredient_id, grams, dish_id=dish_id, batch_id=batch_id, reason=reason)
    return issue_many(actor, canteen_id, [want], meal_id=meal_id)


def issue_many(
    actor: Actor, canteen_id: int, wants: Sequence[Want], *, meal_id: int | None = None
) -> list[Movement]:
    """Take several ingredients out of the store, all of them or nothing; a movement for each batch and want.

    Of a batch that is named only of that one. Raises PurposeUnknown, StockShort with every ingredient that is
    short, BatchNotFound, BatchBlocked, BatchExpired, BatchShort or FefoReasonNeeded. Wants name the dishes
    and the meal of this canteen; grams are positive.
    """
    if any(want.grams <= 0 for want in wants):
        raise ValueError("an issue takes something")
    meal = _meal_of(canteen_id, meal_id, {want.dish_id for want in wants if want.dish_id is not None})
    lots = moving.lock_usable(canteen_id, {want.ingredient_id for want in wants})
    taken = _take(canteen_id, wants, lots)
    now = clock.now()
    movements = [
        Movement(
            batch_id=taking.batch_id,
            ingredient_id=want.ingredient_id,
            canteen_id=canteen_id,
            kind=MovementKind.ISSUE.value,
            delta_g=-taking.grams,
            cost_fen=-taking.cost_fen,
            meal_id=meal_id,
            dish_id=want.dish_id,
            served_on=meal.served_on if meal is not None else None,
            period=meal.period if meal is not None else None,
            reason=want.reason,
            at=now,
            by_id=actor.staff_id,
            by_name=actor.name,
        )
        for want, takings in taken
        for taking in takings
    ]
    moving.write(movements)
    return movements


def _meal_of(canteen_id: int, meal_id: int | None, dish_ids: Collection[int]) -> Meal | None:
    meal = db.session.get(Meal, meal_id) if meal_id is not None else None
    if meal_id is not None and (meal is None or meal.canteen_id != canteen_id):
        raise PurposeUnknown
    if dish_ids:
        known = select(func.count()).where(Dish.id.in_(dish_ids), Dish.canteen_id == canteen_id)
        if db.session.scalar(known) != len(dish_ids):
            raise PurposeUnknown
    return meal


def _take(
    canteen_id: int, wants: Sequence[Want], lots: dict[int, list[Lot]]
) -> list[tuple[Want, list[Taking]]]:
    taken: list[tuple[Want, list[Taking]]] = []
    short: dict[int, int] = {}
    free = {ingredient_id: sum(lot.remaining_g for lot in some) for ingredient_id, some in lots.items()}
    for want in wants:
        usable = lots.get(want.ingredient_id, [])
        offered = usable if want.batch_id is None else [_named(canteen_id, want, usable)]
        takings = policies.allocate(offered, want.grams)
        if takings is None:
            if want.batch_id is not None:
                raise BatchShort(
                    batch=policies.code_of(want.batch_id),
                    free=policies.kilograms(offered[0].remaining_g),
                    wanted=policies.kilograms(want.grams),
                )
            short[want.ingredient_id] = 0
            continue
        lots[want.ingredient_id] = policies.less(usable, takings)
        taken.append((want, takings))
    if short:
        _refuse_short(short, wants, free)
    return taken


def _refuse_short(short: Collection[int], wants: Sequence[Want], free: dict[int, int]) -> None:
    names = dict(
        db.session.execute(select(Ingredient.id, Ingredient.name).where(Ingredient.id.in_(short))).all()
    )
    lines: list[dict[str, Any]] = [
        {
            "ingredient_id": ingredient_id,
            "ingredient": names.get(ingredient_id, ""),
            "wanted_g": sum(want.grams for want in wants if want.ingredient_id == ingredient_id),
            "free_g": free.get(ingredient_id, 0),
        }
        for ingredient_id in sorted(short)
    ]
    raise StockShort(shortages=policies.shortages_text(lines), short=lines)


def _named(canteen_id: int, want: Want, usable: Sequence[Lot]) -> Lot:
    """The lot of the batch that is named, in its turn or for a reason."""
    lot = next((each for each in usable if each.id == want.batch_id), None)
    if lot is None:
        raise _in_the_way(canteen_id, want)
    first = next(each for each in policies.fefo(usable) if each.remaining_g or each is lot)
    if first is not lot and not want.reason:
        raise FefoReasonNeeded(first=policies.code_of(first.id), batch=policies.code_of(lot.id))
    return lot


def _in_the_way(canteen_id: int, want: Want) -> Exception:
    row = unit().execute(select(_BATCH).where(_BATCH.c.id == want.batch_id)).one_or_none()
    if row is None or row.canteen_id != canteen_id or row.ingredient_id != want.ingredient_id:
        return BatchNotFound()
    batch = policies.code_of(row.id)
    if row.is_blocked:
        return BatchBlocked(batch=batch, reason=row.blocked_reason)
    if policies.is_expired(row.expires_on, clock.today()):
        return BatchExpired(batch=batch, expired=row.expires_on.isoformat())
    return BatchShort(
        batch=batch, free=policies.kilograms(row.remaining_g), wanted=policies.kilograms(want.grams)
    )


def give_back(actor: Actor, movement_id: int, grams: int, *, reason: str = "") -> Movement:
    """Bring back to store what an issue did not use; at what it was issued. Raises MovementNotFound,
    MovementFixed (no issue, or taken back) or ReturnTooMuch.
    """
    issued, _ = moving.lock_with_batch(movement_id)
    if issued.kind != MovementKind.ISSUE or issued.void_of is not None:
        raise MovementFixed(reason="不是领用记录")
    back_g, back_fen = moving.given_back(movement_id)
    if moving.is_void(movement_id):
        raise MovementFixed(reason="该领用已撤销")
    left_g = -issued.delta_g - back_g
    if not 0 < grams <= left_g:
        raise ReturnTooMuch(left=policies.kilograms(left_g), left_g=left_g)
    cost_fen = policies.cost_of(grams, left_g, -issued.cost_fen - back_fen)
    back = moving.like(actor, issued, MovementKind.RETURN, grams, cost_fen, reason=reason)
    back.issue_id = issued.id
    moving.write([back])
    return back


def write_off(
    actor: Actor,
    batch_id: int,
    grams: int | None,
    *,
    cause: LossCause,
    reason: str,
    photo_id: int | None = None,
) -> Movement:
    """Write off grams of a batch, or with None all that is left, and tell the followers.

    A blocked or expired batch, too. Raises BatchNotFound or BatchShort.
    """
    (batch,) = moving.lock([batch_id])
    grams = batch.remaining_g if grams is None else grams
    if not 0 < grams <= batch.remaining_g:
        raise BatchShort(
            batch=policies.code_of(batch.id),
            free=policies.kilograms(batch.remaining_g),
            wanted=policies.kilograms(grams),
        )
    cost_fen = policies.cost_of(grams, batch.remaining_g, batch.remaining_cost_fen)
    lost = moving.movement_of(
        actor, batch, MovementKind.LOSS, -grams, -cost_fen, at=clock.now(), reason=reason
    )
    lost.cause, lost.photo_id = cause.value, photo_id
    moving.write([lost])
    following.tell(actor, lost)
    return lost


def relocate(batch_id: int, location: str) -> None:
    """Say where a batch lies."""
    unit().execute(update(_BATCH).where(_BATCH.c.id == batch_id).values(location=location))


# Holds


def block(actor: Actor, batch_ids: Collection[int], *, reason: str, hold: Hold = Hold.STORE) -> list[int]:
    """Block batches; returns those that this changed. What an incident holds stays the incident's.

    Raises BatchNotFound.
    """
    changed = [
        batch.id
        for batch in moving.lock(batch_ids)
        if not batch.is_blocked or (hold is Hold.INCIDENT and batch.hold != hold)
    ]
    values = {
        "is_blocked": True,
        "hold": hold.value,
        "blocked_reason": reason,
        "blocked_at": clock.now(),
    }
    if changed:
        unit().execute(update(_BATCH).where(_BATCH.c.id.in_(changed)).values(**values))
    return changed


def unblock(batch_ids: Collection[int], *, hold: Hold = Hold.STORE) -> list[int]:
    """Let go of batches; returns those that were blocked. Raises BatchNotFound, or HeldByIncident unless an
    incident lets go of them.
    """
    changed = []
    for batch in moving.lock(batch_ids):
        if batch.hold == Hold.INCIDENT and hold is not Hold.INCIDENT:
            raise HeldByIncident(batch=policies.code_of(batch.id))
        if batch.is_blocked:
            changed.append(batch.id)
    values = {"is_blocked": False, "hold": None, "blocked_reason": "", "blocked_at": None}
    if changed:
        unit().execute(update(_BATCH).where(_BATCH.c.id.in_(changed)).values(**values))
    return changed
