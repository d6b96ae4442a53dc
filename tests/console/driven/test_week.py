"""The manager's week in a real browser: from a new dish to the last pick-up."""

import io
import re
from datetime import time, timedelta

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import expect

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from canteen.ordering.services import freeze_due_meals
from tests.console.driven.credentials import PASSWORD, with_factor
from tests.printed import text_of

pytestmark = pytest.mark.browser

ONE_DAY = timedelta(days=1)


class Kitchen:
    """A canteen with this week's menus, today's lunch being served now, four officials and a manager."""

    def __init__(self, compound) -> None:
        now, self.today = clock.now(), clock.today()
        self.this_monday = self.today - self.today.weekday() * ONE_DAY
        self.next_monday = self.this_monday + 7 * ONE_DAY
        self.canteen = compound.canteen(name="机关食堂", opens_on_rest_days=True)
        compound.period(self.canteen)
        self.greens = compound.dish(self.canteen, "清炒时蔬", price_fen=400, category="vegetable")
        for number in range(7):
            on = self.this_monday + number * ONE_DAY
            times = {}
            if on == self.today:
                times = {
                    "closes_at": now + timedelta(hours=1),
                    "serves_from": now - timedelta(minutes=30),
                    "serves_until": now + timedelta(hours=1),
                }
            compound.meal(self.canteen, [(self.greens, 50)], on, **times)
        self.officials = [
            compound.staff(name=f"张{'一二三四'[number]}", card_no=f"8800{number}", subsidy_fen=10_000)
            for number in range(4)
        ]
        self.clients = [compound.client(official) for official in self.officials]
        at_this_canteen = {"canteen_manager": (ScopeKind.CANTEEN, self.canteen.id)}
        self.manager = with_factor(compound, name="沈家宁", roles=at_this_canteen)

    def order(self, client, on, **quantities):
        """Order from the app, so many of each dish by its number."""
        return client.post(
            "/canteen/orders",
            {
                "canteen_id": self.canteen.id,
                "date": on.isoformat(),
                "period": "lunch",
                "items": [
                    {"dish_id": int(number.removeprefix("d")), "portion": "standard", "quantity": quantity}
                    for number, quantity in quantities.items()
                ],
                "dining": "dine_in",
            },
        ).data


@pytest.fixture
def kitchen(compound):
    """The kitchen, this week."""
    return Kitchen(compound)


def photo():
    """A photo as a phone takes it."""
    kept = io.BytesIO()
    Image.linear_gradient("L").resize((1600, 1200)).convert("RGB").save(kept, "JPEG", quality=85)
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def test_the_managers_week(desk_of, kitchen):
    desk = desk_of()
    desk.log_in(kitchen.manager.staff.staff_no, PASSWORD, kitchen.manager.code())
    for staff in kitchen.clients[:3]:
        kitchen.order(staff, kitchen.today, **{f"d{kitchen.greens.id}": 1})
    dish_id = add_a_dish(desk)
    plan_the_next_week(desk, kitchen)
    publish(desk, kitchen, dish_id)
    watch_the_orders(desk, kitchen, dish_id)
    db.session.rollback()  # To see what the server's process has written.
    with clock.at(clock.at_local(kitchen.next_monday, time(10, 0, 1))):
        assert freeze_due_meals() >= 2
    print_the_prep_list(desk, kitchen)
    hand_out(desk)
    expected = ("net::ERR_INTERNET_DISCONNECTED", "status of 422")
    desk.errors = [each for each in desk.errors if not any(text in each for text in expected)]


def add_a_dish(desk) -> int:
    """A form with faults is refused beside its fields; then the dish is there, with its photo."""
    page = desk.page
    page.goto("/console/canteen/dishes")
    page.get_by_role("link", name="新增菜品").first.click()
    page.wait_for_url("**/dishes/new")
    save = page.get_by_role("button", name="保存")
    save.click()
    expect(page.locator("#e-name")).to_have_text("请填写此项")
    expect(page.locator("#e-category")).to_have_text("请选择")
    expect(page.locator("[name=name]")).to_be_focused()
    page.fill("[name=name]", "红烧肉")
    page.select_option("[name=category]", "meat")
    page.fill("[name=weight_g]", "250")
    page.fill("[name=price_fen]", "十二元")
    save.click()
    expect(page.locator("#e-price_fen")).to_have_text("金额最多两位小数，如 12.50")
    expect(page.locator("[name=price_fen]")).to_be_focused()
    desk.picture("week-1-dish-refused")
    page.fill("[name=price_fen]", "12.5")
    page.fill("[name=weight_g]", "0")
    save.click()
    expect(page.locator("#e-weight_g")).to_have_text("应在 1 到 100000 之间")
    expect(page.locator("[name=weight_g]")).to_be_focused()
    page.fill("[name=weight_g]", "250")
    page.set_input_files("input[type=file]", photo())
    thumb = page.locator(".photo-picture")
    expect(thumb).to_be_visible()
    thumb.evaluate("picture => picture.decode()")
    save.click()
    page.wait_for_url(re.compile(r"/console/canteen/dishes/\d+$"))
    expect(page.get_by_role("heading", name="红烧肉", level=1)).to_be_visible()
    expect(page.locator(".dish-picture")).to_be_visible()
    page.locator(".dish-picture").evaluate("picture => picture.decode()")
    expect(page.locator("main")).to_contain_text("12.50")
    desk.picture("week-2-dish")
    return int(page.url.rpartition("/")[2])


def plan_the_next_week(desk, kitchen):
    """This week is copied to the next one; Monday gets the new dish, and another cap for the old one."""
    page = desk.page
    page.goto("/console/canteen/menus")
    page.get_by_role("link", name="下一周").click()
    page.get_by_role("button", name="复制其他周").click()
    dialog = page.locator("#copy")
    expect(dialog.locator("[name=from_date]")).to_have_value(kitchen.this_monday.isoformat())
    dialog.get_by_role("button", name="复制", exact=True).click()
    expect(dialog).to_contain_text("已生成 7 餐草稿")
    desk.picture("week-3-copied")
    dialog.get_by_role("button", name="知道了").click()
    expect(page.locator("#week .meal-head")).to_have_count(7)
    page.get_by_role("button", name=re.compile("^编辑.*午餐")).first.click()
    dialog = page.locator("#meal")
    dialog.locator("[name='dishes.0.cap']").fill("40")
    dialog.locator("#picker").press_sequentially("红烧")
    expect(dialog.get_by_role("option", name="红烧肉")).to_be_visible()
    dialog.locator("#picker").press("Enter")
    dialog.get_by_label("红烧肉供应份数").fill("2")
    desk.picture("week-4-meal")
    desk.ensure_accessible()
    dialog.get_by_role("button", name="保存").click()
    monday = page.locator("#week .meal").first
    expect(monday).to_contain_text(re.compile(r"清炒时蔬\s*40\s*红烧肉\s*2"))
    expect(dialog).to_be_hidden()


def publish(desk, kitchen, dish_id):
    """What is wrong is shown and forbids it; what is odd is shown and asks."""
    page = desk.page
    next_week = page.url
    page.get_by_role("button", name="发布", exact=True).click()
    dialog = page.locator("#publish")
    expect(dialog).to_contain_text("1 处问题，改正后才能发布")
    expect(dialog).to_contain_text("「红烧肉」尚未申报过敏原")
    desk.picture("week-5-publish-refused")
    desk.ensure_accessible()
    dialog.get_by_role("button", name="关闭").click()
    page.goto(f"/console/canteen/dishes/{dish_id}/edit")
    page.get_by_label("已申报：含有").check()
    page.get_by_label("大豆").check()
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(f"**/console/canteen/dishes/{dish_id}")
    expect(page.locator("main")).to_contain_text("大豆")
    page.goto(next_week)
    page.get_by_role("button", name="发布", exact=True).click()
    expect(dialog).to_contain_text("清炒时蔬")
    dialog.get_by_label("已了解以上提示，仍要发布").check()
    desk.picture("week-6-publish")
    dialog.get_by_role("button", name="发布 7 餐").click()
    expect(page.locator("#toasts")).to_contain_text("已发布 7 餐菜单")
    expect(page.locator("#week .meal-head")).to_have_text(["已发布"] * 7)
    desk.picture("week-7-published")


def watch_the_orders(desk, kitchen, dish_id):
    """Orders come in while the page is open, and show by themselves."""
    page = desk.page
    page.goto(f"/console/canteen/orders?date={kitchen.next_monday}")
    expect(page.locator("#list")).to_contain_text("还没有人订这一餐")
    page.evaluate("window.isTheSamePage = true")
    pork, greens = f"d{dish_id}", f"d{kitchen.greens.id}"
    for client in kitchen.clients[:2]:
        kitchen.order(client, kitchen.next_monday, **{pork: 1, greens: 1})
    kitchen.order(kitchen.clients[2], kitchen.next_monday, **{greens: 2})
    expect(page.locator("#list tbody tr")).to_have_count(3, timeout=15_000)
    expect(page.locator("#list")).to_contain_text("清炒时蔬×2")
    assert page.evaluate("window.isTheSamePage") is True
    desk.picture("week-8-orders")


def print_the_prep_list(desk, kitchen):
    """The frozen list on the screen, on paper and as a sheet says the same."""
    page = desk.page
    page.goto(f"/console/canteen/prep?date={kitchen.next_monday}")
    expect(page.locator("main")).to_contain_text("冻结，订单不再变化")
    expect(page.locator("tbody tr", has_text="红烧肉")).to_contain_text("500 克")
    desk.picture("week-9-prep")
    paper = text_of(downloaded(page, "打印（PDF）")).replace(" ", "")
    for shown in ("机关食堂", "备餐单", "红烧肉", "清炒时蔬", "第1页"):
        assert shown in paper, shown
    sheet = load_workbook(io.BytesIO(downloaded(page, "导出 Excel"))).active
    counts = {row[3]: row[5] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert counts == {"红烧肉": 2, "清炒时蔬": 4}


def downloaded(page, link) -> bytes:
    """The file behind a link, as the browser keeps it."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    return download.value.path().read_bytes()


def hand_out(desk):
    """Today's lunch by card; the network is cut for a while, and nothing is lost or booked twice."""
    page, result = desk.page, desk.page.locator("#result")
    page.goto("/console/canteen/station")
    expect(page.locator("#count-all")).to_have_text("3")
    expect(page.locator("#station[data-kept]")).to_be_visible()
    scan(page, "88000")
    expect(result).to_contain_text("张一")
    desk.context.set_offline(True)
    scan(page, "88001")
    expect(result).to_contain_text("请取餐（离线）")
    scan(page, "88000")
    expect(result).to_contain_text("已取餐，请勿重复")
    desk.context.set_offline(False)
    expect(page.locator("#count-waiting")).to_have_text("0", timeout=20_000)
    expect(page.locator("#count-done")).to_have_text("2", timeout=20_000)
    page.goto("/console/canteen/orders")
    expect(page.locator("#list tbody tr", has_text="已取餐")).to_have_count(2)
    desk.picture("week-10-picked-up")


def scan(page, text):
    """As a card reader types."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")
