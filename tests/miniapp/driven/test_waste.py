"""Against waste, on the phone: what is weighed, bound and read, half portions, spot checks and bulletins."""

from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from canteen.menu.rules import OPENS_ON_REST_DAYS
from canteen.waste.models import Container, Kind
from canteen.waste.serving.rules import BY_WEIGHT
from canteen.waste.serving.services import settle_due
from tests.backend.devices.signed import SignedClient, make_device
from tests.canteen.evaluation.organs import EVERYWHERE, field
from tests.canteen.waste.statistics.pantry import Pantry
from tests.factories import MONDAY
from tests.miniapp.serving import bind_wechat

pytestmark = pytest.mark.browser

NUMBERS = count(1)
TRAY_G = 480


@pytest.fixture
def kitchen(compound):
    """A canteen that serves its lunch now, by weight, with a tray, a bin and a scale; 周掌勺 works there."""
    canteen = compound.canteen(name=f"称重食堂{next(NUMBERS)}", opens_on_rest_days=True)
    compound.period(canteen)
    compound.rule(BY_WEIGHT, True, canteen.id)
    pork = compound.dish(canteen, "红烧肉", price_fen_per_kg=3_600)
    now = clock.now()
    compound.meal(
        canteen, {pork: None}, clock.today(), closes_at=now - timedelta(hours=2),
        serves_from=now - timedelta(minutes=5), serves_until=now + timedelta(hours=4),
    )  # fmt: skip # One name a line would say no more.
    waiter = compound.staff(
        f"W{next(NUMBERS):03d}", name="周掌勺", roles={"canteen_staff": (ScopeKind.CANTEEN, canteen.id)}
    )
    bind_wechat(waiter)
    furnish(canteen, kind="tray", code="T001", tare_g=TRAY_G, edible="mixed")
    furnish(canteen, kind="bin", code="B01", name="餐盘剩余桶", tare_g=3_100, stage="plate", edible="mixed")
    code, secret, _ = make_device(canteen_id=canteen.id)
    return SimpleNamespace(
        canteen=canteen, pork=pork, waiter=waiter, scale=SignedClient(compound.app, code, secret)
    )


@pytest.fixture
def pantry(compound):
    """A canteen of yesterday's and tomorrow's lunch, and who eats there."""
    made = Pantry(compound)
    compound.rule(OPENS_ON_REST_DAYS, True, made.canteen.id)
    made.day = (clock.today() - MONDAY).days  # Its days are counted from there.
    made.diner = compound.staff(f"H{next(NUMBERS):03d}", name="许半份", subsidy_fen=10_000)
    bind_wechat(made.diner)
    return made


@atomic
def furnish(canteen, **columns):
    db.session.add(Container(canteen_id=canteen.id, **columns))


def tell(kitchen, **event):
    """The scale tells an event, now."""
    now = clock.local(clock.now()).isoformat()
    whole = {"seq": next(NUMBERS), "captured_at": now, "tray": "T001", **event}
    answer = kitchen.scale.post("/devices/weighings", {"sent_at": now, "events": [whole]})
    assert [each["result"] for each in answer.data["items"]] == ["accepted"], answer.data


def scan(phone, label, text):
    """As a hand scanner does: types into the box as it stands, and ends with Enter."""
    box = phone.page.locator(f'[aria-label="{label}"] input').filter(visible=True).first
    box.press_sequentially(text)
    box.press("Enter")


def test_an_implausible_weight_is_asked_about_and_can_be_taken_back(kitchen, served, phone_of):
    phone = phone_of(served, kitchen.waiter.staff_no)
    phone.open()
    phone.tap("浪费登记")
    phone.see("登记一次称重")
    phone.tap("登记")
    phone.see("请输入重量")
    phone.fill("净重（千克）", "180")
    phone.tap("登记")
    phone.see("请核对")
    phone.picture("waste-doubt")
    phone.answer("再改改")
    phone.tap("登记")
    phone.answer("确认无误")
    phone.see("餐盘剩余 180 千克")
    phone.tap("菜品、原因、照片")
    phone.fill("净重（千克）", "1.5")
    phone.fill("原因（可不填）", "汤剩得多")
    phone.look("waste-entry")
    phone.tap("登记")
    phone.see("汤剩得多")
    phone.see("181.5 千克")
    phone.page.locator(".entry", has_text="180 千克").locator("uni-button").tap()
    phone.see("撤销这条登记？")
    phone.answer("撤销")
    phone.see("，已撤销")
    phone.look("waste-taken-back")
    phone.forget_refusals(409)


def test_a_tray_is_bound_charged_by_weight_and_seen_by_whom_it_was_as_long_as_they_like(
    kitchen, compound, served, phone_of
):
    diner = compound.staff(f"D{next(NUMBERS):03d}", name="王建国", personal_fen=10_000, card_no="77001")
    bind_wechat(diner)
    own = phone_of(served, diner.staff_no)
    own.open("pages/waste/trays")
    own.see("您没有开启餐盘记录")
    own.look("trays-off")
    own.tap("开启")
    own.see("这个月没有餐盘记录")

    counter = phone_of(served, kitchen.waiter.staff_no)
    counter.open("pages/staff/tray")
    scan(counter, "餐盘编码", "T999")
    scan(counter, "用餐人员", "77001")
    counter.see("没有编码为「T999」的餐盘")
    scan(counter, "餐盘编码", "T001")
    scan(counter, "用餐人员", "0000")
    counter.see("餐盘 T001")
    counter.look("tray-refused")
    scan(counter, "用餐人员", "77001")
    counter.see("已绑定餐盘 T001")
    counter.see("王建国")
    counter.see("按重量计费")
    counter.look("tray-bound")
    counter.forget_refusals(404)

    tell(kitchen, kind="serve_delta", dish_id=kitchen.pork.id, gross_g=235)
    tell(kitchen, kind="tray_return", gross_g=TRAY_G + 8)
    assert settle_due() == 1

    own.open("pages/waste/trays")
    own.see("光盘")
    own.see("取 235 克")
    own.look("trays-on")
    own.open("pages/waste/weighed")
    own.see("8.46 元")
    own.look("weighed")
    own.tap("今天 ")
    own.see("235 克 × 36.00 元/千克")
    own.tap("对重量或金额有异议")
    own.tap("提交异议")
    own.see("请写下哪里有误")
    own.fill("哪里有误", "我只取了一勺")
    own.look("weighed-objecting")
    own.tap("提交异议")
    own.see("食堂正在核实")
    order_id = compound.client(diner).get("/canteen/me/weighed-meals").data["list"][0]["order_id"]
    own.open(f"pages/canteen/order?id={order_id}")
    own.see("235 克 · 36.00 元/千克")
    own.look("weighed-order")
    own.tap("称重明细")
    own.see("我只取了一勺")

    own.open("pages/waste/trays")
    own.tap("关闭并删除记录")
    own.answer("删除")
    own.see("您没有开启餐盘记录")
    own.tap("开启")
    own.see("这个月没有餐盘记录")


def test_a_half_portion_is_offered_first_where_much_is_left(pantry, served, phone_of):
    pantry.lunch(pantry.day - 1)
    pantry.lunch(pantry.day + 1)
    pantry.weigh(pantry.day - 1, kind=Kind.SERVE_DELTA, dish=pantry.pork, net_g=2_000)
    for _ in range(5):
        pantry.weigh(pantry.day - 1, kind=Kind.DISH_LEFTOVER, dish=pantry.pork, net_g=100)
    phone = phone_of(served, pantry.diner.staff_no)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    phone.open(f"pages/canteen/menu?canteen_id={pantry.canteen.id}&date={tomorrow}")
    phone.see("红烧肉可以先来半份，不够再添。")
    phone.see("推荐半份")
    phone.look("menu-half-first")
    phone.tap("增加一份红烧肉半份")
    phone.tap("增加一份青菜标准份")
    phone.tap("去下单")
    phone.tap("提交订单")
    phone.see("预订成功")
    phone.see("半份 · 100 克")


def test_everybody_reads_a_canteens_figures_or_that_they_are_too_few(pantry, served, phone_of):
    monday = pantry.day - clock.today().weekday() - 7
    for day in range(monday, monday + 5):
        pantry.lunch(day)
        pantry.plates(day, 5_000, 100)
    phone = phone_of(served, pantry.diner.staff_no)
    phone.open(f"pages/waste/figures?canteen_id={pantry.canteen.id}")
    phone.see("50.0 克/人·餐")
    phone.see("数据不足")
    phone.see("依据 5/5 餐（100.0%）的称重数据")
    phone.see("不排名任何个人")
    phone.look("figures")


def test_two_score_a_spot_check_the_lead_submits_it_and_the_unit_puts_it_right(compound, served, phone_of):
    team = field(compound, f"ORGAN-{next(NUMBERS)}")
    for staff in (team.lead_staff, team.member_staff, team.reporter_staff):
        bind_wechat(db.session.merge(staff))
    today = clock.today()
    made = team.arrange(
        year=today.year, from_on=today.isoformat(), until_on=today.isoformat(), version_id=team.sheet.id
    ).data
    lead, member = phone_of(served, team.lead_staff.staff_no), phone_of(served, team.member_staff.staff_no)
    lead.open("pages/evaluation/inspections")
    lead.look("inspections")
    lead.tap(team.unit.name)
    lead.see("还有 3 项")
    lead.look("inspection")
    first = f"pages/evaluation/item?id={made['id']}&item={made['items'][0]['item_id']}"
    lead.open(first)
    lead.see("查看现场")
    member.open(first)
    member.fill("得分", "50")
    member.tap("保存")
    member.see("扣分须说明失分原因")
    member.tap("未张贴提示")
    member.look("inspection-item")
    member.tap("保存")
    member.see("已保存")
    lead.tap("满分")
    lead.tap("保存")
    lead.see("刚刚评了 50 分")
    lead.picture("inspection-conflict")
    lead.answer("用我的")
    lead.see("已保存")
    for place, score in ((1, 30), (2, 5)):
        assert team.score(team.member, made["id"], place, score).status == 200
    lead.open(f"pages/evaluation/inspection?id={made['id']}")
    lead.fill("总体意见（可不填）", "管理规范")
    lead.tap("提交抽查结果")
    lead.answer("提交")
    lead.see("总分 95，优秀")
    lead.look("inspection-submitted")
    lead.forget_refusals(409)

    unit = phone_of(served, team.reporter_staff.staff_no)
    unit.open("pages/evaluation/inspections?of=units")
    unit.tap(team.unit.name)
    unit.see("管理规范")
    unit.tap("有异议")
    unit.see("请写下异议的内容")
    unit.tap("确认结果")
    unit.see("单位已确认")
    unit.look("inspection-acknowledged")

    path = f"/evaluation/inspections/{made['id']}"
    assert team.manager.post(f"{path}/confirm", {}).status == 200
    order = {"title": "张贴节约提示", "problems": [{"text": "取餐口没有张贴提示"}], "demand": "本月内完成"}
    assert team.manager.post(f"{path}/rectifications", order).status == 201
    unit.open("pages/evaluation/rectifications")
    unit.look("rectifications")
    unit.tap("张贴节约提示")
    unit.tap("提交整改报告")
    unit.see("请写下第 1 条的整改情况")
    unit.fill("整改情况", "已在三个取餐口张贴")
    unit.tap("申请延期")
    unit.look("rectification")
    unit.tap("提交整改报告")
    unit.answer("提交")
    unit.see("第 1 次整改报告")
    unit.see("待复查")
    unit.look("rectification-reported")


def test_bulletins_are_read_once_they_are_published(compound, served, phone_of):
    reader = compound.staff(f"R{next(NUMBERS):03d}", name="郑读报")
    bind_wechat(reader)
    phone = phone_of(served, reader.staff_no)
    phone.open("pages/waste/bulletins")
    phone.see("还没有发布通报")
    phone.look("bulletins-empty")
    drafter, approver = (
        compound.client(compound.staff(roles={role: EVERYWHERE}))
        for role in ("logistics_reviewer", "bulletin_approver")
    )
    month = (clock.today().replace(day=1) - timedelta(days=1)).replace(day=1)
    path = "/admin/bulletins"
    made = drafter.post(path, {"kind": "monthly", "first_day": month.isoformat()}).data
    path = f"{path}/{made['id']}"
    texts = {"introduction": "各单位：\n现将有关情况通报如下。", "problems": "备餐偏多。", "requirements": ""}
    made = drafter.put(path, {"revision": made["revision"], **texts}).data
    made = drafter.post(f"{path}/submit", {"revision": made["revision"]}).data
    assert approver.post(f"{path}/publish", {"revision": made["revision"]}).status == 200
    phone.open("pages/waste/bulletins")
    phone.look("bulletins")
    phone.tap(made["title"])
    phone.see("备餐偏多。")
    phone.look("bulletin")
    with phone.page.expect_download() as loading:
        phone.tap("查看全文")
    assert loading.value.suggested_filename == f"{made['title']}.pdf"
