"""Rules of measures: whose they are, which days are set beside which, and what came of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backend.actor import Actor, Permission
from backend.errors import Forbidden
from canteen.menu import policies as menu_policies
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen
from canteen.waste.measures.errors import MeasureInvalid
from canteen.waste.statistics.policies import NOT_ENOUGH, Change, Span

# Four whole weeks say enough; the longer the windows, the more else has changed.
LONGEST_DAYS: Final = 28
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Windows:
    """Two spans of equal length: just before a measure, and since it began."""

    before: Span
    after: Span


@dataclass(frozen=True, slots=True)
class Weekdays:
    """At how many meals of each weekday, from Monday, something was measured before and after."""

    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def are_alike(self) -> bool:
        """Whether both windows have the same mix."""
        return self.before == self.after


def ensure_manages(actor: Actor, canteen: Canteen) -> None:
    """The actor manages the canteen's waste. Raises Forbidden if it may only read, else CanteenNotFound."""
    if menu_policies.covers(actor, Permission.WASTE_MANAGE, canteen):
        return
    raise Forbidden if menu_policies.covers(actor, Permission.CANTEEN_READ, canteen) else CanteenNotFound


def ensure_days(from_on: date, until_on: date | None) -> None:
    """It does not end before it begins. Raises MeasureInvalid."""
    if until_on is not None and until_on < from_on:
        raise MeasureInvalid(reason="结束日期不能早于开始日期")


def windows(from_on: date, until_on: date | None, today: date) -> Windows | None:
    """The days to set beside each other: those of the measure that are over, at most four weeks.

    Whole weeks where there is one, so that both have the same weekdays. None before a day of it is over.
    """
    last = today - timedelta(days=1)
    if until_on is not None:
        last = min(last, until_on)
    days = min((last - from_on).days + 1, LONGEST_DAYS)
    if days < 1:
        return None
    if days >= _WEEK:
        days -= days % _WEEK
    after = Span(from_on, from_on + timedelta(days=days - 1))
    return Windows(Span(from_on - timedelta(days=days), from_on - timedelta(days=1)), after)


def by_weekday(days: Iterable[date]) -> tuple[int, ...]:
    """How many of these days fall on each weekday, from Monday."""
    counts = [0] * _WEEK
    for day in days:
        counts[day.weekday()] += 1
    return tuple(counts)


def effect_text(found: Windows | None, changed: Change | None, weekdays: Weekdays | None) -> str:
    """What came of a measure, in one sentence with its base and coverage."""
    if found is None or changed is None or weekdays is None:
        return "措施刚开始，尚无可比数据"
    if changed.text == NOT_ENOUGH:
        return f"{NOT_ENOUGH}（{changed.note}）"
    mix = "" if weekdays.are_alike else "；前后称重餐次的星期分布不同，仅供参考"
    coverage = f"称重覆盖：前 {changed.base.coverage_text}，后 {changed.now.coverage_text}{mix}"
    base = f"实施前 {found.before.days} 天 {changed.base.text}"
    return f"{base}，实施后 {found.after.days} 天 {changed.now.text}，{changed.text}（{coverage}）"
