"""Rules of ordering: pure functions of an order, an offer and the present instant."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from backend.dates import day_text
from canteen.menu.models import MealState, Period, Portion
from canteen.menu.titles import PERIOD_NAMES, PORTION_NAMES
from canteen.ordering.errors import (
    CancelClosed,
    DishNotOffered,
    DuplicateLine,
    MealOver,
    NotPublished,
    OrderClosed,
    OrderNotBooked,
    OverLimit,
    PortionNotOffered,
)
from canteen.ordering.models import Dining, OrderState

# Lines of one order, so that statements and answers stay bounded.
MOST_LINES = 30
# How long after its window a meal's dishes can be withdrawn. Counters hand out in a time of grace, a rule of
# the slice above; this is the longest that the rule admits.
WITHDRAWN_UNTIL_AFTER: Final = timedelta(hours=12)

DINING_NAMES = {Dining.DINE_IN: "堂食", Dining.TAKEAWAY: "外带"}
STATE_NAMES = {
    OrderState.BOOKED: "已预订",
    OrderState.CANCELLED: "已取消",
    OrderState.PICKED_UP: "已取餐",
    OrderState.NO_SHOW: "未取餐",
}

# From which state an order may go where. Anything else is a conflict. (A meal that was wrongly taken for
# missed is mended by `canteen.pickups.no_shows` alone, on a counter's late report or by decision.)
TRANSITIONS: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.BOOKED: frozenset({OrderState.CANCELLED, OrderState.PICKED_UP, OrderState.NO_SHOW}),
    OrderState.CANCELLED: frozenset(),
    OrderState.PICKED_UP: frozenset(),
    OrderState.NO_SHOW: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A line as it is asked for."""

    dish_id: int
    portion: Portion
    quantity: int


@dataclass(frozen=True, slots=True)
class OfferedPortion:
    """A portion of a dish on a meal's menu. `share` is in centi-portions."""

    meal_dish_id: int
    dish_id: int
    dish_name: str
    portion: str
    price_fen: int
    weight_g: int
    share: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its price, weight and share as ordered."""

    meal_dish_id: int
    dish_id: int
    dish_name: str
    portion: str
    quantity: int
    price_fen: int
    weight_g: int
    share: int
    price_fen_per_kg: int | None = None

    @property
    def amount_fen(self) -> int:
        """What the line costs."""
        return self.price_fen * self.quantity


def ensure_moves(state: OrderState, to: OrderState) -> None:
    """Raise OrderNotBooked unless an order in `state` may become `to`."""
    if to not in TRANSITIONS[state]:
        raise OrderNotBooked(state=state.value, state_name=STATE_NAMES[state])


def ensure_distinct(wishes: Sequence[Wish]) -> None:
    """Raise DuplicateLine if a dish and portion stand on two lines."""
    counted = Counter((wish.dish_id, wish.portion) for wish in wishes)
    for (dish_id, portion), times in counted.items():
        if times > 1:
            raise DuplicateLine(dish_id=dish_id, portion=portion.value)


def ensure_within_limit(wishes: Sequence[Wish], limit: int) -> None:
    """Raise OverLimit if the portions of one order, of whatever size, exceed the canteen's limit."""
    wanted = sum(wish.quantity for wish in wishes)
    if wanted > limit:
        raise OverLimit(limit=limit, wanted=wanted)


def ensure_open(state: str, order_closes_at: datetime | None, received_at: datetime) -> None:
    """Raise unless orders were taken when the request was received. The cutoff itself is too late."""
    if state == MealState.DRAFT or order_closes_at is None:
        raise NotPublished
    if state != MealState.PUBLISHED or received_at >= order_closes_at:
        raise OrderClosed(order_closes_at=order_closes_at)


def ensure_cancellable(state: str, cancel_closes_at: datetime | None, received_at: datetime) -> None:
    """Raise unless orders could be cancelled when the request was received."""
    if state != MealState.PUBLISHED or cancel_closes_at is None or received_at >= cancel_closes_at:
        raise CancelClosed(cancel_closes_at=cancel_closes_at)


def withdrawable_until(state: str, serves_until: datetime | None) -> datetime:
    """When a meal's dishes can no longer be withdrawn. Raises NotPublished for a draft."""
    if state == MealState.DRAFT or serves_until is None:
        raise NotPublished
    return serves_until + WITHDRAWN_UNTIL_AFTER


def ensure_withdrawable(state: str, serves_until: datetime | None, now: datetime) -> None:
    """Raise NotPublished for a draft, and MealOver once nothing can be handed out any more."""
    if now >= withdrawable_until(state, serves_until):
        raise MealOver


def meal_name(served_on: date, period: str) -> str:
    """`11月23日午餐`, for a sentence."""
    return f"{day_text(served_on)}{PERIOD_NAMES[Period(period)]}"


def order_page(order_id: int) -> str:
    """The page of the mini-program that shows an order."""
    return f"pages/canteen/order?id={order_id}"


def price_lines(wishes: Iterable[Wish], offered: Iterable[OfferedPortion]) -> list[Line]:
    """The wishes with what the menu says of them. Raises DishNotOffered or PortionNotOffered."""
    menu: dict[int, dict[str, OfferedPortion]] = {}
    for portion in offered:
        menu.setdefault(portion.dish_id, {})[portion.portion] = portion
    lines = []
    for wish in wishes:
        portions = menu.get(wish.dish_id)
        if portions is None:
            raise DishNotOffered(dish_id=wish.dish_id)
        found = portions.get(wish.portion.value)
        if found is None:
            name = next(iter(portions.values())).dish_name
            raise PortionNotOffered(dish=name, dish_id=wish.dish_id, portion=wish.portion.value)
        lines.append(
            Line(
                found.meal_dish_id,
                found.dish_id,
                found.dish_name,
                found.portion,
                wish.quantity,
                found.price_fen,
                found.weight_g,
                found.share,
            )
        )
    return lines


def keep_prices(lines: Iterable[Line], earlier: Iterable[Line]) -> list[Line]:
    """The lines of a changed order: what was ordered before keeps the price and weight of that moment."""
    kept = {(line.dish_id, line.portion): line for line in earlier}
    return [_as_before(line, kept.get((line.dish_id, line.portion))) for line in lines]


def _as_before(line: Line, before: Line | None) -> Line:
    if before is None:
        return line
    return Line(
        line.meal_dish_id,
        line.dish_id,
        before.dish_name,
        line.portion,
        line.quantity,
        before.price_fen,
        before.weight_g,
        before.share,
    )


def taken_by(lines: Iterable[Line]) -> Counter[int]:
    """Centi-portions per meal dish."""
    taken: Counter[int] = Counter()
    for line in lines:
        taken[line.meal_dish_id] += line.share * line.quantity
    return taken


def order_number(order_id: int, served_on: date) -> str:
    """The number that people read: the day of the meal and the order's identifier.

    The identifier alone is unique for ever, so numbers neither run out nor repeat when a year ends.
    """
    return f"{served_on:%Y%m%d}{order_id:06d}"


def line_text(dish_name: str, portion: str, quantity: int, weight_g: int = 0) -> str:
    """`红烧肉 ×1`, `红烧肉（半份）×2`, `红烧肉 235 克`: a line in words; the standard portion needs none."""
    if portion == Portion.WEIGHT:
        return f"{dish_name} {weight_g} 克"
    is_standard = portion == Portion.STANDARD
    return f"{dish_name}{' ' if is_standard else f'（{PORTION_NAMES[Portion(portion)]}）'}×{quantity}"
