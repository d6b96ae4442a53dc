"""The page of a canteen's periods and other rules, and who may see and change which."""

import re
from datetime import date, time, timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from canteen.menu.models import Period
from canteen.menu.policies import Cutoff, PeriodRules
from canteen.menu.rules import OPENS_ON_REST_DAYS
from console.periods import example_of
from tests.canteen.menu.kitchen import TUESDAY
from tests.console.browser import Console
from tests.console.test_rules import fill, row, rows
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements

PERIODS = "/console/canteen/periods"
LUNCH = f"{PERIODS}/lunch"
WEDNESDAY = date(2026, 11, 25)
KEY = "canteen.meal_period"


@pytest.fixture
def manager(app, kitchen):
    """The kitchen's manager at the console."""
    return console_of(app, kitchen, "canteen_manager", kitchen.canteen)


def console_of(app, kitchen, role, canteen):
    return Console(app, kitchen.compound.staff(roles={role: (ScopeKind.CANTEEN, canteen.id)}))


def value(**changes):
    """The JSON of the kitchen's lunch."""
    usual = {
        "period": "lunch",
        "name": "午餐",
        "is_active": True,
        "window_from": "11:30",
        "window_until": "12:30",
        "order_cutoff": {"days": 0, "time": None, "minutes": 90},
        "cancel_cutoff": {"days": 0, "time": None, "minutes": 90},
        "pickup_lead_minutes": 30,
    }
    return {**usual, **changes}


def clock_cutoff(days, at):
    return {"days": days, "time": at, "minutes": None}


def typed(**changes):
    """The query of the form, as the browser sends it while one types."""
    usual = {
        "value.name": "午餐",
        "value.is_active": "on",
        "value.window_from": "11:30",
        "value.window_until": "12:30",
        "value.order_cutoff.days": "0",
        "value.order_cutoff.time": "",
        "value.order_cutoff.minutes": "90",
        "value.cancel_cutoff.days": "1",
        "value.cancel_cutoff.time": "16:00",
        "value.cancel_cutoff.minutes": "",
        "value.pickup_lead_minutes": "30",
        "effective_at": "",
        "reason": "冬季作息",
        "seen_version_id": "1",
    }
    return {key: text for key, text in {**usual, **changes}.items() if text is not None}


def example(console, **changes):
    """What the dialog shows beside the form."""
    return re.sub(r"<[^>]*>", "", console.part(f"{LUNCH}/example", **typed(**changes)).text).strip()


def decide(console, canteen, **fields):
    """A decision about lunch, by the API."""
    body = {"scope_id": canteen.id, "variant": "lunch", "value": value(), "reason": "冬季作息", **fields}
    return console.send("PUT", f"/rules/{KEY}", body)


@pytest.mark.parametrize(
    ("order", "cancel", "lead", "said"),
    [
        (
            Cutoff(minutes=90), Cutoff(minutes=90), 30,
            "当天 10:00 截止订餐和取消，备餐单随之定稿；当天 11:00 起可取餐。",
        ),
        (
            Cutoff(at=time(9, 30)), Cutoff(days=1, at=time(16)), None,
            "当天 09:30 截止订餐，11月24日（周二）16:00 截止取消，当天 09:30 备餐单定稿；下单后即可取餐。",
        ),
        (
            Cutoff(days=3, at=time(12)), Cutoff(minutes=0), 0,
            "11月22日（周日）12:00 截止订餐，当天 11:30 截止取消，"
            "当天 11:30 备餐单定稿；当天 11:30 起可取餐。",
        ),
    ],
)  # fmt: skip
def test_an_example_says_what_the_rules_mean_for_a_day(order, cancel, lead, said):
    rules = PeriodRules(Period.LUNCH, "午餐", True, time(11, 30), time(12, 30), order, cancel, lead)
    assert example_of(rules, WEDNESDAY) == f"例：11月25日（周三）午餐 11:30–12:30 供餐；{said}"


def test_the_page_shows_every_period_with_an_example(kitchen, manager):
    kitchen.compound.period(kitchen.canteen, "dinner", is_active=False)
    text = manager.page(PERIODS)
    assert kitchen.canteen.name in text
    for shown in (
        "11:30–12:30",
        "供餐前 90 分钟",
        "供餐前 30 分钟开始取餐",
        "例：11月23日（周一）午餐",
        "当天 10:00 截止订餐和取消",
        "晚餐 <span",
        "已停用",
        "本食堂尚未供应早餐",
        "本食堂尚未供应加班餐",
    ):
        assert shown in text, shown
    assert "）晚餐 17:30" not in text
    assert not re.search(r">(lunch|dinner)<", text)


def test_an_example_speaks_of_a_day_on_which_the_canteen_serves(kitchen, manager):
    kitchen.compound.period(kitchen.canteen, "breakfast", order_cutoff=Cutoff(days=1, at=time(17)))
    # Today's breakfast is over; tomorrow's can be ordered until this afternoon.
    assert "例：11月24日（周二）早餐" in manager.page(PERIODS)
    friday = clock.at_local(date(2026, 11, 27), time(12))
    with clock.at(friday):
        console = Console(manager.app, manager.staff)
        assert "例：11月30日（周一）午餐" in console.page(PERIODS)
        kitchen.compound.rule(OPENS_ON_REST_DAYS, True, kitchen.canteen.id)
        assert "例：11月28日（周六）午餐" in console.page(PERIODS)


def test_an_example_speaks_of_no_meal_that_other_rules_judge(kitchen, manager):
    kitchen.draft(kitchen.dish())
    assert kitchen.publish().status == 200
    # Tuesday's lunch is published and keeps its rules, so that new ones begin on Wednesday.
    assert example(manager, effective_at="2026-11-24T00:00").startswith("例：11月25日（周三）午餐")
    assert decide(manager, kitchen.canteen, value=value(window_from="11:00"), seen_version_id=1).status == 200
    assert "例：11月23日（周一）午餐 11:00" in manager.page(PERIODS)
    with clock.at(clock.at_local(MONDAY, time(12))):
        assert "例：11月25日（周三）午餐 11:00" in Console(manager.app, manager.staff).page(PERIODS)


def test_an_example_stands_while_its_rules_do(kitchen, manager):
    at = clock.local(clock.at_local(MONDAY, time.min)).isoformat()
    assert decide(
        manager, kitchen.canteen, value=value(name="中餐"), seen_version_id=1,
        effective_at=at.replace("11-23", "11-24"),
    ).status == 200  # fmt: skip
    text = manager.page(PERIODS)
    assert "例：11月23日（周一）午餐" in text
    assert "明天 00:00 起：中餐" in text
    with clock.at(clock.at_local(MONDAY, time(10, 30))):
        # Today's cutoff is over, and tomorrow the next rules hold.
        assert "例：" not in Console(manager.app, manager.staff).page(PERIODS)


def test_the_dialog_holds_what_the_period_is(kitchen, manager):
    text = manager.page(LUNCH)
    for field in (
        'value="11:30"',
        'value="90" aria-label="订餐截止：供餐前多少分钟" required',
        'name="seen_version_id" value="1"',
        '<option value="minutes" selected>',
        '<option value="14">前 14 日</option>',
    ):
        assert field in text, field
    assert "尚未" not in text
    blank = manager.page(f"{PERIODS}/overtime")
    assert 'value="加班餐"' in blank
    assert 'name="seen_version_id" value="0"' in blank
    assert manager.get(f"{PERIODS}/brunch").status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "例：11月24日（周二）午餐 11:30–12:30 供餐；当天 10:00 截止订餐，"),
        ({"value.pickup_lead_minutes": ""}, "下单后即可取餐。"),
        ({"effective_at": "2026-11-25T12:00"}, "例：11月26日（周四）午餐"),
        ({"effective_at": "soon"}, "例：11月24日（周二）午餐"),
        ({"value.is_active": None}, "停用后，新菜单不再安排这一餐；已发布的照常供应。"),
        ({"value.window_until": "11:00"}, "供餐开始时间须早于结束时间"),
        ({"value.window_from": ""}, "供餐开始：必填"),
        ({"value.window_from": "25:00"}, "供餐开始：应为时间"),
        ({"value.name": " "}, "名称：必填"),
        ({"value.order_cutoff.minutes": "很久"}, "订餐截止：应为整数"),
        ({"value.order_cutoff.minutes": "99999"}, "订餐截止：应在 0 到 20160 之间"),
        ({"value.order_cutoff.minutes": ""}, "订餐截止须为钟点或提前分钟数，二者取一"),
        ({"value.cancel_cutoff.days": "0", "value.cancel_cutoff.time": "13:00"}, "取消截止不能晚于供餐结束"),
    ],
)
def test_the_dialog_says_what_is_typed_means_or_what_is_wrong_with_it(kitchen, manager, changes, said):
    assert said in example(manager, **changes)


def test_a_form_beyond_all_published_meals_has_no_example(kitchen, manager):
    assert "没有适用的供餐日" in example(manager, effective_at="2027-11-25T12:00")


def test_a_period_is_changed_told_and_withdrawn(kitchen, manager):
    planned = value(order_cutoff=clock_cutoff(1, "16:00"), window_until="12:45")
    answer = fill(
        manager, manager.page(LUNCH), value=planned, reason="冬季作息",
        effective_at="2026-11-30T00:00:00+08:00",
    )  # fmt: skip
    assert answer.status == 200
    assert "11-30 00:00 起：午餐 11:30–12:45 供餐，订餐截止为前一日 16:00" in manager.page(PERIODS)
    table = rows(manager.page(f"{LUNCH}/history"))
    assert table[1][1:3] == [
        "待生效",
        "供餐时段 11:30–12:30 11:30–12:45 订餐截止 供餐前 90 分钟 前一日 16:00",
    ]
    assert table[1][3].endswith("冬季作息")
    assert "名称 未设置 午餐" in table[2][2]
    version_id = answer.data["latest_version_id"]
    where = {"scope_id": kitchen.canteen.id, "variant": "lunch"}
    dialog = manager.page(f"/console/rules/{KEY}/withdraw", version_id=version_id, **where)
    assert fill(manager, dialog, reason="暂缓").data["value"] == value()
    assert "11-30" not in manager.page(PERIODS)
    with clock.at(clock.at_local(date(2026, 11, 30), time(9))):
        console = Console(manager.app, manager.staff)
        assert fill(console, console.page(LUNCH), value=value(), reason="试").error == "rules.unchanged"


def test_a_first_setting_that_is_withdrawn_leaves_the_period_out_of_use(kitchen, manager):
    planned = value(period="dinner", name="晚餐", window_from="17:00", window_until="18:00")
    answer = fill(
        manager, manager.page(f"{PERIODS}/dinner"), value=planned, reason="试供晚餐",
        effective_at="2026-11-30T00:00:00+08:00",
    )  # fmt: skip
    version_id = answer.data["latest_version_id"]
    where = {"scope_id": kitchen.canteen.id, "variant": "dinner"}
    dialog = manager.page(f"/console/rules/{KEY}/withdraw", version_id=version_id, **where)
    assert "，已停用</strong>" in dialog
    withdrawn = fill(manager, dialog, reason="人手不足").data["next_planned"]
    assert withdrawn["value"] == {**planned, "is_active": False}
    assert "撤回" not in manager.page(f"{PERIODS}/dinner/history")


def test_what_somebody_has_changed_meanwhile_is_refused(kitchen, manager):
    dialog = manager.page(LUNCH)
    assert fill(manager, dialog, value=value(name="中餐"), reason="改名").status == 200
    answer = fill(manager, dialog, value=value(name="午饭"), reason="改名")
    assert (answer.status, answer.error) == (409, "rules.changed_meanwhile")


def test_the_canteen_s_other_rules_stand_below(kitchen, manager):
    text = manager.page(PERIODS)
    assert row(text, "取餐码有效时间")[1] == "3 分钟"
    assert row(text, "休息日供餐")[1] == "不供餐"
    assert f"/console/rules/canteen.pickup_code_minutes/change?scope_id={kitchen.canteen.id}" in text
    assert "单笔充值" not in text  # It is one of the whole compound.
    assert 'href="/console/canteen/periods"' in manager.page("/console/")
    assert 'href="/console/rules"' not in manager.page("/console/")


def test_a_canteen_s_manager_neither_sees_nor_changes_another_canteen_s_rules(app, kitchen, manager):
    other = kitchen.compound.canteen(name="乙食堂")
    kitchen.compound.period(other, name="乙午餐")
    stranger = console_of(app, kitchen, "canteen_manager", other)
    assert stranger.get("/console/scope", canteen_id=kitchen.canteen.id).status_code == 404
    stranger.browser.set_cookie("houqin_canteen", str(kitchen.canteen.id), path="/console")
    assert "乙食堂" in stranger.page(PERIODS)
    assert kitchen.canteen.name not in stranger.page(PERIODS)
    assert 'value="乙午餐"' in stranger.page(LUNCH)
    query = {"scope_id": kitchen.canteen.id, "variant": "lunch"}
    for what, more in (("history", {}), ("withdraw", {"version_id": 1})):
        assert stranger.get(f"/console/rules/{KEY}/{what}", **query, **more).status_code == 404
    mine = decide(manager, kitchen.canteen, value=value(name="中餐"), seen_version_id=1)
    assert mine.status == 200
    theirs = decide(stranger, kitchen.canteen, value=value(name="偷改"), seen_version_id=1)
    assert (theirs.status, theirs.error) == (404, "rules.not_found")
    assert "中餐" in manager.page(PERIODS)


@pytest.mark.parametrize("role", ["canteen_staff", "logistics_reviewer"])
def test_who_only_reads_the_canteen_may_look(app, kitchen, role):
    reader = console_of(app, kitchen, role, kitchen.canteen)
    text = reader.page(PERIODS)
    assert "11:30–12:30" in text
    assert "修改午餐" not in text
    assert "/change?" not in text
    assert reader.get(f"{LUNCH}/history").status_code == 200
    assert reader.get(LUNCH).status_code == 403
    assert reader.get(f"{LUNCH}/example").status_code == 403


def test_who_manages_one_canteen_and_reads_another_changes_but_the_one(app, kitchen):
    other = kitchen.compound.canteen(name="乙食堂")
    roles = {
        "canteen_manager": (ScopeKind.CANTEEN, kitchen.canteen.id),
        "canteen_staff": (ScopeKind.CANTEEN, other.id),
    }
    console = Console(app, kitchen.compound.staff(roles=roles))
    console.work_at(other.id)
    assert "乙食堂" in console.page(PERIODS)
    assert "/change?" not in console.page(PERIODS)
    assert console.get(LUNCH).status_code == 403
    console.work_at(kitchen.canteen.id)
    assert console.get(LUNCH).status_code == 200


def test_without_a_canteen_there_is_nothing_to_see(app, compound):
    with clock.at(NINE):
        console = Console(app, compound.staff(roles={"canteen_manager": (ScopeKind.COMPOUND, 0)}))
        assert "没有您可管理的食堂" in console.page(PERIODS)
        assert console.get(LUNCH).status_code == 404
        assert console.get(f"{LUNCH}/history").status_code == 404


def test_the_page_costs_few_statements(kitchen, manager):
    for period in ("breakfast", "dinner", "overtime"):
        kitchen.compound.period(kitchen.canteen, period)
    for day in range(5):
        kitchen.compound.meal(kitchen.canteen, {kitchen.dish(): 5}, TUESDAY + timedelta(days=day))
    manager.page(PERIODS)
    for path in (PERIODS, LUNCH, f"{LUNCH}/history"):
        with counted_statements() as sent:
            manager.page(path)
        assert len(sent) <= 15, sent
