"""Rules of findings: pure functions."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from canteen.food_safety.controls.errors import FindingChanged, FindingDay, FindingStateWrong, OwnCheck
from canteen.food_safety.controls.models import Finding, FindingState

PHOTO_OWNER: Final = "safety_finding"
MOST_ITEMS: Final = 100
STATE_NAMES: Final[Mapping[FindingState, str]] = {
    FindingState.OPEN: "待整改",
    FindingState.RECTIFIED: "待复查",
    FindingState.CLOSED: "已销号",
}
TRANSITIONS: Final[Mapping[FindingState, frozenset[FindingState]]] = {
    FindingState.OPEN: frozenset({FindingState.RECTIFIED, FindingState.CLOSED}),
    FindingState.RECTIFIED: frozenset({FindingState.CLOSED, FindingState.OPEN}),
    FindingState.CLOSED: frozenset(),
}


def ensure_transition(before: str, after: FindingState) -> None:
    """The finding may take this step. Raises FindingStateWrong."""
    state = FindingState(before)
    if after not in TRANSITIONS[state]:
        raise FindingStateWrong(state=STATE_NAMES[state])


def ensure_rectified(state: str) -> None:
    """Only what is said to be right is checked. Raises FindingStateWrong."""
    if state != FindingState.RECTIFIED.value:
        raise FindingStateWrong(state=STATE_NAMES[FindingState(state)])


def ensure_seen(finding: Finding, revision: int) -> None:
    """The actor saw it as it is. Raises FindingChanged."""
    if finding.revision != revision:
        raise FindingChanged(revision=finding.revision)


def ensure_other(finding: Finding, staff_id: int) -> None:
    """Somebody else put it right. Raises OwnCheck."""
    if finding.rectified_by == staff_id:
        raise OwnCheck


def ensure_due(due_on: date, today: date) -> None:
    """Raises FindingDay."""
    if due_on < today:
        raise FindingDay


def is_overdue(finding: Finding, today: date) -> bool:
    """Whether its day is over and it is still not put right."""
    return finding.state == FindingState.OPEN.value and finding.due_on < today
