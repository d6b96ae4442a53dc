"""Rules of the escalations: pure functions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from backend import clock
from backend.workdays.clocks import STEPS
from property.categories.models import Urgency

# What must be acknowledged.
CALLS: Final = frozenset({Urgency.CRITICAL.value, Urgency.URGENT.value})
_WHOLE: Final = 100


def level_of(step: int) -> int:
    """The level that a step belongs to: 0 the handler … 3 the leader."""
    return STEPS.index(step)


def told(levels: Sequence[Collection[int]], step: int) -> list[Collection[int]]:
    """The levels that have somebody: the one that a step is for, those above it, then those below."""
    level = level_of(step)
    order = [*range(level, len(levels)), *range(level - 1, -1, -1)]
    return [levels[each] for each in order if levels[each]]


def chain(levels: Sequence[Collection[int]], step: int, on_duty: Collection[int]) -> list[int]:
    """Whom to call one after another: who is on duty first within a level, and the level above after it."""
    above = told(levels, step)[:2]
    ordered = [
        staff_id
        for level in above
        for staff_id in sorted(level, key=lambda each: (each not in on_duty, each))
    ]
    return list(dict.fromkeys(ordered))


def stage(step: int) -> str:
    """`已用时限 80%`, `已到时限`, `已超时（120%）`."""
    if step < _WHOLE:
        return f"已用时限 {step}%"
    return "已到时限" if step == _WHOLE else f"已超时（{step}%）"


def moment(instant: datetime) -> str:
    """`11月23日 09:30`."""
    local = clock.local(instant)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
