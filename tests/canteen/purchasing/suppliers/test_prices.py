"""Prices of suppliers: what holds on a day, who is cheapest, and price lists as workbooks."""

from datetime import date, timedelta
from fractions import Fraction
from functools import partial

import pytest
from sqlalchemy.exc import DBAPIError

from backend.db import atomic, db
from canteen.purchasing.suppliers import pricing
from canteen.purchasing.suppliers.models import SupplierPrice
from tests.canteen.purchasing.sheets import changed, faults, upload
from tests.factories import MONDAY
from tests.threads import at_once


def best(*ingredients, on=MONDAY):
    found = pricing.prices([one.id for one in ingredients], on)
    return [
        (found[one.id].supplier_id, found[one.id].price_fen) if one.id in found else None
        for one in ingredients
    ]


def test_the_cheapest_kilogram_is_found_exactly(kitchen):
    rice = kitchen.ingredient("大米")
    small, large = kitchen.supplier(), kitchen.supplier()
    kitchen.price(small, rice, 1_000, pack_g=3_000)
    kitchen.price(large, rice, 8_333, pack_g=25_000)
    found = pricing.prices([rice.id], MONDAY)[rice.id]
    assert (found.supplier_id, found.price_fen_per_kg, found.per_kg_fen) == (
        large.id,
        Fraction(8333, 25),
        333,
    )
    assert found.price_fen_per_kg < Fraction(1000, 3)


def test_the_latest_price_of_a_pack_holds_until_it_ends_or_is_not_offered_any_more(kitchen):
    egg, oil = kitchen.ingredient(), kitchen.ingredient()
    farm, shop = kitchen.supplier(), kitchen.supplier()
    kitchen.price(farm, egg, 1_000)
    kitchen.price(farm, egg, 1_200, valid_from=MONDAY, valid_until=MONDAY + timedelta(days=1))
    kitchen.price(shop, egg, 1_500)
    kitchen.price(shop, oil, 900)
    kitchen.price(shop, oil, None, valid_from=MONDAY + timedelta(days=1))
    assert best(egg, oil, on=MONDAY - timedelta(days=1)) == [(farm.id, 1_000), (shop.id, 900)]
    assert best(egg, oil) == [(farm.id, 1_200), (shop.id, 900)]
    # The new price has ended, and does not give way to the old one.
    assert best(egg, oil, on=MONDAY + timedelta(days=2)) == [(shop.id, 1_500), None]


def test_of_who_may_not_supply_no_price_is_the_best(kitchen):
    fish = kitchen.ingredient()
    cheap, late, fair = kitchen.supplier(), kitchen.supplier(licensed=False), kitchen.supplier()
    kitchen.licence(late, "JY1", valid_until=MONDAY - timedelta(days=1))
    for supplier, price in ((cheap, 100), (late, 200), (fair, 300)):
        kitchen.price(supplier, fish, price)
    kitchen.head.post(f"/canteen/suppliers/{cheap.id}/block", {"reason": "短斤少两"})
    assert best(fish) == [(fair.id, 300)]
    compared = kitchen.purchaser.get("/canteen/supplier-prices/compare", ingredient_id=fish.id).data
    assert [(one["price_fen"], one["is_usable"]) for one in compared["offers"]] == [
        (100, False),
        (200, False),
        (300, True),
    ]
    assert (compared["lowest_fen"], compared["highest_fen"]) == (100, 300)


def test_prices_are_entered_compared_over_time_and_never_changed(kitchen):
    pork, farm = kitchen.ingredient("猪肉"), kitchen.supplier("肉联厂")
    path = f"/canteen/suppliers/{farm.id}/prices"
    body = {"ingredient_id": pork.id, "pack_g": 10_000, "price_fen": 24_050}
    made = kitchen.buyer.post(path, body).data
    assert (made["per_kg_fen"], made["valid_from"]) == (2_405, "2026-11-23")
    kitchen.buyer.post(path, {**body, "price_fen": 26_000, "valid_from": "2026-11-24"})
    wrong = {**body, "valid_until": "2026-11-01"}
    assert kitchen.buyer.post(path, wrong).error == "canteen.price_dates_invalid"
    assert kitchen.buyer.post(path, {**body, "ingredient_id": 9_999}).error == "canteen.unknown_ingredient"
    assert kitchen.storekeeper.post(path, body).error == "app.forbidden"
    query = {"ingredient_id": pork.id, "on": "2026-11-24", "since": "2026-11-01"}
    changes = kitchen.purchaser.get("/canteen/supplier-prices/compare", **query).data["changes"]
    assert [(one["valid_from"], one["per_kg_fen"]) for one in changes] == [
        ("2026-11-23", 2_405),
        ("2026-11-24", 2_600),
    ]
    listed = partial(kitchen.purchaser.get, "/canteen/supplier-prices", supplier_id=farm.id)
    assert (listed().data["total"], listed(is_current=False).data["total"]) == (1, 2)

    @atomic
    def cheapen():
        db.session.execute(db.update(SupplierPrice).values(price_fen=1))

    with pytest.raises(DBAPIError):
        cheapen()


def test_a_price_list_is_imported_once_however_often_it_is_sent(kitchen):
    farm = kitchen.supplier("青山")
    for name in ("白菜", "萝卜"):
        kitchen.price(farm, kitchen.ingredient(name), 500, spec="一级")
    data = kitchen.purchaser.get("/canteen/supplier-prices/workbook", supplier_id=farm.id).body
    path = "/canteen/supplier-prices/import"
    assert upload(kitchen.purchaser, path, data).error == "canteen.supplier_shared"
    assert upload(kitchen.buyer, path, data).data == {"added": 0, "unchanged": 2}
    monday = changed(data, {"E2": 5.55, "F2": date(2026, 11, 23), "F3": None, "E3": "停售"})
    calls = [partial(upload, kitchen.buyer, path, monday) for _ in range(2)]
    assert sorted(answer.data["added"] for answer in at_once(calls)) == [0, 2]
    assert upload(kitchen.buyer, path, monday).data == {"added": 0, "unchanged": 2}
    held = pricing.offers_of(farm.id, MONDAY)
    assert [(one.ingredient_name, one.price_fen) for one in held] in ([("白菜", 555)], [("萝卜", 555)])


def test_wrong_rows_of_a_price_list_are_named_and_nothing_is_saved(kitchen):
    farm = kitchen.supplier("青山")
    for name in ("白菜", "萝卜"):
        kitchen.price(farm, kitchen.ingredient(name), 500)
    data = kitchen.purchaser.get("/canteen/supplier-prices/workbook").body
    wrong = changed(data, {"D2": "一筐", "E2": "便宜", "E3": 1.234, "F3": "下周"})
    answer = upload(kitchen.buyer, "/canteen/supplier-prices/import", wrong)
    assert faults(answer) == [
        (2, "每包重量（千克）"),
        (2, "每包价格（元）"),
        (3, "每包价格（元）"),
        (3, "生效日期"),
    ]
    wrong = changed(data, {"A2": "黑山", "B3": "龙肉", "G3": date(2019, 1, 1)})
    answer = upload(kitchen.buyer, "/canteen/supplier-prices/import", wrong)
    assert faults(answer) == [(2, "供应商"), (3, "食材"), (3, "截止日期")]
    assert kitchen.purchaser.get("/canteen/supplier-prices", is_current=False).data["total"] == 2
