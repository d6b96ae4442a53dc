"""Meal accounts at the console."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.identity.models import Staff
from canteen.accounts.grants import services as grant_services
from tests.canteen.accounts.office import Office, sheet_of
from tests.console.browser import Console
from tests.factories import NINE
from tests.printed import text_of
from tests.statements import counted_statements

ACCOUNTS = "/console/canteen/accounts"


@pytest.fixture(autouse=True)
def nine():
    with clock.at(NINE):
        yield


@pytest.fixture
def cashier(app, compound):
    """Who manages accounts, at the console."""
    return Console(app, compound.staff(name="收银", roles={"canteen_manager": (ScopeKind.COMPOUND, 0)}))


def actions():
    db.session.rollback()
    return set(db.session.scalars(select(AuditEvent.action)))


def test_accounts_are_listed_sorted_and_exported(compound, cashier):
    rich = compound.staff(name="富余", subsidy_fen=123_456_78, personal_fen=100)
    compound.staff(name="清零")
    page = cashier.page(ACCOUNTS, sort="-balance")
    assert "123,456.78" in page
    assert page.index("富余") < page.index("清零")
    assert "清零" not in cashier.page(ACCOUNTS, q="富")
    rows = list(load_workbook(BytesIO(cashier.file(ACCOUNTS, format="xlsx"))).active.values)
    assert (rich.staff_no, "富余") in {row[:2] for row in rows}
    exported = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "accounts.exported")).one()
    assert (exported.actor_id, exported.details["rows"]) == (cashier.staff.id, len(rows) - 1)


def test_an_account_shows_every_move_and_takes_a_deposit_once(compound, cashier):
    staff = compound.staff(name="张平")
    body = {"staff_no": staff.staff_no, "bucket": "subsidy", "amount_fen": 30_000, "memo": "11 月餐补"}
    assert (
        cashier.send("POST", "/canteen/admin/accounts/deposits", body, csrf=None).error == "app.csrf_failed"
    )
    made = cashier.send("POST", "/canteen/admin/accounts/deposits", body).data["id"]
    page = cashier.page(f"{ACCOUNTS}/{staff.id}")
    assert "11 月餐补" in page
    assert "+300.00" in page
    assert f"{ACCOUNTS}/entries/{made}/correct" in page
    assert "最多 300.00 元" in cashier.page(f"{ACCOUNTS}/entries/{made}/correct")
    path = f"/canteen/admin/accounts/entries/{made}/correct"
    assert cashier.send("POST", path, {"reason": "录错", "amount_fen": 10_000}).status == 201
    page = cashier.page(f"{ACCOUNTS}/{staff.id}")
    assert "已更正 100.00 元" in page
    assert "最多 200.00 元，已更正 100.00 元" in cashier.page(f"{ACCOUNTS}/entries/{made}/correct")
    assert cashier.page(f"{ACCOUNTS}/{staff.id}", bucket="personal").count("更正第") == 0
    assert "没有符合条件" in cashier.page(f"{ACCOUNTS}/{staff.id}", month="2026-10")


def test_what_may_be_done_with_an_account_depends_on_whose_it_is(compound, cashier):
    active = compound.staff(personal_fen=500)
    left = compound.staff(personal_fen=500, subsidy_fen=200)

    @atomic
    def leave():
        db.session.get_one(Staff, left.id).status = "left"

    leave()
    assert "结清离职账户" not in cashier.page(f"{ACCOUNTS}/{active.id}")
    closing = cashier.page(f"{ACCOUNTS}/{left.id}")
    assert "退还个人充值 5.00 元，收回财政补贴 2.00 元" in closing
    own = cashier.page(f"{ACCOUNTS}/{cashier.staff.id}")
    assert "这是您本人的账户" in own
    assert 'id="deposit"' not in own


def test_a_statement_and_the_balances_of_a_month_are_shown_and_kept(compound, cashier):
    staff = compound.staff(name="张平", subsidy_fen=2000, personal_fen=1000)
    page = cashier.page(f"{ACCOUNTS}/{staff.id}/statement", month="2026-11")
    assert "2026年11月对账单" in page
    assert "30.00" in page
    assert "这个月没有任何变动" in cashier.page(f"{ACCOUNTS}/{staff.id}/statement", month="2026-10")
    pdf = cashier.file(f"{ACCOUNTS}/{staff.id}/statement", month="2026-11", format="pdf")
    assert "张平" in text_of(pdf)
    assert "张平" in cashier.page(f"{ACCOUNTS}/months", month="2026-11", q="张")
    book = load_workbook(BytesIO(cashier.file(f"{ACCOUNTS}/months", month="2026-11", format="xlsx")))
    assert staff.staff_no in {row[0] for row in book.active.values}
    assert actions() >= {"accounts.statement_printed", "accounts.months_exported"}


def test_plans_and_payroll_are_shown(app, compound, cashier):
    office = Office(compound)
    assert "还没有补贴计划" in cashier.page(f"{ACCOUNTS}/grants")
    department = compound.department("办公厅")
    compound.staff("2001", name="张平", department=department)
    plan = office.client.post(
        "/canteen/admin/grant-plans",
        {
            "name": "午餐补贴",
            "amount_fen": 30_000,
            "is_for_all": False,
            "department_ids": [department.id],
            "from_month": "2026-11",
        },
    ).data
    assert "办公厅" in cashier.page(f"{ACCOUNTS}/grants")
    assert "还没有发放过" in cashier.page(f"{ACCOUNTS}/grants/{plan['id']}")
    grant_services.grant_due()
    assert "<td>2026-11</td>" in cashier.page(f"{ACCOUNTS}/grants/{plan['id']}")
    assert "办公厅" in cashier.page(f"{ACCOUNTS}/grants/new")
    assert "还没有导入过" in cashier.page(f"{ACCOUNTS}/payroll")
    batch = office.send_sheet("import", sheet_of(("2001", "张平", 12.5)), batch_no="2026-11").data
    assert "收银一" in cashier.page(f"{ACCOUNTS}/payroll")
    assert "12.50" in cashier.page(f"{ACCOUNTS}/payroll/{batch['id']}")
    assert "批次号" in cashier.page(f"{ACCOUNTS}/payroll/new")
    template = cashier.file(f"{ACCOUNTS}/payroll/template")
    assert next(load_workbook(BytesIO(template)).active.values) == ("工号", "姓名", "金额（元）", "备注")
    refused = office.send_sheet("preview", template)
    assert refused.error == "identity.sheet_empty"  # The example is passed over.


@pytest.mark.parametrize("path", ["", "/months", "/grants", "/grants/new", "/payroll", "/payroll/new"])
def test_a_page_asks_the_database_little_and_a_narrow_scope_not_at_all(app, compound, cashier, path):
    with counted_statements() as sent:
        cashier.page(f"{ACCOUNTS}{path}")
    assert len(sent) <= 15
    canteen = compound.canteen()
    narrow = Console(app, compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, canteen.id)}))
    assert narrow.get(f"{ACCOUNTS}{path}").status_code == 403


@pytest.mark.parametrize(
    "path", ["/999999", "/999999/statement", "/entries/999999/correct", "/grants/999999", "/payroll/999999"]
)
def test_what_is_not_there_is_not_found(cashier, path):
    assert cashier.get(f"{ACCOUNTS}{path}").status_code == 404
