"""The officer's morning in a real browser: a meal's samples, and a shift's checks with one who is blocked."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from canteen.food_safety.samples.models import FoodSample
from canteen.food_safety.workers.models import MorningCheck
from tests.canteen.kitchen import Kitchen

pytestmark = pytest.mark.browser


@pytest.fixture
def kitchen(compound):
    """A kitchen in real time, with lunch of two dishes today: the server has no other clock."""
    made = Kitchen(compound)
    made.dishes = [made.dish(name) for name in ("红烧肉", "清炒时蔬")]
    made.meal(made.dishes, clock.today())
    return made


@pytest.fixture
def officer(kitchen):
    """Its food safety officer."""
    role = {"food_safety_officer": (ScopeKind.CANTEEN, kitchen.canteen.id)}
    return kitchen.compound.staff(name="苏安全", roles=role)


def test_samples_are_entered_and_a_shift_is_checked(desk_of, kitchen, officer):
    desk = desk_of(officer)
    page = desk.page
    page.goto("/console/food-safety/samples")
    page.get_by_role("button", name="登记午餐留样").click()
    rows = page.locator("#act .sample-row")
    expect(rows).to_have_count(2)
    rows.nth(1).get_by_role("button").click()  # Not this one.
    rows.nth(0).locator("[name$=weight_g]").fill("20")
    page.locator("#act [name=fridge]").fill("留样柜")
    page.locator("#act").get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("#act .form-error")).to_contain_text("不足 125 克")
    # What the browser itself logs about a refusal is no fault of the page.
    desk.errors = [each for each in desk.errors if "status of 422" not in each]
    rows.nth(0).locator("[name$=weight_g]").fill("150")
    page.locator("#act").get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("已登记留样")
    page.get_by_role("button", name="清炒时蔬留样 150 克").click()
    expect(page.locator("#toasts")).to_contain_text("已留样：清炒时蔬")
    expect(page.locator("#list")).to_contain_text("已留齐")

    page.goto("/console/food-safety/workers")
    for name in ("王师傅", "李师傅"):
        page.get_by_role("button", name="新增人员").click()
        page.locator("#worker [name=name]").fill(name)
        page.locator("#worker").get_by_role("button", name="保存").click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        page.get_by_role("button", name="登记告知").click()
        page.locator("#act").get_by_role("button", name=f"已告知{name}").click()
        expect(page.locator("#toasts")).to_contain_text("已登记告知")
        page.goto("/console/food-safety/workers")

    page.goto("/console/food-safety/morning-checks?shift=morning")
    page.get_by_role("button", name="登记早班晨检").click()
    checks = page.locator("#act .check-row")
    for place, heat in enumerate(("36.5", "37,3")):
        checks.nth(place).locator("[name$=temperature_dc]").fill(heat)
    page.locator("#act").get_by_role("button", name="登记", exact=True).click()
    expect(checks.nth(1)).to_contain_text("请填写温度，最多一位小数")
    checks.nth(1).locator("[name$=temperature_dc]").fill("37.3")
    checks.nth(1).locator("summary").click()
    checks.nth(1).get_by_label("咳嗽").check()
    page.locator("#act").get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("已登记晨检")
    expect(page.locator("main")).to_contain_text("停岗尚未解除")

    page.locator(".task [data-health]").click()
    page.locator("#ask-yes").click()
    expect(page.locator("#health")).to_contain_text("37.3 ℃")
    expect(page.locator("#health")).to_contain_text("咳嗽")
    page.locator("#health").get_by_role("button", name="关闭").click()
    page.locator(".task").get_by_role("button", name="解除").click()
    page.locator("#act [name=reason]").fill("复测 36.6 ℃，医院证明无碍")
    page.locator("#act").get_by_role("button", name="解除停岗").click()
    expect(page.locator("#list")).to_contain_text("已解除")

    db.session.rollback()
    assert sorted(db.session.scalars(select(FoodSample.weight_g))) == [150, 150]
    assert sorted(db.session.scalars(select(MorningCheck.outcome))) == ["blocked", "fit"]
