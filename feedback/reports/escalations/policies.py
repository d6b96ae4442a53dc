"""Rules of the escalations: pure functions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from backend import clock
from backend.workdays.clocks import STEPS

_WHOLE: Final = 100


def told(levels: Sequence[Collection[int]], step: int) -> Collection[int]:
    """Whom a step is for: 50 the handlers … 120 the approvers; else the next above, then the next below."""
    level = STEPS.index(step)
    order = [*range(level, len(levels)), *range(level - 1, -1, -1)]
    return next((levels[each] for each in order if levels[each]), ())


def stage(step: int) -> str:
    """`已用时限 80%`, `已到时限`, `已超时（120%）`."""
    if step < _WHOLE:
        return f"已用时限 {step}%"
    return "已到时限" if step == _WHOLE else f"已超时（{step}%）"


def moment(instant: datetime) -> str:
    """`11月23日 09:30`."""
    local = clock.local(instant)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
