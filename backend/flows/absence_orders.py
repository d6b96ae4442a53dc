"""What became of the meals that somebody had ordered within an absence of their own."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from backend.actor import Actor
from backend.db import db
from backend.identity.absences import queries
from backend.identity.absences.models import AbsenceKind
from backend.identity.absences.policies import KIND_NAMES
from canteen.accounts.models import EntryKind, LedgerEntry
from canteen.menu.models import Canteen, Meal
from canteen.ordering.models import Order, OrderState
from canteen.ordering.policies import order_number

# As many as anybody has meals in the longest absence.
MOST_ORDERS: Final = 2_000


@dataclass(frozen=True, slots=True)
class OrderWithin:
    """An order whose meal lies within an absence; cancelled with it if its state says so, otherwise kept."""

    order_id: int
    number: str
    canteen: str
    date: date
    period: str
    total_fen: int
    state: str


def own_orders(actor: Actor, absence_id: int) -> list[OrderWithin]:
    """One's own orders within an absence, by day: those cancelled with it, and those that were not.

    What a person cancelled by themselves is left out: the refund of an absence says its kind.

    Raises AbsenceNotFound.
    """
    absence = queries.get_own(actor, absence_id)
    is_refunded_with_it = (
        select(LedgerEntry.id)
        .where(
            LedgerEntry.order_id == Order.id,
            LedgerEntry.kind == EntryKind.REFUND.value,
            LedgerEntry.memo == KIND_NAMES[AbsenceKind(absence.kind)],
        )
        .exists()
    )
    rows: Any = db.session.execute(
        select(Order.id, Canteen.name, Order.served_on, Order.period, Order.total_fen, Order.state)
        .join(Meal, Meal.id == Order.meal_id)
        .join(Canteen, Canteen.id == Order.canteen_id)
        .where(
            Order.staff_id == actor.staff_id,
            Meal.serves_from >= absence.from_at,
            Meal.serves_until <= absence.until_at,
            (Order.state != OrderState.CANCELLED.value) | is_refunded_with_it,
        )
        .order_by(Order.served_on, Meal.serves_from, Order.id)
        .limit(MOST_ORDERS)
    )
    return [
        OrderWithin(
            order_id=row.id,
            number=order_number(row.id, row.served_on),
            canteen=row.name,
            date=row.served_on,
            period=row.period,
            total_fen=row.total_fen,
            state=row.state,
        )
        for row in rows
    ]
