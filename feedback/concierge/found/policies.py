"""Rules of the board of found things. Pure functions."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from feedback.concierge.found.errors import FoundDateInvalid, FoundThingState
from feedback.concierge.found.models import FoundState

PHOTOS: Final = "found_thing"
MOST_PHOTOS: Final = 6
OLDEST: Final = timedelta(days=366)
LONGEST_TITLE: Final = 40
LONGEST_DESCRIPTION: Final = 500
LONGEST_WHERE: Final = 100
LONGEST_END: Final = 200
STATE_NAMES: Final[Mapping[FoundState, str]] = {
    FoundState.WAITING: "待认领",
    FoundState.CLAIMED: "已领取",
    FoundState.PASSED_ON: "已移交",
}


def ensure_waiting(state: str) -> None:
    """Raise FoundThingState unless the thing waits for its owner."""
    if state != FoundState.WAITING:
        raise FoundThingState(state=state, state_name=STATE_NAMES[FoundState(state)])


def ensure_found_on(found_on: date, today: date) -> None:
    """Raise FoundDateInvalid unless it was found within the last year."""
    if not today - OLDEST <= found_on <= today:
        raise FoundDateInvalid
