"""The desk's board in a real browser: taken in and given out, answered with a photo, counted in the end."""

import pytest
from playwright.sync_api import expect

from backend.db import db
from feedback.categories.models import Kind
from feedback.reports.models import Report
from tests.backend.media.pictures import png
from tests.feedback.desk import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def feedback(compound):
    """Categories, offices and people, in real time: the server has no other clock."""
    return Desk(compound)


def state_of(report_id):
    db.session.rollback()
    return db.session.get(Report, report_id, populate_existing=True).state


def test_a_report_is_given_out_on_the_board_answered_with_a_photo_and_counted(desk_of, feedback, tmp_path):
    feedback.category("flowers", Kind.SNAP, name="绿化", office_id=feedback.office.id)
    first, second = (feedback.report(category="flowers", text=text) for text in ("花盆倒了", "草坪积水"))

    board = desk_of(feedback.people["officer"])
    page = board.page
    page.goto("/console/feedback/board")
    pending = page.locator(".lane", has=page.locator("#lane-pending"))
    assigned = page.locator(".lane", has=page.locator("#lane-assigned"))
    expect(pending.locator(".card-of")).to_have_count(2)

    board.ensure_accessible()

    # By keyboard alone: take one in; the other one, that has its place now, keeps the focus.
    page.locator(f"#accept-{first}").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast-note")).to_contain_text("已受理")
    expect(pending.locator(".card-of")).to_have_count(1)
    assert state_of(first) == "accepted"
    expect(page.locator(f"#report-{second}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("dialog#case")).to_contain_text("草坪积水")
    page.keyboard.press("Escape")

    # To the office that its category proposes.
    page.locator(f"#assign-{first}").focus()
    page.keyboard.press("Enter")
    expect(assigned).to_contain_text("花盆倒了")
    assert state_of(first) == "assigned"
    board.picture("report-board-driven")

    # What is drawn anew stays where it was looked at.
    page.evaluate("document.querySelector('#lanes').scrollLeft = 40")
    moved = page.evaluate("document.querySelector('#lanes').scrollLeft")
    page.locator(f"#report-{first}").focus()
    with page.expect_response("**/console/feedback/board"):
        page.evaluate("window.houqin.refresh('#list')")
    expect(page.locator(f"#report-{first}")).to_be_focused()
    assert page.evaluate("document.querySelector('#lanes').scrollLeft") == moved

    handler = desk_of(feedback.people["member"])
    page = handler.page
    page.goto("/console/feedback/office")
    handler.ensure_accessible()
    page.get_by_role("link", name=feedback.row(first).number).click()
    page.locator("[data-open='#do-reply']").click()
    dialog = page.locator("dialog#do-reply")
    dialog.get_by_role("button", name="答复").click()
    expect(dialog.locator("[data-field=text]")).to_contain_text("请填写此项")
    dialog.locator("[name=text]").fill("已扶起并清扫干净")
    dialog.get_by_role("button", name="添加照片").click()
    picture = tmp_path / "done.png"
    picture.write_bytes(png(320, 240, colour=2))
    dialog.locator("[data-upload]").set_input_files(picture)
    expect(dialog.locator(".photo-picture")).to_be_visible()
    dialog.get_by_role("button", name="答复").click()
    timeline = page.locator("section", has=page.locator("#timeline"))
    expect(timeline).to_contain_text("已扶起并清扫干净")
    expect(timeline.locator("img")).to_have_count(1)
    assert state_of(first) == "to_rate"
    handler.picture("report-replied")
    handler.ensure_accessible()

    page = board.page
    page.goto("/console/feedback/statistics?by=office")
    expect(page.locator(".rate-cards")).to_contain_text("按时答复 1 / 应答复 1")
    expect(page.locator("table").last).to_contain_text("绿化组")
    board.ensure_accessible()
