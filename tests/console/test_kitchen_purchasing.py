"""采购 at the desk: requests, orders and their approval, suppliers, prices, ingredients, figures."""

import re
from datetime import date, timedelta

import pytest

from tests.canteen.kitchen import kitchen
from tests.console.browser import Console
from tests.factories import MONDAY
from tests.statements import counted_statements

__all__ = ["kitchen"]
ROOT = "/console/kitchen"
MOST = 15


@pytest.fixture
def desk(app, kitchen):
    """Makes the console of somebody with a role at the kitchen's canteen."""
    return lambda role, **where: Console(app, kitchen.person(role, **where)[0])


def words(text):
    """The visible words of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def statements(console, path):
    """How many statements a page costs when it is opened again."""
    console.page(path)
    with counted_statements() as sent:
        console.page(path)
    return sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent)


def asked(kitchen, buyer, needs, **more):
    """A request of the buyer: grams by ingredient."""
    body = {
        "canteen_id": kitchen.canteen.id,
        "wanted_on": str(MONDAY + timedelta(days=1)),
        "lines": [{"ingredient_id": one.id, "needed_g": grams} for one, grams in needs.items()],
        **more,
    }
    answer = buyer.send("POST", "/canteen/purchase-requests", body)
    assert answer.status == 201, answer.envelope
    return answer.data


def ordered(kitchen, buyer, supplier, lines):
    """An order of the buyer: (packs, fen) of 1 kg by ingredient."""
    body = {
        "canteen_id": kitchen.canteen.id,
        "supplier_id": supplier.id,
        "expected_on": str(MONDAY),
        "lines": [
            {"ingredient_id": one.id, "pack_g": 1000, "packs": packs, "price_fen": fen}
            for one, (packs, fen) in lines.items()
        ],
    }
    answer = buyer.send("POST", "/canteen/purchase-orders", body)
    assert answer.status == 201, answer.envelope
    return answer.data


def approved(order, buyer, manager):
    """The order, submitted by the one and approved by the other."""
    path = f"/canteen/purchase-orders/{order['id']}"
    assert buyer.send("POST", f"{path}/submit").status == 200
    assert manager.send("POST", f"{path}/approve").status == 200


def received(kitchen, order, keeper, checker):
    """All of an order arrives and is accepted."""
    body = {
        "canteen_id": kitchen.canteen.id,
        "order_id": order["id"],
        "lines": [
            {
                "order_line_id": line["id"],
                "gross_g": line["ordered_g"],
                "tare_g": 0,
                "expires_on": str(MONDAY + timedelta(days=9)),
                "certificates": [{"kind": "produce", "number": "C1"}],
            }
            for line in order["lines"]
        ],
    }
    answer = keeper.send("POST", "/canteen/stock/receipts", body)
    assert answer.status == 201, answer.envelope
    if answer.data["state"] == "waiting":
        checked = checker.send(
            "POST", f"/canteen/stock/receipts/{answer.data['id']}/check", {"is_accepted": True, "reason": ""}
        )
        assert checked.status == 200, checked.envelope
    return answer.data


def test_a_request_shows_what_is_left_to_buy_and_of_whom(desk, kitchen):
    pork, rice = kitchen.ingredient("猪里脊", category="meat"), kitchen.ingredient("大米", category="grain")
    dear, cheap = kitchen.supplier("贵的鲜肉"), kitchen.supplier("便宜鲜肉")
    lapsed = kitchen.supplier("过期鲜肉", licensed=False)
    kitchen.licence(lapsed, "JY-OLD", valid_until=date(2026, 1, 1))
    kitchen.price(dear, pork, 15_000, 5000)
    kitchen.price(cheap, pork, 14_000, 5000)
    kitchen.price(lapsed, pork, 100, 5000)
    kitchen.batch(pork, 2000)
    buyer = desk("purchaser")
    made = asked(kitchen, buyer, {pork: 13_000, rice: 4000}, note="接待用")
    shown = words(buyer.page(f"{ROOT}/requests"))
    assert made["number"] in shown
    assert "2 种，需采购 2 种 猪里脊、大米" in shown
    assert made["number"] not in buyer.page(f"{ROOT}/requests", state="withdrawn")
    assert made["number"] not in buyer.page(f"{ROOT}/requests", origin="minimum")
    text = buyer.page(f"{ROOT}/requests/{made['id']}")
    assert "猪里脊 畜肉 13 2 — 3 × 5 千克 15 —" in words(text)
    offers = re.findall(r'<option value="\d+">([^<]*)：', text)
    assert offers == ["便宜鲜肉", "贵的鲜肉"]
    assert "没有可供货的报价，留在申请中" in text
    assert statements(buyer, f"{ROOT}/requests/{made['id']}") <= MOST
    choices = [{"ingredient_id": pork.id, "supplier_id": dear.id}]
    split = buyer.send("POST", f"/canteen/purchase-requests/{made['id']}/split", {"choices": choices})
    assert split.status == 201
    text = buyer.page(f"{ROOT}/requests/{made['id']}")
    assert f'href="{ROOT}/orders/{split.data["orders"][0]["id"]}"' in text
    assert "/withdraw" not in text
    keeper = desk("storekeeper")
    seen = keeper.page(f"{ROOT}/requests/{made['id']}")
    assert "/split" not in seen
    assert keeper.get(f"{ROOT}/requests/new").status_code == 403


def test_what_is_below_the_minimum_is_asked_for_from_its_dialog(desk, kitchen):
    oil = kitchen.ingredient("大豆油", category="oil", min_stock_g=20_000)
    kitchen.ingredient("盐", min_stock_g=0)
    kitchen.batch(oil, 7000)
    buyer = desk("purchaser")
    text = buyer.page(f"{ROOT}/requests/minimum")
    assert "大豆油 20 7 — 13" in words(text)
    assert "POST /api/v1/canteen/purchase-requests/minimum" in text
    assert "purchase-requests/minimum" not in desk("storekeeper").page(f"{ROOT}/requests/minimum")


def test_an_order_offers_everybody_what_is_theirs_to_do(desk, kitchen):
    rice = kitchen.ingredient("大米", category="grain")
    supplier = kitchen.supplier("益民粮油")
    kitchen.price(supplier, rice, 600)
    buyer, manager = desk("purchaser"), desk("canteen_manager")
    order = ordered(kitchen, buyer, supplier, {rice: (40, 580)})
    path = f"{ROOT}/orders/{order['id']}"
    draft = buyer.page(path)
    assert f'data-api="POST /api/v1/canteen/purchase-orders/{order["id"]}/submit"' in draft
    assert "大米 粮食 1 千克 40 5.80 232.00 40" in words(draft)
    form = buyer.page(f"{path}/edit")
    assert f'data-api="PUT /api/v1/canteen/purchase-orders/{order["id"]}"' in form
    assert "大米 1 千克：6.00 元" in form
    buyer.send("POST", f"/canteen/purchase-orders/{order['id']}/submit")
    assert "审批通过" not in buyer.page(path)
    waits = manager.page(path)
    assert f"POST /api/v1/canteen/purchase-orders/{order['id']}/approve" in waits
    assert "待我审批 1 张" in words(manager.page(f"{ROOT}/orders"))
    reject = {"reason": "价格偏高"}
    assert manager.send("POST", f"/canteen/purchase-orders/{order['id']}/reject", reject).status == 200
    assert "驳回：价格偏高" in buyer.page(path)
    own = ordered(kitchen, manager, supplier, {rice: (1, 600)})
    manager.send("POST", f"/canteen/purchase-orders/{own['id']}/submit")
    mine = manager.page(f"{ROOT}/orders/{own['id']}")
    assert "须由他人审批" in mine
    assert "/approve" not in mine
    assert "待我审批 0 张" in words(manager.page(f"{ROOT}/orders"))


def test_a_lapsed_licence_is_told_on_the_order_and_at_the_supplier(desk, kitchen):
    fish = kitchen.ingredient("带鱼", category="aquatic")
    supplier = kitchen.supplier("东海水产", licensed=False, region="沿海", is_assistance=True)
    kitchen.licence(supplier, "JY2023", valid_until=MONDAY - timedelta(days=1))
    buyer, manager = desk("purchaser"), desk("canteen_manager")
    order = ordered(kitchen, buyer, supplier, {fish: (5, 2600)})
    assert "食品经营许可证已于 2026-11-22 到期" in manager.page(f"{ROOT}/orders/{order['id']}")
    assert "do-block" not in manager.page(f"{ROOT}/suppliers/{supplier.id}")  # It is not one canteen's.
    assert manager.get(f"{ROOT}/suppliers/{supplier.id}/edit").status_code == 403
    manager = desk("canteen_manager", is_head=True)
    text = manager.page(f"{ROOT}/suppliers/{supplier.id}")
    assert "JY2023 至 2026-11-22 已过期" in words(text).replace("2020-01-01 ", "")
    assert "暂停供货" in text
    assert "do-block" not in buyer.page(f"{ROOT}/suppliers/{supplier.id}")
    kitchen.supplier("好供应商")
    assert "好供应商" not in buyer.page(f"{ROOT}/suppliers", standing="expired")
    assert "东海水产" in buyer.page(f"{ROOT}/suppliers", standing="expired", is_assistance="true", q="沿海")
    assert "东海水产" not in re.sub("(?s).*<form", "", buyer.page(f"{ROOT}/orders/new"))
    licence = re.search(r"licences/(\d+)", text)[1]
    assert "/withdraw" in manager.page(f"{ROOT}/suppliers/{supplier.id}/licences/{licence}")
    assert manager.get(f"{ROOT}/suppliers/{supplier.id}/licences/999999").status_code == 404


def test_prices_are_compared_by_the_kilogram_and_over_time(desk, kitchen):
    rice = kitchen.ingredient("大米", category="grain")
    big, small = kitchen.supplier("大包粮油"), kitchen.supplier("小包粮油")
    kitchen.price(big, rice, 14_000, 25_000)
    kitchen.price(small, rice, 650, 1000, valid_from=date(2026, 3, 1))
    kitchen.price(small, rice, 700, 1000, valid_from=date(2026, 9, 1))
    buyer = desk("purchaser")
    shown = words(buyer.page(f"{ROOT}/prices/compare", ingredient_id=rice.id))
    assert "大包粮油 优先 25 千克 140.00 5.60 —" in shown
    assert "小包粮油 1 千克 7.00 7.00 +25.0%" in shown
    assert "每千克价格，元" in shown
    listed = words(buyer.page(f"{ROOT}/prices"))
    assert "6.50" not in listed
    assert "6.50" in words(buyer.page(f"{ROOT}/prices", is_past="true", supplier_id=small.id))
    assert buyer.file("/api/v1/canteen/supplier-prices/workbook")[:2] == b"PK"


def test_ingredients_are_filtered_and_edited_by_who_manages(desk, kitchen):
    shrimp = kitchen.ingredient("鲜虾", category="aquatic", allergens=["crustacean"], season_months=[5, 6])
    kitchen.ingredient("土豆", allergens=None)
    buyer, keeper = desk("purchaser", is_head=True), desk("storekeeper")
    text = buyer.page(f"{ROOT}/ingredients", category="aquatic", month="5")
    assert "甲壳纲类动物" in text
    assert "土豆" not in text
    assert "未申报" in buyer.page(f"{ROOT}/ingredients", q="土豆")
    form = buyer.page(f"{ROOT}/ingredients/{shrimp.id}")
    assert f'data-api="PUT /api/v1/canteen/ingredients/{shrimp.id}"' in form
    assert re.search(r'value="crustacean"[^>]* checked', form)
    assert "PUT /api" not in desk("purchaser").page(f"{ROOT}/ingredients/{shrimp.id}")
    shown = keeper.page(f"{ROOT}/ingredients/{shrimp.id}")
    assert "PUT /api" not in shown
    assert "5、6 月" in shown


def test_what_came_is_seen_at_the_order_in_the_figures_and_in_the_quarter(desk, kitchen):
    rice, pork = kitchen.ingredient("大米", category="grain"), kitchen.ingredient("猪肉", category="meat")
    field, town = kitchen.supplier("高原田野", is_assistance=True), kitchen.supplier("城西鲜肉")
    buyer, manager, keeper = desk("purchaser"), desk("canteen_manager"), desk("storekeeper")
    orders = [
        ordered(kitchen, buyer, field, {rice: (30, 600)}),
        ordered(kitchen, buyer, town, {pork: (20, 2700)}),
    ]
    for order in orders:
        approved(order, buyer, manager)
        received(kitchen, order, keeper, manager)
    waiting = ordered(kitchen, buyer, town, {pork: (3, 2700), rice: (1, 700)})
    approved(waiting, buyer, manager)
    page = keeper.page(f"{ROOT}/orders/{waiting['id']}")
    assert f'href="{ROOT}/receipts/new?order_id={waiting["id"]}"' in page
    shown = words(buyer.page(f"{ROOT}/orders/{orders[0]['id']}"))
    assert "已到齐" in shown
    assert "已验收" in shown
    figures = words(buyer.page(f"{ROOT}/statistics"))
    assert "采购额 720.00 元" in figures
    assert "消费扶贫占比 25.0 % 180.00 / 720.00 元" in figures
    assert "畜肉 20 540.00 75.0%" in figures
    buyer = desk("purchaser", is_head=True)
    count = buyer.send("POST", "/canteen/supplier-assessments", {"quarter": str(MONDAY)})
    assert count.status == 200
    listed = buyer.page(f"{ROOT}/assessments", quarter=str(MONDAY))
    assert "高原田野" in listed
    assert "还没有结束" in listed
    one = re.search(rf'href="{ROOT}/assessments/(\d+)"', listed)[1]
    assert f"PUT /api/v1/canteen/supplier-assessments/{one}/marks" in buyer.page(f"{ROOT}/assessments/{one}")
    assert "PUT /api" not in keeper.page(f"{ROOT}/assessments/{one}")
    costly = {
        path: count
        for path in (
            *("requests", "orders", f"orders/{waiting['id']}", f"orders/{orders[0]['id']}", "statistics"),
            *("suppliers", f"suppliers/{town.id}", "prices", "assessments", "ingredients"),
            *(f"prices/compare?ingredient_id={rice.id}", f"orders/new?supplier_id={town.id}"),
        )
        if (count := statements(buyer, f"{ROOT}/{path}")) > MOST
    }
    assert costly == {}


def test_what_belongs_to_another_canteen_is_not_there_and_nobody_else_looks_in(app, desk, kitchen):
    rice, supplier = kitchen.ingredient("大米"), kitchen.supplier()
    buyer = desk("purchaser")
    order = ordered(kitchen, buyer, supplier, {rice: (1, 600)})
    request = asked(kitchen, buyer, {rice: 500})
    elsewhere = desk("purchaser", canteen=kitchen.compound.canteen())
    for path in (f"orders/{order['id']}", f"orders/{order['id']}/edit", f"requests/{request['id']}"):
        assert elsewhere.get(f"{ROOT}/{path}").status_code == 404
    assert order["number"] not in elsewhere.page(f"{ROOT}/orders")
    nobody = Console(app, kitchen.compound.staff())
    pages = ("requests", "orders", "suppliers", "prices", "ingredients", "assessments", "statistics")
    assert {nobody.get(f"{ROOT}/{each}").status_code for each in pages} == {403}
