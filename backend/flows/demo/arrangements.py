"""What colleagues of the demo have arranged about orders of the coming days, around a visitor's account."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from backend.db import Base
from backend.flows.demo.orders import PlannedOrder
from canteen.menu.models import Period
from canteen.ordering.colleagues.models import ColleagueOrder, Consent, Transfer, TransferState
from canteen.ordering.models import OrderState, Origin

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_LASTS = timedelta(days=60)
_MESSAGES = ("临时出差，这份午餐你要吗？", "家里有事赶不回来，餐别浪费了")


def arrange(orders: Sequence[PlannedOrder], placer_id: int, receiver_ids: Sequence[int], today: date) -> None:
    """Let the placer have placed a lunch for a colleague, and others offer theirs, one to each receiver."""
    lunches: dict[int, PlannedOrder] = {}
    for order in orders:
        is_ahead = order.meal.served_on > today and order.meal.period == Period.LUNCH
        if is_ahead and order.state == OrderState.BOOKED:
            lunches.setdefault(order.diner.staff_id, order)
    if not lunches:
        return
    by_colleague, *others = lunches.values()
    by_colleague.origin, by_colleague.placed_by = Origin.COLLEAGUE.value, placer_id
    for order, receiver_id in zip(others, receiver_ids, strict=False):
        order.offered_to = receiver_id


def tables(
    orders: Sequence[PlannedOrder],
    trusting: Sequence[tuple[int, int]],
    revoked: tuple[int, int],
    now: datetime,
    today: date,
) -> Tables:
    """Consents, what was ordered under them, and offers. `trusting` and `revoked` are (giver, colleague)."""
    placed = [order for order in orders if order.placed_by is not None and order.origin == Origin.COLLEAGUE]
    givers = [(order.diner.staff_id, order.placed_by) for order in placed]
    pairs = [*givers, *trusting]
    given_at = min((order.placed_at for order in placed), default=now) - timedelta(days=3)
    consents: list[tuple[Any, ...]] = [
        (number, *pair, given_at, None if number % 2 else today + _LASTS, None)
        for number, pair in enumerate(pairs, start=1)
    ]
    consents.append(
        (len(pairs) + 1, *revoked, given_at - timedelta(days=30), None, given_at - timedelta(days=9))
    )
    yield Consent, "id giver_id colleague_id given_at until_on revoked_at", consents
    under = [(order.id, number, order.placed_by) for number, order in enumerate(placed, start=1)]
    yield ColleagueOrder, "order_id consent_id placed_by", under
    offered = [order for order in orders if order.offered_to is not None]
    yield (
        Transfer,
        "id order_id giver_id receiver_id state message offered_at",
        [
            (
                number,
                order.id,
                order.diner.staff_id,
                order.offered_to,
                TransferState.OFFERED.value,
                _MESSAGES[number % len(_MESSAGES)],
                max(order.placed_at, now - timedelta(minutes=25)),
            )
            for number, order in enumerate(offered, start=1)
        ],
    )
