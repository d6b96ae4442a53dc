"""对账结算 at the console."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from tests.canteen.settlement.conftest import months
from tests.canteen.settlement.months import PATH
from tests.console.browser import Console

__all__ = ["months"]
URL = "/console/canteen/settlements"


@pytest.fixture
def desk(app, months):
    """The canteen's manager at the console."""
    months.eat(months.amy, date(2026, 11, 23), 2)
    return Console(app, months.boss)


def test_last_month_is_shown_closed_signed_and_listed(months, desk):
    page = desk.page(URL)
    for expected in (
        "机关食堂 2026年11月",
        "账实相符",
        "办公室",
        "午餐",
        "12.00",
        "还没有结过账",
        'id="close"',
    ):
        assert expected in page, expected
    closed = desk.send("POST", PATH, {"canteen_id": months.canteen_id, "month": "2026-11"})
    assert closed.status == 201
    page = desk.page(URL, month="2026-11")
    assert 'id="close"' not in page
    assert f'data-api="POST /api/v1{PATH}/{closed.data["id"]}/confirm"' in page
    body = {"confirmed_on": "2026-12-02", "signed_by_us": "沈管理", "signed_by_caterer": "李建国"}
    assert desk.send("POST", f"{PATH}/{closed.data['id']}/confirm", body).status == 200
    page = desk.page(URL, month="2026-12")
    assert "2026年12月尚未结束" in page
    assert 'href="/console/canteen/settlements?month=2026-11"' in page
    assert "双方已确认" in page


def test_a_settlement_is_taken_along_on_paper_and_as_a_workbook(desk):
    assert desk.file(URL, month="2026-11", format="pdf").startswith(b"%PDF")
    book = load_workbook(BytesIO(desk.file(URL, month="2026-11", format="xlsx")))
    assert book["按部门"]["A2"].value == "办公室"
    db.session.rollback()
    exported = select(AuditEvent.details).where(AuditEvent.action == "canteen.settlement_exported")
    assert list(db.session.scalars(exported.order_by(AuditEvent.id))) == [
        {"month": "2026-11", "format": media} for media in ("pdf", "xlsx")
    ]


def test_a_canteen_that_one_only_reads_is_not_settled(app, months):
    other = months.compound.canteen()
    reader = months.compound.staff(
        roles={
            "canteen_manager": (ScopeKind.CANTEEN, other.id),
            "canteen_staff": (ScopeKind.CANTEEN, months.canteen_id),
        }
    )
    console = Console(app, reader)
    console.work_at(months.canteen_id)
    assert "没有您可管理的食堂" in console.page(URL)
    official = Console(app, months.bo)
    assert official.get(URL).status_code == 403
