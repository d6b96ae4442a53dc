"""The list of reports as an Excel sheet."""

from collections.abc import Sequence

from backend.documents.sheets import Column, Kind, workbook
from feedback.reports.listing import ReportRow

_COLUMNS = [
    Column("编号", width=18),
    Column("类型", width=8),
    Column("类别"),
    Column("状态", width=10),
    Column("内容", width=50),
    Column("地点", width=28),
    Column("诉求人", width=12),
    Column("所在处室", width=18),
    Column("承办单位", width=16),
    Column("提交时间", Kind.INSTANT),
    Column("办理时限", Kind.INSTANT),
    Column("答复时间", Kind.INSTANT),
    Column("是否超时", width=9),
    Column("我也遇到", Kind.INT),
    Column("重新办理次数", Kind.INT),
    Column("办理结果", width=10),
    Column("未参评", width=8),
]


def reports_workbook(found: Sequence[ReportRow]) -> bytes:
    """A row for each report; of unnamed ones 匿名 and nothing else of who reported."""
    return workbook(
        "诉求清单",
        _COLUMNS,
        [
            (
                row.report.number,
                row.kind_name,
                row.category.name,
                row.state_name,
                row.text,
                row.report.place_path,
                row.reporter_name,
                row.department_name,
                row.office.name if row.office is not None else "",
                row.report.submitted_at,
                row.due_at,
                row.report.replied_at,
                "是" if row.is_overdue else "否",
                row.report.followers,
                row.report.reopenings,
                row.outcome_name,
                "是" if row.report.is_lapsed else "",
            )
            for row in found
        ],
    )
