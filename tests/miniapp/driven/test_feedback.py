"""Demands on the phone: from the one door to an answer that one judges; services, notices, surveys."""

from datetime import timedelta
from io import BytesIO

import pytest
from playwright.sync_api import expect

from backend import clock
from backend.db import atomic, db
from backend.places.models import Room
from feedback.categories.models import Category
from tests.backend.attachments.documents import pdf
from tests.feedback.desk import Desk, add
from tests.miniapp.driven.test_repairs import photograph
from tests.miniapp.serving import bind_wechat

pytestmark = pytest.mark.browser

# What Desk names by its code, as people read it; and the words by which the door finds it.
_NAMES = {
    "snap": "绿化养护",
    "danger": "安全隐患",
    "utilities": "水电气暖",
    "complaint": "服务投诉",
    "named": "实名投诉",
    "suggestion": "改进建议",
    "service": "日常服务",
}
_DESKS = {}


@pytest.fixture
def desk(compound, house):
    """One desk for all tests of a process, in the present: its categories have codes that are there once."""
    if house.served.url not in _DESKS:
        made = Desk(compound)
        _name(made)
        made.hall = add(Room(floor_id=made.floor.id, name="听雨厅"))
        made.service_category_id = made.categories["service"].id
        for staff in made.people.values():
            bind_wechat(staff)
        # What is used again outlives the session of the first test.
        for row in (made.hall, made.office, made.other_office, *made.people.values()):
            db.session.refresh(row)
            db.session.expunge(row)
        _DESKS[house.served.url] = made
    return _DESKS[house.served.url]


@atomic
def _name(made):
    for code, name in _NAMES.items():
        category = db.session.get(Category, made.categories[code].id)
        category.name, category.words = name, ["花坛"] if code == "snap" else []


@pytest.fixture
def phone_for(desk, served, phone_of):
    """The phone of one of the desk's people."""
    return lambda name: phone_of(served, desk.people[name].staff_no)


def add_photos(phone, count):
    """Add photos, and wait until they are sent."""
    for _ in range(count):
        photograph(phone)
    expect(phone.page.get_by_text("上传中").filter(visible=True)).to_have_count(0)


def choose_place(phone, words, label="选择地点"):
    """Find a place by its name, and take it."""
    phone.tap(label)
    phone.fill("按名称查找", words)
    phone.tap(f"1层 / {words}")


def rate(phone, outcome, stars):
    """Judge the answer."""
    phone.see("办得怎么样？")
    phone.tap(outcome)
    for dimension in ("办理速度", "服务态度", "办理结果"):
        phone.page.locator(f'[aria-label^="{dimension}{stars}星"]').filter(visible=True).tap()


def test_a_reporter_sees_a_demand_through_to_an_answer_that_they_accept(desk, phone_for):
    phone = phone_for("reporter")
    phone.open("pages/feedback/door")
    phone.fill("用一句话说说", "花坛的树倒了，挡住了人行道")
    phone.tap("下一步")
    phone.see("因为您提到了")
    phone.look("feedback-door")
    phone.tap("随手拍 · 绿化养护")
    phone.see("答复时限")
    add_photos(phone, 2)
    phone.tap("提交")
    phone.see("请选择地点")  # Nothing was sent.
    choose_place(phone, "听雨厅")
    phone.look("feedback-new")
    phone.tap("提交")
    phone.see("待审核")
    expect(phone.page.locator('[aria-label^="查看反映照片"]').filter(visible=True)).to_have_count(2)
    (report,) = desk.reporter.get("/feedback/reports", scope="mine").data["list"]
    report_id = report["id"]

    other = phone_for("neighbour")
    other.open("pages/feedback/new?kind=snap")
    other.tap("绿化养护")
    choose_place(other, "听雨厅")
    other.see("附近已有人反映")
    other.seen("附近已有人反映").scroll_into_view_if_needed()
    other.look("feedback-similar")
    other.tap("我也遇到")
    other.see("1 人也遇到")
    other.see("不再关注")
    assert desk.row(report_id).followers == 1

    desk.done(desk.officer, report_id, "assign", office_id=desk.office.id, text="请先清理路面")
    handler = phone_for("member")
    handler.open("pages/feedback/cases?scope=office")
    handler.tap("绿化养护")
    handler.tap("答复")
    handler.fill("答复内容", "树已扶正，路面清理完毕")
    add_photos(handler, 1)
    handler.look("feedback-reply")
    handler.tap("发出答复")
    handler.see("待评价")
    handler.look("feedback-case")

    phone.open("pages/feedback/mine")
    phone.see("待评价")
    phone.look("feedback-mine")
    phone.tap("绿化养护")
    phone.see("树已扶正，路面清理完毕")
    rate(phone, "部分解决", 3)
    phone.tap("提交评价")
    phone.see("请写下还没有解决的地方")
    phone.fill("还没有解决的地方", "树枝还堆在路边")
    phone.look("feedback-rate")
    phone.tap("提交评价")
    phone.see("转办")
    expect(phone.seen("办得怎么样？")).to_have_count(0)
    phone.look("feedback-reopened")
    row = desk.row(report_id)
    assert (row.state, row.cycle, row.office_id) == ("assigned", 1, desk.office.id)

    desk.done(desk.member, report_id, "reply", text="树枝已全部运走")
    phone.open(f"pages/feedback/report?id={report_id}")
    phone.see("树枝已全部运走")
    rate(phone, "已解决", 5)
    phone.tap("提交评价")
    phone.see("我的评价")
    phone.look("feedback-closed")
    row = desk.row(report_id)
    assert (row.state, row.outcome, row.reopenings) == ("closed", "resolved", 1)


def test_a_small_service_a_notice_and_a_survey(desk, phone_for):
    offer_water(desk)
    phone = phone_for("neighbour")
    phone.open("pages/feedback/services")
    phone.tap("送水")
    phone.fill("桶数", "40")
    choose_place(phone, "听雨厅")
    phone.tap("提交")
    phone.see("桶数应在")  # Beside the field, in the server's words.
    phone.forget_refusals(422)
    phone.look("feedback-request")
    phone.fill("桶数", "2")
    phone.tap("提交")
    phone.see("填写内容")
    phone.look("feedback-request-sent")

    notice_id = publish_notice(desk)
    phone.open("pages/feedback/notices")
    phone.see("周六停电检修")
    phone.look("feedback-notices")
    phone.tap("周六停电检修")
    phone.see("请提前保存资料")
    with phone.page.expect_download() as download:
        phone.tap("停电安排.pdf")
    assert download.value.suggested_filename == "停电安排.pdf"
    phone.look("feedback-notice")
    assert not desk.neighbour.get(f"/feedback/notices/{notice_id}").data["is_unread"]

    survey_id = open_survey(desk)
    phone.open("pages/feedback/surveys")
    phone.tap("后勤服务问卷")
    phone.see("匿名问卷")
    phone.tap("提交")
    phone.see("请至少回答一题")
    phone.tap("每天")
    phone.tap("口味")
    phone.tap("价格")
    phone.tap("4 分")
    phone.page.locator('[aria-label^="保洁5星"]').filter(visible=True).tap()
    phone.fill("5. 还有什么建议？", "很好")
    phone.look("feedback-survey")
    phone.tap("提交")
    phone.see("已参加")
    assert desk.visitor.get(f"/feedback/surveys/manage/{survey_id}").data["answered"] == 1


def offer_water(desk):
    """A small service with a form."""
    form = [
        {"key": "where", "title": "送到哪里", "type": "place", "required": True},
        {"key": "barrels", "title": "桶数", "type": "number", "required": True, "min": 1, "max": 10},
        {"key": "phone", "title": "联系电话", "type": "phone"},
    ]
    said = {"code": "water", "name": "送水", "icon": "water", "intro": "桶装水配送到办公室。"}
    body = {**said, "category_id": desk.service_category_id, "hours": "工作日 9:00–17:00", "form": form}
    assert desk.officer.post("/feedback/services", body).status == 201


def publish_notice(desk):
    """A notice with a document, for everybody."""
    document = desk.officer.post(
        "/attachments?name=停电安排.pdf",
        data={"file": (BytesIO(pdf()), "a.pdf")},
        content_type="multipart/form-data",
    ).data
    said = {"kind": "maintenance", "title": "周六停电检修", "body": "周六八点到十二点。\n请提前保存资料。"}
    audience = [{"kind": "everybody"}]
    body = {**said, "audience": audience, "attachment_ids": [document["id"]]}
    draft = desk.officer.post("/feedback/notices", body).data
    published = desk.officer.post(f"/feedback/notices/{draft['id']}/publish", {"revision": draft["revision"]})
    return published.data["id"]


def open_survey(desk):
    """A survey with a question of every kind, for everybody."""
    questions = [
        {"kind": "single", "text": "多久在食堂用一次餐？", "options": ["每天", "很少"]},
        {"kind": "multiple", "text": "哪些需要改进？", "options": ["口味", "价格", "环境"], "most": 2},
        {"kind": "scale", "text": "总体满意吗？"},
        {"kind": "matrix", "text": "请分别打分", "options": ["食堂", "保洁"]},
        {"kind": "text", "text": "还有什么建议？"},
    ]
    stops_on = (clock.today() + timedelta(days=5)).isoformat()
    said = {"title": "后勤服务问卷", "audience": "all", "stops_on": stops_on, "questions": questions}
    draft = desk.visitor.post("/feedback/surveys", said).data
    return desk.visitor.post(f"/feedback/surveys/{draft['id']}/open").data["id"]
