"""A food safety officer in a real browser: an incident from its report to the recall and the closing."""

import pytest
from playwright.sync_api import expect

from backend.actor import ScopeKind
from tests.canteen.kitchen import Kitchen

pytestmark = pytest.mark.browser

INCIDENTS = "/console/food-safety/incidents"


@pytest.fixture
def kitchen(compound):
    """A kitchen by the true clock, as the browser's."""
    return Kitchen(compound)


def test_an_incident_is_reported_scoped_recalled_and_closed(desk_of, kitchen):
    role = {"food_safety_officer": (ScopeKind.CANTEEN, kitchen.canteen.id)}
    desk = desk_of(kitchen.compound.staff(roles=role))
    kitchen.batch(kitchen.ingredient("五花肉"), lot="A1")
    page = desk.page
    page.goto(f"{INCIDENTS}/new")
    page.fill("[name=title]", "午餐后多人腹痛")
    page.fill("[name=description]", "两人说午餐后腹痛。")
    page.get_by_role("button", name="上报").click()
    expect(page.locator("h1")).to_have_text("午餐后多人腹痛")
    desk.ensure_accessible()

    page.get_by_role("link", name="确认范围").click()
    expect(page.locator("h1")).to_have_text("确认范围")
    batches = page.locator("form", has=page.locator("[data-list=batch_ids]"))
    # Without anything chosen it is refused, and says so.
    batches.get_by_role("button", name="确认范围").click()
    page.locator("#ask-yes").click()
    expect(batches.locator(".form-error")).to_be_visible()
    desk.errors.clear()
    page.get_by_label("五花肉").check()
    desk.ensure_accessible()
    batches.get_by_role("button", name="确认范围").click()
    page.locator("#ask-yes").click()
    expect(page.locator("#list")).to_contain_text("食品安全事件封存")

    page.get_by_role("button", name="登记报告监管部门").click()
    page.locator("#authority [name=authority]").fill("区市场监管局")
    page.locator("#authority [name=text]").fill("已电话报告，待现场检查。")
    page.locator("#authority").get_by_role("button", name="登记").click()
    expect(page.locator("#steps ~ ol")).to_contain_text("报告监管部门")

    page.get_by_role("button", name="结案").first.click()
    desk.ensure_accessible()
    for name in ("cause", "findings", "measures"):
        page.locator(f"#close [name={name}]").fill("检验未见异常。")
    page.locator("#close").get_by_label("五花肉").check()
    page.locator("#close").get_by_role("button", name="结案").click()
    expect(page.locator("#list")).to_contain_text("处置结论")
    expect(page.locator("#list")).to_contain_text("未封存")
    expect(page.locator(".head .tag").first).to_have_text("已结案")
