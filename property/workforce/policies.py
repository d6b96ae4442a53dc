"""Rules of the workforce and of the sheet of a week's duties: pure functions."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from backend import clock
from backend.documents.reading import Fault, Line
from property.workforce.errors import DutiesOverlap, DutyInvalid

DAYS_OF_WEEK: Final = 7
STAFF_NO: Final = "工号"
NAME: Final = "姓名"
GROUP: Final = "班组"
WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
COLUMNS: Final = (STAFF_NO, NAME, GROUP, *WEEKDAYS)
REQUIRED: Final = (STAFF_NO, *WEEKDAYS)
SEPARATOR: Final = "、"
# What people write instead of the separator.
_SEPARATORS: Final = str.maketrans(dict.fromkeys(",，;；/+ \n", SEPARATOR))
_RESTING: Final = frozenset({"", "休", "休息", "-", "—"})


@dataclass(frozen=True, slots=True)
class Span:
    """The hours of a shift by name; one that ends at or before its beginning ends on the next day."""

    id: int
    name: str
    from_time: time
    until_time: time

    def of(self, day: date) -> tuple[datetime, datetime]:
        """[from, until) of the shift that begins on `day`."""
        last = day if self.until_time > self.from_time else day + timedelta(days=1)
        return clock.at_local(day, self.from_time), clock.at_local(last, self.until_time)

    def covers(self, day: date, at: datetime) -> bool:
        """Whether the shift that begins on `day` is on at this instant."""
        begins, ends = self.of(day)
        return begins <= at < ends


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """One worker on one shift of one day."""

    staff_id: int
    on_date: date
    shift_id: int


def monday_of(day: date) -> date:
    """The first day of the week in which a day lies."""
    return day - timedelta(days=day.weekday())


def days_of(week_on: date) -> list[date]:
    """The seven days of the week that begins on a Monday."""
    return [week_on + timedelta(days=number) for number in range(DAYS_OF_WEEK)]


def ensure_week(
    week_on: date, turns: Iterable[Turn], names: Mapping[int, str], shifts: Collection[int]
) -> None:
    """Turns of this week, of these workers and shifts. Raises DutyInvalid."""
    if week_on.weekday():
        raise DutyInvalid(reason=f"{week_on} 不是周一")
    days = set(days_of(week_on))
    for turn in turns:
        if turn.on_date not in days:
            raise DutyInvalid(reason=f"{turn.on_date} 不在该周")
        if turn.staff_id not in names:
            raise DutyInvalid(reason="有人员不在该班组或已停用")
        if turn.shift_id not in shifts:
            raise DutyInvalid(reason="有班次不存在或已停用")


def ensure_apart(turns: Iterable[Turn], shifts: Mapping[int, Span], names: Mapping[int, str]) -> None:
    """Nobody is in two places at once. Raises DutiesOverlap."""
    overlap = first_overlap(turns, shifts)
    if overlap is not None:
        one, other = overlap
        raise DutiesOverlap(
            name=names[one.staff_id],
            on_date=other.on_date.isoformat(),
            first=shifts[one.shift_id].name,
            second=shifts[other.shift_id].name,
        )


def first_overlap(turns: Iterable[Turn], shifts: Mapping[int, Span]) -> tuple[Turn, Turn] | None:
    """Two turns that would have one worker in two places at once, the earlier first; or None."""
    by_worker: dict[int, list[Turn]] = {}
    for turn in turns:
        by_worker.setdefault(turn.staff_id, []).append(turn)
    for own in by_worker.values():
        own.sort(key=lambda turn: shifts[turn.shift_id].of(turn.on_date))
        for one, other in pairwise(own):
            if shifts[other.shift_id].of(other.on_date)[0] < shifts[one.shift_id].of(one.on_date)[1]:
                return one, other
    return None


def turns_in(
    lines: Iterable[Line],
    week_on: date,
    workers: Mapping[str, int],
    shifts: Mapping[str, int],
    faults: list[Fault],
) -> dict[int, list[Turn]]:
    """The turns of each worker whom the sheet names, by staff id; what is wrong goes to `faults`.

    `workers` are staff ids by number, `shifts` ids by name.
    """
    found: dict[int, list[Turn]] = {}
    for line in lines:
        staff_id = workers.get(line.cells[STAFF_NO])
        if staff_id is None:
            faults.append(Fault("", line.number, STAFF_NO, "不是在岗的维修人员"))
            continue
        if staff_id in found:
            faults.append(Fault("", line.number, STAFF_NO, "工号重复"))
            continue
        found[staff_id] = _turns(line, staff_id, week_on, shifts, faults)
    return found


def _turns(
    line: Line, staff_id: int, week_on: date, shifts: Mapping[str, int], faults: list[Fault]
) -> list[Turn]:
    turns = []
    for column, day in zip(WEEKDAYS, days_of(week_on), strict=True):
        for name in dict.fromkeys(line.cells[column].translate(_SEPARATORS).split(SEPARATOR)):
            if name in _RESTING:
                continue
            if name not in shifts:
                faults.append(Fault("", line.number, column, f"没有名为「{name}」的班次"))
                continue
            turns.append(Turn(staff_id, day, shifts[name]))
    return turns
