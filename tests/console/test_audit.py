"""The audit trail at the desk: readable events, filters, the recorded export, and the proof of the chain."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import text as sql

from backend import clock
from backend.actor import SYSTEM, Actor, ScopeKind
from backend.audit import services
from backend.audit.models import AuditEvent, Result
from backend.audit.operations import record
from backend.db import atomic, db, unit
from backend.rules import services as rule_services
from tests.console.browser import Console
from tests.factories import NINE
from tests.statements import counted_statements

PATH, CHAIN = "/console/audit", "/console/audit/chain"
DAY = timedelta(days=1)


@pytest.fixture
def administrator(app, compound):
    """The administrator at the console, on Monday at nine."""
    with clock.at(NINE):
        yield Console(app, compound.staff(name="钱七", roles={"administrator": (ScopeKind.COMPOUND, 0)}))


@atomic
def wrote(action="canteen.opened", object_kind="canteen", object_id=3, *, by="张三", actor_id=7, **details):
    record(Actor(actor_id, "1007", by, 1, 1, ()), action, object_kind, object_id, **details)


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html)).strip()


def listed(administrator, **query):
    """The cells of each event: time, person, action, object, details."""
    body = administrator.page(PATH, **query).partition('<div id="list">')[2].partition("<tbody>")[2]
    rows = re.findall(r"<tr>(.*?)</tr>", body.partition("</tbody>")[0], re.S)
    return [[plain(cell) for cell in re.findall(r"<td.*?</td>", row, re.S)] for row in rows]


def actions(administrator, **query):
    return [row[2] for row in listed(administrator, **query)]


# Events


def test_an_event_is_told_in_words(administrator, compound):
    staff = compound.staff(name="李四")
    wrote("identity.unmasked", "staff", staff.id, field="id_no", reason="核对社保")
    wrote(
        "identity.login_refused",
        "login_provider",
        "wechat_mp",
        result=Result.REFUSED,
        reason="wechat.code_invalid",
    )
    wrote("identity.password_refused", "staff", "", result=Result.REFUSED, reason="locked", by="", actor_id=0)
    wrote(
        "identity.role_granted", "staff", staff.id,
        role="canteen_manager", scope_kind="canteen", scope_id=2, sessions_ended=1,
    )  # fmt: skip # One detail a line would say no more.
    assert [row[1:] for row in listed(administrator)] == [
        ["张三", "授予角色", "职工 李四", "角色 食堂管理员 范围 食堂 范围编号 2 结束会话 1"],
        ["", "密码验证失败 被拒", "职工", "原因 账号因多次失败被锁定"],
        ["张三", "登录被拒 被拒", "登录方式 微信小程序", "原因 微信登录凭证无效或已使用，请重试"],
        ["张三", "查看完整证件或手机号", "职工 李四", "内容 身份证号 原因 核对社保"],
    ]


def test_changes_are_told_as_before_and_after(administrator, kitchen):
    said = {"name": "红烧肉", "category": "meat", "weight_g": 200, "price_fen": 600, "tags": []}
    made = {"canteen_id": kitchen.canteen.id, **said}
    dish_id = kitchen.manager.post("/canteen/admin/dishes", made).data["id"]
    changes = {"price_fen": 750, "tags": ["halal", "spicy"], "is_active": False}
    assert kitchen.manager.put(f"/canteen/admin/dishes/{dish_id}", {**said, **changes}).status == 200
    changed, created = (row[4] for row in listed(administrator, action="canteen."))
    assert changed.startswith(f"食堂编号 {kitchen.canteen.id} 价格 6.00 元 → 7.50 元")
    assert "份量设置 份量 标准份，价格 6.00 元，重量 200 克，份量比例 100%" in changed
    assert changed.endswith("标签 无 → 清真、辣 启用 是 → 否")
    assert "名称 红烧肉 类别 荤菜" in created
    assert "过敏原 无" in created


def test_a_rules_change_is_told_as_the_rule_tells_it(administrator):
    rule_services.set_rule(
        SYSTEM,
        rule_key="notifications.quiet_from",
        value="21:30",
        reason="值班室建议",
        seen_version_id=0,
    )
    row = listed(administrator)[0]
    assert row[1:4] == ["系统", "修改业务规则", "规则 免打扰开始时间"]
    assert "变更前 22:00 变更后 21:30" in row[4]
    assert "生效时间 2026-11-23 09:00" in row[4]
    assert "原因 值班室建议" in row[4]


@pytest.mark.parametrize(
    ("action", "details", "words"),
    [
        ("workdays.override_set", {"segments": [["08:30", "12:00"], ["14:00", "17:00"]], "replaced": None},
         "上班时段 08:30–12:00、14:00–17:00 原设置 无"),
        ("canteen.week_copied", {"created": [["2026-11-30", "lunch"]]}, "新增 2026-11-30 午餐"),
        ("canteen.menu_changed", {"added": [{"dish_id": 3, "cap": None}], "removed": []},
         "新增 菜品编号 3，限量 无"),
        ("accounts.deposit", {"bucket": "subsidy", "amount_fen": 12345}, "账户 财政补贴 金额 123.45 元"),
        ("canteen.dish_created", {"changes": {"tags": ["halal", "spicy"], "energy_kcal": 200}},
         "标签 清真、辣 能量 200 千卡"),
        ("demo.seeded", {"rows": {"staff": 600, "orders": 4000}}, "行数 4,600"),
        ("notifications.retried", {"before": "failed"}, "变更前 发送失败"),
        ("identity.password_set", {"must_change": True}, "须修改密码 是"),
        ("rules.changed", {"before": 1, "after": {"x": [1]}}, "变更前 1 变更后 x 1"),
        ("gone.action", {"odd_key": "<b>"}, "odd_key &lt;b&gt;"),
    ],
)  # fmt: skip # One argument a line would say no more.
def test_details_of_every_shape_are_told(administrator, action, details, words):
    wrote(action, "rule" if action == "rules.changed" else "canteen", "gone.rule", **details)
    assert listed(administrator)[0][4] == words


def test_events_are_narrowed_and_paged(administrator):
    with clock.at(NINE - 40 * DAY):
        wrote("demo.seeded", "compound", 0, by="系统", actor_id=0)
    with clock.at(NINE - 2 * DAY):
        wrote("identity.logged_in", "staff", 5, by="李四", actor_id=5)
    wrote("canteen.opened", "canteen", 3, name="第一食堂")
    wrote("identity.login_refused", "staff", 5, by="李四", actor_id=5, result=Result.REFUSED, reason="wrong")
    assert actions(administrator) == ["登录被拒 被拒", "开设食堂", "登录"]
    assert actions(administrator, from_date="2026-01-01")[-1] == "生成演示数据"
    assert actions(administrator, until_date="2026-11-22") == ["登录"]
    assert actions(administrator, who="李") == ["登录被拒 被拒", "登录"]
    assert actions(administrator, actor_id=7) == ["开设食堂"]
    assert actions(administrator, action="identity.") == ["登录被拒 被拒", "登录"]
    assert actions(administrator, action="canteen.opened") == ["开设食堂"]
    assert actions(administrator, object_kind="staff", object_id="5") == ["登录被拒 被拒", "登录"]
    assert actions(administrator, result="refused") == ["登录被拒 被拒"]
    assert actions(administrator, q="第一食堂") == ["开设食堂"]
    assert actions(administrator, page_size=1, page=2) == ["开设食堂"]
    assert administrator.get(PATH, result="x").status_code == 422
    assert administrator.get(PATH, actor_id="x").status_code == 422


def test_a_filter_by_click_can_be_taken_back(administrator):
    wrote()
    assert "只看" not in administrator.page(PATH)
    text = administrator.page(PATH, actor_id=7, object_kind="canteen", object_id="3")
    assert "只看一人的操作" in text
    assert "只看同一对象的记录" in text
    assert 'name="actor_id" value="7"' in text


# Export


def test_the_export_is_of_what_is_filtered_and_is_recorded(administrator):
    wrote("canteen.opened", "canteen", 3, name="第一食堂")
    wrote("identity.logged_in", "staff", 5, by="李四", actor_id=5, provider="password")
    rows = list(
        load_workbook(BytesIO(administrator.file(PATH, format="xlsx", who="张", q="第一"))).active.values
    )
    assert rows[0] == ("编号", "时间", "操作人", "操作", "结果", "对象", "详情", "请求编号", "已封存")
    assert [row[1:7] for row in rows[1:]] == [
        ("2026-11-23 09:00:00", "张三", "开设食堂", "完成", "食堂 3", "名称：第一食堂")
    ]
    exported = listed(administrator)[0]
    assert exported[1:4] == ["钱七", "导出审计日志", "审计日志"]
    assert exported[4] == "行数 1 筛选条件 操作人 张，起始日期 2026-10-24，关键词 第一"


def test_a_refused_export_records_nothing(app, administrator, compound):
    assert Console(app, compound.staff()).get(PATH, format="xlsx").status_code == 403
    assert actions(administrator) == []


def test_a_formula_in_an_event_stays_text(administrator):
    wrote(by="=HYPERLINK(1)")
    sheet = load_workbook(BytesIO(administrator.file(PATH, format="xlsx"))).active
    assert sheet["C2"].data_type == "s"


# The chain


def test_the_seals_are_listed_and_an_intact_chain_is_proved(administrator):
    assert "还没有封存过" in administrator.page(CHAIN)
    wrote()
    wrote()
    services.seal()
    text = plain(administrator.page(CHAIN))
    assert "已封存至 今天 09:00" in text
    assert re.search(r"1 今天 09:00 2 \d+–\d+ HMAC-SHA256 [0-9a-f]{16} 共 1 条", text)
    wrote()
    verdict = plain(administrator.page(CHAIN, verify="true"))
    assert "记录完好。 核验了 1 次封存、2 条记录（第 1 至 1 号封存），均与封存时一致。" in verdict
    assert "另有 1 条记录尚未封存" in verdict
    assert "没有封存留底" not in verdict


def test_what_was_changed_or_deleted_is_found_and_named(administrator):
    for _ in range(3):
        wrote()
    services.seal()
    changed, deleted, _ = [row.id for row in db.session.query(AuditEvent.id).order_by(AuditEvent.id)]
    tampered(f"UPDATE audit_events SET actor_name = '李四' WHERE id = {changed}")  # noqa: S608 - our own number.
    tampered(f"DELETE FROM audit_events WHERE id = {deleted}")  # noqa: S608 - our own number.
    verdict = plain(administrator.page(CHAIN, verify="true"))
    assert "发现 2 处问题。 最早的在第 1 号封存。" in verdict
    assert f"记录被修改 1 {changed} 记录缺失 1 {deleted}" in verdict
    assert "accept-head" not in verdict
    # The days before are proved apart.
    assert "记录完好" in administrator.page(CHAIN, verify="true", from_date="2026-11-24")


def test_seals_that_were_cut_off_are_found_and_the_way_to_accept_it_is_told(administrator):
    wrote()
    services.seal()
    tampered("DELETE FROM audit_seals", "DELETE FROM audit_events")
    verdict = administrator.page(CHAIN, verify="true")
    assert "最后的封存被截去" in verdict
    assert "flask audit accept-head" in verdict


def test_a_machine_that_never_sealed_says_what_it_cannot_tell(administrator):
    assert "本机没有封存留底" in administrator.page(CHAIN, verify="true")


@atomic
def tampered(*statements):
    """Run statements against the trail with the triggers out of the way."""
    connection = unit()
    if connection.dialect.name == "sqlite":
        for name in connection.scalars(sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(sql(f"DROP TRIGGER {name}"))
    else:
        for table in ("audit_events", "audit_seals"):
            connection.execute(sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
    for statement in statements:
        connection.execute(sql(statement))


# Who may, and what it costs


def test_only_who_reads_the_trail_everywhere_opens_it(app, compound):
    campus = compound.campus()
    with clock.at(NINE):
        for role in ({"administrator": (ScopeKind.CAMPUS, campus.id)}, {}):
            console = Console(app, compound.staff(roles=role))
            for path in (PATH, CHAIN, f"{CHAIN}?verify=true", f"{PATH}?format=xlsx"):
                assert console.get(path).status_code == 403


def test_the_pages_take_few_statements_however_much_there_is(administrator, compound):
    for number in range(12):
        wrote("identity.staff_left", "staff", compound.staff().id, by=f"张{number}")
        services.seal()
    for path in (PATH, CHAIN):
        with counted_statements() as sent:
            administrator.page(path)
        assert len([one for one in sent if one not in ("BEGIN", "ROLLBACK")]) <= 15, sent
