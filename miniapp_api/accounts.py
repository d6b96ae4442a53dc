"""The meal account: one's own; and grants, corrections, pay-outs and the payroll for its managers."""

from typing import Any, BinaryIO

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.flows import accounts as account_flows
from backend.http import endpoint
from backend.wire import PageQuery
from canteen.accounts import queries, services
from canteen.accounts.grants import queries as grant_queries
from canteen.accounts.grants import services as grant_services
from canteen.accounts.grants.schemas import CoverIn, CoverOut, PlanIn, PlanOut
from canteen.accounts.payroll import services as payroll_services
from canteen.accounts.payroll.schemas import PayrollImportOut, PayrollImportQuery, PayrollPreviewOut
from canteen.accounts.schemas import (
    AccountOut,
    AccountQuery,
    BookedOut,
    ClosedOut,
    CloseIn,
    CorrectIn,
    DepositIn,
    DepositOut,
    EntriesQuery,
    EntryOut,
    PayOutIn,
)
from canteen.accounts.statements.schemas import StatementOut, StatementQuery

blueprint = Blueprint("accounts", __name__, description="餐费账户")

PDF = "application/pdf"


# One's own


@endpoint(
    blueprint,
    "GET",
    "/canteen/account",
    permission=Permission.CANTEEN_ORDER,
    query=AccountQuery,
    out=AccountOut,
)
def get_account(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own meal account"""
    return queries.get_account(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/account/entries",
    permission=Permission.CANTEEN_ORDER,
    query=EntriesQuery,
    out=EntryOut,
    many=True,
)
def list_entries(actor: Actor, query: dict[str, Any]) -> Any:
    """What happened in one's own meal account"""
    return account_flows.own_entries(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/account/statement",
    permission=Permission.CANTEEN_ORDER,
    query=StatementQuery,
    out=StatementOut,
)
def get_statement(actor: Actor, query: dict[str, Any]) -> Any:
    """A month of one's own account: opening, in, out, closing and every entry"""
    return account_flows.own_statement(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/account/statement/pdf",
    permission=Permission.CANTEEN_ORDER,
    query=StatementQuery,
    file=PDF,
)
def print_statement(actor: Actor, query: dict[str, Any]) -> File:
    """The same on paper"""
    name, data = account_flows.own_statement_pdf(actor, **query)
    return File(data, name, PDF)


# What managers book


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/accounts/deposits",
    permission=Permission.ACCOUNTS_MANAGE,
    body=DepositIn,
    out=DepositOut,
    status=201,
    key_required=True,
)
def deposit(actor: Actor, body: dict[str, Any]) -> Any:
    """Grant a subsidy or book a payment"""
    return services.deposit(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/accounts/entries/<id:entry_id>/correct",
    permission=Permission.ACCOUNTS_MANAGE,
    body=CorrectIn,
    out=BookedOut,
    status=201,
    key_required=True,
)
def correct_entry(actor: Actor, entry_id: int, body: dict[str, Any]) -> Any:
    """Take back a grant, a payment or a payroll entry, wholly or in part"""
    return services.correct(actor, entry_id=entry_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/accounts/pay-outs",
    permission=Permission.ACCOUNTS_MANAGE,
    body=PayOutIn,
    out=BookedOut,
    status=201,
    key_required=True,
)
def pay_out(actor: Actor, body: dict[str, Any]) -> Any:
    """Pay out personal money; a subsidy is never paid out"""
    return services.pay_out(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/accounts/closings",
    permission=Permission.ACCOUNTS_MANAGE,
    body=CloseIn,
    out=ClosedOut,
    status=201,
    key_required=True,
)
def close_account(actor: Actor, body: dict[str, Any]) -> Any:
    """Settle the account of somebody who has left"""
    return services.close_account(actor, **body)


# Grant plans


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/grant-plans",
    permission=Permission.ACCOUNTS_MANAGE,
    query=PageQuery,
    out=PlanOut,
    many=True,
)
def list_plans(actor: Actor, query: dict[str, Any]) -> Any:
    """The plans by which subsidies are granted every month"""
    return grant_queries.page_plans(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/grant-plans",
    permission=Permission.ACCOUNTS_MANAGE,
    body=PlanIn,
    out=PlanOut,
    status=201,
)
def create_plan(actor: Actor, body: dict[str, Any]) -> Any:
    """Make a plan; the next daily run grants by it"""
    return grant_services.create_plan(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/admin/grant-plans/<id:plan_id>",
    permission=Permission.ACCOUNTS_MANAGE,
    body=PlanIn,
    out=PlanOut,
)
def change_plan(actor: Actor, plan_id: int, body: dict[str, Any]) -> Any:
    """Change a plan for who has no grant of this month yet"""
    return grant_services.change_plan(actor, plan_id=plan_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/grant-plans/preview",
    permission=Permission.ACCOUNTS_MANAGE,
    body=CoverIn,
    out=CoverOut,
    keeps_answer=False,
)
def preview_plan(actor: Actor, body: dict[str, Any]) -> Any:
    """How many people a plan would cover now, and what a month would cost; nothing is changed"""
    return grant_queries.preview(actor, **body)


# The payroll


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/payroll/preview",
    permission=Permission.ACCOUNTS_MANAGE,
    upload="file",
    out=PayrollPreviewOut,
    keeps_answer=False,
)
def preview_payroll(actor: Actor, file: BinaryIO) -> Any:
    """What importing the sheet would book; nothing is changed"""
    return payroll_services.preview(actor, data=file.read())


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/payroll/import",
    permission=Permission.ACCOUNTS_MANAGE,
    upload="file",
    query=PayrollImportQuery,
    out=PayrollImportOut,
)
def import_payroll(actor: Actor, file: BinaryIO, query: dict[str, Any]) -> Any:
    """Book every row of the sheet, or nothing; the same batch and file again book nothing"""
    return payroll_services.import_payroll(actor, data=file.read(), **query)
