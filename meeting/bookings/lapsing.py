"""Use case of what lapses by itself: approvals that did not come, meetings that nobody signed in to."""

from typing import Final

from backend import clock
from backend.db import atomic
from meeting.bookings import operations

# Holds per unit of work, so that rooms are not locked for long.
_BATCH: Final = 100
_MOST_BATCHES: Final = 50


def lapse_due() -> int:
    """Record what has lapsed by now, which tells the organisers; returns how many holds it was.

    Availability does not wait for it: a lapsed hold keeps nobody out. Again is harmless.
    """
    total = 0
    for _ in range(_MOST_BATCHES):
        done = _lapse_batch()
        total += done
        if done < _BATCH:
            break
    return total


@atomic
def _lapse_batch() -> int:
    return operations.tidy_lapsed(clock.now(), most=_BATCH)
