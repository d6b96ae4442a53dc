"""Rules of absences: pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from backend import clock
from backend.actor import Actor
from backend.dates import day_text
from backend.identity.absences.errors import (
    AbsenceBegun,
    AbsenceReversed,
    AbsenceStateConflict,
    AbsenceTooLong,
    AbsenceTooOld,
    OwnAbsence,
)
from backend.identity.absences.models import AbsenceKind, AbsenceState, Half, Source

KIND_NAMES: Final[Mapping[AbsenceKind, str]] = {
    AbsenceKind.LEAVE: "请假",
    AbsenceKind.TRIP: "出差",
    AbsenceKind.TRAINING: "培训",
}
STATE_NAMES: Final[Mapping[AbsenceState, str]] = {
    AbsenceState.PENDING: "待审批",
    AbsenceState.APPROVED: "已批准",
    AbsenceState.REJECTED: "未批准",
    AbsenceState.WITHDRAWN: "已撤回",
    AbsenceState.REVOKED: "已撤销",
}
HALF_NAMES: Final[Mapping[Half, str]] = {Half.AM: "上午", Half.PM: "下午"}
SOURCE_NAMES: Final[Mapping[Source, str]] = {
    Source.SELF: "本人申请",
    Source.RECORDED: "审批人登记",
    Source.IMPORTED: "表格导入",
}

# The longest kinds of leave (产假, a year of study) fit; what is longer is filed again.
MOST_DAYS: Final = 366
# Sick leave is often filed afterwards; what is older belongs to the approver, up to a year.
FILED_WITHIN: Final = timedelta(days=31)
RECORDED_WITHIN: Final = timedelta(days=366)
# The noon break belongs to neither half: who is away in the morning or in the afternoon may well eat here.
MORNING_ENDS: Final = time(12)
AFTERNOON_BEGINS: Final = time(14)

# From which state an absence may go where. Anything else is a conflict.
TRANSITIONS: Final[Mapping[AbsenceState, frozenset[AbsenceState]]] = {
    AbsenceState.PENDING: frozenset({AbsenceState.APPROVED, AbsenceState.REJECTED, AbsenceState.WITHDRAWN}),
    AbsenceState.APPROVED: frozenset({AbsenceState.WITHDRAWN, AbsenceState.REVOKED}),
    AbsenceState.REJECTED: frozenset(),
    AbsenceState.WITHDRAWN: frozenset(),
    AbsenceState.REVOKED: frozenset(),
}
# What keeps its days: nothing else of the person may lie in them.
STANDING: Final = frozenset({AbsenceState.PENDING, AbsenceState.APPROVED})


@dataclass(frozen=True, slots=True)
class Span:
    """From a half of a day to a half of a day, both included."""

    from_on: date
    from_half: Half
    until_on: date
    until_half: Half

    @property
    def from_at(self) -> datetime:
        """When it begins."""
        return clock.at_local(self.from_on, time.min if self.from_half is Half.AM else AFTERNOON_BEGINS)

    @property
    def until_at(self) -> datetime:
        """When it is over; half-open."""
        if self.until_half is Half.AM:
            return clock.at_local(self.until_on, MORNING_ENDS)
        return clock.at_local(self.until_on + timedelta(days=1), time.min)

    @property
    def days(self) -> int:
        """The calendar days that it touches."""
        return (self.until_on - self.from_on).days + 1


def ensure_span(span: Span, today: date, *, within: timedelta) -> None:
    """Raise AbsenceReversed, AbsenceTooLong, or AbsenceTooOld if it began longer ago than `within`."""
    if (span.until_on, span.until_half is Half.PM) < (span.from_on, span.from_half is Half.PM):
        raise AbsenceReversed
    if span.days > MOST_DAYS:
        raise AbsenceTooLong(days=MOST_DAYS)
    earliest = today - within
    if span.from_on < earliest:
        raise AbsenceTooOld(earliest=earliest.isoformat())


def ensure_not_own(actor: Actor, staff_id: int) -> None:
    """Raise OwnAbsence: nobody decides on their own."""
    if actor.staff_id == staff_id:
        raise OwnAbsence


def ensure_moves(state: str, to: AbsenceState) -> None:
    """Raise AbsenceStateConflict unless an absence in `state` may become `to`."""
    if to not in TRANSITIONS[AbsenceState(state)]:
        raise AbsenceStateConflict(state=state, state_name=STATE_NAMES[AbsenceState(state)])


def ensure_withdrawable(state: str, kind: str, from_at: datetime, now: datetime) -> None:
    """A pending absence may always be withdrawn, an approved one until it begins.

    Raises AbsenceStateConflict or AbsenceBegun.
    """
    ensure_moves(state, AbsenceState.WITHDRAWN)
    if state == AbsenceState.APPROVED and now >= from_at:
        raise AbsenceBegun(kind=KIND_NAMES[AbsenceKind(kind)])


def may_withdraw(state: str, from_at: datetime, now: datetime) -> bool:
    """Whether `ensure_withdrawable` would let it pass."""
    if AbsenceState.WITHDRAWN not in TRANSITIONS[AbsenceState(state)]:
        return False
    return state == AbsenceState.PENDING or now < from_at


def in_words(span: Span) -> str:
    """`11月23日`, `11月23日上午`, `11月23日下午至25日`…: the span for a sentence; whole days say no half."""
    first = day_text(span.from_on)
    if span.from_on == span.until_on:
        return first if span.from_half is not span.until_half else f"{first}{HALF_NAMES[span.from_half]}"
    last = day_text(span.until_on)
    if span.from_on.year != span.until_on.year:
        first, last = f"{span.from_on.year}年{first}", f"{span.until_on.year}年{last}"
    begins = first + (HALF_NAMES[Half.PM] if span.from_half is Half.PM else "")
    return f"{begins}至{last}" + (HALF_NAMES[Half.AM] if span.until_half is Half.AM else "")
