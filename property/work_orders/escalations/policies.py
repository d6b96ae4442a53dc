"""Rules of the escalations: pure functions."""

from collections.abc import Collection, Sequence
from typing import Final

from backend.workdays.clocks import levels_told
from property.categories.models import Urgency

# What must be acknowledged.
CALLS: Final = frozenset({Urgency.CRITICAL.value, Urgency.URGENT.value})


def chain(levels: Sequence[Collection[int]], step: int, on_duty: Collection[int]) -> list[int]:
    """Whom to call one after another: who is on duty first within a level, and the level above after it."""
    above = levels_told(levels, step)[:2]
    ordered = [
        staff_id
        for level in above
        for staff_id in sorted(level, key=lambda each: (each not in on_duty, each))
    ]
    return list(dict.fromkeys(ordered))
