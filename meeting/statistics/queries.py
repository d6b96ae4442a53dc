"""Reads of the statistics, scoped by where the actor reads meetings."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cached_property
from typing import Any, Final

from sqlalchemy import func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.dates import day_text
from backend.db import db
from backend.identity import queries as identity
from backend.identity.departments import DepartmentTree
from backend.identity.models import Posting, Staff, StaffStatus
from backend.workdays import queries as workdays
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms
from meeting.rooms.errors import RoomNotFound
from meeting.rooms.policies import RoomView
from meeting.statistics import figures, policies, rollups
from meeting.statistics.errors import DepartmentTooSmall, HoursOfDepartment, StatisticsSpan
from meeting.statistics.figures import Base
from meeting.statistics.policies import FEWEST_PEOPLE, By, Figures, Occupied, Size
from meeting.statistics.rollups import Selection, Total
from meeting.statistics.titles import SMALL_DEPARTMENTS, WEEKDAY_NAMES

MOST_DAYS: Final = 800
_ONE_DAY: Final = timedelta(days=1)
_HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one thing; `key` is its identifier, or `2026-11-23`, `2026-W48`, `2026-11`."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of a weekday (1–7): minutes in use on so many such days, of so many physical rooms."""

    weekday: int
    weekday_name: str
    hour: int
    minutes: int
    days: int
    rooms: int

    @property
    def rooms_in_use(self) -> int:
        """How many rooms were in use on average, in hundredths."""
        return (200 * self.minutes // (_HOUR * self.days) + 1) // 2 if self.days else 0

    @property
    def occupancy(self) -> policies.Rate:
        """The minutes in use of those of all rooms."""
        return policies.Rate(self.minutes, _HOUR * self.days * self.rooms)


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of what begins on [from_on, until_on], both included, as it stands now."""

    from_on: date
    until_on: date
    by: By
    total: Figures
    rows: Sequence[Row]
    heat: Sequence[Cell] = ()


@dataclass(frozen=True)
class _Rooms:
    """Which rooms are counted, and (for the occupancy) which physical rooms these are."""

    every: Mapping[int, RoomView]
    selected: Mapping[int, RoomView]

    @property
    def ids(self) -> Collection[int] | None:
        """Of which rooms sums are read; None for all."""
        return None if len(self.selected) == len(self.every) else list(self.selected)

    @property
    def atoms(self) -> list[RoomView]:
        """The physical rooms, each once."""
        ids = dict.fromkeys(atom for room in self.selected.values() for atom in room.atom_ids)
        return [self.every[atom] for atom in ids if atom in self.every]

    @cached_property
    def weights(self) -> Mapping[int, int]:
        """How many of the physical rooms each room takes, of those that take any."""
        counted = {atom.id for atom in self.atoms}
        found = {room.id: len(counted.intersection(room.atom_ids)) for room in self.every.values()}
        return {room_id: number for room_id, number in found.items() if number}

    @property
    def taking(self) -> Collection[int] | None:
        """The rooms whose meetings take any of the physical ones; None for all."""
        return None if self.ids is None else list(self.weights)

    @property
    def halls(self) -> Mapping[int, int]:
        """The weights of those that take more than one."""
        return {room_id: number for room_id, number in self.weights.items() if number > 1}


def report(
    actor: Actor,
    *,
    from_on: date,
    until_on: date,
    by: By = By.DAY,
    campus_id: int | None = None,
    room_id: int | None = None,
    department_id: int | None = None,
) -> Statistics:
    """The figures of the rooms within reach, by one dimension; a department with all below it.

    Occupancy is told of rooms, not of departments. Raises StatisticsSpan, RoomNotFound, DepartmentTooSmall or
    HoursOfDepartment.
    """
    ensure_span(from_on, until_on)
    counted = _selected(actor, campus_id, room_id)
    departments = None if department_id is None else _departments(department_id)
    if by is By.HOUR and departments is not None:
        raise HoursOfDepartment
    selection = Selection(from_on, until_on, counted.ids, departments)
    if by is By.DEPARTMENT or departments is not None:
        return _without_occupancy(by, selection, counted)
    return _with_occupancy(by, selection, counted)


def total(from_on: date, until_on: date) -> Figures:
    """The figures of the whole compound, for the review; three statements."""
    every = rooms.all_rooms()
    return _with_occupancy(By.MONTH, Selection(from_on, until_on), _Rooms(every, every)).total


def by_room(from_on: date, until_on: date) -> list[Row]:
    """The same by room, the most used first."""
    every = rooms.all_rooms()
    return list(_with_occupancy(By.ROOM, Selection(from_on, until_on), _Rooms(every, every)).rows)


def ensure_span(from_on: date, until_on: date) -> None:
    """Raise StatisticsSpan for no days, or too many."""
    if not timedelta() <= until_on - from_on < timedelta(days=MOST_DAYS):
        raise StatisticsSpan(days=MOST_DAYS)


def told_departments() -> list[tuple[int, str]]:
    """The departments of which figures are told, with their paths, from the top down; two statements."""
    tree = identity.department_tree()
    every = list(_downwards(tree, None))
    people = _people(every)
    return [
        (each, tree.path(each))
        for each in every
        if sum(people.get(below, 0) for below in tree.with_descendants(each)) >= FEWEST_PEOPLE
    ]


def _downwards(tree: DepartmentTree, above: int | None) -> Iterator[int]:
    for node in tree.children(above):
        yield node.id
        yield from _downwards(tree, node.id)


def _selected(actor: Actor, campus_id: int | None, room_id: int | None) -> _Rooms:
    every = rooms.all_rooms()
    selected = {
        room.id: room
        for room in every.values()
        if room_policies.holds(actor, Permission.MEETINGS_READ, room) and campus_id in (None, room.campus_id)
    }
    if room_id is not None:
        if room_id not in selected:
            raise RoomNotFound
        selected = {room_id: selected[room_id]}
    return _Rooms(every, selected)


# --- with the rooms' occupancy ------------------------------------------------------------------------------


def _with_occupancy(by: By, selection: Selection, counted: _Rooms) -> Statistics:
    days = [
        selection.from_on + _ONE_DAY * number
        for number in range((selection.until_on - selection.from_on).days + 1)
    ]
    today, atoms = clock.today(), counted.atoms
    calendar = workdays.calendar_for(days[0], days[-1])
    from_at, until_at = clock.at_local(days[0], time.min), clock.at_local(days[-1] + _ONE_DAY, time.min)
    closures = rooms.closures([atom.id for atom in atoms], from_at, until_at)
    bookable = figures.base(atoms, days, calendar, closures, rooms=counted.every, today=today)
    days_off = frozenset(day for day in days if not calendar.is_workday(day))
    if by in (By.ROOM, By.CAMPUS):
        return _by_room(by, selection, counted, bookable, days_off)
    halls = counted.halls
    totals = rollups.by("on_date", selection, halls)
    occupied = {day: total.occupied for day, total in totals.items()}
    taking = Selection(selection.from_on, selection.until_on, counted.taking)
    if taking.room_ids is not None and set(taking.room_ids) != counted.selected.keys():
        # A part is taken by its hall's meetings, too, which are not its own.
        occupied = rollups.occupied("on_date", taking, weights=halls)

    def of(some: Sequence[date]) -> Figures:
        found = [totals[day] for day in some if day in totals]
        worked = [occupied[day] for day in some if day in occupied and day not in days_off]
        return Figures(
            policies.added(total.sums for total in found),
            sum(total.seat_minutes for total in found),
            sum(worked, Occupied()),
            bookable.of_days(some, today),
        )

    rows = [] if by is By.HOUR else [Row(*named, of(some)) for named, some in _buckets(by, days).items()]
    heat = _heat(taking, counted, days, today) if by is By.HOUR else []
    return Statistics(selection.from_on, selection.until_on, by, of(days), rows, heat)


def _by_room(
    by: By, selection: Selection, counted: _Rooms, bookable: Base, days_off: Collection[date]
) -> Statistics:
    """By room, or campus: a hall is occupied where its parts are, and a part with its hall."""
    taking = Selection(selection.from_on, selection.until_on, counted.taking)
    totals = rollups.by("room_id", taking)
    off = rollups.occupied("room_id", taking, days=days_off)  # Little: the sums are read once.
    occupied = {key: total.occupied - off.get(key, Occupied()) for key, total in totals.items()}
    own = {key: total for key, total in totals.items() if key in counted.selected}

    def of(some: Collection[RoomView]) -> Figures:
        atoms = {atom for room in some for atom in room.atom_ids}
        taken = {key for room in some for key in (room.id, *room.excluded_ids)} & occupied.keys()
        minutes = (occupied[key].times(len(atoms.intersection(counted.every[key].atom_ids))) for key in taken)
        return replace(
            _together(own[room.id] for room in some if room.id in own),
            occupied=sum(minutes, Occupied()),
            bookable=bookable.of_rooms(sorted(atoms)),
        )

    known = [room for room in counted.selected.values() if room.is_active or room.id in own]
    rows = [Row(*named, of(some)) for named, some in _groups(by, known).items()]
    rows.sort(key=lambda row: -(row.figures.occupancy_used.percent or 0) if row.figures.occupancy_used else 0)
    return Statistics(selection.from_on, selection.until_on, by, of(counted.selected.values()), rows)


def _groups(by: By, some: Iterable[RoomView]) -> dict[tuple[str, str], list[RoomView]]:
    found: dict[tuple[str, str], list[RoomView]] = defaultdict(list)
    for room in some:
        named = (room.id, room.name) if by is By.ROOM else (room.campus_id, room.campus)
        found[str(named[0]), named[1]].append(room)
    return found


def _buckets(by: By, days: Iterable[date]) -> dict[tuple[str, str], list[date]]:
    found: dict[tuple[str, str], list[date]] = defaultdict(list)
    for day in days:
        found[_bucket(by, day)].append(day)
    return found


def _bucket(by: By, day: date) -> tuple[str, str]:
    if by is By.DAY:
        return day.isoformat(), day_text(day)
    if by is By.WEEK:
        year, week, _ = day.isocalendar()
        monday = day - _ONE_DAY * day.weekday()
        return f"{year}-W{week:02}", f"{year}年第{week}周（{day_text(monday)}起）"
    return f"{day:%Y-%m}", f"{day.year}年{day.month}月"


def _heat(taking: Selection, counted: _Rooms, days: Sequence[date], today: date) -> list[Cell]:
    weekdays: dict[int, int] = defaultdict(int)
    for day in days:
        weekdays[day.isoweekday()] += day <= today
    found: dict[tuple[int, int], int] = defaultdict(int)
    for (on_date, hour), minutes in rollups.hours_by_day(taking, counted.halls).items():
        found[on_date.isoweekday(), hour] += minutes
    number = sum(atom.is_active for atom in counted.atoms)
    return [
        Cell(weekday, WEEKDAY_NAMES[weekday - 1], hour, minutes, weekdays[weekday], number)
        for (weekday, hour), minutes in sorted(found.items())
        if minutes
    ]


# --- of departments -----------------------------------------------------------------------------------------


def _without_occupancy(by: By, selection: Selection, counted: _Rooms) -> Statistics:
    rows: Iterable[Row]
    if by is By.DEPARTMENT:
        found = rollups.by("department_id", selection)
        rows = _by_department(found)
    elif by in (By.ROOM, By.CAMPUS):
        found = rollups.by("room_id", selection)
        known = [room for room in counted.selected.values() if room.id in found]
        rows = [
            Row(*named, _together(found[room.id] for room in some))
            for named, some in _groups(by, known).items()
        ]
    else:
        found = rollups.by("on_date", selection)
        days = [
            selection.from_on + _ONE_DAY * number
            for number in range((selection.until_on - selection.from_on).days + 1)
        ]
        rows = [
            Row(*named, _together(found[day] for day in some if day in found))
            for named, some in _buckets(by, days).items()
        ]
    return Statistics(selection.from_on, selection.until_on, by, _together(found.values()), list(rows))


def _together(found: Iterable[Total], least: int = 0) -> Figures:
    some = list(found)
    return Figures(
        policies.added(each.sums for each in some), sum(each.seat_minutes for each in some), least=least
    )


def _by_department(found: Mapping[int, Total]) -> list[Row]:
    """What meets most first; the small ones together, last."""
    tree = identity.department_tree()
    people = _people(found)
    small = policies.small(Size(each, people.get(each, 0)) for each in found)
    rows = [
        Row(str(each), _name(tree, each), _together([total], policies.FEWEST_MEETINGS))
        for each, total in found.items()
        if each not in small
    ]
    rows.sort(key=lambda row: (-row.figures.sums.used_minutes, -row.figures.sums.booked_minutes, row.name))
    if small:
        others = _together((found[each] for each in small), policies.FEWEST_MEETINGS)
        rows.append(Row("", SMALL_DEPARTMENTS, others))
    return rows


def _name(tree: DepartmentTree, department_id: int) -> str:
    return tree.path(department_id) if department_id in tree else "—"


def _departments(department_id: int) -> list[int]:
    """The department with all below it. Raises DepartmentTooSmall."""
    ids = identity.department_tree().with_descendants(department_id)
    if sum(_people(ids).values()) < FEWEST_PEOPLE:
        raise DepartmentTooSmall
    return ids


def _people(department_ids: Collection[int]) -> dict[int, int]:
    """How many active members of staff have their first post in each department; one statement."""
    rows: Any = db.session.execute(
        select(Posting.department_id, func.count())
        .join(Staff, Staff.id == Posting.staff_id)
        .where(
            Posting.is_primary,
            Staff.status == StaffStatus.ACTIVE.value,
            Posting.department_id.in_(department_ids),
        )
        .group_by(Posting.department_id)
    )
    return dict(rows.all())
