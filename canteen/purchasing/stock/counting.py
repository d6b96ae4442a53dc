"""Use cases of counts (盘点): opened, counted blind, handed in, and decided by somebody else."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db, table, unit
from backend.statements import insert_or_nothing
from canteen.purchasing.ingredients.models import Ingredient, Storage
from canteen.purchasing.stock import corrections, counts, moving, queries
from canteen.purchasing.stock.counts import CountLineView, CountView
from canteen.purchasing.stock.errors import (
    BatchNotFound,
    CountApproverInvalid,
    CountDecided,
    CountGoingOn,
    CountIncomplete,
    CountInstantInvalid,
    CountNotFound,
)
from canteen.purchasing.stock.models import Batch, Count, CountLine, CountState, Movement
from canteen.purchasing.stock.titles import COUNT_STATE_NAMES

_INSERT = insert_or_nothing(
    table(Count),
    [
        *("canteen_id", "title", "state", "opened_at", "opened_by", "opened_by_name"),
        *("counted_by_name", "decided_by_name", "decision"),
    ],
    returning="id",
)


@atomic
def open_count(
    actor: Actor,
    *,
    canteen_id: int,
    title: str = "",
    storage: Storage | None = None,
    ingredient_ids: Sequence[int] = (),
) -> CountView:
    """Open a count of all that a canteen has in store, or of one kind of storage, or of some ingredients.

    Raises CanteenNotFound or CountGoingOn.
    """
    queries.ensure_reads(actor, canteen_id, Permission.STOCK_RECORD)
    values = {
        "canteen_id": canteen_id,
        "title": title,
        "state": CountState.OPEN.value,
        "opened_at": clock.now(),
        "opened_by": actor.staff_id,
        "opened_by_name": actor.name,
        **dict.fromkeys(("counted_by_name", "decided_by_name", "decision"), ""),
    }
    row = _INSERT.row(unit(), values)
    if row is None:
        raise CountGoingOn
    count_id: int = row[0]
    wanted = select(Batch.id).where(Batch.canteen_id == canteen_id, Batch.remaining_g > 0)
    if storage is not None:
        wanted = wanted.join(Ingredient, Ingredient.id == Batch.ingredient_id).where(
            Ingredient.storage == storage.value
        )
    if ingredient_ids:
        wanted = wanted.where(Batch.ingredient_id.in_(ingredient_ids))
    rows = [
        {"count_id": count_id, "batch_id": batch_id, "counted_by_name": "", "note": ""}
        for batch_id in db.session.scalars(wanted.order_by(Batch.id))
    ]
    if rows:
        unit().execute(insert(CountLine), rows)
    record(actor, "canteen.count_opened", "stock_count", count_id, canteen_id=canteen_id, lines=len(rows))
    return counts.get_count(actor, count_id)


@atomic
def count_batch(
    actor: Actor,
    *,
    count_id: int,
    batch_id: int,
    counted_g: int,
    counted_at: datetime | None = None,
    note: str = "",
) -> CountLineView:
    """Write down what lies of a batch, now or at an instant since the count was opened; again, to mend it.

    A batch that the books think empty, or that came in meanwhile, may be counted, too. Raises CountNotFound,
    CountDecided, BatchNotFound or CountInstantInvalid.
    """
    count = _locked(actor, count_id, Permission.STOCK_RECORD)
    _ensure_state(count, CountState.OPEN)
    now = clock.now()
    at = counted_at or now
    if not count.opened_at <= at <= now:
        raise CountInstantInvalid
    (batch,) = moving.lock([batch_id])
    if batch.canteen_id != count.canteen_id:
        raise BatchNotFound
    line = db.session.scalars(
        select(CountLine).where(CountLine.count_id == count_id, CountLine.batch_id == batch_id)
    ).one_or_none()
    if line is None:
        line = CountLine(count_id=count_id, batch_id=batch_id)
        db.session.add(line)
    since = db.session.scalar(
        select(func.coalesce(func.sum(Movement.delta_g), 0)).where(
            Movement.batch_id == batch_id, Movement.at > at
        )
    )
    line.counted_g, line.book_g = counted_g, batch.remaining_g - int(since or 0)
    line.counted_at, line.counted_by, line.counted_by_name = at, actor.staff_id, actor.name
    line.note = note
    db.session.flush()
    return counts.line_view(count, batch_id)


@atomic
def hand_in(actor: Actor, *, count_id: int, is_partial: bool = False) -> CountView:
    """End the counting: the differences are known now, and wait for approval.

    Raises CountNotFound, CountDecided, or CountIncomplete unless it is said that the rest is left out.
    """
    count = _locked(actor, count_id, Permission.STOCK_RECORD)
    _ensure_state(count, CountState.OPEN)
    left = db.session.scalar(
        select(func.count()).where(CountLine.count_id == count_id, CountLine.counted_g.is_(None))
    )
    if left and not is_partial:
        raise CountIncomplete(count=left)
    count.state = CountState.COUNTED.value
    count.counted_at, count.counted_by, count.counted_by_name = clock.now(), actor.staff_id, actor.name
    record(actor, "canteen.count_handed_in", "stock_count", count_id, is_partial=bool(left))
    db.session.flush()
    return counts.get_count(actor, count_id)


@atomic
def decide(actor: Actor, *, count_id: int, is_approved: bool, reason: str = "") -> CountView:
    """Approve the differences, which the books follow then, or reject the count: nothing moves.

    Raises CountNotFound, CountDecided, CountApproverInvalid or CountOutdated.
    """
    count = _locked(actor, count_id, Permission.PURCHASING_APPROVE)
    _ensure_state(count, CountState.COUNTED)
    if actor.staff_id in {count.opened_by, count.counted_by, *counts.counters(count_id)}:
        raise CountApproverInvalid
    count.state = (CountState.APPROVED if is_approved else CountState.REJECTED).value
    count.decided_at, count.decided_by, count.decided_by_name = clock.now(), actor.staff_id, actor.name
    count.decision = reason
    moved = []
    if is_approved:
        lines = db.session.scalars(select(CountLine).where(CountLine.count_id == count_id)).all()
        moved = corrections.book_count(actor, lines, reason=reason)
    record(
        actor,
        "canteen.count_decided",
        "stock_count",
        count_id,
        is_approved=is_approved,
        reason=reason,
        differences=len(moved),
        cost_fen=sum(movement.cost_fen for movement in moved),
    )
    db.session.flush()
    return counts.get_count(actor, count_id)


@atomic
def cancel(actor: Actor, *, count_id: int, reason: str) -> CountView:
    """Give up a count that is going on. Raises CountNotFound or CountDecided."""
    count = _locked(actor, count_id, Permission.STOCK_RECORD)
    _ensure_state(count, CountState.OPEN)
    count.state, count.decision = CountState.CANCELLED.value, reason
    count.decided_at, count.decided_by, count.decided_by_name = clock.now(), actor.staff_id, actor.name
    record(actor, "canteen.count_cancelled", "stock_count", count_id, reason=reason)
    db.session.flush()
    return counts.get_count(actor, count_id)


def _locked(actor: Actor, count_id: int, permission: Permission) -> Count:
    counts.find(actor, count_id, permission)
    count = db.session.get(Count, count_id, with_for_update=True, populate_existing=True)
    if count is None:
        raise CountNotFound
    return count


def _ensure_state(count: Count, state: CountState) -> None:
    if count.state != state:
        raise CountDecided(state=COUNT_STATE_NAMES[CountState(count.state)])
