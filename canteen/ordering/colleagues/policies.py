"""Rules among colleagues: pure functions of a consent, a transfer, its order and the present."""

from collections.abc import Mapping
from datetime import date, datetime

from canteen.ordering.colleagues.errors import ConsentPast, TransferClosed, TransferNotOpen
from canteen.ordering.colleagues.models import TransferState
from canteen.ordering.models import OrderState
from canteen.ordering.policies import ensure_moves

# Answers of one look-up: enough to choose among namesakes, too few to list a department.
MOST_FOUND = 10

STATE_NAMES: Mapping[TransferState, str] = {
    TransferState.OFFERED: "待答复",
    TransferState.DONE: "已转让",
    TransferState.DECLINED: "已谢绝",
    TransferState.WITHDRAWN: "已撤回",
    TransferState.ENDED: "已失效",
}
# Only an offer moves, and only once.
TRANSITIONS: Mapping[TransferState, frozenset[TransferState]] = {
    TransferState.OFFERED: frozenset(TransferState) - {TransferState.OFFERED},
    TransferState.DONE: frozenset(),
    TransferState.DECLINED: frozenset(),
    TransferState.WITHDRAWN: frozenset(),
    TransferState.ENDED: frozenset(),
}


def is_in_force(until_on: date | None, revoked_at: datetime | None, today: date) -> bool:
    """Whether a consent holds; its last day is included."""
    return revoked_at is None and (until_on is None or today <= until_on)


def ensure_lasts(until_on: date | None, today: date) -> None:
    """Raise ConsentPast for a consent that would be over already."""
    if until_on is not None and until_on < today:
        raise ConsentPast


def ensure_transferable(state: str, serves_until: datetime, now: datetime) -> None:
    """Raise OrderNotBooked unless it can still be picked up, TransferClosed once the meal is over."""
    ensure_moves(OrderState(state), OrderState.PICKED_UP)
    if now >= serves_until:
        raise TransferClosed


def state_of(
    state: str, *, order_state: str, is_givers: bool, serves_until: datetime, now: datetime
) -> TransferState:
    """The state of a transfer: an offer of what cannot be handed over any more has ended."""
    kept = TransferState(state)
    if kept is not TransferState.OFFERED:
        return kept
    lives = order_state == OrderState.BOOKED and is_givers and now < serves_until
    return TransferState.OFFERED if lives else TransferState.ENDED


def sees_order(state: TransferState, *, is_receiver: bool, holds_order: bool) -> bool:
    """Whether a side of a transfer sees what the order holds and costs: it is offered, or theirs by it.

    A transfer that has ended gives nobody a look at what others do with the order later.
    """
    return state is TransferState.OFFERED or (state is TransferState.DONE and is_receiver and holds_order)


def ensure_step(state: TransferState, to: TransferState) -> None:
    """Raise TransferNotOpen unless a transfer in `state` may become `to`."""
    if to not in TRANSITIONS[state]:
        raise not_open(state)


def not_open(state: TransferState) -> TransferNotOpen:
    """The refusal of a step from this state."""
    return TransferNotOpen(state=state.value, state_name=STATE_NAMES[state])
