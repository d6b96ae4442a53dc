"""What was spent by month and category, the share of assistance, and the facts of suppliers' assessments."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic, db
from canteen.purchasing.orders import operations, spending
from canteen.purchasing.orders.models import Delivery
from canteen.purchasing.orders.rules import MONTH_BUDGET
from canteen.purchasing.suppliers.policies import Facts
from tests.canteen.purchasing.deliveries import deliver
from tests.canteen.purchasing.sheets import rows_of
from tests.factories import MONDAY

OCTOBER = date(2026, 10, 15)
PERIOD = {"first": "2026-10-01", "last": "2026-11-30"}
QUARTER = (date(2026, 10, 1), date(2027, 1, 1))


def approved(kitchen, supplier, ingredient, packs=10, expected_on="2026-11-24"):
    body = {
        "canteen_id": kitchen.canteen.id,
        "supplier_id": supplier.id,
        "expected_on": expected_on,
        "lines": [{"ingredient_id": ingredient.id, "pack_g": 1_000, "packs": packs, "price_fen": 500}],
    }
    order = kitchen.purchaser.post("/canteen/purchase-orders", body).data
    path = f"/canteen/purchase-orders/{order['id']}"
    kitchen.purchaser.post(f"{path}/submit")
    return kitchen.manager.post(f"{path}/approve").data["lines"][0]["id"]


def test_what_was_spent_stands_by_month_and_category_beside_the_budget(kitchen, compound):
    compound.rule(MONTH_BUDGET, 100_000, kitchen.canteen.id)
    shop = kitchen.supplier()
    pork, rice = kitchen.ingredient(category="meat"), kitchen.ingredient(category="grain")
    deliver(kitchen, shop, pork, 10_000, 30_000, on=OCTOBER)
    deliver(kitchen, shop, pork, 10_000, 30_000)
    deliver(kitchen, shop, pork, -1_000, -3_000)
    deliver(kitchen, shop, rice, 5_000, 2_345)
    approved(kitchen, shop, rice)
    months = kitchen.storekeeper.get(
        "/canteen/purchase-spending", canteen_id=kitchen.canteen.id, **PERIOD
    ).data["list"]
    assert [(one["month"], one["amount_fen"], one["expected_fen"]) for one in months] == [
        ("2026-10", 30_000, 0),
        ("2026-11", 29_345, 5_000),
    ]
    november = months[1]
    assert [(one["category"], one["net_g"], one["amount_fen"]) for one in november["categories"]] == [
        ("meat", 9_000, 27_000),
        ("grain", 5_000, 2_345),
    ]
    assert (november["budget_fen"], november["used_percent"]) == (100_000, 34.3)
    book = kitchen.storekeeper.get(
        "/canteen/purchase-spending/workbook", canteen_id=kitchen.canteen.id, **PERIOD
    )
    assert [row[0] for row in rows_of(book.body)] == ["2026-10", "2026-11"]


def test_the_share_of_assistance_is_that_of_the_money(kitchen, compound):
    farm = kitchen.supplier("青山", is_assistance=True, region="云南沧源")
    shop, rice = kitchen.supplier("粮行"), kitchen.ingredient()
    deliver(kitchen, farm, rice, 1_000, 1_000)
    deliver(kitchen, shop, rice, 9_000, 5_000)
    deliver(kitchen, farm, rice, 1_000, 9_999, on=date(2026, 9, 30))
    share = kitchen.storekeeper.get("/canteen/purchase-assistance", **PERIOD).data
    assert (share["total_fen"], share["assistance_fen"], share["percent"]) == (6_000, 1_000, 16.7)
    assert [(one["supplier_name"], one["region"]) for one in share["sources"]] == [
        ("粮行", ""),
        ("青山", "云南沧源"),
    ]
    elsewhere = kitchen.person("purchaser", canteen=compound.canteen())[1]
    nothing = elsewhere.get("/canteen/purchase-assistance", **PERIOD).data
    assert (nothing["total_fen"], nothing["percent"]) == (0, None)
    refused = elsewhere.get("/canteen/purchase-assistance", canteen_id=kitchen.canteen.id, **PERIOD)
    assert refused.error == "canteen.canteen_not_found"


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(1, 3, "33.3"), (2, 3, "66.7"), (1, 8, "12.5"), (0, 5, "0.0"), (0, 0, None), (1, 2000, "0.1")],
)
def test_a_share_is_rounded_half_up_once(part, whole, percent):
    assert spending.percent_of(part, whole) == (Decimal(percent) if percent else None)


def test_who_was_late_short_or_dear_is_counted(kitchen):
    receive = atomic(operations.note_received)
    dear, cheap, rice = kitchen.supplier(), kitchen.supplier(), kitchen.ingredient()
    lines = [approved(kitchen, dear, rice) for _ in range(4)]
    receive(SYSTEM, lines[0], 10_100)  # In time, as is the last one.
    receive(SYSTEM, lines[3], 10_000)
    tuesday = MONDAY + timedelta(days=1)
    receive(SYSTEM, lines[1], 5_000, refused_g=5_000, delivered_on=tuesday)
    receive(SYSTEM, lines[1], 5_000, delivered_on=tuesday + timedelta(days=1))  # Half of it too late.
    deliver(kitchen, cheap, rice, 10_000, 4_000)
    with clock.at(kitchen.at(9, on=tuesday)):
        # On its day an order is not late yet.
        assert spending.quarter_facts(*QUARTER)[dear.id].due == 3
    with clock.at(kitchen.at(9, on=tuesday + timedelta(days=1))):
        found = spending.quarter_facts(*QUARTER)
    assert found[dear.id] == Facts(
        due=4,
        on_time=2,
        accepted_g=30_100,
        refused_g=5_000,
        ordered_g=30_000,
        deviation_g=100,
        amount_fen=15_050,
        paid_fen=15_050,
        others_fen=12_040,
    )
    assert (found[cheap.id].paid_fen, found[cheap.id].others_fen) == (4_000, 5_000)
    assert spending.quarter_facts(date(2026, 7, 1), date(2026, 10, 1)) == {}


def test_a_delivery_is_never_changed(kitchen):
    deliver(kitchen, kitchen.supplier(), kitchen.ingredient(), 1, 1)

    @atomic
    def forget():
        db.session.execute(db.delete(Delivery))

    with pytest.raises(DBAPIError):
        forget()
