"""Score sheets as workbooks, to be edited and imported again; and filled ones, on paper and as a workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from backend.documents import cells, pdf
from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from backend.scoresheets import parsing, policies
from backend.scoresheets.policies import Content
from backend.scoresheets.queries import Filled, ItemView, MarkView, VersionView
from backend.scoresheets.titles import EVIDENCE_NAMES, INAPPLICABLE_NAMES

# The columns of DB61/T 2112's scoring sheet; 不适用 stands where the score would.
LEVELS: Final = ("一级指标", "二级指标", "三级指标")
NOT_APPLICABLE: Final = "不适用"


@dataclass(frozen=True, slots=True)
class ScoreForm:
    """A sheet filled in for somebody: its title, the facts under it, and the marks there are so far."""

    title: str
    facts: Sequence[tuple[str, str]]
    version: VersionView
    filled: Filled | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the form; a level's cell spans that many rows, 0 where one above reaches down."""

    item: ItemView
    mark: MarkView | None
    span1: int
    span2: int


def sheet_workbook(content: Content) -> bytes:
    """The sheet as `parsing.read_content` reads it."""
    facts = {
        parsing.CODE: content.code,
        parsing.TITLE: content.title,
        parsing.REGION: content.region,
        parsing.YEAR: str(content.year),
        parsing.SOURCE: content.source,
        parsing.INAPPLICABLE: INAPPLICABLE_NAMES[content.inapplicable],
        parsing.NOTE: content.note,
    }
    points = Kind.POINTS
    return workbook_of(
        content.title,
        [
            Sheet(parsing.ABOUT, [Column(parsing.SUBJECT), Column(parsing.TEXT, width=80)], facts.items()),
            Sheet(
                parsing.ITEMS,
                _columns(parsing.ITEM_COLUMNS, (14, 20, 40, 8, 8, 60, 12, 28, 10), {parsing.POINTS: points}),
                (
                    (
                        *(item.level1, item.level2, item.level3, item.number, item.points_tenths),
                        *(item.scoring, EVIDENCE_NAMES[item.evidence], item.metric_key),
                        _yes(is_so=item.may_be_inapplicable),
                    )
                    for item in content.items
                ),
            ),
            Sheet(
                parsing.REASONS,
                _columns(parsing.REASON_COLUMNS, (8, 60, 12), {parsing.DEDUCTION: points}),
                (
                    (item.number, reason.text, reason.points_tenths)
                    for item in content.items
                    for reason in item.reasons
                ),
            ),
            Sheet(
                parsing.GRADES,
                _columns(parsing.GRADE_COLUMNS, (12, 10, 10), {parsing.FROM: points}),
                ((grade.title, grade.from_tenths, _yes(is_so=grade.is_failing)) for grade in content.grades),
            ),
        ],
    )


def score_pdf(form: ScoreForm, *, printed_by: str = "", number: str = "") -> bytes:
    """The form on paper, across; an empty one where nothing has been scored."""
    return pdf.render(
        "backend.scoresheets/score_form.html",
        {
            "title": form.title,
            "number": number,
            "printed_by": printed_by,
            "form": form,
            "version": form.version,
            "filled": form.filled,
            "rows": rows_of(form),
            "said": said,
            "why": why,
            "plain": plain,
            "inapplicable": INAPPLICABLE_NAMES[form.version.inapplicable],
        },
    )


def score_workbook(form: ScoreForm) -> bytes:
    """The form as a workbook: the items with their scores and reasons, and what the sheet comes to."""
    columns = [
        *(Column(name, width=width) for name, width in zip(LEVELS, (14, 22, 44), strict=True)),
        Column("序号", width=8),
        Column("分值", Kind.POINTS),
        Column("评分", Kind.POINTS),
        Column("不适用"),
        Column("失分原因", width=60),
    ]
    filled = form.filled
    facts: list[tuple[str, str]] = [("评估表", form.title), *form.facts]
    if filled is not None and filled.total is not None:
        facts += [("总分", plain(filled.total)), ("等级", filled.grade or "")]
    return workbook_of(
        form.title,
        [
            Sheet("评分", columns, [_cells(row) for row in rows_of(form)]),
            Sheet("概况", [Column("项目"), Column("内容", width=60)], facts),
        ],
    )


def rows_of(form: ScoreForm) -> list[Row]:
    """The rows, with how far each level's cell reaches; equal neighbours are one."""
    items = list(form.version.items)
    marks = form.filled.marks if form.filled is not None else {}
    spans1 = _spans([(item.level1,) for item in items])
    spans2 = _spans([(item.level1, item.level2) for item in items])
    return [
        Row(item, marks.get(item.id), span1, span2)
        for item, span1, span2 in zip(items, spans1, spans2, strict=True)
    ]


def said(mark: MarkView | None) -> str:
    """The score as it is written; empty where there is none yet."""
    if mark is None:
        return ""
    return plain(mark.score) if mark.score is not None else NOT_APPLICABLE


def why(mark: MarkView | None) -> str:
    """The reasons for lost points, and the remark."""
    if mark is None:
        return ""
    told = [loss.text for loss in mark.losses]
    return "；".join([*told, mark.remark] if mark.remark else told)


def plain(points: Decimal) -> str:
    """`4.5`, `4`."""
    return policies.spoken(policies.tenths(points))


def _cells(row: Row) -> tuple[Any, ...]:
    item, mark = row.item, row.mark
    score = mark.score if mark is not None else None
    return (
        *(item.level1, item.level2, item.level3, item.number, policies.tenths(item.points)),
        policies.tenths(score) if score is not None else None,
        NOT_APPLICABLE if mark is not None and mark.is_inapplicable else None,
        why(mark) or None,
    )


def _columns(titles: Sequence[str], widths: Sequence[int], kinds: dict[str, Kind]) -> list[Column]:
    return [
        Column(title, kinds.get(title, Kind.TEXT), width) for title, width in zip(titles, widths, strict=True)
    ]


def _spans(keys: Iterable[tuple[str, ...]]) -> list[int]:
    found: list[int] = []
    for _, group in groupby(keys):
        count = len(list(group))
        found += [count, *([0] * (count - 1))]
    return found


def _yes(*, is_so: bool) -> str:
    return cells.YES if is_so else cells.NO
