"""Rules of plans and inspections: pure functions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from backend.actor import Actor
from backend.errors import AppError
from canteen.evaluation.spot_checks.errors import (
    AnswerAwaited,
    AnswerTextNeeded,
    ConflictOfInterest,
    InspectionChanged,
    InspectionState,
    NotYetVisited,
    OwnScoring,
    PlanReasonNeeded,
    PlanYearClosed,
    TeamInvalid,
    TooManyPhotos,
    VisitInvalid,
    WindowInvalid,
)
from canteen.evaluation.spot_checks.models import State

PHOTO_OWNER: Final = "inspection_item"
SCORING_OWNER: Final = "inspection"
MOST_PHOTOS: Final = 5
SMALLEST_TEAM: Final = 2
LARGEST_TEAM: Final = 8
# A seed is hashed between bars, so that it may hold none.
STATE_NAMES: Final[Mapping[State, str]] = {
    State.PLANNED: "待抽查",
    State.UNDER_WAY: "评分中",
    State.SUBMITTED: "待单位确认",
    State.ACKNOWLEDGED: "单位已确认",
    State.DISPUTED: "单位有异议",
    State.CONFIRMED: "已办结",
    State.CANCELLED: "已取消",
}


class Step(StrEnum):
    """What may be done with an inspection."""

    CHANGE = "change"  # the team, the window
    SCORE = "score"
    SUBMIT = "submit"
    ACKNOWLEDGE = "acknowledge"
    DISPUTE = "dispute"
    RETURN = "return"  # the objection is just: the team scores again
    CONFIRM = "confirm"
    CANCEL = "cancel"


# From which states a step leads where. Anything else is a conflict.
TRANSITIONS: Final[Mapping[Step, tuple[frozenset[State], State | None]]] = {
    Step.CHANGE: (frozenset({State.PLANNED, State.UNDER_WAY}), None),
    Step.SCORE: (frozenset({State.PLANNED, State.UNDER_WAY}), State.UNDER_WAY),
    Step.SUBMIT: (frozenset({State.UNDER_WAY}), State.SUBMITTED),
    Step.ACKNOWLEDGE: (frozenset({State.SUBMITTED}), State.ACKNOWLEDGED),
    Step.DISPUTE: (frozenset({State.SUBMITTED}), State.DISPUTED),
    Step.RETURN: (frozenset({State.DISPUTED}), State.UNDER_WAY),
    Step.CONFIRM: (frozenset({State.SUBMITTED, State.ACKNOWLEDGED, State.DISPUTED}), State.CONFIRMED),
    Step.CANCEL: (frozenset({State.PLANNED, State.UNDER_WAY}), State.CANCELLED),
}
# Those whose scoring a unit may see, and whose figures count.
SHOWN_TO_UNIT: Final = frozenset({State.SUBMITTED, State.ACKNOWLEDGED, State.DISPUTED, State.CONFIRMED})


def state_after(state: str, step: Step) -> State:
    """The state that the step leads to. Raises InspectionState."""
    before, after = TRANSITIONS[step]
    if state not in before:
        raise refusal(state)
    return after or State(state)


def refusal(state: str) -> AppError:
    """The refusal of a step that the table does not know."""
    return InspectionState(state=state, state_name=STATE_NAMES[State(state)])


def ensure_year(year: int, today: date) -> None:
    """Raise PlanYearClosed unless the year is this one or the next."""
    if year not in (today.year, today.year + 1):
        raise PlanYearClosed(year=year)


def ensure_reason(version: int, reason: str) -> None:
    """Raise PlanReasonNeeded for a further draw without one."""
    if version > 1 and not reason:
        raise PlanReasonNeeded(fields={"reason": [PlanReasonNeeded.message]})


def ensure_window(year: int, from_on: date, until_on: date, today: date) -> None:
    """Raise WindowInvalid unless [from_on, until_on], both included, lies in the year and is not over."""
    if not (from_on <= until_on and from_on.year == until_on.year == year and until_on >= today):
        raise WindowInvalid(year=year)


def ensure_team(lead_id: int, member_ids: Sequence[int], able: Collection[int]) -> None:
    """Raise TeamInvalid unless it is two to eight people, each once, who may all inspect (`able`)."""
    team = [lead_id, *member_ids]
    if len(set(team)) < len(team):
        raise TeamInvalid(reason="同一人不能重复")
    if not SMALLEST_TEAM <= len(team) <= LARGEST_TEAM:
        raise TeamInvalid(reason=f"应有 {SMALLEST_TEAM} 到 {LARGEST_TEAM} 人")
    unable = [staff_id for staff_id in team if staff_id not in able]
    if unable:
        raise TeamInvalid(reason="有人没有现场抽查的权限或已离职", staff_ids=unable)


def ensure_no_interest(team: Collection[int], belonging: Mapping[int, str]) -> None:
    """Raise ConflictOfInterest if one of the team belongs to the unit; `belonging` has the unit's by name."""
    torn = [staff_id for staff_id in team if staff_id in belonging]
    if torn:
        raise ConflictOfInterest(names="、".join(belonging[each] for each in torn), staff_ids=torn)


def ensure_visit(visited_on: date, from_on: date, until_on: date, today: date) -> None:
    """Raise VisitInvalid unless the day lies in the window and has come."""
    if not from_on <= visited_on <= min(until_on, today):
        raise VisitInvalid(from_on=from_on.isoformat(), until_on=until_on.isoformat())


def ensure_seen(seen: int, standing: int) -> None:
    """Raise InspectionChanged unless the inspection is as its reader saw it."""
    if seen != standing:
        raise InspectionChanged(revision=standing)


def ensure_begun(from_on: date, today: date) -> None:
    """Raise NotYetVisited before the window's first day."""
    if today < from_on:
        raise NotYetVisited(from_on=from_on.isoformat())


def ensure_few_photos(photo_ids: Sequence[int]) -> None:
    """Raise TooManyPhotos. None at all is always enough: nobody is made to take photos."""
    if len(set(photo_ids)) > MOST_PHOTOS:
        raise TooManyPhotos(limit=MOST_PHOTOS)


def ensure_words(text: str) -> None:
    """Raise AnswerTextNeeded for an empty text."""
    if not text:
        raise AnswerTextNeeded(fields={"text": [AnswerTextNeeded.message]})


def answer_until(submitted_on: date, days: int) -> date:
    """The last day on which the unit may answer."""
    return submitted_on + timedelta(days=days)


def ensure_may_confirm(
    actor: Actor, *, state: str, team: Collection[int], text: str, until_on: date | None, today: date
) -> None:
    """Who may confirm what the unit has answered, or has not answered in time.

    Raises InspectionState, AnswerAwaited, OwnScoring or AnswerTextNeeded.
    """
    state_after(state, Step.CONFIRM)
    if state == State.SUBMITTED and until_on is not None and today <= until_on:
        raise AnswerAwaited(until_on=until_on.isoformat())
    if state == State.DISPUTED:
        ensure_others(actor, team)
        ensure_words(text)


def ensure_others(actor: Actor, team: Collection[int]) -> None:
    """Raise OwnScoring if the actor is of the team."""
    if actor.staff_id in team:
        raise OwnScoring
