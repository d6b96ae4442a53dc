"""Writes of walk-ins, within an open unit of work; the locks come in ordering's order."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, or_, select, update

from backend.db import table, unit
from backend.rules import queries as rule_queries
from backend.statements import Statement
from canteen.accounts import operations as accounts
from canteen.accounts.queries import spending_order
from canteen.menu.models import FULL_PORTION, Dish, MealDish, MealState, Period
from canteen.menu.policies import remaining
from canteen.ordering import operations as ordering
from canteen.ordering import placing
from canteen.ordering import policies as ordering_policies
from canteen.ordering.errors import SoldOut
from canteen.ordering.models import OrderState, Origin
from canteen.ordering.placing import Request
from canteen.ordering.rules import MAX_PORTIONS
from canteen.ordering.takeaway import queries as takeaway_queries
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
    canteen_id = request.canteen_id
    offer = placing.find_offer(canteen_id, meal.served_on, Period(meal.period), request.wishes)
    most = rule_queries.value(MAX_PORTIONS, canteen_id, at=at)
    ordering_policies.ensure_within_limit(request.wishes, most)
    lines = ordering_policies.price_lines(request.wishes, offer.portions)
    packing = takeaway_queries.packing_of(
        canteen_id=canteen_id,
        meal_id=meal.id,
        dining=request.dining,
        collect_from=None,
        origin=Origin.WALK_IN,
        at=at,
    )
    total_fen = sum(line.amount_fen for line in lines) + packing.packaging_fen
    balances = accounts.lock_balances(diner.staff_id)
    order_id = ordering.insert_order(
        meal_id=meal.id,
        canteen_id=canteen_id,
        staff_id=diner.staff_id,
        department_id=diner.department_id,
        served_on=meal.served_on,
        period=meal.period,
        dining=request.dining.value,
        note="",
        origin=Origin.WALK_IN.value,
        placed_by=served_by,
        collect_from=None,
        collect_until=None,
        total_fen=total_fen,
        packaging_fen=packing.packaging_fen,
        placed_at=at,
    )
    if order_id is None:
        raise _in_the_way(diner, meal, canteen_id)
    ordering.insert_lines(order_id, lines)
    accounts.charge(
        staff_id=diner.staff_id,
        balances=balances,
        amount_fen=total_fen,
        order_id=order_id,
        canteen_id=canteen_id,
        spending_order=spending_order(canteen_id, at),
        at=at,
        entered_by=served_by,
        memo="现场用餐",
    )
    _take(meal, ordering_policies.taken_by(lines))
    if not pickup_operations.pick_up(order_id, revision=1, by_staff=served_by, at=at):
        raise RuntimeError(f"order {order_id} was placed a moment ago and yet is not booked")
    return order_id


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
