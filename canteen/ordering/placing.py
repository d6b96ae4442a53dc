"""How an order comes to be, changes and ends, whoever asks for it; within an open unit of work."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from backend import clock
from backend.rules import queries as rule_queries
from canteen.accounts import operations as accounts
from canteen.accounts.paying import spending_order
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenInactive
from canteen.menu.models import MealState, Period
from canteen.ordering import operations, policies, queries
from canteen.ordering.errors import (
    AlreadyOrdered,
    CancelClosed,
    DatePast,
    DishNotOffered,
    NotPublished,
    OrderChanged,
    OrderClosed,
    OrderNotBooked,
)
from canteen.ordering.models import Dining, OrderState, Origin
from canteen.ordering.pauses import queries as pause_queries
from canteen.ordering.policies import Line, Wish
from canteen.ordering.queries import Offer, OrderView, OwnOrder
from canteen.ordering.rules import MAX_PORTIONS
from canteen.ordering.takeaway import operations as takeaway
from canteen.ordering.takeaway import queries as takeaway_queries
from canteen.ordering.takeaway.policies import Packing, Window


@dataclass(frozen=True, slots=True)
class Diner:
    """Who eats and pays."""

    staff_id: int
    department_id: int


@dataclass(frozen=True, slots=True)
class Request:
    """What is ordered for which meal. `collect_from` is when the window begins in which it is collected."""

    canteen_id: int
    served_on: date
    period: Period
    wishes: Sequence[Wish]
    dining: Dining = Dining.DINE_IN
    note: str = ""
    collect_from: datetime | None = None


def place(
    diner: Diner, request: Request, *, placed_by: int, received_at: datetime, origin: Origin = Origin.SELF
) -> OrderView:
    """Order a meal for the diner, who pays for it.

    Raises DatePast, NotPublished, OrderClosed, OrdersPaused, DishNotOffered, PortionNotOffered,
    DuplicateLine, OverLimit, BalanceShort, AlreadyOrdered, SoldOut, DishWithdrawn, WindowFull, or what
    `packing_of` raises of takeaways.
    """
    policies.ensure_distinct(request.wishes)
    offer = find_offer(request.canteen_id, request.served_on, request.period, request.wishes)
    policies.ensure_open(offer.state, offer.order_closes_at, received_at)
    pause_queries.ensure_not_paused(diner.staff_id, request.canteen_id, received_at)
    paid = write(diner, request, offer, origin=origin, placed_by=placed_by, at=received_at)
    if paid is None:
        raise _already_ordered(diner, request, placed_by)
    operations.move_counters(policies.taken_by(paid.lines))
    takeaway.take(offer.meal_id, paid.packing)
    return OrderView(
        id=paid.order_id,
        number=policies.order_number(paid.order_id, request.served_on),
        state=OrderState.BOOKED.value,
        canteen_id=request.canteen_id,
        date=request.served_on,
        period=request.period.value,
        dining=request.dining.value,
        note=request.note,
        origin=origin.value,
        collect_from=paid.packing.collect_from,
        collect_until=paid.packing.collect_until,
        total_fen=paid.total_fen,
        packaging_fen=paid.packing.packaging_fen,
        revision=1,
        placed_at=received_at,
        cancelled_at=None,
        pickup_no=None,
        picked_up_at=None,
        items=paid.lines,
    )


def _already_ordered(diner: Diner, request: Request, placed_by: int) -> AlreadyOrdered:
    """The refusal of a second order. It leads the diner to the first; nobody else learns which that is."""
    if placed_by != diner.staff_id:
        return AlreadyOrdered()
    order_id = queries.find_active_order(diner.staff_id, request.served_on, request.period)
    return AlreadyOrdered() if order_id is None else AlreadyOrdered(order_id=order_id)


@dataclass(frozen=True, slots=True)
class Paid:
    """An order that is written and paid for."""

    order_id: int
    lines: list[Line]
    packing: Packing
    total_fen: int


def write(
    diner: Diner,
    request: Request,
    offer: Offer,
    *,
    origin: Origin,
    placed_by: int,
    at: datetime,
    memo: str = "",
) -> Paid | None:
    """Price an order of what the meal offers, and let the diner pay; None if an order is in the way.

    Whoever calls has ensured that the meal takes it, and takes its portions and its window afterwards.
    Raises OverLimit, PortionNotOffered, BalanceShort, or what `packing_of` raises of takeaways.
    """
    canteen_id = request.canteen_id
    policies.ensure_within_limit(request.wishes, rule_queries.value(MAX_PORTIONS, canteen_id, at=at))
    lines = policies.price_lines(request.wishes, offer.portions)
    packing = takeaway_queries.packing_of(
        canteen_id=canteen_id,
        meal_id=offer.meal_id,
        dining=request.dining,
        collect_from=request.collect_from,
        origin=origin,
        at=at,
    )
    total_fen = sum(line.amount_fen for line in lines) + packing.packaging_fen
    balances = accounts.lock_balances(diner.staff_id)
    order_id = operations.insert_order(
        meal_id=offer.meal_id,
        canteen_id=canteen_id,
        staff_id=diner.staff_id,
        department_id=diner.department_id,
        served_on=request.served_on,
        period=request.period.value,
        dining=request.dining.value,
        note=request.note,
        origin=origin.value,
        placed_by=placed_by,
        collect_from=packing.collect_from,
        collect_until=packing.collect_until,
        total_fen=total_fen,
        packaging_fen=packing.packaging_fen,
        placed_at=at,
    )
    if order_id is None:
        return None
    operations.insert_lines(order_id, lines)
    accounts.charge(
        staff_id=diner.staff_id,
        balances=balances,
        amount_fen=total_fen,
        order_id=order_id,
        canteen_id=canteen_id,
        spending_order=spending_order(canteen_id, at),
        at=at,
        entered_by=placed_by,
        memo=memo,
    )
    return Paid(order_id, lines, packing, total_fen)


def find_offer(canteen_id: int, served_on: date, period: Period, wishes: Sequence[Wish]) -> Offer:
    """The meal's offer of the wanted dishes, or the reason why there is none."""
    offer = queries.find_offer(
        canteen_id=canteen_id,
        served_on=served_on,
        period=period.value,
        dish_ids={wish.dish_id for wish in wishes},
    )
    if offer is not None:
        return offer
    if not menu_queries.get_canteen(canteen_id).is_active:
        raise CanteenInactive
    if served_on < clock.today():
        raise DatePast(date=served_on.isoformat())
    meal = menu_queries.find_meal(canteen_id, served_on, period)
    if meal is None or meal.state == MealState.DRAFT:
        raise NotPublished
    raise DishNotOffered(dish_id=wishes[0].dish_id)


def change(
    staff_id: int,
    order_id: int,
    *,
    wishes: Sequence[Wish],
    dining: Dining,
    note: str,
    collect_from: datetime | None,
    received_at: datetime,
) -> None:
    """Change a person's order until the order cutoff; the difference is paid or given back.

    Raises what placing raises, and OrderNotFound, OrderNotBooked or OrderChanged.
    """
    policies.ensure_distinct(wishes)
    balances = accounts.lock_balances(staff_id)
    order = queries.find_order_of(staff_id, order_id)
    policies.ensure_moves(OrderState(order.state), OrderState.CANCELLED)
    policies.ensure_open(order.meal_state, order.order_closes_at, received_at)
    earlier = queries.find_lines(order_id)
    offer = find_offer(order.canteen_id, order.served_on, Period(order.period), wishes)
    most = rule_queries.value(MAX_PORTIONS, order.canteen_id, at=received_at)
    policies.ensure_within_limit(wishes, most)
    lines = policies.keep_prices(policies.price_lines(wishes, offer.portions), earlier)
    packing = _packing_after(order, dining, collect_from, received_at)
    total_fen = sum(line.amount_fen for line in lines) + packing.packaging_fen
    moves = policies.taken_by(lines)
    moves.subtract(policies.taken_by(earlier))
    operations.move_counters(moves)
    if packing.collect_from != order.collect_from:
        takeaway.move(order.meal_id, order.collect_from, packing)
    if not operations.change_order(
        order_id,
        seen_revision=order.revision,
        dining=dining.value,
        note=note,
        collect_from=packing.collect_from,
        collect_until=packing.collect_until,
        total_fen=total_fen,
        packaging_fen=packing.packaging_fen,
    ):
        raise OrderChanged
    operations.replace_lines(order_id, lines)
    paid_first = spending_order(order.canteen_id, order.placed_at)
    difference_fen = total_fen - order.total_fen
    if difference_fen > 0:
        accounts.charge(
            staff_id=staff_id,
            balances=balances,
            amount_fen=difference_fen,
            order_id=order_id,
            canteen_id=order.canteen_id,
            spending_order=paid_first,
            at=received_at,
        )
    else:
        accounts.refund(
            staff_id=staff_id,
            amount_fen=-difference_fen,
            order_id=order_id,
            canteen_id=order.canteen_id,
            spending_order=paid_first,
            at=received_at,
        )


def _packing_after(
    order: OwnOrder, dining: Dining, collect_from: datetime | None, received_at: datetime
) -> Packing:
    """How a changed order is packed: a takeaway keeps its fee, and its window unless it names another."""
    was_takeaway = order.dining == Dining.TAKEAWAY
    if was_takeaway and dining is Dining.TAKEAWAY and collect_from == order.collect_from:
        window = None
        if order.collect_from is not None and order.collect_until is not None:
            window = Window(order.collect_from, order.collect_until)
        return Packing(window, packaging_fen=order.packaging_fen)
    packing = takeaway_queries.packing_of(
        canteen_id=order.canteen_id,
        meal_id=order.meal_id,
        dining=dining,
        collect_from=collect_from,
        origin=Origin.SELF,
        at=received_at,
    )
    keeps_fee = was_takeaway and dining is Dining.TAKEAWAY
    return replace(packing, packaging_fen=order.packaging_fen) if keeps_fee else packing


def cancel(staff_id: int, order_id: int, *, cancelled_by: int, received_at: datetime, memo: str = "") -> None:
    """Cancel the person's order until the cancel cutoff; what was paid goes back to where it came from.

    Raises OrderNotFound, OrderNotBooked or CancelClosed.
    """
    accounts.lock_balances(staff_id)
    order = queries.find_order_of(staff_id, order_id)
    policies.ensure_moves(OrderState(order.state), OrderState.CANCELLED)
    policies.ensure_cancellable(order.meal_state, order.cancel_closes_at, received_at)
    _give_back_portions(order)
    takeaway.give_back(order.meal_id, [order.collect_from])
    if not operations.cancel_order(order_id, received_at):
        # Picked up between our look and our update.
        raise OrderNotBooked(state="", state_name="已变更")
    accounts.refund(
        staff_id=staff_id,
        amount_fen=order.total_fen,
        order_id=order_id,
        canteen_id=order.canteen_id,
        spending_order=spending_order(order.canteen_id, order.placed_at),
        at=received_at,
        entered_by=cancelled_by,
        memo=memo,
    )


def _give_back_portions(order: OwnOrder) -> None:
    taken = policies.taken_by(queries.find_lines(order.id))
    try:
        operations.move_counters({meal_dish_id: -share for meal_dish_id, share in taken.items()})
    except OrderClosed as closed:
        raise CancelClosed(cancel_closes_at=order.cancel_closes_at) from closed
