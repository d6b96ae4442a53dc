"""What the estimators would have said, day by day, each from the days before it alone.

Next day; a day counts once its series has eight days of the same weekday and ten ratios behind it. The naive
baselines are given what ours has. At each service level a baseline is cooked by its bare estimate, or by
that × the quantile of its own past errors (the last twenty; or weighted and pooled as ours are), whichever
does best.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final

from canteen.production.forecasts.errors import BacktestRowsInvalid
from canteen.production.forecasts.methods import (
    DayFacts,
    Figures,
    Observation,
    Pool,
    Series,
    Spread,
    figures,
    mean_of_last,
    median_of_last,
    spread_of,
)

SAME_WEEKDAYS: Final = 8
RATIOS: Final = 10
LEVELS: Final = (50, 55, 60, 65, 70, 75, 80, 85, 90, 95)
COLUMNS: Final = ("date", "site_id", "actual", "planned")
OURS: Final = "本系统"
_LAST_ERRORS: Final = 20
_NONE: Final = Spread.of([(1.0, 1.0)])


@dataclass(frozen=True, slots=True)
class Row:
    """One day of one series."""

    site: str
    observation: Observation


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """Cooking for a service level, in percent: was there enough on `covered` of 100 days, at what surplus?

    `loss` is twice the pinball loss as a percentage of all who came, so that at 50 % it is the WAPE.
    """

    level: int
    loss: float
    covered: float
    over: float
    short: float


@dataclass(frozen=True, slots=True)
class Result:
    """One method: its figures, on all days and on the earlier and the later half, and its service levels."""

    name: str
    whole: Figures
    halves: tuple[Figures, Figures]
    levels: tuple[LevelFigures, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The methods, ours last. `forecasts` has ours: (day, series) → estimate and its levels."""

    days: int
    series: int
    count: int
    from_on: date
    until_on: date
    results: tuple[Result, ...]
    forecasts: Mapping[tuple[date, str], tuple[float, ...]] = field(repr=False)

    @property
    def ours(self) -> Result:
        """Our own method."""
        return self.results[-1]

    def best_baseline(self, level: int) -> tuple[str, float]:
        """The baseline that does best at a service level, and its loss."""
        place = LEVELS.index(level)
        return min(((one.name, one.levels[place].loss) for one in self.results[:-1]), key=lambda one: one[1])


@dataclass(slots=True)
class _Past:
    """What a naive method may look at: the days of a series, and the same split by weekday."""

    ratios: list[float] = field(default_factory=list)
    alike: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, seen: Observation) -> None:
        if seen.ratio is not None:
            self.ratios.append(seen.actual / (seen.planned or 1))
        self.alike[seen.day.group].append(seen.actual)


_Naive = Callable[[int, Sequence[int], Sequence[float]], float]
BASELINES: Final[Mapping[str, _Naive]] = {
    "人工计划": lambda planned, alike, ratios: planned,
    "上周同日": lambda planned, alike, ratios: alike[-1],
    "近四次均值": lambda planned, alike, ratios: mean_of_last(alike, 4),
    "近八次中位": lambda planned, alike, ratios: median_of_last(alike, 8),
    "计划×近十次比值": lambda planned, alike, ratios: planned * median_of_last(ratios, 10),
}


@dataclass(slots=True)
class _Score:
    """The (cooked, came) pairs of a method: its estimates, and each level's."""

    pairs: list[tuple[float, float]] = field(default_factory=list)
    levels: dict[int, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, estimate: float, spread: Spread, actual: int) -> tuple[float, ...]:
        self.pairs.append((estimate, actual))
        cooked = tuple(estimate * spread.quantile(level / 100) for level in LEVELS)
        for level, one in zip(LEVELS, cooked, strict=True):
            self.levels[level].append((one, actual))
        return cooked


def read_csv(lines: Iterable[str]) -> list[Row]:
    """The rows of a CSV with the columns `date,site_id,actual,planned`; others are passed over.

    Raises BacktestRowsInvalid, naming each bad row by its number in the file (the heading is row 1).
    """
    reader = csv.DictReader(line.removeprefix("\ufeff") for line in lines)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise BacktestRowsInvalid.of([(1, f"缺少列 {'、'.join(missing)}")])
    rows: list[Row] = []
    faults: list[tuple[int, str]] = []
    seen: dict[tuple[str, date], int] = {}
    for record in reader:
        number = reader.line_num
        try:
            row = _row(record)
        except ValueError as error:
            faults.append((number, str(error)))
            continue
        first = seen.setdefault((row.site, row.observation.day.on), number)
        if first != number:
            faults.append((number, f"与第 {first} 行重复"))
        rows.append(row)
    if faults or not rows:
        raise BacktestRowsInvalid.of(faults or [(1, "没有数据")])
    return rows


def _row(record: Mapping[str, str | None]) -> Row:
    site = (record["site_id"] or "").strip()
    if not site:
        raise ValueError("site_id 为空")
    try:
        on = date.fromisoformat((record["date"] or "").strip())
    except ValueError:
        raise ValueError(f"日期“{record['date'] or ''}”应如 2026-01-02") from None
    return Row(site, Observation(DayFacts(on), _count(record, "actual"), _count(record, "planned")))


def _count(record: Mapping[str, str | None], name: str) -> int:
    text = (record[name] or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise ValueError(f"{name}“{text}”应为不小于 0 的整数")
    return int(text)


def run(rows: Iterable[Row], *, from_on: date = date.min) -> Report | None:
    """Replay the days in order; only days from `from_on` on count. None if there is none that counts."""
    ordered = sorted(rows, key=lambda row: (row.observation.day.on, row.site))
    replay = _Replay(from_on)
    for _, day in groupby(ordered, key=lambda row: row.observation.day.on):
        replay.day(list(day))
    return replay.report()


class _Replay:
    """The state between two days: each method's past, and its score so far."""

    def __init__(self, from_on: date) -> None:
        self.from_on = from_on
        self.past: dict[str, _Past] = defaultdict(_Past)
        self.series: dict[str, Series] = defaultdict(Series)
        self.pool = Pool()
        self.errors: dict[tuple[str, str], list[float]] = defaultdict(list)
        self.ours = _Score()
        self.naive = {name: (_Score(), _Score(), _Score()) for name in BASELINES}
        self.pools: dict[str, Pool] = {name: Pool() for name in BASELINES}
        self.forecasts: dict[tuple[date, str], tuple[float, ...]] = {}

    def day(self, rows: Sequence[Row]) -> None:
        """Say first, of every series; then see what came."""
        counting = [row for row in rows if self._counts(row)]
        if counting:
            self._say(counting)
            self._say_naively(counting)
        self._see(rows)

    def _counts(self, row: Row) -> bool:
        past, seen = self.past[row.site], row.observation
        return (
            seen.day.on >= self.from_on
            and seen.planned is not None
            and len(past.alike[seen.day.group]) >= SAME_WEEKDAYS
            and len(past.ratios) >= RATIOS
        )

    def _say(self, rows: Sequence[Row]) -> None:
        pooled = self.pool.points()
        for row in rows:
            seen, series = row.observation, self.series[row.site]
            said = series.estimate(seen.day, seen.planned)
            if said is not None:  # A day that counts has a history.
                cooked = self.ours.add(said.value, series.spread(pooled), seen.actual)
                self.forecasts[seen.day.on, row.site] = said.value, *cooked

    def _say_naively(self, rows: Sequence[Row]) -> None:
        pooled = {name: pool.points() for name, pool in self.pools.items()}
        for row in rows:
            for name, estimate in self._naive(row).items():
                errors = self.errors[name, row.site]
                spreads = (
                    _NONE,
                    Spread.of((error, 1.0) for error in errors[-_LAST_ERRORS:]),
                    spread_of(errors, pooled[name]),
                )
                for score, spread in zip(self.naive[name], spreads, strict=True):
                    score.add(estimate, spread, row.observation.actual)

    def _naive(self, row: Row) -> dict[str, float]:
        past, seen = self.past[row.site], row.observation
        alike = past.alike[seen.day.group]
        if seen.planned is None or not alike or not past.ratios:
            return {}
        return {name: method(seen.planned, alike, past.ratios) for name, method in BASELINES.items()}

    def _see(self, rows: Sequence[Row]) -> None:
        naive: dict[str, list[float]] = {name: [] for name in BASELINES}
        errors = []
        for row in rows:
            for name, estimate in self._naive(row).items():
                if estimate > 0:
                    error = row.observation.actual / estimate
                    self.errors[name, row.site].append(error)
                    naive[name].append(error)
            self.past[row.site].add(row.observation)
            if (own := self.series[row.site].observe(row.observation)) is not None:
                errors.append(own)
        self.pool.add(errors)
        for name, pool in self.pools.items():
            pool.add(naive[name])

    def report(self) -> Report | None:
        if not self.forecasts:
            return None
        naive = [_result(name, *scores) for name, scores in self.naive.items()]
        days = {on for on, _ in self.forecasts}
        return Report(
            days=len(days),
            series=len({site for _, site in self.forecasts}),
            count=len(self.forecasts),
            from_on=min(days),
            until_on=max(days),
            results=(*naive, _result(OURS, self.ours)),
            forecasts=self.forecasts,
        )


def _result(name: str, *scores: _Score) -> Result:
    """A method as it did, at each level with the spread that did better."""
    pairs = scores[0].pairs
    middle = (len(pairs) + 1) // 2
    levels = tuple(
        min((_level(level, score.levels[level]) for score in scores), key=lambda one: one.loss)
        for level in LEVELS
    )
    return Result(name, _figures(pairs), (_figures(pairs[:middle]), _figures(pairs[middle:])), levels)


def _figures(pairs: Sequence[tuple[float, float]]) -> Figures:
    return figures(pairs) or Figures(0, None, 0.0, 0.0, 0.0)


def _level(level: int, pairs: Sequence[tuple[float, float]]) -> LevelFigures:
    found = _figures(pairs)
    came = sum(actual for _, actual in pairs) or 1
    loss = 2 * (level * found.short + (100 - level) * found.over) / came
    covered = 100 * sum(actual <= cooked for cooked, actual in pairs) / len(pairs)
    return LevelFigures(level, loss, covered, found.over, found.short)
