"""Writes of missed meals, within an open unit of work.

The locks come in ordering's order: balances (whoever calls holds them where money may move), then orders by
rising id, then records.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import bindparam, case, insert, select, update

from backend import clock
from backend.actor import Actor
from backend.db import table, unit
from backend.rules import queries as rule_queries
from canteen.accounts import operations as accounts
from canteen.accounts.errors import BalanceShort
from canteen.accounts.models import Bucket
from canteen.accounts.operations import Refund
from canteen.accounts.paying import NET_PAID_OF, spending_order
from canteen.ordering.models import Order, OrderState
from canteen.ordering.pauses import operations as pauses
from canteen.ordering.pauses import policies as pause_policies
from canteen.ordering.pauses import queries as pause_queries
from canteen.ordering.pauses.rules import MOST_DAYS, NO_SHOW_DAYS, NO_SHOW_LIMIT
from canteen.pickups.no_shows import policies, queries
from canteen.pickups.no_shows.models import NoShow, NoShowState
from canteen.pickups.no_shows.queries import MealOver

_ORDER, _NO_SHOW = table(Order), table(NoShow)

# An appeal has a reason.
ERASED: Final = "（已删除）"

_BOOKED = (_ORDER.c.meal_id == bindparam("of_meal"), _ORDER.c.state == OrderState.BOOKED.value)
LOCK_BOOKED = select(_ORDER.c.id).where(*_BOOKED).order_by(_ORDER.c.id).with_for_update()
# Whoever's update finds the order booked decides: a counter, or this.
MISS = (
    update(_ORDER)
    .where(*_BOOKED)
    .values(state=OrderState.NO_SHOW.value)
    .returning(_ORDER.c.id, _ORDER.c.staff_id, _ORDER.c.department_id, _ORDER.c.total_fen, _ORDER.c.placed_at)
)
HAND_OUT_AFTER_ALL = (
    update(_ORDER)
    .where(_ORDER.c.id == bindparam("of_order"), _ORDER.c.state == OrderState.NO_SHOW.value)
    .values(
        state=OrderState.PICKED_UP.value, picked_up_at=bindparam("at"), picked_up_by=bindparam("by_staff")
    )
)
LOCK_RECORD = (
    select(
        *(_NO_SHOW.c.order_id, _NO_SHOW.c.staff_id, _NO_SHOW.c.canteen_id, _NO_SHOW.c.served_on),
        *(_NO_SHOW.c.period, _NO_SHOW.c.state, _NO_SHOW.c.recorded_at, _NO_SHOW.c.refunded_fen),
        *(_ORDER.c.total_fen, _ORDER.c.placed_at),
    )
    .join_from(_ORDER, _NO_SHOW, _NO_SHOW.c.order_id == _ORDER.c.id)
    .where(_ORDER.c.id == bindparam("of_order"))
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class Missed:
    """An order that has just become a no-show."""

    order_id: int
    staff_id: int
    department_id: int
    total_fen: int
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A record with its order, both held until the unit ends."""

    order_id: int
    staff_id: int
    canteen_id: int
    served_on: date
    period: str
    state: str
    recorded_at: datetime
    refunded_fen: int
    total_fen: int
    placed_at: datetime


def miss(meal_id: int) -> list[Missed]:
    """Make no-shows of a meal's booked orders; two statements. By rising id, as counters lock them."""
    connection = unit()
    connection.execute(LOCK_BOOKED, {"of_meal": meal_id}).all()
    found = [Missed(*row) for row in connection.execute(MISS, {"of_meal": meal_id})]
    return sorted(found, key=lambda each: each.order_id)


def write_records(
    meal: MealOver,
    missed: Sequence[Missed],
    *,
    absent: Collection[int],
    refunded_fen: dict[int, int],
    at: datetime,
) -> None:
    """Write a record of each, excused for who is absent. `refunded_fen` is by order."""
    rows = [
        {
            "order_id": each.order_id,
            "meal_id": meal.id,
            "canteen_id": meal.canteen_id,
            "staff_id": each.staff_id,
            "department_id": each.department_id,
            "served_on": meal.served_on,
            "period": meal.period,
            "state": (NoShowState.EXCUSED if each.staff_id in absent else NoShowState.RECORDED).value,
            "was_absent": each.staff_id in absent,
            "recorded_at": at,
            "refunded_fen": refunded_fen.get(each.order_id, 0),
            "appeal_reason": "",
            "answer": "",
        }
        for each in missed
    ]
    if rows:
        unit().execute(insert(_NO_SHOW), rows)


def give_back(
    orders: Sequence[Missed | Held], *, canteen_id: int, by_staff: int, at: datetime, memo: str
) -> dict[int, int]:
    """Refund these orders to the buckets that paid; returns the fen given back, by order.

    Never more than an order's payers still have in it. The people's balances must be locked.
    """
    paid = _net_paid([each.order_id for each in orders])
    refunds = [
        Refund(
            staff_id=each.staff_id,
            amount_fen=min(each.total_fen, paid.get(each.order_id, 0)),
            order_id=each.order_id,
            canteen_id=canteen_id,
            spending_order=spending_order(canteen_id, each.placed_at),
        )
        for each in orders
    ]
    accounts.refund_all(refunds, at=at, entered_by=by_staff, memo=memo)
    return {refund.order_id: refund.amount_fen for refund in refunds if refund.amount_fen}


def _net_paid(order_ids: Sequence[int]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for order_id, _account, fen in unit().execute(NET_PAID_OF, {"ids": list(order_ids)}):
        sums[order_id] = sums.get(order_id, 0) + int(fen)
    return sums


def lock_record(order_id: int) -> Held | None:
    """The record of an order, held with it."""
    row = unit().execute(LOCK_RECORD, {"of_order": order_id}).one_or_none()
    return Held(**row._mapping) if row is not None else None


def appeal(order_id: int, *, reason: str, at: datetime) -> bool:
    """Let the person concerned appeal; returns whether that was open still."""
    done = unit().execute(
        update(_NO_SHOW)
        .where(_NO_SHOW.c.order_id == order_id, _NO_SHOW.c.state == NoShowState.RECORDED.value)
        .values(state=NoShowState.APPEALED.value, appeal_reason=reason, appealed_at=at)
    )
    return bool(done.rowcount)


def settle(held: Held, to: NoShowState, *, by_staff: int, answer: str, refunded_fen: int) -> None:
    """Write what became of a held record, and lift the pauses that no longer stand on enough.

    Raises NoShowStateConflict for a step that the table of transitions does not have.
    """
    policies.ensure_moves(held.state, to)
    now = clock.now()
    unit().execute(
        update(_NO_SHOW)
        .where(_NO_SHOW.c.order_id == held.order_id)
        .values(state=to.value, answer=answer, decided_at=now, decided_by=by_staff, refunded_fen=refunded_fen)
    )
    if to not in policies.COUNTING:
        _review_pauses(held, now)


def forget_reasons(staff_id: int) -> int:
    """Erase why a person could not come, and what was answered; that there was an appeal stays."""
    told = update(_NO_SHOW).where(
        _NO_SHOW.c.staff_id == staff_id, (_NO_SHOW.c.appeal_reason != "") | (_NO_SHOW.c.answer != "")
    )
    reason = case((_NO_SHOW.c.appeal_reason == "", ""), else_=ERASED)
    return unit().execute(told.values(appeal_reason=reason, answer="")).rowcount


def hand_out_after_all(order_id: int, *, by_staff: int, at: datetime) -> None:
    """Make a held no-show an order picked up at that instant."""
    done = unit().execute(HAND_OUT_AFTER_ALL, {"of_order": order_id, "by_staff": by_staff, "at": at})
    if not done.rowcount:
        raise RuntimeError(f"order {order_id} is held and yet is no no-show")


def collect_again(held: Held, actor: Actor, *, may_owe: bool) -> int:
    """Take back what was refunded for a meal that was handed out after all; returns the fen still owed.

    The person's balances must be locked. With `may_owe` a balance that is too short is left alone; else
    raises BalanceShort.
    """
    if not held.refunded_fen:
        return 0
    balances: dict[Bucket, int] = accounts.lock_balances(held.staff_id)
    try:
        accounts.charge(
            staff_id=held.staff_id,
            balances=balances,
            amount_fen=held.refunded_fen,
            order_id=held.order_id,
            canteen_id=held.canteen_id,
            spending_order=spending_order(held.canteen_id, held.placed_at),
            at=clock.now(),
            entered_by=actor.staff_id,
            memo="实际已取餐，收回退款",
        )
    except BalanceShort:
        # Raised before anything is written.
        if not may_owe:
            raise
        return held.refunded_fen
    return 0


def _review_pauses(held: Held, now: datetime) -> None:
    running = pause_queries.running_of(held.staff_id, held.canteen_id, now)
    unjustified = []
    for pause in running:
        decided = rule_queries.version(NO_SHOW_LIMIT, held.canteen_id, at=pause.from_at)
        days = rule_queries.value(NO_SHOW_DAYS, held.canteen_id, at=pause.from_at)
        missed = queries.missed_days(
            held.staff_id,
            held.canteen_id,
            from_on=pause_policies.counts_from(clock.local(pause.from_at).date(), 2 * MOST_DAYS),
            recorded_from=decided.effective_at or pause.from_at,
        )
        if not pause_policies.is_justified(pause.order_id, missed, decided.value, days):
            unjustified.append(pause.order_id)
    pauses.lift(unjustified, now)
