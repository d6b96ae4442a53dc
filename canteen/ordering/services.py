"""Use cases of ordering."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import structlog

from backend import clock, revisions
from backend.actor import Actor
from backend.audit import operations as audit
from backend.db import atomic, on_commit
from backend.rules import queries as rule_queries
from canteen.accounts import operations as accounts
from canteen.accounts.queries import spending_order
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenInactive
from canteen.menu.models import MealState, Period
from canteen.ordering import monitoring, operations, policies, queries
from canteen.ordering.errors import (
    AlreadyOrdered,
    CancelClosed,
    DatePast,
    DishNotOffered,
    NotPublished,
    OrderChanged,
    OrderClosed,
    OrderNotBooked,
)
from canteen.ordering.models import Dining, OrderState
from canteen.ordering.monitoring import OrderRow
from canteen.ordering.policies import Wish
from canteen.ordering.queries import Offer, OrderView
from canteen.ordering.rules import MAX_PORTIONS

log = structlog.get_logger(__name__)

MOST_EXPORTED = 100_000


def place_order(
    actor: Actor,
    *,
    canteen_id: int,
    served_on: date,
    period: Period,
    wishes: Sequence[Wish],
    dining: Dining,
    note: str,
) -> OrderView:
    """Order a meal and pay for it from the actor's account.

    Raises DatePast, NotPublished, OrderClosed, DishNotOffered, PortionNotOffered, DuplicateLine, OverLimit,
    BalanceShort, AlreadyOrdered, SoldOut or DishWithdrawn; then nothing has changed.
    """
    received_at = clock.now()
    policies.ensure_distinct(wishes)
    return _place(
        actor,
        canteen_id=canteen_id,
        served_on=served_on,
        period=period,
        wishes=wishes,
        dining=dining,
        note=note,
        received_at=received_at,
    )


@atomic
def _place(
    actor: Actor,
    *,
    canteen_id: int,
    served_on: date,
    period: Period,
    wishes: Sequence[Wish],
    dining: Dining,
    note: str,
    received_at: datetime,
) -> OrderView:
    offer = _offer(canteen_id, served_on, period, wishes)
    policies.ensure_open(offer.state, offer.order_closes_at, received_at)
    policies.ensure_within_limit(wishes, rule_queries.value(MAX_PORTIONS, canteen_id, at=received_at))
    lines = policies.price_lines(wishes, offer.portions)
    total_fen = sum(line.amount_fen for line in lines)
    balances = accounts.lock_balances(actor.staff_id)
    order_id = operations.insert_order(
        meal_id=offer.meal_id,
        canteen_id=canteen_id,
        staff_id=actor.staff_id,
        department_id=actor.department_id,
        served_on=served_on,
        period=period.value,
        dining=dining.value,
        note=note,
        total_fen=total_fen,
        placed_at=received_at,
    )
    if order_id is None:
        raise AlreadyOrdered
    operations.insert_lines(order_id, lines)
    accounts.charge(
        staff_id=actor.staff_id,
        balances=balances,
        amount_fen=total_fen,
        order_id=order_id,
        canteen_id=canteen_id,
        spending_order=spending_order(canteen_id, received_at),
        at=received_at,
    )
    operations.move_counters(policies.taken_by(lines))
    return OrderView(
        id=order_id,
        number=policies.order_number(order_id, served_on),
        state=OrderState.BOOKED.value,
        canteen_id=canteen_id,
        date=served_on,
        period=period.value,
        dining=dining.value,
        note=note,
        total_fen=total_fen,
        revision=1,
        placed_at=received_at,
        cancelled_at=None,
        pickup_no=None,
        picked_up_at=None,
        items=lines,
    )


def _offer(canteen_id: int, served_on: date, period: Period, wishes: Sequence[Wish]) -> Offer:
    """The meal's offer of the wanted dishes, or the reason why there is none."""
    offer = queries.find_offer(
        canteen_id=canteen_id,
        served_on=served_on,
        period=period.value,
        dish_ids={wish.dish_id for wish in wishes},
    )
    if offer is not None:
        return offer
    if not menu_queries.get_canteen(canteen_id).is_active:
        raise CanteenInactive
    if served_on < clock.today():
        raise DatePast(date=served_on.isoformat())
    meal = menu_queries.find_meal(canteen_id, served_on, period)
    if meal is None or meal.state == MealState.DRAFT:
        raise NotPublished
    raise DishNotOffered(dish_id=wishes[0].dish_id)


def change_order(
    actor: Actor, *, order_id: int, wishes: Sequence[Wish], dining: Dining, note: str
) -> OrderView:
    """Change one's own order until the order cutoff; the difference is paid or given back.

    Raises what placing raises, and OrderNotFound, OrderNotBooked or OrderChanged.
    """
    received_at = clock.now()
    policies.ensure_distinct(wishes)
    return _change(actor, order_id=order_id, wishes=wishes, dining=dining, note=note, received_at=received_at)


@atomic
def _change(
    actor: Actor,
    *,
    order_id: int,
    wishes: Sequence[Wish],
    dining: Dining,
    note: str,
    received_at: datetime,
) -> OrderView:
    balances = accounts.lock_balances(actor.staff_id)
    order = queries.find_own_order(actor, order_id)
    policies.ensure_moves(OrderState(order.state), OrderState.CANCELLED)
    policies.ensure_open(order.meal_state, order.order_closes_at, received_at)
    earlier = queries.find_lines(order_id)
    offer = _offer(order.canteen_id, order.served_on, Period(order.period), wishes)
    most = rule_queries.value(MAX_PORTIONS, order.canteen_id, at=received_at)
    policies.ensure_within_limit(wishes, most)
    lines = policies.keep_prices(policies.price_lines(wishes, offer.portions), earlier)
    total_fen = sum(line.amount_fen for line in lines)
    moves = policies.taken_by(lines)
    moves.subtract(policies.taken_by(earlier))
    operations.move_counters(moves)
    if not operations.change_order(
        order_id, seen_revision=order.revision, dining=dining.value, note=note, total_fen=total_fen
    ):
        raise OrderChanged
    operations.replace_lines(order_id, lines)
    paid_first = spending_order(order.canteen_id, order.placed_at)
    difference_fen = total_fen - order.total_fen
    if difference_fen > 0:
        accounts.charge(
            staff_id=actor.staff_id,
            balances=balances,
            amount_fen=difference_fen,
            order_id=order_id,
            canteen_id=order.canteen_id,
            spending_order=paid_first,
            at=received_at,
        )
    else:
        accounts.refund(
            staff_id=actor.staff_id,
            amount_fen=-difference_fen,
            order_id=order_id,
            canteen_id=order.canteen_id,
            spending_order=paid_first,
            at=received_at,
        )
    return queries.get_order(actor, order_id)


def cancel_order(actor: Actor, *, order_id: int) -> OrderView:
    """Cancel one's own order until the cancel cutoff; all that was paid goes back to where it came from.

    Raises OrderNotFound, OrderNotBooked or CancelClosed.
    """
    return _cancel(actor, order_id=order_id, received_at=clock.now())


@atomic
def _cancel(actor: Actor, *, order_id: int, received_at: datetime) -> OrderView:
    accounts.lock_balances(actor.staff_id)
    order = queries.find_own_order(actor, order_id)
    policies.ensure_moves(OrderState(order.state), OrderState.CANCELLED)
    policies.ensure_cancellable(order.meal_state, order.cancel_closes_at, received_at)
    given_back = {
        meal_dish_id: -taken
        for meal_dish_id, taken in policies.taken_by(queries.find_lines(order_id)).items()
    }
    try:
        operations.move_counters(given_back)
    except OrderClosed as closed:
        raise CancelClosed(cancel_closes_at=order.cancel_closes_at) from closed
    if not operations.cancel_order(order_id, received_at):
        # Picked up between our look and our update.
        raise OrderNotBooked(state="", state_name="已变更")
    accounts.refund(
        staff_id=actor.staff_id,
        amount_fen=order.total_fen,
        order_id=order_id,
        canteen_id=order.canteen_id,
        spending_order=spending_order(order.canteen_id, order.placed_at),
        at=received_at,
    )
    return queries.get_order(actor, order_id)


@atomic
def export_orders(actor: Actor, **wanted: Any) -> Sequence[OrderRow]:
    """Every order of a meal that `monitoring.page_orders` finds, for a sheet to keep; recorded.

    Raises CanteenNotFound or MealNotFound.
    """
    rows: Sequence[OrderRow] = monitoring.page_orders(actor, page=1, page_size=MOST_EXPORTED, **wanted).rows
    meal = f"{wanted['canteen_id']}/{wanted['served_on']}/{wanted['period']}"
    audit.record(
        actor, "canteen.orders_exported", "meal", meal, rows=len(rows), is_filtered=bool(wanted.get("q"))
    )
    return rows


def freeze_due_meals() -> int:
    """Freeze every meal whose last cutoff has passed; returns how many. One unit of work per meal.

    A meal that cannot be frozen keeps no other from it; the first such failure is raised at the end.
    """
    failures: list[Exception] = []
    frozen = 0
    for meal_id in queries.meals_to_freeze(clock.now()):
        try:
            frozen += freeze_meal(meal_id)
        except Exception as failure:
            log.exception("meal not frozen", meal_id=meal_id)
            failures.append(failure)
    if failures:
        raise failures[0]
    return frozen


@atomic
def freeze_meal(meal_id: int) -> bool:
    """Close a meal's gate, write its prep list and number its orders; False if it was not published.

    Orders that have passed the gate are waited for, so that every accepted order is on the list.
    """
    if not operations.mark_frozen(meal_id, clock.now()):
        return False
    operations.close_gate(meal_id)
    operations.write_prep_list(meal_id)
    operations.number_orders(meal_id)
    on_commit(lambda: revisions.bump("canteen.menu"))
    return True
