"""请假出差 at the desk: the list, what an approval would do, and what was approved elsewhere."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.actor import ScopeKind
from tests.canteen.lunch import Lunch
from tests.console.browser import Console
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements

PATH = "/console/absences"
API = r'data-api="POST (/api/v1/admin/absences/\S+)"'


@pytest.fixture
def lunch(compound):
    """Monday's lunch at nine."""
    with clock.at(NINE):
        yield Lunch(compound)


@pytest.fixture
def person(lunch):
    """2001 王五 of 办公厅/综合处, who has money."""
    office = lunch.compound.department("综合处", lunch.compound.department("办公厅"))
    return lunch.client(staff_no="2001", name="王五", department=office)


@pytest.fixture
def desk(app, compound, lunch):
    """An approver at the console."""
    return Console(app, compound.staff("9001", name="李敏", roles={"administrator": (ScopeKind.COMPOUND, 0)}))


def file(client, from_date="2026-11-23", until_date="2026-11-23", kind="leave", **more):
    body = {"kind": kind, "from_date": from_date, "until_date": until_date, **more}
    return client.post("/me/absences", body).data["id"]


def test_the_list_tells_who_is_away_when_and_what_waits(desk, person, lunch):
    file(person, "2026-11-24", "2026-11-27", "trip", until_half="am", reason="省厅会议")
    text = desk.page(PATH)
    assert "1 条待审批" in text
    assert "1 件请假出差待审批" in desk.page("/console/")
    row = re.search(r"<tbody>.*</tbody>", text, re.S)[0]
    assert re.search(
        "王五.*2001.*办公厅/综合处.*出差.*11月24日至11月27日上午.*省厅会议.*本人申请.*待审批", row, re.S
    )
    assert not re.search(r">\s*(trip|pending|self)\s*<", text)
    assert "没有待审批的申请" not in text


def test_the_list_is_narrowed(desk, person, compound, lunch):
    tree = {name: file(person) for name in ("综合处",)}
    other = compound.client(compound.staff("2002", name="赵六"))
    file(other, "2026-12-01", "2026-12-02", "trip")

    def shown(**query):
        body = re.search(r'<div id="list">.*', desk.page(PATH, **query), re.S)[0]
        return [name for name in ("王五", "赵六") if name in body]

    assert shown() == ["王五", "赵六"]
    assert shown(kind="trip") == shown(from_date="2026-11-24") == shown(q="赵") == ["赵六"]
    assert shown(until_date="2026-11-30", state="pending") == ["王五"]
    assert shown(state="approved") == []
    assert "没有符合条件的记录" in desk.page(PATH, state="approved")
    (office,) = re.findall(r'<option value="(\d+)">办公厅</option>', desk.page(PATH))
    assert shown(department_id=office) == ["王五"]
    assert desk.get(PATH, state="x").status_code == 422
    assert tree


def test_before_an_approval_it_is_said_what_it_cancels(app, desk, person, lunch):
    lunch.compound.meal(lunch.canteen, {lunch.dishes[0]: 5}, served_on=MONDAY + timedelta(days=1))
    lunch.place(1, by=person)
    lunch.place(2, by=person, date="2026-11-24")
    number = file(person, until_date="2026-11-24")
    page = f"{PATH}/{number}/approve"
    text = desk.page(page)
    assert "将取消 2 份订餐，退回 18.00 元" in text
    assert f"11月23日午餐（{lunch.canteen.name}）" in text
    with clock.at(NINE + timedelta(hours=1)):
        text = Console(app, desk.staff).page(page)
        assert "将取消 1 份订餐，退回 12.00 元" in text
        assert "已过取消时间，1 份订餐保留" in text
    assert [each["state"] for each in person.get("/canteen/orders").data["list"]] == ["booked", "booked"]
    api = re.search(API, text)[1]
    assert desk.send("POST", api, {}).status == 200
    text = desk.page(PATH)
    assert "已批准" in text
    assert f'data-from="{PATH}/{number}/revoke"' in text
    assert "这段时间没有已订的餐" in desk.page(page)


def test_refusals_need_a_reason_at_its_field(desk, person, lunch):
    number = file(person)
    api = re.search(API, desk.page(f"{PATH}/{number}/reject"))[1]
    refused = desk.send("POST", api, {"answer": ""})
    assert (refused.status, list(refused.envelope["data"]["fields"])) == (422, ["answer"])
    assert desk.send("POST", api, {"answer": "与值班冲突"}).status == 200
    assert "与值班冲突" in desk.page(PATH)
    assert desk.send("POST", api, {"answer": "好"}, csrf=None).status == 403


def test_ones_own_is_not_offered_for_a_decision(desk, compound, lunch):
    own = compound.client(desk.staff)
    number = file(own)
    text = desk.page(PATH)
    assert "本人，须他人审批" in text
    assert f"{PATH}/{number}/approve" not in text


def test_the_template_is_a_sheet_that_imports_nothing(desk, lunch):
    assert 'name="staff_no"' in desk.page(f"{PATH}/new")
    assert f'href="{PATH}/import/template"' in desk.page(f"{PATH}/import")
    data = desk.file(f"{PATH}/import/template")
    sheet = load_workbook(BytesIO(data)).active
    assert [cell.value for cell in sheet[1]] == ["工号", "类型", "开始", "结束"]
    answer = desk._open(
        "/api/v1/admin/absences/import",
        method="POST",
        data={"file": (BytesIO(data), "absences.xlsx")},
        headers={"X-CSRF-Token": desk.csrf},
    )
    assert answer.json["error"] == "identity.sheet_empty"


def test_only_who_manages_them_everywhere_opens_them(app, compound, person, lunch):
    number = file(person)
    narrow = Console(app, compound.staff(roles={"administrator": (ScopeKind.CANTEEN, lunch.canteen.id)}))
    for path in (PATH, f"{PATH}/{number}/approve", f"{PATH}/{number}/reject"):
        assert narrow.get(path).status_code == 403


def test_the_list_takes_few_statements_however_long_it_is(desk, lunch):
    for number in range(6):
        client = lunch.client(staff_no=f"300{number}")
        absence = file(client)
        desk.send("POST", f"/admin/absences/{absence}/approve", {})
    with counted_statements() as sent:
        desk.page(PATH)
    assert len([one for one in sent if one not in ("BEGIN", "ROLLBACK")]) <= 15, sent
