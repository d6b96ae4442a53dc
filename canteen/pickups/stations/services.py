"""Use cases of the stations."""

from collections.abc import Sequence
from datetime import datetime

from backend import clock, idempotency
from backend.actor import Actor
from backend.audit.models import Result
from backend.audit.operations import record
from backend.db import atomic, db
from canteen.menu import queries as menu_queries
from canteen.menu.models import Meal
from canteen.ordering.models import Order, OrderState
from canteen.pickups import operations as pickup_operations
from canteen.pickups.stations import policies, queries
from canteen.pickups.stations.errors import PermitInvalid
from canteen.pickups.stations.models import OfflinePickup, Outcome
from canteen.pickups.stations.policies import Permit, Told


@atomic
def tell(actor: Actor, *, permit: str, pickups: Sequence[Told]) -> list[OfflinePickup]:
    """Book what a station handed out while it was offline; one answer for each, in the order given.

    Each is booked exactly once: what was told before gives its first answer. The tablet's clock is not
    trusted beyond the permit's time, give or take two minutes. Raises PermitInvalid, or
    OtherCanteen for a canteen that the actor does not serve.
    """
    allowed = policies.read_permit(permit, queries.sign_permit)
    meal = db.session.get(Meal, allowed.meal_id)
    if meal is None:
        raise PermitInvalid
    queries.ensure_serves(actor, menu_queries.get_canteen(meal.canteen_id))
    # The lock comes first: a twin of this request waits here, and then finds what we have told.
    orders = queries.lock_orders({each.order_id for each in pickups})
    told = queries.find_told([each.key for each in pickups])
    for each in pickups:
        if each.key not in told:
            told[each.key] = _book(actor, each, orders.get(each.order_id), allowed)
    return [told[each.key] for each in pickups]


def _book(actor: Actor, told: Told, order: Order | None, allowed: Permit) -> OfflinePickup:
    now = clock.now()
    outcome, reason = policies.outcome_of(
        OrderState(order.state) if order is not None else None,
        is_of_meal=order is not None and order.meal_id == allowed.meal_id,
        is_known=idempotency.is_answered(allowed.staff_id, told.key),
        is_timely=policies.is_in_time(allowed, told.handed_out_at, now),
    )
    if outcome is Outcome.REFUSED or outcome is Outcome.DUPLICATE:
        record(actor, "canteen.offline_pickup", "order", told.order_id, result=Result.REFUSED, reason=reason)
    elif order is not None and order.state == OrderState.BOOKED:
        _hand_out(order, by_staff=allowed.staff_id, at=min(told.handed_out_at, now))
    row = OfflinePickup(
        key=told.key,
        meal_id=allowed.meal_id,
        order_id=told.order_id,
        handed_out_at=told.handed_out_at,
        told_at=now,
        told_by=actor.staff_id,
        outcome=outcome.value,
        reason=reason,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _hand_out(order: Order, *, by_staff: int, at: datetime) -> None:
    """Book a held order that is booked still, as handed out by whoever took the list along."""
    if not pickup_operations.pick_up(order.id, revision=order.revision, by_staff=by_staff, at=at):
        raise RuntimeError(f"order {order.id} is held and yet somebody changed it")
    # For a second pick-up of it in the same report.
    order.state, order.picked_up_at, order.picked_up_by = OrderState.PICKED_UP.value, at, by_staff
