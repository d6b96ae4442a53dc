"""A notice with its attachment, and a survey from its questions to its results, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.backend.attachments.documents import pdf
from tests.feedback.desk import COMPOUND

pytestmark = pytest.mark.browser


def forget_refusals(desk):
    """What the browser itself logs about refused requests is no fault of the page."""
    desk.errors = [each for each in desk.errors if not re.search("status of (415|422)", each)]


def test_a_notice_is_drafted_with_an_attachment_for_some_and_published(desk_of, compound):
    campus = compound.campus("中心院区")
    desk = desk_of(compound.staff(name="文编辑", roles={"notice_editor": COMPOUND}))
    page = desk.page
    page.goto("/console/notices")
    page.get_by_role("link", name="起草通告").click()
    page.get_by_label("标题").fill("关于停水的通知")
    page.get_by_label("正文").fill("周六上午停水。\n请提前储水。")
    expect(page.locator("#others")).to_be_hidden()
    page.get_by_label("全体职工").uncheck()
    page.get_by_label(campus.name).check()
    page.locator("[data-attach]").set_input_files(
        [
            {"name": "假.pdf", "mimeType": "application/pdf", "buffer": b"not a paper"},
            {"name": "停水安排.pdf", "mimeType": "application/pdf", "buffer": pdf()},
        ]
    )
    expect(page.locator("#attachment-rows li")).to_have_count(1)
    expect(page.locator("#e-attachment_ids")).to_contain_text("假.pdf")
    forget_refusals(desk)
    desk.ensure_accessible()
    desk.picture("notice-form")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/notices/\d+$"))
    expect(page.get_by_role("link", name="停水安排.pdf")).to_be_visible()
    page.get_by_role("button", name="发布", exact=True).click()
    dialog = page.locator("#publish")
    dialog.locator("[name=publish_at]").fill("2020-01-01T09:00")
    dialog.get_by_role("button", name="发布", exact=True).click()
    expect(dialog.locator("[data-field=publish_at]")).to_contain_text("不能小于")
    dialog.locator("[name=publish_at]").fill("")
    dialog.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_role("button", name="撤回")).to_be_visible()
    desk.ensure_accessible()
    desk.picture("notice")


def test_a_survey_is_composed_put_in_order_and_opened(desk_of, compound):
    for _ in range(6):
        compound.staff()
    desk = desk_of(compound.staff(name="秦督查", roles={"logistics_reviewer": COMPOUND}))
    page = desk.page
    page.goto("/console/surveys/new")
    page.get_by_label("标题").fill("食堂调查")
    first = page.locator("[data-question]").nth(0)
    first.get_by_label("题目").fill("您常去哪个食堂？")
    first.get_by_label("选项 1").fill("一食堂")
    first.get_by_label("选项 2").fill("二食堂")
    first.get_by_role("button", name="添加选项").click()
    first.get_by_label("选项 3").fill("多余的")
    first.get_by_role("button", name="移除选项").last.click()
    page.get_by_role("button", name="添加题目").click()
    second = page.locator("[data-question]").nth(1)
    second.get_by_label("题型").select_option("scale")
    expect(second.locator("[data-options]")).to_be_hidden()
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("[data-field='questions.1.text']")).to_contain_text("请填写此项")
    second.get_by_label("题目").fill("总体满意吗？")
    second.get_by_role("button", name="上移").click()
    expect(page.locator("[data-question]").nth(0).get_by_label("题目")).to_have_value("总体满意吗？")
    desk.ensure_accessible()
    desk.picture("survey-form")
    page.get_by_role("button", name="保存草稿").click()
    page.wait_for_url(re.compile(r"/surveys/\d+$"))
    items = page.locator(".asked li")
    expect(items).to_have_count(2)
    expect(items.nth(0)).to_contain_text("总体满意吗？")
    expect(items.nth(1)).to_contain_text("一食堂；二食堂")
    page.get_by_role("link", name="修改").click()
    expect(page.locator("[data-question]")).to_have_count(2)
    page.goto(page.url.removesuffix("/edit"))
    page.get_by_role("button", name="开始").click()
    page.locator("#ask-yes").click()
    expect(page.get_by_role("button", name="提前截止")).to_be_visible()
