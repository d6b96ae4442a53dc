"""Rules of meetings and demands: pure functions."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from feedback.reviews.demands.errors import (
    DemandDueInvalid,
    DemandMoved,
    DemandNotYours,
    DemandStateWrong,
    MeetingOrder,
)
from feedback.reviews.demands.models import Demand, DemandState

_LONGEST: Final = timedelta(days=366)

STATE_NAMES: Final[Mapping[DemandState, str]] = {
    DemandState.OPEN: "待答复",
    DemandState.CARRIED: "结转待答复",
    DemandState.ANSWERED: "已答复",
    DemandState.CONFIRMED: "已确认",
    DemandState.WITHDRAWN: "已撤回",
}


class Step(StrEnum):
    """What may be done with a demand, and what a next meeting does."""

    RECORD = "record"
    CARRY = "carry"  # 结转
    AMEND = "amend"
    ANSWER = "answer"
    CONFIRM = "confirm"
    RETURN = "return"  # the unit is not content with the answer
    WITHDRAW = "withdraw"


UNANSWERED: Final = frozenset({DemandState.OPEN, DemandState.CARRIED})
LIVE: Final = UNANSWERED | {DemandState.ANSWERED}
# From which states a step leads where; None: where it was. Everything else is a conflict.
TRANSITIONS: Final[Mapping[Step, tuple[frozenset[DemandState], DemandState | None]]] = {
    Step.CARRY: (UNANSWERED, DemandState.CARRIED),
    Step.AMEND: (UNANSWERED, None),
    Step.ANSWER: (UNANSWERED, DemandState.ANSWERED),
    Step.CONFIRM: (frozenset({DemandState.ANSWERED}), DemandState.CONFIRMED),
    Step.RETURN: (frozenset({DemandState.ANSWERED}), DemandState.CARRIED),
    Step.WITHDRAW: (LIVE, DemandState.WITHDRAWN),
}
STEP_NAMES: Final[Mapping[Step, str]] = {
    Step.RECORD: "提出",
    Step.CARRY: "结转",
    Step.AMEND: "调整",
    Step.ANSWER: "答复",
    Step.CONFIRM: "确认",
    Step.RETURN: "退回",
    Step.WITHDRAW: "撤回",
}


def state_after(state: str, step: Step) -> DemandState:
    """The state that the step leads to. Raises DemandStateWrong."""
    before, after = TRANSITIONS[step]
    present = DemandState(state)
    if present not in before:
        raise DemandStateWrong(state_name=STATE_NAMES[present], doing=STEP_NAMES[step])
    return after or present


def is_overdue(demand: Demand, today: date) -> bool:
    """Whether nobody has answered it by the end of its day."""
    return DemandState(demand.state) in UNANSWERED and demand.due_on < today


def ensure_next(held_on: date, *, last: date | None, today: date) -> None:
    """Raise MeetingOrder unless a meeting of that day comes after the last one, and has been held."""
    if held_on > today or (last is not None and held_on <= last):
        raise MeetingOrder(last=last.isoformat() if last is not None else "无")


def ensure_due(due_on: date, today: date) -> None:
    """Raise DemandDueInvalid unless a demand recorded today may be due then."""
    if not today < due_on <= today + _LONGEST:
        raise DemandDueInvalid


def ensure_unmoved(demand: Demand, revision: int) -> None:
    """What is changed is what was read. Raises DemandMoved."""
    if demand.revision != revision:
        raise DemandMoved(revision=demand.revision)


def ensure_owner(is_member: bool) -> None:
    """Raise DemandNotYours unless the actor belongs to the owner."""
    if not is_member:
        raise DemandNotYours


def actions(demand: Demand, *, manages: bool, is_member: bool) -> list[str]:
    """What the actor may do with it, of answer, amend, confirm, return, withdraw."""
    allowed = {
        Step.ANSWER: is_member,
        **dict.fromkeys((Step.AMEND, Step.CONFIRM, Step.RETURN, Step.WITHDRAW), manages),
    }
    return [step.value for step, is_allowed in allowed.items() if is_allowed and _may(demand, step)]


def _may(demand: Demand, step: Step) -> bool:
    return DemandState(demand.state) in TRANSITIONS[step][0]
