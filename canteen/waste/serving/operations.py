"""Writes of meals by weight, within an open unit of work.

The locks come in ordering's order: the person's balances, then the order. The balances are what two runners
of the job meet at: the second one reads what the first has charged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from backend.actor import SYSTEM
from backend.db import db, table, unit
from canteen.accounts import operations as accounts
from canteen.accounts.models import Bucket
from canteen.accounts.paying import paid_for, spending_order
from canteen.ordering import operations as ordering
from canteen.ordering import queries as ordering_queries
from canteen.ordering.models import Dining, Order, OrderState, Origin
from canteen.ordering.placing import Diner
from canteen.ordering.policies import Line
from canteen.waste.serving import policies, queries
from canteen.waste.serving.models import WeighedMeal
from canteen.waste.serving.policies import Taken
from canteen.waste.serving.queries import IS_WEIGHED, ServedMeal

_WEIGHED = table(WeighedMeal)
# An objection may say more than it needs to.
ERASED = "（已删除）"

CHARGED, CORRECTED = "按克计费", "按克计费更正"


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a meal: what it cost before and costs now, and what is owed of that."""

    order_id: int
    revision: int
    lines: list[Line]
    before_fen: int
    total_fen: int
    owed_fen: int


def settle(meal: ServedMeal, staff_id: int, *, at: datetime) -> Settled | None:
    """Bring a person's order by weight in line with what the scales say, and move the difference.

    None if it is as it should be already.
    """
    balances = accounts.open_balances([staff_id])[staff_id]
    department_id = queries.department_at(meal, staff_id)
    if department_id is None:
        # Forgotten since: nobody knows any more what the person took, so that what was charged stays.
        return None
    order = _lock_order(meal, staff_id)
    before = queries.lines_at(meal).get(staff_id, []) if order is not None else []
    taken = queries.taken_at(meal, staff_id).get(staff_id)
    priced = queries.keep_prices(queries.sold_by_weight(meal), before)
    lines = policies.lines_of(taken.grams, priced) if taken is not None else []
    if policies.is_same(lines, before):
        return None
    if order is None:
        assert taken is not None  # noqa: S101 # There are lines, and they come from it.
        order, weighed = _open(meal, Diner(staff_id, department_id), taken, lines, at)
        before_fen = 0
    else:
        weighed, before_fen = (
            db.session.get_one(WeighedMeal, order.id, populate_existing=True),
            order.total_fen,
        )
        _rewrite(order, weighed, taken, lines, at)
    _move(order, weighed, balances, by_staff=SYSTEM.staff_id, at=at)
    db.session.flush()
    return Settled(order.id, order.revision, lines, before_fen, order.total_fen, weighed.owed_fen)


def collect(order_id: int, *, at: datetime) -> Settled | None:
    """Take what is owed for a meal, if the money is there now; None if it is not, or nothing is owed."""
    staff_id = db.session.scalar(select(Order.staff_id).where(Order.id == order_id))
    if staff_id is None:
        return None
    balances = accounts.open_balances([staff_id])[staff_id]
    order, weighed = lock_meal(order_id)
    owed_fen = weighed.owed_fen
    _move(order, weighed, balances, by_staff=SYSTEM.staff_id, at=at)
    if not owed_fen or weighed.owed_fen:
        return None
    order.revision += 1
    db.session.flush()
    lines = ordering_queries.find_lines(order_id)
    return Settled(order.id, order.revision, lines, order.total_fen - owed_fen, order.total_fen, 0)


def lock_meal(order_id: int) -> tuple[Order, WeighedMeal]:
    """The order and what belongs to it, held until the unit ends; the person's balances must be locked."""
    unit()
    order = db.session.scalars(
        select(Order)
        .where(Order.id == order_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    return order, db.session.get_one(WeighedMeal, order_id, populate_existing=True)


def object_to(order_id: int, *, reason: str, at: datetime) -> bool:
    """Write down an objection; returns whether it is the first one."""
    return bool(
        unit()
        .execute(
            update(_WEIGHED)
            .where(_WEIGHED.c.order_id == order_id, _WEIGHED.c.objected_at.is_(None))
            .values(objection=reason, objected_at=at)
        )
        .rowcount
    )


def waive(
    order: Order,
    weighed: WeighedMeal,
    balances: Mapping[Bucket, int],
    waived_fen: int,
    *,
    answer: str,
    by_staff: int,
    at: datetime,
) -> None:
    """Let go of part of what a locked meal costs, and answer; what was paid too much goes back.

    `balances` are the person's, locked before. Raises WaivedTooMuch.
    """
    lines = ordering_queries.find_lines(order.id)
    policies.ensure_within(waived_fen, sum(line.amount_fen for line in lines))
    weighed.waived_fen, weighed.answer, weighed.answered_at = waived_fen, answer, at
    weighed.answered_by = by_staff
    order.total_fen = policies.total_fen(lines, waived_fen)
    order.revision += 1
    _move(order, weighed, balances, by_staff=by_staff, at=at)
    db.session.flush()


def forget_objections(staff_id: int) -> int:
    """Erase what a person wrote about their meals; returns how many."""
    own = select(Order.id).where(Order.staff_id == staff_id)
    return (
        unit()
        .execute(
            update(_WEIGHED)
            .where(
                _WEIGHED.c.order_id.in_(own),
                _WEIGHED.c.objection != "",
                _WEIGHED.c.objection != ERASED,
            )
            .values(objection=ERASED)
        )
        .rowcount
    )


def _lock_order(meal: ServedMeal, staff_id: int) -> Order | None:
    unit()
    return db.session.scalars(
        select(Order)
        .where(Order.meal_id == meal.meal_id, Order.staff_id == staff_id, IS_WEIGHED)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _open(
    meal: ServedMeal, diner: Diner, taken: Taken, lines: list[Line], at: datetime
) -> tuple[Order, WeighedMeal]:
    """Write the order of a meal that is handed out already."""
    order = Order(
        meal_id=meal.meal_id,
        canteen_id=meal.canteen_id,
        staff_id=diner.staff_id,
        department_id=diner.department_id,
        served_on=meal.served_on,
        period=meal.period,
        state=OrderState.PICKED_UP.value,
        dining=Dining.DINE_IN.value,
        origin=Origin.BY_WEIGHT.value,
        placed_by=SYSTEM.staff_id,
        total_fen=policies.total_fen(lines, 0),
        packaging_fen=0,
        revision=1,
        placed_at=at,
        picked_up_at=taken.last_at,
    )
    db.session.add(order)
    db.session.flush()  # Its lines and the ledger name it.
    ordering.insert_lines(order.id, lines)
    weighed = WeighedMeal(order_id=order.id, settled_at=at, waived_fen=0, owed_fen=0, objection="", answer="")
    db.session.add(weighed)
    return order, weighed


def _rewrite(
    order: Order, weighed: WeighedMeal, taken: Taken | None, lines: list[Line], at: datetime
) -> None:
    """Put these lines in the place of the order's; without any, nothing was taken after all."""
    order.revision += 1
    weighed.settled_at = at
    if taken is not None and lines:
        order.picked_up_at = taken.last_at
        order.total_fen = policies.total_fen(lines, weighed.waived_fen)
        ordering.replace_lines(order.id, lines)
        return
    # Its lines stay, as those of every cancelled order.
    order.state, order.picked_up_at, order.cancelled_at = OrderState.CANCELLED.value, None, at


def _move(
    order: Order, weighed: WeighedMeal, balances: Mapping[Bucket, int], *, by_staff: int, at: datetime
) -> None:
    """Charge or give back what the ledger has taken too little or too much; owe what cannot be paid."""
    paid_fen = sum(move.amount_fen for move in paid_for(order.id))
    wanted_fen = 0 if order.state == OrderState.CANCELLED else order.total_fen
    due_fen = wanted_fen - paid_fen
    weighed.owed_fen = 0
    paid_first = spending_order(order.canteen_id, order.placed_at)
    memo = CORRECTED if paid_fen else CHARGED
    if due_fen > sum(balances.get(bucket, 0) for bucket in paid_first):
        weighed.owed_fen = due_fen
    elif due_fen > 0:
        accounts.charge(
            staff_id=order.staff_id,
            balances=balances,
            amount_fen=due_fen,
            order_id=order.id,
            canteen_id=order.canteen_id,
            spending_order=paid_first,
            at=at,
            entered_by=by_staff,
            memo=memo,
        )
    elif due_fen < 0:
        accounts.refund(
            staff_id=order.staff_id,
            amount_fen=-due_fen,
            order_id=order.id,
            canteen_id=order.canteen_id,
            spending_order=paid_first,
            at=at,
            entered_by=by_staff,
            memo=memo,
        )
