"""Whether a room may be had at a time: its own rules and the quotas, for each meeting of a series."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, and_, or_, select

from backend import clock
from backend.actor import Actor
from backend.db import db, table, unit
from backend.identity.models import Department, Staff
from backend.workdays import queries as workdays
from backend.workdays.policies import Calendar
from meeting.bookings import limits
from meeting.bookings.errors import BookingRefused, LayoutNotOffered, TooManyHeads
from meeting.bookings.limits import Use
from meeting.bookings.models import HOLDING, Occurrence, State
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms
from meeting.rooms.models import Approval, ClosureKind, Layout, QuotaPeriod, QuotaSubject, Right
from meeting.rooms.policies import RoomView, Subject

Times: TypeAlias = tuple[datetime, datetime]

_OCCURRENCE = table(Occurrence)


class Reason(StrEnum):
    """Why a meeting cannot be had."""

    TAKEN = "taken"
    ITSELF = "itself"  # another meeting of the same series has the room
    INACTIVE = "inactive"
    CLOSED = "closed"
    BLOCKED = "blocked"
    HOURS = "hours"
    LENGTH = "length"
    LEAD = "lead"
    BEYOND = "beyond"
    QUOTA = "quota"
    HOLIDAY = "holiday"


TAKEN_TEXT: Final = "已被占用"
ITSELF_TEXT: Final = "与本系列的另一场重叠"
HOLIDAY_TEXT: Final = "节假日跳过"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a wanted meeting would be: booked or pending, or (conflict, skipped) why not."""

    state: State
    code: Reason | None = None
    text: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nothing is in the way as yet."""
        return self.state in HOLDING


TAKEN: Final = Verdict(State.CONFLICT, Reason.TAKEN, TAKEN_TEXT)
ITSELF: Final = Verdict(State.CONFLICT, Reason.ITSELF, ITSELF_TEXT)
HOLIDAY: Final = Verdict(State.SKIPPED, Reason.HOLIDAY, HOLIDAY_TEXT)


@dataclass(frozen=True, slots=True)
class Case:
    """Who wants which room, with what decides about it. `is_exempt`: needs no approval, has no quota."""

    room: RoomView
    subject: Subject
    department_id: int
    level: int
    is_exempt: bool
    may_book: bool
    now: datetime
    calendar: Calendar | None


def case_of(
    actor: Actor,
    room: RoomView,
    *,
    organiser_id: int,
    department_id: int,
    level: int,
    now: datetime,
    spans: Sequence[Times],
) -> Case:
    """The case of a booking for an organiser. Raises BookingRefused if the room is not for them to book.

    Reads the calendar if the room has hours, and the departments if its access names any.
    """
    is_exempt = room_policies.approves(actor, room) or room_policies.manages(actor, room)
    subject = rooms.subject(organiser_id, department_id)
    may_book = is_exempt or room_policies.may(subject, room, Right.BOOK)
    if not (may_book or room_policies.may(subject, room, Right.PREBOOK)):
        raise BookingRefused
    calendar = None
    if room.hours:
        calendar = calendar_of(spans)
    return Case(room, subject, department_id, level, is_exempt, may_book, now, calendar)


def calendar_of(spans: Sequence[Times]) -> Calendar:
    """The calendar of the days of these times; one statement."""
    first = min(start for start, _ in spans)
    last = max(end for _, end in spans)
    return workdays.calendar_for(clock.local(first).date(), clock.local(last).date())


def ensure_fits(room: RoomView, headcount: int, layout: Layout | None) -> None:
    """Raise LayoutNotOffered, or TooManyHeads if so many do not find a seat."""
    if layout is not None and layout not in room.layouts:
        raise LayoutNotOffered
    if headcount > room.seats(layout):
        raise TooManyHeads(headcount=headcount, capacity=room.seats(layout))


def by_rules(case: Case, spans: Sequence[Times]) -> list[Verdict]:
    """What the room's own rules say of each time."""
    today = clock.local(case.now).date()
    return [_by_rules(case, start, end, today) for start, end in spans]


def _by_rules(case: Case, start: datetime, end: datetime, today: date) -> Verdict:
    room = case.room
    is_within_hours = room_policies.is_within_hours(room, start, end, case.calendar)
    closure = room_policies.closure_against(case.subject, room.closures, start, end)
    if not room.is_active:
        return _conflict(Reason.INACTIVE, "会议室已停用")
    if closure is not None and closure.kind is ClosureKind.CLOSED:
        return _conflict(Reason.CLOSED, "会议室停用")
    if closure is not None:
        return _conflict(Reason.BLOCKED, "会议室已预留")
    if not is_within_hours and room.approval is not Approval.OUTSIDE_HOURS:
        return _conflict(Reason.HOURS, "不在会议室开放时间内")
    if not room_policies.is_length_allowed(room, start, end):
        return _conflict(Reason.LENGTH, f"会议时长应在 {room.min_minutes} 到 {room.max_minutes} 分钟之间")
    if room_policies.is_too_late(room, start, case.now) and room.lead_minutes:
        return _conflict(Reason.LEAD, f"须至少提前 {room.lead_minutes} 分钟预订")
    if room_policies.is_too_far(room, start, today):
        return _conflict(Reason.BEYOND, f"只能预订 {room.advance_days} 天以内的会议")
    asks = not case.may_book or room_policies.needs_approval(
        room, level=case.level, is_within_hours=is_within_hours
    )
    return Verdict(State.PENDING if asks and not case.is_exempt else State.BOOKED)


def _conflict(code: Reason, text: str) -> Verdict:
    return Verdict(State.CONFLICT, code, text)


def by_itself(case: Case, spans: Sequence[Times], verdicts: list[Verdict]) -> list[Verdict]:
    """Of meetings of one series that overlap, the turnaround included, only the first has the room."""
    found = list(verdicts)
    free_from = datetime.min.replace(tzinfo=UTC)
    for index in sorted(range(len(spans)), key=lambda each: spans[each]):
        start, end = spans[index]
        if not found[index].is_open:
            continue
        if start < free_from:
            found[index] = ITSELF
        else:
            free_from = end + case.room.turnaround
    return found


def by_quotas(
    case: Case,
    spans: Sequence[Times],
    verdicts: list[Verdict],
    *,
    but: Collection[int] = (),
    locks: bool = True,
) -> list[Verdict]:
    """What the quotas leave of it, date by date. `but` are meetings that these take the place of.

    Who is counted is locked, so that two bookings of theirs count each other; the rooms are locked before.
    """
    quotas = case.room.quotas
    if case.is_exempt or not quotas or not any(verdict.is_open for verdict in verdicts):
        return verdicts
    if locks:
        _lock_counted(case, {quota.subject for quota in quotas})
    standing = _standing(case, spans, but)
    found = list(verdicts)
    for index in sorted(range(len(spans)), key=lambda each: spans[each]):
        if not found[index].is_open:
            continue
        wanted = Use(case.room.id, case.subject.staff_id, case.department_id, *spans[index])
        exceeded = next(
            (quota for quota in quotas if limits.is_exceeded(quota, wanted, standing, case.now)), None
        )
        if exceeded is not None:
            found[index] = _conflict(Reason.QUOTA, limits.text_of(exceeded))
        else:
            standing.append(wanted)
    return found


def _lock_counted(case: Case, subjects: Collection[QuotaSubject]) -> None:
    if QuotaSubject.PERSON in subjects:
        _lock(table(Staff), case.subject.staff_id)
    if QuotaSubject.DEPARTMENT in subjects:
        _lock(table(Department), case.department_id)


def _lock(which: Any, row_id: int) -> None:
    unit().execute(select(which.c.id).where(which.c.id == row_id).with_for_update(key_share=True))


def _standing(case: Case, spans: Sequence[Times], but: Collection[int]) -> list[Use]:
    """The meetings that count: of the person and the department, within all periods that are touched."""
    column = _OCCURRENCE.c
    whose: list[ColumnElement[bool]] = []
    when: list[ColumnElement[bool]] = []
    for quota in case.room.quotas:
        if quota.subject is QuotaSubject.PERSON:
            whose.append(column.organiser_id == case.subject.staff_id)
        else:
            whose.append(column.department_id == case.department_id)
        if quota.period is QuotaPeriod.FUTURE:
            when.append(column.start_at > case.now)
        elif quota.period is QuotaPeriod.SIMULTANEOUS:
            first, last = min(start for start, _ in spans), max(end for _, end in spans)
            when.append(and_(column.start_at < last, column.end_at > first))
        else:
            periods = [limits.period_of(quota, clock.local(start).date()) for start, _ in spans]
            begins, ends = min(first for first, _ in periods), max(last for _, last in periods)
            when.append(
                and_(
                    column.start_at >= clock.at_local(begins, time.min),
                    column.start_at < clock.at_local(ends, time.min),
                )
            )
    names = ("room_id", "organiser_id", "department_id", "start_at", "end_at")
    statement = select(*(column[name] for name in names)).where(
        or_(*whose), or_(*when), standing(case.now), column.id.not_in(but)
    )
    return [Use(*row) for row in db.session.execute(statement)]


def standing(now: datetime) -> ColumnElement[bool]:
    """The condition that a meeting stands or took place: neither given up nor lapsed."""
    column = _OCCURRENCE.c
    return or_(
        column.state.in_((State.IN_USE.value, State.ENDED.value)),
        and_(
            column.state.in_((State.PENDING.value, State.BOOKED.value)),
            or_(column.lapses_at.is_(None), column.lapses_at > now),
        ),
    )


def last_day(room: RoomView, now: datetime) -> date:
    """The last day for which the room can be booked now."""
    return clock.local(now).date() + timedelta(days=max(room.advance_days - 1, 0))
