"""Price lists and assessments as workbooks, and the assessments of a quarter on paper."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from backend.documents import pdf
from backend.documents.sheets import Column, Kind, Sheet, workbook, workbook_of
from canteen.purchasing.suppliers import parsing, policies
from canteen.purchasing.suppliers.assessing import AssessmentView
from canteen.purchasing.suppliers.pricing import PriceView
from canteen.purchasing.suppliers.titles import FACT_NAMES

_KINDS = {
    parsing.PACK: Kind.KILOGRAMS,
    parsing.PRICE: Kind.YUAN,
    parsing.FROM: Kind.DAY,
    parsing.UNTIL: Kind.DAY,
}
_WIDTHS = {parsing.SUPPLIER: 30, parsing.INGREDIENT: 24, parsing.SPEC: 24}


def prices_workbook(prices: Iterable[PriceView]) -> bytes:
    """The prices that hold; importing them again changes nothing."""
    rows = [
        (
            *(one.supplier_name, one.ingredient_name, one.spec, one.pack_g, one.price_fen),
            *(one.valid_from, one.valid_until),
        )
        for one in prices
    ]
    columns = [Column(title, _KINDS.get(title, Kind.TEXT), _WIDTHS.get(title)) for title in parsing.COLUMNS]
    return workbook("供应商报价", columns, rows)


def assessments_title(quarter: date) -> str:
    """`2026年第4季度供应商考核表`."""
    return f"{policies.quarter_name(quarter)}供应商考核表"


def assessments_pdf(quarter: date, views: Sequence[AssessmentView], *, printed_by: str) -> bytes:
    """The assessments of a quarter, the best first, with their facts and the reasons of the marks."""
    return pdf.render(
        "canteen.purchasing.suppliers/assessments.html",
        {
            "title": assessments_title(quarter),
            "printed_by": printed_by,
            "views": views,
            "fact_names": FACT_NAMES,
            "is_closed": bool(views) and all(view.closed_at is not None for view in views),
        },
    )


def assessments_workbook(quarter: date, views: Sequence[AssessmentView]) -> bytes:
    """The same as a workbook: the scores, and the marks with their reasons."""
    scores = [
        Column("供应商", width=30),
        Column("得分", Kind.POINTS),
        *(Column(name, Kind.PERCENT) for name in FACT_NAMES.values()),
        Column("应到（项）", Kind.INT),
        Column("准时（项）", Kind.INT),
        Column("验收合格（千克）", Kind.KILOGRAMS),
        Column("拒收（千克）", Kind.KILOGRAMS),
        Column("采购金额（元）", Kind.YUAN),
        Column("评语", width=40),
        Column("状态"),
    ]
    marks = [Column("供应商", width=30), Column("项目", width=24), Column("得分", Kind.INT)]
    marks += [Column("满分", Kind.INT), Column("理由", width=50)]
    return workbook_of(
        assessments_title(quarter),
        [
            Sheet("考核结果", scores, [_score_row(view) for view in views]),
            Sheet(
                "人工评分",
                marks,
                [
                    (view.supplier_name, one.item, one.points, one.of, one.reason)
                    for view in views
                    for one in view.marks
                ],
            ),
        ],
    )


def _score_row(view: AssessmentView) -> tuple[Any, ...]:
    facts = view.facts
    return (
        view.supplier_name,
        int(view.score * 10) if view.score is not None else None,
        *(value / 1000 if value is not None else None for value in view.percents.values()),
        *(facts.due, facts.on_time, facts.accepted_g, facts.refused_g, facts.amount_fen),
        *(view.word, "已定稿" if view.closed_at else "汇总中"),
    )
