"""Rules of missed meals: pure functions of a record, the canteen's rules and the present instant."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from canteen.pickups.no_shows.errors import AppealClosed, NoShowStateConflict, OwnNoShow
from canteen.pickups.no_shows.models import NoShowState

STATE_NAMES: Final[Mapping[NoShowState, str]] = {
    NoShowState.RECORDED: "已记录",
    NoShowState.APPEALED: "申诉中",
    NoShowState.UPHELD: "申诉未通过",
    NoShowState.EXCUSED: "已免责",
    NoShowState.PICKED_UP: "已改为取餐",
}
# What counts towards a canteen's limit.
COUNTING: Final = (NoShowState.RECORDED, NoShowState.APPEALED, NoShowState.UPHELD)

# From which state a record may go where. A counter's late report proves a pick-up whatever was decided.
TRANSITIONS: Final[Mapping[NoShowState, frozenset[NoShowState]]] = {
    NoShowState.RECORDED: frozenset({NoShowState.APPEALED, NoShowState.EXCUSED, NoShowState.PICKED_UP}),
    NoShowState.APPEALED: frozenset({NoShowState.UPHELD, NoShowState.EXCUSED, NoShowState.PICKED_UP}),
    NoShowState.UPHELD: frozenset({NoShowState.PICKED_UP}),
    NoShowState.EXCUSED: frozenset({NoShowState.PICKED_UP}),
    NoShowState.PICKED_UP: frozenset(),
}


def conflict(state: str) -> NoShowStateConflict:
    """The refusal of a step from this state."""
    return NoShowStateConflict(state=state, state_name=STATE_NAMES[NoShowState(state)])


def ensure_moves(state: str, to: NoShowState) -> None:
    """Raise NoShowStateConflict unless a record in `state` may become `to`."""
    if to not in TRANSITIONS[NoShowState(state)]:
        raise conflict(state)


def is_due(serves_until: datetime, grace: timedelta, after: timedelta, now: datetime) -> bool:
    """Whether who has not come by now has missed the meal."""
    return now >= serves_until + grace + after


def appeal_closes_at(recorded_at: datetime, days: int) -> datetime:
    """The first instant at which it is too late to appeal."""
    return recorded_at + timedelta(days=days)


def can_appeal(state: str, recorded_at: datetime, days: int, now: datetime) -> bool:
    """Whether the person concerned may appeal now: once, and within the days."""
    is_open = NoShowState.APPEALED in TRANSITIONS[NoShowState(state)]
    return is_open and now < appeal_closes_at(recorded_at, days)


def ensure_can_appeal(state: str, recorded_at: datetime, days: int, now: datetime) -> None:
    """Raise NoShowStateConflict or AppealClosed unless the person concerned may appeal now."""
    ensure_moves(state, NoShowState.APPEALED)
    if now >= appeal_closes_at(recorded_at, days):
        raise AppealClosed(days=days)


def ensure_not_own(decider_id: int, staff_id: int) -> None:
    """Raise OwnNoShow if somebody would decide about themselves."""
    if decider_id == staff_id:
        raise OwnNoShow


def decision(*, accepted: bool, was_picked_up: bool) -> NoShowState:
    """What a decision makes of a record."""
    if not accepted:
        return NoShowState.UPHELD
    return NoShowState.PICKED_UP if was_picked_up else NoShowState.EXCUSED


def page_of(order_id: int) -> str:
    """The page of the mini-program that shows a record, with the form of an appeal."""
    return f"pages/canteen/no-show?order_id={order_id}"
