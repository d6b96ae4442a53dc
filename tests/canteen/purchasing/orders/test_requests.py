"""Requests: what is free is taken off, nothing is counted on twice, and orders are split off."""

from datetime import date, timedelta

import pytest

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic
from canteen.purchasing.orders import operations, supply
from canteen.purchasing.orders.models import RequestOrigin, RequestState
from tests.factories import MONDAY

TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
PATH = "/canteen/purchase-requests"
ask = atomic(operations.request)


@pytest.fixture
def stock(monkeypatch):
    """What is free in stock, by ingredient, instead of what the stock says."""
    free = {}
    monkeypatch.setattr(
        supply, "_registered", [lambda _canteen, ids, _on: {one: free.get(one, 0) for one in ids}]
    )
    return free


def plan(kitchen, needs, on=TUESDAY, plan_id=1):
    grams = {one.id: wanted for one, wanted in needs.items()}
    return ask(kitchen.canteen.id, on, grams, RequestOrigin.PRODUCTION, SYSTEM, origin_id=plan_id)


def met(row):
    return [(line.stock_g, line.on_order_g, line.wanted_g) for line in row.lines]


def order(kitchen, supplier, ingredient, packs, on=TUESDAY, pack_g=1_000):
    return kitchen.purchaser.post(
        "/canteen/purchase-orders",
        {
            "canteen_id": kitchen.canteen.id,
            "supplier_id": supplier.id,
            "expected_on": on.isoformat(),
            "lines": [{"ingredient_id": ingredient.id, "pack_g": pack_g, "packs": packs, "price_fen": 500}],
        },
    ).data


def test_a_request_by_hand_takes_off_what_is_there_and_rounds_up_to_packs(kitchen, stock):
    rice, salt = kitchen.ingredient("大米"), kitchen.ingredient("盐")
    kitchen.price(kitchen.supplier("粮行"), rice, 12_000, pack_g=25_000)
    stock[rice.id] = 8_000
    body = {
        "canteen_id": kitchen.canteen.id,
        "wanted_on": TUESDAY.isoformat(),
        "lines": [
            {"ingredient_id": rice.id, "needed_g": 30_000},
            {"ingredient_id": salt.id, "needed_g": 400},
            {"ingredient_id": rice.id, "needed_g": 10_000},
        ],
    }
    made = kitchen.purchaser.post(PATH, body).data
    assert (made["number"], made["state"], made["origin"]) == ("SG2026-0001", "open", "hand")
    lines = {line["ingredient_name"]: line for line in made["lines"]}
    assert [lines["大米"][name] for name in ("needed_g", "stock_g", "wanted_g", "supplier_name")] == [
        40_000,
        8_000,
        50_000,
        "粮行",
    ]
    assert (lines["盐"]["wanted_g"], lines["盐"]["pack_g"], lines["盐"]["supplier_name"]) == (400, None, "")
    plain = kitchen.purchaser.post(PATH, {**body, "subtracts": False}).data
    assert {line["stock_g"] for line in plain["lines"]} == {0}

    yesterday = {**body, "wanted_on": "2026-11-22"}
    assert kitchen.purchaser.post(PATH, yesterday).error == "canteen.purchase_date_past"
    unknown = {**body, "lines": [{"ingredient_id": 9_999, "needed_g": 1}]}
    assert kitchen.purchaser.post(PATH, unknown).error == "canteen.unknown_ingredient"
    assert kitchen.storekeeper.post(PATH, body).error == "app.forbidden"
    assert kitchen.storekeeper.get(PATH, canteen_id=kitchen.canteen.id).data["total"] == 2


def test_two_plans_never_count_on_the_same_stock(kitchen, stock):
    rice = kitchen.ingredient()
    stock[rice.id] = 10_000
    assert met(plan(kitchen, {rice: 6_000}, plan_id=1)) == [(6_000, 0, 0)]
    assert met(plan(kitchen, {rice: 6_000}, plan_id=2)) == [(4_000, 0, 2_000)]
    # A plan that changes gives up what it held, and is not counted beside itself.
    assert met(plan(kitchen, {rice: 3_000}, plan_id=1)) == [(3_000, 0, 0)]
    assert met(plan(kitchen, {rice: 5_000}, plan_id=3)) == [(3_000, 0, 2_000)]
    # What the kitchen has taken is out of the stock, and is promised no more.
    atomic(operations.spend)(RequestOrigin.PRODUCTION, 1)
    stock[rice.id] -= 3_000
    assert met(plan(kitchen, {rice: 5_000}, plan_id=3)) == [(3_000, 0, 2_000)]
    with clock.at(kitchen.at(9, on=TUESDAY + timedelta(days=1))):
        # The day has passed: what was promised for it is free.
        assert met(plan(kitchen, {rice: 7_500}, on=FRIDAY, plan_id=4)) == [(7_000, 500, 0)]


def test_what_comes_in_time_is_counted_on_and_what_comes_too_late_is_not(kitchen, stock):
    rice, shop = kitchen.ingredient(), kitchen.supplier()
    order(kitchen, shop, rice, 5, on=TUESDAY)
    order(kitchen, shop, rice, 5, on=FRIDAY)
    assert met(plan(kitchen, {rice: 8_000}, on=TUESDAY, plan_id=1)) == [(0, 5_000, 3_000)]
    # 13 kg will be there on Friday, 8 of them are Tuesday's.
    assert met(plan(kitchen, {rice: 8_000}, on=FRIDAY, plan_id=2)) == [(0, 5_000, 3_000)]


def test_what_is_short_of_the_minimum_is_asked_for_once(kitchen, stock):
    rice = kitchen.ingredient("大米", min_stock_g=50_000)
    salt = kitchen.ingredient("盐", min_stock_g=1_000)
    kitchen.ingredient("糖")
    kitchen.price(kitchen.supplier(), rice, 12_000, pack_g=25_000)
    stock.update({rice.id: 20_000, salt.id: 1_000})
    canteen = {"canteen_id": kitchen.canteen.id}
    short = kitchen.storekeeper.get(f"{PATH}/minimum", **canteen).data["list"]
    assert [(one["ingredient_name"], one["wanted_g"]) for one in short] == [("大米", 50_000)]
    made = kitchen.purchaser.post(f"{PATH}/minimum", {**canteen, "wanted_on": "2026-11-23"}).data
    assert [line["wanted_g"] for line in made["lines"]] == [50_000]
    again = kitchen.purchaser.post(f"{PATH}/minimum", {**canteen, "wanted_on": "2026-11-23"})
    assert again.error == "canteen.nothing_below_minimum"
    # What is promised to a plan is bought again, so that the minimum stays.
    plan(kitchen, {rice: 40_000}, on=FRIDAY)
    short = kitchen.storekeeper.get(f"{PATH}/minimum", **canteen).data["list"]
    assert [(one["ingredient_name"], one["wanted_g"]) for one in short] == [("大米", 25_000)]


def test_a_request_is_split_by_the_best_price_or_as_chosen(kitchen, stock):
    rice, oil, fish = (kitchen.ingredient(name) for name in ("大米", "油", "鱼"))
    farm, shop = kitchen.supplier("青山"), kitchen.supplier("粮行")
    kitchen.price(farm, rice, 900, pack_g=2_000)
    kitchen.price(shop, rice, 500, pack_g=1_000)
    kitchen.price(shop, oil, 5_000, pack_g=5_000)
    row = plan(kitchen, {rice: 5_000, oil: 1_000, fish: 2_000})
    path = f"{PATH}/{row.id}/split"
    split = kitchen.purchaser.post(path, {}).data
    assert split["left"] == ["鱼"]
    made = {one["supplier_name"]: one for one in split["orders"]}
    bought = {
        name: [(line["ingredient_name"], line["packs"], line["price_fen"]) for line in one["lines"]]
        for name, one in made.items()
    }
    assert bought == {"青山": [("大米", 3, 900)], "粮行": [("油", 1, 5_000)]}
    assert (made["青山"]["state"], made["青山"]["expected_on"]) == ("draft", "2026-11-24")
    assert [made["青山"]["total_fen"], made["粮行"]["total_fen"]] == [2_700, 5_000]

    seen = kitchen.purchaser.get(f"{PATH}/{row.id}").data
    assert (seen["state"], len(seen["orders"])) == ("open", 2)
    assert kitchen.purchaser.post(path, {}).error == "canteen.nothing_to_order"
    assert kitchen.purchaser.post(f"{PATH}/{row.id}/withdraw").error == "canteen.purchase_request_ordered"
    # An order that is called off gives back what it took, and it may be had of another supplier.
    cancel = f"/canteen/purchase-orders/{made['青山']['id']}/cancel"
    kitchen.purchaser.post(cancel, {"reason": "缺货"})
    other = kitchen.purchaser.post(
        path, {"choices": [{"ingredient_id": rice.id, "supplier_id": shop.id}]}
    ).data
    assert [(line["packs"], line["price_fen"]) for line in other["orders"][0]["lines"]] == [(6, 500)]
    kitchen.price(farm, fish, 3_000)
    kitchen.purchaser.post(path, {})
    assert kitchen.purchaser.get(f"{PATH}/{row.id}").data["state"] == "ordered"
    assert kitchen.purchaser.post(path, {}).error == "canteen.purchase_request_not_open"


def test_a_request_is_withdrawn_and_holds_nothing_any_more(kitchen, stock):
    rice = kitchen.ingredient()
    stock[rice.id] = 1_000
    row = plan(kitchen, {rice: 5_000})
    path = f"{PATH}/{row.id}/withdraw"
    assert kitchen.storekeeper.post(path).error == "app.forbidden"
    assert kitchen.purchaser.post(path).data["state"] == RequestState.WITHDRAWN
    assert kitchen.purchaser.post(path).error == "canteen.purchase_request_not_open"
    assert met(plan(kitchen, {rice: 1_000}, plan_id=2)) == [(1_000, 0, 0)]


def test_numbers_begin_anew_each_year_and_leave_no_gap(kitchen, stock):
    rice = kitchen.ingredient()

    def number(on):
        return plan(kitchen, {rice: 1}, on=on, plan_id=None).number

    with clock.at(kitchen.at(23, 59, on=date(2026, 12, 31))):
        assert [number(FRIDAY), number(FRIDAY)] == ["SG2026-0001", "SG2026-0002"]

        @atomic
        def fails():
            operations.request(kitchen.canteen.id, FRIDAY, {rice.id: 1}, RequestOrigin.HAND, SYSTEM)
            raise LookupError

        with pytest.raises(LookupError):
            fails()
        assert number(FRIDAY) == "SG2026-0003"
    with clock.at(kitchen.at(0, on=date(2027, 1, 1))):
        assert number(FRIDAY) == "SG2027-0001"


def test_a_request_of_another_canteen_is_not_known(kitchen, compound, stock):
    row = plan(kitchen, {kitchen.ingredient(): 5_000})
    elsewhere = kitchen.person("purchaser", canteen=compound.canteen())[1]
    assert elsewhere.get(f"{PATH}/{row.id}").error == "canteen.purchase_request_not_found"
    assert elsewhere.post(f"{PATH}/{row.id}/split", {}).error == "canteen.purchase_request_not_found"
    assert elsewhere.get(PATH).data["total"] == 0
