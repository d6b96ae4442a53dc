"""Taking back what was a mistake, and what a count finds; within an open unit of work."""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.db import db
from canteen.purchasing.stock import following, moving, policies
from canteen.purchasing.stock.errors import CountOutdated, MovementFixed
from canteen.purchasing.stock.models import CountLine, Movement, MovementKind


def void(actor: Actor, movement_id: int, *, reason: str) -> Movement:
    """Take back an issue, a return or a loss by a movement that names it; followers learn of a loss.

    Raises MovementNotFound; MovementFixed for what was taken back before, what is of another kind, an issue
    of which something was given back, or a return of what has been used since.
    """
    mistaken, batch = moving.lock_with_batch(movement_id)
    kind = MovementKind(mistaken.kind)
    if kind not in (MovementKind.ISSUE, MovementKind.RETURN, MovementKind.LOSS):
        raise MovementFixed(reason="入库和盘点记录不能单独撤销")
    if mistaken.void_of is not None or moving.is_void(movement_id):
        raise MovementFixed(reason="已撤销")
    if kind is MovementKind.ISSUE and moving.given_back(movement_id)[0]:
        raise MovementFixed(reason="已有退库")
    if (
        batch.remaining_g - mistaken.delta_g < 0
        or batch.remaining_cost_fen - mistaken.cost_fen < 0
        or (batch.remaining_g == mistaken.delta_g and batch.remaining_cost_fen != mistaken.cost_fen)
    ):
        raise MovementFixed(reason="退回的数量已被领用")
    back = moving.like(actor, mistaken, kind, -mistaken.delta_g, -mistaken.cost_fen, reason=reason)
    back.issue_id, back.cause, back.void_of = mistaken.issue_id, mistaken.cause, mistaken.id
    moving.write([back])
    if kind is MovementKind.LOSS:
        following.tell(actor, back)
    return back


def void_arrivals(actor: Actor, batch_ids: Collection[int], *, reason: str) -> int | None:
    """Take batches out again that came in by mistake; None, or the first of which something was moved."""
    now = clock.now()
    batches = moving.lock(batch_ids)
    arrivals = {
        movement.batch_id: movement
        for movement in db.session.scalars(
            select(Movement).where(
                Movement.batch_id.in_(batch_ids), Movement.kind == MovementKind.RECEIPT.value
            )
        )
    }
    moved = select(Movement.batch_id).where(
        Movement.batch_id.in_(batch_ids), Movement.kind != MovementKind.RECEIPT.value
    )
    used = set(db.session.scalars(moved))
    for batch in batches:
        if batch.id in used:
            return int(batch.id)
    backs = []
    for batch in batches:
        back = moving.movement_of(
            actor, batch, MovementKind.RECEIPT, -batch.quantity_g, -batch.cost_fen, at=now, reason=reason
        )
        back.void_of = arrivals[batch.id].id
        backs.append(back)
    moving.write(backs)
    return None


def book_count(actor: Actor, lines: Iterable[CountLine], *, reason: str) -> list[Movement]:
    """Let the books say what was counted: a movement for each difference.

    Raises CountOutdated where a shortage is more than the batch has left by now.
    """
    differing = {
        line.batch_id: line
        for line in lines
        if line.counted_g is not None and line.book_g is not None and line.counted_g != line.book_g
    }
    now = clock.now()
    movements = []
    for batch in moving.lock(differing):
        line = differing[batch.id]
        delta_g = (line.counted_g or 0) - (line.book_g or 0)
        if batch.remaining_g + delta_g < 0:
            raise CountOutdated(batch=policies.code_of(batch.id))
        cost_fen = (
            policies.surplus_cost(delta_g, batch.quantity_g, batch.cost_fen)
            if delta_g > 0
            else -policies.cost_of(-delta_g, batch.remaining_g, batch.remaining_cost_fen)
        )
        movement = moving.movement_of(
            actor, batch, MovementKind.COUNT, delta_g, cost_fen, at=now, reason=line.note or reason
        )
        movement.count_id = line.count_id
        movements.append(movement)
    moving.write(movements)
    return movements
