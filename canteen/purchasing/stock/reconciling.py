"""Proving that batches and movements tell the same: what `flask stock check` prints."""

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from backend.db import db
from canteen.purchasing.stock import policies
from canteen.purchasing.stock.models import Batch, Movement


@dataclass(frozen=True, slots=True)
class Difference:
    """A batch whose books are wrong; grams and fen by the batch and by its movements."""

    batch: str
    batch_g: int
    movements_g: int
    batch_fen: int
    movements_fen: int


def check() -> list[Difference]:
    """The batches whose remaining grams or cost are not the sums of their movements, or below zero, and those
    of which a movement is of another canteen or ingredient. One statement.
    """
    grams = func.coalesce(func.sum(Movement.delta_g), 0)
    fen = func.coalesce(func.sum(Movement.cost_fen), 0)
    strays = func.count().filter(
        or_(Movement.canteen_id != Batch.canteen_id, Movement.ingredient_id != Batch.ingredient_id)
    )
    rows = db.session.execute(
        select(Batch.id, Batch.remaining_g, grams, Batch.remaining_cost_fen, fen)
        .outerjoin(Movement, Movement.batch_id == Batch.id)
        .group_by(Batch.id, Batch.remaining_g, Batch.remaining_cost_fen)
        .having(
            or_(
                grams != Batch.remaining_g,
                fen != Batch.remaining_cost_fen,
                strays > 0,
                and_(Batch.remaining_g == 0, Batch.remaining_cost_fen != 0),
            )
        )
        .order_by(Batch.id)
    )
    return [
        Difference(policies.code_of(batch_id), kept_g, int(moved_g), kept_fen, int(moved_fen))
        for batch_id, kept_g, moved_g, kept_fen, moved_fen in rows
    ]
