"""The statistics as a workbook: the figures by what they are told apart, the course, and what is open."""

from collections.abc import Iterable
from typing import Any, Final

from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from property.statistics.queries import Figures, Rate, Report
from property.statistics.titles import BY_NAMES

_NOTES: Final = (
    "报修按提交日统计，完成及其后各项按最后一次完成的日期统计。",
    "及时率只计有结论的计时；挂起和等待验收的时间已按规则扣除。",
    "一次修复：未返工且未重开。返工率、重开率的分母为完成的工单。",
    "评价率的分母为评价期已结束、可以评价的工单。",
    "费用为本单位承担的部分，质保期内的不计。",
)


def title_of(report: Report) -> str:
    """`物业统计 2026-11-01 至 2026-11-30`."""
    return f"物业统计 {report.from_on} 至 {report.until_on}"


def report_workbook(report: Report) -> bytes:
    """A sheet for each view."""
    named = BY_NAMES[report.by]
    return workbook_of(
        title_of(report),
        [
            Sheet(f"按{named}", (Column(named, width=30), *_FIGURES), _rows(report)),
            Sheet("变化", _COURSE, ((each.title, each.submitted, each.completed) for each in report.course)),
            Sheet("未办结", _BACKLOG, ((each.name, each.orders) for each in report.backlog)),
            Sheet("说明", [Column("统计口径", width=90)], [(note,) for note in _NOTES]),
        ],
    )


_FIGURES: Final = (
    *(Column("报修", Kind.INT), Column("未受理结束", Kind.INT), Column("完成", Kind.INT)),
    *(
        Column("现有未办结", Kind.INT),
        Column("响应及时率", Kind.PERCENT),
        Column("响应及时"),
        Column("解决及时率", Kind.PERCENT),
    ),
    *(Column("解决及时"), Column("平均响应（分钟）", Kind.INT)),
    Column("一次修复率", Kind.PERCENT),
    *(Column("返工", Kind.INT), Column("重开", Kind.INT), Column("催办", Kind.INT)),
    *(Column("已评价/应评价", width=14), Column("工时（分钟）", Kind.INT), Column("费用（元）", Kind.YUAN)),
)
_COURSE: Final = (Column("时段"), Column("报修", Kind.INT), Column("完成", Kind.INT))
_BACKLOG: Final = (Column("提交至今"), Column("工单", Kind.INT))


def _rows(report: Report) -> Iterable[tuple[Any, ...]]:
    for row in report.rows:
        yield (row.name, *_cells(row.figures, row.open))
    yield ("合计", *_cells(report.total, report.open))


def _cells(figures: Figures, open_orders: int) -> tuple[Any, ...]:
    sums = figures.sums
    return (
        *(sums.submitted, sums.ended_unserved, sums.completed, open_orders),
        *(_ratio(figures.response), _of(figures.response), _ratio(figures.resolution)),
        *(_of(figures.resolution), figures.response_minutes, _ratio(figures.first_fixed)),
        *(sums.reworked, sums.reopened, sums.reminded),
        *(_of(figures.rated), sums.labour_minutes, sums.cost_fen),
    )


def _ratio(rate: Rate) -> float | None:
    return rate.part / rate.whole if rate.whole else None


def _of(rate: Rate) -> str:
    return f"{rate.part}/{rate.whole}"
