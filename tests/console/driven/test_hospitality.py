"""The day board of hospitality in a browser: a meeting is given out, a task done with a fault, settled."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from backend import clock
from tests.meeting.hall import Hall, at

pytestmark = pytest.mark.browser


@pytest.fixture
def hall(compound):
    """In real time: the server has no other clock."""
    return Hall(compound)


def tomorrow() -> date:
    return clock.today() + timedelta(days=1)


def test_a_meeting_is_given_out_and_a_task_done_with_a_fault_that_is_settled(desk_of, hall):
    services = [{"code": "tea"}]
    hall.book(start=at(10, day=tomorrow()), subject="处务会", headcount=6, services=services)

    giving = desk_of(hall.people["approver"])
    page = giving.page
    page.goto("/console/")
    page.get_by_role("link", name=re.compile("4 项会务任务未安排人员")).click()
    page.get_by_role("link", name=re.compile("明天还有 4 项")).click()
    expect(page.locator("#list tr.is-free")).to_have_count(4)
    page.get_by_role("button", name="整场安排").click()
    dialog = page.locator("dialog#task")
    dialog.get_by_role("button", name="安排", exact=True).click()
    expect(dialog.locator("[data-field=staff_id]")).to_contain_text("请")
    dialog.get_by_label(re.compile("孙会务")).check()
    giving.ensure_accessible()
    giving.picture("hospitality-assign")
    dialog.get_by_role("button", name="安排", exact=True).click()
    expect(page.locator("#list tr.is-free")).to_have_count(0)
    giving.ensure_accessible()
    giving.picture("hospitality-board")

    serving = desk_of(hall.people["steward"])
    page = serving.page
    page.goto(f"/console/meetings/hospitality?on={tomorrow().isoformat()}")
    tea = page.locator("tr", has_text="会前茶水")
    tea.get_by_role("button", name=re.compile("开始")).click()
    expect(tea).to_contain_text("进行中")
    tea.get_by_role("button", name=re.compile("完成")).click()
    dialog = page.locator("dialog#task")
    expect(dialog.locator(".tick-note")).to_be_hidden()
    dialog.get_by_label("有问题", exact=True).check()
    dialog.get_by_label(re.compile("问题说明")).fill("少两只杯子")
    serving.picture("hospitality-done")
    dialog.get_by_role("button", name="完成").click()
    expect(tea).to_contain_text("已完成")
    page.get_by_role("link", name=re.compile("检查单")).first.click()
    expect(page.locator("#list")).to_contain_text("少两只杯子")
    serving.ensure_accessible()
    serving.picture("hospitality-checklist")
    page.get_by_role("button", name=re.compile("处理")).click()
    dialog = page.locator("dialog#fault")
    dialog.get_by_label("处理结果").fill("已补齐")
    serving.picture("hospitality-fault")
    dialog.get_by_role("button", name="记为已处理").click()
    expect(page.locator("#list")).to_contain_text("已补齐")

    page = giving.page
    page.goto(f"/console/meetings/checks?until_date={tomorrow().isoformat()}")
    expect(page.locator("#list")).to_contain_text("少两只杯子")
    giving.ensure_accessible()
    giving.picture("hospitality-checks")
    page.goto("/console/meetings/services/checklist")
    page.get_by_role("button", name="添加检查项").click()
    page.get_by_label("检查内容", exact=True).last.fill("话筒已归还")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[name$='.text'][value='话筒已归还']")).to_be_visible()
    giving.ensure_accessible()
