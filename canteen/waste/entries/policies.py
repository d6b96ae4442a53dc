"""Rules of entries: pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from backend.dates import day_text
from canteen.waste.entries.errors import (
    EntryTooLate,
    MealInFuture,
    NotOwnEntry,
    StageInvalid,
    TareExceedsGross,
)
from canteen.waste.models import Disposition, Edible, Kind, Stage
from canteen.waste.policies import SPECS
from canteen.waste.titles import STAGE_NAMES

# What a sheet has a row for, in the order of the kitchen. What was served is weighed by scales alone.
STAGES: Final = (
    Stage.PREPARED,
    Stage.STORAGE,
    Stage.PREPARATION,
    Stage.UNSERVED,
    Stage.PLATE,
    Stage.REUSED,
)
# Peel and bones arise here; of the rest all is food.
WITH_INEDIBLE: Final = frozenset({Stage.PREPARATION, Stage.PLATE, Stage.STORAGE})
# These arise while a meal is served or afterwards.
_AFTER_SERVICE: Final = frozenset({Stage.UNSERVED, Stage.PLATE, Stage.REUSED})
# A dish that is weighed by itself counts for the dish.
_OF_A_DISH: Final[Mapping[Stage, Kind]] = {
    Stage.PREPARED: Kind.PAN_OUT,
    Stage.UNSERVED: Kind.PAN_BACK,
    Stage.REUSED: Kind.PAN_BACK,
    Stage.PLATE: Kind.DISH_LEFTOVER,
}
# So many diners more or less than the counters say are worth a question.
_DINERS_OFF: Final = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row of a sheet, weights in grams; `net_g` is None where gross and tare say it."""

    stage: Stage
    edible: Edible = Edible.MIXED
    net_g: int | None = None
    gross_g: int | None = None
    tare_g: int | None = None
    container_id: int | None = None
    dish_id: int | None = None
    disposition: Disposition | None = None
    reason: str = ""
    photo_id: int | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """A row that can be stored."""

    wanted: Wanted
    kind: Kind
    net_g: int
    tare_g: int | None
    disposition: Disposition


@dataclass(frozen=True, slots=True)
class Warning:
    """What looks implausible: of which row, counted from 0, or of the whole sheet."""

    row: int | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a meal before: by stage what was entered (net grams singly) and what bins gained."""

    entered: Mapping[Stage, Sequence[int]]
    bins_g: Mapping[Stage, int]
    diners: int | None


@dataclass(frozen=True, slots=True)
class Limits:
    """The canteen's plausible maxima."""

    entry_g: int
    plate_g_per_diner: int


def ensure_day(served_on: date, today: date, days: int, *, is_manager: bool) -> None:
    """Raise MealInFuture for a day to come, and EntryTooLate for one that is too long ago."""
    if served_on > today:
        raise MealInFuture
    earliest = earliest_on(today, days)
    if served_on < earliest and not is_manager:
        raise EntryTooLate(earliest=day_text(earliest), earliest_on=earliest.isoformat())


def earliest_on(today: date, days: int) -> date:
    """The first day of which one may enter something."""
    return today - timedelta(days=days)


def ensure_begun(stages: Sequence[Stage], serves_from: datetime, now: datetime) -> None:
    """Raise MealInFuture where something is entered that arises once the service has begun."""
    if now < serves_from and any(stage in _AFTER_SERVICE for stage in stages):
        raise MealInFuture


def weigh(wanted: Wanted, container_tare_g: int | None) -> Weighed:
    """The row with its kind and net weight. Raises TareExceedsGross or StageInvalid."""
    kind = Kind.ENTRY
    if wanted.dish_id is not None:
        if wanted.stage not in _OF_A_DISH:
            raise StageInvalid(reason=f"“{STAGE_NAMES[wanted.stage]}”不分菜品登记")
        kind = _OF_A_DISH[wanted.stage]
    if wanted.edible is Edible.INEDIBLE and wanted.stage not in WITH_INEDIBLE:
        raise StageInvalid(reason=f"“{STAGE_NAMES[wanted.stage]}”都是可食部分，不能登记为不可食")
    disposition = wanted.disposition or _usual(wanted.stage)
    if (disposition is Disposition.REUSE) != (wanted.stage is Stage.REUSED):
        raise StageInvalid(reason="用于再利用的请登记在“合理利用”一栏，其他各栏的去向不能选合理利用")
    if wanted.net_g is not None:
        return Weighed(wanted, kind, wanted.net_g, None, disposition)
    gross_g = wanted.gross_g or 0
    tare_g = wanted.tare_g if wanted.tare_g is not None else container_tare_g
    if tare_g is None:
        raise StageInvalid(reason="请填写皮重，或选择已登记皮重的容器")
    if tare_g > gross_g:
        raise TareExceedsGross(tare_g=tare_g, gross_g=gross_g)
    return Weighed(wanted, kind, gross_g - tare_g, tare_g, disposition)


def adds_to(row: Weighed) -> tuple[str, str, str, int]:
    """Which sums a row is added to, to be compared: stage, source and edible part, and the dish."""
    wanted = row.wanted
    return wanted.stage.value, SPECS[row.kind].source.value, wanted.edible.value, wanted.dish_id or 0


def _usual(stage: Stage) -> Disposition:
    return Disposition.REUSE if stage is Stage.REUSED else Disposition.DISCARD


def doubts(
    rows: Sequence[Weighed], standing: Standing, limits: Limits, diners_counted: int | None
) -> list[Warning]:
    """What looks implausible about a sheet, row by row and then in all."""
    found = [each for number, row in enumerate(rows) for each in _of_row(number, row, standing, limits)]
    diners = diners_counted if diners_counted is not None else standing.diners
    before = sum(standing.entered.get(Stage.PLATE, ())) + standing.bins_g.get(Stage.PLATE, 0)
    plate_g = sum(row.net_g for row in rows if row.wanted.stage is Stage.PLATE and row.kind is Kind.ENTRY)
    if diners and plate_g and plate_g + before > limits.plate_g_per_diner * diners:
        each = (plate_g + before) // diners
        found.append(
            Warning(None, "over_per_diner", f"餐盘剩余人均 {each} 克，超过 {limits.plate_g_per_diner} 克")
        )
    if diners_counted is not None and standing.diners:
        is_far = (
            diners_counted > standing.diners * _DINERS_OFF or diners_counted * _DINERS_OFF < standing.diners
        )
        if is_far:
            text = f"登记就餐 {diners_counted} 人，系统记录取餐 {standing.diners} 人，相差较大"
            found.append(Warning(None, "many_diners", text))
    return found


def _of_row(number: int, row: Weighed, standing: Standing, limits: Limits) -> Iterator[Warning]:
    stage, name = row.wanted.stage, STAGE_NAMES[row.wanted.stage]
    if row.net_g > limits.entry_g:
        most = limits.entry_g // 1000
        yield Warning(number, "over_maximum", f"“{name}” {row.net_g / 1000:g} 千克，超过 {most} 千克")
    if row.kind is not Kind.ENTRY:
        return
    if row.net_g and row.net_g in standing.entered.get(stage, ()):
        yield Warning(number, "entered_before", f"“{name}”已登记过 {row.net_g / 1000:g} 千克，是否重复")
    if standing.bins_g.get(stage, 0) > 0:
        kilograms = standing.bins_g[stage] / 1000
        yield Warning(number, "bins_weigh", f"“{name}”已有收集桶称重 {kilograms:g} 千克，会合并计算")


def ensure_may_take_back(*, is_own: bool, entered_on: date, today: date, is_manager: bool) -> None:
    """Raise NotOwnEntry unless it is one's own of today, or one manages the canteen's weighings."""
    if not is_manager and not (is_own and entered_on == today):
        raise NotOwnEntry
