"""Writes of pauses, within an open unit of work."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert, update

from backend.db import table, unit
from canteen.ordering.pauses.models import OrderPause

_PAUSE = table(OrderPause)


@dataclass(frozen=True, slots=True)
class NewPause:
    """A pause to begin; see `OrderPause`."""

    order_id: int
    staff_id: int
    canteen_id: int
    missed: int
    from_at: datetime
    until_at: datetime


def begin(pauses: Sequence[NewPause]) -> None:
    """Let these pauses begin; one statement."""
    if pauses:
        unit().execute(insert(_PAUSE), [asdict(pause) for pause in pauses])


def lift(order_ids: Sequence[int], at: datetime) -> None:
    """End the pauses that these missed orders caused."""
    if order_ids:
        unit().execute(update(_PAUSE).where(_PAUSE.c.order_id.in_(order_ids)).values(lifted_at=at))
