"""Behind the counter with a phone: codes and cards, people without an order, what is prepared and left."""

from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from backend import clock
from backend.actor import ScopeKind
from canteen.pickups.walk_ins.rules import WALK_INS
from tests.miniapp.serving import bind_wechat

pytestmark = pytest.mark.browser

NUMBERS = count(1)


@pytest.fixture
def kitchen(compound):
    """A canteen that hands its lunch out now and takes orders still; walk-ins are welcome."""
    canteen = compound.canteen(name=f"柜台食堂{next(NUMBERS)}", opens_on_rest_days=True)
    compound.period(canteen)
    compound.rule(WALK_INS, True, canteen.id)
    pork = compound.dish(canteen, "红烧肉", 1000)
    rice = compound.dish(canteen, "米饭", 100, category="staple", portions=[("standard", 100, 200, 100)])
    now = clock.now()
    compound.meal(
        canteen, {pork: 5, rice: None}, clock.today(), closes_at=now + timedelta(hours=2),
        serves_from=now - timedelta(minutes=5), serves_until=now + timedelta(hours=4),
    )  # fmt: skip # One name a line would say no more.
    waiter = compound.staff(
        f"C{next(NUMBERS):03d}", name="周掌勺", roles={"canteen_staff": (ScopeKind.CANTEEN, canteen.id)}
    )
    bind_wechat(waiter)
    return SimpleNamespace(canteen=canteen, pork=pork, rice=rice, waiter=waiter)


def at_counter(phone_of, served, kitchen):
    """The waiter's phone, once the server knows when the canteen serves."""
    phone = phone_of(served, kitchen.waiter.staff_no)
    phone.await_answer(
        "/api/v1/canteens",
        lambda data: any(one["id"] == kitchen.canteen.id and one["periods"] for one in data["list"]),
    )
    return phone


@pytest.fixture
def diner(compound):
    """王建国 with a card and 100 yuan, and his client."""
    number = next(NUMBERS)
    staff = compound.staff(f"D{number:03d}", name="王建国", subsidy_fen=10_000, card_no=f"88{number:06d}")
    return SimpleNamespace(staff=staff, client=compound.client(staff), card=staff.card_no)


def order(kitchen, client):
    items = [
        {"dish_id": kitchen.pork.id, "portion": "half", "quantity": 1},
        {"dish_id": kitchen.rice.id, "quantity": 2},
    ]
    meal = {"canteen_id": kitchen.canteen.id, "date": clock.today().isoformat(), "period": "lunch"}
    return client.post("/canteen/orders", {**meal, "items": items, "dining": "takeaway"}).data["id"]


def code_of(client, order_id):
    return client.get(f"/canteen/orders/{order_id}/pickup-code").data["token"]


def scan(phone, label, text):
    """As a hand scanner does: types, and ends with Enter."""
    field = phone.page.locator(f'[aria-label="{label}"] input').filter(visible=True).first
    field.fill(text)
    field.press("Enter")


def test_a_code_is_handed_out_once_and_refused_with_the_first_time(kitchen, diner, served, phone_of):
    code = code_of(diner.client, order(kitchen, diner.client))
    phone = at_counter(phone_of, served, kitchen)
    phone.open()
    phone.tap("核销取餐")
    phone.see(kitchen.canteen.name)
    scan(phone, "取餐码", code)
    phone.see("可以取餐")
    for text in ("王建国", "红烧肉", "半份", "×2", "外带"):
        phone.see(text)
    phone.look("staff-verified")
    # Ready for the next one, as the scanner types into what has the focus.
    expect(phone.page.locator('[aria-label="取餐码"] input').first).to_be_focused()
    scan(phone, "取餐码", code)
    phone.see("请勿重复取餐")
    phone.look("staff-refused")
    phone.see("本次已核销 1 份")
    scan(phone, "取餐码", "不是码")
    phone.see("取餐码无效")
    phone.forget_refusals(409, 422)


def test_a_card_is_as_good_as_a_code(kitchen, diner, served, phone_of):
    order(kitchen, diner.client)
    phone = at_counter(phone_of, served, kitchen)
    phone.open("pages/staff/verify")
    phone.tap("饭卡")
    phone.see("午餐")
    scan(phone, "饭卡号", "0000")
    phone.see("该卡没有本餐次的有效订单")
    scan(phone, "饭卡号", diner.card)
    phone.see("可以取餐")
    phone.forget_refusals(404)


def test_somebody_without_an_order_is_served_by_the_code_that_says_who_it_is(
    kitchen, diner, served, phone_of
):
    code = diner.client.get("/me/diner-code").data["token"]
    phone = at_counter(phone_of, served, kitchen)
    phone.open("pages/staff/verify")
    scan(phone, "取餐码", code)
    phone.see("这是用餐码")
    phone.tap("办理现场用餐")
    phone.see("午餐：选菜")
    phone.tap("增加一份红烧肉标准份")
    phone.tap("增加一份米饭标准份")
    phone.see("结算 2 份")
    phone.look("staff-walk-in")
    phone.tap("用已扫的用餐码结算")
    phone.see("已结算")
    phone.look("staff-walk-in-served")
    assert diner.client.get("/canteen/account").data["balance_fen"] == 10_000 - 1100
    # Whoever has had the meal is not served again.
    phone.tap("增加一份米饭标准份")
    phone.tap("饭卡")
    scan(phone, "饭卡号", diner.card)
    phone.see("王建国已有本餐订单")
    phone.forget_refusals(409)


def test_the_kitchen_sees_what_is_wanted_and_left(kitchen, diner, served, phone_of):
    order(kitchen, diner.client)
    phone = at_counter(phone_of, served, kitchen)
    phone.open("pages/staff/prep")
    phone.see("现有 1 单")
    phone.see("半份 1")
    phone.see("剩 4 份")
    phone.look("staff-prep")
    phone.tap("明天")
    phone.see("本餐次没有菜单")
    phone.forget_refusals(404)


def test_who_serves_nowhere_is_told_so(diner, served, phone_of):
    bind_wechat(diner.staff)
    phone = phone_of(served, diner.staff.staff_no)
    phone.open("pages/staff/verify")
    phone.see("没有可核销的食堂")
