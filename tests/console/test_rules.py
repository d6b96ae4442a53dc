"""The rules' page, and the dialogs in which they are decided, told and withdrawn."""

import html
import re
from datetime import time, timedelta

import orjson
import pytest

from backend import clock
from backend.actor import Permission, ScopeKind
from backend.rules import registry
from canteen.accounts.rules import SPENDING_ORDER
from console.rules import PAGES
from tests.backend.rules.conftest import office
from tests.backend.rules.office import CODE, DEPOSIT
from tests.console.browser import Console
from tests.factories import NINE
from tests.statements import counted_statements

__all__ = ["office"]

RULES = "/console/rules"
MIDNIGHT = clock.at_local(clock.local(NINE).date() + timedelta(days=1), time.min)


@pytest.fixture
def administrator(app, office):
    """Who manages the rules of the compound, at the console."""
    return console_of(app, office, "administrator", ScopeKind.COMPOUND)


@pytest.fixture
def manager(app, office):
    """Who manages the canteen alone, at the console."""
    return console_of(app, office, "canteen_manager", ScopeKind.CANTEEN, office.canteen.id)


def console_of(app, office, role, kind, scope_id=0):
    return Console(app, office.compound.staff(roles={role: (kind, scope_id)}, name="钱经理"))


def rows(text):
    """The cells of the tables, row by row, as one reads them."""
    return [
        [
            " ".join(re.sub(r"<[^>]*>", " ", cell).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        for row in re.findall(r"<tr>.*?</tr>", text, re.S)
    ]


def row(text, title):
    (found,) = [cells for cells in rows(text) if cells[0].startswith(title)]
    return found


def dialog(console, what, key=DEPOSIT, **query):
    return console.page(f"{RULES}/{key}/{what}", **query)


def fill(console, text, **said):
    """Send a dialog's form as it stands, but for what is said."""
    (target,) = re.findall(r'<form [^>]*data-api="PUT /api/v1([^"]*)"', text)
    form = re.search(r"<form [^>]*data-api=.*?</form>", text, re.S)[0]
    body = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if found.get("type") == "hidden" and found["value"] and "." not in found["name"]:
            value = html.unescape(found["value"])
            read = {"int": int, "json": orjson.loads}.get(found.get("data-type", ""), str)
            body[found["name"]] = read(value)
    return console.send("PUT", target, {**body, **said})


def test_the_page_tells_what_holds_what_comes_and_who_decided_it_why(office, administrator):
    assert row(administrator.page(RULES), "单笔充值或补贴上限")[1:3] == ["10000.00 元", "系统默认，未修改过"]
    office.set(800_000, key=DEPOSIT, scope_id=0, by=office.administrator, reason="核减额度")
    office.set(
        500_050, key=DEPOSIT, scope_id=0, by=office.administrator, reason="明年预算", at=MIDNIGHT,
        seen=office.rule(office.administrator, key=DEPOSIT)["latest_version_id"],
    )  # fmt: skip
    cells = row(administrator.page(RULES), "单笔充值或补贴上限")
    assert cells[1] == "8000.00 元 明天 00:00 起：5000.50 元"
    assert "今天 09:00 明年预算" in cells[2]
    assert not re.search(r">(planned|in_force|number|yuan)<", administrator.page(RULES))


def test_rules_stand_under_their_headings_with_those_of_the_chosen_canteen(office, administrator):
    other = office.compound.canteen(name="第二食堂")
    office.set(9)
    text = administrator.page(RULES)
    headings = re.findall(r"<h2>(.*?)</h2>", text)
    assert headings.index("账号与登录") < headings.index("食堂·取餐")
    assert row(text, "取餐码有效时间")[1] == "9 分钟"
    administrator.work_at(other.id)
    text = administrator.page(RULES)
    assert "第二食堂" in text
    assert row(text, "取餐码有效时间")[1] == "3 分钟"
    # An administrator may look at a canteen's rules; its manager decides them.
    assert f"{RULES}/{CODE}/change" not in text
    assert f"{RULES}/{DEPOSIT}/change" in text
    assert administrator.get(f"{RULES}/{CODE}/change", scope_id=other.id).status_code == 404


def test_a_rule_with_a_page_of_its_own_leads_there(office, administrator):
    office.compound.period(office.canteen)
    text = administrator.page(RULES)
    assert "午餐 11:30–12:30 供餐" in row(text, "餐别时段与截止时间（午餐）")[1]
    assert 'href="/console/canteen/periods"' in text
    path = f"{RULES}/canteen.meal_period/change"
    assert administrator.get(path, scope_id=office.canteen.id, variant="lunch").status_code == 404


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        (CODE, ('value="3" required', "分钟", "应在 1 到 60 分钟之间")),
        ("canteen.max_portions", ('value="10" required', "份", "应在 1 到 99 份之间")),
        ("canteen.opens_on_rest_days", ('type="radio"', 'value="false" data-type="bool" checked', "不供餐")),
        ("canteen.spending_order", ('data-list="value"', 'value="subsidy"', "财政补贴上移", "个人充值下移")),
    ],
)
def test_the_dialog_offers_what_the_rule_s_kind_needs(office, manager, key, parts):
    text = dialog(manager, "change", key, scope_id=office.canteen.id)
    for part in (*parts, 'name="reason"', 'name="effective_at"', 'min="2026-11-23T09:00"', "系统默认"):
        assert part in text, part


def test_amounts_and_times_have_fields_of_their_own(office, administrator):
    text = dialog(administrator, "change")
    assert 'data-type="yuan" value="10000.00"' in text
    assert "应在 0.01 到 1,000,000.00 元之间" in text
    assert 'type="time" data-type="text" value="22:00"' in dialog(
        administrator, "change", "notifications.quiet_from"
    )


def test_every_rule_has_a_dialog_or_a_page_of_its_own(office, administrator, manager):
    for rule in registry.all_rules():
        if rule.kind.control:
            of_canteen = rule.scope is ScopeKind.CANTEEN
            is_managers = of_canteen and rule.change_permission is Permission.CANTEEN_MANAGE
            console = manager if is_managers else administrator
            scope_id = office.canteen.id if of_canteen else 0
            assert 'data-field="value"' in dialog(console, "change", rule.key, scope_id=scope_id), rule.key
        else:
            assert manager.get(PAGES[rule.key]).status_code == 200


def test_a_decision_is_made_in_the_dialog(office, manager):
    text = dialog(manager, "change", CODE, scope_id=office.canteen.id)
    assert fill(manager, text, value=5, reason="排队较长").data["text"] == "5 分钟"
    for said, status, error in (
        ({"value": 61, "reason": "试"}, 422, "rules.value_invalid"),
        ({"value": 6}, 422, "app.invalid"),
        ({"value": 6, "reason": "试"}, 409, "rules.changed_meanwhile"),
    ):
        answer = fill(manager, text, **said)
        assert (answer.status, answer.error) == (status, error)
    assert "载入最新内容" in text
    order = list(SPENDING_ORDER.kind.options)[::-1]
    text = dialog(manager, "change", SPENDING_ORDER.key, scope_id=office.canteen.id)
    assert fill(manager, text, value=order, reason="先用充值").data["text"] == "个人充值 → 财政补贴"


def test_the_history_tells_the_old_and_the_new(office, manager):
    where = {"scope_id": office.canteen.id}
    assert "没有修改记录" in dialog(manager, "history", CODE, **where)
    first = office.set(5, reason="排队较长").data["latest_version_id"]
    second = office.set(8, seen=first, at=MIDNIGHT, reason="换新机器").data["latest_version_id"]
    office.set(4, seen=second, reason="又缩短")
    assert [cells[1:4] for cells in rows(dialog(manager, "history", CODE, **where))[1:]] == [
        ["生效中", "5 分钟 4 分钟", "钱经理 2026-11-23 09:00 又缩短"],
        ["待生效", "5 分钟 8 分钟", "钱经理 2026-11-23 09:00 换新机器"],
        ["已撤换", "3 分钟 5 分钟", "钱经理 2026-11-23 09:00 排队较长"],
    ]


def test_a_planned_change_is_withdrawn_with_a_reason(app, office, manager):
    where = {"scope_id": office.canteen.id}
    seen = office.set(5).data["latest_version_id"]
    with clock.at(NINE + timedelta(minutes=1)):
        planned = office.set(8, seen=seen, at=MIDNIGHT, reason="换新机器").data["latest_version_id"]
        assert f"version_id={planned}" in dialog(manager, "history", CODE, **where)
        text = dialog(manager, "withdraw", CODE, version_id=planned, **where)
        assert "<del>8 分钟</del>" in text
        assert "<strong>5 分钟</strong>" in text
        assert fill(manager, text).status == 422  # Why is asked here, too.
        assert fill(manager, text, reason="机器未到货").data["next_planned"]["text"] == "5 分钟"
        assert row(manager.page("/console/canteen/periods"), "取餐码有效时间")[1] == "5 分钟"
        history = dialog(manager, "history", CODE, **where)
        assert [cells[1:3] for cells in rows(history)[1:3]] == [
            ["待生效", "8 分钟 5 分钟"],
            ["已撤换", "5 分钟 8 分钟"],
        ]
        # What only withdraws another decision is no change to be withdrawn.
        assert "撤回</button>" not in history
        for version_id in (seen, planned, planned + 1, 999):
            answer = manager.get(f"{RULES}/{CODE}/withdraw", version_id=version_id, **where)
            assert answer.status_code == 404
    with clock.at(MIDNIGHT + timedelta(minutes=1)):
        manager = console_of(app, office, "canteen_manager", ScopeKind.CANTEEN, office.canteen.id)
        assert row(manager.page("/console/canteen/periods"), "取餐码有效时间")[1] == "5 分钟"


def test_of_two_planned_changes_the_earlier_holds_on_when_the_later_is_withdrawn(office, manager):
    later = MIDNIGHT + timedelta(days=1)
    seen = office.set(7, at=MIDNIGHT).data["latest_version_id"]
    planned = office.set(9, seen=seen, at=later).data["latest_version_id"]
    text = dialog(manager, "withdraw", CODE, version_id=planned, scope_id=office.canteen.id)
    assert "<strong>7 分钟</strong>" in text
    assert fill(manager, text, reason="不改了").status == 200
    cells = row(manager.page("/console/canteen/periods"), "取餐码有效时间")
    assert cells[1] == "3 分钟 明天 00:00 起：7 分钟"


def test_a_canteen_s_manager_decides_its_rules_and_no_other(app, office, manager):
    other = office.compound.canteen()
    assert manager.get(RULES).status_code == 403
    assert manager.get(f"{RULES}/{DEPOSIT}/history").status_code == 404
    for what in ("change", "history"):
        assert manager.get(f"{RULES}/{CODE}/{what}", scope_id=office.canteen.id).status_code == 200
        assert manager.get(f"{RULES}/{CODE}/{what}", scope_id=other.id).status_code == 404
        assert manager.get(f"{RULES}/canteen.unknown/{what}").status_code == 404
    waiter = console_of(app, office, "canteen_staff", ScopeKind.CANTEEN, office.canteen.id)
    assert waiter.get(f"{RULES}/{CODE}/history", scope_id=office.canteen.id).status_code == 200
    assert waiter.get(f"{RULES}/{CODE}/change", scope_id=office.canteen.id).status_code == 404
    official = Console(app, office.compound.staff())
    assert official.get(f"{RULES}/{CODE}/history", scope_id=office.canteen.id).status_code == 404


def test_a_planned_change_is_withdrawn_by_whoever_may_change_the_rule(app, office):
    planned = office.set(8, at=MIDNIGHT).data["latest_version_id"]
    waiter = console_of(app, office, "canteen_staff", ScopeKind.CANTEEN, office.canteen.id)
    assert "撤回" not in dialog(waiter, "history", CODE, scope_id=office.canteen.id)
    query = {"scope_id": office.canteen.id, "version_id": planned}
    assert waiter.get(f"{RULES}/{CODE}/withdraw", **query).status_code == 404


def test_the_page_costs_few_statements(office, administrator):
    for number in range(5):
        office.compound.canteen(name=f"分食堂{number}")
    for minutes in range(10, 15):
        office.set(minutes, seen=office.rule(key=CODE)["latest_version_id"])
    administrator.page(RULES)
    with counted_statements() as sent:
        administrator.page(RULES)
    assert len(sent) <= 15, sent
