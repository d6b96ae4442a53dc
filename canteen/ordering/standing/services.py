"""Use cases of standing orders, and the job that takes them up."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

import structlog

from backend import clock
from backend.actor import Actor
from backend.db import atomic, db
from backend.errors import AppError, Unavailable
from backend.identity.absences import queries as absence_queries
from backend.money import yuan
from backend.notifications import operations as notifications
from backend.notifications.operations import Message
from backend.rules import queries as rule_queries
from backend.workdays import queries as workday_queries
from backend.workdays.policies import Day
from canteen.accounts import operations as accounts
from canteen.accounts.errors import BalanceShort
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenInactive
from canteen.menu.models import Period
from canteen.menu.titles import PERIOD_NAMES
from canteen.ordering import placing
from canteen.ordering import policies as ordering_policies
from canteen.ordering.errors import (
    AlreadyOrdered,
    DishNotOffered,
    DishWithdrawn,
    PortionNotOffered,
    SoldOut,
)
from canteen.ordering.models import Dining, Origin
from canteen.ordering.pauses.errors import OrdersPaused
from canteen.ordering.placing import Diner, Request
from canteen.ordering.rules import MAX_PORTIONS
from canteen.ordering.standing import operations, policies, queries
from canteen.ordering.standing.errors import PeriodNotServed, StandingOrderExists
from canteen.ordering.standing.messages import STANDING_RESULTS
from canteen.ordering.standing.models import Outcome
from canteen.ordering.standing.policies import Choice
from canteen.ordering.standing.queries import OpenMeal, StandingOrderView, Untold, Waiting
from canteen.ordering.takeaway.errors import WindowFull

log = structlog.get_logger(__name__)

# Who publishes a week day by day is waited for, so that one message tells of all; not until the cutoff.
SETTLES_AFTER: Final = timedelta(minutes=5)
HURRY: Final = timedelta(minutes=15)
# Results that are told in one unit of work.
_TOLD_AT_ONCE: Final = 1000
_PAGE: Final = "pages/canteen/standing"


@atomic
def create(
    actor: Actor,
    *,
    canteen_id: int,
    period: Period,
    choices: Sequence[Choice],
    weekdays: Sequence[int],
    workdays_only: bool,
    dining: Dining,
    from_on: date | None,
    until_on: date | None,
    is_paused: bool,
) -> StandingOrderView:
    """Have every such meal ordered from a day on, today without one.

    Raises CanteenNotFound, CanteenInactive, PeriodNotServed, StandingOrderExists, DuplicateLine, OverLimit,
    StandingDishUnsold or StandingDatesReversed.
    """
    if not menu_queries.get_canteen(canteen_id).is_active:
        raise CanteenInactive
    served = menu_queries.rules_by_period(canteen_id).get(period.value)
    if served is None or not served.is_active:
        raise PeriodNotServed(period_name=PERIOD_NAMES[period])
    from_on = from_on or clock.today()
    policies.ensure_dates(from_on, until_on)
    _ensure_choices(canteen_id, choices)
    added = operations.add(
        actor,
        {
            "canteen_id": canteen_id,
            "period": period.value,
            "weekdays": policies.bits_of(weekdays),
            "workdays_only": workdays_only,
            "choices": policies.dump(choices),
            "dining": dining.value,
            "from_on": from_on,
            "until_on": until_on,
            "is_paused": is_paused,
        },
        clock.now(),
    )
    if added is None:
        raise StandingOrderExists(period_name=PERIOD_NAMES[period])
    return queries.get_own(actor, added)


@atomic
def change(
    actor: Actor,
    *,
    standing_order_id: int,
    choices: Sequence[Choice],
    weekdays: Sequence[int],
    workdays_only: bool,
    dining: Dining,
    from_on: date | None,
    until_on: date | None,
    is_paused: bool,
) -> StandingOrderView:
    """Put this in the place of what one's standing order says; orders that are placed stay as they are.

    Without `from_on` it begins when it did. What failed before is tried anew. A dish that it named before
    may stay although it is no longer sold, so that such an order can still be paused. Raises
    StandingOrderNotFound, DuplicateLine, OverLimit, StandingDishUnsold or StandingDatesReversed.
    """
    standing = queries.get_own(actor, standing_order_id)
    from_on = from_on or standing.from_on
    policies.ensure_dates(from_on, until_on)
    named = {(line.dish_id, line.portion) for choice in standing.choices for line in choice.items}
    _ensure_choices(standing.canteen_id, choices, named)
    operations.change(
        actor,
        standing_order_id,
        clock.now(),
        weekdays=policies.bits_of(weekdays),
        workdays_only=workdays_only,
        choices=policies.dump(choices),
        dining=dining.value,
        from_on=from_on,
        until_on=until_on,
        is_paused=is_paused,
    )
    return queries.get_own(actor, standing_order_id)


@atomic
def end(actor: Actor, *, standing_order_id: int) -> None:
    """End one's standing order; orders that are placed stay. Raises StandingOrderNotFound."""
    now = clock.now()
    operations.change(actor, standing_order_id, now, ended_at=now)


def _ensure_choices(
    canteen_id: int, choices: Sequence[Choice], named: Collection[tuple[int, str]] = ()
) -> None:
    sold = queries.sold_at(canteen_id, {wish.dish_id for choice in choices for wish in choice})
    policies.ensure_choices(choices, {*sold, *named}, rule_queries.value(MAX_PORTIONS, canteen_id))


def place_standing_orders() -> int:
    """Order for every standing order that an open meal has no result for; returns how many were placed.

    One unit of work per order; an order or a meal that fails keeps no other from its turn, is tried again by
    the next run, and the first such failure is raised at the end. Everybody is told once of all that a run
    did for them; what is held up, by a pause or by full windows, is tried once by every run until the cutoff,
    and told when it is placed or shortly before the cutoff, while there is time to order by hand.
    """
    now = clock.now()
    meals = queries.open_meals(now, settles=SETTLES_AFTER, hurry=HURRY)
    failures: list[Exception] = []
    placed = 0
    if meals:
        days = [meal.served_on for meal in meals]
        calendar = workday_queries.calendar_for(min(days), max(days))
        placed = sum(_Taking(meal, calendar.day(meal.served_on), failures).run() for meal in meals)
    while _tell(now + HURRY):
        pass
    if failures:
        raise failures[0]
    return placed


class _Taking:
    """Taking up the standing orders of one meal; what is left of its dishes is counted along."""

    def __init__(self, meal: OpenMeal, day: Day, failures: list[Exception]) -> None:
        self.meal, self.day, self.failures = meal, day, failures
        self.offer: policies.Offer = {}

    def run(self) -> int:
        """How many orders were placed; what fails is among the failures."""
        try:
            return self._run()
        except Exception as failure:
            log.exception("standing orders of a meal not taken up", meal_id=self.meal.id)
            db.session.rollback()  # The next meal is read in a transaction that works.
            self.failures.append(failure)
            return 0

    def _run(self) -> int:
        meal = self.meal
        waiting = [
            each
            for each in queries.waiting_for(meal)
            if policies.takes(each.weekdays, workdays_only=each.workdays_only, day=self.day)
        ]
        if not waiting:
            return 0
        absent = absence_queries.absent_of(
            {each.staff_id for each in waiting}, meal.serves_from, meal.serves_until
        )
        known = [(each, Outcome.ABSENT) for each in waiting if each.staff_id in absent]
        known += [
            (each, Outcome.ALREADY_ORDERED)
            for each in waiting
            if each.has_order and each.staff_id not in absent
        ]
        if known:
            _settle(meal, known)
        settled = {each.id for each, _ in known}
        self.offer = queries.offer_of(meal.id)
        return sum(self._try(each) for each in waiting if each.id not in settled)

    def _try(self, waiting: Waiting) -> bool:
        try:
            return self._take_up(waiting)
        except Exception as failure:
            log.exception("standing order not taken up", standing_order_id=waiting.id, meal_id=self.meal.id)
            self.failures.append(failure)
            return False

    def _take_up(self, waiting: Waiting) -> bool:
        """Order the first alternative that is wholly there; else write down why there is none."""
        outcome, detail = Outcome.NONE_OFFERED, ""
        for number, choice in enumerate(waiting.choices, start=1):
            lack = policies.lack_of(choice, self.offer)
            if lack is None:
                try:
                    is_placed = _place(self.meal, waiting, number, choice, clock.now())
                except (SoldOut, DishWithdrawn, DishNotOffered, PortionNotOffered):
                    # Somebody was quicker.
                    self.offer = queries.offer_of(self.meal.id)
                    lack = policies.lack_of(choice, self.offer) or Outcome.SOLD_OUT
                except Unavailable:
                    raise
                except AppError as refusal:
                    outcome, detail = _told_by(refusal)
                    break
                else:
                    if is_placed:
                        policies.take(choice, self.offer)
                    return is_placed
            if lack is Outcome.SOLD_OUT:
                outcome = lack
        _settle(self.meal, [(waiting, outcome)], detail)
        return False


def _told_by(refusal: AppError) -> tuple[Outcome, str]:
    if isinstance(refusal, BalanceShort):
        return Outcome.BALANCE_SHORT, ""
    if isinstance(refusal, AlreadyOrdered):
        return Outcome.ALREADY_ORDERED, ""
    may_end = isinstance(refusal, OrdersPaused | WindowFull)
    return Outcome.HELD_UP if may_end else Outcome.REFUSED, refusal.msg


@atomic
def _place(meal: OpenMeal, waiting: Waiting, number: int, choice: Choice, received_at: datetime) -> bool:
    """Claim the meal for the standing order and order it; False if somebody else has, or its holder is away.

    Raises what placing raises; then the claim is as if it had never been.
    """
    result_id = operations.claim(meal, waiting, Outcome.PLACED, received_at, choice=number)
    if result_id is None:
        return False
    # An approval takes this lock before it looks for orders: either it finds ours, or we find the absence.
    accounts.lock_balances(waiting.staff_id)
    if absence_queries.absent_of([waiting.staff_id], meal.serves_from, meal.serves_until):
        operations.settle(result_id, outcome=Outcome.ABSENT.value, choice=None, told_at=received_at)
        return False
    order = placing.place(
        Diner(waiting.staff_id, waiting.department_id),
        Request(
            canteen_id=meal.canteen_id,
            served_on=meal.served_on,
            period=Period(meal.period),
            wishes=choice,
            dining=Dining(waiting.dining),
        ),
        placed_by=0,
        received_at=received_at,
        origin=Origin.STANDING,
    )
    operations.settle(result_id, order_id=order.id)
    return True


@atomic
def _settle(meal: OpenMeal, outcomes: Sequence[tuple[Waiting, Outcome]], detail: str = "") -> None:
    for waiting, outcome in outcomes:
        operations.claim(meal, waiting, outcome, clock.now(), detail=detail)


@atomic
def _tell(closes_before: datetime) -> int:
    """Tell people of their results, each person once; returns how many results were told."""
    found = queries.untold(_TOLD_AT_ONCE, closes_before=closes_before)
    if not found:
        return 0
    now = clock.now()
    ours = operations.mark_told({each.id for each in found}, now)
    of_people = groupby((each for each in found if each.id in ours), key=lambda each: each.staff_id)
    notifications.notify_each(
        STANDING_RESULTS, [_message(staff_id, list(results), now) for staff_id, results in of_people]
    )
    return len(ours)


def _message(staff_id: int, results: Sequence[Untold], now: datetime) -> Message:
    # Each result is marked as told only once; a key of its own merely keeps one message from another.
    last = max(results, key=lambda result: result.id)
    dedupe = f"{last.id}:{last.outcome.value}:{now:%Y%m%d%H%M%S}"
    fields: dict[str, Any] = {"placed": _placed_in_words(results), "failed": _failed_in_words(results)}
    return Message(staff_id, fields, dedupe=dedupe, page=_PAGE)


def _placed_in_words(results: Sequence[Untold]) -> str:
    placed = [each for each in results if each.outcome is Outcome.PLACED]
    if not placed:
        return ""
    meals = "、".join(_meal(each) for each in placed)
    return f"已按您的固定订餐预订 {meals}，共 {yuan(sum(each.total_fen for each in placed))} 元。"


def _failed_in_words(results: Sequence[Untold]) -> str:
    reasons: dict[str, list[str]] = {}
    for each in results:
        if each.outcome is not Outcome.PLACED:
            reason = each.detail.rstrip("。") or policies.OUTCOME_NAMES[each.outcome]
            reasons.setdefault(reason, []).append(_meal(each))
    if not reasons:
        return ""
    said = "；".join(f"{'、'.join(meals)}未能预订（{reason}）" for reason, meals in reasons.items())
    return f"{said}。如需用餐请自行订餐。"


def _meal(result: Untold) -> str:
    name = ordering_policies.meal_name(result.served_on, result.period)
    return f"{name}（备选 {result.choice - 1}）" if result.choice is not None and result.choice > 1 else name
