"""The statistics as a workbook: the figures by what they are told apart, the hours, and what they mean."""

from collections.abc import Sequence
from typing import Any, Final

from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from meeting.statistics.policies import FEWEST_MEETINGS, By, Figures, Rate
from meeting.statistics.queries import Statistics
from meeting.statistics.titles import BY_NAMES

NOTES: Final = (
    "按会议开始日统计，跨夜的会议计入开始的那一天。",
    "预订使用率：工作日已预订的分钟数 ÷ 工作日可预订的分钟数"
    "（按会议室开放时段，含调休上班日，已扣除停用时间）。",
    "实际使用率：工作日实际使用的分钟数 ÷ 截至今日的可预订分钟数；有签到的从签到时算起，"
    "提前结束的算到结束时，没有签到的按预订时间计。",
    "预订使用率的覆盖率：计入的会议室占全部会议室的比例；"
    "实际使用率的覆盖率：由签到得知的使用分钟数占全部使用分钟数的比例。",
    "全天开放的会议室按办公时间计可预订时间；可拆分的大厅按拆分后的各间计算；开放时段、停用和座位数按现在的设置。",
    "未到率：未签到释放的会议 ÷ 应签到且已到期的会议；覆盖率为应签到的会议占到期会议的比例。",
    "取消率：取消的会议 ÷（预订、取消和被优先调整的会议）。",
    "上座率：人数×使用分钟 ÷ 座位×使用分钟，只计填写了人数的会议；覆盖率为填写了人数的会议占已开会议的比例。",
    f"不足 5 人的部门合并统计；预订不足 {FEWEST_MEETINGS} 次的部门不显示比率。",
)
_RATES: Final = (
    *(("预订使用率", "occupancy_booked"), ("实际使用率", "occupancy_used"), ("未到率", "no_show")),
    *(("取消率", "cancellation"), ("上座率", "seats")),
)
_HOURS: Final = (
    *(Column("星期"), Column("时段"), Column("使用分钟", Kind.INT), Column("天数", Kind.INT)),
    *(Column("平均同时使用（间）", width=20), Column("占全部会议室", Kind.PERCENT, width=14)),
)


def title_of(found: Statistics) -> str:
    """`会议统计 2026-11-01 至 2026-11-30`."""
    return f"会议统计 {found.from_on} 至 {found.until_on}"


def statistics_workbook(found: Statistics) -> bytes:
    """A sheet of the figures (the hours, if told by them), and one of what they mean."""
    return workbook_of(
        title_of(found),
        [
            _by_hour(found) if found.by is By.HOUR else _by(found),
            Sheet("说明", [Column("统计口径", width=110)], [(note,) for note in NOTES]),
        ],
    )


def _by(found: Statistics) -> Sheet:
    named = BY_NAMES[found.by]
    rows = [*((row.name, *_cells(row.figures)) for row in found.rows), ("合计", *_cells(found.total))]
    return Sheet(f"按{named}", (Column(named, width=26), *_columns()), rows)


def _by_hour(found: Statistics) -> Sheet:
    return Sheet(
        "高峰时段",
        _HOURS,
        [
            (
                *(cell.weekday_name, f"{cell.hour}:00–{cell.hour + 1}:00", cell.minutes, cell.days),
                *(f"{cell.rooms_in_use / 100:.2f}", _ratio(cell.occupancy)),
            )
            for cell in found.heat
        ],
    )


def _columns() -> Sequence[Column]:
    counts = ("预订", "已开", "签到", "有会务", "未到", "取消", "被调整", "未批准", "逾期未审批", "人次")
    columns = [Column(title, Kind.INT) for title in counts]
    columns += [
        Column("预订分钟", Kind.INT),
        Column("使用分钟", Kind.INT),
        Column("平均预订时长（分）", Kind.POINTS, width=19),
        Column("平均使用时长（分）", Kind.POINTS, width=19),
    ]
    for title, _ in _RATES:
        columns += [
            Column(title, Kind.PERCENT, width=12),
            Column(f"{title}（分子/分母）", width=24),
            Column(f"{title}覆盖率", Kind.PERCENT, width=16),
        ]
    return columns


def _cells(figures: Figures) -> tuple[Any, ...]:
    sums = figures.sums
    rates: list[Any] = []
    for _, name in _RATES:
        rate: Rate | None = getattr(figures, name)
        rates += [None, "", None] if rate is None else [_ratio(rate), _of(rate), _covered(rate)]
    return (
        *(sums.booked, sums.held, sums.signed_in, sums.served, sums.no_shows, sums.cancelled),
        *(sums.displaced, sums.rejected, sums.expired, sums.heads, sums.booked_minutes, sums.used_minutes),
        *(_tenths(figures.booked_length), _tenths(figures.used_length)),
        *rates,
    )


def _tenths(value: Any) -> int | None:
    return int(value * 10) if value is not None else None


def _ratio(rate: Rate) -> float | None:
    return rate.part / rate.denominator if rate.denominator and not rate.is_withheld else None


def _of(rate: Rate) -> str:
    return f"不足 {FEWEST_MEETINGS} 次" if rate.is_withheld else f"{rate.part}/{rate.denominator}"


def _covered(rate: Rate) -> float | None:
    return (rate.covered or 0) / rate.whole if rate.whole else None
