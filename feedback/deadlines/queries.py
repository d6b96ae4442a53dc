"""Reads of the deadlines: what a class has, and how the clocks stand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute

from backend import clock
from backend.db import db
from backend.rules import queries as rules
from backend.workdays import keeping
from backend.workdays import queries as workdays
from backend.workdays.clocks import Counting, Target
from backend.workdays.models import Verdict
from feedback.categories.models import DeadlineClass
from feedback.categories.titles import DEADLINE_NAMES
from feedback.deadlines import policies
from feedback.deadlines.models import Clock, ClockKind, Pause
from feedback.deadlines.rules import (
    COMPLEX_COUNTING,
    COMPLEX_DAYS,
    DANGER_HOURS,
    GENERAL_COUNTING,
    GENERAL_DAYS,
    RESPONSE_COUNTING,
    RESPONSE_MINUTES,
    UTILITIES_HOURS,
)

_ROUND_THE_CLOCK = (DeadlineClass.DANGER, DeadlineClass.UTILITIES)


@dataclass(frozen=True, slots=True)
class Promise:
    """What a deadline class has: until somebody takes it up, and until it is answered."""

    deadline: DeadlineClass
    response: Target
    answer: Target

    def target(self, kind: ClockKind) -> Target:
        """What one clock is to count."""
        return self.response if kind is ClockKind.RESPONSE else self.answer

    @property
    def text(self) -> str:
        """The answer's time in words."""
        return policies.target_text(self.answer)

    @property
    def response_text(self) -> str:
        """The response's time in words."""
        return policies.target_text(self.response)

    @property
    def deadline_name(self) -> str:
        """The class in Chinese."""
        return DEADLINE_NAMES[self.deadline]


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock as it stands."""

    id: int
    subject_id: int
    cycle: int
    kind: ClockKind
    deadline: DeadlineClass
    counting: Counting
    amount: int
    started_at: datetime
    due_at: datetime
    extended_until: datetime | None
    is_provisional: bool
    verdict: Verdict
    ended_at: datetime | None
    paused_since: datetime | None
    next_step: int | None
    next_step_at: datetime | None

    @property
    def text(self) -> str:
        """`7 天（自然日）`: what it counts, as tickets print it."""
        return policies.target_text(Target(self.counting, self.amount))

    def is_overdue(self, now: datetime) -> bool:
        """Whether the due has passed: before it ended or came to stand, or by now; never of a void one."""
        return self.verdict is not Verdict.VOID and (self.ended_at or self.paused_since or now) > self.due_at


def promise(deadline: DeadlineClass, at: datetime | None = None) -> Promise:
    """What the rules say at an instant, by default now."""
    at = at or clock.now()

    def value(rule: Any) -> Any:
        return rules.value(rule, at=at)

    answer = {
        DeadlineClass.DANGER: lambda: policies.hours_target(value(DANGER_HOURS)),
        DeadlineClass.UTILITIES: lambda: policies.hours_target(value(UTILITIES_HOURS)),
        DeadlineClass.GENERAL: lambda: policies.days_target(value(GENERAL_COUNTING), value(GENERAL_DAYS)),
        DeadlineClass.COMPLEX: lambda: policies.days_target(value(COMPLEX_COUNTING), value(COMPLEX_DAYS)),
    }[deadline]()
    counting = Counting.NATURAL if deadline in _ROUND_THE_CLOCK else Counting(value(RESPONSE_COUNTING))
    return Promise(deadline, Target(counting, value(RESPONSE_MINUTES)), answer)


def promises() -> list[Promise]:
    """What every class has now."""
    return [promise(each) for each in DeadlineClass]


def preview(deadline: DeadlineClass, at: datetime | None = None) -> tuple[datetime, datetime]:
    """By when a report of this class submitted at an instant would be taken up, and answered."""
    begins = at or clock.now()
    found, on_date = promise(deadline, begins), clock.local(begins).date()
    calendar = workdays.calendar_for(on_date, on_date)
    response, answer = (
        policies.Reckoning(calendar, found.target(kind), begins).due_at() for kind in ClockKind
    )
    return response, answer


_VIEWS: Any = (
    select(Clock, Pause.from_at)
    .outerjoin(
        Pause,
        and_(Pause.subject_id == Clock.subject_id, Pause.cycle == Clock.cycle, Pause.until_at.is_(None)),
    )
    .execution_options(populate_existing=True)
)


def clocks_of(subject_ids: Collection[int]) -> dict[int, list[ClockView]]:
    """The clocks of these subjects, of all cycles: by cycle, the response first; one statement."""
    found: dict[int, list[ClockView]] = defaultdict(list)
    if not subject_ids:
        return {}
    statement = _VIEWS.where(Clock.subject_id.in_(subject_ids)).order_by(Clock.cycle, Clock.id)
    for row, paused_since in db.session.execute(statement):
        found[row.subject_id].append(_view(row, paused_since))
    return dict(found)


def present(clocks: Iterable[ClockView], cycle: int) -> Mapping[ClockKind, ClockView]:
    """Of some clocks of a subject those of one cycle, by kind."""
    return {each.kind: each for each in clocks if each.cycle == cycle}


def overdue_condition(
    subject_id: InstrumentedAttribute[int], now: datetime | None = None
) -> ColumnElement[bool]:
    """That a subject has a running clock, of either kind, whose due has passed."""
    return subject_id.in_(overdue_subjects(now))


def overdue_subjects(now: datetime | None = None, kind: ClockKind | None = None) -> Any:
    """Selects the subjects that have a running clock whose due has passed; no index but the due's is read."""
    kinds = [kind.value] if kind is not None else [each.value for each in ClockKind]
    return select(Clock.subject_id).where(
        Clock.kind.in_(kinds),  # The index by due begins with it.
        Clock.ended_at.is_(None),
        Clock.verdict == Verdict.RUNNING.value,
        Clock.due_at <= (now or clock.now()),
    )


def _view(row: Clock, paused_since: datetime | None) -> ClockView:
    return ClockView(
        id=row.id,
        subject_id=row.subject_id,
        cycle=row.cycle,
        kind=ClockKind(row.kind),
        deadline=DeadlineClass(row.deadline),
        counting=Counting(row.counting),
        amount=row.amount,
        started_at=row.started_at,
        due_at=row.due_at,
        extended_until=row.extended_until,
        is_provisional=row.is_provisional,
        verdict=Verdict(row.verdict),
        ended_at=row.ended_at,
        paused_since=paused_since if row.verdict == Verdict.PAUSED.value else None,
        next_step=row.next_step,
        next_step_at=row.next_step_at,
    )


def due_subjects(now: datetime, limit: int) -> list[int]:
    """The subjects with a step that is to fire, the longest overdue first."""
    return keeping.due_subjects(Clock, now, limit)
