"""What the desk blacks out of a photo in a real browser is black for everybody, and only that."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from backend.db import db
from backend.media import queries as media
from feedback.reports import policies
from tests.backend.media import pictures
from tests.backend.media.sending import fetch, send
from tests.console.driven.test_station import forget_refusals
from tests.feedback.desk import Desk as FeedbackDesk

pytestmark = pytest.mark.browser

# In pixels of the photo, which is 1600×1200.
WIDTH = 1600


@pytest.fixture
def case(compound):
    """A handled case with two photos whose reporter agreed to the wall, in real time."""
    made = FeedbackDesk(compound)
    picture = pictures.saved(pictures.corners(1600, 1200), "JPEG", quality=95)
    photos = [send(made.reporter, picture).data["id"] for _ in range(2)]
    made.report_id = made.rated(photo_ids=photos, is_wall_consented=True)
    waiting = made.officer.get("/feedback/moderation", state="waiting").data["list"][0]
    body = {"verdict": "pass", "revision": waiting["revision"]}
    assert made.officer.post(f"/feedback/moderation/{waiting['id']}/decide", body).status == 200
    return made


def shown(app, report_id):
    """The public photos, as anybody gets them."""
    db.session.rollback()
    links = media.links_of_owners(policies.PHOTOS_PUBLIC, [report_id]).get(report_id, [])
    return [Image.open(io.BytesIO(fetch(app, each.full).data)) for each in links]


def drag(page, photo, begin, end):
    """From one spot of a photo to another, both in its pixels, with the mouse."""
    photo.scroll_into_view_if_needed()
    box = photo.bounding_box()
    scale = box["width"] / WIDTH
    page.mouse.move(box["x"] + begin[0] * scale, box["y"] + begin[1] * scale)
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * scale, box["y"] + end[1] * scale, steps=4)
    page.mouse.up()


def test_a_box_is_drawn_with_the_mouse_and_is_black_in_what_everybody_sees(desk_of, case, app):
    desk = desk_of(case.people["officer"])
    page = desk.page
    page.goto(f"/console/feedback/reports/{case.report_id}/publish")
    first, second = (page.get_by_role("group", name=f"照片 {number}", exact=True) for number in (1, 2))
    photo = first.locator("svg.redact-photo")

    first.get_by_label("遮挡后公示").check()
    page.get_by_label("写给大家看的话").fill("路面已经清理")
    page.get_by_role("button", name="公示", exact=True).click()
    expect(first).to_contain_text("请先画出要遮挡的部分")  # Nothing is sent.

    drag(page, photo, (200, 150), (600, 450))
    drag(page, photo, (1000, 800), (1300, 1000))
    expect(first.locator("rect")).to_have_count(2)
    first.get_by_role("button", name="撤销").click()
    expect(first.locator("rect")).to_have_count(1)
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#preview svg")).to_have_count(1)
    expect(page.locator("#preview rect")).to_have_count(1)
    desk.picture("publication-preview")
    page.locator("#preview").get_by_role("button", name="关闭").click()
    desk.picture("publication")
    page.get_by_role("button", name="公示", exact=True).click()
    expect(page.get_by_role("heading", name="正在公示")).to_be_visible()

    (public,) = shown(app, case.report_id)
    assert public.size == (1600, 1200)
    # A pixel from the edge: the mouse stands between pixels of the photo.
    assert public.convert("L").crop((206, 156, 594, 444)).getextrema()[1] <= 20
    assert pictures.is_near(public.getpixel((150, 100)), pictures.RED)
    assert pictures.is_near(public.getpixel((1150, 900)), pictures.WHITE)  # What was undone.
    assert pictures.is_near(public.getpixel((1400, 300)), pictures.GREEN)
    expect(second).to_have_count(0)

    page.get_by_role("button", name="撤下").click()
    page.locator("#ask-yes").click()
    expect(page.get_by_role("heading", name="公示文字")).to_be_visible()
    assert shown(app, case.report_id) == []


def test_the_keyboard_alone_blacks_out_and_a_refusal_is_said(desk_of, case, app):
    desk = desk_of(case.people["officer"])
    page = desk.page
    page.goto(f"/console/feedback/reports/{case.report_id}/publish")
    second = page.get_by_role("group", name="照片 2", exact=True)
    second.get_by_label("遮挡后公示").focus()
    page.keyboard.press("Space")
    second.get_by_role("button", name="添加黑块").focus()
    page.keyboard.press("Enter")
    rect = second.locator("rect")
    expect(rect).to_be_focused()
    assert rect.get_attribute("x") == "640"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert [rect.get_attribute(key) for key in ("x", "y", "width", "height")] == ["656", "480", "320", "256"]
    second.get_by_label("第 1 块，左（像素）").fill("0")
    second.get_by_label("第 1 块，上（像素）").fill("0")
    page.keyboard.press("Tab")
    desk.ensure_accessible()
    case.officer.post(f"/feedback/reports/{case.report_id}/hide", {"text": "有人要求撤下"})
    page.get_by_label("写给大家看的话").fill("路面已经清理")
    page.get_by_role("button", name="公示", exact=True).press("Enter")
    expect(page.locator("form[data-redaction] > .form-error")).to_be_visible()
    forget_refusals(desk)
    case.officer.post(f"/feedback/reports/{case.report_id}/unhide", {"text": "核实无误"})
    page.get_by_role("button", name="公示", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="正在公示")).to_be_visible()
    (public,) = shown(app, case.report_id)
    assert public.convert("L").crop((4, 4, 314, 250)).getextrema()[1] <= 20
    assert pictures.is_near(public.getpixel((500, 100)), pictures.RED)
