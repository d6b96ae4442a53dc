"""The privacy officer's desk: requests with their due days, the answer, and versions of the policy."""

import re
from datetime import timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from tests.console.browser import Console
from tests.factories import NINE
from tests.statements import counted_statements

PATH = "/console/privacy"


@pytest.fixture
def person(compound):
    """A member of staff, on Monday at nine."""
    with clock.at(NINE):
        yield compound.client(compound.staff("2001", name="王五"))


@pytest.fixture
def officer(person, app, compound):
    """Whoever answers for personal data, at the console."""
    return Console(app, compound.staff(name="赵六", roles={"administrator": (ScopeKind.COMPOUND, 0)}))


def asked(person, kind="erase", text="请删除我的手机号"):
    return person.post("/me/data-requests", {"kind": kind, "text": text}).data["id"]


def test_the_list_counts_what_waits_and_tells_the_due_day(officer, person):
    asked(person)
    text = officer.page(PATH)
    assert "1 件待答复" in text
    assert "1 件个人信息申请待答复" in officer.page("/console/")
    assert re.search(
        r"今天 09:00.*王五.*2001.*在职.*删除.*请删除我的手机号.*12月14日 周一.*待答复", text, re.S
    )
    assert not re.search(r">\s*(erase|open|active)\s*<", text)
    assert "没有符合条件的申请" in officer.page(PATH, state="done")
    assert "没有符合条件的申请" in officer.page(PATH, q="李四")
    assert "请删除我的手机号" in officer.page(PATH, kind="erase", q="2001")


def test_what_is_overdue_says_so(app, officer, person):
    number = asked(person)
    with clock.at(NINE + timedelta(days=23)):
        later = Console(app, officer.staff)
        assert "已逾期" in later.page(PATH)
        assert "已逾期 2 天" in later.page(f"{PATH}/requests/{number}")


def test_the_erasure_of_who_works_here_can_only_be_declined(officer, person):
    number = asked(person)
    text = officer.page(f"{PATH}/requests/{number}")
    assert "在职期间的名册信息为履职所必需" in text
    assert '<option value="true"' not in text
    answer = {"is_done": False, "answer": "在职期间不能删除"}
    assert officer.send("POST", f"/admin/data-requests/{number}/answer", answer).status == 200
    text = officer.page(f"{PATH}/requests/{number}")
    assert re.search("在职期间不能删除.*赵六", text, re.S)
    assert "data-api=" not in text.partition("<main")[2].partition("</main>")[0]


def test_who_has_left_is_asked_for_once_more_and_told_what_stays(officer, compound):
    someone = compound.staff("2002", name="李四", card_no="A1234567")
    officer.send("POST", f"/admin/staff/{someone.id}/leave")
    body = {"staff_no": "2002", "kind": "erase", "text": "书面申请"}
    number = officer.send("POST", "/admin/data-requests", body).data["id"]
    text = officer.page(f"{PATH}/requests/{number}")
    assert "data-confirm=" in text
    assert "由赵六登记" in text
    assert "订单与餐费账户：属于会计资料" in text
    officer.send("POST", f"/admin/data-requests/{number}/answer", {"is_done": True, "answer": "已删除"})
    text = officer.page(f"{PATH}/requests/{number}")
    assert re.search("<h3>已删除</h3>\\s*<p>饭卡号</p>", text)
    assert "操作日志：依《网络安全法》" in text


def test_an_unknown_staff_number_is_refused(officer):
    body = {"staff_no": "0000", "kind": "erase", "text": "书面申请"}
    answer = officer.send("POST", "/admin/data-requests", body)
    assert (answer.status, answer.envelope["msg"]) == (422, "花名册中没有工号 0000")


def test_a_new_version_is_written_from_the_last_one_and_published(officer, person):
    text = officer.page(f"{PATH}/policies/new")
    assert "现行版本为 1.0" in text
    assert "# 一、我们处理哪些信息" in text
    body = {"version": "1.1", "summary": "补充联系方式", "text": "# 说明\n" + "<b>补充</b>说明。" * 20}
    assert officer.send("POST", "/admin/privacy/policies", body).status == 201
    person.post("/me/consents", {"version": "1.1", "is_agreed": False})
    listed = officer.page(f"{PATH}/policies")
    assert re.search(r"1\.1.*现行.*补充联系方式.*赵六.*>0<.*>1<.*1\.0.*随产品提供", listed, re.S)
    assert "&lt;b&gt;补充" in officer.page(f"{PATH}/policies/text", version="1.1")
    assert "旧版本" in officer.page(f"{PATH}/policies/text", version="1.0")
    assert officer.get(f"{PATH}/policies/text", version="9").status_code == 404


@pytest.mark.parametrize("path", [PATH, f"{PATH}/policies", f"{PATH}/policies/new"])
def test_nobody_else_sees_these_pages(app, compound, person, path):
    manager = Console(app, compound.staff(roles={"canteen_manager": (ScopeKind.COMPOUND, 0)}))
    assert manager.get(path).status_code == 403


def test_the_pages_take_few_statements(officer, person):
    asked(person)
    asked(person, "correct")
    for path in (PATH, f"{PATH}/policies"):
        with counted_statements() as sent:
            officer.page(path)
        assert len(sent) <= 15, path
