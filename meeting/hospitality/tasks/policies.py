"""Rules of the tasks: which step leads where, and who may take it. Pure functions."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from meeting.hospitality.catalogue.models import Phase
from meeting.hospitality.errors import TaskState as TaskStateConflict
from meeting.hospitality.models import TaskState
from meeting.hospitality.policies import TASK_STATE_NAMES


class Step(StrEnum):
    """What may be done with a task."""

    TAKE = "take"  # by a steward for themselves
    DROP = "drop"  # given back
    ASSIGN = "assign"  # given to somebody, or taken from them
    START = "start"
    DONE = "done"


# From which states a step leads where. Anything else is a conflict.
TRANSITIONS: Final[Mapping[Step, tuple[frozenset[TaskState], TaskState]]] = {
    Step.TAKE: (frozenset({TaskState.OPEN}), TaskState.OPEN),
    Step.DROP: (frozenset({TaskState.OPEN}), TaskState.OPEN),
    Step.ASSIGN: (frozenset({TaskState.OPEN, TaskState.WORKING}), TaskState.OPEN),
    Step.START: (frozenset({TaskState.OPEN}), TaskState.WORKING),
    Step.DONE: (frozenset({TaskState.OPEN, TaskState.WORKING}), TaskState.DONE),
}


def state_after(state: str, step: Step) -> TaskState:
    """Where a step leads. Raises TaskState if it does not start from here."""
    sources, target = TRANSITIONS[step]
    before = TaskState(state)
    if before not in sources:
        raise TaskStateConflict(state=before.value, state_name=TASK_STATE_NAMES[before])
    return target


def steps_for(
    state: str, steward_id: int | None, actor_id: int, *, serves: bool, manages: bool
) -> list[Step]:
    """What an actor may do with a task."""
    is_own = steward_id == actor_id
    may = {
        Step.TAKE: serves and steward_id is None,
        Step.DROP: is_own,
        Step.ASSIGN: manages,
        Step.START: is_own,
        Step.DONE: is_own,
    }
    return [step for step, is_allowed in may.items() if is_allowed and state in TRANSITIONS[step][0]]


def is_late(state: str, due_at: datetime, done_at: datetime | None, now: datetime) -> bool:
    """Whether a task was done too late, or is late by now."""
    if state == TaskState.CANCELLED:
        return False
    return (done_at or now) > due_at


def is_too_early(phase: str, start_at: datetime, end_at: datetime, now: datetime) -> str:
    """What a task has to wait for before it is done, in words: "" for nothing."""
    if phase == Phase.DURING and now < start_at:
        return "开始"
    # Guests may leave before the time is up: what comes after may be done from the beginning of the end.
    if phase == Phase.AFTER and now < min(end_at, start_at + (end_at - start_at) / 2):
        return "结束"
    return ""
