"""Meal accounts at the console."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from tests.console.browser import Console


@pytest.fixture
def cashier(app, compound):
    """Who manages accounts, at the console."""
    return Console(app, compound.staff(name="收银", roles={"canteen_manager": (ScopeKind.COMPOUND, 0)}))


def test_accounts_are_listed_sorted_and_exported(compound, cashier):
    rich = compound.staff(name="富余", subsidy_fen=123_456_78, personal_fen=100)
    compound.staff(name="清零")
    page = cashier.page("/console/canteen/accounts", sort="-balance")
    assert "123,456.78" in page
    assert page.index("富余") < page.index("清零")
    assert "清零" not in cashier.page("/console/canteen/accounts", q="富")
    rows = list(
        load_workbook(BytesIO(cashier.file("/console/canteen/accounts", format="xlsx"))).active.values
    )
    assert (rich.staff_no, "富余") in {row[:2] for row in rows}
    exported = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "accounts.exported")).one()
    assert (exported.actor_id, exported.details["rows"]) == (cashier.staff.id, len(rows) - 1)


def test_an_account_shows_every_move_and_takes_a_deposit_once(compound, cashier):
    staff = compound.staff(name="张平")
    body = {"staff_no": staff.staff_no, "bucket": "subsidy", "amount_fen": 30_000, "memo": "11 月餐补"}
    assert (
        cashier.send("POST", "/canteen/admin/accounts/deposits", body, csrf=None).error == "app.csrf_failed"
    )
    assert cashier.send("POST", "/canteen/admin/accounts/deposits", body).status == 201
    page = cashier.page(f"/console/canteen/accounts/{staff.id}")
    assert "11 月餐补" in page
    assert "+300.00" in page


def test_an_unknown_account_is_not_found_and_a_narrow_scope_forbidden(app, compound, cashier):
    assert cashier.get("/console/canteen/accounts/999999").status_code == 404
    canteen = compound.canteen()
    narrow = Console(app, compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, canteen.id)}))
    assert narrow.get("/console/canteen/accounts").status_code == 403
