"""The statistics as a workbook: the figures by what they are told apart, and by month."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from feedback.reports.statistics.policies import Comparison, Figures, Rate
from feedback.reports.statistics.queries import Row, Statistics
from feedback.reports.statistics.titles import BY_NAMES

NOTES: Final = (
    "所有数据按诉求提交日统计，反映这些诉求截至目前的办理情况。",
    "响应率：按时响应 ÷ 应响应（含已超时未响应）。",
    "办结率：已办结 ÷ 受理数（提交数减去撤回、不予受理、重复和隐藏）。",
    "按时办结率：按时答复 ÷ 应答复（含已超时未答复）。",
    "解决率：评价或回访认为已解决 ÷ 有评价或回访结论的次数；覆盖率为结论次数占答复次数的比例。",
    "满意率：四分、五分的评价 ÷ 评价数；未评价的单列为未参评，不计入满意。",
    "结论或评价不足 5 次的不显示比率。",
)
_RATES: Final = (
    *(("响应率", "response"), ("办结率", "closing"), ("按时办结率", "answer")),
    *(("解决率", "resolution"), ("满意率", "satisfaction")),
)


def title_of(found: Statistics) -> str:
    """`诉求统计 2026-11-01 至 2026-11-30`."""
    return f"诉求统计 {found.from_on} 至 {found.until_on}"


def statistics_workbook(found: Statistics) -> bytes:
    """A sheet for each view."""
    named = BY_NAMES[found.by]
    total = ("合计", *_cells(found.total))
    return workbook_of(
        title_of(found),
        [
            Sheet(
                f"按{named}",
                (Column(named, width=24), *_columns()),
                [*((row.name, *_cells(row.figures)) for row in found.rows), total],
            ),
            Sheet("近12个月", (Column("月份", width=14), *_columns()), _months(found.course)),
            Sheet("同比环比", _COMPARED, _comparisons(found)),
            Sheet("说明", [Column("统计口径", width=90)], [(note,) for note in NOTES]),
        ],
    )


def _columns() -> Sequence[Column]:
    counts = ("提交", "撤回", "未受理", "办结", "超时未办", "未参评", "重新办理", "催办", "延期", "转办")
    columns = [Column(title, Kind.INT) for title in counts]
    for title, _ in _RATES:
        columns += [Column(title, Kind.PERCENT, width=11), Column(f"{title}（分子/分母）", width=18)]
    columns += [
        Column("解决率覆盖率", Kind.PERCENT, width=13),
        Column("满意率覆盖率", Kind.PERCENT, width=13),
    ]
    return columns


_COMPARED: Final = (
    *(Column("对比", width=10), Column("从", Kind.DAY), Column("到", Kind.DAY), Column("提交", Kind.INT)),
    Column("提交增减", Kind.PERCENT),
    *(Column(f"{title}增减（百分点）", Kind.POINTS, width=20) for title, _ in _RATES),
)


def _cells(figures: Figures) -> tuple[Any, ...]:
    sums = figures.sums
    rates: list[Any] = []
    for _, name in _RATES:
        rate: Rate = getattr(figures, name)
        rates += [_ratio(rate), _of(rate)]
    return (
        *(sums.submitted, sums.withdrawn, sums.unserved, sums.closed, figures.overdue.answer, sums.lapsed),
        *(sums.reopened, sums.reminded, sums.extended, sums.transferred),
        *rates,
        *(_covered(figures.resolution), _covered(figures.satisfaction)),
    )


def _months(course: Sequence[Row]) -> Iterable[tuple[Any, ...]]:
    for row in course:
        yield (row.name, *_cells(row.figures))


def _comparisons(found: Statistics) -> Iterable[tuple[Any, ...]]:
    for title, one in (("同比", found.year_before), ("环比", found.period_before)):
        if one is not None:
            yield (title, *_compared(one))


def _compared(one: Comparison) -> tuple[Any, ...]:
    change = one.submitted_change
    points = (getattr(one, name) for _, name in _RATES)
    return (
        *(one.from_on, one.until_on, one.submitted, change / 100 if change is not None else None),
        *(int(each * 10) if each is not None else None for each in points),
    )


def _ratio(rate: Rate) -> float | None:
    return rate.part / rate.denominator if rate.denominator and not rate.is_withheld else None


def _of(rate: Rate) -> str:
    return f"不足 5 次（{rate.denominator}）" if rate.is_withheld else f"{rate.part}/{rate.denominator}"


def _covered(rate: Rate) -> float | None:
    return rate.denominator / rate.whole if rate.whole else None
