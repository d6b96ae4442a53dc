"""Repairs on the phone: who reports them, who works on them with or without a network, who approves holds."""

import pytest
from playwright.sync_api import expect

from backend.db import db
from property.work_orders.models import State
from property.work_orders.rules import HOLD_FREE_HOURS
from tests.backend.media.pictures import small_jpeg
from tests.miniapp.serving import bind_wechat
from tests.property.estate import Estate

pytestmark = pytest.mark.browser

_ESTATES = {}


@pytest.fixture
def estate(compound, house):
    """One estate for all tests of a process: its categories have codes that are there once."""
    if house.served.url not in _ESTATES:
        made = Estate(compound)
        made.policy()
        for name in ("requester", "worker", "mate", "approver"):
            bind_wechat(made.people[name])
        # What is used again outlives the session of the first test.
        places = (made.campus, made.building, made.floor, made.room)
        for row in (*places, made.group, *made.categories.values(), *made.people.values()):
            db.session.refresh(row)
            db.session.expunge(row)
        _ESTATES[house.served.url] = made
    return _ESTATES[house.served.url]


@pytest.fixture
def phone_for(estate, served, phone_of):
    """The phone of one of the estate's people."""
    return lambda name: phone_of(served, estate.people[name].staff_no)


def photograph(phone, number=0):
    """Add a photo where the form has room for one; `number` counts such places."""
    before = phone.page.locator('[aria-label^="移除第"]').filter(visible=True).count()
    with phone.page.expect_file_chooser() as chooser:
        phone.page.locator('[aria-label="添加照片"]').filter(visible=True).nth(number).tap()
    chooser.value.set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": small_jpeg()})
    expect(phone.page.locator('[aria-label^="移除第"]').filter(visible=True)).to_have_count(before + 1)


def cut_off(phone):
    phone.context.set_offline(True)
    phone.forget_refusals()


def reconnect(phone):
    phone.context.set_offline(False)
    phone.page.evaluate("() => dispatchEvent(new Event('online'))")


def test_a_worker_without_a_network_loses_nothing_and_does_nothing_twice(estate, phone_for):
    order_id = estate.dispatched(category="proved", description="地下二层阀门井渗水")
    phone = phone_for("worker")
    phone.open("pages/repairs/tasks")
    phone.see("地下二层阀门井渗水")
    phone.page.wait_for_load_state("networkidle")  # What will be needed down there is fetched.
    cut_off(phone)
    phone.seen("地下二层阀门井渗水").tap()
    phone.tap("接单")
    phone.see("待上传")
    phone.tap("到达现场")
    phone.tap("完成维修")
    phone.picture("repairs-finish-offline")
    phone.fill("处理结果", "更换阀芯，试压不漏")
    photograph(phone)
    photograph(phone, 1)
    sign(phone)
    phone.tap("提交，等待验收")
    phone.see("待上传")
    phone.look("repairs-offline")
    assert estate.order(order_id).state == State.DISPATCHED
    phone.forget_refusals()

    reconnect(phone)
    phone.see("待验收")
    expect(phone.page.get_by_text("离线操作").filter(visible=True)).to_have_count(0)
    assert estate.steps(order_id)[-3:] == ["accept", "arrive", "finish"]
    shown = estate.dispatcher.get(f"/property/work-orders/{order_id}").data["photos"]
    assert [len(shown[kind]) for kind in ("before", "after", "signature")] == [1, 1, 1]
    phone.look("repairs-task-done")
    phone.forget_refusals()


def sign(phone):
    """Write with a finger."""
    field = phone.page.locator(".app-signature-field").filter(visible=True)
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    touch = phone.context.new_cdp_session(phone.page)
    x, y = box["x"] + 40, box["y"] + 60

    def send(kind, *points):
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": at[0], "y": at[1]} for at in points]},
        )

    send("touchStart", (x, y))
    for step in range(1, 9):
        send("touchMove", (x + 20 * step, y + 30 * (step % 2)))
    send("touchEnd")
    expect(phone.tapped("重签")).to_be_visible()


def test_what_was_done_offline_to_an_order_that_was_taken_away_is_explained_and_removed(estate, phone_for):
    order_id = estate.working(description="楼道灯不亮要换")
    phone = phone_for("worker")
    phone.open(f"pages/repairs/task?id={order_id}")
    phone.see("楼道灯不亮要换")
    cut_off(phone)
    phone.tap("到达现场")
    phone.see("待上传")
    estate.done(estate.dispatcher, order_id, "transfer", reason="改派电工")
    phone.forget_refusals()
    reconnect(phone)
    phone.see("未生效")
    phone.look("repairs-conflict")
    phone.tap("知道了，移除")
    phone.answer("移除")
    expect(phone.page.get_by_text("离线操作").filter(visible=True)).to_have_count(0)
    assert "arrive" not in estate.steps(order_id)
    phone.forget_refusals(404, 409, 403)


def test_somebody_reports_at_a_place_urges_accepts_and_rates(estate, phone_for):
    phone = phone_for("requester")
    place = f"kind=room&id={estate.room.id}&path=%E9%99%A2%E5%8C%BA%20/%20101"
    phone.open(f"pages/repairs/new?{place}")
    phone.tap("提交报修")
    phone.see("请选择报修类别")
    phone.tap("light")
    phone.fill("问题描述", "办公室顶灯闪烁")
    photograph(phone)
    expect(phone.page.get_by_text("上传中")).to_have_count(0)
    phone.tap("提交报修")
    phone.see("待受理")
    phone.tap("催办")
    phone.see("已催办")
    order_id = int(phone.page.url.rsplit("id=", 1)[1])
    assert len(estate.requester.get(f"/property/work-orders/{order_id}").data["photos"]["report"]) == 1

    estate.done(estate.dispatcher, order_id, "dispatch", worker_id=estate.people["worker"].id)
    estate.done(estate.worker, order_id, "accept")
    estate.done(estate.worker, order_id, "finish", result="更换镇流器", labour_minutes=20)
    phone.open("pages/repairs/list")
    phone.seen("办公室顶灯闪烁").tap()
    phone.tap("没修好")
    phone.fill("没修好的地方", "还是闪")
    phone.tap("要求返工")
    phone.see("处理中")
    estate.done(estate.worker, order_id, "finish", result="更换灯管", labour_minutes=10)
    phone.open(f"pages/repairs/order?id={order_id}")
    phone.tap("修好了，验收")
    phone.see("这次维修怎么样")
    phone.tap("提交评价")
    phone.see("请先打分")
    phone.page.locator('[aria-label="维修质量5星，很满意"]').filter(visible=True).tap()
    phone.tap("提交评价")
    phone.see("我的评价")
    phone.tap("同一问题再次报修")
    phone.see("针对已关闭的工单再次报修")


def test_equipment_is_reported_from_its_plate(estate, phone_for):
    asset = estate.asset("PUMP-01", name="生活水泵")
    phone = phone_for("requester")
    phone.open(f"pages/place?token={asset.plate}")
    phone.see("生活水泵")
    phone.tap("报修这台设备")
    phone.tap("leak")
    phone.fill("问题描述", "水泵漏水")
    phone.tap("提交报修")
    phone.see("生活水泵（PUMP-01）")
    phone.forget_refusals(404)  # It is no plate of a place: that is asked first.


def test_a_worker_takes_what_is_free_and_a_leader_agrees_to_a_long_hold(estate, phone_for):
    # Until tomorrow's morning, which the form proposes, may be less than a day.
    estate.compound.rule(HOLD_FREE_HOURS, 0)
    order_id = estate.triaged(description="卫生间水箱不上水")
    phone = phone_for("worker")
    phone.open("pages/repairs/tasks")
    phone.tap("抢单")
    phone.seen("卫生间水箱不上水").tap()
    phone.tap("抢单")
    phone.tap("到达现场")
    phone.see("到场")
    phone.tap("申请挂起")
    phone.fill("挂起原因", "配件要采购")
    photograph(phone)
    phone.tap("申请挂起")
    phone.see("已申请，等待审批")
    leader = phone_for("approver")
    leader.open("pages/repairs/holds")
    leader.see("配件要采购")
    leader.look("repairs-holds")
    leader.tap("同意挂起")
    leader.see("没有待审批的挂起")
    assert estate.order(order_id).state == State.HELD
    phone.open(f"pages/repairs/task?id={order_id}")
    phone.tap("恢复处理")
    phone.tap("完成维修")
    phone.fill("处理结果", "更换水箱配件")
    phone.tap("提交，等待验收")
    phone.see("完工")
    assert estate.order(order_id).state == State.FINISHED
