"""What is said of a room when it is entered or edited, and whether it makes sense."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from meeting.rooms.errors import HoursInvalid, LayoutsInvalid, LevelNeeded, MinutesInvalid, QuotaInvalid
from meeting.rooms.models import Approval, Layout, Level, QuotaMeasure, QuotaPeriod, QuotaSubject, Right
from meeting.rooms.policies import DAY_MINUTES, Claim, Stretch
from meeting.rooms.titles import MEASURE_NAMES, PERIOD_NAMES, SUBJECT_NAMES, WEEKDAYS

# Bookings are looked for so far back; a meeting is never longer.
LONGEST_MINUTES: Final = 14 * DAY_MINUTES
_BY_LEVEL: Final = (Approval.BELOW_LEVEL, Approval.FROM_LEVEL)


class Hours(NamedTuple):
    """A stretch of a weekday (1 Monday … 7 Sunday)."""

    weekday: int
    stretch: Stretch


class Grant(NamedTuple):
    """A right and who has it."""

    right: Right
    claim: Claim


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is said of a room. `parts` are the ids of the rooms of which a hall consists."""

    name: str
    place_id: int
    capacity: int
    position: int = 0
    is_active: bool = True
    description: str = ""
    approval: Approval = Approval.NONE
    approval_level: Level | None = None
    turnaround_minutes: int = 0
    min_minutes: int = 15
    max_minutes: int = DAY_MINUTES
    lead_minutes: int = 0
    advance_days: int = 180
    is_checkin_required: bool = False
    grace_minutes: int = 10
    exempt_minutes: int = 480
    layouts: tuple[tuple[Layout, int], ...] = ()
    equipment: tuple[tuple[str, int], ...] = ()
    parts: frozenset[int] = frozenset()
    hours: tuple[Hours, ...] = ()
    managers: frozenset[int] = frozenset()
    access: frozenset[Grant] = frozenset()


@dataclass(frozen=True, slots=True)
class Limit:
    """How much one subject may book within a period."""

    subject: QuotaSubject
    period: QuotaPeriod
    measure: QuotaMeasure
    amount: int
    week_starts_on: int = 1

    @property
    def in_words(self) -> str:
        """`每人每周 4 场`."""
        span = f"{SUBJECT_NAMES[self.subject]}{PERIOD_NAMES[self.period]}"
        return f"{span} {self.amount} {MEASURE_NAMES[self.measure]}"

    def ensure_countable(self) -> None:
        """What overlaps is counted, not measured. Raises QuotaInvalid."""
        if self.period is QuotaPeriod.SIMULTANEOUS and self.measure is not QuotaMeasure.COUNT:
            raise QuotaInvalid


# The columns of the room's own row that a sheet gives.
COLUMNS: Final = (
    *("name", "place_id", "capacity", "position", "is_active", "description", "approval", "approval_level"),
    *("turnaround_minutes", "min_minutes", "max_minutes", "lead_minutes", "advance_days"),
    *("is_checkin_required", "grace_minutes", "exempt_minutes"),
)


def ensure_sheet(sheet: Sheet) -> None:
    """Raise MinutesInvalid, LevelNeeded, LayoutsInvalid or HoursInvalid."""
    if sheet.min_minutes > sheet.max_minutes:
        raise MinutesInvalid
    if sheet.approval in _BY_LEVEL and sheet.approval_level is None:
        raise LevelNeeded
    _ensure_distinct(layout for layout, _ in sheet.layouts)
    if any(seats > sheet.capacity for _, seats in sheet.layouts):
        raise LayoutsInvalid(reason="座位数不能超过会议室容量")
    ensure_hours(sheet.hours)


def ensure_hours(hours: Collection[Hours]) -> None:
    """Each stretch ends after it begins, and those of a weekday do not overlap. Raises HoursInvalid."""
    for one in hours:
        begins, ends = one.stretch
        if begins >= ends:
            raise HoursInvalid(reason=f"周{WEEKDAYS[one.weekday - 1]}的结束时间应晚于开始时间")
    for before, after in pairwise(sorted(hours)):
        if before.weekday == after.weekday and after.stretch[0] < before.stretch[1]:
            raise HoursInvalid(reason=f"周{WEEKDAYS[after.weekday - 1]}的时段有重叠")


def _ensure_distinct(layouts: Iterable[Layout]) -> None:
    found = list(layouts)
    if len(found) != len(set(found)):
        raise LayoutsInvalid(reason="同一形式重复填写")
