"""For how long rooms can be booked: workdays times the room's hours, less the times in which it is closed.

Pure functions. Workdays are those of the calendar with its 调休; one on a weekend follows Monday's hours. A
room that is open always counts with the office's hours: nobody meets at night. Halls have no time of
their own: they are counted by their parts. Hours and closures are those of today, also for days of the past.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from backend.workdays.policies import Calendar, Day
from meeting.rooms.models import ClosureKind
from meeting.rooms.policies import ClosureView, RoomView, Stretch, hours_on, open_spans
from meeting.statistics.policies import Bookable

_ONE_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Base:
    """The bookable minutes of physical rooms by day, and of each of these rooms."""

    by_day: Mapping[date, int]
    by_room: Mapping[int, tuple[int, int]]  # in all, and up to today
    whole: int

    def of_days(self, days: Iterable[date], today: date) -> Bookable:
        """What could be booked on some of the days."""
        minutes = {day: self.by_day.get(day, 0) for day in days}
        past = sum(number for day, number in minutes.items() if day <= today)
        return Bookable(sum(minutes.values()), past, len(self.by_room), self.whole)

    def of_rooms(self, atom_ids: Sequence[int]) -> Bookable:
        """What could be booked of some of the physical rooms."""
        found = [self.by_room[atom] for atom in atom_ids if atom in self.by_room]
        return Bookable(
            sum(minutes for minutes, _ in found), sum(past for _, past in found), len(found), len(atom_ids)
        )


def base(
    atoms: Sequence[RoomView],
    days: Sequence[date],
    calendar: Calendar,
    closures: Iterable[ClosureView],
    *,
    rooms: Mapping[int, RoomView],
    today: date,
) -> Base:
    """The bookable time of these physical rooms on these days; those out of use have none."""
    workdays = [day for day in map(calendar.day, days) if day.is_workday]
    lost = _lost([atom for atom in atoms if atom.is_active], workdays, calendar, closures, rooms)
    by_day: dict[date, int] = defaultdict(int)
    by_room: dict[int, tuple[int, int]] = {}
    for group in _alike(atoms, lambda atom: tuple(sorted(atom.hours.items()))):
        minutes = {day.on_date: _minutes(group[0], day, calendar) for day in workdays}
        whole, past = sum(minutes.values()), sum(each for day, each in minutes.items() if day <= today)
        for on_date, number in minutes.items():
            by_day[on_date] += number * len(group)
        for atom in group:
            off = lost.get(atom.id, {})
            gone = sum(each for day, each in off.items() if day <= today)
            by_room[atom.id] = (whole - sum(off.values()), past - gone)
            for on_date, number in off.items():
                by_day[on_date] -= number
    return Base(by_day, by_room, len(atoms))


def _alike(atoms: Iterable[RoomView], key: Callable[[RoomView], Hashable]) -> Iterable[Sequence[RoomView]]:
    """The rooms in use, those with the same hours together: there are few kinds of hours, and many days."""
    found: dict[Hashable, list[RoomView]] = defaultdict(list)
    for atom in atoms:
        if atom.is_active:
            found[key(atom)].append(atom)
    return found.values()


def _minutes(room: RoomView, day: Day, calendar: Calendar) -> int:
    stretches: Iterable[Stretch]
    if room.hours:
        stretches = hours_on(room, day.on_date, calendar)
        return sum(ends - begins for begins, ends in stretches)
    return sum((ends - begins) // _MINUTE for begins, ends in day.spans())


def _lost(
    atoms: Sequence[RoomView],
    workdays: Sequence[Day],
    calendar: Calendar,
    closures: Iterable[ClosureView],
    rooms: Mapping[int, RoomView],
) -> dict[int, dict[date, int]]:
    """The bookable minutes for which each room was closed, by day; with a hall its parts are."""
    closed: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for each in closures:
        if each.kind is ClosureKind.CLOSED and each.room_id in rooms:
            for atom_id in rooms[each.room_id].atom_ids:
                closed[atom_id].append((each.from_at, each.until_at))
    found: dict[int, dict[date, int]] = {}
    for atom in atoms:
        if atom.id in closed:
            times = _apart(closed[atom.id])
            found[atom.id] = {
                day.on_date: sum(
                    _overlap(span, time) for span in _spans(atom, day, calendar) for time in times
                )
                for day in workdays
            }
    return found


def _spans(room: RoomView, day: Day, calendar: Calendar) -> list[tuple[datetime, datetime]]:
    if room.hours:
        return open_spans(room, day.on_date, day.on_date + _ONE_DAY, calendar)
    return day.spans()


def _apart(times: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The times in order, those that touch or overlap as one."""
    found: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(times):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def _overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> int:
    length = min(one[1], other[1]) - max(one[0], other[0])
    return max(length // _MINUTE, 0)
