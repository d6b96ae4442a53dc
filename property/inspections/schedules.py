"""When plans are due: pure, from a schedule and the calendar of workdays.

A due date is what a recurrence names, moved to the next workday or dropped where the schedule says so. A due
instant is one of the schedule's wall times on a due date. Months without the wanted day have their last one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, MO, MONTHLY, WEEKLY, YEARLY, rrule

from backend import clock
from backend.workdays.policies import Calendar
from property.inspections.errors import ScheduleInvalid
from property.inspections.models import Basis, CatchUp, RestDays, Unit
from property.inspections.titles import REST_NAMES, WEEKDAYS

LAST_DAY: Final = -1
# No run of days off is longer; the calendar that is handed in must reach so far back.
LONGEST_REST: Final = timedelta(days=31)
MOST_TIMES: Final = 24
LONGEST_WINDOW: Final = 366 * 24 * 60
LONGEST_LEAD: Final = 60 * 24 * 60
_FREQUENCIES: Final[dict[Unit, Any]] = {
    Unit.DAY: DAILY,
    Unit.WEEK: WEEKLY,
    Unit.MONTH: MONTHLY,
    Unit.YEAR: YEARLY,
}
_MOST: Final = {Unit.DAY: 366, Unit.WEEK: 52, Unit.MONTH: 60, Unit.YEAR: 20, Unit.METER: 100_000_000}
_COUNTED: Final = {Unit.DAY: "天", Unit.WEEK: "周", Unit.MONTH: "个月", Unit.YEAR: "年"}
_EACH: Final = {Unit.DAY: "每天", Unit.WEEK: "每周", Unit.MONTH: "每月", Unit.YEAR: "每年"}


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something is due; see `models.Plan` for the meaning of each."""

    unit: Unit
    every: int
    starts_on: date
    window_minutes: int
    times: tuple[time, ...] = (time(8),)
    weekdays: tuple[int, ...] = ()
    month: int | None = None
    month_day: int | None = None
    until_on: date | None = None
    rest_days: RestDays = RestDays.ANY
    basis: Basis = Basis.DUE
    catch_up: CatchUp = CatchUp.ONCE
    lead_minutes: int = 0

    @property
    def lead(self) -> timedelta:
        """How long before it is due a round may be begun."""
        return timedelta(minutes=self.lead_minutes)

    @property
    def window(self) -> timedelta:
        """How long after it was due a round is over."""
        return timedelta(minutes=self.window_minutes)


@dataclass(frozen=True, slots=True)
class Firing:
    """A round to be made, or to be recorded as skipped."""

    due_at: datetime
    opens_at: datetime
    closes_at: datetime
    is_caught_up: bool = False
    is_skipped: bool = False


def ensure_schedule(schedule: Schedule) -> None:
    """Raise ScheduleInvalid for one that makes no sense."""
    for is_wrong, reason in _faults(schedule):
        if is_wrong:
            raise ScheduleInvalid(reason=reason)


def _faults(of: Schedule) -> Iterable[tuple[bool, str]]:
    by_month = of.unit in (Unit.MONTH, Unit.YEAR)
    counts_on = of.basis is Basis.COMPLETION
    yield not 1 <= of.every <= _MOST[of.unit], f"间隔应在 1 到 {_MOST[of.unit]} 之间"
    yield not 1 <= len(of.times) <= MOST_TIMES, f"每天应有 1 到 {MOST_TIMES} 个时刻"
    yield list(of.times) != sorted(set(of.times)), "时刻应从早到晚，且不重复"
    yield bool(of.weekdays) and of.unit is not Unit.WEEK, "只有按周的周期可以指定星期"
    yield any(not 0 <= day <= 6 for day in of.weekdays), "星期应为 0（周一）到 6（周日）"
    yield of.month_day is not None and not by_month, "只有按月、按年的周期可以指定日期"
    yield of.month_day not in (None, LAST_DAY, *range(1, 32)), "日期应为 1 到 31，或 -1（最后一天）"
    yield of.month is not None and of.unit is not Unit.YEAR, "只有按年的周期可以指定月份"
    yield of.month not in (None, *range(1, 13)), "月份应为 1 到 12"
    yield of.until_on is not None and of.until_on < of.starts_on, "结束日期早于开始日期"
    yield counts_on and len(of.times) > 1, "按完成时间推算的，每天只能有一个时刻"
    yield counts_on and bool(of.weekdays or of.month or of.month_day), "按完成时间推算的，不指定星期和日期"
    yield counts_on and of.rest_days is RestDays.SKIP, "按完成时间推算的，遇非工作日只能照常或顺延"
    yield of.unit is Unit.METER and of.catch_up is not CatchUp.ONCE, "按读数的，错过的只补一次"
    yield of.unit is Unit.METER and of.rest_days is not RestDays.ANY, "按读数的，不分工作日"
    yield not 1 <= of.window_minutes <= LONGEST_WINDOW, "完成时限应在 1 分钟到 366 天之间"
    yield not 0 <= of.lead_minutes <= LONGEST_LEAD, "可提前的时间应在 60 天以内"


def dates(schedule: Schedule, from_on: date, until_on: date, calendar: Calendar) -> list[date]:
    """The due dates in [from_on, until_on] of a schedule by calendar, based on due dates."""
    rule = rrule(_FREQUENCIES[schedule.unit], **_recurrence(schedule))
    last_on = min(until_on, schedule.until_on or until_on)
    since = from_on - (LONGEST_REST if schedule.rest_days is RestDays.NEXT else timedelta())
    named = rule.between(_midnight(since), _midnight(last_on), inc=True)
    moved = (_moved(each.date(), schedule.rest_days, calendar) for each in named)
    return sorted({each for each in moved if each is not None and from_on <= each <= until_on})


def instants(schedule: Schedule, after: datetime, until: datetime, calendar: Calendar) -> list[datetime]:
    """The due instants in (after, until] of a schedule by calendar, based on due dates."""
    found = (
        clock.at_local(day, wall_time)
        for day in dates(schedule, clock.local(after).date(), clock.local(until).date(), calendar)
        for wall_time in schedule.times
    )
    return [each for each in found if after < each <= until]


def first_on(schedule: Schedule, calendar: Calendar) -> date:
    """The first due date of a schedule based on completion."""
    return _next_workday(schedule.starts_on, schedule.rest_days, calendar)


def next_on(schedule: Schedule, done_on: date, calendar: Calendar) -> date:
    """The due date after what was done (or fell away) on a day, of a schedule based on completion."""
    steps: dict[str, Any] = {f"{schedule.unit.value}s": schedule.every}
    return _next_workday(done_on + relativedelta(**steps), schedule.rest_days, calendar)


def firings(schedule: Schedule, dues: Sequence[datetime], now: datetime) -> list[Firing]:
    """What becomes of these due instants, in order: made, caught up from now on, or recorded as skipped.

    One whose window is over was missed. By `once` the last missed one is caught up, unless a later one can be
    done now.
    """
    missed = {due for due in dues if due + schedule.window <= now}
    is_one_open = any(due not in missed and due - schedule.lead <= now for due in dues)
    caught: set[datetime] = set()
    if schedule.catch_up is CatchUp.ALL:
        caught = missed
    elif schedule.catch_up is CatchUp.ONCE and missed and not is_one_open:
        caught = {max(missed)}
    return [
        Firing(due, now, now + schedule.window, is_caught_up=True)
        if due in caught
        else Firing(due, due - schedule.lead, due + schedule.window, is_skipped=due in missed)
        for due in dues
    ]


def in_words(schedule: Schedule, *, meter: str = "", meter_unit: str = "") -> str:
    """`每 3 个月 15 日 08:00，非工作日顺延至下一工作日`."""
    if schedule.unit is Unit.METER:
        return f"{meter}每增加 {schedule.every} {meter_unit}"
    every = schedule.every
    head = _EACH[schedule.unit] if every == 1 else f"每 {every} {_COUNTED[schedule.unit]}"
    if schedule.basis is Basis.COMPLETION:
        head = f"完成后 {every} {_COUNTED[schedule.unit]}"
    times = "、".join(each.strftime("%H:%M") for each in schedule.times)
    words = f"{head}{_day_in_words(schedule)} {times}"
    if schedule.rest_days is not RestDays.ANY:
        words += f"，{REST_NAMES[schedule.rest_days]}"
    return words


def _day_in_words(of: Schedule) -> str:
    if of.basis is Basis.COMPLETION or of.unit is Unit.DAY:
        return ""
    if of.unit is Unit.WEEK:
        return "、".join(WEEKDAYS[day] for day in _weekdays(of))
    month = f" {of.month or of.starts_on.month} 月" if of.unit is Unit.YEAR else ""
    return f"{month}最后一天" if of.month_day == LAST_DAY else f"{month} {_month_day(of)} 日".rstrip()


def _recurrence(of: Schedule) -> dict[str, Any]:
    named: dict[str, Any] = {"interval": of.every, "dtstart": _midnight(of.starts_on), "wkst": MO}
    if of.unit is Unit.WEEK:
        named["byweekday"] = _weekdays(of)
    if of.unit in (Unit.MONTH, Unit.YEAR):
        day = _month_day(of)
        # Of the days from the 28th up to the wanted one the last that the month has.
        named["bymonthday"] = LAST_DAY if day == LAST_DAY else tuple(range(min(day, 28), day + 1))
        named["bysetpos"] = -1
    if of.unit is Unit.YEAR:
        named["bymonth"] = of.month or of.starts_on.month
    return named


def _weekdays(of: Schedule) -> tuple[int, ...]:
    return tuple(sorted(set(of.weekdays))) or (of.starts_on.weekday(),)


def _month_day(of: Schedule) -> int:
    return of.month_day if of.month_day is not None else of.starts_on.day


def _midnight(day: date) -> datetime:
    # Without a zone: the recurrence counts dates.
    return datetime.combine(day, time.min)


def _moved(day: date, rest_days: RestDays, calendar: Calendar) -> date | None:
    if rest_days is RestDays.SKIP and not calendar.is_workday(day):
        return None
    return _next_workday(day, rest_days, calendar)


def _next_workday(day: date, rest_days: RestDays, calendar: Calendar) -> date:
    if rest_days is not RestDays.NEXT or calendar.is_workday(day):
        return day
    return calendar.add_workdays(day, 1)
