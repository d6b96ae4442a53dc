"""Rules of incidents: steps, deadlines, what is told. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from backend import clock
from backend.actor import Actor, Permission
from backend.errors import Forbidden
from canteen.food_safety.incidents.errors import (
    IncidentChanged,
    IncidentNotFound,
    IncidentState,
    IsDrill,
    ScopeEmpty,
    ToldInFuture,
)
from canteen.food_safety.incidents.models import State, Step
from canteen.menu.models import Canteen
from canteen.menu.policies import covers

LONGEST_TEXT: Final = 120
_NUMBER: Final = re.compile(r"SJ\d{4}-0*(\d{1,12})")

STATE_NAMES: Final = {
    State.REPORTED: "已上报",
    State.CONFIRMED: "已确认",
    State.RECALLED: "已召回",
    State.CLOSED: "已结案",
    State.DISMISSED: "已排除",
}
# To which state a step leads from each in which it is possible; a step of the timeline alone keeps it.
TRANSITIONS: Final[Mapping[Step, Mapping[State, State]]] = {
    Step.CONFIRM: {
        State.REPORTED: State.CONFIRMED,
        State.CONFIRMED: State.CONFIRMED,
        State.RECALLED: State.RECALLED,
    },
    Step.STOP_SALE: {State.CONFIRMED: State.CONFIRMED, State.RECALLED: State.RECALLED},
    Step.NOTIFY: {State.CONFIRMED: State.RECALLED, State.RECALLED: State.RECALLED},
    Step.EXPORT: {
        State.CONFIRMED: State.CONFIRMED,
        State.RECALLED: State.RECALLED,
        State.CLOSED: State.CLOSED,
    },
    Step.REPORT_TO_AUTHORITY: {
        State.REPORTED: State.REPORTED,
        State.CONFIRMED: State.CONFIRMED,
        State.RECALLED: State.RECALLED,
    },
    Step.NOTE: {
        State.REPORTED: State.REPORTED,
        State.CONFIRMED: State.CONFIRMED,
        State.RECALLED: State.RECALLED,
    },
    Step.RELEASE: {
        State.CONFIRMED: State.CONFIRMED,
        State.RECALLED: State.RECALLED,
        State.CLOSED: State.CLOSED,
    },
    Step.CLOSE: {State.CONFIRMED: State.CLOSED, State.RECALLED: State.CLOSED},
    Step.DISMISS: {State.REPORTED: State.DISMISSED},
}
OPEN: Final = (State.REPORTED, State.CONFIRMED, State.RECALLED)


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody says that an incident is about; dishes as (meal, dish)."""

    batch_ids: frozenset[int] = frozenset()
    dishes: frozenset[tuple[int, int]] = frozenset()
    meal_ids: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.batch_ids or self.dishes or self.meal_ids)


@dataclass(frozen=True, slots=True)
class Eaten:
    """What reached a person: the first day, and at how many meals, of which there are orders."""

    staff_id: int
    served_on: date | None = None
    meals: int = 0


def holder_of(incident_id: int) -> str:
    """By which name an incident locks samples."""
    return f"incident:{incident_id}"


def ensure_manages(actor: Actor, canteen: Canteen) -> None:
    """The actor manages food safety there. Raises Forbidden for who only reads, else IncidentNotFound."""
    if covers(actor, Permission.SAFETY_MANAGE, canteen):
        return
    raise Forbidden if covers(actor, Permission.SAFETY_READ, canteen) else IncidentNotFound


def number_of(incident_id: int, reported_at: datetime) -> str:
    """`SJ2026-0007`: the year of the report by the canteen's clocks, and a number that no two share."""
    return f"SJ{clock.local(reported_at).year}-{incident_id:04d}"


def id_of(text: str) -> int | None:
    """The id that such a number names, or None."""
    match = _NUMBER.fullmatch(text.strip().upper())
    return int(match[1]) if match else None


def after(state: str, step: Step) -> State:
    """The state that a step leads to. Raises IncidentState."""
    found = TRANSITIONS[step].get(State(state))
    if found is None:
        raise IncidentState(state=STATE_NAMES[State(state)])
    return found


def possible(state: str, *, is_drill: bool) -> list[str]:
    """The steps that an incident can take now."""
    return [
        step.value
        for step, table in TRANSITIONS.items()
        if State(state) in table and not (is_drill and step in (Step.STOP_SALE, Step.REPORT_TO_AUTHORITY))
    ]


def ensure_seen(seen: int, standing: int) -> None:
    """Raise IncidentChanged unless whoever changes it has seen it as it stands."""
    if seen != standing:
        raise IncidentChanged(revision=standing)


def ensure_scope(scope: Scope) -> None:
    """Raise ScopeEmpty for a scope that names nothing."""
    if scope.is_empty:
        raise ScopeEmpty


def ensure_not_drill(is_drill: bool) -> None:
    """Raise IsDrill for what a drill does not do."""
    if is_drill:
        raise IsDrill


def ensure_past(at: datetime, now: datetime) -> None:
    """Raise ToldInFuture for an instant that lies ahead."""
    if at > now:
        raise ToldInFuture


def is_overdue(
    *, noticed_at: datetime, told_at: datetime | None, state: str, is_drill: bool, hours: int, now: datetime
) -> bool:
    """Whether an authority should have been told by now and was not.

    After 国家食品安全事故应急预案: within two hours. Of a drill, and of what was nothing, nobody is told.
    """
    if is_drill or told_at is not None or state == State.DISMISSED:
        return False
    return now >= noticed_at + timedelta(hours=hours)
