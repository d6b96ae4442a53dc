"""The register of rectifications (问题整改台账) as a workbook."""

from collections.abc import Iterable

from backend.documents.sheets import Column, Kind, workbook
from canteen.evaluation.rectifications.queries import RectificationRow


def register_title(year: int) -> str:
    """`2026年反食品浪费问题整改台账`."""
    return f"{year}年反食品浪费问题整改台账"


def register_workbook(year: int, rows: Iterable[RectificationRow]) -> bytes:
    """One row for each rectification that was opened in the year."""
    columns = [
        Column("编号", Kind.INT),
        Column("单位", width=32),
        Column("整改事项", width=40),
        Column("来源"),
        Column("下达时间", Kind.INSTANT),
        Column("原定期限", Kind.DAY),
        Column("现期限", Kind.DAY),
        Column("状态"),
        Column("是否逾期"),
        Column("复查未通过次数", Kind.INT),
        Column("办结时间", Kind.INSTANT),
        Column("按期完成"),
    ]
    return workbook(
        register_title(year),
        columns,
        (
            (
                *(row.id, row.unit_name, row.title, row.origin_name, row.opened_at, row.first_due_on),
                *(row.due_on, row.state_name, "逾期" if row.is_overdue else None, row.failures),
                *(
                    row.ended_at,
                    {True: "是", False: "否"}.get(row.in_time) if row.in_time is not None else None,
                ),
            )
            for row in rows
        ),
    )
