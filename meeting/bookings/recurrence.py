"""Series: which meetings an RFC 5545 rule gives. Pure functions; dateutil counts, we say what may be asked.

A rule is counted on the wall clock of the series' time zone, so that a meeting at ten stays at ten when the
clocks are changed (RFC 5545 §3.8.5.3). The first meeting counts, and must be one that the rule gives. A rule
is of whole days: nothing finer than DAILY, no BYHOUR and its like.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday, weekdays

from backend import clock
from backend.workdays.policies import Calendar
from meeting.bookings.errors import RuleInvalid, RuleMissesStart, TimezoneUnknown, TooManyOccurrences
from meeting.bookings.models import HolidayRule

Weekday: TypeAlias = weekday

RULE_LENGTH: Final = 300
# A rule that seldom gives a date costs a search of many years for each.
MOST_YEARS: Final = 30
MOST_INTERVAL: Final = 999
_FREQUENCIES: Final = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
_WEEKDAYS: Final[Mapping[str, Weekday]] = dict(
    zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), weekdays, strict=True)
)
# The bounds of RFC 5545 §3.3.10; the sign says whether one may count from the end.
_NUMBERS: Final = {
    "BYMONTH": (12, False),
    "BYMONTHDAY": (31, True),
    "BYYEARDAY": (366, True),
    "BYWEEKNO": (53, True),
    "BYSETPOS": (366, True),
}
_BYDAY: Final = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL: Final = re.compile(r"([0-9]{8})(T[0-9]{6}Z?)?")
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was read. `until` is a wall time of the series, inclusive."""

    frequency: int
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    week_start: Weekday = weekdays[0]
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    days: tuple[Weekday, ...] = ()
    positions: tuple[int, ...] = ()

    @property
    def is_endless(self) -> bool:
        """Whether the rule itself never ends."""
        return self.count is None and self.until is None


@dataclass(frozen=True, slots=True)
class Slot:
    """When a meeting of a series is. `slot_at` is when the rule puts it; a skipped one is left out."""

    slot_at: datetime
    start_at: datetime
    end_at: datetime
    is_skipped: bool = False


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its IANA name. Raises TimezoneUnknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimezoneUnknown from error


def parse(text: str, zone: ZoneInfo) -> Rule:
    """A rule as RFC 5545 writes it, `RRULE:` before it or not. Raises RuleInvalid."""
    parts = _parts(text)
    frequency = _FREQUENCIES.get(parts.pop("FREQ", ""))
    if frequency is None:
        raise RuleInvalid(reason="须指定 FREQ 为 DAILY、WEEKLY、MONTHLY 或 YEARLY")
    if "COUNT" in parts and "UNTIL" in parts:
        raise RuleInvalid(reason="COUNT 与 UNTIL 不能同时使用")
    numbers = {name: _numbers(name, parts.pop(name)) for name in _NUMBERS if name in parts}
    rule = Rule(
        frequency=frequency,
        interval=_positive("INTERVAL", parts.pop("INTERVAL", "1"), MOST_INTERVAL),
        count=_positive("COUNT", parts.pop("COUNT"), 9999) if "COUNT" in parts else None,
        until=_until(parts.pop("UNTIL"), zone) if "UNTIL" in parts else None,
        week_start=_week_start(parts.pop("WKST", "MO")),
        days=_days(parts.pop("BYDAY")) if "BYDAY" in parts else (),
        months=numbers.get("BYMONTH", ()),
        month_days=numbers.get("BYMONTHDAY", ()),
        year_days=numbers.get("BYYEARDAY", ()),
        weeks=numbers.get("BYWEEKNO", ()),
        positions=numbers.get("BYSETPOS", ()),
    )
    if parts:
        raise RuleInvalid(reason=f"不支持 {'、'.join(sorted(parts))}")
    _ensure_sensible(rule)
    return rule


def expand(
    text: str, start: datetime, end: datetime, zone: ZoneInfo, *, last_on: date | None = None, limit: int
) -> list[Slot]:
    """The meetings that a rule gives, the first one included, until its end or `last_on` (inclusive).

    Raises RuleInvalid, RuleMissesStart, and TooManyOccurrences for more than `limit`.
    """
    return slots(parse(text, zone), start, end, zone, last_on=last_on, limit=limit)


def slots(
    rule: Rule, start: datetime, end: datetime, zone: ZoneInfo, *, last_on: date | None, limit: int
) -> list[Slot]:
    """`expand` of a rule that was read."""
    first = _wall(start, zone)
    if rule.weeks and not rule.days:  # dateutil would give all seven days of the week.
        rule = replace(rule, days=(weekdays[first.weekday()],))
    length = _wall(end, zone) - first
    found: list[Slot] = []
    for begins in _walls(rule, first):
        if last_on is not None and begins.date() > last_on:
            break
        if len(found) == limit:
            raise TooManyOccurrences(limit=limit)
        if begins.year > first.year + MOST_YEARS:
            raise RuleInvalid(reason=f"重复的会议不能跨越 {MOST_YEARS} 年以上")
        begins_at = _instant(begins, zone)
        ends_at = _instant(begins + length, zone)
        # Where the clocks are put forward in between, a wall time may not exist: then the length counts.
        found.append(
            Slot(begins_at, begins_at, ends_at if ends_at > begins_at else begins_at + (end - start))
        )
    if not found:
        raise RuleMissesStart
    return found


def observe(found: list[Slot], rule: HolidayRule, zone: ZoneInfo, calendar: Calendar) -> list[Slot]:
    """The meetings with what becomes of those on a day off: kept, left out, or moved to the next workday.

    A moved one that would meet another of the series is left out instead: that day has its meeting.
    """
    if rule is HolidayRule.KEEP:
        return found
    kept = [(slot.start_at, slot.end_at) for slot in found if _is_worked(slot.start_at, calendar)]
    observed = []
    for slot in found:
        if _is_worked(slot.start_at, calendar):
            observed.append(slot)
            continue
        moved = _on_next_workday(slot, zone, calendar) if rule is HolidayRule.NEXT_WORKDAY else None
        if moved is None or any(moved.start_at < ends and begins < moved.end_at for begins, ends in kept):
            observed.append(replace(slot, is_skipped=True))
            continue
        kept.append((moved.start_at, moved.end_at))
        observed.append(moved)
    return observed


def _is_worked(instant: datetime, calendar: Calendar) -> bool:
    return calendar.is_workday(_compound_date(instant))


def _on_next_workday(slot: Slot, zone: ZoneInfo, calendar: Calendar) -> Slot:
    on_date = _compound_date(slot.start_at)
    by = calendar.add_workdays(on_date, 1) - on_date
    start_at = _instant(_wall(slot.start_at, zone) + by, zone)
    return replace(slot, start_at=start_at, end_at=_instant(_wall(slot.end_at, zone) + by, zone))


def _compound_date(instant: datetime) -> date:
    return clock.local(instant).date()


def _walls(rule: Rule, first: datetime) -> Iterator[datetime]:
    """The beginnings on the wall clock. Raises RuleMissesStart unless the first is among them.

    That is looked at without counting: dateutil would look for a match until the year 9999.
    """
    if not _matches(rule, first):
        raise RuleMissesStart
    return iter(_dateutils(rule, first, positions=rule.positions, count=rule.count, until=rule.until))


def _dateutils(
    rule: Rule,
    first: datetime,
    *,
    positions: tuple[int, ...] = (),
    count: int | None = None,
    until: datetime | None = None,
) -> rrule:
    return rrule(
        rule.frequency,  # type: ignore[arg-type] # The stubs know the names of frequencies only.
        dtstart=first,
        interval=rule.interval,
        wkst=rule.week_start,
        count=count,
        until=until,
        bysetpos=positions or None,
        bymonth=rule.months or None,
        bymonthday=rule.month_days or None,
        byyearday=rule.year_days or None,
        byweekno=rule.weeks or None,
        byweekday=rule.days or None,
    )


def _matches(rule: Rule, first: datetime) -> bool:
    """Whether the rule gives its first meeting."""
    on_date = first.date()
    if rule.until is not None and rule.until < first:
        return False
    if rule.months and on_date.month not in rule.months:
        return False
    next_month = (on_date.replace(day=28) + timedelta(days=4)).replace(day=1)
    month_days = (on_date.day, on_date.day - (next_month - _ONE_DAY).day - 1)
    if rule.month_days and not set(month_days) & set(rule.month_days):
        return False
    year_length = date(on_date.year, 12, 31).timetuple().tm_yday
    year_day = on_date.timetuple().tm_yday
    if rule.year_days and not {year_day, year_day - year_length - 1} & set(rule.year_days):
        return False
    if rule.days and not any(day.weekday == on_date.weekday() for day in rule.days):
        return False
    if rule.positions or rule.weeks or any(day.n for day in rule.days):
        return first in _of_period(rule, first)
    return True


def _of_period(rule: Rule, first: datetime) -> list[datetime]:
    """What the rule gives in the month or year of its first meeting; at most a year of days is walked."""
    start = first.replace(month=first.month if rule.frequency == MONTHLY else 1, day=1)
    after = (start + timedelta(days=32)).replace(day=1)
    if rule.frequency != MONTHLY:
        after = start.replace(year=start.year + 1)
    whole = replace(rule, interval=1)
    return list(_dateutils(whole, start, positions=rule.positions, until=after - timedelta(seconds=1)))


def _parts(text: str) -> dict[str, str]:
    text = text.strip().upper().removeprefix("RRULE:")
    if not text or len(text) > RULE_LENGTH:
        raise RuleInvalid(reason=f"应为 1 到 {RULE_LENGTH} 个字符")
    parts: dict[str, str] = {}
    for part in text.rstrip(";").split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise RuleInvalid(reason="应为 FREQ=WEEKLY;BYDAY=MO 这样的形式，每项只写一次")
        parts[name] = value
    return parts


def _positive(name: str, text: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= most:
        raise RuleInvalid(reason=f"{name} 应为 1 到 {most} 的整数")
    return int(text)


def _numbers(name: str, text: str) -> tuple[int, ...]:
    most, is_signed = _NUMBERS[name]
    found = []
    for item in text.split(","):
        if not re.fullmatch(r"[+-]?[0-9]{1,3}", item) or not 1 <= abs(int(item)) <= most:
            raise RuleInvalid(reason=f"{name} 的取值有误")
        if int(item) < 0 and not is_signed:
            raise RuleInvalid(reason=f"{name} 的取值有误")
        found.append(int(item))
    return tuple(found)


def _days(text: str) -> tuple[Weekday, ...]:
    found = []
    for item in text.split(","):
        match = _BYDAY.fullmatch(item)
        if match is None or (match[1] is not None and not 1 <= abs(int(match[1])) <= 53):
            raise RuleInvalid(reason="BYDAY 应为 MO、1FR、-1MO 这样的形式")
        day = _WEEKDAYS[match[2]]
        found.append(day(int(match[1])) if match[1] is not None else day)
    return tuple(found)


def _week_start(text: str) -> Weekday:
    if text not in _WEEKDAYS:
        raise RuleInvalid(reason="WKST 应为 MO 到 SU 之一")
    return _WEEKDAYS[text]


def _until(text: str, zone: ZoneInfo) -> datetime:
    """The last wall time: of a date its end, of an instant (Z) the series' clock at that instant."""
    match = _UNTIL.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        if match[2] is None:
            return datetime.combine(datetime.strptime(text, "%Y%m%d").date(), time.max)  # noqa: DTZ007 # A wall date.
        wall = datetime.strptime(text[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 # A wall time, or UTC below.
        return _wall(wall.replace(tzinfo=UTC), zone) if text.endswith("Z") else wall
    except (ValueError, OverflowError) as error:
        raise RuleInvalid(reason="UNTIL 应为 20261231 或 20261231T155959Z 这样的形式") from error


def _ensure_sensible(rule: Rule) -> None:
    """What RFC 5545 §3.3.10 forbids, and what dateutil would search for in vain."""
    has_ordinals = any(day.n for day in rule.days)
    if has_ordinals and rule.frequency not in (MONTHLY, YEARLY):
        raise RuleInvalid(reason="带序号的 BYDAY 只用于每月或每年")
    if has_ordinals and rule.weeks:
        raise RuleInvalid(reason="带序号的 BYDAY 不能与 BYWEEKNO 同用")
    if rule.weeks and rule.frequency != YEARLY:
        raise RuleInvalid(reason="BYWEEKNO 只用于每年")
    if rule.year_days and rule.frequency != YEARLY:
        raise RuleInvalid(reason="BYYEARDAY 只用于每年")
    if rule.month_days and rule.frequency == WEEKLY:
        raise RuleInvalid(reason="BYMONTHDAY 不用于每周")
    if rule.positions and (
        rule.frequency not in (MONTHLY, YEARLY)
        or not (rule.days or rule.month_days or rule.year_days or rule.weeks)
    ):
        raise RuleInvalid(reason="BYSETPOS 用于每月或每年，并须与 BYDAY 等同用")


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)
