"""A bulletin on paper, and its annex as a workbook; both say what its frozen figures say."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from backend.documents import pdf
from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from canteen.bulletins.figures import SHOWN, STAGES, Block, Figures, change_text
from canteen.bulletins.models import BulletinKind, BulletinState, Media
from canteen.bulletins.queries import BulletinView
from canteen.bulletins.summary import kilograms, money
from canteen.bulletins.titles import STATE_NAMES
from canteen.evaluation.rectifications.models import State
from canteen.evaluation.rectifications.policies import STATE_NAMES as RECTIFICATION_NAMES
from canteen.waste.statistics.policies import Figure

_BEFORE: Final = {BulletinKind.MONTHLY: "上月", BulletinKind.QUARTERLY: "上季度"}
_NUMERALS: Final = "一二三四五六七八九"


def file_name(view: BulletinView) -> str:
    """What its files are called, without the ending."""
    version = f"（第{view.bulletin.version}版）" if view.bulletin.version > 1 else ""
    draft = "（草稿）" if view.state is not BulletinState.PUBLISHED else ""
    return f"{view.title}{version}{draft}"


def rendered(view: BulletinView, media: Media) -> bytes:
    """The bulletin as a document. The same bulletin makes the same PDF. Not within a unit of work."""
    return bulletin_pdf(view) if media is Media.PDF else bulletin_workbook(view)


def bulletin_pdf(view: BulletinView) -> bytes:
    """Cover, summary, charts, tables, texts and the notes on method and coverage."""
    bulletin, figures = view.bulletin, view.figures
    context: dict[str, Any] = {
        "title": view.title,
        "number": view.issue_no,
        "view": view,
        "bulletin": bulletin,
        "figures": figures,
        "is_draft": view.state is not BulletinState.PUBLISHED,
        "state_name": STATE_NAMES[view.state],
        "before_name": _BEFORE[view.kind],
        "shown": SHOWN,
        "stages": STAGES,
        "numerals": _NUMERALS,
        "state_name_of": _state_name,
        "change_text": change_text,
        "brief": brief,
        "kilograms": kilograms,
        "money": money,
        "date_of": date.fromisoformat,
        "paragraphs": paragraphs,
        "headline": headline(view),
    }
    if bulletin.published_at is not None:
        # What is published is dated by that, so that it is the same whenever it is printed.
        context["printed_at"] = bulletin.published_at
    return pdf.render("canteen.bulletins/bulletin.html", context)


def brief(figure: Figure) -> str:
    """`54.5 克`: what stands in a column whose heading names the whole unit."""
    return figure.text.replace("/人·餐", "")


def headline(view: BulletinView) -> tuple[str, str]:
    """The heading in two lines that break between words."""
    first = f"关于{view.period_name}机关食堂"
    return first, view.title.removeprefix(first)


def _state_name(state: str) -> str:
    return RECTIFICATION_NAMES[State(state)]


def paragraphs(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def bulletin_workbook(view: BulletinView) -> bytes:
    """The same figures, each ratio with the sums that it is made of."""
    figures = view.figures
    sheets = [
        Sheet("总体", _FIGURE_COLUMNS, list(_figures(figures))),
        Sheet("各食堂", [Column("食堂", width=20), *_BLOCK_COLUMNS], _canteens(figures)),
        Sheet("各环节", _STAGE_COLUMNS, list(_stages(figures))),
        Sheet("趋势", [Column("期间", width=20), *_BLOCK_COLUMNS], _trend(figures)),
        Sheet("建议调整的菜品", _DISH_COLUMNS, _dishes(figures)),
    ]
    found = figures.evaluation
    if found is not None:
        units = [
            (
                each.name,
                f"{each.score_tenths / 10:g}" if each.score_tenths is not None else None,
                each.grade or "未定",
                each.reports,
            )
            for each in found.units
        ]
        rows = [
            (each.unit, each.title, date.fromisoformat(each.due_on), _state_name(each.state))
            for each in found.rectifications
        ]
        sheets += [
            Sheet("单位评估", _UNIT_COLUMNS, units),
            Sheet("整改", _RECTIFICATION_COLUMNS, rows),
        ]
    sheets.append(Sheet("情况综述", [Column("内容", width=100)], [(each,) for each in figures.summary]))
    return workbook_of(f"{view.title}附表", sheets)


_FIGURE_COLUMNS: Final = (
    Column("指标", width=24),
    Column("本期", width=18),
    *(Column(name, Kind.INT, width=14) for name in ("分子（克或个）", "分母（人次、克或个）")),
    Column("称重餐次", Kind.INT),
    Column("供餐餐次", Kind.INT),
    Column("覆盖率", Kind.PERCENT),
    Column("上期", width=18),
    Column("环比", width=14),
    Column("去年同期", width=18),
    Column("同比", width=14),
)
_BLOCK_COLUMNS: Final = (
    *(Column(name, Kind.INT) for name in ("供餐餐次", "称重餐次", "就餐人次")),
    *(Column(SHOWN[key], width=18) for key in ("plate", "clean_plate", "unserved", "waste_rate")),
    *(Column(f"{name}（千克）", Kind.KILOGRAMS) for name in STAGES.values()),
    Column("折合成本（元）", Kind.YUAN),
)
_STAGE_COLUMNS: Final = (
    Column("环节", width=20),
    Column("记录餐次", Kind.INT),
    Column("食物（千克）", Kind.KILOGRAMS),
    Column("不可食（千克）", Kind.KILOGRAMS),
    Column("合计（千克）", Kind.KILOGRAMS),
    Column("折合成本（元）", Kind.YUAN),
)
_DISH_COLUMNS: Final = (
    Column("菜品", width=20),
    Column("食堂", width=20),
    Column("取餐量（千克）", Kind.KILOGRAMS),
    Column("剩余（千克）", Kind.KILOGRAMS),
    Column("剩余率", width=12),
    Column("称重次数", Kind.INT),
    Column("未售出（千克）", Kind.KILOGRAMS),
    Column("折合成本（元）", Kind.YUAN),
)
_UNIT_COLUMNS: Final = (
    Column("单位", width=28),
    Column("得分"),
    Column("等次"),
    Column("已报月数", Kind.INT),
)
_RECTIFICATION_COLUMNS: Final = (
    Column("单位", width=28),
    Column("整改事项", width=40),
    Column("整改期限", Kind.DAY),
    Column("状态"),
)


def _figures(figures: Figures) -> Iterable[Sequence[Any]]:
    for key, name in SHOWN.items():
        now = figures.total.figures[key]
        before, year_before = figures.before.figures[key], figures.year_before.figures[key]
        yield (
            *(name, now.text, now.numerator, now.denominator, now.measured, now.opened, now.coverage),
            *(before.text, change_text(now, before), year_before.text, change_text(now, year_before)),
        )


def _block_cells(block: Block) -> tuple[Any, ...]:
    ratios: list[Figure] = [block.figures[key] for key in ("plate", "clean_plate", "unserved", "waste_rate")]
    return (
        *(block.opened, block.weighed, block.diners),
        *(each.text for each in ratios),
        *(_grams(block, stage) for stage in STAGES),
        block.cost_fen,
    )


def _grams(block: Block, stage: str) -> int | None:
    """None where nobody weighed it, which is not nothing."""
    sums = block.stages.get(stage)
    return sums.total_g if sums is not None and sums.meals else None


def _canteens(figures: Figures) -> list[Sequence[Any]]:
    rows: list[Sequence[Any]] = [(each.name, *_block_cells(each.now)) for each in figures.canteens]
    return [*rows, ("合计", *_block_cells(figures.total))]


def _trend(figures: Figures) -> list[Sequence[Any]]:
    return [(each.title, *_block_cells(each.block)) for each in figures.trend]


def _stages(figures: Figures) -> Iterable[Sequence[Any]]:
    for stage, name in STAGES.items():
        sums = figures.total.stages.get(stage)
        if sums is None or not sums.meals:
            yield (name, 0, None, None, None, None)
        else:
            yield (name, sums.meals, sums.food_g, sums.inedible_g, sums.total_g, sums.cost_fen)


def _dishes(figures: Figures) -> list[Sequence[Any]]:
    return [
        (
            *(each.name, each.canteen, each.served_g, each.leftover_g),
            *(each.rate.text, each.rate.sample.size, each.unserved_g, each.cost_fen),
        )
        for each in figures.dishes
    ]
