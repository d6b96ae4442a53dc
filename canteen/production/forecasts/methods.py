"""The mathematics of a forecast: pure, and blind to whatever is not yet known.

A `Series` is one place and meal period. It is told day after day what was planned (booked) and who came, and
says of the next day how many will come: two robust estimates, mixed by how well each has done lately.

- *Ratio*: planned × the weighted median of attended ÷ planned, plus those who come without a booking.
- *Weekday*: the median of the last eight days of the same weekday.

The further the two lie apart, the less the second counts: bookings know of what the past does not. The
spread around the estimate is that of its own past errors. Every constant was chosen once, in the middle of
a wide plateau (ADR 0042 has the figures), and is fitted to nothing while it runs. Weights, ratios and
estimates are floats; `Estimate` is rounded by whoever makes portions of it.
"""

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import accumulate
from operator import mul
from statistics import fmean, median
from typing import Final, Self

# Ratios: a day counts half as much as one six meals later, and one of the same weekday twice.
RATIO_HALF_LIFE: Final = 6
RATIO_WINDOW: Final = 30
SAME_WEEKDAY_WEIGHT: Final = 2.0
WEEKDAY_WINDOW: Final = 8
# How far the mixing looks back; the constant keeps a lucky run from silencing one of the two.
MIXING_WINDOW: Final = 20
MIXING_CAUTION: Final = 0.001
# Bookings that differ so much from what is usual, as a share of the larger, speak alone: they know why.
FAR_APART: Final = 0.5
# The spread: own errors, halved in weight after forty meals; those of other series weigh ten meals in all.
ERROR_WINDOW: Final = 100
ERROR_HALF_LIFE: Final = 40
POOL_DAYS: Final = 20
POOL_WEIGHT: Final = 10.0
POOL_POINTS: Final = 21
# Days beside a holiday are few: their effect is drawn towards none by three such days without any.
NEIGHBOUR_WINDOW: Final = 6
NEIGHBOUR_CAUTION: Final = 3
# Fewer days of a kind than these say nothing about it.
FEWEST_ALIKE: Final = 3
# Until there are so many errors: as wide as bookings usually miss (rules-and-figures §3).
FEWEST_ERRORS: Final = 6
PRIOR_ERRORS: Final = (0.85, 0.9, 0.94, 0.97, 1.0, 1.03, 1.08)
PRIOR_WEIGHT: Final = 3.0


class Kind(StrEnum):
    """Which days are alike beyond their weekday: 调休上班日 and 节假日 are kinds of their own."""

    ORDINARY = "ordinary"
    MAKEUP = "makeup"
    HOLIDAY = "holiday"


class Beside(StrEnum):
    """Next to a break of three rest days or more: 节前一天, 节后一天, or neither."""

    NEITHER = "neither"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What is known of a day long before it."""

    on: date
    kind: Kind = Kind.ORDINARY
    beside: Beside = Beside.NEITHER

    @property
    def group(self) -> str:
        """Days of one group are alike."""
        return str(self.on.weekday()) if self.kind is Kind.ORDINARY else self.kind.value


@dataclass(frozen=True, slots=True)
class Observation:
    """A day that is over: `actual` people came, `walk_ins` of them without a booking; `planned` were booked.

    `planned` is None where nothing could be booked.
    """

    day: DayFacts
    actual: int
    planned: int | None = None
    walk_ins: int = 0

    @property
    def ratio(self) -> float | None:
        """Attended ÷ planned; None without a plan."""
        return (self.actual - self.walk_ins) / self.planned if self.planned else None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a series says of a day: `value` people, from a mixture with weight `mixing` of the ratio.

    `ratio` is the ratio used, `walk_ins` what was added to it, `of_weekday` the other estimate, `factor` the
    effect of a holiday nearby. `ratios` and `alike` count the days behind each; `is_borrowed` says that of
    the day's own kind too few are known, so that those alike are of another.
    """

    value: float
    mixing: float
    ratio: float | None
    walk_ins: float
    of_weekday: float | None
    factor: float
    ratios: int
    alike: int
    is_borrowed: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """How actual ÷ estimate is distributed: errors in rising order, and the weight of each.

    `middles` says which share of the weight lies below the middle of each error.
    """

    errors: tuple[float, ...]
    weights: tuple[float, ...]
    middles: tuple[float, ...]

    @classmethod
    def of(cls, points: Iterable[tuple[float, float]]) -> Self:
        """The spread of (error, weight) pairs, at least one."""
        errors, weights = zip(*sorted(points), strict=True)
        total = math.fsum(weights)
        middles = [
            (below - weight / 2) / total for below, weight in zip(accumulate(weights), weights, strict=True)
        ]
        return cls(errors, weights, tuple(middles))

    def quantile(self, level: float) -> float:
        """The error that a share `level` of days stays below, between errors in proportion."""
        place = bisect_left(self.middles, level)
        if place == 0:
            return self.errors[0]
        if place == len(self.errors):
            return self.errors[-1]
        (low, high), (below, above) = self.errors[place - 1 : place + 1], self.middles[place - 1 : place + 1]
        return low + (high - low) * (level - below) / (above - below)

    def surplus(self, factor: float) -> float:
        """The mean of what is too much, as a share of the estimate, when estimate × factor is cooked."""
        return self._mean(max(factor - error, 0) for error in self.errors)

    def shortage(self, factor: float) -> float:
        """The mean of what is missing, as a share of the estimate, when estimate × factor is cooked."""
        return self._mean(max(error - factor, 0) for error in self.errors)

    def _mean(self, values: Iterable[float]) -> float:
        return math.fsum(map(mul, values, self.weights)) / math.fsum(self.weights)


@dataclass(slots=True)
class Pool:
    """The errors of all series on the last days, for those that have few of their own."""

    days: deque[Sequence[float]] = field(default_factory=lambda: deque(maxlen=POOL_DAYS))

    def add(self, errors: Sequence[float]) -> None:
        """The errors of one more day, all series together."""
        if errors:
            self.days.append(errors)

    def points(self) -> list[float]:
        """What stands for them: all, or as many evenly spaced as `POOL_POINTS`."""
        errors = sorted(error for day in self.days for error in day)
        if len(errors) <= POOL_POINTS:
            return errors
        return [errors[int((place + 0.5) * len(errors) / POOL_POINTS)] for place in range(POOL_POINTS)]


@dataclass(slots=True)
class _Errors:
    """actual ÷ estimate of the past, before and after the effect of a holiday nearby."""

    own: list[float] = field(default_factory=list)
    beside: dict[Beside, list[float]] = field(default_factory=dict)

    def factor(self, beside: Beside) -> float:
        """What such days came to, drawn towards 1 while there are few."""
        known = self.beside.get(beside, [])[-NEIGHBOUR_WINDOW:]
        if not known:
            return 1.0
        return (len(known) * median(known) + NEIGHBOUR_CAUTION) / (len(known) + NEIGHBOUR_CAUTION)

    def add(self, estimate: Estimate, observation: Observation) -> float | None:
        if estimate.value <= 0:
            return None
        error = observation.actual / estimate.value
        self.own.append(error)
        if observation.day.beside is not Beside.NEITHER:
            self.beside.setdefault(observation.day.beside, []).append(error * estimate.factor)
        return error


class Series:
    """One place and period, told of its days in their order.

    `estimate` and `spread` know what `observe` was told, and nothing else.
    """

    def __init__(self) -> None:
        self._alike: dict[str, list[Observation]] = {}
        self._ratios: list[tuple[float, str]] = []
        self._walk_ins: list[tuple[float, str]] = []
        self._missed: list[tuple[float, float]] = []
        self._with_plan, self._without = _Errors(), _Errors()
        self._last_on: date | None = None

    def estimate(self, day: DayFacts, planned: int | None) -> Estimate | None:
        """How many will come, with what is planned if that is known; None before there is a history."""
        alike = self._like(day.group)
        of_weekday = median(one.actual for one in alike) if alike else None
        ratio = weighted_median(self._recent(self._ratios, day.group)) if self._ratios else None
        walk_ins = weighted_median(self._recent(self._walk_ins, day.group)) if self._ratios else 0.0
        if planned is None or ratio is None:
            if of_weekday is None:
                return None
            value, mixing = of_weekday, 0.0
        else:
            of_ratio = planned * ratio + walk_ins
            mixing = self._mixing(of_ratio, of_weekday) if of_weekday is not None else 1.0
            value = mixing * of_ratio + (1 - mixing) * (of_weekday or 0.0)
        factor = self._errors(planned).factor(day.beside)
        ratios = min(len(self._ratios), RATIO_WINDOW)
        is_borrowed = any(one.day.group != day.group for one in alike)
        return Estimate(
            *(value * factor, mixing, ratio, walk_ins, of_weekday, factor),
            *(ratios, len(alike), is_borrowed),
        )

    def spread(self, pooled: Sequence[float] = (), *, is_planned: bool = True) -> Spread:
        """How its estimates, with or without a plan, have missed lately; `pooled` has others' errors."""
        return spread_of(self._errors(0 if is_planned else None).own, pooled)

    def observe(self, observation: Observation) -> float | None:
        """Take a day that is over; gives the error of what would have been said of it.

        Raises ValueError for a day that is not after the last one.
        """
        day = observation.day
        if self._last_on is not None and day.on <= self._last_on:
            raise ValueError(f"{day.on} is not after {self._last_on}")
        self._last_on = day.on
        error = self._judge(observation)
        if (ratio := observation.ratio) is not None:
            self._ratios.append((ratio, day.group))
            self._walk_ins.append((observation.walk_ins, day.group))
        self._alike.setdefault(day.group, []).append(observation)
        return error

    def _judge(self, observation: Observation) -> float | None:
        day, error = observation.day, None
        without = self.estimate(day, None)
        if without is not None:
            error = self._without.add(without, observation)
        if observation.planned is None:
            return error
        estimate = self.estimate(day, observation.planned)
        if estimate is None:
            return error
        if estimate.ratio is not None and estimate.of_weekday is not None:
            of_ratio = observation.planned * estimate.ratio + estimate.walk_ins
            one = max(observation.actual, 1)
            self._missed.append(
                (
                    abs(of_ratio - observation.actual) / one,
                    abs(estimate.of_weekday - observation.actual) / one,
                )
            )
        return self._with_plan.add(estimate, observation)

    def _errors(self, planned: int | None) -> _Errors:
        return self._with_plan if planned is not None and self._ratios else self._without

    def last_alike(self, day: DayFacts) -> int | None:
        """How many came on the last day of the same kind: what is said without any method."""
        alike = self._alike.get(day.group)
        return alike[-1].actual if alike else None

    def _like(self, group: str) -> list[Observation]:
        alike = self._alike.get(group, [])[-WEEKDAY_WINDOW:]
        if len(alike) >= FEWEST_ALIKE or group not in _LIKE:
            return alike
        like = [one for each in (group, *_LIKE[group]) for one in self._alike.get(each, [])]
        return sorted(like, key=lambda one: one.day.on)[-WEEKDAY_WINDOW:]

    def _recent(self, values: Sequence[tuple[float, str]], group: str) -> list[tuple[float, float]]:
        return [
            (value, weight * SAME_WEEKDAY_WEIGHT if of == group else weight)
            for (value, of), weight in zip(reversed(values), _RATIO_AGEING, strict=False)
        ]

    def _mixing(self, of_ratio: float, of_weekday: float) -> float:
        """The weight of the ratio: the smaller its share of the recent misses, the larger."""
        recent = self._missed[-MIXING_WINDOW:]
        caution = MIXING_WINDOW * MIXING_CAUTION
        ratio_missed = sum(one for one, _ in recent) + caution
        weekday_missed = sum(one for _, one in recent) + caution
        apart = abs(of_ratio - of_weekday) / max(of_ratio, of_weekday, 1)
        agreement = max(1 - apart / FAR_APART, 0)
        return 1 - agreement * ratio_missed / (ratio_missed + weekday_missed)


_AGEING: Final = tuple(0.5 ** (age / ERROR_HALF_LIFE) for age in range(ERROR_WINDOW))
_RATIO_AGEING: Final = tuple(0.5 ** (age / RATIO_HALF_LIFE) for age in range(RATIO_WINDOW))
# Where there are too few makeup workdays or holidays: what they resemble.
_LIKE: Final = {Kind.MAKEUP.value: ("0", "1", "2", "3", "4"), Kind.HOLIDAY.value: ("5", "6")}


def spread_of(errors: Sequence[float], pooled: Sequence[float] = ()) -> Spread:
    """The spread of a run of errors, the latest last, with the errors of others behind it."""
    points = [(error, weight) for error, weight in zip(reversed(errors), _AGEING, strict=False)]
    points += [(error, POOL_WEIGHT / len(pooled)) for error in pooled]
    if len(points) < FEWEST_ERRORS:
        points += [(error, PRIOR_WEIGHT / len(PRIOR_ERRORS)) for error in PRIOR_ERRORS]
    return Spread.of(points)


def weighted_median(values: Iterable[tuple[float, float]]) -> float:
    """The value at which half of the weight lies on either side; (value, weight), at least one."""
    ordered = sorted(values)
    half = sum(weight for _, weight in ordered) / 2
    through = 0.0
    for place, (value, weight) in enumerate(ordered):
        through += weight
        if math.isclose(through, half) and place + 1 < len(ordered):
            return (value + ordered[place + 1][0]) / 2
        if through > half:
            return value
    return ordered[-1][0]


def mean_of_last(values: Sequence[float], count: int) -> float:
    """The mean of the last values, or of all while there are fewer."""
    return fmean(values[-count:])


def median_of_last(values: Sequence[float], count: int) -> float:
    """The median of the last values, or of all while there are fewer."""
    return median(values[-count:])


@dataclass(frozen=True, slots=True)
class Figures:
    """How forecasts F did against actual A: WAPE = Σ|F−A|/ΣA, bias = mean(F−A), over = Σmax(F−A, 0), short.

    Source: domain/canteen.md §3. `wape` is a percentage, None where nobody came at all.
    """

    count: int
    wape: float | None
    bias: float
    over: float
    short: float

    @property
    def wape_hundredths(self) -> int | None:
        """The WAPE in hundredths of a percent, rounded half up."""
        return math.floor(self.wape * 100 + 0.5) if self.wape is not None else None


def figures(pairs: Sequence[tuple[float, float]]) -> Figures | None:
    """The figures of (forecast, actual) pairs; None without any."""
    if not pairs:
        return None
    over = math.fsum(max(forecast - actual, 0) for forecast, actual in pairs)
    short = math.fsum(max(actual - forecast, 0) for forecast, actual in pairs)
    came = math.fsum(actual for _, actual in pairs)
    wape = 100 * (over + short) / came if came else None
    return Figures(len(pairs), wape, (over - short) / len(pairs), over, short)
