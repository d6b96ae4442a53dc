"""The use case of withdrawals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend import clock, revisions
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import atomic, on_commit
from backend.money import yuan
from backend.notifications import operations as notifications
from backend.notifications.operations import Message
from canteen.accounts import operations as accounts
from canteen.accounts.operations import Refund
from canteen.accounts.paying import spending_order
from canteen.menu.rules import TOPIC
from canteen.ordering import policies as ordering_policies
from canteen.ordering.messages import DISH_WITHDRAWN
from canteen.ordering.withdrawals import operations, queries
from canteen.ordering.withdrawals.queries import Affected, Offered


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a withdrawal did; nothing (zeros) when it is repeated. Amounts in fen."""

    meal_id: int
    dish_id: int
    dish: str
    orders_reduced: int
    orders_cancelled: int
    refunded_fen: int


@atomic
def withdraw_dish(actor: Actor, *, meal_id: int, dish_id: int, reason: str) -> Withdrawn:
    """Take a dish off a published or frozen meal although people have ordered it; again is harmless.

    Booked orders lose their lines of it, an order of nothing else is cancelled, what was paid goes back to
    where it came from, and everybody concerned is told. What was handed out stays. Raises MealNotFound,
    Forbidden, NotPublished for a draft, and MealOver once no counter can hand anything out any more.
    """
    now = clock.now()
    offered = queries.find_offered(actor, meal_id, dish_id)
    ordering_policies.ensure_withdrawable(offered.state, offered.serves_until, now)
    accounts.lock_balances_of(queries.holders_of(offered))
    line = operations.lock_line(offered)
    affected = queries.lock_affected(offered)
    # Who ordered since we looked is locked late, and out of order: a deadlock that may come of it is
    # resolved by trying again.
    accounts.lock_balances_of({each.staff_id for each in affected})
    withdrawn = _summary(offered, affected)
    if not affected and not line.is_offered:
        return withdrawn
    operations.shut_line(offered, line, sum(each.given_back for each in affected))
    operations.drop_from_orders(offered, affected, now)
    operations.recount(offered, line)
    _give_back(actor, offered, affected, now)
    _tell(offered, affected, reason)
    record(
        actor,
        "canteen.dish_withdrawn",
        "meal",
        meal_id,
        canteen_id=offered.canteen_id,
        dish_id=dish_id,
        dish=offered.dish,
        reason=reason,
        orders_reduced=withdrawn.orders_reduced,
        orders_cancelled=withdrawn.orders_cancelled,
        refunded_fen=withdrawn.refunded_fen,
    )
    on_commit(lambda: revisions.bump(TOPIC))
    return withdrawn


def _summary(offered: Offered, affected: Sequence[Affected]) -> Withdrawn:
    reduced = sum(each.has_rest for each in affected)
    return Withdrawn(
        offered.meal_id,
        offered.dish_id,
        offered.dish,
        reduced,
        len(affected) - reduced,
        sum(each.refund_fen for each in affected),
    )


def _give_back(actor: Actor, offered: Offered, affected: Sequence[Affected], at: datetime) -> None:
    refunds = [
        Refund(
            each.staff_id,
            each.refund_fen,
            each.order_id,
            offered.canteen_id,
            spending_order(offered.canteen_id, each.placed_at),
        )
        for each in affected
    ]
    memo = f"取消供应：{offered.dish}"
    accounts.refund_all(refunds, at=at, entered_by=actor.staff_id, memo=memo)


def _tell(offered: Offered, affected: Sequence[Affected], reason: str) -> None:
    meal = ordering_policies.meal_name(offered.served_on, offered.period)
    expires_at = ordering_policies.withdrawable_until(offered.state, offered.serves_until)
    notifications.notify_each(
        DISH_WITHDRAWN,
        [
            Message(
                each.staff_id,
                {
                    "dish": offered.dish,
                    "meal": meal,
                    "reason": reason,
                    "refund": f"{yuan(each.refund_fen)}元",
                    "rest": "，其余菜品照常供应" if each.has_rest else "，该订单已取消",
                },
                dedupe=f"{each.order_id}:{offered.dish_id}",
                page=ordering_policies.order_page(each.order_id),
                expires_at=expires_at,
            )
            for each in affected
        ],
    )
