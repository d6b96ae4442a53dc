"""The kitchen in a browser: a recipe is written, a meal planned by it, issued, and its outcome entered."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from backend import clock
from backend.actor import ScopeKind
from tests.canteen.kitchen import Kitchen

pytestmark = pytest.mark.browser


@pytest.fixture
def kitchen(compound):
    """In real time: the server has no other clock."""
    return Kitchen(compound)


def test_a_recipe_is_written_and_a_meal_planned_by_it_and_its_outcome_entered(desk_of, kitchen):
    tomorrow = clock.today() + timedelta(days=1)
    pork = kitchen.ingredient("五花肉", category="meat")
    salt = kitchen.ingredient("食盐", category="seasoning")
    kitchen.batch(pork, 20_000)
    kitchen.batch(salt, 1_000)
    braised = kitchen.dish("红烧肉", weight_g=200, category="meat")
    kitchen.meal([braised], tomorrow)
    manager = kitchen.compound.staff(
        roles={"canteen_manager": (ScopeKind.CANTEEN, kitchen.canteen.id)}, name="沈家宁"
    )
    cooking = desk_of(manager)
    page = cooking.page

    page.goto("/console/kitchen/recipes?state=missing")
    page.get_by_role("link", name="新建红烧肉的配方").click()
    page.get_by_label("成品重量").fill("1000")
    for place, (name, grams) in enumerate((("五花肉", "1500"), ("食盐", "10"))):
        page.get_by_role("button", name="添加食材").click()
        page.get_by_label("食材", exact=True).nth(place).fill(name)
        page.get_by_label("毛重（克）").nth(place).fill(grams)
    expect(page.locator("[data-raw-sum]")).to_have_text("1510")
    cooking.ensure_accessible()
    cooking.picture("kitchen-recipe-form")
    page.get_by_label("食材", exact=True).nth(1).fill("不存在的盐")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("[data-field='lines.1']")).to_contain_text("请从食材库中选择")
    page.get_by_label("食材", exact=True).nth(1).fill("食盐")
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_role("button", name="批准").click()
    page.locator("#ask-yes").click()
    expect(page.locator(".head-buttons .tag")).to_have_text("现行")

    page.goto(f"/console/kitchen/plans?week={tomorrow.isoformat()}")
    page.get_by_role("button", name=re.compile("编制.*备餐计划")).click()
    page.locator("dialog#proposal").get_by_role("button", name="编制", exact=True).click()
    page.get_by_label("红烧肉计划份数").fill("10")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#list")).to_contain_text("2.0 千克")
    cooking.ensure_accessible()
    cooking.picture("kitchen-plan-draft")
    page.get_by_role("button", name="分批").click()
    dialog = page.locator("dialog#batches")
    dialog.get_by_label("份数", exact=True).first.fill("9")
    cooking.ensure_accessible()
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.locator(".form-error")).to_contain_text("各批份数之和应为 10 份")
    cooking.errors.clear()
    dialog.get_by_role("button", name="取消").click()
    page.get_by_role("button", name="确认计划").click()
    page.locator("dialog#confirm").get_by_role("button", name="确认", exact=True).click()
    expect(page.locator(".head-buttons .tag")).to_have_text("已确认")

    page.get_by_role("link", name="领料单").click()
    page.get_by_role("button", name="全部领料").click()
    page.locator("#ask-yes").click()
    expect(page.locator("#list")).to_contain_text("已领齐")
    page.get_by_role("link", name="实际出品").click()
    row = page.get_by_role("form", name="红烧肉")
    row.get_by_label("出品").fill("2.1")
    row.get_by_label("剩余").fill("3")
    row.get_by_role("button", name="登记红烧肉").click()
    expect(row.locator(".form-error")).to_contain_text("剩余不能多于出品")
    cooking.errors.clear()
    row.get_by_label("剩余").fill("0.3")
    row.get_by_role("button", name="登记红烧肉").click()
    expect(page.get_by_role("button", name="改正红烧肉")).to_be_visible()
    cooking.ensure_accessible()
    cooking.picture("kitchen-outcome")
    page.get_by_role("button", name="完成这一餐").click()
    expect(page.locator(".head-buttons .tag")).to_have_text("已完成")
