"""Writes of withdrawals, within an open unit of work.

The locks come in ordering's order: balances, the meal, its counter, orders; then the windows of takeaways,
which nobody holds who waits for these orders, because a change of them waits for the counter first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from backend.db import table, unit
from canteen.menu.models import FULL_PORTION, Meal, MealDish, MealState
from canteen.ordering.models import Order, OrderLine, PrepLine
from canteen.ordering.operations import CANCEL_ORDER
from canteen.ordering.queries import COUNT_LINES
from canteen.ordering.takeaway import operations as takeaway
from canteen.ordering.withdrawals.queries import Affected, Offered

_ORDER, _LINE = table(Order), table(OrderLine)
_MEAL, _COUNTER, _PREP = table(Meal), table(MealDish), table(PrepLine)

REDUCE_ORDER = (
    update(_ORDER)
    .where(_ORDER.c.id == bindparam("of_order"))
    .values(total_fen=_ORDER.c.total_fen - bindparam("less_fen"), revision=_ORDER.c.revision + 1)
)


@dataclass(frozen=True, slots=True)
class LockedLine:
    """A dish's counter and its meal's state, locked. `cap` is in portions, `taken` in centi-portions."""

    state: str
    is_open: bool
    cap: int | None
    taken: int

    @property
    def is_offered(self) -> bool:
        """Whether anybody could still get it: order it, or have it at the counter of a frozen meal."""
        if self.state == MealState.FROZEN:
            return self.cap is None or self.taken < self.cap * FULL_PORTION
        return self.state == MealState.PUBLISHED and self.is_open


def lock_line(offered: Offered) -> LockedLine:
    """Lock the meal, then the dish's counter: an order that has passed it is committed."""
    connection = unit()
    state: str = connection.execute(
        select(_MEAL.c.state).where(_MEAL.c.id == offered.meal_id).with_for_update(key_share=True)
    ).scalar_one()
    line = connection.execute(
        select(_COUNTER.c.is_open, _COUNTER.c.cap, _COUNTER.c.taken)
        .where(_COUNTER.c.id == offered.meal_dish_id)
        .with_for_update(key_share=True)
    ).one()
    return LockedLine(state, *line)


def shut_line(offered: Offered, line: LockedLine, given_back: int) -> None:
    """Let nobody order the dish any more, and give back what the affected orders took of it.

    The gate of this one dish is shut; its cap becomes what is handed out already, so that nothing shows as
    left, and nobody gets it at the counter without an order. A cap is of whole portions, and so is what then
    counts as taken: the rest of a begun one would be a half portion for somebody.
    """
    cap = -(-(line.taken - given_back) // FULL_PORTION)
    taken = cap * FULL_PORTION
    connection = unit()
    connection.execute(
        update(_COUNTER)
        .where(_COUNTER.c.id == offered.meal_dish_id)
        .values(taken=taken, cap=cap, is_open=False)
    )
    connection.execute(
        update(_MEAL).where(_MEAL.c.id == offered.meal_id).values(revision=_MEAL.c.revision + 1)
    )


def drop_from_orders(offered: Offered, affected: Sequence[Affected], at: datetime) -> None:
    """Take the dish out of these orders; one that held nothing else is cancelled as it stands."""
    connection = unit()
    reduced = [each for each in affected if each.has_rest]
    emptied = [each for each in affected if not each.has_rest]
    if reduced:
        connection.execute(
            REDUCE_ORDER, [{"of_order": each.order_id, "less_fen": each.refund_fen} for each in reduced]
        )
        connection.execute(
            delete(_LINE).where(
                _LINE.c.meal_dish_id == offered.meal_dish_id,
                _LINE.c.order_id.in_([each.order_id for each in reduced]),
            )
        )
    if emptied:
        connection.execute(
            CANCEL_ORDER, [{"of_order": each.order_id, "cancelled_at": at} for each in emptied]
        )
        takeaway.give_back(offered.meal_id, [each.collect_from for each in emptied])


def recount(offered: Offered, line: LockedLine) -> None:
    """Let a frozen prep list say of the dish what the remaining orders hold: what was handed out."""
    if line.state != MealState.FROZEN:
        return
    connection = unit()
    connection.execute(
        delete(_PREP).where(_PREP.c.meal_id == offered.meal_id, _PREP.c.dish_id == offered.dish_id)
    )
    counted = [
        {"meal_id": offered.meal_id, **row}
        for row in connection.execute(COUNT_LINES, {"meal_id": offered.meal_id}).mappings()
        if row["dish_id"] == offered.dish_id
    ]
    if counted:
        connection.execute(insert(_PREP), counted)
