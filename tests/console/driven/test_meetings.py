"""Meetings in a real browser: booked for somebody after a look at its dates, approved, seen on the board."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from backend import clock
from meeting.rooms.models import Approval
from tests.meeting.hall import Hall

pytestmark = pytest.mark.browser


@pytest.fixture
def house(compound):
    """Rooms and people, in real time: the server has no other clock."""
    return Hall(compound)


def test_a_series_is_previewed_booked_approved_and_stands_on_the_board(desk_of, house):
    house.change_room(house.large, approval=Approval.ALWAYS.value)
    tomorrow = clock.today() + timedelta(days=1)
    booker = desk_of(house.people["colleague"])
    page = booker.page
    page.goto(f"/console/meetings/bookings/new?on={tomorrow}&room_id={house.large.id}")
    booker.ensure_accessible()
    page.locator("[data-repeat]").select_option("weekly")
    page.locator("[name=last_on]").fill((tomorrow + timedelta(days=14)).isoformat())
    # The end follows the beginning.
    page.locator("[name=start]").fill(f"{tomorrow}T14:00")
    page.locator("[name=start]").blur()
    expect(page.locator("[name=end]")).to_have_value(f"{tomorrow}T15:00")
    page.get_by_role("button", name="看看能否订上").click()
    expect(page.locator(".preview-dates li")).to_have_count(3)
    page.locator("[name=subject]").fill("季度调度会")
    organiser = page.locator("[data-people=organiser_id]")
    organiser.locator("[data-people-words]").fill("张组织")
    page.keyboard.press("Enter")
    found = organiser.locator("[data-people-found] button")
    expect(found).to_be_focused()
    page.keyboard.press("Enter")
    expect(organiser.locator("[data-people-chosen]")).to_contain_text("张组织")
    page.locator("[data-service-tick]").first.check()
    booker.picture("meeting-new-driven")
    page.get_by_role("button", name="提交预订").click()
    expect(page.locator("h1")).to_have_text("季度调度会")
    expect(page.locator(".facts")).to_contain_text("张组织")

    approver = desk_of(house.people["approver"])
    page = approver.page
    page.goto("/console/meetings/approvals")
    page.get_by_role("button", name="批准 季度调度会", exact=True).click()
    dialog = page.locator("dialog#step")
    expect(dialog.locator("[name=occurrence_ids]")).to_have_count(3)
    approver.ensure_accessible()
    # All but the last one.
    dialog.locator("[name=occurrence_ids]").last.uncheck()
    dialog.get_by_role("button", name="批准").click()
    expect(page.locator(".toast-note")).to_contain_text("已批准")
    page.get_by_role("button", name="不批准 季度调度会").click()
    dialog.get_by_role("button", name="不批准").click()
    expect(dialog.locator("[data-field=reason]")).to_contain_text("请填写此项")
    dialog.locator("[name=reason]").fill("当天检修")
    dialog.get_by_role("button", name="不批准").click()
    expect(page.locator("#list")).to_contain_text("没有待审批的会议预订")

    page.goto(f"/console/meetings?on={tomorrow}")
    block = page.get_by_role("link", name="大会议室 14:00–15:00 季度调度会")
    expect(block).to_be_visible()
    approver.picture("meeting-board-driven")
    approver.ensure_accessible()
    block.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("季度调度会")
    expect(page.locator("table")).to_contain_text("未批准")
    expect(page.locator(".timeline")).to_contain_text("当天检修")
    approver.ensure_accessible()
    approver.picture("meeting-booking-driven")

    # What is changed, and nothing else, is sent: here for all meetings.
    page.locator(".act-bar [data-from$='/change']").click()
    dialog = page.locator("dialog#step")
    dialog.locator("[name=headcount]").fill("30")
    dialog.get_by_role("button", name="变更").click()
    expect(page.locator(".facts")).to_contain_text("30 人")
    expect(page.locator(".timeline li .said").first).to_have_text("参会人数")

    # A time that somebody else has is refused below its sentence, date by date.
    taken = clock.at_local(tomorrow, time(16))
    house.book(house.large, taken, taken + timedelta(hours=1), by=house.manager)
    page.locator(".row-acts [data-from*='/change']").first.click()
    dialog.locator("[name=start]").fill(f"{tomorrow}T16:00")
    dialog.locator("[name=end]").fill(f"{tomorrow}T17:00")
    dialog.get_by_role("button", name="变更").click()
    expect(dialog.locator(".preview-dates")).to_contain_text("16:00–17:00")
    approver.errors.clear()
    dialog.get_by_role("button", name="取消").click()

    # One of the series is cancelled by a dialog that says which.
    page.locator(".row-acts [data-from*='/cancel']").first.click()
    dialog.locator("[name=reason]").fill("改期")
    dialog.get_by_role("button", name="取消会议").click()
    expect(page.locator("table")).to_contain_text("已取消")
    expect(page.locator("table")).to_contain_text("已预订")
