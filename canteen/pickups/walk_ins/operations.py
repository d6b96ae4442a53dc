"""Writes of walk-ins, within an open unit of work; the locks come in ordering's order."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, or_, select, update

from backend.db import table, unit
from backend.statements import Statement
from canteen.menu.models import FULL_PORTION, Dish, MealDish, MealState
from canteen.menu.policies import remaining
from canteen.ordering import operations as ordering
from canteen.ordering import placing
from canteen.ordering import policies as ordering_policies
from canteen.ordering.errors import SoldOut
from canteen.ordering.models import OrderState, Origin
from canteen.ordering.placing import Diner, Request
from canteen.pickups import operations as pickup_operations
from canteen.pickups.walk_ins import policies, queries
from canteen.pickups.walk_ins.errors import HasOrder
from canteen.pickups.walk_ins.queries import DinerAtCounter, ServedMeal

_COUNTER = table(MealDish)

# Takes portions of a frozen meal: its gate is shut for orders, its caps hold for everybody.
TAKE_FROM_FROZEN = Statement(
    update(_COUNTER)
    .where(
        _COUNTER.c.id == bindparam("of_meal_dish"),
        or_(
            _COUNTER.c.cap.is_(None),
            _COUNTER.c.taken + bindparam("taking") <= _COUNTER.c.cap * FULL_PORTION,
        ),
    )
    .values(taken=_COUNTER.c.taken + bindparam("taking"))
)


def serve(diner: DinerAtCounter, meal: ServedMeal, request: Request, *, served_by: int, at: datetime) -> int:
    """Place, charge and hand out an order of the diner at the counter; returns its id.

    Raises DishNotOffered, PortionNotOffered, DuplicateLine, OverLimit, TakeawayNotOffered, BalanceShort,
    HasOrder, SoldOut or DishWithdrawn.
    """
    ordering_policies.ensure_distinct(request.wishes)
    offer = placing.find_offer(request.canteen_id, request.served_on, request.period, request.wishes)
    paid = placing.write(
        Diner(diner.staff_id, diner.department_id),
        request,
        offer,
        origin=Origin.WALK_IN,
        placed_by=served_by,
        at=at,
        memo="现场用餐",
    )
    if paid is None:
        raise _in_the_way(diner, meal, request.canteen_id)
    _take(meal, ordering_policies.taken_by(paid.lines))
    if not pickup_operations.pick_up(paid.order_id, revision=1, by_staff=served_by, at=at):
        raise RuntimeError(f"order {paid.order_id} was placed a moment ago and yet is not booked")
    return paid.order_id


def _take(meal: ServedMeal, taking: Mapping[int, int]) -> None:
    """Take centi-portions per meal dish, by rising id. Raises SoldOut, OrderClosed or DishWithdrawn."""
    if meal.state == MealState.PUBLISHED:
        # The gates are open still, but for those of dishes that were withdrawn.
        ordering.move_counters(taking)
        return
    moves = [{"of_meal_dish": key, "taking": share} for key, share in sorted(taking.items())]
    if TAKE_FROM_FROZEN.many(unit(), moves) == len(moves):
        return
    rows = unit().execute(
        select(_COUNTER.c.id, _COUNTER.c.cap, _COUNTER.c.taken, Dish.id, Dish.name)
        .join_from(_COUNTER, Dish, Dish.id == _COUNTER.c.dish_id)
        .where(_COUNTER.c.id.in_(taking))
        .order_by(_COUNTER.c.id)
    )
    full = [
        SoldOut(dish=name, dish_id=dish_id, remaining=remaining(cap, taken))
        for meal_dish_id, cap, taken, dish_id, name in rows
        # What this unit took of the counters before the refused one counts as well: see `move_counters`.
        if cap is not None and taken + taking[meal_dish_id] > cap * FULL_PORTION
    ]
    raise full[0]


def _in_the_way(diner: DinerAtCounter, meal: ServedMeal, canteen_id: int) -> HasOrder:
    found = queries.standing_order_of(diner.staff_id, meal.served_on, meal.period)
    if found is None:
        raise RuntimeError(f"an order of {diner.staff_id} is in the way and yet is nowhere")
    state = OrderState(found.state)
    return HasOrder(
        order_id=found.order_id,
        state=state.value,
        state_name=ordering_policies.STATE_NAMES[state],
        staff_name=diner.name,
        canteen_name=found.canteen_name,
        pickup_no=found.pickup_no,
        hint=policies.hint_for(state, found.pickup_no, is_here=found.canteen_id == canteen_id),
    )
