"""The pages of the store: stock, batches, receipts, issues, counts, the monthly report, and traces."""

import re

import pytest

from backend import clock
from backend.actor import ScopeKind
from tests.canteen.kitchen import Kitchen
from tests.canteen.purchasing.stock.store import Store
from tests.console.browser import Console
from tests.factories import NINE
from tests.statements import counted_statements

STOCK = "/console/kitchen/stock"
BATCHES = f"{STOCK}/batches"
RECEIPTS = "/console/kitchen/receipts"
ISSUES = "/console/kitchen/issues"
COUNTS = "/console/kitchen/counts"
TRACING = "/console/kitchen/tracing"
API = "/canteen/stock"


@pytest.fixture
def store(compound):
    """A store with rice, at nine o'clock of Monday."""
    with clock.at(NINE):
        yield Store(Kitchen(compound))


def console(app, store, role="storekeeper", canteen=None, **staff):
    """Somebody with a role at the canteen (or another one), at the console."""
    scope = (ScopeKind.CANTEEN, (canteen or store.kitchen.canteen).id)
    return Console(app, store.kitchen.compound.staff(roles={role: scope}, **staff))


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html)).strip()


def delivery(store, supplier, **line):
    """Ten kilograms of rice for fifty yuan."""
    rice = {"ingredient_id": store.rice.id, "gross_g": 10_200, "tare_g": 200, "cost_fen": 5_000}
    return {
        "canteen_id": store.kitchen.canteen.id,
        "source": {"supplier_id": supplier.id},
        "lines": [{**rice, **line}],
    }


def test_the_stock_says_what_is_short_and_what_is_about_to_expire(app, store):
    store.batch(2_000, days=1)
    store.batch(9_000, days=60)
    salt = store.kitchen.ingredient("食盐", category="seasoning", min_stock_g=5_000)
    store.kitchen.batch(salt, 1_500, 600)
    keeper = console(app, store)
    text = plain(keeper.page(STOCK))
    assert "临期批次 1 个" in text
    assert "低于安全库存 1 种" in text
    assert re.search(r"大米 \S+ 粮食 常温 11 2 ", text)
    assert "食盐" in plain(keeper.page(STOCK, is_short="true"))
    assert "大米" not in plain(keeper.page(STOCK, is_short="true"))
    assert "大米" not in plain(keeper.page(STOCK, category="seasoning"))
    sheet = f"/api/v1{API}/inventory/export?canteen_id={store.kitchen.canteen.id}"
    assert sheet in keeper.page(STOCK)
    assert keeper.file(sheet).startswith(b"PK")


def test_a_batch_shows_what_moved_it_and_offers_what_may_be_done(app, store):
    batch = store.batch(3_000)
    keeper = console(app, store)
    assert (
        keeper.send(
            "POST",
            f"{API}/batches/{batch.id}/losses",
            {"grams": 500, "cause": "damaged", "reason": "袋子破了"},
        ).status
        == 201
    )
    html = keeper.page(f"{BATCHES}/{batch.id}")
    assert re.search(r"报损 −0.5 .*破损 袋子破了", plain(html))
    assert 'data-open="#block"' in html
    assert 'data-open="#unblock"' not in html
    assert keeper.send("POST", f"{API}/batches/{batch.id}/block", {"reason": "有异味"}).status == 200
    assert "库房封存（今天 09:00）：有异味" in plain(keeper.page(f"{BATCHES}/{batch.id}"))
    assert 'data-open="#unblock"' not in keeper.page(f"{BATCHES}/{batch.id}")
    manager = console(app, store, "canteen_manager")
    assert 'data-open="#unblock"' in manager.page(f"{BATCHES}/{batch.id}")
    only = plain(keeper.page(BATCHES, usability="blocked"))
    assert "共 1 条" in only
    assert "没有符合条件的批次" in plain(keeper.page(BATCHES, usability="expired"))


def test_an_issue_is_entered_for_a_meal_and_given_back_or_taken_back(app, store):
    store.batch(3_000)
    congee = store.kitchen.dish("白粥")
    meal = store.kitchen.meal([congee])
    keeper = console(app, store)
    html = keeper.page(ISSUES, meal_id=meal.id)
    assert "大米（可用 3 千克）" in html
    assert f'<option value="{congee.id}">白粥</option>' in html
    assert f'name="meal_id" data-type="int" value="{meal.id}"' in html
    line = {"ingredient_id": store.rice.id, "grams": 1_200, "dish_id": congee.id}
    body = {"canteen_id": store.kitchen.canteen.id, "meal_id": meal.id, "lines": [line]}
    issued = keeper.send("POST", f"{API}/issues", body).data["list"][0]
    assert re.search(r"领用 大米 PC\d+ −1.2 .*11月23日 ?午餐 ?白粥", plain(keeper.page(ISSUES)))
    assert "领用 1.2 千克" in plain(keeper.page(f"{STOCK}/movements/{issued['id']}/return"))
    assert keeper.send("POST", f"{API}/movements/{issued['id']}/void", {"reason": "记错"}).status == 201
    found = plain(keeper.page(f"{STOCK}/movements", kind="issue"))
    assert "领用 撤销" in found
    assert "领用 已撤销" in found


def test_a_receipt_of_much_waits_for_somebody_else(app, store):
    supplier = store.kitchen.supplier("东海粮油", address="海滨路 1 号")
    first, second = console(app, store, name="甲"), console(app, store, name="乙")
    assert "东海粮油" in first.page(f"{RECEIPTS}/new")
    certificate = {"kind": "produce", "number": "HG-7"}
    body = delivery(store, supplier, cost_fen=600_000, certificates=[certificate])
    made = first.send("POST", f"{API}/receipts", body).data
    path = f"{RECEIPTS}/{made['id']}"
    assert "食用农产品承诺达标合格证 HG-7" in plain(first.page(path))
    assert 'data-open="#accept"' not in first.page(path)
    assert 'data-open="#accept"' in second.page(path)
    assert made["number"] in plain(second.page(RECEIPTS, state="waiting"))
    assert second.send("POST", f"{API}/receipts/{made['id']}/check", {"is_accepted": True}).status == 200
    text = plain(first.page(path))
    assert "已验收" in text
    assert re.search(r"大米 PC\d+", text)
    assert "没有符合条件的验收单" in plain(second.page(RECEIPTS, state="waiting"))


def test_a_count_shows_no_book_figures_before_it_is_handed_in(app, store):
    batch = store.batch(3_210)
    keeper, manager = console(app, store), console(app, store, "canteen_manager")
    body = {"canteen_id": store.kitchen.canteen.id, "title": "月末盘点"}
    count = keeper.send("POST", f"{API}/counts", body).data
    path = f"{COUNTS}/{count['id']}"
    assert "3.21" not in plain(keeper.page(path))
    assert "未盘" in plain(keeper.page(path))
    counted = keeper.send("PUT", f"{API}/counts/{count['id']}/batches/{batch.id}", {"counted_g": 3_000})
    assert counted.status == 200
    assert "已盘 1 / 1 个批次" in plain(keeper.page(path))
    assert 'data-open="#new"' not in keeper.page(COUNTS)
    assert keeper.send("POST", f"{API}/counts/{count['id']}/hand-in", {}).status == 200
    assert 'data-open="#approve"' not in keeper.page(path)
    told = manager.page(path)
    assert 'data-open="#approve"' in told
    assert re.search(r"3 3.21 −0.21", plain(told))


def test_the_month_adds_up_and_can_be_taken_along(app, store):
    store.batch(3_000)
    store.issue(1_000)
    keeper = console(app, store)
    html = keeper.page(f"{STOCK}/monthly", month="2026-11")
    assert re.search(r"大米 粮食 — — 3 30.00 1 10.00 — — — — 2 20.00", plain(html))
    which = f"?canteen_id={store.kitchen.canteen.id}&month=2026-11"
    assert keeper.file(f"/api/v1{API}/monthly/export{which}").startswith(b"PK")
    assert keeper.file(f"/api/v1{API}/monthly/print{which}").startswith(b"%PDF")
    assert "这个月没有库存和出入库" in plain(keeper.page(f"{STOCK}/monthly", month="2026-09"))


def test_a_trace_leads_from_a_batch_to_dishes_and_back(app, store):
    supplier = store.kitchen.supplier("东海粮油", address="海滨路 1 号")
    store.keeper.post(f"{API}/receipts", delivery(store, supplier, lot="R-8"))
    congee = store.kitchen.dish("白粥")
    meal = store.kitchen.meal([congee])
    line = {"ingredient_id": store.rice.id, "grams": 1_200, "dish_id": congee.id}
    batch_id = store.issue_lines(line, meal_id=meal.id).data["list"][0]["batch_id"]
    keeper = console(app, store)
    by_lot = keeper.page(TRACING, q="R-8")
    assert f"{TRACING}/batches/{batch_id}" in by_lot
    code = re.search(r"PC\d+", plain(by_lot))[0]
    assert keeper.get(TRACING, q=code).location == f"{TRACING}/batches/{batch_id}"
    forward = keeper.page(f"{TRACING}/batches/{batch_id}")
    assert "白粥 1.2 千克" in plain(forward)
    assert f"{TRACING}/batches/{batch_id}/diners" not in forward
    which = {"dish_id": congee.id, "date": "2026-11-23", "period": "lunch"}
    assert f"dish_id={congee.id}&amp;date=2026-11-23&amp;period=lunch" in keeper.page(TRACING)
    back = plain(keeper.page(f"{TRACING}/dishes", **which))
    assert code in back
    assert "东海粮油" in back
    assert code in plain(keeper.page(f"{TRACING}/meals/{meal.id}"))
    for made in ("export", "print"):
        assert keeper.file(f"/api/v1/canteen/tracing/batches/{batch_id}/{made}")


def test_only_who_minds_food_safety_sees_the_names_of_diners(app, store):
    batch = store.batch(1_000)
    path = f"{TRACING}/batches/{batch.id}/diners"
    assert console(app, store).get(path).status_code == 403
    officer = console(app, store, "food_safety_officer")
    assert "没有职工食用过该批次" in plain(officer.page(path))
    assert path in officer.page(f"{TRACING}/batches/{batch.id}")


def test_what_belongs_to_another_canteen_is_not_found(app, store):
    batch = store.batch(3_000)
    movement = store.issue(100).data["list"][0]
    supplier = store.kitchen.supplier()
    receipt = store.keeper.post(f"{API}/receipts", delivery(store, supplier)).data
    count = store.keeper.post(f"{API}/counts", {"canteen_id": store.kitchen.canteen.id}).data
    stranger = console(app, store, canteen=store.kitchen.compound.canteen())
    for path in (
        f"{BATCHES}/{batch.id}",
        f"{STOCK}/movements/{movement['id']}/void",
        f"{RECEIPTS}/{receipt['id']}",
        f"{COUNTS}/{count['id']}",
        f"{TRACING}/batches/{batch.id}",
    ):
        assert stranger.get(path).status_code == 404, path
    assert "还没有库存" in plain(stranger.page(STOCK))


def test_who_only_reads_is_offered_nothing_to_record(app, store):
    batch = store.batch(3_000)
    buyer = console(app, store, "purchaser")
    for path in (STOCK, BATCHES, f"{BATCHES}/{batch.id}", ISSUES, RECEIPTS, COUNTS):
        assert "/api/v1/canteen/stock" not in "".join(re.findall(r'data-api="[^"]*"', buyer.page(path)))
    assert buyer.get(f"{RECEIPTS}/new").status_code == 403
    assert buyer.get(f"{BATCHES}/new").status_code == 403
    assert console(app, store, "canteen_staff").get(STOCK).status_code == 403


def test_pages_with_much_on_them_ask_no_more_often(app, store):
    batches = [store.batch(1_000, days=each) for each in range(1, 22)]
    for _ in range(12):
        store.issue(100)
    supplier = store.kitchen.supplier()
    receipt = store.keeper.post(f"{API}/receipts", delivery(store, supplier)).data
    count = store.keeper.post(f"{API}/counts", {"canteen_id": store.kitchen.canteen.id}).data
    keeper = console(app, store)
    for path in (
        *(f"{BATCHES}/{batches[0].id}", f"{RECEIPTS}/{receipt['id']}", f"{COUNTS}/{count['id']}"),
        *(BATCHES, f"{STOCK}/movements", f"{STOCK}/monthly", f"{RECEIPTS}/new"),
    ):
        keeper.page(path)
        with counted_statements() as sent:
            keeper.page(path)
        asked = sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent)
        assert asked <= 15, (path, asked)
