"""Rules of the projects. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from feedback.concierge.projects.errors import (
    MilestonesInvalid,
    ProjectChanged,
    ProjectNotYours,
    ProjectState,
    ProjectUnfinished,
)
from feedback.concierge.projects.models import MilestoneState
from feedback.concierge.projects.models import ProjectState as State

PHOTOS: Final = "improvement_project"
PHOTOS_NOTE: Final = "project_note"
MOST_PHOTOS: Final = 9
MOST_MILESTONES: Final = 30
LONGEST_TITLE: Final = 60
LONGEST_INTRO: Final = 2000
LONGEST_TEXT: Final = 1000
STATE_NAMES: Final[Mapping[State, str]] = {
    State.PROPOSED: "提议",
    State.ADOPTED: "已立项",
    State.UNDER_WAY: "实施中",
    State.DONE: "已完成",
    State.DECLINED: "未采纳",
}
MILESTONE_NAMES: Final[Mapping[MilestoneState, str]] = {
    MilestoneState.PLANNED: "计划中",
    MilestoneState.UNDER_WAY: "进行中",
    MilestoneState.DONE: "已完成",
    MilestoneState.DROPPED: "已取消",
}
_TO_COME: Final = frozenset({MilestoneState.PLANNED, MilestoneState.UNDER_WAY})


class Step(StrEnum):
    """What may be done with a project."""

    PROPOSE = "propose"
    ADOPT = "adopt"
    DECLINE = "decline"
    START = "start"
    FINISH = "finish"
    EDIT = "edit"
    PLAN = "plan"  # its milestones
    NOTE = "note"


STEP_NAMES: Final[Mapping[Step, str]] = {
    Step.PROPOSE: "提议",
    Step.ADOPT: "立项",
    Step.DECLINE: "不予采纳",
    Step.START: "开始实施",
    Step.FINISH: "完成",
    Step.EDIT: "修改",
    Step.PLAN: "节点进展",
    Step.NOTE: "进展",
}
# From which states a step leads where; None: where it was. Anything else is a conflict.
TRANSITIONS: Final[Mapping[Step, tuple[frozenset[State], State | None]]] = {
    Step.ADOPT: (frozenset({State.PROPOSED}), State.ADOPTED),
    Step.DECLINE: (frozenset({State.PROPOSED, State.ADOPTED}), State.DECLINED),
    Step.START: (frozenset({State.ADOPTED}), State.UNDER_WAY),
    Step.FINISH: (frozenset({State.UNDER_WAY}), State.DONE),
    Step.EDIT: (frozenset({State.PROPOSED, State.ADOPTED, State.UNDER_WAY}), None),
    Step.PLAN: (frozenset({State.ADOPTED, State.UNDER_WAY}), None),
    Step.NOTE: (frozenset({State.ADOPTED, State.UNDER_WAY, State.DONE}), None),
}
# What the office that does it may do; all else is for those who decide.
OFFICE_STEPS: Final = frozenset({Step.START, Step.FINISH, Step.PLAN, Step.NOTE})


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor is to a project: one who decides, of its office, or who proposed it."""

    manages: bool = False
    is_office: bool = False
    is_proposer: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """A milestone as it shall be; a new one has no `id`."""

    title: str
    due_on: date
    state: MilestoneState = MilestoneState.PLANNED
    id: int | None = None


def is_visible(state: str, *, was_adopted: bool, who: Standing) -> bool:
    """Whether one may know of a project: everybody of what was adopted, its proposer of a proposal."""
    is_open = was_adopted or state in (State.ADOPTED, State.UNDER_WAY, State.DONE)
    return is_open or who.manages or who.is_office or who.is_proposer


def may(step: Step, who: Standing) -> bool:
    """Whether a step is theirs to take."""
    return who.manages or (who.is_office and step in OFFICE_STEPS)


def ensure_may(step: Step, who: Standing) -> None:
    """Raise ProjectNotYours unless a step is theirs to take."""
    if not may(step, who):
        raise ProjectNotYours


def state_after(state: str, step: Step) -> State:
    """The state that the step leads to. Raises ProjectState."""
    before, after = TRANSITIONS[step]
    if state not in before:
        raise ProjectState(state=state, state_name=STATE_NAMES[State(state)])
    return after or State(state)


def possible(state: str, who: Standing) -> list[Step]:
    """The steps that one may take now."""
    return [step for step, (before, _) in TRANSITIONS.items() if state in before and may(step, who)]


def ensure_seen(seen: int, standing: int) -> None:
    """Raise ProjectChanged unless it is as its reader saw it."""
    if seen != standing:
        raise ProjectChanged(revision=standing)


def ensure_finished(states: Sequence[str]) -> None:
    """Raise ProjectUnfinished while milestones are to come."""
    left = sum(state in _TO_COME for state in states)
    if left:
        raise ProjectUnfinished(open=left)


def ensure_plan(plan: Sequence[Planned], standing: Mapping[int, str]) -> None:
    """Raise MilestonesInvalid unless a plan can follow the standing milestones (their states by id)."""
    ids = [each.id for each in plan if each.id is not None]
    titles = [each.title for each in plan]
    gone = set(standing) - set(ids)
    checks = {
        "的名称重复": len(set(titles)) < len(titles),
        "不属于本项目，请刷新后重试": len(set(ids)) < len(ids) or not set(ids) <= set(standing),
        "已经开始或结束，不能删除，请改为「已取消」": any(
            standing[each] != MilestoneState.PLANNED for each in gone
        ),
    }
    for problem, is_wrong in checks.items():
        if is_wrong:
            raise MilestonesInvalid(problem=problem)


def is_overdue(state: str, due_on: date, today: date) -> bool:
    """Whether a milestone should have been reached by now."""
    return state in _TO_COME and today > due_on
