"""Rules of hospitality: pure functions of services, times and what is promised already.

Sources: at least two hours ahead (财政部, E1); tea 15 and audio-visual 30 minutes before, a refill every 20
minutes; after the meeting documents and damage are checked (E1, E4).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from meeting.bookings.models import State
from meeting.hospitality.catalogue.models import Phase, QuantityBy
from meeting.hospitality.catalogue.queries import ServiceView
from meeting.hospitality.models import TaskState

# Meetings that are served: their tasks stand, and equipment is promised to them.
SERVED: Final = frozenset({State.PENDING, State.BOOKED, State.IN_USE})
TASK_STATE_NAMES: Final[Mapping[TaskState, str]] = {
    TaskState.OPEN: "待办",
    TaskState.WORKING: "进行中",
    TaskState.DONE: "已完成",
    TaskState.CANCELLED: "已取消",
}
PHASE_NAMES: Final[Mapping[Phase, str]] = {Phase.BEFORE: "会前", Phase.DURING: "会中", Phase.AFTER: "会后"}
MOST_SERVICES: Final = 30
MOST_QUANTITY: Final = 2000
# What is lent comes some time before the meeting at least, and is back in its cupboard some time after.
_FETCHING: Final = timedelta(minutes=15)
_RETURNING: Final = timedelta(minutes=15)
_SHORTEST: Final = timedelta(minutes=5)

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Wish:
    """So much of a service; None: as much as the meeting has heads, or one."""

    service_id: int
    quantity: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A task as it follows from a meeting's time and services."""

    key: str
    service_id: int | None
    phase: Phase
    sequence: int
    seat: int
    from_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Checks:
    """When a meeting is checked: so long before it at the latest, so long after it."""

    before: timedelta
    after: timedelta


def latest_at(start_at: datetime, service: ServiceView, lead_minutes: int) -> datetime:
    """The first instant at which a service can no longer be ordered or changed."""
    lead = service.lead_minutes if service.lead_minutes is not None else lead_minutes
    return start_at - timedelta(minutes=lead)


def quantity(wish: Wish, service: ServiceView, headcount: int) -> int:
    """How much of a service is meant."""
    if wish.quantity is not None:
        return wish.quantity
    return max(headcount, 1) if service.quantity_by == QuantityBy.HEAD else 1


def items_needed(service: ServiceView, ordered: int, equipment: Iterable[str]) -> int:
    """How much equipment so much of a service takes, in a room that has this of its own."""
    if service.item is None or (service.spared_by and service.spared_by in set(equipment)):
        return 0
    return -(-ordered // service.item_per) * service.item_count


def loan_span(service: ServiceView, start_at: datetime, end_at: datetime) -> Interval:
    """From when to when its equipment is away."""
    ahead = max(timedelta(minutes=service.ready_minutes + service.setup_minutes), _FETCHING)
    return start_at - ahead, end_at + max(timedelta(minutes=service.clear_minutes), _RETURNING)


def peak(loans: Iterable[tuple[datetime, datetime, int]], within: Interval) -> int:
    """How many are lent at most at one instant of an interval; intervals are half-open."""
    edges: list[tuple[datetime, int]] = []
    for from_at, until_at, count in loans:
        begin, end = max(from_at, within[0]), min(until_at, within[1])
        if begin < end:
            edges += [(begin, count), (end, -count)]
    most = running = 0
    # What comes back at an instant is there again for what leaves at it.
    for _, count in sorted(edges):
        running += count
        most = max(most, running)
    return most


def plan_service(service: ServiceView, start_at: datetime, end_at: datetime) -> list[Planned]:
    """The tasks of one service at one meeting."""
    ready_at = start_at - timedelta(minutes=service.ready_minutes)
    spans: list[tuple[Phase, int, datetime, datetime]] = []
    if service.setup_minutes:
        spans.append((Phase.BEFORE, 0, ready_at - timedelta(minutes=service.setup_minutes), ready_at))
    for number, at in enumerate(visits(service, start_at, end_at), start=1):
        visit = timedelta(minutes=service.visit_minutes)
        spans.append((Phase.DURING, number, at, max(min(at + visit, end_at), at + _SHORTEST)))
    if service.is_attended:
        spans.append((Phase.DURING, 0, start_at, end_at))
    if service.clear_minutes:
        spans.append((Phase.AFTER, 0, end_at, end_at + timedelta(minutes=service.clear_minutes)))
    return [
        Planned(
            key=f"{service.id}.{phase.value}.{number}.{seat}",
            service_id=service.id,
            phase=phase,
            sequence=number,
            seat=seat,
            from_at=from_at,
            due_at=due_at,
        )
        for phase, number, from_at, due_at in spans
        for seat in range(1, service.stewards + 1)
    ]


def visits(service: ServiceView, start_at: datetime, end_at: datetime) -> list[datetime]:
    """When somebody comes by while a meeting lasts: every so many minutes, never at its very end."""
    every = timedelta(minutes=service.repeat_minutes)
    if not every:
        return []
    found, at = [], start_at + every
    while at < end_at:
        found.append(at)
        at += every
    return found


def plan_checks(start_at: datetime, end_at: datetime, checks: Checks) -> list[Planned]:
    """The checks of the meeting itself: the room is looked at before and after it."""
    ready_at = start_at - checks.before
    spans = (
        (Phase.BEFORE, ready_at - timedelta(minutes=10), ready_at),
        (Phase.AFTER, end_at, end_at + checks.after),
    )
    return [
        Planned(f"check.{phase.value}", None, phase, 0, 1, from_at, due_at)
        for phase, from_at, due_at in spans
    ]


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """What intervals cover together, as few as possible; what touches is one."""
    found: list[Interval] = []
    for begin, end in sorted(intervals):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found


def clash(wanted: Sequence[Interval], taken: Sequence[Interval]) -> Interval | None:
    """The first of what is taken that overlaps anything wanted."""
    return next(
        (each for each in sorted(taken) for begin, end in wanted if each[0] < end and each[1] > begin), None
    )
