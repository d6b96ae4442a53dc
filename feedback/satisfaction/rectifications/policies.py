"""Rules of the rectifications of low ratings: pure functions."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from backend.ratings.policies import FEWEST
from feedback.satisfaction.policies import Sum
from feedback.satisfaction.rectifications.errors import (
    OwnSatisfactionRectification,
    RectificationDueInvalid,
    RectificationEvidenceNeeded,
    SatisfactionRectificationChanged,
    SatisfactionRectificationState,
)
from feedback.satisfaction.rectifications.models import Origin, State

PHOTO_OWNER: Final = "satisfaction_measures"
MOST_PHOTOS: Final = 9
LONGEST_DAYS: Final = 180
STATE_NAMES: Final[Mapping[State, str]] = {
    State.OPEN: "待整改",
    State.IN_HAND: "整改中",
    State.SUBMITTED: "待复核",
    State.RETURNED: "已退回",
    State.CLOSED: "已办结",
}
ORIGIN_NAMES: Final[Mapping[Origin, str]] = {Origin.RATINGS: "月度评价", Origin.MANUAL: "人工下达"}


class Step(StrEnum):
    """What may be done with a rectification."""

    OPEN = "open"
    ASSIGN = "assign"
    TAKE = "take"
    SUBMIT = "submit"
    CLOSE = "close"
    RETURN = "return"


STEP_NAMES: Final[Mapping[Step, str]] = {
    Step.OPEN: "下达整改",
    Step.ASSIGN: "指定责任人",
    Step.TAKE: "着手整改",
    Step.SUBMIT: "报送整改措施",
    Step.CLOSE: "复核办结",
    Step.RETURN: "退回整改",
}
# What the owner still has to do something about.
LIVE: Final = frozenset({State.OPEN, State.IN_HAND, State.RETURNED})
# From which states a step leads where; None: where it was. Anything else is a conflict.
TRANSITIONS: Final[Mapping[Step, tuple[frozenset[State], State | None]]] = {
    Step.ASSIGN: (LIVE, None),
    Step.TAKE: (frozenset({State.OPEN, State.RETURNED}), State.IN_HAND),
    Step.SUBMIT: (frozenset({State.IN_HAND, State.RETURNED}), State.SUBMITTED),
    Step.CLOSE: (frozenset({State.SUBMITTED}), State.CLOSED),
    Step.RETURN: (frozenset({State.SUBMITTED}), State.RETURNED),
}
OWNER_STEPS: Final = frozenset({Step.TAKE, Step.SUBMIT})


def state_after(state: str, step: Step) -> State:
    """The state that the step leads to. Raises SatisfactionRectificationState."""
    before, after = TRANSITIONS[step]
    if state not in before:
        raise SatisfactionRectificationState(state=state, state_name=STATE_NAMES[State(state)])
    return after or State(state)


def is_low(of: Sum, *, rate: int, average: int, least: int) -> bool:
    """Whether enough ratings are so low: below `rate` per cent satisfied, or `average` hundredths.

    By whole numbers, so that no rounding decides.
    """
    count = of.grades.count
    if count < max(least, FEWEST):
        return False
    return of.grades.satisfied * 100 < rate * count or of.scores.total * 100 < average * of.scores.count


def ensure_evidence(after: Sum, reason: str) -> None:
    """Raise RectificationEvidenceNeeded unless enough have rated since, or the reviewer says why."""
    if after.grades.count < FEWEST and not reason:
        raise RectificationEvidenceNeeded(least=FEWEST)


def ensure_seen(seen: int, standing: int) -> None:
    """Raise SatisfactionRectificationChanged unless it is as its reader saw it."""
    if seen != standing:
        raise SatisfactionRectificationChanged(revision=standing)


def ensure_others(staff_id: int, *, submitted_by: int | None, is_owner: bool) -> None:
    """Raise OwnSatisfactionRectification for who owns it, or has submitted it."""
    if is_owner or staff_id == submitted_by:
        raise OwnSatisfactionRectification


def ensure_due(due_on: date, today: date) -> None:
    """Raise RectificationDueInvalid unless the deadline lies within half a year after today."""
    if not today < due_on <= today + timedelta(days=LONGEST_DAYS):
        raise RectificationDueInvalid(days=LONGEST_DAYS)


def is_overdue(state: str, due_on: date, today: date) -> bool:
    """Whether measures should have been submitted by now."""
    return state in LIVE and today > due_on


def told(of: Sum) -> str:
    """`满意率 62.5%，平均 3.10 分（16 条评价）`."""
    count, scores = of.grades.count, of.scores.average
    percent = Decimal(of.grades.satisfied * 100) / count
    return f"满意率 {percent:.1f}%，平均 {scores} 分（{count} 条评价）"
