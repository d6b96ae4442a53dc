"""Figures: what a number is a number of, how much stands behind it, and whether it may be shown.

The formulas are those of the statistics' domain notes: grams per diner are a ratio of sums over the measured
meals; a change is (now − base) ÷ base, and none without a base. Ratios are exact until they are shown, then
rounded half up once.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from backend.dates import months_before
from canteen.waste.statistics.errors import BasisMismatch, SpanTooLong

NOT_ENOUGH: Final = "数据不足"
NO_BASE: Final = "无可比基数"
MOST_DAYS: Final = 732
# A mean of fewer diners tells of single persons.
FEWEST_DINERS: Final = 5
_TENTH: Final = Decimal("0.1")
# By how much of what was cooked a production balance may miss zero before something was not weighed.
NOISE: Final = Decimal("0.01")


class Unit(StrEnum):
    """Grams per person and meal, or a share (a ratio, shown in per cent)."""

    G_PER_DINER = "g_per_diner"
    SHARE = "percent"


class Basis(StrEnum):
    """What a number is a number of. Only numbers of one basis may be compared.

    The last ones are those of published figures that nothing here is comparable with.
    """

    PLATE = "plate"  # left on plates, per diner and meal, food only
    UNSERVED = "unserved"
    PREPARATION = "preparation"
    PREPARATION_INEDIBLE = "preparation_inedible"
    STORAGE = "storage"
    WET_TOTAL = "total"  # all that was thrown away, bones and peel included
    WASTE_RATE = "waste_rate"  # (unserved + plate) ÷ prepared
    PLATE_RATE = "plate_rate"  # plate ÷ served, of trays of which both are known
    DISH_RATE = "dish_rate"  # left of a dish ÷ served of it
    DISH_UNSERVED_RATE = "dish_unserved_rate"
    CLEAN_PLATE = "clean_plate"
    LEDGER = "ledger"  # 台账完整率
    OVER_PREPARATION = "over_preparation"
    PLATE_PER_DAY = "plate_per_day"
    PLATE_AND_SERVING = "plate_and_serving"
    RAW_FOOD = "raw_food"
    RAW_SHARE = "raw_share"
    WASTING_DINERS = "wasting_diners"
    REDUCTION = "reduction"
    PER_HEAD_AND_YEAR = "per_head_and_year"
    MIXED = "mixed"


SHARES: Final = frozenset(
    {
        Basis.WASTE_RATE,
        Basis.PLATE_RATE,
        Basis.DISH_RATE,
        Basis.DISH_UNSERVED_RATE,
        Basis.CLEAN_PLATE,
        Basis.LEDGER,
        Basis.OVER_PREPARATION,
        Basis.RAW_SHARE,
        Basis.WASTING_DINERS,
        Basis.REDUCTION,
    }
)
# Rates among trays that were weighed on return.
SAMPLED: Final = frozenset({Basis.PLATE_RATE, Basis.CLEAN_PLATE})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How much must stand behind a figure before it is shown: what the canteen's rules say.

    Meals and coverage are asked of every figure over meals, trays of what trays say, weighings of a dish.
    """

    min_meals: int = 3
    min_coverage_percent: int = 60
    min_trays: int = 30
    min_weighings: int = 5

    @classmethod
    def strictest(cls, given: Iterable["Thresholds"]) -> "Thresholds":
        """The most demanding of several canteens'; the defaults of none."""
        found = list(given)
        if not found:
            return cls()
        return cls(*(max(getattr(one, name) for one in found) for name in cls.__slots__))


@dataclass(frozen=True, slots=True)
class Sample:
    """What stands behind a figure: measured of open meals; and how many people, trays or weighings."""

    measured: int = 0
    opened: int = 0
    size: int = 0

    def covers(self, thresholds: Thresholds) -> bool:
        """Whether enough meals were measured. All of them always are."""
        if not self.measured:
            return False
        if self.measured >= self.opened:
            return True
        return (
            self.measured >= thresholds.min_meals
            and self.measured * 100 >= self.opened * thresholds.min_coverage_percent
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """One ratio of sums with its sample. Grams over people, grams over grams, or counts over counts."""

    basis: Basis
    numerator: int
    denominator: int
    sample: Sample
    is_enough: bool

    @property
    def unit(self) -> Unit:
        """Grams per diner, or a share."""
        return Unit.SHARE if self.basis in SHARES else Unit.G_PER_DINER

    @property
    def value(self) -> Decimal | None:
        """The exact ratio, a share as 0 … 1; None without a denominator. Whether it may be shown or not."""
        return Decimal(self.numerator) / self.denominator if self.denominator > 0 else None

    @property
    def shown(self) -> Decimal | None:
        """Grams or per cent to one decimal; None where the sample is too small."""
        value = self.value
        if value is None or not self.is_enough:
            return None
        return to_tenth(value * 100 if self.unit is Unit.SHARE else value)

    @property
    def text(self) -> str:
        """`54.5 克/人·餐`, `66.7%` or 数据不足."""
        shown = self.shown
        if shown is None:
            return NOT_ENOUGH
        return f"{shown}%" if self.unit is Unit.SHARE else f"{shown} 克/人·餐"

    @property
    def measured(self) -> int:
        """The meals that it is measured at."""
        return self.sample.measured

    @property
    def opened(self) -> int:
        """The open meals."""
        return self.sample.opened

    @property
    def coverage(self) -> Decimal | None:
        """Measured over open meals, 0 … 1; None if no meal was open."""
        return Decimal(self.measured) / self.opened if self.opened else None

    @property
    def coverage_percent(self) -> Decimal | None:
        """The coverage in per cent to one decimal."""
        return to_tenth(self.coverage * 100) if self.coverage is not None else None

    @property
    def coverage_text(self) -> str:
        """`2/3 餐，66.7%`."""
        if self.coverage is None:
            return "无开餐"
        return f"{self.measured}/{self.opened} 餐，{self.coverage_percent}%"


def to_tenth(value: Decimal) -> Decimal:
    """Rounded half up to one decimal; never minus nought."""
    return value.quantize(_TENTH, ROUND_HALF_UP) + 0


def figure(
    basis: Basis, numerator: int, denominator: int, sample: Sample, thresholds: Thresholds, *, floor: int = 0
) -> Figure:
    """A figure over meals; `floor` is how large its sample must be besides.

    Of rates of trays (`SAMPLED`) what counts is how many trays at how many meals, not at which share of the
    meals: they are a sample in any case, and are published with it.
    """
    is_spread = basis in SAMPLED and sample.measured >= thresholds.min_meals
    is_enough = denominator > 0 and sample.size >= floor and (is_spread or sample.covers(thresholds))
    return Figure(basis, numerator, denominator, sample, is_enough)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure beside its like of another time (同比, 环比, before and after)."""

    now: Figure
    base: Figure

    @property
    def rate(self) -> Decimal | None:
        """(now − base) ÷ base; None where either is missing or the base is 0."""
        now, base = self.now.value, self.base.value
        return (now - base) / base if now is not None and base else None

    @property
    def points(self) -> Decimal | None:
        """The difference of two shares in percentage points; None of grams, and where either is missing."""
        now, base = self.now.value, self.base.value
        if self.now.unit is not Unit.SHARE or now is None or base is None:
            return None
        return (now - base) * 100

    @property
    def is_enough(self) -> bool:
        """Whether both may be shown."""
        return self.now.is_enough and self.base.is_enough

    @property
    def shown(self) -> Decimal | None:
        """The rate in per cent to one decimal; None where there is none, or too little behind it."""
        return to_tenth(self.rate * 100) if self.rate is not None and self.is_enough else None

    @property
    def text(self) -> str:
        """`下降 25.9%` of grams, `下降 9.0 个百分点` of shares; `持平`, 数据不足 or 无可比基数.

        A share's change is the difference in percentage points: "60 % 下降 10 %" says two things.
        """
        if not self.now.is_enough or (self.base.denominator > 0 and not self.base.is_enough):
            return NOT_ENOUGH
        shown = self.shown
        if shown is None:
            return NO_BASE
        unit = "%"
        if self.points is not None:
            shown, unit = to_tenth(self.points), " 个百分点"
        if not shown:
            return "持平"
        return f"{'下降' if shown < 0 else '上升'} {abs(shown)}{unit}"

    @property
    def note(self) -> str:
        """The base and both coverages, which stand beside every change."""
        return f"基期 {self.base.text}（{self.base.coverage_text}），本期覆盖 {self.now.coverage_text}"


def change(now: Figure, base: Figure) -> Change:
    """What became of a figure. Raises BasisMismatch for two figures of different things."""
    if now.basis is not base.basis:
        raise BasisMismatch(now=now.basis.value, base=base.basis.value)
    return Change(now, base)


@dataclass(frozen=True, slots=True)
class Span:
    """Days, the first and the last included."""

    from_on: date
    until_on: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.until_on - self.from_on).days + 1

    def previous(self) -> "Span":
        """The days just before: months before whole months, else as many days."""
        last = self.from_on - timedelta(days=1)
        months = self._whole_months()
        if months:
            return Span(months_before(self.from_on.replace(day=1), months), last)
        return Span(last - timedelta(days=self.days - 1), last)

    def last_year(self) -> "Span":
        """The same days a year before; the 29th of February as the 28th, the end of a month as its end."""
        until_on = _year_before(self.until_on)
        if self._whole_months():
            until_on = _last_of(until_on)
        return Span(_year_before(self.from_on), until_on)

    def _whole_months(self) -> int:
        if self.from_on.day != 1 or self.until_on != _last_of(self.until_on):
            return 0
        years = self.until_on.year - self.from_on.year
        return years * 12 + self.until_on.month - self.from_on.month + 1

    @classmethod
    def month(cls, day: date) -> "Span":
        """The month in which a day lies."""
        return cls(day.replace(day=1), _last_of(day))

    @classmethod
    def week(cls, day: date) -> "Span":
        """The week, from Monday, in which a day lies."""
        monday = day - timedelta(days=day.weekday())
        return cls(monday, monday + timedelta(days=6))


def span(from_on: date, until_on: date) -> Span:
    """What somebody asks for. Raises SpanTooLong for no days and for more than two years."""
    found = Span(from_on, until_on)
    if not 1 <= found.days <= MOST_DAYS:
        raise SpanTooLong(most_days=MOST_DAYS)
    return found


def _last_of(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _year_before(day: date) -> date:
    if day.month == 2 and day.day == 29:
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


class Bucket(StrEnum):
    """What a series is divided by."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    PERIOD = "period"
    CANTEEN = "canteen"


def days_of(bucket: Bucket, day: date) -> Span:
    """The days of the bucket of time in which a day lies."""
    if bucket is Bucket.WEEK:
        return Span.week(day)
    return Span.month(day) if bucket is Bucket.MONTH else Span(day, day)
