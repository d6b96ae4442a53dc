"""The offers of colleagues that wait for one's answer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from backend.db import db
from backend.identity.models import Staff
from canteen.menu.models import Meal
from canteen.ordering.colleagues.models import Transfer, TransferState
from canteen.ordering.models import Order, OrderState


@dataclass(frozen=True, slots=True)
class Offered:
    """An order that a colleague would hand over."""

    transfer_id: int
    giver: str
    served_on: date
    period: str
    closes_at: datetime


def offers_to(staff_id: int, now: datetime) -> list[Offered]:
    """The open offers to a person, the one that ends first coming first; one statement."""
    rows: Any = db.session.execute(
        select(Transfer.id, Staff.name, Order.served_on, Order.period, Meal.serves_until)
        .join(Order, Order.id == Transfer.order_id)
        .join(Meal, Meal.id == Order.meal_id)
        .join(Staff, Staff.id == Transfer.giver_id)
        .where(
            Transfer.receiver_id == staff_id,
            Transfer.state == TransferState.OFFERED.value,
            Order.state == OrderState.BOOKED.value,
            Order.staff_id == Transfer.giver_id,
            Meal.serves_until > now,
        )
        .order_by(Meal.serves_until, Transfer.id)
    )
    return [Offered(*row) for row in rows]
