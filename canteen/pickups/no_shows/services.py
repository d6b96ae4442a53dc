"""Use cases around missed meals."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from backend import clock
from backend.actor import SYSTEM, Actor
from backend.audit import operations as audit
from backend.dates import moment_text
from backend.db import atomic
from backend.identity.absences import queries as absence_queries
from backend.notifications import operations as notifications
from backend.notifications.operations import Message
from backend.rules import queries as rule_queries
from canteen.accounts import operations as accounts
from canteen.menu import queries as menu_queries
from canteen.menu.models import Period
from canteen.ordering.pauses import operations as pauses
from canteen.ordering.pauses.operations import NewPause
from canteen.ordering.pauses.policies import counts_from
from canteen.ordering.pauses.rules import NO_SHOW_DAYS, NO_SHOW_LIMIT, NO_SHOW_PAUSE_DAYS
from canteen.ordering.policies import meal_name
from canteen.pickups import queries as pickup_queries
from canteen.pickups.no_shows import operations, policies, queries
from canteen.pickups.no_shows.errors import NoShowNotFound
from canteen.pickups.no_shows.messages import NO_SHOW, NO_SHOW_DECIDED, ORDERS_PAUSED
from canteen.pickups.no_shows.models import NoShowState
from canteen.pickups.no_shows.operations import Held, Missed
from canteen.pickups.no_shows.queries import ManagedNoShow, MealOver, OwnNoShow
from canteen.pickups.no_shows.rules import APPEAL_DAYS, NO_SHOW_AFTER_MINUTES, REFUND_EXCUSED

log = structlog.get_logger(__name__)

# A meal that was recorded later than this is recorded silently, and has no consequence.
NEWS_FOR: Final = timedelta(days=3)


def record_no_shows() -> int:
    """Make no-shows of what was never picked up; returns how many. One unit of work per meal.

    Harmless when repeated. A meal that fails keeps no other from its turn; the first such failure is raised
    at the end.
    """
    now = clock.now()
    failures: list[Exception] = []
    recorded = 0
    for meal in queries.meals_over(now):
        if not _is_due(meal, now):
            continue
        try:
            recorded += record_meal(meal)
        except Exception as failure:
            log.exception("no-shows not recorded", meal_id=meal.id)
            failures.append(failure)
    if failures:
        raise failures[0]
    return recorded


@atomic
def record_meal(meal: MealOver) -> int:
    """Record the no-shows of one meal; returns how many. Statements do not grow with their number."""
    now = clock.now()
    people = queries.booked_for(meal.id)
    if not people:
        return 0
    absent = absence_queries.absent_of(people, meal.serves_from, meal.serves_until)
    refunds = bool(absent) and rule_queries.value(REFUND_EXCUSED, meal.canteen_id, at=now)
    if refunds:
        accounts.lock_balances_of(absent)
    missed = operations.miss(meal.id)
    refunded_fen: dict[int, int] = {}
    if refunds:
        refunded_fen = operations.give_back(
            [each for each in missed if each.staff_id in absent],
            canteen_id=meal.canteen_id,
            by_staff=SYSTEM.staff_id,
            at=now,
            memo="已请假，未取餐退款",
        )
    operations.write_records(meal, missed, absent=absent, refunded_fen=refunded_fen, at=now)
    if now < meal.serves_until + NEWS_FOR:
        counting = [each for each in missed if each.staff_id not in absent]
        _remind(meal, counting, now)
        _pause(meal, counting, now)
    return len(missed)


@atomic
def appeal(actor: Actor, *, order_id: int, reason: str) -> OwnNoShow:
    """Say why one could not come, once, within the days that the canteen allows.

    Raises NoShowNotFound, NoShowStateConflict or AppealClosed.
    """
    now = clock.now()
    found = queries.get_own(actor, order_id)
    days = rule_queries.value(APPEAL_DAYS, found.canteen_id, at=found.recorded_at)
    policies.ensure_can_appeal(found.state, found.recorded_at, days, now)
    if not operations.appeal(order_id, reason=reason, at=now):
        raise policies.conflict(queries.get_own(actor, order_id).state)
    audit.record(actor, "canteen.no_show_appealed", "no_show", order_id, canteen_id=found.canteen_id)
    return queries.get_own(actor, order_id)


@atomic
def decide(
    actor: Actor, *, order_id: int, accepted: bool, answer: str, was_picked_up: bool = False
) -> ManagedNoShow:
    """Excuse a missed meal, find that it was picked up after all, or turn an appeal down.

    The person is told. Raises NoShowNotFound, OwnNoShow, NoShowStateConflict, or BalanceShort if a refund
    cannot be taken back.
    """
    found = queries.get_managed(actor, order_id)
    policies.ensure_not_own(actor.staff_id, found.staff_id)
    to = policies.decision(accepted=accepted, was_picked_up=was_picked_up)
    accounts.lock_balances(found.staff_id)
    held = operations.lock_record(order_id)
    if held is None:
        raise NoShowNotFound
    policies.ensure_moves(held.state, to)
    refunded_fen = _carry_out(actor, held, to)
    operations.settle(held, to, by_staff=actor.staff_id, answer=answer, refunded_fen=refunded_fen)
    audit.record(
        actor,
        "canteen.no_show_decided",
        "no_show",
        order_id,
        canteen_id=held.canteen_id,
        before=held.state,
        after=to.value,
        refunded_fen=refunded_fen,
    )
    _tell(held, to, answer)
    return queries.get_managed(actor, order_id)


def _is_due(meal: MealOver, now: datetime) -> bool:
    after = timedelta(minutes=rule_queries.value(NO_SHOW_AFTER_MINUTES, meal.canteen_id))
    return policies.is_due(meal.serves_until, pickup_queries.grace(meal.canteen_id), after, now)


def _remind(meal: MealOver, missed: Sequence[Missed], now: datetime) -> None:
    days = rule_queries.value(APPEAL_DAYS, meal.canteen_id, at=now)
    closes_at = policies.appeal_closes_at(now, days)
    fields = {
        "meal": meal_name(meal.served_on, meal.period),
        "canteen": meal.canteen,
        "until": moment_text(closes_at),
    }
    notifications.notify_each(
        NO_SHOW,
        [
            Message(each.staff_id, fields, dedupe=str(each.order_id), page=policies.page_of(each.order_id))
            for each in missed
        ],
    )


def _pause(meal: MealOver, missed: Sequence[Missed], now: datetime) -> None:
    """Begin the pauses of those who have now missed as much as the canteen's rule allows."""
    limit = rule_queries.version(NO_SHOW_LIMIT, meal.canteen_id, at=now)
    if not limit.value or not missed:
        return
    days = rule_queries.value(NO_SHOW_DAYS, meal.canteen_id, at=now)
    counts = queries.count_missed(
        meal.canteen_id,
        {each.staff_id for each in missed},
        from_on=counts_from(meal.served_on, days),
        until_on=meal.served_on,
        recorded_from=limit.effective_at or now,
    )
    until_at = now + timedelta(days=rule_queries.value(NO_SHOW_PAUSE_DAYS, meal.canteen_id, at=now))
    begun = [
        NewPause(each.order_id, each.staff_id, meal.canteen_id, counts[each.staff_id], now, until_at)
        for each in missed
        if counts.get(each.staff_id, 0) >= limit.value
    ]
    pauses.begin(begun)
    notifications.notify_each(
        ORDERS_PAUSED,
        [
            Message(
                pause.staff_id,
                {
                    "canteen": meal.canteen,
                    "days": str(days),
                    "missed": str(pause.missed),
                    "until": moment_text(pause.until_at),
                },
                dedupe=str(pause.order_id),
                page=policies.page_of(pause.order_id),
                expires_at=pause.until_at,
            )
            for pause in begun
        ],
    )


def _carry_out(actor: Actor, held: Held, to: NoShowState) -> int:
    """Move order and money as a decision asks; returns what stands as refunded afterwards."""
    now = clock.now()
    if to is NoShowState.PICKED_UP:
        window = menu_queries.find_meal(held.canteen_id, held.served_on, Period(held.period))
        # Nobody has written down when: within the window, at its end.
        served_until = window.serves_until if window is not None else None
        operations.hand_out_after_all(held.order_id, by_staff=actor.staff_id, at=served_until or now)
        return operations.collect_again(held, actor, may_owe=False)
    if to is NoShowState.EXCUSED and rule_queries.value(REFUND_EXCUSED, held.canteen_id, at=held.recorded_at):
        given = operations.give_back(
            [held],
            canteen_id=held.canteen_id,
            by_staff=actor.staff_id,
            at=now,
            memo="已免责，未取餐退款",
        )
        return given.get(held.order_id, 0)
    return held.refunded_fen


def _tell(held: Held, to: NoShowState, answer: str) -> None:
    results: dict[NoShowState, str] = {
        NoShowState.EXCUSED: "已免责，不计未取餐",
        NoShowState.PICKED_UP: "已更正为已取餐",
        NoShowState.UPHELD: "申诉未通过",
    }
    told: Collection[int] = [held.staff_id]
    notifications.notify(
        NO_SHOW_DECIDED,
        told,
        {"meal": meal_name(held.served_on, held.period), "result": results[to], "answer": answer},
        page=policies.page_of(held.order_id),
        dedupe=f"{held.order_id}:{to.value}",
    )
