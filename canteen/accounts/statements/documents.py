"""The statement on paper, and the accounts of a month as a sheet."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from backend.documents import pdf
from backend.documents.sheets import Column, Kind, workbook
from backend.money import yuan
from canteen.accounts import policies
from canteen.accounts.statements.queries import MonthOfAccount

_COLUMNS = (
    Column("工号"),
    Column("姓名"),
    Column("部门", width=20),
    *(
        Column(f"{bucket}{what}（元）", Kind.YUAN)
        for bucket in ("补贴", "个人")
        for what in ("期初", "收入", "支出", "期末")
    ),
    Column("期末合计（元）", Kind.YUAN),
)


def title_of(month: date, name: str) -> str:
    """`2026年11月餐费账户对账单（张平）`: the name of a file."""
    return f"{month.year}年{month.month}月餐费账户对账单（{name}）"


def statement_pdf(statement: Any, *, printed_by: str) -> bytes:
    """Opening, what came in and went out by kind, closing, and every entry.

    `statement` is what `backend.flows.accounts` makes: a `Statement` whose entries name their orders, with
    `account` and `printed_at`.
    """
    return pdf.render(
        "canteen.accounts.statements/statement.html",
        {
            "title": f"{statement.month.year}年{statement.month.month}月餐费账户对账单",
            "printed_by": printed_by,
            "statement": statement,
            "is_over": policies.month_span(statement.month)[1] <= statement.printed_at,
            "yuan": yuan,
        },
    )


def months_sheet(month: date, rows: Iterable[MonthOfAccount]) -> bytes:
    """A row for each account: opening, in, out and closing of both buckets."""
    return workbook(f"{month.year}年{month.month}月餐费账户余额", _COLUMNS, map(_cells, rows))


def _cells(row: MonthOfAccount) -> tuple[Any, ...]:
    account = row.account
    amounts = (
        fen for line in row.buckets for fen in (line.opening_fen, line.in_fen, line.out_fen, line.closing_fen)
    )
    return (account.staff_no, account.name, account.department, *amounts, row.closing_fen)
