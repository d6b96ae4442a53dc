"""The windows in which takeaways of the canteen that limits them are collected."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from backend.db import Base
from backend.flows.demo.decisions import LIMITED_KITCHEN, WINDOW_LIMIT
from backend.flows.demo.orders import PlannedOrder
from canteen.ordering.models import Dining, OrderState
from canteen.ordering.takeaway.models import TakeawayWindow
from canteen.ordering.takeaway.policies import Window, windows_of
from canteen.ordering.takeaway.rules import WINDOW_MINUTES

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]


def pack(orders: Iterable[PlannedOrder], limited_from: datetime) -> None:
    """Give each takeaway that was ordered since then a window; who finds them all full eats in."""
    taken: Counter[tuple[int, datetime]] = Counter()
    for order in orders:
        if (
            order.meal.canteen_id != LIMITED_KITCHEN
            or order.dining != Dining.TAKEAWAY
            or order.placed_at < limited_from
        ):
            continue
        window = _free_window(order, taken)
        if window is None:
            order.dining = Dining.DINE_IN.value
            continue
        order.collect_from, order.collect_until = window.collect_from, window.collect_until
        if order.state != OrderState.CANCELLED:
            taken[order.meal.id, window.collect_from] += 1


def tables(orders: Iterable[PlannedOrder]) -> Tables:
    """The counters of the windows."""
    taken = Counter(
        (order.meal.id, order.collect_from)
        for order in orders
        if order.collect_from is not None and order.state != OrderState.CANCELLED
    )
    yield TakeawayWindow, "meal_id collect_from taken", [(*key, count) for key, count in taken.items()]


def _free_window(order: PlannedOrder, taken: Counter[tuple[int, datetime]]) -> Window | None:
    """The window that the person wants, or the next one that is free."""
    instants = order.meal.instants
    serves_from = instants.serves_from
    windows = windows_of(serves_from, instants.serves_until, WINDOW_MINUTES.default, serves_from)
    first = order.id % len(windows)
    for window in (*windows[first:], *windows[:first]):
        if taken[order.meal.id, window.collect_from] < WINDOW_LIMIT:
            return window
    return None
