"""Receptions at the console: what the manager sees and does, and the sheet."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from tests.canteen.ordering.receptions.conftest import banquet
from tests.console.browser import Console
from tests.factories import MONDAY, NINE
from tests.printed import pages_of, text_of
from tests.statements import counted_statements

__all__ = ["banquet"]

EVENING = NINE + timedelta(hours=9)
LIST = "/console/canteen/receptions"


@pytest.fixture
def console(app, banquet):
    """The canteen's manager."""
    return Console(app, banquet.boss)


def test_the_list_filters_pages_and_comes_as_a_sheet_without_guests(banquet, console):
    banquet.approved()
    banquet.file(letter_no="浙办函〔2026〕13号", letter_from="市财政局", date="2026-12-01")
    page = console.page(LIST)
    assert "1 件待审批" in page
    assert "省机关事务管理局" in page
    assert "来宾0" not in page
    assert "市财政局" not in console.page(LIST, month="2026-11")
    assert "省机关事务管理局" not in console.page(LIST, state="submitted")
    rows = list(load_workbook(BytesIO(console.file(LIST, format="xlsx", month="2026-11"))).active.values)
    assert rows[1][3:9] == ("办公室", "周经办", "省机关事务管理局", "浙办函〔2026〕12号", "考察调研", 4)
    assert (rows[1][13], rows[1][14], rows[1][15]) == (45, 7.5, "已批准")
    assert "来宾0" not in str(rows)
    actions = {event.action for event in db.session.query(AuditEvent)}
    assert "canteen.receptions_exported" in actions


def test_a_request_is_read_and_decided_on_its_page(banquet, console):
    first = banquet.file().data
    second = banquet.file(date="2026-11-24").data
    page = console.page(f"{LIST}/{second['id']}")
    for expected in (
        "来宾0",
        "陪同1",
        "浙办函〔2026〕12号",
        "同一公函还有 1 件公务接待",
        "批准后食堂按此备餐",
    ):
        assert expected in page, expected
    assert console.send("POST", f"/canteen/receptions/{first['id']}/approve", {"revision": 1}).status == 200
    page = console.page(f"{LIST}/{first['id']}")
    assert "已批准" in page
    assert "登记实到" not in page
    with clock.at(EVENING):
        console = Console(banquet.compound.app, banquet.boss)
        assert "来宾最多比批准的多 2 人" in console.page(f"{LIST}/{first['id']}/serve")
        assert console.send("POST", f"/canteen/receptions/{first['id']}/serve", {}).status == 200
        assert "撤回更正" in console.page(f"{LIST}/{first['id']}")
        assert console.get(f"{LIST}/{first['id']}/serve").status_code == 409


def test_another_canteens_receptions_are_hidden_and_officials_have_no_page(app, banquet):
    filed = banquet.file().data
    elsewhere = {"canteen_manager": (ScopeKind.CANTEEN, banquet.compound.canteen().id)}
    other = Console(app, banquet.compound.staff(roles=elsewhere))
    assert "省机关事务管理局" not in other.page(LIST)
    for path in ("", "/serve", "/sheet"):
        assert other.get(f"{LIST}/{filed['id']}{path}").status_code == 404
    assert Console(app, banquet.clerk).get(LIST).status_code == 403


def test_the_pages_ask_the_database_a_bounded_number_of_times(banquet, console):
    for number in range(5):
        filed = banquet.file(letter_no=f"浙办函〔2026〕{20 + number}号", guests=6 + number).data
    for path in (LIST, f"{LIST}/{filed['id']}"):
        with counted_statements() as statements:
            console.page(path)
        assert len(statements) <= 15, path


def test_the_sheet_is_a_voucher_once_served_and_says_so_before(banquet, console):
    approved = banquet.approved(guests=12, companions=4)
    path = f"/canteen/receptions/{approved['id']}/sheet"
    preview = text_of(banquet.requester.get(path).body).replace(" ", "")
    assert "预览：未办结，不作为凭证" in preview
    with clock.at(EVENING):
        guests = [{"name": "来宾0", "title": "处长", "organisation": "市财政局"}] * 11
        banquet.do(approved["id"], "serve", guests=guests, accompanying=["C01", "C02"])
        made = Console(banquet.compound.app, banquet.boss).file(f"{LIST}/{approved['id']}/sheet")
    text = text_of(made).replace(" ", "")
    for expected in (
        "公务接待清单", f"编号：JD20261123{approved['id']:06d}", "已办结", "浙办函〔2026〕12号",
        "省机关事务管理局",
        "2026年11月23日", "晚餐", "市财政局", "陪同2", "11人（批准12人）", "2人（批准4人）", "每人30.00元",
        "3.46元",
        "合计（大写）：肆拾伍元整", "45.00", "经办人：周经办", "审批人：沈管理", "打印：沈管理",
    ):  # fmt: skip
        assert expected in text, expected
    assert "预览" not in text
    assert "陪同3" not in text
    assert pages_of(made) == 1
    printed = db.session.query(AuditEvent).filter_by(action="canteen.reception_printed")
    assert [event.actor_id for event in printed] == [banquet.clerk.id, banquet.boss.id]


def test_the_prep_page_paper_and_sheet_show_receptions_apart(banquet, console):
    banquet.approved(note="一人清真")
    day = {"date": MONDAY.isoformat()}
    page = console.page("/console/canteen/prep", **day)
    assert "未发布菜单的公务接待" in page
    assert "用餐 6 人" in page
    banquet.compound.meal(banquet.canteen, [(banquet.dishes[0], None)], period="dinner", serves_from=EVENING)
    page = console.page("/console/canteen/prep", period="dinner", **day)
    assert "未发布菜单的公务接待" not in page
    assert "另外备餐，不计入以上份数" in page
    paper = text_of(console.file("/console/canteen/prep", format="pdf", period="dinner", **day))
    assert "公务接待（不计入以上份数）" in paper
    assert "一人清真" in paper
    data = console.file("/console/canteen/prep", format="xlsx", period="dinner", **day)
    rows = list(load_workbook(BytesIO(data)).active.values)[1:]
    assert [(row[3], row[5], row[7][:4]) for row in rows] == [
        (banquet.dishes[0].name, 6, "公务接待"),
        (banquet.dishes[1].name, 1, "公务接待"),
    ]


def test_the_list_of_luxuries_is_changed_in_the_rules_dialog(banquet, console):
    where = {"scope_id": banquet.canteen.id, "variant": ""}
    dialog = console.page("/console/rules/canteen.reception_luxuries/change", **where)
    assert "鱼翅、燕窝" in dialog
    body = {"scope_id": banquet.canteen.id, "value": "龙虾，帝王蟹", "reason": "从严", "seen_version_id": 0}
    assert console.send("PUT", "/rules/canteen.reception_luxuries", body).status == 200
    assert "龙虾、帝王蟹" in console.page("/console/rules/canteen.reception_luxuries/change", **where)


def test_the_home_page_says_what_waits_for_a_decision(banquet, console):
    assert "公务接待待审批" not in console.page("/console/")
    banquet.file()
    assert "1 件公务接待待审批" in console.page("/console/")
