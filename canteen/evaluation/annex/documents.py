"""The annex on paper and as a workbook."""

from decimal import Decimal
from typing import Any, Final

from backend.documents import pdf
from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from backend.scoresheets import policies as score_policies
from canteen.evaluation.annex.queries import Annex, AnnexUnit

NOTES: Final = (
    "季度得分为该季度内部评估经审核的得分，未办结的为空；年度得分为各季度得分的平均值（保留一位小数），"
    "等级按最近一个季度所用评分表的标准划定。",
    "现场抽查为本年度已办结的抽查结果；整改按本年度下达的计算，不含撤销的。",
    "餐盘剩余为全年餐盘剩余重量与就餐人次之比（克/人·餐）：本局食堂按称重数据，其他单位按其填报的月度数据，就餐人次按称重餐次占供餐餐次的比例折算；"
    "数据不足的不列数字。",
    "“一票否决”仅列明不宜评先评优的情形，由主管部门依规定决定。",
)


def annex_title(annex: Annex) -> str:
    """`2026年度反食品浪费成效评估结果（公共机构节能考核附件）`: the heading, and the name of a file."""
    return f"{annex.year}年度反食品浪费成效评估结果（公共机构节能考核附件）"


def annex_pdf(annex: Annex, *, printed_by: str) -> bytes:
    """The table of all units across, the units with a veto mark, and how it was reckoned."""
    return pdf.render(
        "canteen.evaluation.annex/annex.html",
        {
            "title": annex_title(annex),
            "number": "",
            "printed_by": printed_by,
            "annex": annex,
            "notes": NOTES,
        },
    )


def annex_workbook(annex: Annex) -> bytes:
    """The same as a workbook, with the veto marks and the notes on sheets of their own."""
    columns = [
        Column("单位代码", width=16),
        Column("单位", width=32),
        Column("层级"),
        *(Column(f"{name}季度", Kind.POINTS) for name in "一二三四"),
        Column("年度得分", Kind.POINTS),
        Column("等级"),
        Column("抽查得分", Kind.POINTS),
        Column("抽查等级"),
        Column("整改（项）", Kind.INT),
        Column("已销号", Kind.INT),
        Column("按期完成", Kind.INT),
        Column("逾期", Kind.INT),
        Column("移交", Kind.INT),
        Column("餐盘剩余（克/人·餐）"),
        Column("数据覆盖", width=18),
        Column("一票否决", width=40),
    ]
    vetoed = [(unit.code, unit.name, "；".join(unit.veto_reasons)) for unit in annex.vetoed]
    return workbook_of(
        annex_title(annex),
        [
            Sheet("评估结果", columns, [_cells(unit) for unit in annex.units]),
            Sheet(
                "一票否决", [Column("单位代码"), Column("单位", width=32), Column("情形", width=60)], vetoed
            ),
            Sheet("说明", [Column("说明", width=120)], [(note,) for note in NOTES]),
        ],
    )


def _cells(unit: AnnexUnit) -> tuple[Any, ...]:
    check, counted = unit.spot_check, unit.rectifications
    return (
        *(unit.code, unit.name, unit.level),
        *(_tenths(quarter.total if quarter else None) for quarter in unit.quarters),
        *(_tenths(unit.total), unit.grade or None),
        *(_tenths(check.total if check else None), check.grade if check else None),
        *(counted.opened, counted.closed, counted.in_time, counted.overdue, counted.escalated),
        *(unit.plate.text, unit.plate.coverage, "；".join(unit.veto_reasons) or None),
    )


def _tenths(points: Decimal | None) -> int | None:
    return score_policies.tenths(points) if points is not None else None
