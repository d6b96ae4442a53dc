"""Rules of rectifications: pure functions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from backend.errors import AppError
from canteen.evaluation.rectifications.errors import (
    DeadlineInvalid,
    ExtensionInvalid,
    FailedItemsInvalid,
    MeasuresIncomplete,
    OwnRectification,
    RectificationChanged,
    RectificationReasonNeeded,
    RectificationState,
    RectificationTooManyPhotos,
)
from canteen.evaluation.rectifications.models import ExtensionState, Origin, State

PHOTO_OWNER: Final = "rectification_attempt"
MOST_PHOTOS: Final = 9
MOST_PROBLEMS: Final = 50
LONGEST_DAYS: Final = 180
# After so many failed re-checks it is handed over.
FAILURES_TO_ESCALATE: Final = 2
STATE_NAMES: Final[Mapping[State, str]] = {
    State.OPEN: "整改中",
    State.REPORTED: "待复查",
    State.RETURNED: "复查未通过",
    State.ESCALATED: "移交市场监管",
    State.CLOSED: "已销号",
    State.WITHDRAWN: "已撤销",
}
ORIGIN_NAMES: Final[Mapping[Origin, str]] = {
    Origin.INSPECTION: "现场抽查",
    Origin.ROUND: "季度评估",
    Origin.MANUAL: "日常发现",
}
EXTENSION_NAMES: Final[Mapping[ExtensionState, str]] = {
    ExtensionState.WAITING: "待审批",
    ExtensionState.GRANTED: "已同意",
    ExtensionState.REFUSED: "未同意",
}


class Step(StrEnum):
    """What may be done with a rectification."""

    OPEN = "open"
    REPORT = "report"
    EXTEND = "extend"  # the unit asks for more time
    GRANT = "grant"
    REFUSE = "refuse"
    PASS = "pass"  # noqa: S105 # A step, no password.
    FAIL = "fail"
    ESCALATE = "escalate"
    CLOSE = "close"
    WITHDRAW = "withdraw"


STEP_NAMES: Final[Mapping[Step, str]] = {
    Step.OPEN: "下达整改",
    Step.REPORT: "报送整改情况",
    Step.EXTEND: "申请延期",
    Step.GRANT: "同意延期",
    Step.REFUSE: "不同意延期",
    Step.PASS: "复查通过",
    Step.FAIL: "复查未通过",
    Step.ESCALATE: "移交市场监管",
    Step.CLOSE: "办结销号",
    Step.WITHDRAW: "撤销",
}
# What the unit still has to put right.
LIVE: Final = frozenset({State.OPEN, State.RETURNED})
ENDED: Final = frozenset({State.CLOSED, State.WITHDRAWN})
# From which states a step leads where; None: where it was. Anything else is a conflict.
TRANSITIONS: Final[Mapping[Step, tuple[frozenset[State], State | None]]] = {
    Step.REPORT: (LIVE, State.REPORTED),
    Step.EXTEND: (LIVE, None),
    Step.GRANT: (LIVE, None),
    Step.REFUSE: (LIVE, None),
    Step.PASS: (frozenset({State.REPORTED}), State.CLOSED),
    Step.FAIL: (frozenset({State.REPORTED}), State.RETURNED),
    Step.ESCALATE: (LIVE, State.ESCALATED),
    Step.CLOSE: (frozenset({State.ESCALATED}), State.CLOSED),
    Step.WITHDRAW: (LIVE, State.WITHDRAWN),
}
UNIT_STEPS: Final = frozenset({Step.REPORT, Step.EXTEND})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right; `item_id` is the item of the score sheet that it cost points of."""

    text: str
    item_id: int | None = None


def state_after(state: str, step: Step, *, failures: int = 0) -> State:
    """The state that the step leads to; `failures` are those before it. Raises RectificationState."""
    before, after = TRANSITIONS[step]
    if state not in before:
        raise refusal(state)
    if step is Step.FAIL and failures + 1 >= FAILURES_TO_ESCALATE:
        return State.ESCALATED
    return after or State(state)


def refusal(state: str) -> AppError:
    """The refusal of a step that the table does not know."""
    return RectificationState(state=state, state_name=STATE_NAMES[State(state)])


def is_overdue(state: str, due_on: date, today: date) -> bool:
    """Whether the unit should have put it right by now."""
    return state in LIVE and today > due_on


def ensure_deadline(due_on: date, today: date) -> None:
    """Raise DeadlineInvalid unless the deadline lies within half a year after today."""
    if not today < due_on <= today + timedelta(days=LONGEST_DAYS):
        raise DeadlineInvalid(days=LONGEST_DAYS)


def ensure_later(wanted_on: date, due_on: date, today: date) -> None:
    """Raise ExtensionInvalid unless the wanted deadline is a later one within half a year after today."""
    if not max(due_on, today) < wanted_on <= today + timedelta(days=LONGEST_DAYS):
        raise ExtensionInvalid(due_on=due_on.isoformat(), days=LONGEST_DAYS)


def ensure_seen(seen: int, standing: int) -> None:
    """Raise RectificationChanged unless it is as its reader saw it."""
    if seen != standing:
        raise RectificationChanged(revision=standing)


def measures_of(measures: Mapping[int, str], positions: Collection[int]) -> dict[str, str]:
    """What was done about each of the items, as it is kept. Raises MeasuresIncomplete."""
    if set(measures) != set(positions) or not all(measures.values()):
        raise MeasuresIncomplete(positions=sorted(positions))
    return {str(position): measures[position] for position in sorted(measures)}


def ensure_failed(is_passed: bool, failed: Collection[int], positions: Collection[int]) -> None:
    """Raise FailedItemsInvalid unless a failed re-check names items of ours, and a passed one none."""
    if is_passed == bool(failed) or not set(failed) <= set(positions):
        raise FailedItemsInvalid(positions=sorted(positions))


def ensure_reason(reason: str) -> None:
    """Raise RectificationReasonNeeded for an empty one."""
    if not reason:
        raise RectificationReasonNeeded


def ensure_few_photos(photo_ids: Sequence[int]) -> None:
    """Raise RectificationTooManyPhotos. None at all is always enough."""
    if len(set(photo_ids)) > MOST_PHOTOS:
        raise RectificationTooManyPhotos(limit=MOST_PHOTOS)


def is_in_time(reported_on: date, due_on: date) -> bool:
    """Whether what passed was reported by the deadline, that day included."""
    return reported_on <= due_on


def ensure_others(said_by: int | None, staff_id: int) -> None:
    """Nobody decides about what they said for the unit themselves. Raises OwnRectification."""
    if said_by == staff_id:
        raise OwnRectification
