"""Beyond one's own order of a day: standing orders, absences, colleagues, receptions, and the account."""

from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from backend import clock
from backend.actor import ScopeKind
from canteen.ordering.services import freeze_meal
from canteen.ordering.standing.services import place_standing_orders
from canteen.pickups.no_shows.services import record_no_shows
from tests.backend.media.pictures import small_jpeg
from tests.miniapp.serving import bind_wechat

pytestmark = pytest.mark.browser

NUMBERS = count(1)


@pytest.fixture
def kitchen(compound):
    """A canteen with tomorrow's lunch, whatever day that is, and its manager."""
    canteen = compound.canteen(name=f"{next(NUMBERS)}号食堂", opens_on_rest_days=True)
    compound.period(canteen)
    dishes = [
        compound.dish(canteen, "红烧肉", 1200),
        compound.dish(canteen, "清炒时蔬", 500, category="vegetable"),
        compound.dish(canteen, "米饭", 100, category="staple", portions=[("standard", 100, 200, 100)]),
    ]
    on = clock.today() + timedelta(days=1)
    compound.meal(canteen, dict.fromkeys(dishes, 50), on, published_at=clock.now() - timedelta(hours=2))
    roles = {"canteen_manager": (ScopeKind.CANTEEN, canteen.id)}
    boss = compound.client(compound.staff(name="沈管理", roles=roles))
    return SimpleNamespace(compound=compound, canteen=canteen, dishes=dishes, on=on, boss=boss)


@pytest.fixture
def person(compound):
    """Makes officials who have 100 yuan of subsidy and 50 of their own."""

    def make(name, **more):
        more = {"subsidy_fen": 10_000, "personal_fen": 5000, **more}
        staff = compound.staff(f"R{next(NUMBERS):03d}", name=name, **more)
        bind_wechat(staff)
        return staff

    return make


def order(kitchen, client, *quantities, on=None, **fields):
    wanted = [
        {"dish_id": dish.id, "portion": "standard", "quantity": quantity}
        for dish, quantity in zip(kitchen.dishes, quantities, strict=False)
    ]
    meal = {"canteen_id": kitchen.canteen.id, "date": (on or kitchen.on).isoformat(), "period": "lunch"}
    path = "/canteen/colleague-orders" if fields else "/canteen/orders"
    answer = client.post(path, {**meal, "items": wanted, **fields})
    assert answer.status == 201, answer.envelope
    return answer.data


def use(phone, kitchen):
    """Have ordered at this canteen before: forms begin with it."""
    phone.page.evaluate("id => localStorage.setItem('houqin.canteen', id)", str(kitchen.canteen.id))


def pick(phone, *dishes):
    """Put one of each into what is picked."""
    for dish in dishes:
        phone.tap(f"增加一份{dish}")
    phone.tap("选好了")
    expect(phone.page.get_by_role("dialog").filter(visible=True)).to_have_count(0)


def find(phone, staff):
    """Find a colleague by number and choose them."""
    phone.fill("工号或姓名", staff.staff_no)
    phone.tap("查找")
    phone.tap(f"选择{staff.name}")


def test_a_standing_order_is_set_up_paused_and_tells_what_it_did(kitchen, person, served, phone_of):
    phone = phone_of(served, person("周常订").staff_no)
    use(phone, kitchen)
    phone.open("pages/canteen/standing")
    phone.see("还没有固定订餐")
    phone.tap("新建固定订餐")
    phone.tap("保存")
    phone.see("请先选择首选的菜品")
    phone.tap("自选星期")
    for name in ("周六", "周日"):
        phone.tap(name)
    phone.tapped("法定节假日不订").tap()
    phone.tap("首选选择菜品")
    phone.see("清炒时蔬")
    phone.page.get_by_role("radio", name="红烧肉 半份").tap()
    phone.look("standing-dishes")
    pick(phone, "红烧肉", "米饭")
    phone.see("红烧肉（半份）、米饭")
    phone.see("7.00 元")
    phone.tap("添加备选")
    phone.tap("备选 1选择菜品")
    pick(phone, "清炒时蔬")
    phone.look("standing-edit")
    phone.tap("保存")
    phone.see("每天，堂食")
    phone.see("进行中")
    phone.look("standing")
    assert place_standing_orders() == 1
    phone.tap("下单记录")
    phone.see("订单待取餐")
    phone.look("standing-results")
    phone.page.go_back()
    phone.tap("暂停")
    phone.see("已暂停")
    phone.tap("修改")
    phone.see("暂停自动下单")
    phone.tap("结束这项固定订餐")
    phone.answer("结束")
    phone.see("还没有固定订餐")
    phone.look("standing-empty")


def test_an_absence_tells_which_meals_it_cancelled(kitchen, person, served, phone_of):
    staff = person("吴出差")
    client = kitchen.compound.client(staff)
    phone = phone_of(served, staff.staff_no)
    order(kitchen, client, 1)
    phone.open("pages/me/absences")
    phone.tap("登记请假或出差")
    phone.tap("上午")
    phone.see("共 1 天")
    phone.fill("事由（可不填）", "赴省厅参加会议")
    phone.look("absence-edit")
    phone.tap("提交审批")
    phone.see("待审批")
    (absence,) = client.get("/me/absences").data["list"]
    approver = kitchen.compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)})
    approved = kitchen.compound.client(approver).post(f"/admin/absences/{absence['id']}/approve")
    assert approved.status == 200
    phone.open("pages/me/absences")
    phone.see("已批准")
    phone.tap("期间的订餐")
    phone.see("已取消，退 12.00 元")
    phone.look("absences")
    phone.tap("登记请假或出差")
    phone.tap("提交审批")
    phone.see("重叠")
    phone.forget_refusals(409)
    phone.page.go_back()
    phone.tap("撤回")
    phone.see("不会自动恢复")
    phone.answer("撤回")
    phone.see("已撤回")


def test_a_colleague_is_allowed_to_order_and_does(kitchen, person, served, phone_of):
    giver, helper = person("郑授权"), person("冯代订")
    phone = phone_of(served, giver.staff_no)
    phone.open("pages/canteen/colleagues")
    phone.see("还没有授权任何同事")
    phone.look("colleagues-empty")
    phone.tap("授权给同事")
    phone.fill("工号或姓名", "冯")
    phone.tap("查找")
    phone.see("至少两个字的姓名")
    find(phone, helper)
    phone.see("对方可以用您的餐费账户")
    phone.look("consent")
    phone.tap("确认授权")
    expect(phone.tapped("撤销对冯代订的授权")).to_be_visible()
    phone.look("colleagues")
    other = phone_of(served, helper.staff_no)
    use(other, kitchen)
    other.open("pages/canteen/colleagues")
    other.tap("授权给我的")
    other.tap("为郑授权订餐")
    other.see("为郑授权代订")
    order(kitchen, kitchen.compound.client(helper), 1, 1, staff_no=giver.staff_no)
    other.open("pages/canteen/colleagues")
    other.tap("代订记录")
    other.see("红烧肉、清炒时蔬")
    other.look("colleague-orders")
    other.tap("取消")
    other.answer("取消订单")
    other.see("已取消")
    phone.tap("撤销对冯代订的授权")
    phone.answer("撤销")
    phone.see("还没有授权任何同事")


def test_an_order_goes_over_to_a_colleague_who_accepts_it(kitchen, person, served, phone_of):
    giver, receiver = person("陈转出"), person("褚接手")
    mine = order(kitchen, kitchen.compound.client(giver), 1)
    phone = phone_of(served, giver.staff_no)
    phone.open(f"pages/canteen/transfer?order_id={mine['id']}")
    phone.tap("转让订单")
    phone.see("请先选择接手的同事")
    phone.tap("选择同事")
    find(phone, receiver)
    phone.fill("留言（可不填）", "临时外出，请你代劳")
    phone.look("transfer")
    phone.tap("转让订单")
    phone.answer("转让")
    phone.see("撤回转让")
    phone.look("transfers-out")
    other = phone_of(served, receiver.staff_no)
    other.open("pages/canteen/transfers")
    other.see("临时外出，请你代劳")
    other.look("transfers-in")
    other.tap("接受")
    other.see("将从您的餐费账户支付 12.00 元")
    other.answer("接受")
    other.see("查看订单")
    (theirs,) = kitchen.compound.client(receiver).get("/canteen/orders").data["list"]
    assert theirs["id"] == mine["id"]
    # Whoever was too late is told so where they tapped.
    phone.tap("撤回转让")
    phone.see("不能进行此操作")
    phone.forget_refusals(409)


def test_a_reception_is_asked_for_within_its_limits_approved_and_printed(kitchen, person, served, phone_of):
    clerk = person("卫经办")
    companions = [person(f"陪餐{name}") for name in "甲乙丙"]
    phone = phone_of(served, clerk.staff_no)
    use(phone, kitchen)
    phone.open("pages/canteen/receptions")
    phone.see("还没有公务接待")
    phone.tap("申请公务接待")
    phone.tap("提交申请")
    phone.see("无公函一律不接待")
    phone.look("reception-missing")
    phone.fill("公函文号", "浙办函〔2026〕12号")
    phone.fill("来函单位", "省机关事务管理局")
    with phone.page.expect_file_chooser() as chooser:
        phone.tap("添加公函照片")
    chooser.value.set_files({"name": "letter.jpg", "mimeType": "image/jpeg", "buffer": small_jpeg()})
    expect(phone.tapped("删去公函第 1 张")).to_be_visible()
    phone.tap("添加来宾")
    phone.fill("姓名", "何来宾")
    phone.fill("职务", "处长")
    phone.tap("确定")
    phone.see("来宾 1 人，陪餐最多 3 人")
    for companion in companions:
        phone.tap("添加陪餐人员")
        find(phone, companion)
    phone.see("陪餐人数已满")
    phone.fill("接待标准（元/人）", "5")
    phone.tap("选择菜品")
    pick(phone, "红烧肉", "红烧肉")
    phone.see("超出标准 4.00 元")
    phone.look("reception-edit")
    phone.fill("接待标准（元/人）", "30")
    phone.see("按标准最多")
    phone.tap("提交申请")
    phone.see("待审批")
    phone.look("reception")
    (filed,) = kitchen.boss.get("/canteen/receptions", managed="true").data["list"]
    assert (filed["guests"], filed["accompanying"], filed["per_head_fen"]) == (1, 3, 600)
    kitchen.boss.post(f"/canteen/receptions/{filed['id']}/approve", {"revision": filed["revision"]})
    phone.open("pages/canteen/receptions")
    phone.see("已批准")
    phone.look("receptions")
    phone.tap("省机关事务管理局")
    with phone.page.expect_download() as download:
        phone.tap("预览清单")
    assert download.value.suggested_filename == f"公务接待清单{filed['number']}.pdf"


def test_a_missed_meal_is_appealed_against_once(kitchen, person, served, phone_of):
    staff = person("蒋未取")
    client = kitchen.compound.client(staff)
    yesterday = clock.today() - timedelta(days=1)
    with clock.at(clock.now() - timedelta(days=2)):
        meal = kitchen.compound.meal(kitchen.canteen, dict.fromkeys(kitchen.dishes, 50), yesterday)
        missed = order(kitchen, client, 1, on=yesterday)
    freeze_meal(meal.id)
    record_no_shows()
    phone = phone_of(served, staff.staff_no)
    phone.open("pages/canteen/no-shows")
    phone.see("昨天 午餐")
    phone.look("no-shows")
    phone.tap("昨天 午餐")
    phone.see(missed["number"])
    phone.tap("提交申诉")
    phone.see("请填写没有取餐的原因")
    phone.fill("未取餐的原因", "临时外出参加应急处置")
    phone.look("no-show")
    phone.tap("提交申诉")
    phone.see("我的申诉")
    phone.see("申诉中")
    expect(phone.tapped("提交申诉")).to_have_count(0)


def test_the_account_is_read_by_bucket_and_month_and_printed(kitchen, person, served, phone_of):
    staff = person("沈账户", subsidy_fen=1000)
    client = kitchen.compound.client(staff)
    order(kitchen, client, 1)
    phone = phone_of(served, staff.staff_no)
    phone.open("pages/canteen/account")
    phone.see("48.00")
    phone.look("account")
    phone.tap("收支明细")
    phone.see("-12.00")
    phone.look("entries")
    phone.tap("个人充值")
    phone.see("-12.00")
    phone.page.go_back()
    phone.tap("月度对账单")
    phone.see("期末余额")
    phone.see("48.00")
    phone.look("statement")
    with phone.page.expect_download() as download:
        phone.tap("下载 PDF 对账单")
    month = clock.today().isoformat()[:7]
    assert download.value.suggested_filename == f"餐费对账单{month}.pdf"
    phone.open("pages/canteen/diner-code")
    phone.see("自动更新")
    phone.look("diner-code")
