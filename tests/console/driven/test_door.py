"""The display at a meeting room's door, in a real browser: across and upright, and with the network cut."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from backend import clock
from backend.db import atomic, db
from meeting.bookings.models import Occurrence
from tests.console.driven.test_station import forget_refusals
from tests.meeting.hall import Hall

pytestmark = pytest.mark.browser

ACROSS = {"width": 1280, "height": 800}
UPRIGHT = {"width": 800, "height": 1280}
# (begins in minutes from now, lasts, subject)
DAY = (
    (-20, 60, "2026年第四季度机关后勤服务保障工作协调会暨安全生产专题部署会议"),
    (60, 45, "人事任免"),
    (120, 30, "信息化建设项目评审会"),
)


# What does not show all that it holds, of what must.
_CUT = """() => [document.body, ...document.querySelectorAll(".state, .list, .card")]
    .filter((each) => each.scrollHeight > each.clientHeight + 1 && each.clientHeight)
    .map((each) => each.className || each.tagName)"""


@pytest.fixture
def hall(compound):
    """A hall whose small room is in use, and has two more meetings to come; one of them is confidential.

    By the true clock, as the browser's: rows are put where they lie.
    """
    now = clock.now().replace(second=0, microsecond=0)
    if clock.local(now).day != clock.local(now + timedelta(minutes=DAY[1][0] + 1)).day:
        pytest.skip("the next meeting would be tomorrow's, and the display tells of today's")
    hall = Hall(compound)
    for begins, lasts, subject in DAY:
        day = now + timedelta(days=3, minutes=begins)
        booked = hall.book(
            hall.small, day, day + timedelta(minutes=lasts), subject=subject[:100],
            is_confidential=subject == "人事任免",
        )  # fmt: skip
        moved(booked["id"], timedelta(days=-3))
    return hall


@atomic
def moved(booking_id, by):
    """Let a meeting lie elsewhere in time."""
    row = db.session.query(Occurrence).filter_by(booking_id=booking_id).one()
    row.start_at, row.end_at = row.start_at + by, row.end_at + by


@pytest.mark.parametrize(("name", "viewport"), [("across", ACROSS), ("upright", UPRIGHT)])
def test_it_says_what_is_on_and_outlasts_the_network(desk_of, hall, name, viewport):
    tablet = desk_of(viewport=viewport)
    page = tablet.page
    page.clock.install(time=clock.now())
    page.goto(f"/screen/room/{hall.small.id}")
    state = page.locator(".state")
    expect(state).to_contain_text("使用中")
    expect(state.locator(".subject")).to_contain_text("后勤服务保障工作协调会")
    expect(state).to_contain_text("接下来")
    expect(state).to_contain_text("内部会议")
    expect(page.locator("body")).not_to_contain_text("人事任免")
    assert page.evaluate(_CUT) == []
    tablet.picture(f"door-{name}-busy")
    tablet.ensure_accessible()
    tablet.context.set_offline(True)
    page.clock.run_for(41 * 60 * 1000)
    expect(state).to_contain_text("空闲")
    assert page.evaluate(_CUT) == []
    expect(page.locator("#offline")).to_contain_text("网络中断 · 内容更新于")
    tablet.picture(f"door-{name}-free-offline")
    page.clock.run_for(10 * 60 * 1000)
    expect(state).to_contain_text("即将开始")
    tablet.picture(f"door-{name}-soon")
    forget_refusals(tablet)
