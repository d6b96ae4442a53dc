"""The use case of walk-ins."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from backend import clock
from backend.actor import Actor
from backend.audit import operations as audit
from backend.db import atomic, db
from backend.money import yuan
from backend.notifications import operations as notifications
from backend.rules import queries as rule_queries
from canteen.menu import queries as menu_queries
from canteen.menu.models import MealState, Period
from canteen.ordering.models import Dining, Order
from canteen.ordering.placing import Request
from canteen.ordering.policies import Wish, meal_name, order_page
from canteen.ordering.queries import OrderView, view_of
from canteen.pickups.services import HandedOut
from canteen.pickups.stations.queries import ensure_serves
from canteen.pickups.walk_ins import operations, policies, queries
from canteen.pickups.walk_ins.errors import WalkInsOff
from canteen.pickups.walk_ins.messages import WALK_IN
from canteen.pickups.walk_ins.rules import WALK_INS


def serve_walk_in(
    actor: Actor,
    *,
    canteen_id: int,
    period: Period,
    wishes: Sequence[Wish],
    dining: Dining,
    diner_token: str | None = None,
    card_no: str | None = None,
) -> HandedOut:
    """Serve somebody without an order, who pays from their account; by code, or else by card.

    Raises CanteenNotFound, OtherCanteen, WalkInsOff, DinerCodeInvalid, DinerCodeExpired, DinerUnknown,
    NotPublished, NotTheTime, HasOrder, DishNotOffered, PortionNotOffered, DuplicateLine, OverLimit,
    BalanceShort, SoldOut or DishWithdrawn; then nothing has changed.
    """
    # Taken before the unit opens: waiting for a lock makes nobody late.
    return _serve(
        actor,
        canteen_id=canteen_id,
        period=period,
        wishes=wishes,
        dining=dining,
        diner_token=diner_token,
        card_no=card_no,
        received_at=clock.now(),
    )


@atomic
def _serve(
    actor: Actor,
    *,
    canteen_id: int,
    period: Period,
    wishes: Sequence[Wish],
    dining: Dining,
    diner_token: str | None,
    card_no: str | None,
    received_at: datetime,
) -> HandedOut:
    canteen = menu_queries.get_canteen(canteen_id)
    ensure_serves(actor, canteen)
    if not rule_queries.value(WALK_INS, canteen_id, at=received_at):
        raise WalkInsOff
    diner = queries.find_diner(diner_token=diner_token, card_no=card_no)
    meal = queries.find_meal_now(canteen_id, period, received_at)
    state, hours = (meal.state, meal.hours) if meal is not None else (MealState.DRAFT, None)
    policies.ensure_serving(state, hours, received_at)
    assert meal is not None  # noqa: S101 # `ensure_serving` has refused a meal that there is not.
    request = Request(canteen_id, meal.served_on, period, wishes, dining)
    order_id = operations.serve(diner, meal, request, served_by=actor.staff_id, at=received_at)
    view = view_of(db.session.get_one(Order, order_id))
    audit.record(
        actor,
        "canteen.walk_in",
        "order",
        view.id,
        canteen_id=canteen_id,
        amount_fen=view.total_fen,
        via="diner_code" if diner_token is not None else "card",
        is_own=diner.staff_id == actor.staff_id,
    )
    _tell(diner.staff_id, canteen.name, view)
    shown = {field.name: getattr(view, field.name) for field in fields(OrderView)}
    return HandedOut(**shown, staff_name=diner.name, canteen_name=canteen.name)


def _tell(staff_id: int, canteen: str, view: OrderView) -> None:
    names = [line.dish_name for line in view.items]
    notifications.notify(
        WALK_IN,
        [staff_id],
        {
            "canteen": canteen,
            "meal": meal_name(view.date, view.period),
            "dishes": "、".join(names[:2]) + (f"等 {len(names)} 种" if len(names) > 2 else ""),
            "amount": yuan(view.total_fen),
        },
        page=order_page(view.id),
        dedupe=str(view.id),
    )
