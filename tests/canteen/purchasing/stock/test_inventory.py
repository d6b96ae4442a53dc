"""What is in store and what it is worth, the month's report, the warnings, the command."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from backend import clock
from backend.db import db
from backend.notifications.models import InboxMessage
from canteen.purchasing.stock import figures, reconciling, services
from canteen.purchasing.stock.documents import totals
from tests.canteen.purchasing.stock.store import Store
from tests.factories import NINE


@pytest.fixture
def store(kitchen):
    return Store(kitchen)


def test_the_inventory_tells_what_may_be_used_and_what_should_be_bought(store):
    store.batch(1_000, days=30)
    store.batch(500, days=2)
    store.batch(300, days=-1)
    store.set(store.batch(200), is_blocked=True, hold="store")
    salt = store.kitchen.ingredient("食盐", min_stock_g=5_000)
    canteen_id = store.kitchen.canteen.id
    rows = store.keeper.get("/canteen/stock/inventory", canteen_id=canteen_id).data["list"]
    rice = next(row for row in rows if row["ingredient_id"] == store.rice.id)
    wanted = {
        "remaining_g": 2_000,
        "usable_g": 1_500,
        "expiring_g": 500,
        "expired_g": 300,
        "blocked_g": 200,
        "value_fen": 2_000,
        "batches": 4,
        "is_short": False,
        "expires_on": (clock.today() + timedelta(days=2)).isoformat(),
    }
    assert {name: rice[name] for name in wanted} == wanted
    short = store.keeper.get("/canteen/stock/inventory", canteen_id=canteen_id, is_short="true").data["list"]
    assert [row["ingredient_id"] for row in short] == [salt.id]
    total = store.keeper.get("/canteen/stock/overview", canteen_id=canteen_id).data["total"]
    assert total == {
        "ingredients": 1,
        "batches": 4,
        "value_fen": 2_000,
        "expiring": 1,
        "expired": 1,
        "blocked": 1,
        "short": 1,
    }
    expired = store.keeper.get("/canteen/stock/batches", canteen_id=canteen_id, usability="expired").data
    assert [row["remaining_g"] for row in expired["list"]] == [300]


def test_the_month_adds_up_and_so_do_its_documents(store):
    batch = store.batch(1_000, cost_fen=2_000, received_at=NINE - timedelta(days=40))
    (issued,) = store.issue(400).data["list"]
    store.keeper.post(f"/canteen/stock/movements/{issued['id']}/returns", {"grams": 100})
    store.keeper.post(
        f"/canteen/stock/batches/{batch.id}/losses", {"grams": 50, "cause": "damaged", "reason": "撒了"}
    )
    query = {"canteen_id": store.kitchen.canteen.id, "month": "2026-11"}
    (row,) = store.keeper.get("/canteen/stock/monthly", **query).data["list"]
    assert (row["opening"], row["received"]) == ({"grams": 1_000, "fen": 2_000}, {"grams": 0, "fen": 0})
    assert (row["issued"], row["lost"]) == ({"grams": 300, "fen": 600}, {"grams": 50, "fen": 100})
    assert row["closing"] == {"grams": 650, "fen": 1_300}
    before = store.keeper.get("/canteen/stock/monthly", **{**query, "month": "2026-09"}).data["list"]
    assert before == []
    book = load_workbook(BytesIO(store.keeper.get("/canteen/stock/monthly/export", **query).body))
    assert [cell.value for cell in book.active[3]][:4] == ["合计", None, 1, 20]
    assert store.keeper.get("/canteen/stock/monthly/print", **query).body.startswith(b"%PDF")
    assert store.keeper.get("/canteen/stock/inventory/export", canteen_id=query["canteen_id"]).status == 200


def test_an_empty_month_has_empty_totals():
    assert [(each.grams, each.fen) for each in totals([])] == [(0, 0)] * 6


def test_the_keepers_are_told_once_a_day_of_what_expires(store):
    store.batch(100, days=1)
    store.batch(100, days=-1)
    store.batch(100, days=60)
    purchaser = store.kitchen.purchaser
    assert services.warn_of_expiry() == 3
    assert services.warn_of_expiry() == 0
    db.session.rollback()
    texts = set(db.session.scalars(select(InboxMessage.text)))
    assert texts == {
        f"{store.kitchen.canteen.name}：临期 1 批（大米），已过期 1 批（大米）。"
        "请优先使用临期食材，过期食材请报损处理。"
    }
    assert purchaser.get("/canteen/stock/batches", canteen_id=store.kitchen.canteen.id).status == 200


def test_what_the_books_do_not_explain_is_found(store, app):
    batch = store.batch(100)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["stock", "check"]).exit_code == 0
    store.set(batch, remaining_g=99)
    (found,) = reconciling.check()
    assert (found.batch_g, found.movements_g) == (99, 100)
    told = runner.invoke(args=["stock", "check"])
    assert told.exit_code == 1
    assert "剩余 99 克" in told.output


def test_what_was_there_before_the_books_is_taken_in_by_who_approves(store):
    body = {
        "canteen_id": store.kitchen.canteen.id,
        "ingredient_id": store.rice.id,
        "quantity_g": 700,
        "cost_fen": 350,
        "reason": "期初盘点",
    }
    assert store.keeper.post("/canteen/stock/batches", body).status == 403
    opened = store.manager.post("/canteen/stock/batches", body)
    assert (opened.status, opened.data["remaining_g"]) == (201, 700)
    moved = store.keeper.put(f"/canteen/stock/batches/{opened.data['id']}/location", {"location": "A-03"})
    assert moved.data["location"] == "A-03"
    label = store.keeper.get(f"/canteen/stock/batches/{opened.data['id']}/label")
    assert label.body.startswith(b"%PDF")
    assert figures.monthly(store.kitchen.canteen.id, clock.today().replace(day=1))[0].closing.grams == 700
