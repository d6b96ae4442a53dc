"""A bulletin on two pages, and as a workbook; both say what its frozen figures say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from backend.documents import pdf
from backend.documents.sheets import Column, Sheet, workbook_of
from backend.documents.sheets import Kind as SheetKind
from feedback.reviews.figures import NOT_ENOUGH, Cell
from feedback.reviews.models import Media, ReviewState
from feedback.reviews.queries import ReviewView

_CELLS: Final = {
    Cell.TEXT: SheetKind.TEXT,
    Cell.INT: SheetKind.INT,
    Cell.SHARE: SheetKind.PERCENT,
    Cell.POINTS: SheetKind.POINTS,
    Cell.MONEY: SheetKind.YUAN,
}
# The tables of the second page, of those that have rows, and the figures of the charts.
_PRINTED: Final = ("contractors", "overdue_orders", "overdue_reports", "overdue_demands")


def file_name(view: ReviewView) -> str:
    """What its files are called, without the ending."""
    version = f"（第{view.review.version}版）" if view.review.version > 1 else ""
    draft = "（草稿）" if view.state is not ReviewState.PUBLISHED else ""
    return f"{view.title}{version}{draft}"


def rendered(view: ReviewView, media: Media) -> bytes:
    """The bulletin as a document. Not within a unit of work."""
    return review_pdf(view) if media is Media.PDF else review_workbook(view)


def review_pdf(view: ReviewView) -> bytes:
    """Heading, summary and all figures on one page; charts, tables, texts and method notes on another."""
    review, figures = view.review, view.figures
    context: dict[str, Any] = {
        "title": view.title,
        "number": view.issue_no,
        "view": view,
        "review": review,
        "figures": figures,
        "is_draft": view.state is not ReviewState.PUBLISHED,
        "satisfaction": satisfaction(figures),
        "categories": categories(figures),
        "tables": printed_tables(figures),
        "spoken": spoken,
        "basis": basis,
        "month_name": month_name,
        "paragraphs": paragraphs,
    }
    if review.published_at is not None:
        # What is published is dated by that, so that it is the same whenever it is printed.
        context["printed_at"] = review.published_at
    return pdf.render("feedback.reviews/review.html", context)


def satisfaction(figures: Mapping[str, Any]) -> list[tuple[str, float | None]]:
    """The rates of satisfaction by service, for a chart."""
    return [
        (each["name"].removesuffix("满意率"), each["value"])
        for section in figures["sections"]
        if section["key"] == "satisfaction"
        for each in section["figures"]
        if each["kind"] == "share"
    ]


def categories(figures: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What was reported to be repaired, by category, for a chart."""
    table = next((each for each in _tables(figures) if each["key"] == "repair_categories"), None)
    return [(row[0], row[1]) for row in table["rows"][: table["shown"]]] if table else []


def printed_tables(figures: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The tables for paper, each with as many rows as it shows."""
    return [
        {**each, "rows": each["rows"][: each["shown"]], "more": max(0, len(each["rows"]) - each["shown"])}
        for each in _tables(figures)
        if each["key"] in _PRINTED and each["rows"]
    ]


def spoken(cell: str, value: Any) -> str:
    """A cell of a table in words."""
    if value is None:
        return "—"
    if cell == Cell.SHARE:
        part, whole = value
        return f"{(part * 2000 // whole + 1) // 2 / 10:.1f}%" if whole else "—"
    if cell == Cell.POINTS:
        return f"{value / 10:.1f}"
    if cell == Cell.MONEY:
        return f"{value / 100:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def basis(figure: Mapping[str, Any]) -> str:
    """`54/56`, with the coverage where there is one: what stands behind a figure."""
    coverage = figure["coverage"]
    covered = f"{coverage['numerator']:,}/{coverage['denominator']:,}" if coverage else ""
    if figure["kind"] != "share" or not figure["denominator"]:
        return f"覆盖 {covered}" if covered else ""
    if figure["numerator"] is None:
        return f"共 {figure['denominator']:,}"
    told = f"{figure['numerator']:,}/{figure['denominator']:,}"
    return f"{told}，参评 {covered}" if covered and figure["least"] > 1 else told


def month_name(code: str) -> str:
    """`2026-11` as `11月`."""
    return f"{int(code[5:])}月"


def paragraphs(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def review_workbook(view: ReviewView) -> bytes:
    """The same figures with the sums behind them, every table whole, the trend and the notes."""
    figures = view.figures
    sheets = [
        Sheet("主要指标", _FIGURES, list(_figure_rows(figures))),
        Sheet("趋势", *_trend(figures)),
        *(
            Sheet(f"{number}{each['title']}", _columns(each), _rows(each))
            for number, each in enumerate(_tables(figures), start=1)
        ),
        Sheet("综述", [Column("内容", width=100)], [(each,) for each in figures["summary"]]),
        Sheet(
            "口径说明",
            [Column("服务", width=16), Column("说明", width=100)],
            [(section["name"], note) for section in figures["sections"] for note in section["notes"]],
        ),
    ]
    return workbook_of(f"{view.title}附表", sheets)


_FIGURES: Final = (
    Column("服务", width=14),
    Column("指标", width=26),
    Column("本月", width=16),
    *(Column(name, SheetKind.INT, width=12) for name in ("分子", "分母", "覆盖数", "应覆盖数")),
    Column("上月", width=16),
    *(Column(name, SheetKind.INT, width=12) for name in ("上月分子", "上月分母")),
    Column("环比", width=20),
)


def _figure_rows(figures: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    for section in figures["sections"]:
        for each in section["figures"]:
            coverage, before = each["coverage"] or {}, each["before"] or {}
            yield (
                *(section["name"], each["name"], each["text"], each["numerator"], each["denominator"]),
                *(coverage.get("numerator"), coverage.get("denominator"), each["before_text"]),
                *(before.get("numerator"), before.get("denominator"), each["change"]),
            )


def _trend(figures: Mapping[str, Any]) -> tuple[Sequence[Column], list[Sequence[Any]]]:
    trend = figures["trend"]
    columns = [Column("月份"), *(Column(f"{each['name']}（%）", width=18) for each in trend["series"])]
    values = [[_shown(value) for value in each["values"]] for each in trend["series"]]
    return columns, [(month, *(row[place] for row in values)) for place, month in enumerate(trend["months"])]


def _shown(value: float | None) -> str:
    return f"{value:.1f}" if value is not None else NOT_ENOUGH


def _tables(figures: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [table for section in figures["sections"] for table in section["tables"]]


def _columns(table: Mapping[str, Any]) -> list[Column]:
    return [Column(each["name"], _CELLS[Cell(each["cell"])], width=18) for each in table["columns"]]


def _rows(table: Mapping[str, Any]) -> list[Sequence[Any]]:
    cells = [each["cell"] for each in table["columns"]]
    return [
        [_ratio(value) if cell == Cell.SHARE else value for cell, value in zip(cells, row, strict=True)]
        for row in table["rows"]
    ]


def _ratio(pair: Sequence[int] | None) -> float | None:
    return pair[0] / pair[1] if pair and pair[1] else None
