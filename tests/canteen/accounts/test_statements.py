"""Statements: opening + in - out = closing, by bucket and to the fen."""

from datetime import date, time
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.actor import SYSTEM
from canteen.accounts.statements import documents, queries
from canteen.accounts.statements.queries import month_statement
from tests.canteen.lunch import Lunch
from tests.factories import NINE
from tests.printed import text_of
from tests.statements import counted_statements

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


def on(day, wall_time):
    return clock.at(clock.at_local(date.fromisoformat(day), wall_time))


@pytest.fixture
def busy(office, compound):
    """Somebody with a history: October's grant, November's orders and a correction, December's top-up."""
    with on("2026-10-31", time(23, 59)):
        staff = compound.staff("2001", name="张平", subsidy_fen=2000)
    with clock.at(NINE):
        lunch = Lunch(compound)
        wrong = office.deposit(staff, 1500)
        order = lunch.place(4, by=compound.client(staff)).data  # 2000 of the subsidy, 400 of one's own
        fewer = {"items": lunch.order(3)["items"], "dining": "dine_in", "note": ""}
        changed = compound.client(staff).put(f"/canteen/orders/{order['id']}", fewer)
        assert changed.data["total_fen"] == 1800  # 600 back: 400 of one's own, then 200
        office.correct(wrong, amount_fen=1000)
    with on("2026-12-01", time(0, 0)):
        office.deposit(staff, 800)
    return staff, order


def sums(statement):
    return [
        (line.bucket.value, line.opening_fen, line.in_fen, line.out_fen, line.closing_fen)
        for line in statement.buckets
    ]


def test_months_follow_from_each_other_to_the_fen(busy):
    staff, _ = busy
    assert sums(month_statement(staff.id, date(2026, 9, 1))) == [
        ("subsidy", 0, 0, 0, 0),
        ("personal", 0, 0, 0, 0),
    ]
    assert sums(month_statement(staff.id, OCTOBER)) == [
        ("subsidy", 0, 2000, 0, 2000),
        ("personal", 0, 0, 0, 0),
    ]
    november = month_statement(staff.id, NOVEMBER)
    assert sums(november) == [("subsidy", 2000, 200, 2000, 200), ("personal", 0, 1900, 1400, 500)]
    assert sums(month_statement(staff.id, DECEMBER)) == [
        ("subsidy", 200, 0, 0, 200),
        ("personal", 500, 800, 0, 1300),
    ]
    assert [(line.kind_name, line.bucket_name, line.in_fen, line.out_fen) for line in november.kinds] == [
        ("订餐", "财政补贴", 0, 2000),
        ("退款", "财政补贴", 200, 0),
        ("充值", "个人充值", 1500, 0),
        ("订餐", "个人充值", 0, 400),
        ("退款", "个人充值", 400, 0),
        ("更正", "个人充值", 0, 1000),
    ]
    assert sum(entry.amount_fen for entry in november.entries) == november.closing_fen - november.opening_fen


def test_a_statement_is_read_by_one_statement(busy):
    with counted_statements() as sent:
        month_statement(busy[0].id, NOVEMBER)
    assert sum(each.startswith("SELECT") for each in sent) == 1


def test_ones_own_statement_names_the_orders_and_is_printed(busy, compound):
    staff, order = busy
    with on("2026-12-02", time(9)):
        client = compound.client(staff)
        told = client.get("/canteen/account/statement", month="2026-11").data
        assert (told["month"], told["opening_fen"], told["in_fen"], told["out_fen"], told["closing_fen"]) == (
            *("2026-11", 2000),
            *(2100, 3400, 700),
        )
        assert [entry["kind"] for entry in told["entries"]] == ["top_up", "order", "refund", "correction"]
        assert told["entries"][1]["order"]["number"] == order["number"]
        present = client.get("/canteen/account/statement").data
        assert (present["month"], present["opening_fen"]) == ("2026-12", 700)
        assert client.get("/canteen/account/statement", month="2026-1").error == "app.invalid"
        printed = client.get("/canteen/account/statement/pdf", month="2026-11")
    assert printed.headers["Content-Type"] == "application/pdf"
    text = text_of(printed.body)
    assert "2026年11月餐费账户对账单" in text
    for told_there in ("张平", "2001", "11月23日午餐", order["number"], "-20.00", "34.00"):
        assert told_there in text


def test_entries_are_filtered_by_month_and_bucket(busy, compound):
    staff, _ = busy
    with on("2026-12-02", time(9)):
        client = compound.client(staff)

        def kinds(**query):
            found = client.get("/canteen/account/entries", **query).data
            assert found["total"] == len(found["list"])
            return [entry["kind"] for entry in found["list"]]

        assert kinds() == ["top_up", "correction", "refund", "order", "top_up", "grant"]
        assert kinds(month="2026-11") == ["correction", "refund", "order", "top_up"]
        assert kinds(month="2026-11", bucket="subsidy") == ["refund", "order"]
        assert kinds(bucket="subsidy") == ["refund", "order", "grant"]
        assert client.get("/canteen/account/entries", bucket="gold").error == "app.invalid"


def test_the_accounts_of_a_month_agree_with_the_statements(busy, compound, office):
    filters = {"q": "", "sort": "staff_no", "is_active": None, "page": 1, "page_size": 100}
    for month in (OCTOBER, NOVEMBER, DECEMBER):
        with counted_statements() as sent:
            page = queries.page_months(SYSTEM, month=month, **filters)
        assert sum(each.startswith("SELECT") for each in sent) == 3
        for row in page.rows:
            assert list(row.buckets) == list(month_statement(row.account.staff_id, month).buckets)
    data = documents.months_sheet(NOVEMBER, queries.page_months(SYSTEM, month=NOVEMBER, **filters).rows)
    rows = {row[0]: row for row in load_workbook(BytesIO(data)).active.values}
    assert [float(cell) for cell in rows["2001"][3:]] == [20, 2, 20, 2, 0, 19, 14, 5, 7]


def test_ones_own_statement_is_of_nobody_else(busy, office):
    own = office.official.get("/canteen/account/statement", month="2026-11").data
    assert (own["entries"], own["closing_fen"]) == ([], 0)
