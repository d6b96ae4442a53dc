"""The one way in which a batch changes: under its lock, with a movement that says why; in an open unit."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, exists, func, or_, select, update

from backend import clock
from backend.actor import Actor
from backend.db import db, table, unit
from backend.statements import Statement
from canteen.purchasing.stock.errors import BatchNotFound, MovementNotFound
from canteen.purchasing.stock.models import Batch, Movement, MovementKind
from canteen.purchasing.stock.policies import Lot

_BATCH: Final = table(Batch)
_MOVEMENT: Final = table(Movement)
# Never below 0, whatever was read before.
_MOVE: Final = Statement(
    update(_BATCH)
    .where(
        _BATCH.c.id == bindparam("of_batch"),
        _BATCH.c.remaining_g + bindparam("grams") >= 0,
        _BATCH.c.remaining_cost_fen + bindparam("fen") >= 0,
    )
    .values(
        remaining_g=_BATCH.c.remaining_g + bindparam("grams"),
        remaining_cost_fen=_BATCH.c.remaining_cost_fen + bindparam("fen"),
    )
)


def lock(batch_ids: Collection[int]) -> Sequence[Row[Any]]:
    """The rows of these batches, locked by rising id. Raises BatchNotFound if one is missing."""
    wanted = set(batch_ids)
    statement = select(_BATCH).where(_BATCH.c.id.in_(wanted)).order_by(_BATCH.c.id).with_for_update()
    rows = unit().execute(statement).all()
    if len(rows) != len(wanted):
        raise BatchNotFound
    return rows


def lock_with_batch(movement_id: int) -> tuple[Movement, Row[Any]]:
    """A movement and the row of its batch, locked. Raises MovementNotFound."""
    unit()
    movement = db.session.get(Movement, movement_id)
    if movement is None:
        raise MovementNotFound
    (batch,) = lock([movement.batch_id])
    return movement, batch


def is_void(movement_id: int) -> bool:
    """Whether another movement has taken this one back."""
    return bool(db.session.scalar(select(exists().where(Movement.void_of == movement_id))))


def given_back(issue_id: int) -> tuple[int, int]:
    """Grams and fen of an issue that came back; a return that was taken back counts for nothing."""
    grams, fen = (
        unit()
        .execute(
            select(
                func.coalesce(func.sum(_MOVEMENT.c.delta_g), 0),
                func.coalesce(func.sum(_MOVEMENT.c.cost_fen), 0),
            ).where(_MOVEMENT.c.issue_id == issue_id)
        )
        .one()
    )
    return int(grams), int(fen)


def write(movements: Sequence[Movement]) -> None:
    """Change the batches by rising id, and add the movements. The batches are locked, and suffice."""
    by_batch: dict[int, list[int]] = {}
    for movement in movements:
        sums = by_batch.setdefault(movement.batch_id, [0, 0])
        sums[0] += movement.delta_g
        sums[1] += movement.cost_fen
    moves = [
        {"of_batch": batch_id, "grams": grams, "fen": fen}
        for batch_id, (grams, fen) in sorted(by_batch.items())
    ]
    if moves and _MOVE.many(unit(), moves) != len(moves):
        raise RuntimeError("a locked batch has less than it was read to have")
    db.session.add_all(movements)
    db.session.flush()


def movement_of(
    actor: Actor,
    batch: Any,
    kind: MovementKind,
    delta_g: int,
    cost_fen: int,
    *,
    at: datetime,
    reason: str,
) -> Movement:
    """A movement of a batch."""
    return Movement(
        batch_id=batch.id,
        ingredient_id=batch.ingredient_id,
        canteen_id=batch.canteen_id,
        kind=kind.value,
        delta_g=delta_g,
        cost_fen=cost_fen,
        reason=reason,
        at=at,
        by_id=actor.staff_id,
        by_name=actor.name,
    )


def like(
    actor: Actor, of: Movement, kind: MovementKind, delta_g: int, cost_fen: int, *, reason: str
) -> Movement:
    """A movement of the same batch for the same purpose."""
    return Movement(
        batch_id=of.batch_id,
        ingredient_id=of.ingredient_id,
        canteen_id=of.canteen_id,
        kind=kind.value,
        delta_g=delta_g,
        cost_fen=cost_fen,
        meal_id=of.meal_id,
        dish_id=of.dish_id,
        served_on=of.served_on,
        period=of.period,
        reason=reason,
        at=clock.now(),
        by_id=actor.staff_id,
        by_name=actor.name,
    )


def lock_usable(canteen_id: int, ingredient_ids: Collection[int]) -> dict[int, list[Lot]]:
    """What may be issued of each ingredient, locked by rising id."""
    rows = unit().execute(
        select(
            *(_BATCH.c.ingredient_id, _BATCH.c.id, _BATCH.c.remaining_g, _BATCH.c.remaining_cost_fen),
            *(_BATCH.c.expires_on, _BATCH.c.received_at),
        )
        .where(
            _BATCH.c.canteen_id == canteen_id,
            _BATCH.c.ingredient_id.in_(sorted(ingredient_ids)),
            _BATCH.c.remaining_g > 0,
            _BATCH.c.is_blocked.is_(False),
            or_(_BATCH.c.expires_on.is_(None), _BATCH.c.expires_on >= clock.today()),
        )
        .order_by(_BATCH.c.id)
        .with_for_update()
    )
    found: dict[int, list[Lot]] = {}
    for ingredient_id, *lot in rows:
        found.setdefault(ingredient_id, []).append(Lot(*lot))
    return found
