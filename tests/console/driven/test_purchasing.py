"""采购 in a browser: what is needed becomes a request, orders of it, and an approval by somebody else."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from backend import clock
from tests.canteen.kitchen import Kitchen

pytestmark = pytest.mark.browser


@pytest.fixture
def kitchen(compound):
    """In real time: the server has no other clock."""
    return Kitchen(compound)


def test_a_need_is_asked_for_ordered_and_approved_by_somebody_else(desk_of, kitchen):
    pork, rice = kitchen.ingredient("猪里脊", category="meat"), kitchen.ingredient("大米", category="grain")
    town, oil = kitchen.supplier("城西鲜肉"), kitchen.supplier("益民粮油")
    kitchen.price(town, pork, 14_000, 5000)
    kitchen.price(oil, rice, 15_000, 25_000)
    kitchen.batch(pork, 2000)

    buying = desk_of(kitchen.person("purchaser")[0])
    page = buying.page
    page.goto("/console/kitchen/requests")
    page.get_by_role("link", name="新建申请").click()
    page.get_by_label("食材").first.select_option(label="猪里脊")
    page.get_by_label("需要量（千克）").first.fill("13")
    page.get_by_role("button", name="添加食材").click()
    page.get_by_label("食材").nth(1).select_option(label="大米")
    page.get_by_role("button", name="提出申请").click()
    expect(page.locator(".is-refused .field-error")).to_have_text("请填写此项")
    buying.ensure_accessible()
    page.get_by_label("需要量（千克）").nth(1).fill("30")
    page.get_by_role("button", name="提出申请").click()
    row = page.get_by_role("row", name=re.compile("猪里脊 畜肉"))
    expect(row).to_contain_text("3 × 5 千克")
    buying.ensure_accessible()
    buying.picture("purchasing-request")
    page.get_by_label("到货日期").fill((clock.today() + timedelta(days=2)).isoformat())
    page.get_by_role("button", name="生成采购单").click()
    made = page.get_by_role("definition").get_by_role("link", name=re.compile("^CG"))
    expect(made).to_have_count(2)

    # An order in one's hands: packs and price may still be changed, a line added.
    made.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("采购单 CG")
    page.get_by_role("link", name="修改").click()
    page.get_by_label("数量（包）").fill("4")
    expect(page.locator("[data-total]")).to_have_text("560.00")
    page.get_by_role("button", name="从报价添加").click()
    page.get_by_label("食材和包装").select_option(index=1)
    expect(page.get_by_label("每包价格（元）").nth(1)).to_have_value("140.00")
    page.get_by_label("数量（包）").nth(1).fill("1")
    expect(page.locator("[data-total]")).to_have_text("700.00")
    page.get_by_role("button", name="删除这一行").nth(1).click()
    expect(page.locator("[data-total]")).to_have_text("560.00")
    buying.ensure_accessible()
    buying.picture("purchasing-order-form")
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_role("button", name="提交审批").click()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator(".head-buttons")).to_contain_text("待审批")
    order = page.url

    deciding = desk_of(kitchen.person("canteen_manager")[0])
    page = deciding.page
    page.goto("/console/kitchen/orders")
    page.get_by_role("link", name=re.compile("待我审批")).click()
    page.locator("#list tbody a").first.click()
    expect(page).to_have_url(order)
    page.get_by_role("button", name="审批通过").click()
    dialog = page.locator("#do-approve")
    dialog.get_by_label("意见").fill("同意")
    deciding.ensure_accessible()
    dialog.get_by_role("button", name="审批通过").click()
    expect(page.locator(".head-buttons")).to_contain_text("已审批")
    expect(page.get_by_role("link", name="验收到货")).to_be_visible()
    deciding.ensure_accessible()
    deciding.picture("purchasing-order")
