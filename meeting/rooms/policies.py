"""Rules of the meeting rooms as values: what a room allows, to whom and when. No database here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from backend import clock
from backend.actor import Actor, Permission
from backend.workdays.policies import Calendar, DayKind
from meeting.rooms.models import (
    Approval,
    ClosureKind,
    Layout,
    Level,
    QuotaMeasure,
    QuotaPeriod,
    QuotaSubject,
    Right,
    SubjectKind,
)

MONDAY: Final = 1
SUNDAY: Final = 7
DAY_MINUTES: Final = 24 * 60
PHOTO_OWNER: Final = "meeting_room"
MOST_PHOTOS: Final = 9
_ONE_DAY: Final = timedelta(days=1)
# Who may take a room may see it.
_SHOWING: Final = frozenset((Right.SEE, Right.BOOK, Right.PREBOOK, Right.OVERRIDE))

# Who looks after a room, and who sees it, beside its managers.
_KEEPING: Final = (Permission.ROOMS_MANAGE, Permission.MEETINGS_APPROVE)
_OVERSEEING: Final = (
    *_KEEPING,
    *(Permission.MEETINGS_READ, Permission.MEETINGS_SERVE, Permission.MEETINGS_OVERRIDE),
)

Stretch = tuple[int, int]  # minutes of a day, half-open: (540, 1080) is 09:00–18:00


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a right is looked up for: a person, with the departments they belong to and all above them."""

    staff_id: int
    department_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Claim:
    """Who has a right, or is excepted: everybody (id 0), a department with all below it, a person."""

    kind: SubjectKind
    id: int

    def covers(self, subject: Subject) -> bool:
        """Whether the subject is meant."""
        if self.kind is SubjectKind.EVERYBODY:
            return True
        if self.kind is SubjectKind.DEPARTMENT:
            return self.id in subject.department_ids
        return self.id == subject.staff_id


@dataclass(frozen=True, slots=True)
class ClosureView:
    """A time in which a room is closed, or kept for some; of a room that shares atoms as well."""

    id: int
    room_id: int
    kind: ClosureKind
    from_at: datetime
    until_at: datetime
    reason: str
    exceptions: tuple[Claim, ...]
    made_by: int
    made_at: datetime
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuotaView:
    """How much one subject may book within a period; of one room, or (None) of all together."""

    id: int
    room_id: int | None
    subject: QuotaSubject
    period: QuotaPeriod
    measure: QuotaMeasure
    amount: int
    week_starts_on: int


@dataclass(frozen=True, slots=True)
class RoomView:
    """A meeting room with all that decides about its bookings, as it was when `stamp` was counted.

    `hours` are the merged stretches of each weekday (1 Monday … 7 Sunday) in minutes of the day; without any
    the room is open always. `is_active` says that it may be booked: switched on, at a place in use.
    `closures` are those of this room and of the rooms that exclude it that had not ended. `excluded_ids` are
    the rooms that share an atom with it, itself not among them.
    """

    id: int
    name: str
    place_id: int
    place_path: str
    campus_id: int
    campus: str
    building_id: int
    position: int
    capacity: int
    description: str
    layouts: Mapping[Layout, int]
    equipment: Mapping[str, int]  # count by the code of the equipment
    approval: Approval
    approval_level: Level | None
    turnaround_minutes: int
    min_minutes: int
    max_minutes: int
    lead_minutes: int
    advance_days: int
    is_checkin_required: bool
    grace_minutes: int
    exempt_minutes: int
    is_active: bool
    is_enabled: bool
    revision: int
    stamp: int
    part_ids: tuple[int, ...]
    atom_ids: tuple[int, ...]
    excluded_ids: frozenset[int]
    hours: Mapping[int, tuple[Stretch, ...]]
    managers: frozenset[int]
    access: Mapping[Right, tuple[Claim, ...]]
    closures: tuple[ClosureView, ...] = ()
    quotas: tuple[QuotaView, ...] = ()

    @property
    def is_hall(self) -> bool:
        """Whether it consists of other rooms."""
        return bool(self.part_ids)

    @property
    def turnaround(self) -> timedelta:
        """What is held after each meeting."""
        return timedelta(minutes=self.turnaround_minutes)

    def seats(self, layout: Layout | None) -> int:
        """How many it seats in a layout; 0 in one that it does not offer."""
        return self.capacity if layout is None else self.layouts.get(layout, 0)


def may(subject: Subject, room: RoomView, right: Right) -> bool:
    """Whether the subject has a right to the room by its access rows.

    Without a row for seeing, or for booking (at once or with approval), everybody may. Who may book, or
    override, may see; who may book at once may book with approval. Overriding is never given to everybody
    by default.
    """
    if right is Right.OVERRIDE:
        return _has(subject, room, Right.OVERRIDE)
    if not _sees(subject, room):
        return False
    if right is Right.SEE:
        return True
    is_open = not room.access.get(Right.BOOK) and not room.access.get(Right.PREBOOK)
    if is_open or _has(subject, room, Right.BOOK):
        return True
    return right is Right.PREBOOK and _has(subject, room, Right.PREBOOK)


def _sees(subject: Subject, room: RoomView) -> bool:
    if not room.access.get(Right.SEE):
        return True
    return any(_has(subject, room, right) for right in _SHOWING)


def _has(subject: Subject, room: RoomView, right: Right) -> bool:
    return any(claim.covers(subject) for claim in room.access.get(right, ()))


def holds(actor: Actor, permission: Permission, room: RoomView) -> bool:
    """Whether the actor holds a permission where the room lies."""
    return actor.reach(permission).covers(campus_id=room.campus_id, building_id=room.building_id)


def edits(actor: Actor, room: RoomView) -> bool:
    """Whether the actor may change anything of the room."""
    return holds(actor, Permission.ROOMS_MANAGE, room)


def manages(actor: Actor, room: RoomView) -> bool:
    """Whether the actor looks after the room's photos, hours and closures: its manager, or who edits it."""
    return actor.staff_id in room.managers or edits(actor, room)


def approves(actor: Actor, room: RoomView) -> bool:
    """Whether the actor decides about the room's bookings."""
    return actor.staff_id in room.managers or holds(actor, Permission.MEETINGS_APPROVE, room)


def kept_by(actor: Actor, rooms: Iterable[RoomView]) -> frozenset[int]:
    """Which of many rooms the actor manages or approves for, by id."""
    return _within_reach(actor, rooms, _KEEPING)


def overseen_by(actor: Actor, rooms: Iterable[RoomView]) -> frozenset[int]:
    """Which of many rooms the actor sees whatever their access says, by id."""
    return _within_reach(actor, rooms, _OVERSEEING)


def _within_reach(
    actor: Actor, rooms: Iterable[RoomView], permissions: Iterable[Permission]
) -> frozenset[int]:
    reaches = [actor.reach(permission) for permission in permissions]
    return frozenset(
        room.id
        for room in rooms
        if actor.staff_id in room.managers
        or any(one.covers(campus_id=room.campus_id, building_id=room.building_id) for one in reaches)
    )


def oversees(actor: Actor, room: RoomView) -> bool:
    """Whether the actor sees the room whatever its access says."""
    return bool(overseen_by(actor, [room]))


def sees(actor: Actor, subject: Subject, room: RoomView) -> bool:
    """Whether the actor, who is the subject, may know of the room; switched off, only its keepers may."""
    return oversees(actor, room) or (room.is_active and may(subject, room, Right.SEE))


def weekday_of(on_date: date, calendar: Calendar) -> int:
    """Whose hours a day follows: a workday on a weekend Monday's (调休), a day off Sunday's, else its own."""
    day = calendar.day(on_date)
    weekday = on_date.isoweekday()
    is_weekend = weekday > 5
    if day.is_workday:
        return MONDAY if is_weekend else weekday
    if not is_weekend or day.kind is DayKind.HOLIDAY:
        return SUNDAY
    return weekday


def merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Stretches in order, those that touch or overlap as one."""
    found: list[Stretch] = []
    for begins, ends in sorted(stretches):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return tuple(found)


def hours_on(room: RoomView, on_date: date, calendar: Calendar | None) -> tuple[Stretch, ...]:
    """When the room may be booked on a day, in minutes of the day."""
    if not room.hours:
        return ((0, DAY_MINUTES),)
    if calendar is None:
        raise ValueError("the hours of a room need the calendar")
    return room.hours.get(weekday_of(on_date, calendar), ())


def open_spans(
    room: RoomView, from_on: date, until_on: date, calendar: Calendar | None
) -> list[tuple[datetime, datetime]]:
    """When the room may be booked within [from_on, until_on), as instants; day by day."""
    spans = []
    for offset in range((until_on - from_on).days):
        day = from_on + timedelta(days=offset)
        midnight = clock.at_local(day, time.min)
        spans += [
            (midnight + timedelta(minutes=begins), midnight + timedelta(minutes=ends))
            for begins, ends in hours_on(room, day, calendar)
        ]
    return spans


def is_within_hours(room: RoomView, start: datetime, end: datetime, calendar: Calendar | None) -> bool:
    """Whether the room may be booked for all of [start, end). Hours are those of the compound's clocks.

    A meeting across midnight lies within if each of its days is open for its part. The calendar is needed
    only where the room has hours (`room.hours`).
    """
    if not room.hours:
        return True
    starts, ends = clock.local(start), clock.local(end)
    day = starts.date()
    while day <= ends.date():
        begins_at = _minute(starts) if day == starts.date() else 0.0
        ends_at = _minute(ends) if day == ends.date() else float(DAY_MINUTES)
        if ends_at > begins_at and not any(
            opens <= begins_at and ends_at <= closes for opens, closes in hours_on(room, day, calendar)
        ):
            return False
        day += _ONE_DAY
    return True


def wall_time(minute: int) -> time:
    """A minute of the day as a time; the end of the day is 00:00."""
    return time(minute // 60 % 24, minute % 60)


def _minute(local: datetime) -> float:
    return local.hour * 60 + local.minute + local.second / 60 + local.microsecond / 60e6


def closure_against(
    subject: Subject, closures: Sequence[ClosureView], start: datetime, end: datetime
) -> ClosureView | None:
    """The first closure that keeps the subject out of [start, end); the turnaround does not count."""
    for closure in closures:
        if closure.lifted_at is not None or closure.from_at >= end or closure.until_at <= start:
            continue
        if not any(claim.covers(subject) for claim in closure.exceptions):
            return closure
    return None


def needs_approval(room: RoomView, *, level: int, is_within_hours: bool) -> bool:
    """Whether the room's rule lets a booking wait for approval, by the attendees' level and the hours."""
    if room.approval is Approval.ALWAYS:
        return True
    if room.approval is Approval.OUTSIDE_HOURS:
        return not is_within_hours
    if room.approval_level is None:
        return False
    if room.approval is Approval.BELOW_LEVEL:
        return level < room.approval_level
    return room.approval is Approval.FROM_LEVEL and level >= room.approval_level


def is_too_far(room: RoomView, start: datetime, today: date) -> bool:
    """Whether a day lies beyond the advance window, which excludes its last day: 10 days, +10 refused."""
    return clock.local(start).date() >= today + timedelta(days=room.advance_days)


def is_too_late(room: RoomView, start: datetime, now: datetime) -> bool:
    """Whether less than the lead time is left before the beginning."""
    return start < now + timedelta(minutes=room.lead_minutes)


def is_length_allowed(room: RoomView, start: datetime, end: datetime) -> bool:
    """Whether the meeting is neither shorter nor longer than the room allows."""
    return timedelta(minutes=room.min_minutes) <= end - start <= timedelta(minutes=room.max_minutes)


@dataclass(frozen=True, slots=True)
class Wants:
    """What a room must offer. `equipment` are codes; each must be there at least once."""

    capacity: int = 0
    layout: Layout | None = None
    equipment: frozenset[str] = field(default_factory=frozenset)
    campus_id: int | None = None


def offers(room: RoomView, wants: Wants) -> bool:
    """Whether the room has the seats (in the layout), the equipment and the campus that are wanted."""
    if wants.layout is not None and wants.layout not in room.layouts:
        return False
    return (
        room.seats(wants.layout) >= wants.capacity
        and wants.equipment <= room.equipment.keys()
        and wants.campus_id in (None, room.campus_id)
    )
