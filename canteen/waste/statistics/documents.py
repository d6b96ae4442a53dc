"""The statistics as a workbook: figures, series, dishes and departments, each with what stands behind it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from canteen.menu.models import Category
from canteen.menu.titles import CATEGORY_NAMES
from canteen.waste.statistics.departments import DepartmentFigures
from canteen.waste.statistics.dishes import DishFigures
from canteen.waste.statistics.policies import Figure, Unit
from canteen.waste.statistics.queries import Point
from canteen.waste.statistics.reports import Report, StageFigures, Statistics, UnmeasuredMeal, stages_of
from canteen.waste.statistics.titles import BASIS_NAMES

_SERVED: Final = {"weighed": "称重", "portions": "按份折算", "mixed": "称重及折算", "": "未知"}
_NOTES: Final = (
    "人均值为称重餐次的克数之和除以同一餐次的用餐人数之和，未称重餐次不推算。",
    "称重餐次或覆盖率达不到规则要求的，显示“数据不足”。",
    "人均厨余总量含不可食部分和加工、储存环节，不能与人均餐盘剩余比较。",
    "部门数据仅含该部门有五个以上餐盘称重的餐次，并保证不能由合计推算其余人员。",
)


def statistics_workbook(given: Statistics) -> bytes:
    """A sheet for each view of a span."""
    return workbook_of(
        given.title,
        [
            Sheet("指标", _FIGURES, _figures(given.report)),
            Sheet("环节", _STAGES, _stages(stages_of(given.report.summary))),
            Sheet("逐日", _DAYS, _days(given.days)),
            Sheet("菜品", _DISHES, _dishes(given.dishes)),
            Sheet("部门", _DEPARTMENTS, _departments(given.departments)),
            Sheet("未称重餐次", _UNMEASURED, _unmeasured(given.unmeasured)),
            Sheet("说明", [Column("统计口径", width=90)], [(note,) for note in _NOTES]),
        ],
    )


_FIGURES: Final = (
    *(Column("指标", width=30), Column("数值"), Column("分子", Kind.INT), Column("分母", Kind.INT)),
    *(Column("称重餐次", Kind.INT), Column("开餐餐次", Kind.INT), Column("覆盖率", Kind.PERCENT)),
    *(Column("变化"), Column("基期及覆盖", width=60)),
)
_STAGES: Final = (
    *(
        Column("环节"),
        Column("可食部分（千克）", Kind.KILOGRAMS),
        Column("不可食部分（千克）", Kind.KILOGRAMS),
    ),
    *(Column("合计（千克）", Kind.KILOGRAMS), Column("成本（元）", Kind.YUAN), Column("餐次", Kind.INT)),
    *(Column("人均（克）"), Column("覆盖", width=20)),
)
_DAYS: Final = (
    *(Column("日期"), Column("开餐餐次", Kind.INT), Column("称重餐次", Kind.INT)),
    *(Column("用餐人数", Kind.INT), Column("厨余（千克）", Kind.KILOGRAMS), Column("成本（元）", Kind.YUAN)),
    *(Column("人均餐盘剩余（克）"), Column("人均备餐剩余（克）"), Column("光盘率"), Column("超量备餐率")),
)
_DISHES: Final = (
    *(Column("菜品", width=24), Column("类别"), Column("餐次", Kind.INT)),
    *(Column("备餐（千克）", Kind.KILOGRAMS), Column("取餐（千克）", Kind.KILOGRAMS), Column("取餐量来源")),
    *(Column("剩余（千克）", Kind.KILOGRAMS), Column("称重次数", Kind.INT)),
    *(Column("未售出（千克）", Kind.KILOGRAMS), Column("成本（元）", Kind.YUAN)),
    *(Column("剩余率"), Column("超量备餐率")),
)
_DEPARTMENTS: Final = (
    *(Column("部门", width=24), Column("餐盘", Kind.INT), Column("餐次", Kind.INT)),
    *(Column("人均餐盘剩余（克）"), Column("光盘率")),
)
_UNMEASURED: Final = (
    Column("日期", Kind.DAY),
    Column("食堂", width=20),
    Column("餐次"),
    Column("未称重环节"),
)


def _figures(report: Report) -> Iterable[tuple[Any, ...]]:
    for basis, figure in report.summary.figures.items():
        changed = report.changes.get(basis)
        yield (
            *(BASIS_NAMES[basis], figure.text, figure.numerator, figure.denominator),
            *(figure.measured, figure.opened, _ratio(figure.coverage)),
            *((changed.text, changed.note) if changed is not None else (None, None)),
        )


def _stages(stages: Iterable[StageFigures]) -> Iterable[tuple[Any, ...]]:
    for one in stages:
        known = one.recorded
        yield (
            *(one.title, known.food_g, known.inedible_g, known.g, known.cost_fen, known.meals),
            *(_value(one.figure), one.figure.coverage_text),
        )


def _days(days: Iterable[Point]) -> Iterable[tuple[Any, ...]]:
    for point in days:
        of = point.summary
        yield (
            *(point.title, of.opened, of.weighed, of.diners, of.waste_g, of.cost_fen),
            *(_value(of.plate), _value(of.unserved), _value(of.clean_plate), _value(of.over_preparation)),
        )


def _dishes(dishes: Iterable[DishFigures]) -> Iterable[tuple[Any, ...]]:
    for one in dishes:
        of = one.sums
        yield (
            *(one.name, CATEGORY_NAMES[Category(one.category)], of.meals, of.prepared_g, of.served_g),
            *(_SERVED[of.served_source], of.leftover_g, of.weighings, of.unserved_g, of.cost_fen),
            *(_value(one.rate), _value(one.over_preparation)),
        )


def _departments(departments: Iterable[DepartmentFigures]) -> Iterable[tuple[Any, ...]]:
    for one in departments:
        yield one.name, one.trays, one.meals, _value(one.plate), _value(one.clean_plate)


def _unmeasured(meals: Iterable[UnmeasuredMeal]) -> Iterable[tuple[Any, ...]]:
    for one in meals:
        yield one.date, one.canteen, one.meal, one.missing_text


def _value(figure: Figure) -> str:
    """`54.5`, `66.7%` or 数据不足: the heading says the unit of grams."""
    shown = figure.shown
    if shown is None or figure.unit is Unit.SHARE:
        return figure.text
    return str(shown)


def _ratio(value: Decimal | None) -> float | None:
    return float(value) if value is not None else None
