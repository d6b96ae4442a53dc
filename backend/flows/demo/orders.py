"""What is ordered: baskets that follow the appeal of dishes, and what becomes of each order."""

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import accumulate
from random import Random
from typing import NamedTuple

from backend.flows.demo.appetite import Diner, order_times
from backend.flows.demo.menus import Offered, PlannedMeal, SoldPortion
from backend.flows.demo.names import NOTES
from canteen.menu.models import FULL_PORTION
from canteen.ordering.models import Dining, OrderState, Origin

_CANCELLED = 0.025
_NOTE = 0.02
_SECOND_RICE = 0.08
_MOST_LINES = 4
# (kinds, how likely somebody takes one of them), by period. Somebody with fewer than two goes round again.
_COURSES: dict[str, tuple[tuple[tuple[str, ...], float], ...]] = {
    "breakfast": ((("pastry",), 0.95), (("drink", "staple"), 0.95), (("staple",), 0.2), (("pastry",), 0.35)),
    "lunch": (
        (("meat", "mixed"), 0.94),
        (("vegetable",), 0.8),
        (("staple",), 0.92),
        (("mixed", "vegetable"), 0.18),
        (("soup",), 0.34),
        (("cold", "fruit", "drink"), 0.16),
    ),
    "overtime": ((("staple",), 1.0), (("mixed", "vegetable"), 0.4), (("soup", "drink", "pastry"), 0.6)),
}
_COURSES["dinner"] = _COURSES["lunch"]


class Line(NamedTuple):
    """A line of an order: what, in which portion, how often."""

    offered: Offered
    portion: SoldPortion
    price_fen: int
    quantity: int


@dataclass(slots=True)
class PlannedOrder:
    """An order and what became of it by now. `id` and `pickup_no` come when all orders are known.

    `placed_by` is a colleague who placed it, `offered_to` one who may have it; `is_to_appeal` marks one that
    was missed, and whose diner has not said anything yet.
    """

    meal: PlannedMeal
    diner: Diner
    placed_at: datetime
    lines: list[Line]
    total_fen: int
    dining: str
    note: str
    state: str = OrderState.BOOKED.value
    cancelled_at: datetime | None = None
    picked_up_at: datetime | None = None
    id: int = 0
    pickup_no: int | None = None
    origin: str = Origin.SELF.value
    placed_by: int | None = None
    offered_to: int | None = None
    collect_from: datetime | None = None
    collect_until: datetime | None = None
    is_to_appeal: bool = False

    @property
    def is_promised(self) -> bool:
        """Whether a colleague has to do with it."""
        return self.placed_by is not None or self.offered_to is not None


class PrepRow(NamedTuple):
    """A row of `prep_lines`."""

    meal_id: int
    dish_id: int
    portion: str
    dish_name: str
    quantity: int
    weight_g: int


@dataclass(slots=True)
class _Counter:
    """The dishes of some kinds at one meal, to be chosen from by appeal."""

    offered: list[Offered] = field(default_factory=list)
    cumulated: list[float] = field(default_factory=list)

    def choose(self, luck: float) -> Offered:
        return self.offered[bisect(self.cumulated, luck * self.cumulated[-1])]


def orders_of_meal(
    meal: PlannedMeal, guests: Sequence[Diner], now: datetime, rng: Random
) -> list[PlannedOrder]:
    """The orders of a meal that were placed by `now`, in that order; counts what they take of the caps."""
    times = order_times(meal, len(guests), rng)
    shuffled = rng.sample(guests, len(guests))
    return take_orders(meal, zip(shuffled, times, strict=True), now, rng)


def take_orders(
    meal: PlannedMeal, wishes: Iterable[tuple[Diner, datetime]], now: datetime, rng: Random
) -> list[PlannedOrder]:
    """The orders that result from (who, when), which come in the order of time."""
    courses = _courses(meal, rng)
    orders = []
    for diner, placed_at in wishes:
        is_cancelled = rng.random() < _CANCELLED
        lines = _basket(meal, courses, diner, rng)
        if placed_at > now or not lines:
            continue
        order = PlannedOrder(
            meal=meal,
            diner=diner,
            placed_at=placed_at,
            lines=lines,
            total_fen=sum(line.price_fen * line.quantity for line in lines),
            dining=(Dining.TAKEAWAY if rng.random() < diner.takeaway else Dining.DINE_IN).value,
            note=rng.choice(NOTES) if rng.random() < _NOTE else "",
        )
        _live(order, is_cancelled, now, rng)
        if order.state != OrderState.CANCELLED:
            for line in lines:
                line.offered.taken += line.portion.share * line.quantity
        orders.append(order)
    return orders


def number_orders(orders: list[PlannedOrder]) -> None:
    """Sort by the time of placing, and hand out ids, and the pick-up numbers of frozen meals."""
    orders.sort(key=lambda order: order.placed_at)
    numbers: Counter[int] = Counter()
    for order_id, order in enumerate(orders, start=1):
        order.id = order_id
        if order.meal.frozen_at is not None and order.state != OrderState.CANCELLED:
            numbers[order.meal.id] += 1
            order.pickup_no = numbers[order.meal.id]


def prep_rows(orders: Iterable[PlannedOrder]) -> list[PrepRow]:
    """The prep lists of the frozen meals."""
    wanted: dict[tuple[int, int, str], list[int]] = {}
    names: dict[int, str] = {}
    for order in orders:
        if order.meal.frozen_at is None or order.state == OrderState.CANCELLED:
            continue
        for offered, portion, _price, quantity in order.lines:
            sums = wanted.setdefault((order.meal.id, offered.dish.id, portion.portion), [0, 0])
            sums[0] += quantity
            sums[1] += quantity * portion.weight_g
            names[offered.dish.id] = offered.dish.pool.name
    return [
        PrepRow(meal_id, dish_id, portion, names[dish_id], quantity, weight_g)
        for (meal_id, dish_id, portion), (quantity, weight_g) in sorted(wanted.items())
    ]


def _courses(meal: PlannedMeal, rng: Random) -> list[tuple[_Counter, float]]:
    """What there is to choose from, course by course; a dish's luck differs a little from day to day."""
    month = meal.served_on.month
    weights = {
        offered.id: offered.dish.pool.appeal * _season(offered.dish.pool.category, month) * rng.gauss(1, 0.12)
        for offered in meal.dishes
    }
    courses = []
    for kinds, likely in _COURSES[meal.period]:
        offered = [one for one in meal.dishes if one.dish.pool.category in kinds]
        if offered:
            cumulated = list(accumulate(max(weights[one.id], 0.05) for one in offered))
            courses.append((_Counter(offered, cumulated), likely * _season(kinds[0], month)))
    return courses


def _season(category: str, month: int) -> float:
    """Soup in winter; cold dishes, drinks and fruit in summer."""
    if category == "soup":
        return 1.35 if month in (11, 12, 1, 2) else 0.7 if month in (6, 7, 8) else 1.0
    if category in ("cold", "fruit"):
        return 1.5 if month in (6, 7, 8) else 0.7 if month in (12, 1, 2) else 1.0
    return 1.0


def _basket(
    meal: PlannedMeal, courses: list[tuple[_Counter, float]], diner: Diner, rng: Random
) -> list[Line]:
    """Two to four dishes that are still to be had; fewer where hardly anything is left."""
    lines: list[Line] = []
    chosen: set[int] = set()
    for counter, likely in courses:
        if rng.random() >= likely or len(lines) == _MOST_LINES:
            continue
        _add(lines, chosen, counter.choose(rng.random()), meal, diner, rng)
    for counter, _likely in courses:
        if len(lines) >= 2:
            break
        _add(lines, chosen, counter.choose(rng.random()), meal, diner, rng)
    return lines


def _add(
    lines: list[Line], chosen: set[int], offered: Offered, meal: PlannedMeal, diner: Diner, rng: Random
) -> None:
    """Put a dish into the basket, unless it is there or sold out."""
    portions = offered.dish.portions
    portion = portions[0]
    luck = rng.random()
    if len(portions) > 1 and luck < diner.small:
        portion = portions[1 + (len(portions) > 2 and luck > diner.small / 3)]
    wants_two = offered.dish.pool.category == "staple" and portion is portions[0] and luck > 1 - _SECOND_RICE
    quantity = 2 if wants_two and offered.dish.pool.price_fen < 300 else 1
    if offered.id in chosen or offered.taken + portion.share * quantity > offered.cap * FULL_PORTION:
        return
    chosen.add(offered.id)
    price_fen = portion.price_fen if meal.is_revised else portion.earlier_fen
    lines.append(Line(offered, portion, price_fen, quantity))


def _live(order: PlannedOrder, is_cancelled: bool, now: datetime, rng: Random) -> None:
    """What becomes of an order by `now`. Draws the same numbers whatever `now` is."""
    instants = order.meal.instants
    late, arrives = rng.uniform(0.05, 0.95), rng.triangular(0.0, 1.0, 0.22)
    shows_up = rng.random() >= order.diner.no_show
    if is_cancelled and order.placed_at < instants.cancel_closes_at:
        cancelled_at = order.placed_at + (instants.cancel_closes_at - order.placed_at) * late
        if cancelled_at <= now:
            order.state, order.cancelled_at = OrderState.CANCELLED.value, cancelled_at
        return
    if now >= instants.serves_until and not shows_up:
        order.state = OrderState.NO_SHOW.value
        return
    arrives_at = instants.serves_from + (instants.serves_until - instants.serves_from) * arrives
    if shows_up and arrives_at <= now:
        order.state, order.picked_up_at = OrderState.PICKED_UP.value, arrives_at


def miss_one(orders: Iterable[PlannedOrder], staff_id: int, since: date, today: date) -> None:
    """Let a person have missed the last meal of [since, today) that was picked up, if there is one."""
    for order in reversed(list(orders)):
        of_days = since <= order.meal.served_on < today
        if of_days and order.diner.staff_id == staff_id and order.state == OrderState.PICKED_UP:
            order.state, order.picked_up_at = OrderState.NO_SHOW.value, None
            order.is_to_appeal = True
            return
