"""Use cases of the counter."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from backend import clock
from backend.actor import Actor, Permission
from backend.db import atomic, db
from backend.ratings import operations as rating_operations
from backend.ratings import queries as rating_queries
from backend.ratings.queries import OwnRating
from canteen.menu import queries as menu_queries
from canteen.menu.models import Period
from canteen.ordering.models import Order, OrderState
from canteen.ordering.queries import OrderView, view_of
from canteen.pickups import operations, policies, queries, rated
from canteen.pickups.errors import CodeExpired, CodeInvalid, DishNotEaten, NoOrderForCard, OtherCanteen
from canteen.pickups.queries import AtCounter, sign_code
from canteen.pickups.ratings import CANTEEN, DISH, DISH_OF_MEAL, MEAL, TASTE


@dataclass(frozen=True, slots=True)
class HandedOut(OrderView):
    """What the counter shows: the order, and whose it is."""

    staff_name: str
    canteen_name: str


@atomic
def pick_up_by_code(actor: Actor, *, token: str, canteen_id: int | None = None) -> HandedOut:
    """Hand out the order whose code is presented, at a counter of the actor's canteens.

    `canteen_id` names the counter, where the actor serves several. Raises CodeInvalid, CodeExpired,
    OtherCanteen, AlreadyPickedUp, OrderNotBooked or NotTheTime.
    """
    now = clock.now()
    code = policies.read_code(token, sign_code, now)
    found = queries.find_by_id(code.order_id)
    if found is None:
        raise CodeInvalid
    _ensure_serves(actor, found, canteen_id)
    if found.state == OrderState.BOOKED and found.revision != code.revision:
        raise CodeExpired(expires_at=code.expires_at)
    return _hand_out(actor, found, now)


@atomic
def pick_up_by_card(actor: Actor, *, card_no: str, canteen_id: int, period: Period) -> HandedOut:
    """Hand out today's order of the holder of an IC card. Raises NoOrderForCard and what a code raises."""
    canteen = menu_queries.get_canteen(canteen_id)
    reach = actor.reach(Permission.CANTEEN_VERIFY)
    if not reach.covers(campus_id=canteen.campus_id, canteen_id=canteen.id):
        raise OtherCanteen(canteen=canteen.name)
    found = queries.find_by_card(card_no, canteen_id, period)
    if found is None:
        raise NoOrderForCard
    return _hand_out(actor, found, clock.now())


@atomic
def rate_order(
    actor: Actor,
    *,
    order_id: int,
    scores: Mapping[str, int],
    text: str = "",
    dishes: Mapping[int, int] | None = None,
) -> OwnRating:
    """Say what one's own meal was like, once, after it was handed out by somebody else.

    `dishes` are scores of single dishes of it, each counted for the dish itself. Raises OrderNotFound,
    NotPickedUp, RatingClosed, OwnWork, AlreadyRated, InvalidScores or DishNotEaten.
    """
    order = rated.find_served(actor, order_id)
    policies.ensure_can_rate(order.picked_up_at, order.rating_days, clock.now())
    rating_id = rating_operations.rate(
        actor,
        service=MEAL.key,
        subject_id=order.id,
        cycle=0,
        provider_kind=CANTEEN,
        provider_id=order.canteen_id,
        served_on=order.served_on,
        scores=scores,
        text=text,
        handler_ids=_handlers(order),
    )
    if dishes:
        _rate_dishes(actor, order, dishes)
    return rating_queries.get_own(actor, rating_id)


def _rate_dishes(actor: Actor, order: rated.ServedOrder, dishes: Mapping[int, int]) -> None:
    lines = {each.dish_id: each.line_id for each in rated.dishes_of(order.id)}
    if not dishes.keys() <= lines.keys():
        raise DishNotEaten(dish_ids=sorted(dishes.keys() - lines.keys()))
    # In one order for everybody: the counts of a day's dishes are locked one after the other.
    for dish_id in sorted(dishes):
        rating_operations.rate(
            actor,
            service=DISH_OF_MEAL.key,
            subject_id=lines[dish_id],
            cycle=0,
            provider_kind=DISH,
            provider_id=dish_id,
            served_on=order.served_on,
            scores={TASTE: dishes[dish_id]},
            text="",
            handler_ids=_handlers(order),
        )


def _handlers(order: rated.ServedOrder) -> list[int]:
    return [order.picked_up_by] if order.picked_up_by is not None else []


def _ensure_serves(actor: Actor, found: AtCounter, canteen_id: int | None) -> None:
    reach = actor.reach(Permission.CANTEEN_VERIFY)
    is_other = canteen_id is not None and canteen_id != found.canteen_id
    if is_other or not reach.covers(campus_id=found.campus_id, canteen_id=found.canteen_id):
        raise OtherCanteen(canteen=found.canteen_name)


def _hand_out(actor: Actor, found: AtCounter, now: datetime) -> HandedOut:
    _ensure_can_pick_up(found, now)
    if not operations.pick_up(found.id, revision=found.revision, by_staff=actor.staff_id, at=now):
        # Another counter, a change or a cancellation came between our look and our update.
        present = queries.find_by_id(found.id)
        if present is not None:
            _ensure_can_pick_up(present, now)
        raise CodeExpired
    order = db.session.get_one(Order, found.id, populate_existing=True)
    view = view_of(order)
    shown = {field.name: getattr(view, field.name) for field in fields(OrderView)}
    return HandedOut(**shown, staff_name=found.staff_name, canteen_name=found.canteen_name)


def _ensure_can_pick_up(found: AtCounter, now: datetime) -> None:
    policies.ensure_can_pick_up(
        OrderState(found.state),
        found.picked_up_at,
        found.pickup_from,
        found.serves_from,
        found.serves_until,
        queries.grace(found.canteen_id),
        now,
    )
