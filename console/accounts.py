"""Meal accounts: what everybody holds, what happened to it, and subsidies and payments."""

from typing import Any

from backend.actor import Actor, Permission
from backend.documents import sheets
from backend.documents.sheets import Column, Kind
from backend.http import File
from backend.identity.models import StaffStatus
from backend.rules import queries as rule_queries
from backend.wire import Bool, PageQuery, Str
from canteen.accounts import queries, services
from canteen.accounts.rules import MAX_DEPOSIT_FEN
from canteen.accounts.titles import BUCKET_NAMES, ENTRY_NAMES
from console.pages import page, pages, render

blueprint = pages("console_accounts", __name__)

_TITLE = "餐费账户"


class AccountsQuery(PageQuery):
    """Which accounts."""

    q = Str(max_length=50, load_default="")
    is_active = Bool()
    sort = Str(max_length=12, load_default="staff_no")
    format = Str(max_length=4)


@page(blueprint, "/canteen/accounts", permission=Permission.ACCOUNTS_MANAGE, query=AccountsQuery)
def accounts(actor: Actor, query: dict[str, Any]) -> str | File:
    """Every account of the roster."""
    wanted = {"q": query["q"], "is_active": query.get("is_active"), "sort": query["sort"]}
    if query.get("format") == "xlsx":
        return _sheet(services.export_accounts(actor, **wanted))
    return render(
        "canteen/accounts.html",
        found=queries.page_accounts(actor, page=query["page"], page_size=query["page_size"], **wanted),
        totals=queries.totals(actor),
        query=query,
        buckets=BUCKET_NAMES,
        limit_fen=rule_queries.value(MAX_DEPOSIT_FEN),
        active=StaffStatus.ACTIVE.value,
    )


@page(blueprint, "/canteen/accounts/<id:staff_id>", permission=Permission.ACCOUNTS_MANAGE, query=PageQuery)
def account(actor: Actor, staff_id: int, query: dict[str, Any]) -> str:
    """One account with everything that happened to it."""
    return render(
        "canteen/account.html",
        account=queries.held_account(actor, staff_id=staff_id),
        found=queries.entries_of(actor, staff_id=staff_id, **query),
        buckets=BUCKET_NAMES,
        kinds=ENTRY_NAMES,
        limit_fen=rule_queries.value(MAX_DEPOSIT_FEN),
        active=StaffStatus.ACTIVE.value,
    )


def _sheet(rows: Any) -> File:
    columns = (
        Column("工号"),
        Column("姓名"),
        Column("部门", width=20),
        Column("财政补贴（元）", Kind.YUAN),
        Column("个人充值（元）", Kind.YUAN),
        Column("合计（元）", Kind.YUAN),
    )
    cells = (
        (row.staff_no, row.name, row.department, row.subsidy_fen, row.personal_fen, row.balance_fen)
        for row in rows
    )
    return File(sheets.workbook(_TITLE, columns, cells), f"{_TITLE}.xlsx", sheets.MEDIA_TYPE)
