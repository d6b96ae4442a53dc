"""A room's keeper in a real browser: a new room with its hours, and a closure over a meeting."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from backend import clock
from backend.db import db
from backend.places.models import Room
from meeting.bookings.models import Occurrence
from meeting.rooms import queries
from meeting.rooms.models import MeetingRoom, Right, SubjectKind
from meeting.rooms.policies import Claim
from tests.meeting.hall import Hall, add

pytestmark = pytest.mark.browser

ROOMS = "/console/meetings/rooms"


@pytest.fixture
def hall(compound):
    """Rooms and people by the true clock, as the browser's."""
    return Hall(compound)


def test_a_room_is_entered_with_its_hours_and_closed_over_a_meeting(desk_of, hall):
    place = add(Room(floor_id=hall.floor.id, name="1203"))
    desk = desk_of(hall.people["approver"])
    page = desk.page
    page.goto(f"{ROOMS}/new")
    page.fill("[name=name]", "十二楼会议室")
    page.fill("[name=capacity]", "24")
    page.locator("#place-find").press_sequentially("1203")
    expect(page.locator("#place-choice option")).to_have_count(2)
    page.select_option("#place-choice", str(place.id))
    page.get_by_label("课桌式").fill("30")
    page.get_by_label("投影", exact=True).fill("1")
    page.get_by_label("周一第 1 段从").fill("08:30")
    page.get_by_label("周一第 1 段至").fill("12:00")
    page.get_by_role("button", name="周二至周五与周一相同").click()
    expect(page.get_by_label("周五第 1 段至")).to_have_value("12:00")
    page.select_option("[name=approval]", "from_level")
    page.select_option("[name=approval_level]", "3")
    page.fill("#manager-words", "王管理")
    page.press("#manager-words", "Enter")
    page.get_by_role("button", name="王管理").click()
    expect(page.locator("#managers")).to_contain_text("王管理")
    page.select_option("#access-department", label="综合处")
    page.locator("[data-adder-add]").click()
    expect(page.locator("#access .chosen")).to_have_count(1)
    desk.ensure_accessible()

    # Seats beyond what the room holds are refused, and nothing typed is lost.
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".room-form .form-error")).to_contain_text("座位数不能超过会议室容量")
    page.get_by_label("课桌式").fill("20")
    expect(page.locator("#place-choice")).to_have_value(str(place.id))
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(rf"{ROOMS}/\d+$"))
    expect(page.locator("h1")).to_have_text("十二楼会议室")
    expect(page.locator("main")).to_contain_text("周一至周五 08:30–12:00")
    desk.picture("meeting-room-driven")
    db.session.rollback()
    room_id = db.session.query(MeetingRoom.id).filter_by(name="十二楼会议室").scalar()
    room = queries.find(room_id)
    assert sorted(room.hours) == [1, 2, 3, 4, 5]
    assert (dict(room.equipment), room.managers) == ({"projector": 1}, {hall.people["manager"].id})
    assert room.access == {Right.BOOK: (Claim(SubjectKind.DEPARTMENT, hall.department.id),)}

    now = clock.now().replace(minute=0, second=0, microsecond=0)
    booking = hall.book(hall.small, now + timedelta(days=1), subject="党组会")
    page.goto(f"{ROOMS}/{hall.small.id}")
    page.get_by_role("button", name="停用或预留").click()
    dialog = page.locator("dialog#closure")
    dialog.get_by_label("结束").fill(clock.local(now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"))
    dialog.get_by_label("原因").fill("空调检修")
    dialog.get_by_role("button", name="确定").click()
    expect(dialog).to_contain_text("已有 1 场会议预订")
    expect(dialog.get_by_role("link", name="党组会")).to_be_visible()
    desk.ensure_accessible()
    desk.picture("meeting-closure-conflicts")
    # It is not done until it is said that the meeting shall give way.
    dialog.get_by_role("button", name="确定").click()
    expect(dialog).to_contain_text("请先勾选")
    dialog.get_by_label("取消以上会议").check()
    dialog.get_by_role("button", name="确定").click()
    expect(page.locator("section", has=page.locator("#closures"))).to_contain_text("空调检修")
    db.session.rollback()
    [state] = db.session.query(Occurrence.state).filter_by(booking_id=booking["id"]).one()
    assert state == "cancelled"

    page.get_by_role("button", name="生成订阅地址").click()
    expect(page.locator("dialog#told")).to_contain_text(".ics")
    page.get_by_role("button", name="完成").click()
    expect(page.get_by_role("button", name="重新生成")).to_be_visible()

    # Kept for one department: who is excepted is asked for only then.
    page.goto(f"{ROOMS}/{hall.large.id}")
    page.get_by_role("button", name="停用或预留").click()
    expect(dialog.locator("#kept-department")).to_be_hidden()
    dialog.get_by_label("类型").select_option("blocked")
    dialog.locator("#kept-department").select_option(label="综合处")
    dialog.locator("[data-adder-add]").click()
    dialog.get_by_label("结束").fill(clock.local(now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"))
    dialog.get_by_label("原因").fill("换届工作")
    dialog.get_by_role("button", name="确定").click()
    expect(page.locator("section", has=page.locator("#closures"))).to_contain_text("供 综合处 使用")
    # What the browser itself logs about refused requests is no fault of the page.
    refusals = ("status of 409", "status of 422")
    desk.errors = [each for each in desk.errors if not any(text in each for text in refusals)]
