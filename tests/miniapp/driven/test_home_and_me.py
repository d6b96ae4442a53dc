"""The first page, messages, opinions with photos, one's own login and data, places, a leader's figures."""

import io
import zipfile
from datetime import timedelta
from itertools import count

import pytest
from playwright.sync_api import expect

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic
from backend.notifications.calls.operations import call_urgently
from backend.notifications.messages import CALL_UNANSWERED
from tests.backend.media.pictures import small_jpeg
from tests.miniapp.serving import bind_wechat

pytestmark = pytest.mark.browser

NUMBERS = count(1)


@pytest.fixture
def official(compound):
    """王建国, with 20 yuan of subsidy and 10 of his own."""
    staff = compound.staff(
        f"P{next(NUMBERS):03d}", name="王建国", subsidy_fen=2000, personal_fen=1000, card_no=None
    )
    bind_wechat(staff)
    return staff


@pytest.fixture
def client(compound, official):
    """What he does elsewhere."""
    return compound.client(official)


@pytest.fixture
def administrator(compound):
    """Whoever answers opinions."""
    return compound.client(compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)}))


@pytest.fixture
def meals(compound):
    """A canteen with a lunch that is handed out now, and tomorrow's."""
    canteen = compound.canteen(name=f"首页食堂{next(NUMBERS)}", opens_on_rest_days=True)
    compound.period(canteen)
    dish = compound.dish(canteen, "红烧肉", 1000)
    now = clock.now()
    for days in (0, 1):
        at = now + timedelta(days=days)
        compound.meal(
            canteen, {dish: 9}, clock.local(at).date(), closes_at=at + timedelta(hours=2),
            serves_from=at - timedelta(minutes=5), serves_until=at + timedelta(hours=4),
        )  # fmt: skip # One name a line would say no more.
    return canteen, dish


def order(client, meals):
    canteen, dish = meals
    body = {
        "canteen_id": canteen.id, "date": clock.today().isoformat(), "period": "lunch",
        "items": [{"dish_id": dish.id, "portion": "half", "quantity": 1}],
    }  # fmt: skip # One name a line would say no more.
    return client.post("/canteen/orders", body).data


def test_the_first_page_leads_to_an_order_and_then_to_its_code(official, client, meals, served, phone_of):
    phone = phone_of(served, official.staff_no)
    phone.open()
    phone.see("还没有订餐")
    phone.see("距订餐截止")
    phone.see("30.00")
    phone.look("home-without-order")
    phone.tap("去订餐")
    expect(phone.page.locator(".app-page .app-error").filter(visible=True)).to_have_count(0)
    phone.page.wait_for_url("**/pages/canteen/menu**")
    order(client, meals)
    phone.open()
    phone.see("今天午餐")
    phone.see("红烧肉（半份）×1")
    phone.see("明天午餐可以预订")
    phone.look("home-with-order")
    phone.tap("出示取餐码")
    phone.page.wait_for_url("**/pages/canteen/code**")
    expect(phone.page.get_by_role("img").filter(visible=True).first).to_be_visible()


def test_an_opinion_with_a_photo_is_answered_and_the_answer_found(
    official, client, administrator, served, phone_of
):
    phone = phone_of(served, official.staff_no)
    phone.open("pages/suggestions/list")
    phone.see("还没有写过投诉建议")
    phone.tap("写投诉建议")
    phone.tap("提交")
    phone.see("请写下您的意见")
    phone.tap("故障")
    phone.fill("内容", "二楼饮水机不出热水")
    with phone.page.expect_file_chooser() as chooser:
        phone.tap("添加照片")
    chooser.value.set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": small_jpeg()})
    expect(phone.page.locator('[aria-label="移除第 1 张照片"]')).to_be_visible()
    expect(phone.page.get_by_text("上传中")).to_have_count(0)
    phone.look("suggestion-new")
    phone.tap("提交")
    phone.see("已收到，答复后会发到您的消息")
    sent = client.get("/suggestions").data["list"][0]
    assert (sent["kind"], sent["may_contact"], len(sent["photos"])) == ("fault", False, 1)
    administrator.post(f"/admin/suggestions/{sent['id']}/replies", {"text": "今天下午修好。"})

    phone.open()
    phone.see("您的投诉建议有新答复")
    phone.look("home-waiting")
    phone.tap("消息，1 条未读")
    phone.see("未读")
    phone.see("您提交的「故障」有新答复")
    phone.look("inbox")
    phone.tap("投诉建议有新答复")
    phone.see("查看相关内容")
    phone.look("inbox-message")
    phone.tap("查看相关内容")
    phone.see("今天下午修好。")
    phone.look("suggestion-detail")
    expect(phone.page.locator('[aria-label="查看第 1 张照片"] img')).to_have_js_property("complete", True)
    assert client.get("/inbox").data["unread"] == 0
    phone.open("pages/suggestions/list")
    phone.see("1 条答复")
    phone.look("suggestions")


def test_an_urgent_call_is_acknowledged(official, client, served, phone_of):
    @atomic
    def call():
        call_urgently(
            CALL_UNANSWERED,
            [official.id],
            {"call": "水泵故障", "count": "2", "text": "请处理"},
            dedupe=str(official.id),
        )

    call()
    phone = phone_of(served, official.staff_no)
    phone.open("pages/inbox/list")
    phone.see("待确认")
    phone.tap("紧急呼叫无人应答")
    phone.see("确认后不再呼叫其他人")
    phone.look("inbox-urgent")
    phone.tap("确认收到")
    phone.see("您已于")
    assert client.get("/inbox").data["messages"][0]["acknowledged_at"]
    phone.open("pages/inbox/list")
    phone.tap("未读")
    phone.see("没有未读消息")


def test_other_sessions_are_ended(official, compound, served, phone_of):
    others = [compound.client(official) for _ in range(3)]
    phone = phone_of(served, official.staff_no)
    phone.open("pages/tabs/me")
    phone.see(official.staff_no)
    phone.look("me")
    phone.tap("登录与安全")
    phone.see("本机")
    phone.look("me-security")
    ends = phone.page.locator("uni-button").filter(has_text="退出", visible=True)
    expect(ends).to_have_count(4)  # Three, and the one for all others.
    ends.first.tap()
    phone.answer("退出")
    phone.see("已退出该设备")
    expect(ends).to_have_count(3)
    phone.tap("退出其他设备")
    phone.answer("全部退出")
    expect(phone.page.get_by_text("本机").filter(visible=True)).to_have_count(1)
    expect(ends).to_have_count(0)
    assert [other.get("/me").status for other in others] == [401, 401, 401]


def test_one_decides_about_the_policy_and_gets_ones_data(official, client, served, phone_of):
    phone = phone_of(served, official.staff_no)
    phone.open("pages/me/privacy")
    phone.tap("同意")
    phone.see("已同意")
    phone.tap("撤回同意")
    phone.answer("撤回")
    phone.see("未同意")
    phone.look("me-privacy")
    assert client.get("/home").data["privacy"]["is_agreed"] is False
    with phone.page.expect_download() as download:
        phone.tap("下载信息副本")
    assert download.value.suggested_filename == "个人信息副本.zip"
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as copy:
        assert copy.namelist()

    phone.tap("更正、限制处理或删除")
    phone.see("还没有提出过申请")
    phone.tap("提出申请")
    phone.tap("提交申请")
    phone.see("请说明申请内容")
    phone.fill("申请内容", "手机号已更换")
    phone.look("me-data-request")
    phone.tap("提交申请")
    phone.see("更正申请")
    phone.see("待答复")
    phone.look("me-data-requests")
    phone.tap("提出申请")
    phone.fill("申请内容", "再来一次")
    phone.tap("提交申请")
    phone.see("您已提交过同类申请，正在处理中")
    phone.forget_refusals(409)


@pytest.mark.parametrize("page", ["profile", "reminders", "about"])
def test_what_is_only_read(official, served, phone_of, page):
    phone = phone_of(served, official.staff_no)
    phone.open(f"pages/me/{page}")
    phone.see({"profile": "主要任职", "reminders": "提醒怎样发给您", "about": "主办单位"}[page])
    phone.look(f"me-{page}")


def test_a_plate_leads_to_its_place(official, compound, served, phone_of):
    campus = compound.campus()
    manager = compound.client(compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)}))
    plate = manager.post("/admin/places/plates", {"places": [{"kind": "campus", "id": campus.id}]}).data
    plate = plate["list"][0]
    phone = phone_of(served, official.staff_no)
    phone.open(f"pages/place?token={plate['token']}")
    phone.see(campus.name)
    phone.look("place")
    phone.tap("随手拍")
    phone.see("请尽量不拍到他人面部和车牌")
    phone.see(campus.name)
    phone.open("pages/place?token=unknown")
    phone.see("没有找到该标牌")
    phone.fill("标牌编号", plate["code"])
    phone.look("place-unknown")
    phone.tap("查找")
    phone.see("在这里可以")
    phone.forget_refusals(404)


def test_a_leader_sees_the_day_in_figures(demo, phone_of):
    phone = phone_of(demo, "9501")
    phone.open()
    phone.tap("今日概览")
    phone.see("今日订餐")
    phone.see("各食堂今日")
    phone.look("leader-today")
    phone.tap("值班餐厅")
    expect(phone.page.get_by_text("各食堂今日")).to_have_count(0)
    phone.see("满意度（30 天）")
