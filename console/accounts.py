"""Meal accounts: what everybody holds, what happened to it, corrections and pay-outs, statements by month."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.dates import next_month
from backend.documents import sheets
from backend.documents.sheets import Column, Kind
from backend.flows import accounts as account_flows
from backend.identity.models import StaffStatus
from backend.identity.titles import STATUS_NAMES
from backend.rules import queries as rule_queries
from backend.wire import Bool, Month, PageQuery, Query, Str
from canteen.accounts import queries, services
from canteen.accounts.queries import HeldAccount
from canteen.accounts.rules import MAX_DEPOSIT_FEN
from canteen.accounts.schemas import EntriesQuery
from canteen.accounts.statements import documents
from canteen.accounts.statements import queries as statement_queries
from canteen.accounts.statements import services as statement_services
from canteen.accounts.titles import BUCKET_NAMES
from console.pages import page, pages, render

blueprint = pages("console_accounts", __name__)

_TITLE = "餐费账户"
_PDF = "application/pdf"
# How far back a list of months goes.
_MONTHS = 36


class AccountsQuery(PageQuery):
    """Which accounts."""

    q = Str(max_length=50, load_default="")
    is_active = Bool()
    sort = Str(max_length=12, load_default="staff_no")
    format = Str(max_length=4)


class MonthsQuery(AccountsQuery):
    """Which accounts, in which month; by default the present one."""

    month = Month()


class StatementPage(Query):
    """Which month; by default the present one."""

    month = Month()
    format = Str(max_length=4)


@page(blueprint, "/canteen/accounts", permission=Permission.ACCOUNTS_MANAGE, query=AccountsQuery)
def accounts(actor: Actor, query: dict[str, Any]) -> str | File:
    """Every account of the roster."""
    wanted = _wanted(query)
    if query.get("format") == "xlsx":
        return _sheet(services.export_accounts(actor, **wanted))
    return render(
        "accounts/list.html",
        found=queries.page_accounts(actor, page=query["page"], page_size=query["page_size"], **wanted),
        totals=queries.totals(actor),
        query=query,
        **_names(),
    )


@page(blueprint, "/canteen/accounts/months", permission=Permission.ACCOUNTS_MANAGE, query=MonthsQuery)
def months(actor: Actor, query: dict[str, Any]) -> str | File:
    """What a month did to every account."""
    month, wanted = query.get("month") or _this_month(), _wanted(query)
    if query.get("format") == "xlsx":
        rows = statement_services.export_months(actor, month=month, **wanted)
        name = f"{month:%Y-%m}餐费账户余额.xlsx"
        return File(documents.months_sheet(month, rows), name, sheets.MEDIA_TYPE)
    paging = {"page": query["page"], "page_size": query["page_size"]}
    return render(
        "accounts/months.html",
        found=statement_queries.page_months(actor, month=month, **paging, **wanted),
        query=query,
        buckets=BUCKET_NAMES,
        **_around(month),
    )


@page(blueprint, "/canteen/accounts/<id:staff_id>", permission=Permission.ACCOUNTS_MANAGE, query=EntriesQuery)
def account(actor: Actor, staff_id: int, query: dict[str, Any]) -> str:
    """One account with everything that happened to it."""
    return render(
        "accounts/account.html",
        account=queries.held_account(actor, staff_id=staff_id),
        found=account_flows.entries_of(actor, staff_id=staff_id, **query),
        query=query,
        months=months_until(_this_month(), _MONTHS),
        is_own=staff_id == actor.staff_id,
        left=StaffStatus.LEFT.value,
        **_names(),
    )


@page(
    blueprint,
    "/canteen/accounts/<id:staff_id>/statement",
    permission=Permission.ACCOUNTS_MANAGE,
    query=StatementPage,
)
def statement(actor: Actor, staff_id: int, query: dict[str, Any]) -> str | File:
    """A month of one account, on the screen or on paper."""
    month = query.get("month") or _this_month()
    if query.get("format") == "pdf":
        name, data = account_flows.statement_pdf_of(actor, staff_id=staff_id, month=month)
        return File(data, name, _PDF)
    found = account_flows.statement_of(actor, staff_id=staff_id, month=month)
    return render("accounts/statement.html", statement=found, **_around(month))


@page(blueprint, "/canteen/accounts/entries/<id:entry_id>/correct", permission=Permission.ACCOUNTS_MANAGE)
def correct(actor: Actor, entry_id: int) -> str:
    """A form that takes an entry back, in a dialog."""
    found = queries.get_deposited(actor, entry_id)
    left_fen = found.amount_fen - queries.corrected_of([entry_id]).get(entry_id, 0)
    return render("accounts/correct.html", entry=found, left_fen=left_fen, buckets=BUCKET_NAMES)


def _wanted(query: dict[str, Any]) -> dict[str, Any]:
    return {"q": query["q"], "is_active": query.get("is_active"), "sort": query["sort"]}


def _this_month() -> date:
    return clock.today().replace(day=1)


def _around(month: date) -> dict[str, Any]:
    return {
        "month": month,
        "before": _month_before(month),
        "after": next_month(month),
        "months": months_until(max(month, _this_month()), _MONTHS),
    }


def months_until(last: date, count: int) -> list[date]:
    """So many months up to this one, the latest first.

    A list to choose from, because half of the browsers have no field for a month.
    """
    found = [last]
    while len(found) < count:
        found.append(_month_before(found[-1]))
    return found


def _month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _names() -> dict[str, Any]:
    return {
        "buckets": BUCKET_NAMES,
        "limit_fen": rule_queries.value(MAX_DEPOSIT_FEN),
        "active": StaffStatus.ACTIVE.value,
        "statuses": STATUS_NAMES,
    }


def _sheet(rows: Iterable[HeldAccount]) -> File:
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
