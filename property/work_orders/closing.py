"""Use cases at an order's end: it is rated, closed without a rating, or accepted because nobody answers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import insert, select, text

from backend import clock
from backend.actor import SYSTEM, Actor
from backend.db import atomic, db, unit
from backend.ratings import operations as rating_operations
from backend.ratings import queries as rating_queries
from backend.ratings.errors import AlreadyRated
from backend.rollups import Contributions, add_to
from backend.rules import queries as rule_queries
from backend.workdays import queries as workday_queries
from backend.workdays.policies import Calendar
from property.service_levels import queries as clock_queries
from property.work_orders import completing, moving, policies, queries, rated, rollups, views
from property.work_orders.errors import OwnWork, RatingClosed
from property.work_orders.models import IS_OPEN, OrderEvent, State, WorkOrder
from property.work_orders.policies import Step, Verb
from property.work_orders.ratings import CONTRACTOR, GROUP, REPAIR
from property.work_orders.refusals import leaving_trace
from property.work_orders.rules import AUTO_VERIFY_WORKDAYS, RATING_DAYS, REOPEN_DAYS
from property.work_orders.views import OrderView

log = structlog.get_logger(__name__)

AT_ONCE: Final = 200
# By these words the databases know the partial indexes.
_LAPSING: Final = text("work_orders.state IN ('completed', 'to_rate')")
_OPEN: Final = text(f"work_orders.{IS_OPEN}")


@leaving_trace(Verb.RATE)
def rate(
    actor: Actor, order_id: int, *, scores: Mapping[str, int], text: str = "", is_anonymous: bool = True
) -> OrderView:
    """Say how one's own order was served, once in a cycle; that closes it.

    Raises OrderNotFound, OwnWork, OrderNotYours, AlreadyRated, OrderState, RatingClosed or InvalidScores.
    """
    queries.find(actor, order_id)
    order, now = moving.locked(order_id), clock.now()
    handlers = rated.handlers_of(order)
    if actor.staff_id in handlers:
        raise OwnWork
    policies.ensure(order.reporter_id == actor.staff_id)
    if rating_queries.find_own(actor, service=REPAIR.key, subject_id=order.id, cycle=order.cycle) is not None:
        raise AlreadyRated
    policies.state_after(order.state, Step.RATE)
    ends_at = rated.closes_at(order)
    if order.completed_at is None or ends_at is None or now >= ends_at:
        raise RatingClosed
    is_contractors = order.contractor_id is not None
    rating_operations.rate(
        actor,
        service=REPAIR.key,
        subject_id=order.id,
        cycle=order.cycle,
        provider_kind=CONTRACTOR if is_contractors else GROUP,
        provider_id=order.contractor_id or order.group_id or 0,
        served_on=clock.local(order.completed_at).date(),
        scores=scores,
        text=text,
        handler_ids=handlers,
        is_anonymous=is_anonymous,
    )
    moving.move(actor, order, Step.RATE, at=now)
    return views.view(actor, order)


def lapse() -> int:
    """Close what nobody rated in time, as 未参评 and never as a good rating; returns how many.

    Nothing closes before it could be reopened no more. So many at once, by statements that do not grow with
    their number; again it closes nothing.
    """
    total = 0
    while closed := _lapse_some():
        total += closed
    return total


@atomic
def _lapse_some() -> int:
    now = clock.now()
    days = max(rule_queries.value(RATING_DAYS), rule_queries.value(REOPEN_DAYS))
    orders = db.session.scalars(
        select(WorkOrder)
        .where(
            _LAPSING,
            WorkOrder.completed_at <= now - timedelta(days=days),
        )
        # Who holds one now is not waited for, so that the order of the locks is free.
        .order_by(WorkOrder.completed_at, WorkOrder.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if not orders:
        return 0
    clocks = clock_queries.clocks_of([order.id for order in orders])
    before = _together(orders, clocks)
    # By the table: the session would send one statement for each.
    unit().execute(insert(OrderEvent), [_close(order, now) for order in orders])
    rollups.DAYS.write(before, _together(orders, clocks))
    return len(orders)


def _close(order: WorkOrder, at: datetime) -> dict[str, Any]:
    """Close an order without a rating; the entry of its timeline."""
    before = order.state
    order.state = policies.state_after(order.state, Step.LAPSE).value
    order.is_lapsed = True
    order.ended_at = at
    order.revision += 1
    return {
        "order_id": order.id,
        "cycle": order.cycle,
        "at": at,
        "step": Step.LAPSE.value,
        "from_state": before,
        "to_state": order.state,
        "actor_id": SYSTEM.staff_id,
        "actor_name": SYSTEM.name,
        "text": "",
        "details": {},
    }


def _together(
    orders: Sequence[WorkOrder], clocks: Mapping[int, Sequence[clock_queries.ClockView]]
) -> Contributions:
    """What these orders add up to."""
    found: Contributions = {}
    for order in orders:
        for key, numbers in rollups.contributions(order, clocks.get(order.id, ())).items():
            add_to(found, key, numbers)
    return found


def verify_unanswered() -> int:
    """Accept finished work that nobody has answered for the rule's workdays; returns how many orders.

    The reporter is told. Each order is a unit of its own, so that one that is just being answered does not
    hold up the others; again it accepts nothing.
    """
    days = rule_queries.value(AUTO_VERIFY_WORKDAYS)
    if not days:
        return 0
    now = clock.now()
    today = clock.local(now).date()
    last_on = answered_until(today, now, days, workday_queries.calendar_for(today, today))
    before = clock.at_local(last_on + timedelta(days=1), time.min)
    due = db.session.scalars(
        select(WorkOrder.id)
        .where(_OPEN, WorkOrder.state == State.FINISHED.value, WorkOrder.finished_at < before)
        .order_by(WorkOrder.id)
    ).all()
    failures: list[Exception] = []
    accepted = 0
    for order_id in due:
        try:
            accepted += _verify(order_id, before, days)
        except Exception as failure:  # One that fails keeps no other from its turn.
            log.exception("order not accepted", order_id=order_id)
            failures.append(failure)
    if failures:
        raise failures[0]
    return accepted


def answered_until(today: date, now: datetime, days: int, calendar: Calendar) -> date:
    """The latest day such that what was finished on it has waited for so many workdays.

    As everywhere, the day itself is day 0, and time runs out at the closing of the last workday.
    """
    on = today - timedelta(days=1)
    while calendar.closing_after_workdays(on, days) > now:
        on -= timedelta(days=1)
    return on


@atomic
def _verify(order_id: int, before: datetime, days: int) -> bool:
    order = moving.locked(order_id)
    if order.state != State.FINISHED or order.finished_at is None or order.finished_at >= before:
        return False
    completing.complete(
        SYSTEM, order, text=f"{days} 个工作日内无人验收，系统自动验收", at=clock.now(), is_system=True
    )
    return True
