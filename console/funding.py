"""Where the money of meal accounts comes from: grant plans, and payments from the payroll."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.dates import next_month
from backend.documents.sheets import MEDIA_TYPE
from backend.identity.departments import DepartmentTree
from backend.identity.queries import department_tree
from backend.rules import queries as rule_queries
from backend.wire import PageQuery
from canteen.accounts.grants import queries as grant_queries
from canteen.accounts.grants.queries import PlanView
from canteen.accounts.payroll import documents, policies
from canteen.accounts.payroll import queries as payroll_queries
from canteen.accounts.rules import GRANT_DAY, MAX_DEPOSIT_FEN, SUBSIDY_EXPIRY, ExpiryPeriod
from console.pages import page, pages, render

blueprint = pages("console_funding", __name__)

_GRANTS = "/canteen/accounts/grants"
_PAYROLL = "/canteen/accounts/payroll"
_MANAGE = Permission.ACCOUNTS_MANAGE
_MONTHS_AHEAD = 24


@page(blueprint, _GRANTS, permission=_MANAGE, query=PageQuery)
def plans(actor: Actor, query: dict[str, Any]) -> str:
    """The plans by which subsidies are granted."""
    return render(
        "accounts/grants.html",
        found=grant_queries.page_plans(actor, **query),
        grant_day=rule_queries.value(GRANT_DAY),
        expiry=_expiry(ExpiryPeriod(rule_queries.value(SUBSIDY_EXPIRY))),
    )


@page(blueprint, f"{_GRANTS}/new", permission=_MANAGE, is_compound_wide=True)
def new_plan(actor: Actor) -> str:
    """A form for a new plan."""
    return render("accounts/plan.html", plan=None, granted=(), **_form(None))


@page(blueprint, f"{_GRANTS}/<id:plan_id>", permission=_MANAGE)
def plan(actor: Actor, plan_id: int) -> str:
    """A plan to be changed, with what it has granted."""
    found = grant_queries.get_plan(actor, plan_id)
    granted = grant_queries.granted_months(actor, plan_id)
    return render("accounts/plan.html", plan=found, granted=granted, **_form(found))


@page(blueprint, _PAYROLL, permission=_MANAGE, query=PageQuery)
def batches(actor: Actor, query: dict[str, Any]) -> str:
    """The payroll sheets that were booked."""
    return render("accounts/payroll.html", found=payroll_queries.page_batches(actor, **query))


@page(blueprint, f"{_PAYROLL}/new", permission=_MANAGE, is_compound_wide=True)
def import_wizard(actor: Actor) -> str:
    """The way from a sheet over its preview to the booking."""
    return render(
        "accounts/import.html",
        columns=policies.COLUMNS,
        most_rows=policies.MOST_ROWS,
        limit_fen=rule_queries.value(MAX_DEPOSIT_FEN),
        this_month=clock.today(),
    )


@page(blueprint, f"{_PAYROLL}/template", permission=_MANAGE)
def template(actor: Actor) -> File:
    """A sheet to fill in, with an example."""
    return File(documents.template_workbook(), "工资代扣模板.xlsx", MEDIA_TYPE)


@page(blueprint, f"{_PAYROLL}/<id:batch_id>", permission=_MANAGE, query=PageQuery)
def batch(actor: Actor, batch_id: int, query: dict[str, Any]) -> str:
    """One booked sheet with its rows."""
    return render(
        "accounts/batch.html",
        batch=payroll_queries.get_batch(actor, batch_id),
        found=payroll_queries.page_items(actor, batch_id=batch_id, **query),
    )


def _form(plan: PlanView | None) -> dict[str, Any]:
    return {
        "months": _months_for(plan),
        "departments": list(_branches(department_tree(), None, 1)),
        "limit_fen": rule_queries.value(MAX_DEPOSIT_FEN),
        "this_month": clock.today().replace(day=1),
    }


def _months_for(plan: PlanView | None) -> list[date]:
    """The months that a plan may begin or end with: those that it names, and two years from now on."""
    this_month = clock.today().replace(day=1)
    named = [plan.from_month, plan.until_month] if plan is not None else []
    ahead = [this_month]
    while len(ahead) < _MONTHS_AHEAD:
        ahead.append(next_month(ahead[-1]))
    return sorted({*ahead, *(month for month in named if month is not None)})


def _branches(tree: DepartmentTree, parent_id: int | None, depth: int) -> Iterator[tuple[int, str, int]]:
    """Every department with its name and how deep it stands, each above what is below it."""
    for node in tree.children(parent_id):
        yield node.id, node.name, depth
        yield from _branches(tree, node.id, depth + 1)


def _expiry(period: ExpiryPeriod) -> str:
    if period is ExpiryPeriod.NEVER:
        return "未用完的补贴不收回，累计使用。可在「业务规则」中改为每月、每季度或每年末收回。"
    return f"未用完的补贴于{SUBSIDY_EXPIRY.kind.text(period.value)}收回，提前 7 天提醒本人；个人充值不收回。"
