"""Use cases of meals by weight."""

from datetime import datetime

import structlog

from backend import clock
from backend.actor import Actor
from backend.audit import operations as audit
from backend.dates import moment_text
from backend.db import atomic, db
from backend.money import yuan
from backend.notifications import operations as notifications
from backend.rules import queries as rule_queries
from canteen.accounts import operations as accounts
from canteen.menu import queries as menu_queries
from canteen.ordering.models import Order, OrderState
from canteen.ordering.policies import meal_name, order_page
from canteen.waste.serving import operations, policies, queries, views
from canteen.waste.serving.errors import WeighedMealNotFound
from canteen.waste.serving.messages import OBJECTION_ANSWERED, WEIGHED, WEIGHED_CORRECTED, WEIGHED_OWED
from canteen.waste.serving.operations import Settled
from canteen.waste.serving.queries import ServedMeal
from canteen.waste.serving.rules import OBJECTION_DAYS
from canteen.waste.serving.views import ManagedWeighedMeal, WeighedMealView

log = structlog.get_logger(__name__)


def settle_due(*, all_days: bool = False) -> int:
    """Charge the meals by weight that are over, and what late or voided helpings change; returns how many.

    One unit of work per person and meal; harmless when repeated or run twice at once. With `all_days`, the
    meals of all days of which late helpings are charged, not only today's and yesterday's. What fails
    keeps nobody else from their turn; the first such failure is raised at the end.
    """
    now = clock.now()
    failures: list[Exception] = []
    settled = 0
    for meal in queries.meals_to_settle(now, all_days=all_days):
        for staff_id in queries.due_at(meal, now):
            try:
                settled += settle(meal, staff_id)
            except Exception as failure:
                log.exception("meal by weight not settled", meal_id=meal.meal_id)
                failures.append(failure)
    for order_id in queries.payable():
        try:
            settled += collect(order_id)
        except Exception as failure:
            log.exception("owed meal not collected", order_id=order_id)
            failures.append(failure)
    if failures:
        raise failures[0]
    return settled


@atomic
def settle(meal: ServedMeal, staff_id: int) -> bool:
    """Settle one person's meal; returns whether anything changed. The person is told."""
    now = clock.now()
    done = operations.settle(meal, staff_id, at=now)
    if done is not None:
        _tell(done, staff_id, meal.canteen_name, meal_name(meal.served_on, meal.period), meal.canteen_id, now)
    return done is not None


@atomic
def collect(order_id: int) -> bool:
    """Take what is owed for a meal; returns whether there was enough money. The person is told."""
    now = clock.now()
    done = operations.collect(order_id, at=now)
    if done is None:
        return False
    order = db.session.get_one(Order, order_id)
    canteen = menu_queries.get_canteen(order.canteen_id)
    meal = meal_name(order.served_on, order.period)
    _tell_charged(done, order.staff_id, canteen.name, meal, order.canteen_id, now)
    return True


@atomic
def object_to(actor: Actor, *, order_id: int, reason: str) -> WeighedMealView:
    """Say that a meal's weights or price are wrong, once, within the days that the canteen allows.

    Raises WeighedMealNotFound, AlreadyObjected or ObjectionClosed.
    """
    now = clock.now()
    found = views.get_own(actor, order_id)
    days = rule_queries.value(OBJECTION_DAYS, found.canteen_id, at=found.settled_at)
    objected_at = found.objection.objected_at if found.objection is not None else None
    policies.ensure_can_object(objected_at, found.settled_at, days, now)
    if not operations.object_to(order_id, reason=reason, at=now):
        policies.ensure_can_object(now, found.settled_at, days, now)
    audit.record(actor, "canteen.weighed_objected", "order", order_id, canteen_id=found.canteen_id)
    return views.get_own(actor, order_id)


@atomic
def decide(actor: Actor, *, order_id: int, waived_fen: int, answer: str) -> ManagedWeighedMeal:
    """Answer for a meal by weight: let go of `waived_fen` of what it costs in all, which goes back at once.

    0 leaves it as it is. A later decision replaces an earlier one. The person is told. Raises
    WeighedMealNotFound, OwnWeighedMeal, WaivedTooMuch.
    """
    found = views.get_managed(actor, order_id)
    policies.ensure_decides(actor.staff_id, found.staff_id)
    balances = accounts.open_balances([found.staff_id])[found.staff_id]
    order, weighed = operations.lock_meal(order_id)
    if order.state == OrderState.CANCELLED:
        raise WeighedMealNotFound  # Nothing was taken after all, so that nothing is paid.
    operations.waive(
        order, weighed, balances, waived_fen, answer=answer, by_staff=actor.staff_id, at=clock.now()
    )
    audit.record(
        actor,
        "canteen.weighed_decided",
        "order",
        order_id,
        canteen_id=order.canteen_id,
        waived_fen=waived_fen,
    )
    notifications.notify(
        OBJECTION_ANSWERED,
        [found.staff_id],
        {
            "meal": found.meal_name,
            "canteen": found.canteen_name,
            "result": f"减免 {yuan(waived_fen)} 元" if waived_fen else "按原称重计费",
            "answer": answer,
        },
        page=order_page(order_id),
        dedupe=f"{order_id}:{order.revision}",
    )
    return views.get_managed(actor, order_id)


def _tell(done: Settled, staff_id: int, canteen: str, meal: str, canteen_id: int, now: datetime) -> None:
    """Tell what a settlement did: charged, owes, or changed what was charged before."""
    common = {"meal": meal, "canteen": canteen, "dishes": _dishes(done), "amount": yuan(done.total_fen)}
    if done.owed_fen:
        notifications.notify(
            WEIGHED_OWED,
            [staff_id],
            {**common, "owed": yuan(done.owed_fen)},
            page=order_page(done.order_id),
            dedupe=f"{done.order_id}:{done.revision}",
        )
    elif done.revision == 1:
        _tell_charged(done, staff_id, canteen, meal, canteen_id, now)
    else:
        after_fen = done.total_fen if done.lines else 0
        notifications.notify(
            WEIGHED_CORRECTED,
            [staff_id],
            {
                **common,
                "amount": yuan(after_fen),
                "before": yuan(done.before_fen),
                "moved": "扣款" if after_fen > done.before_fen else "退回",
            },
            page=order_page(done.order_id),
            dedupe=f"{done.order_id}:{done.revision}",
        )


def _tell_charged(
    done: Settled, staff_id: int, canteen: str, meal: str, canteen_id: int, now: datetime
) -> None:
    days = rule_queries.value(OBJECTION_DAYS, canteen_id, at=now)
    notifications.notify(
        WEIGHED,
        [staff_id],
        {
            "meal": meal,
            "canteen": canteen,
            "dishes": _dishes(done),
            "amount": yuan(done.total_fen - done.before_fen),
            "until": moment_text(policies.objection_closes_at(now, days)),
        },
        page=order_page(done.order_id),
        dedupe=f"{done.order_id}:{done.revision}",
    )


def _dishes(done: Settled) -> str:
    return policies.dishes_text(done.lines) or "没有取用"
