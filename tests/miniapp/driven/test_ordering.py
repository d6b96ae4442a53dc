"""Meals on the phone: chosen, refused, ordered, changed, cancelled and collected; without a network, too."""

from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from backend import clock, vault
from backend.actor import ScopeKind
from backend.db import db
from backend.identity.policies import normalise_phone
from canteen.ordering.models import Order
from canteen.ordering.takeaway.rules import OFFERED
from tests.miniapp.serving import bind_wechat

pytestmark = pytest.mark.browser

NUMBERS = count(1)
PHONE_NO = "13800000002"
PLUS = "增加一份{}"


@pytest.fixture
def kitchen(compound):
    """A canteen with a lunch that can be ordered for two hours and collected at once; its counter."""
    canteen = compound.canteen(opens_on_rest_days=True)
    compound.period(canteen)
    pork = compound.dish(canteen, "红烧肉", 1000, allergens=["soybean"], tags=["spicy"], energy_kcal=318)
    greens = compound.dish(
        canteen, "清炒时蔬", 400, category="vegetable", tags=["vegetarian"], allergens=None
    )
    rice = compound.dish(canteen, "米饭", 100, category="staple", portions=[("standard", 100, 200, 100)])
    now = clock.now()
    meal = compound.meal(
        canteen,
        {pork: 20, greens: 3, rice: None},
        clock.today(),
        closes_at=now + timedelta(hours=2),
        serves_from=now - timedelta(minutes=5),
        serves_until=now + timedelta(hours=4),
    )
    counter = compound.staff(name="周掌勺", roles={"canteen_staff": (ScopeKind.CANTEEN, canteen.id)})
    return SimpleNamespace(canteen=canteen, meal=meal, counter=counter, greens=greens, pork=pork)


@pytest.fixture
def official(compound):
    """王建国, with 20 yuan of subsidy and 30 of his own."""
    staff = compound.staff(f"M{next(NUMBERS)}", name="王建国", subsidy_fen=2000, personal_fen=3000)
    bind_wechat(staff)
    return staff


def use(phone, canteen):
    """Have ordered at this canteen before: the phone begins there."""
    phone.page.evaluate("id => localStorage.setItem('houqin.canteen', id)", str(canteen.id))


def body(kitchen, *items):
    return {
        "canteen_id": kitchen.canteen.id,
        "date": clock.today().isoformat(),
        "period": "lunch",
        "items": [
            {"dish_id": dish.id, "portion": portion, "quantity": count} for dish, portion, count in items
        ],
    }


def orders_of(staff):
    db.session.rollback()
    return db.session.scalars(select(Order).filter_by(staff_id=staff.id).order_by(Order.id)).all()


def add(phone, name, times=1):
    for _ in range(times):
        phone.tap(PLUS.format(name))


def code_on(phone):
    """What the shown code says: as it came to the phone."""
    answers = [each for each in phone.answers if each.url.endswith("/pickup-code") and each.ok]
    return answers[-1].json()["data"]["token"]


def test_a_meal_from_the_binding_to_the_rating(compound, kitchen, served, phone_of):
    number = normalise_phone(PHONE_NO)
    staff = compound.staff(
        "M1002", name="刘芳", subsidy_fen=2000, personal_fen=3000,
        phone_cipher=vault.encrypt(number), phone_hash=vault.keyed_hash(number),
    )  # fmt: skip # One name a line would say no more.
    served.simulator.people_file.write_text(
        f'[{{"staff_no": "M1002", "name": "刘芳", "phone": "{PHONE_NO}"}}]'
    )
    phone = phone_of(served)
    phone.open("pages/tabs/meals")
    use(phone, kitchen.canteen)
    phone.tap("我已阅读并同意隐私政策")
    phone.tap("同意并继续")
    phone.tap("刘芳（M1002）")
    phone.tap("微信手机号一键绑定")

    # The menu goes on where it waited. Two dishes, one by halves; of the greens somebody else is faster.
    phone.tap("红烧肉 半份")
    add(phone, "红烧肉半份")
    add(phone, "清炒时蔬标准份", 2)
    phone.look("ordering-menu")
    phone.tap("含大豆")
    phone.see("营养成分")
    phone.look("ordering-dish")
    phone.tap("关闭")
    phone.tap("已选明细")
    phone.see("已选菜品")
    phone.look("ordering-cart")
    phone.page.locator(".sheet-frame uni-button", has_text="去下单").tap()
    phone.see("财政补贴（余额 20.00 元）")
    phone.look("ordering-confirm")
    rival = compound.client(compound.staff(subsidy_fen=9000))
    assert rival.post("/canteen/orders", body(kitchen, (kitchen.greens, "standard", 2))).status == 201
    phone.tap("提交订单")
    phone.see("「清炒时蔬」余量不足，仅剩 1 份")
    phone.look("ordering-sold-out")
    phone.tap("按余量调整")
    phone.tap("提交订单")
    phone.see("预订成功")
    phone.look("ordering-order")
    assert [order.total_fen for order in orders_of(staff)] == [900]

    # Changed, cancelled, and ordered again.
    phone.tap("修改订单")
    phone.see("正在修改订单")
    add(phone, "红烧肉半份")
    phone.look("ordering-change")
    phone.tap("确认修改")
    phone.see("需补付")
    phone.tap("提交修改")
    phone.see("14.00")
    phone.tap("取消订单")
    phone.answer("取消订单")
    phone.see("已退款 14.00 元")
    phone.look("ordering-cancelled")
    phone.tap("重新订这一餐")
    add(phone, "米饭标准份")
    phone.tap("去下单")
    phone.tap("提交订单")
    phone.see("预订成功")

    # Shown, handed out, rated.
    phone.tap("出示取餐码")
    expect(phone.page.locator(".app-qr").filter(visible=True)).to_have_count(1)
    phone.look("ordering-code")
    bind_wechat(kitchen.counter)
    counter = phone_of(served, kitchen.counter.staff_no)
    counter.open("pages/staff/verify")
    counter.fill("取餐码", code_on(phone))
    counter.page.keyboard.press("Enter")
    counter.see("刘芳")
    phone.see("已取餐")
    phone.look("ordering-picked-up")
    phone.tap("评价这一餐")
    phone.tap("口味5星，很满意")
    phone.tap("卫生4星，满意")
    phone.fill("想说的话", "米饭很香")
    phone.look("ordering-rating")
    phone.tap("提交评价")
    phone.page.wait_for_url("**/pages/canteen/order*")
    phone.see("米饭很香")
    phone.look("ordering-rated")
    phone.open("pages/canteen/orders")
    phone.see("已取餐")
    phone.look("ordering-orders")
    phone.tap("未取餐")
    phone.see("没有符合条件的订单")
    phone.open("pages/canteen/entries")
    for moved in ("-1.00", "+14.00", "-5.00", "-9.00", "+30.00"):
        phone.see(moved)
    phone.forget_refusals(409)


def test_an_order_whose_answer_was_lost_is_placed_once(kitchen, official, served, phone_of):
    phone = phone_of(served, official.staff_no)
    use(phone, kitchen.canteen)
    phone.open("pages/tabs/meals")
    add(phone, "红烧肉标准份")
    phone.tap("去下单")
    phone.see("付款")
    keys = []

    def cut(route):
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            assert route.fetch().status == 201  # It reached the server; the phone never hears of it.
        phone.context.set_offline(True)
        route.abort("connectionreset")

    phone.page.route("**/api/v1/canteen/orders", cut)
    phone.tap("提交订单")
    phone.see("再次提交不会重复下单")
    phone.look("ordering-offline")
    phone.page.unroute("**/api/v1/canteen/orders")
    phone.context.set_offline(False)
    with phone.page.expect_request("**/api/v1/canteen/orders") as asked:
        phone.tap("提交订单")
    phone.see("预订成功")
    assert {*keys, asked.value.headers["idempotency-key"]} == {keys[0]}
    assert len(orders_of(official)) == 1
    phone.forget_refusals()


def test_a_code_renews_itself_and_stays_without_a_network_until_its_end(
    kitchen, compound, official, served, phone_of
):
    order = (
        compound.client(official).post("/canteen/orders", body(kitchen, (kitchen.pork, "standard", 1))).data
    )
    phone = phone_of(served, official.staff_no)
    lasts = iter([20, 2])

    def shorten(route):
        answer = route.fetch()
        data = answer.json()
        seconds = next(lasts, None)
        if seconds is not None:
            data["data"]["expires_at"] = (clock.now() + timedelta(seconds=seconds)).isoformat()
        route.fulfill(response=answer, json=data)

    phone.page.route("**/pickup-code", shorten)
    phone.open(f"pages/canteen/code?id={order['id']}")
    first = phone.page.locator(".app-qr img, .app-qr div").first
    phone.see("自动更新")
    shown = first.get_attribute("style") or first.get_attribute("src")
    with phone.page.expect_response("**/pickup-code"):  # The one of twenty seconds is renewed at once.
        pass
    phone.context.set_offline(True)
    phone.see("取餐码已过期")
    phone.look("ordering-code-ended")
    phone.context.set_offline(False)
    phone.see("自动更新")
    expect(phone.page.get_by_text("取餐码已过期").filter(visible=True)).to_have_count(0)
    assert shown != (first.get_attribute("style") or first.get_attribute("src"))
    phone.forget_refusals()


def test_what_cannot_be_paid_or_is_ordered_already_says_the_way_out(kitchen, compound, served, phone_of):
    poor = compound.staff(f"M{next(NUMBERS)}", name="孙立", subsidy_fen=500)
    bind_wechat(poor)
    compound.rule(OFFERED, True, kitchen.canteen.id)
    phone = phone_of(served, poor.staff_no)
    phone.open(f"pages/canteen/menu?canteen_id={kitchen.canteen.id}&date={clock.today()}")
    add(phone, "红烧肉标准份")
    phone.tap("去下单")
    phone.see("餐费余额不足，还差 5.00 元")
    phone.tap("外带")
    phone.tap("提交订单")
    phone.see("还差 5.00 元）")
    phone.look("ordering-balance-short")
    phone.tap("返回减少菜品")
    phone.tap("减少一份红烧肉标准份")
    add(phone, "米饭标准份")
    phone.tap("去下单")
    phone.see("付款")
    assert (
        compound.client(poor).post("/canteen/orders", body(kitchen, (kitchen.greens, "half", 1))).status
        == 201
    )
    phone.tap("提交订单")
    phone.see("您已订过当天的这一餐")
    phone.tap("查看已订订单")
    phone.see("用餐时出示取餐码")
    phone.open("pages/tabs/meals")
    phone.see("您已订了这一餐")
    expect(phone.page.locator(".cart-bar").filter(visible=True)).to_have_count(0)
    phone.look("ordering-ordered")
    phone.forget_refusals(409)


def test_after_the_cutoff_the_menu_is_read_only_and_says_so(compound, official, served, phone_of):
    canteen = compound.canteen(opens_on_rest_days=True)
    compound.period(canteen)
    now = clock.now()
    compound.meal(
        canteen,
        {compound.dish(canteen, "红烧肉"): 0},
        clock.today(),
        closes_at=now - timedelta(minutes=1),
        serves_from=now,
        serves_until=now + timedelta(hours=1),
    )
    phone = phone_of(served, official.staff_no, viewport={"width": 320, "height": 640})
    use(phone, canteen)
    phone.open("pages/tabs/meals")
    phone.see("已截止订餐")
    phone.see("红烧肉")
    phone.see("已售罄")
    expect(phone.page.locator(".quantity-stepper").filter(visible=True)).to_have_count(0)
    phone.look("ordering-closed-320")
