"""Meetings on the phone: a series with services, waiting for a taken room, deciding, preparing."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from backend import clock
from backend.db import db
from meeting.rooms.models import Approval, Level
from tests.meeting.hall import Hall, at
from tests.miniapp.serving import bind_wechat

pytestmark = pytest.mark.browser

_HALLS = {}


@pytest.fixture
def hall(compound, house):
    """One hall for all tests of a process, each at days of its own: codes and names are there once."""
    if house.served.url not in _HALLS:
        made = Hall(compound)
        for staff in made.people.values():
            bind_wechat(staff)
        # What is used again outlives the session of the first test.
        for row in (made.small, made.large, made.hall, made.campus, *made.people.values()):
            db.session.refresh(row)
            db.session.expunge(row)
        _HALLS[house.served.url] = made
    return _HALLS[house.served.url]


@pytest.fixture
def phone_for(hall, served, phone_of):
    """The phone of one of the hall's people."""
    return lambda name: phone_of(served, hall.people[name].staff_no)


def on(days):
    """A day so far ahead. The pages run in the present."""
    return clock.today() + timedelta(days=days)


def look(phone, name):
    """Keep pictures without the word of success that goes by itself."""
    expect(phone.page.locator(".uni-toast").filter(visible=True)).to_have_count(0)
    phone.look(name)


def search_page(day, hours="10:00", until="11:00", heads=6):
    """The search as a link leads to it."""
    return f"pages/meeting/find?date={day}&from={hours}&until={until}&heads={heads}"


def test_an_official_books_a_series_with_services_and_gives_up_one_date(hall, phone_for):
    second = on(14)
    hall.book(hall.small, at(10, day=second), by=hall.stranger)
    phone = phone_for("organiser")
    phone.open(search_page(on(7)))
    phone.see("小会议室")
    phone.look("meeting-find")
    phone.tap("预订小会议室")
    phone.fill("会议主题", "周例会")
    phone.tap("每周")
    phone.tap("添加同事")
    phone.fill("工号或姓名", hall.people["colleague"].staff_no)
    phone.tap("查找")
    phone.tap("选择李同事")
    phone.tap("完成")
    phone.see("参会人员（1）")
    phone.page.locator('uni-switch[aria-label="席卡"]').filter(visible=True).tap()
    phone.fill("席卡要求（选填）", "主席台放三张")
    phone.tap("看看能订上哪些日期")
    phone.see("已被占用")
    phone.seen("已被占用").scroll_into_view_if_needed()
    phone.look("meeting-series")
    phone.tap("确认预订")
    phone.see("系列会议 · 每周")
    phone.see("席卡")
    look(phone, "meeting-booking")
    listed = hall.organiser.get("/meeting/bookings").data["list"]
    (row,) = [each for each in listed if each["subject"] == "周例会"]  # Others' tests book here, too.
    booking = hall.view(row["id"])
    states = [each["state"] for each in booking["occurrences"]]
    assert states[:3] == ["booked", "conflict", "booked"]
    assert [each["name"] for each in booking["attendees"]] == ["李同事"]

    third = booking["occurrences"][2]
    phone.open(f"pages/meeting/booking?id={row['id']}&occurrence={third['id']}")
    phone.tap("取消")
    phone.page.locator(".uni-actionsheet__cell").filter(has_text="只这一场", visible=True).first.tap()
    phone.tap("取消会议")
    phone.see("请填写原因")  # Nothing was sent.
    phone.fill("原因", "当天放假")
    phone.tap("取消会议")
    phone.see("恢复这一场")
    states = [each["state"] for each in hall.view(row["id"])["occurrences"]]
    assert states[:4] == ["booked", "conflict", "cancelled", "booked"]
    phone.tap("恢复这一场")
    phone.see("更改")
    assert hall.view(row["id"])["occurrences"][2]["state"] == "booked"
    phone.forget_refusals(409)


def test_who_waits_for_a_taken_room_takes_it_when_it_is_offered(hall, phone_for):
    day = on(8)
    taken = hall.book(hall.large, at(10, day=day), by=hall.colleague)
    phone = phone_for("stranger")
    phone.open(f"pages/meeting/book?room={hall.large.id}&date={day}&from=10:00&until=11:00")
    phone.fill("会议主题", "合同会商")
    phone.tap("确认预订")
    phone.see("已被占用")
    phone.tap("候补这个时段")
    phone.see("候补中")
    assert hall.do(hall.colleague, taken["id"], "cancel", reason="改为线上").status == 200
    (entry,) = hall.stranger.get("/meeting/waitlist").data["list"]
    phone.open(f"pages/meeting/waitlist?id={entry['id']}")
    phone.see("空出来了")
    phone.look("meeting-offer")
    phone.tap("订下")
    phone.see("办理过程")
    phone.see("已预订")
    assert hall.stranger.get(f"/meeting/waitlist/{entry['id']}").data["state"] == "booked"
    phone.forget_refusals(409)


def test_who_approves_asks_first_and_who_asked_answers(hall, phone_for):
    hall.change_room(hall.hall, approval=Approval.ALWAYS.value)
    made = hall.book(hall.hall, at(9, day=on(9)), level=Level.BUREAU, subject="启动仪式", headcount=80)
    phone = phone_for("approver")
    phone.open("pages/meeting/approvals")
    phone.tap("启动仪式")
    phone.tap("询问")
    phone.fill("想了解什么", "需要搭展台吗？")
    phone.tap("发送")
    phone.see("要求补充说明")
    look(phone, "meeting-decide")
    organiser = phone_for("organiser")
    organiser.open(f"pages/meeting/booking?id={made['id']}")
    organiser.see("审批人想了解：需要搭展台吗？")
    organiser.tap("补充说明")
    organiser.fill("说明", "不需要")
    organiser.tap("发送")
    expect(organiser.page.get_by_text("审批人想了解").filter(visible=True)).to_have_count(0)
    phone.open(f"pages/meeting/booking?id={made['id']}")
    phone.see("不需要")
    approve = phone.page.locator("uni-button").filter(has_text=re.compile(r"^\s*批准\s*$"), visible=True)
    approve.tap()
    phone.see("批准预订")
    approve.tap()
    phone.see("已预订")
    assert hall.view(made["id"])["state"] == "booked"


def test_a_steward_takes_a_task_and_finishes_it_line_by_line(hall, phone_for):
    day = on(1)
    made = hall.book(hall.small, at(15, day=day), subject="接待座谈", services=[{"code": "tea"}])
    occurrence_id = made["occurrences"][0]["id"]
    phone = phone_for("steward")
    phone.open(f"pages/meeting/tasks?occurrence={occurrence_id}")
    phone.see("会前茶水")
    phone.look("meeting-tasks")
    phone.tap("会前检查")
    phone.tap("认领")
    phone.tap("完成")
    phone.see("没有检查")  # Nothing was sent.
    lines = phone.page.locator(".check").filter(visible=True)
    for number in range(lines.count()):
        lines.nth(number).locator('[aria-label="正常"]').tap()
    lines.first.locator('[aria-label="有问题"]').tap()
    phone.fill("说明", "少两把椅子，已补上")
    look(phone, "meeting-task")
    phone.tap("完成")
    phone.see("已完成")
    tasks = hall.steward.get("/meeting/tasks", scope="all", occurrence_id=occurrence_id).data["list"]
    done = [each for each in tasks if each["state"] == "done"]
    assert [each["checklist"][0]["note"] for each in done] == ["少两把椅子，已补上"]
