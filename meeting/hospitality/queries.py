"""Reads of what was ordered for meetings."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, or_, select, true

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.rules import queries as rule_queries
from meeting.bookings import people
from meeting.bookings import policies as booking_policies
from meeting.bookings import queries as bookings
from meeting.bookings.models import Booking, Occurrence, State
from meeting.hospitality import lending, orders, policies
from meeting.hospitality.catalogue import queries as catalogue
from meeting.hospitality.catalogue.queries import ServiceView
from meeting.hospitality.models import UNDONE, ServiceLine, Task, TaskState
from meeting.hospitality.rules import LEAD_MINUTES
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms

# Who sees tasks, checks and their figures, where they hold one of these.
READS: Final = (Permission.HOSPITALITY_MANAGE, Permission.MEETINGS_READ, Permission.MEETINGS_SERVE)


@dataclass(frozen=True, slots=True)
class RoomName:
    """A room as a row names it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A service of a meeting. It can be changed before `latest_at`."""

    service_id: int
    code: str
    name: str
    unit: str
    quantity: int
    price_fen: int
    note: str
    word: str
    is_short: bool
    latest_at: datetime
    ordered_at: datetime


@dataclass(frozen=True, slots=True)
class DefaultView:
    """A service that every meeting of a booking has; `quantity` None is as it has heads."""

    service_id: int
    code: str
    name: str
    unit: str
    quantity: int | None
    note: str


@dataclass(frozen=True, slots=True)
class TaskSums:
    """How many tasks a meeting has, and how they stand."""

    total: int = 0
    done: int = 0
    unassigned: int = 0


@dataclass(frozen=True, slots=True)
class ServedView:
    """A meeting with what was ordered for it."""

    id: int
    start: datetime
    end: datetime
    state: str
    state_name: str
    room: RoomName
    lines: Sequence[LineView]
    tasks: TaskSums


@dataclass(frozen=True, slots=True)
class BookingServices:
    """What was ordered for a booking. `late`: the meetings that an order came too late for."""

    booking_id: int
    may_order: bool
    may_order_late: bool
    defaults: Sequence[DefaultView]
    occurrences: Sequence[ServedView]
    late: Sequence[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Availability:
    """How many of an item a campus has, and how many are free all of an interval."""

    item_id: int
    name: str
    unit: str
    campus_id: int
    count: int
    lent: int
    free: int


def within(actor: Actor, permissions: Collection[Permission], rows: type[Any]) -> ColumnElement[bool]:
    """The rows of a table with campus and building where the actor holds any of these permissions."""
    campus_ids: set[int] = set()
    building_ids: set[int] = set()
    for permission in permissions:
        reach = actor.reach(permission)
        if reach.everywhere:
            return true()
        campus_ids |= reach.campus_ids
        building_ids |= reach.building_ids
    return or_(rows.campus_id.in_(sorted(campus_ids)), rows.building_id.in_(sorted(building_ids)))


def manages(actor: Actor, occurrence: Occurrence) -> bool:
    """Whether the actor manages hospitality where a meeting is."""
    return room_policies.holds(actor, Permission.HOSPITALITY_MANAGE, rooms.find(occurrence.room_id))


def services_of(actor: Actor, booking_id: int, *, late: Collection[int] = ()) -> BookingServices:
    """What was ordered for each meeting of a booking. Raises BookingNotFound."""
    booking, occurrences = bookings.find(actor, booking_id)
    services = catalogue.all_services()
    lead, now = rule_queries.value(LEAD_MINUTES), clock.now()
    lines = orders.lines_of([each.id for each in occurrences])
    sums = _task_sums(lines)
    whos = people.standings(actor, booking, occurrences)
    is_manager = any(manages(actor, each) for each in occurrences)
    coming = [each for each in occurrences if each.state in policies.SERVED and each.end_at > now]
    return BookingServices(
        booking_id=booking_id,
        may_order=bool(coming) and (is_manager or any(whos[each.id].owns for each in coming)),
        may_order_late=bool(coming) and is_manager,
        defaults=_defaults(booking, services),
        occurrences=[
            ServedView(
                id=each.id,
                start=each.start_at,
                end=each.end_at,
                state=each.state,
                state_name=booking_policies.STATE_NAMES[State(each.state)],
                room=RoomName(each.room_id, rooms.find(each.room_id).name),
                lines=[_line(line, each, services[line.service_id], lead) for line in lines[each.id]],
                tasks=sums.get(each.id, TaskSums()),
            )
            for each in occurrences
        ],
        late=sorted(late),
    )


def availability(campus_id: int, start: datetime, end: datetime) -> list[Availability]:
    """What a campus has of each item, and how much of it is free all the time; three statements."""
    items = [each for each in catalogue.list_items() if each.is_active]
    keys = [(each.id, campus_id) for each in items]
    counts, loans = lending.stocks(keys), lending.loans_between(keys, (start, end))
    found = []
    for item in items:
        count = counts.get((item.id, campus_id), 0)
        lent = policies.peak(loans.get((item.id, campus_id), []), (start, end))
        found.append(
            Availability(item.id, item.name, item.unit, campus_id, count, lent, max(count - lent, 0))
        )
    return found


def _defaults(booking: Booking, services: Mapping[int, ServiceView]) -> list[DefaultView]:
    wishes = orders.defaults_of([booking.id]).get(booking.id, [])
    found = []
    for wish in wishes:
        service = services[wish.service_id]
        found.append(
            DefaultView(service.id, service.code, service.name, service.unit, wish.quantity, wish.note)
        )
    return found


def _line(line: ServiceLine, occurrence: Occurrence, service: ServiceView, lead: int) -> LineView:
    return LineView(
        service_id=service.id,
        code=service.code,
        name=service.name,
        unit=service.unit,
        quantity=line.quantity,
        price_fen=line.price_fen,
        note=line.note,
        word=line.word,
        is_short=line.is_short,
        latest_at=policies.latest_at(occurrence.start_at, service, lead),
        ordered_at=line.ordered_at,
    )


def _task_sums(occurrence_ids: Collection[int]) -> dict[int, TaskSums]:
    is_open = Task.steward_id.is_(None) & Task.state.in_([state.value for state in UNDONE])
    rows = db.session.execute(
        select(
            Task.occurrence_id,
            func.count(),
            func.sum(case((Task.state == TaskState.DONE.value, 1), else_=0)),
            func.sum(case((is_open, 1), else_=0)),
        )
        .where(Task.occurrence_id.in_(sorted(occurrence_ids)), Task.state != TaskState.CANCELLED.value)
        .group_by(Task.occurrence_id)
    )
    return {each: TaskSums(int(total), int(done), int(free)) for each, total, done, free in rows}
