"""The figures of a bulletin: what is frozen into it, as data, and what differs between two takings.

Every ratio is kept as the two sums that it is made of, with its coverage, so that its text, its change
against another period and its place in a table follow from the frozen data alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from canteen.waste.models import Stage
from canteen.waste.statistics import policies as statistics
from canteen.waste.statistics.policies import Basis, Figure, Sample
from canteen.waste.statistics.titles import BASIS_NAMES, STAGE_NAMES

SCHEMA: Final = 1
# The figures of a block by the names that the statistics give them, in the order in which people read them.
SHOWN: Final = {
    basis.value: BASIS_NAMES[basis]
    for basis in (
        *(Basis.PLATE, Basis.CLEAN_PLATE, Basis.PLATE_RATE, Basis.UNSERVED, Basis.WASTE_RATE),
        *(Basis.PREPARATION, Basis.PREPARATION_INEDIBLE, Basis.STORAGE, Basis.WET_TOTAL, Basis.LEDGER),
    )
}
# What is thrown away, and what was put to use again.
STAGES: Final = {
    stage.value: STAGE_NAMES[stage]
    for stage in (Stage.STORAGE, Stage.PREPARATION, Stage.UNSERVED, Stage.PLATE, Stage.REUSED)
}


def change_text(now: Figure, base: Figure) -> str:
    """`下降 25.9%` of grams, `下降 9.0 个百分点` of shares; 数据不足, 无可比基数, 持平."""
    return statistics.change(now, base).text


@dataclass(frozen=True, slots=True)
class StageSums:
    """Grams recorded of a stage, food and what nobody eats, and in how many meals it was recorded."""

    food_g: int
    inedible_g: int
    cost_fen: int
    meals: int

    @property
    def total_g(self) -> int:
        """Both."""
        return self.food_g + self.inedible_g


@dataclass(frozen=True, slots=True)
class Block:
    """What one span of days came to, of one canteen or of several.

    `opened` meals were served, of `weighed` of them something was weighed; `diners` are those of all meals
    whose diners are known.
    """

    opened: int
    weighed: int
    diners: int
    cost_fen: int
    quarantined: int
    figures: Mapping[str, Figure]
    stages: Mapping[str, StageSums]


@dataclass(frozen=True, slots=True)
class CanteenLine:
    """A canteen in this period and, where there is one to compare, in the one before."""

    canteen_id: int
    name: str
    now: Block
    before: Block


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A week or a month of all canteens together."""

    title: str
    block: Block


@dataclass(frozen=True, slots=True)
class DishLine:
    """A dish to change: what was left of what was served, at the meals at which both are known."""

    dish_id: int
    name: str
    canteen: str
    served_g: int
    leftover_g: int
    unserved_g: int
    cost_fen: int
    rate: Figure


@dataclass(frozen=True, slots=True)
class BaselineLine:
    """A published figure beside ours, as the statistics word it."""

    title: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """An evaluated unit with its result in the quarter; without one its sheet is not closed.

    Points are tenths. `reports` is how many of the quarter's months it reported; None for our own canteens,
    of which the system has the figures itself.
    """

    unit_id: int
    name: str
    score_tenths: int | None
    grade: str
    is_failing: bool
    reports: int | None


@dataclass(frozen=True, slots=True)
class LossLine:
    """Why units lost points of an item of the sheet, and how many did so."""

    item: str
    reason: str
    units: int


@dataclass(frozen=True, slots=True)
class RectificationLine:
    """An order to rectify that was open in the quarter."""

    unit: str
    title: str
    due_on: str
    state: str


@dataclass(frozen=True, slots=True)
class SpotChecks:
    """Spot checks of the year so far: how many units there are, must be inspected, and were."""

    year: int
    units: int
    required: int
    inspected: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the quarter's evaluation came to."""

    full_tenths: int
    units: Sequence[UnitLine] = ()
    grades: Sequence[tuple[str, int]] = ()
    losses: Sequence[LossLine] = ()
    rectifications: Sequence[RectificationLine] = ()
    rectifications_closed: int = 0
    rectifications_overdue: int = 0
    spot_checks: SpotChecks | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a bulletin. `summary` is the sentences made from them when they were taken."""

    kind: str
    first_day: str
    last_day: str
    total: Block
    before: Block
    year_before: Block
    canteens: Sequence[CanteenLine]
    trend: Sequence[TrendPoint]
    dishes: Sequence[DishLine]
    baselines: Sequence[BaselineLine]
    evaluation: Evaluation | None = None
    summary: Sequence[str] = ()
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that would read otherwise if the figures were taken again."""

    where: str
    name: str
    old: str
    new: str


def dump(figures: Figures) -> str:
    """Canonical JSON: the same figures make the same text."""
    return orjson.dumps(figures, option=orjson.OPT_SORT_KEYS, default=_plain).decode()


def load(text: str) -> Figures:
    """What `dump` wrote."""
    data = orjson.loads(text)
    evaluation = data.pop("evaluation")
    return Figures(
        kind=data["kind"],
        first_day=data["first_day"],
        last_day=data["last_day"],
        summary=data["summary"],
        schema=data["schema"],
        total=_block(data["total"]),
        before=_block(data["before"]),
        year_before=_block(data["year_before"]),
        canteens=[
            CanteenLine(each["canteen_id"], each["name"], _block(each["now"]), _block(each["before"]))
            for each in data["canteens"]
        ],
        trend=[TrendPoint(each["title"], _block(each["block"])) for each in data["trend"]],
        dishes=[DishLine(**{**each, "rate": _figure(each["rate"])}) for each in data["dishes"]],
        baselines=[BaselineLine(**each) for each in data["baselines"]],
        evaluation=_evaluation(evaluation) if evaluation is not None else None,
    )


def changes(old: Figures, new: Figures) -> list[Change]:
    """What reads otherwise in `new`; a line that only one of them has is shown against a dash."""
    before, after = dict(_told(old)), dict(_told(new))
    keys = [*before, *(key for key in after if key not in before)]
    return [
        Change(*key, before.get(key, "—"), after.get(key, "—"))
        for key in keys
        if before.get(key) != after.get(key)
    ]


def _told(figures: Figures) -> Iterator[tuple[tuple[str, str], str]]:
    """Everything that a reader sees of the figures, by where it stands and what it is called."""
    yield from _told_block("总体", figures.total)
    yield from _told_block("上期", figures.before)
    yield from _told_block("去年同期", figures.year_before)
    for canteen in figures.canteens:
        yield from _told_block(canteen.name, canteen.now)
    for dish in figures.dishes:
        yield (f"{dish.canteen}·{dish.name}", "剩余率"), dish.rate.text
        yield (f"{dish.canteen}·{dish.name}", "剩余（克）"), f"{dish.leftover_g:,}"
    if figures.evaluation is None:
        return
    for unit in figures.evaluation.units:
        score = "未定" if unit.score_tenths is None else f"{unit.score_tenths / 10:g} 分"
        yield (unit.name, "评估结果"), f"{score} {unit.grade}".strip()
    for each in figures.evaluation.rectifications:
        yield (each.unit, f"整改：{each.title}"), each.state


def _told_block(where: str, block: Block) -> Iterator[tuple[tuple[str, str], str]]:
    yield (where, "供餐（餐次）"), f"{block.opened:,}"
    yield (where, "称重（餐次）"), f"{block.weighed:,}"
    yield (where, "就餐（人次）"), f"{block.diners:,}"
    yield (where, "浪费成本（分）"), f"{block.cost_fen:,}"
    for key, figure in block.figures.items():
        yield (where, SHOWN.get(key, key)), f"{figure.text}（{figure.coverage_text}）"
    for stage, sums in block.stages.items():
        yield (where, f"{STAGES.get(stage, stage)}（克）"), f"{sums.total_g:,}"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def _figure(data: Mapping[str, Any]) -> Figure:
    return Figure(
        Basis(data["basis"]),
        data["numerator"],
        data["denominator"],
        Sample(**data["sample"]),
        data["is_enough"],
    )


def _block(data: Mapping[str, Any]) -> Block:
    return Block(
        **{name: data[name] for name in ("opened", "weighed", "diners", "cost_fen", "quarantined")},
        figures={key: _figure(each) for key, each in data["figures"].items()},
        stages={key: StageSums(**each) for key, each in data["stages"].items()},
    )


def _evaluation(data: Mapping[str, Any]) -> Evaluation:
    checks = data["spot_checks"]
    return Evaluation(
        full_tenths=data["full_tenths"],
        losses=[LossLine(**each) for each in data["losses"]],
        units=[UnitLine(**each) for each in data["units"]],
        grades=[(name, count) for name, count in data["grades"]],
        rectifications=[RectificationLine(**each) for each in data["rectifications"]],
        rectifications_closed=data["rectifications_closed"],
        rectifications_overdue=data["rectifications_overdue"],
        spot_checks=SpotChecks(**checks) if checks is not None else None,
    )
