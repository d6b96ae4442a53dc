"""Reads of pauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from backend import clock
from backend.actor import Actor
from backend.dates import moment_text
from backend.db import db, reader, table
from backend.rules import queries as rule_queries
from backend.statements import Statement
from canteen.menu.models import Canteen
from canteen.ordering.pauses.errors import OrdersPaused
from canteen.ordering.pauses.models import OrderPause
from canteen.ordering.pauses.rules import NO_SHOW_LIMIT

_PAUSE = table(OrderPause)

FIND_END = Statement(
    select(func.max(_PAUSE.c.until_at)).where(
        _PAUSE.c.staff_id == bindparam("staff_id"),
        _PAUSE.c.canteen_id == bindparam("canteen_id"),
        _PAUSE.c.until_at > bindparam("at"),
        _PAUSE.c.lifted_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class RunningPause:
    """A pause of one's own that is not over."""

    canteen_id: int
    canteen_name: str
    from_at: datetime
    until_at: datetime
    missed: int


def ensure_not_paused(staff_id: int, canteen_id: int, at: datetime) -> None:
    """Raise OrdersPaused while the person's orders at the canteen are paused.

    Asks the database nothing where the canteen has no limit; to give the limit up ends its pauses.
    """
    if not rule_queries.value(NO_SHOW_LIMIT, canteen_id, at=at):
        return
    row = FIND_END.row(reader(), {"staff_id": staff_id, "canteen_id": canteen_id, "at": at})
    if row is not None and row[0] is not None:
        raise OrdersPaused(until_at=row[0], until_text=moment_text(row[0]), canteen_id=canteen_id)


def list_running(actor: Actor) -> list[RunningPause]:
    """The actor's own running pauses, by canteen."""
    rows = db.session.execute(
        select(
            OrderPause.canteen_id,
            Canteen.name,
            func.min(OrderPause.from_at),
            func.max(OrderPause.until_at),
            func.max(OrderPause.missed),
        )
        .join(Canteen, Canteen.id == OrderPause.canteen_id)
        .where(
            OrderPause.staff_id == actor.staff_id,
            OrderPause.until_at > clock.now(),
            OrderPause.lifted_at.is_(None),
        )
        .group_by(OrderPause.canteen_id, Canteen.name)
        .order_by(OrderPause.canteen_id)
    )
    found = [RunningPause(*row) for row in rows]
    return [pause for pause in found if rule_queries.value(NO_SHOW_LIMIT, pause.canteen_id)]


def running_of(staff_id: int, canteen_id: int, at: datetime) -> Sequence[OrderPause]:
    """The person's pauses at a canteen that are neither over nor lifted."""
    return db.session.scalars(
        select(OrderPause).where(
            OrderPause.staff_id == staff_id,
            OrderPause.canteen_id == canteen_id,
            OrderPause.until_at > at,
            OrderPause.lifted_at.is_(None),
        )
    ).all()


def export_of(staff_id: int) -> list[dict[str, Any]]:
    """Every pause of a person, for the copy of their own data; instants as they are."""
    rows = db.session.execute(
        select(
            OrderPause.order_id,
            OrderPause.canteen_id,
            OrderPause.missed,
            OrderPause.from_at,
            OrderPause.until_at,
            OrderPause.lifted_at,
        )
        .where(OrderPause.staff_id == staff_id)
        .order_by(OrderPause.from_at, OrderPause.order_id)
    )
    return [dict(row) for row in rows.mappings()]
