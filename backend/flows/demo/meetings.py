"""The demo's meetings of the past: a working year of rooms that were used, given up, or that nobody came to.

Rows only of what is over; what is ahead is booked by the use cases of the house (`sittings`). The daily sums
are counted from these rows once all is loaded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from backend import clock
from backend.db import Base
from backend.flows.demo.halls import EAST_HALL, HALL, HALLS, WEST_HALL, Hall
from backend.flows.demo.people import Member
from backend.flows.demo.plan import Plan
from backend.workdays.policies import Calendar
from meeting.bookings.models import Booking, BookingEvent, HolidayRule, Occurrence, State
from meeting.rooms.models import Level

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_SEED: Final = "houqin demo 2026: meetings"
SUBJECTS: Final = (
    "处务会", "重点工作调度会", "预算执行分析会", "专题学习", "项目评审会", "工作座谈会", "信息化建设推进会",
    "党支部会议", "业务培训", "安全生产例会", "采购需求论证会", "工作交接会", "周例会", "材料会商",
)  # fmt: skip # A dozen in three lines.
_MORNING: Final = (time(8, 30), time(9), time(9, 30), time(10))
_AFTERNOON: Final = (time(14), time(14, 30), time(15), time(15, 30), time(16))
_MINUTES: Final = (45, 60, 60, 90, 90, 120, 150)
# Of a hundred meetings, so many were given up before, and of rooms where one signs in so many saw nobody.
_CANCELLED: Final = 0.07
_NOT_COME: Final = 0.05
_EARLY: Final = 0.4


@dataclass(frozen=True, slots=True)
class Sitting:
    """One meeting as it was."""

    id: int
    hall: Hall
    organiser: Member
    subject: str
    headcount: int
    start_at: datetime
    planned_end_at: datetime
    end_at: datetime
    booked_at: datetime
    state: State
    signed_in_at: datetime | None


def tables(plan: Plan, calendar: Calendar) -> Tables:
    """The bookings with their occurrences and timelines, parents before children."""
    held = plan_meetings(plan, calendar)
    yield _bookings(held)
    yield _occurrences(held)
    yield _events(held)


def plan_meetings(plan: Plan, calendar: Calendar) -> list[Sitting]:
    """Every meeting that was over by the beginning of today; the same on equal days."""
    rng = Random(_SEED)
    officials = [one for one in plan.members if not one.role]
    held: list[Sitting] = []
    day, today = plan.started_on, clock.local(plan.now).date()
    while day < today:
        whole: set[bool] = set()  # The halves of the day in which the hall is not divided.
        for hall in HALLS if calendar.is_workday(day) else ():
            for slot in _slots(rng, hall):
                if hall.id == HALL:
                    whole.add(slot in _MORNING)
                if hall.id not in (EAST_HALL, WEST_HALL) or (slot in _MORNING) not in whole:
                    held.append(_sitting(rng, len(held) + 1, hall, rng.choice(officials), day, slot))
        day += timedelta(days=1)
    return held


def _slots(rng: Random, hall: Hall) -> list[time]:
    """When the meetings of a day begin: at most one in the morning, and one or two in the afternoon."""
    # Room enough for the longest of them and the turnaround between a morning's and an afternoon's.
    halves = [rng.choice(_MORNING)] if rng.random() < hall.busy / 2 else []
    if rng.random() < hall.busy / 2:
        halves.append(rng.choice(_AFTERNOON))
    return halves


def _sitting(rng: Random, number: int, hall: Hall, organiser: Member, day: date, begins: time) -> Sitting:
    start_at = clock.at_local(day, begins)
    planned_end_at = start_at + timedelta(minutes=rng.choice(_MINUTES))
    state, end_at, signed_in_at = State.ENDED, planned_end_at, None
    if rng.random() < _CANCELLED:
        state = State.CANCELLED
    elif hall.is_checkin_required and rng.random() < _NOT_COME:
        state = State.RELEASED
    else:
        signed_in_at = start_at + timedelta(minutes=rng.randint(-12, 8))
        if rng.random() < _EARLY:
            end_at = planned_end_at - timedelta(minutes=rng.choice((10, 15, 20, 25)))
    booked_at = start_at - timedelta(hours=rng.triangular(2, 200, 30))
    return Sitting(
        id=number,
        hall=hall,
        organiser=organiser,
        subject=rng.choice(SUBJECTS),
        headcount=max(3, round(hall.capacity * rng.uniform(0.2, 0.95))),
        start_at=start_at,
        planned_end_at=planned_end_at,
        end_at=end_at,
        booked_at=booked_at,
        state=state,
        signed_in_at=signed_in_at,
    )


# Rows


def _bookings(held: Sequence[Sitting]) -> tuple[type[Base], str, Sequence[tuple[Any, ...]]]:
    columns = (
        "id uid organiser_id booked_by booked_at room_id first_start_at first_end_at timezone"
        " holiday_rule changed_at"
    )
    rows = [
        (one.id, f"demo-{one.id}@houqin",
         one.organiser.staff_id, one.organiser.staff_id, one.booked_at, one.hall.id, one.start_at,
         one.planned_end_at, "Asia/Shanghai", HolidayRule.KEEP.value, one.booked_at)
        for one in held
    ]  # fmt: skip # One column a line would say no more.
    return Booking, columns, rows


def _occurrences(held: Sequence[Sitting]) -> tuple[type[Base], str, Sequence[tuple[Any, ...]]]:
    columns = (
        "id booking_id slot_at room_id organiser_id department_id subject level headcount start_at end_at"
        " planned_end_at state reason checked_in_at checked_in_by ended_at"
    )
    rows = [
        (one.id, one.id, one.start_at, one.hall.id, one.organiser.staff_id, one.organiser.department_id,
         one.subject, Level.ORDINARY.value, one.headcount, one.start_at, one.end_at, one.planned_end_at,
         one.state.value, "会议取消" if one.state is State.CANCELLED else "", one.signed_in_at,
         one.organiser.staff_id if one.signed_in_at else None, one.end_at if one.signed_in_at else None)
        for one in held
    ]  # fmt: skip # One column a line would say no more.
    return Occurrence, columns, rows


def _events(held: Sequence[Sitting]) -> tuple[type[Base], str, Sequence[tuple[Any, ...]]]:
    rows: list[tuple[Any, ...]] = []
    for one in held:
        who, system = (one.organiser.staff_id, one.organiser.name), (0, "系统")
        happened = [(one.booked_at, "book", "", State.BOOKED, who)]
        if one.state is State.CANCELLED:
            happened.append((one.start_at - timedelta(hours=1), "cancel", State.BOOKED, State.CANCELLED, who))
        elif one.state is State.RELEASED:
            nobody_at = one.start_at + timedelta(minutes=10)
            happened.append((nobody_at, "release", State.BOOKED, State.RELEASED, system))
        elif one.signed_in_at is not None:
            happened.append((one.signed_in_at, "check_in", State.BOOKED, State.IN_USE, who))
            happened.append((one.end_at, "end", State.IN_USE, State.ENDED, who))
        rows += [
            (one.id, one.id, at, step, str(before), to.value, *by, "", {})
            for at, step, before, to, by in sorted(happened, key=lambda each: each[0])
        ]
    columns = "booking_id occurrence_id at step from_state to_state actor_id actor_name text details"
    return BookingEvent, columns, rows
