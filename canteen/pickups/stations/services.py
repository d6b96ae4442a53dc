"""Use cases of the stations."""

from collections.abc import Sequence
from datetime import datetime

from backend import clock, idempotency
from backend.actor import Actor
from backend.audit.models import Result
from backend.audit.operations import record
from backend.db import atomic, db
from canteen.accounts import operations as accounts
from canteen.menu import queries as menu_queries
from canteen.menu.models import Meal
from canteen.ordering.colleagues import handovers
from canteen.ordering.models import Order, OrderState
from canteen.pickups import operations as pickup_operations
from canteen.pickups.no_shows import operations as no_shows
from canteen.pickups.no_shows import queries as no_show_queries
from canteen.pickups.no_shows.models import NoShowState
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
    order_ids = {each.order_id for each in pickups}
    # Balances come before orders everywhere: what was refunded as missed is taken back.
    if refunded := no_show_queries.refunded_people(order_ids):
        accounts.lock_balances_of(refunded)
    # The lock comes first: a twin of this request waits here, and then finds what we have told.
    orders = queries.lock_orders(order_ids)
    hand_overs = handovers.last_hand_overs(order_ids)
    told = queries.find_told([each.key for each in pickups])
    for each in pickups:
        if each.key not in told:
            was_transferred = each.revision < hand_overs.get(each.order_id, 0)
            told[each.key] = _book(actor, each, orders.get(each.order_id), allowed, was_transferred)
    return [told[each.key] for each in pickups]


def _book(
    actor: Actor, told: Told, order: Order | None, allowed: Permit, was_transferred: bool
) -> OfflinePickup:
    now = clock.now()
    outcome, reason = policies.outcome_of(
        OrderState(order.state) if order is not None else None,
        is_of_meal=order is not None and order.meal_id == allowed.meal_id,
        is_known=idempotency.is_answered(allowed.staff_id, told.key),
        is_timely=policies.is_in_time(allowed, told.handed_out_at, now),
        was_transferred=was_transferred,
    )
    if outcome is Outcome.REFUSED or outcome is Outcome.DUPLICATE:
        record(actor, "canteen.offline_pickup", "order", told.order_id, result=Result.REFUSED, reason=reason)
    elif order is not None and order.state == OrderState.BOOKED:
        _hand_out(order, by_staff=allowed.staff_id, at=min(told.handed_out_at, now))
    elif order is not None and order.state == OrderState.NO_SHOW:
        _mend(actor, order, by_staff=allowed.staff_id, at=min(told.handed_out_at, now))
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
    _show_handed_out(order, by_staff=by_staff, at=at)


def _mend(actor: Actor, order: Order, *, by_staff: int, at: datetime) -> None:
    """Book a held order that was taken for missed; its record stays, mended."""
    no_shows.hand_out_after_all(order.id, by_staff=by_staff, at=at)
    held = no_shows.lock_record(order.id)
    if held is not None:
        # The report is a fact: who cannot pay back the refund owes it, which the trail tells.
        owed_fen = no_shows.collect_again(held, actor, may_owe=True)
        no_shows.settle(
            held,
            NoShowState.PICKED_UP,
            by_staff=actor.staff_id,
            answer="离线核销台补报取餐",
            refunded_fen=owed_fen,
        )
        record(
            actor,
            "canteen.no_show_mended",
            "no_show",
            order.id,
            canteen_id=held.canteen_id,
            before=held.state,
            owed_fen=owed_fen,
        )
    _show_handed_out(order, by_staff=by_staff, at=at)


def _show_handed_out(order: Order, *, by_staff: int, at: datetime) -> None:
    # For a second pick-up of it in the same report.
    order.state, order.picked_up_at, order.picked_up_by = OrderState.PICKED_UP.value, at, by_staff
