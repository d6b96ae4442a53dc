"""Satisfaction as a workbook."""

from collections.abc import Iterator, Sequence
from typing import Any

from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from feedback.satisfaction.policies import Figures
from feedback.satisfaction.queries import Compared, CrossRow, Report
from feedback.satisfaction.titles import NOT_ENOUGH


def report_title(report: Report) -> str:
    """`服务满意度（2026-11至2026-12）`."""
    first, last = (f"{month:%Y-%m}" for month in (report.months.first, report.months.last))
    return f"服务满意度（{first}）" if first == last else f"服务满意度（{first}至{last}）"


def report_workbook(report: Report) -> bytes:
    """Services with their providers, and the two cross tables."""
    titles = {each.key: each.title for each in report.services}
    return workbook_of(
        report_title(report),
        [
            Sheet("服务与提供方", [*_NAMES, *_FIGURES, *_CHANGES], _services(report)),
            Sheet(
                "院区与服务",
                [Column("院区"), Column("服务"), *_FIGURES],
                _crossed(report.campuses, titles),
            ),
            Sheet(
                "服务商与服务",
                [Column("服务商", width=24), Column("服务"), *_FIGURES],
                _crossed(report.contractors, titles),
            ),
        ],
    )


_NAMES = [Column("服务"), Column("提供方类别"), Column("提供方", width=24), Column("院区")]
_FIGURES = [
    Column("服务次数", Kind.INT),
    Column("评价数", Kind.INT),
    Column("未参评", Kind.INT),
    Column("参评率", Kind.PERCENT),
    Column("满意数", Kind.INT),
    Column("满意率", Kind.PERCENT),
    Column("平均分"),
    Column("说明"),
]
_CHANGES = [Column("满意率环比", Kind.PERCENT), Column("满意率同比", Kind.PERCENT)]


def _services(report: Report) -> Iterator[list[Any]]:
    for service in report.services:
        yield [
            service.title,
            "合计",
            None,
            None,
            *_cells(service.compared.figures),
            *_changes(service.compared),
        ]
        for each in service.providers:
            names = [service.title, each.kind_name, each.provider.name, each.campus_name]
            yield [*names, *_cells(each.compared.figures), *_changes(each.compared)]


def _crossed(rows: Sequence[CrossRow], titles: dict[str, str]) -> Iterator[list[Any]]:
    for row in rows:
        for cell in row.cells:
            yield [row.name, titles[cell.service], *_cells(cell.figures)]


def _cells(of: Figures) -> list[Any]:
    return [
        *(of.served, of.count, of.unrated, of.coverage, of.satisfied, of.satisfied_rate),
        str(of.average) if of.average is not None else None,
        NOT_ENOUGH if of.is_withheld else None,
    ]


def _changes(of: Compared) -> list[Any]:
    return [of.change_before, of.change_last_year]
