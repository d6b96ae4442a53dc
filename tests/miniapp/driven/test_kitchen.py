"""The kitchen's day on the phone: samples, morning checks, receipts, counts and the stations' checklist."""

from datetime import timedelta
from itertools import count

import pytest

from backend import clock
from backend.db import atomic
from canteen.food_safety.samples import operations as samples
from canteen.purchasing.stock.policies import code_of
from canteen.purchasing.stock.rules import RECEIPT_CHECK_FEN
from tests.canteen.kitchen import Kitchen
from tests.miniapp.serving import bind_wechat

pytestmark = pytest.mark.browser

NUMBERS = count(1)
# Samples are kept for 48 hours.
LONG_AGO = timedelta(hours=50)


@pytest.fixture
def kitchen(compound):
    """A kitchen of its own; whatever the hour, lunch is the one meal that it serves."""
    canteen = compound.canteen(name=f"后厨食堂{next(NUMBERS)}", opens_on_rest_days=True)
    compound.period(canteen)
    return Kitchen(compound, canteen)


@pytest.fixture
def phone_as(kitchen, served, phone_of):
    """The phone of one of the kitchen's people: `phone_as("cook")`."""

    def make(name):
        getattr(kitchen, name)
        bind_wechat(kitchen.staff[name])
        return phone_of(served, kitchen.staff[name].staff_no)

    return make


def scan(phone, label, text):
    """As a hand scanner does: types into the box as it stands, and ends with Enter."""
    box = phone.page.locator(f'[aria-label="{label}"] input').filter(visible=True).first
    box.press_sequentially(text)
    box.press("Enter")


def take(kitchen, *dishes):
    """Samples of these dishes, taken at the lunch of this day."""
    body = {
        "canteen_id": kitchen.canteen.id,
        "date": clock.today().isoformat(),
        "period": "lunch",
        "fridge": "1号留样柜",
        "items": [{"dish_id": dish.id} for dish in dishes],
    }
    taken = kitchen.cook.post("/canteen/kitchen/samples", body)
    assert taken.status == 201, taken.envelope
    return taken.data["samples"]


def test_a_meals_samples_are_taken_at_once_and_a_locked_one_is_not_disposed_of(kitchen, phone_as):
    dishes = [kitchen.dish(name) for name in ("红烧肉", "清炒时蔬", "番茄蛋汤")]
    kitchen.meal(dishes, clock.today())
    with clock.at(clock.now() - LONG_AGO):
        kitchen.meal(dishes[:2], clock.today())
        locked, free = take(kitchen, *dishes[:2])
    phone = phone_as("cook")

    phone.open("pages/kitchen/samples")
    phone.see("还有 3 道菜没有留样")
    phone.fill("每份克数（不少于 125 克）", "124")
    phone.tap("全部留样（3 道）")
    phone.see("不足 125 克")
    phone.answer("知道了")
    phone.fill("每份克数（不少于 125 克）", "150")
    phone.look("kitchen-samples")
    phone.tap("全部留样（3 道）")
    phone.see("本餐已全部留样")

    phone.open(f"pages/kitchen/sample?id={locked['id']}")
    phone.see(locked["code"])
    phone.look("kitchen-sample")
    # Meanwhile an incident lays its hand on it.
    atomic(samples.lock)([locked["id"]], "疑似食源性疾病")
    phone.tap("处理这份留样")
    phone.answer("确认处理")
    phone.see("不能销毁或作废")
    phone.answer("知道了")
    phone.open("pages/kitchen/samples")
    phone.tap("到期处理")
    phone.see("已封存")
    phone.tap("全部处理")
    phone.see("处理 1 份到期留样？")
    phone.answer("确认处理")
    phone.seen(free["code"]).wait_for(state="detached")
    phone.see(locked["code"])
    phone.forget_refusals(409, 422)


def test_who_has_a_fever_does_not_go_to_work_and_their_temperature_is_not_shown(kitchen, phone_as):
    made = {"canteen_id": kitchen.canteen.id, "name": "胡师傅", "job": "切配"}
    worker = kitchen.officer.post("/canteen/kitchen/workers", made).data
    path = f"/canteen/kitchen/workers/{worker['id']}"
    day = clock.today()
    paper = {
        "number": f"JK{worker['id']:08d}",
        "issued_on": (day - timedelta(days=30)).isoformat(),
        "valid_until": (day + timedelta(days=300)).isoformat(),
    }
    assert kitchen.officer.post(f"{path}/notice", {"basis": "duty"}).status == 200
    assert kitchen.officer.post(f"{path}/certificates", paper).status == 201
    phone = phone_as("cook")

    phone.open("pages/kitchen/morning")
    phone.see("还有 1 人没有晨检")
    phone.tap("胡师傅")
    phone.fill("体温（℃）", "37.3")
    phone.tap("登记")
    phone.see("请选择症状")
    phone.tap("正常")
    phone.look("kitchen-morning-check")
    phone.tap("登记")
    phone.see("不得上岗")
    phone.see("本班已全部晨检")
    phone.look("kitchen-morning")
    assert phone.page.get_by_text("37.3").filter(visible=True).count() == 0


def test_goods_are_weighed_against_their_order_and_a_second_person_lets_them_in(kitchen, compound, phone_as):
    compound.rule(RECEIPT_CHECK_FEN, 0, kitchen.canteen.id)
    rice = kitchen.ingredient()
    shop = kitchen.supplier(f"粮行{kitchen.canteen.id}")
    kitchen.price(shop, rice, 12_000, pack_g=25_000)
    order = {
        "canteen_id": kitchen.canteen.id,
        "supplier_id": shop.id,
        "expected_on": clock.today().isoformat(),
        "lines": [{"ingredient_id": rice.id, "pack_g": 25_000, "packs": 2}],
    }
    made = kitchen.purchaser.post("/canteen/purchase-orders", order).data
    path = f"/canteen/purchase-orders/{made['id']}"
    assert kitchen.purchaser.post(f"{path}/submit", {}).status == 200
    assert kitchen.manager.post(f"{path}/approve", {}).status == 200
    keeper = phone_as("storekeeper")

    keeper.open("pages/kitchen/receive")
    keeper.tap(shop.name)
    keeper.see("待收 50 千克")
    keeper.tap("合格")
    keeper.fill(f"{rice.name}毛重（千克）", "0.4")
    keeper.fill(f"{rice.name}皮重（千克）", "0.6")
    keeper.tap("验收入库（1 种）")
    keeper.see("毛重应大于皮重")
    keeper.fill(f"{rice.name}毛重（千克）", "50.6")
    keeper.see("净重 50 千克")
    keeper.look("kitchen-receipt")
    keeper.tap("验收入库（1 种）")
    keeper.see("待复核")
    keeper.tap("复核入库")
    keeper.answer("入库")
    keeper.see("复核须由验收人以外的人员办理")
    keeper.forget_refusals(409)

    manager = phone_as("manager")
    manager.open("pages/kitchen/receive")
    manager.tap(shop.name)
    manager.see("50 千克")
    manager.tap("复核入库")
    manager.answer("入库")
    manager.see("已入库")
    manager.see("打印批次标签")
    manager.look("kitchen-received")


def test_a_count_is_blind_and_handed_in_without_what_was_not_counted(kitchen, phone_as):
    rice, oil = kitchen.ingredient(), kitchen.ingredient()
    batch = kitchen.batch(rice, 7_654, location="A架")
    kitchen.batch(oil, 3_210, location="B架")
    phone = phone_as("storekeeper")

    phone.open("pages/kitchen/counts")
    phone.see("还没有盘点过")
    phone.tap("开始盘点")
    phone.page.locator(".uni-actionsheet__cell").filter(has_text="全部库存", visible=True).tap()
    phone.see("还有 2 批没有盘")
    phone.look("kitchen-count")
    scan(phone, "批次编号", code_of(batch.id).lower())
    phone.fill("实际重量（千克）", "7.5")
    # What the books say would be typed after them.
    assert phone.page.get_by_text("7.654").count() == 0
    phone.tap("记下")
    phone.see("还有 1 批没有盘")
    phone.tap("提交盘点")
    phone.answer("提交")
    phone.see("待审批")
    phone.tap("全部库存盘点")
    phone.see("盘亏 154 克")


def test_a_station_is_checked_by_the_code_on_its_wall(kitchen, served, phone_as):
    made = {"canteen_id": kitchen.canteen.id, "name": "热菜间", "keeper": "王师傅"}
    station = kitchen.officer.post("/canteen/hygiene/stations", made).data
    phone = phone_as("cook")

    phone.open("pages/kitchen/checks")
    phone.see("热菜间")
    phone.look("kitchen-checks")
    scan(phone, "岗位码", f"{served.url}/m/#/pages/kitchen/station?code={station['shown_code']}")
    phone.see("负责人 王师傅")
    phone.tap("项都合格")
    phone.page.locator('[role=radio][aria-label="不合格"]').filter(visible=True).first.tap()
    phone.tap("保存检查结果")
    phone.see("请写明问题")
    phone.fill("问题", "案板未归位，已当场整改")
    phone.look("kitchen-station")
    phone.tap("保存检查结果")
    phone.see("1 项不合格")
