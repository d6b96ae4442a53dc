"""The pages about people: departments, the roster, one person, and bind requests."""

import re
from io import BytesIO
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from backend import clock, vault
from backend.actor import SYSTEM, ScopeKind
from backend.db import atomic, db
from backend.identity import operations as identity_operations
from backend.identity.binding import operations as binding_operations
from backend.identity.models import Role, RoleGrant, RolePermission
from backend.identity.policies import ExternalSubject
from tests.backend.identity.people import Trail, change, give_factor
from tests.backend.identity.sheets import cells
from tests.console.browser import Console
from tests.factories import NINE
from tests.statements import counted_statements

EVERYWHERE = (ScopeKind.COMPOUND, 0)
STAFF = "/console/staff"


@pytest.fixture(autouse=True)
def nine():
    with clock.at(NINE):
        yield


@pytest.fixture
def administrator(compound):
    return compound.staff(
        "9001", name="李敏", department=compound.department("信息处"), roles={"administrator": EVERYWHERE}
    )


@pytest.fixture
def console(app, administrator):
    return Console(app, administrator)


@pytest.fixture
def official(compound):
    """1001 王建国 of 办公厅/综合处."""
    office = compound.department("综合处", compound.department("办公厅"))
    return compound.staff(
        "1001",
        name="王建国",
        department=office,
        phone_cipher=vault.encrypt("13800000001"),
        phone_hash=vault.keyed_hash("13800000001"),
        card_no="66880001",
    )


def bound(staff):
    """Bind an account at the mini-program."""

    @atomic
    def write():
        account = {"provider": "wechat_mp", "tenant": "wx-test", "subject": "openid-one"}
        identity_operations.bind_identity(SYSTEM, staff_id=staff.id, **account)

    write()


def names(html):
    """Who is on the list, in its order."""
    return re.findall(rf'<a href="{STAFF}/\d+">([^<]*)</a>', html)


def read_only(app, compound):
    """A console of somebody who may see the roster and change nothing."""

    @atomic
    def write():
        role = Role(code="reader", name="人事查阅员")
        role.permissions = [RolePermission(permission="identity.read")]
        db.session.add(role)

    write()
    return Console(app, compound.staff("9100", name="读者", roles={"reader": EVERYWHERE}))


# Departments


def test_the_tree_counts_who_works_where_and_below(console, compound, official):
    compound.staff("1002", department=compound.department("办公厅二"))
    text = console.page("/console/departments")
    rows = re.findall(
        r'<th scope="row" class="roomy depth-(\d)">.*?>([^<]+)</a>.*?</th>'
        r'\s*<td class="num">(.*?)</td>\s*<td class="num">(.*?)</td>',
        text,
        re.S,
    )
    assert rows == [
        ("1", "信息处", "1", "1"),
        ("1", "办公厅", "—", "1"),
        ("2", "综合处", "1", "1"),
        ("1", "办公厅二", "1", "1"),
    ]


def test_a_department_is_offered_no_place_within_itself(console, compound):
    top = compound.department("办公厅")
    middle = compound.department("综合处", top)
    compound.department("文书科", middle)
    text = console.page(f"/console/departments/{middle.id}/edit")
    offered = re.findall(r'<option value="\d+"[^>]*>([^<]*)</option>', text)
    assert offered == ["信息处", "办公厅"]
    assert "综合处" in re.search(r'name="name"[^>]*', text).group()
    assert f'value="{middle.id}" selected' in console.page("/console/departments/new", parent_id=middle.id)
    assert console.get("/console/departments/999/edit").status_code == 404


def test_who_only_reads_sees_no_way_to_change(app, compound, official):
    reader = read_only(app, compound)
    for path in ("/console/departments", STAFF, f"{STAFF}/{official.id}", "/console/roles"):
        assert not re.search(r'data-api="(?!POST (/console/logout|/api/v1/me/))', reader.page(path)), path
    for path in (
        "/console/departments/new",
        f"{STAFF}/new",
        f"{STAFF}/import",
        f"{STAFF}/{official.id}/edit",
    ):
        assert reader.get(path).status_code == 403
    text = reader.page(f"{STAFF}/{official.id}")
    assert "查看完整号码" not in text
    assert "登录中的设备" not in text


def test_whoever_holds_the_permission_on_one_campus_sees_nobody(app, compound, official):
    scope = (ScopeKind.CAMPUS, compound.campus().id)
    local = Console(app, compound.staff(roles={"administrator": scope}))
    for path in ("/console/departments", STAFF, f"{STAFF}/{official.id}", "/console/roles", "/console/binds"):
        response = local.get(path)
        assert response.status_code == 403
        assert "王建国" not in response.text


# The roster


def test_the_roster_is_filtered(console, compound, official):
    compound.staff("1002", name="赵小兰", department=compound.department("机关党委"), status="suspended")
    bound(official)
    top = next(iter(re.findall(r'<option value="(\d+)">办公厅</option>', console.page(STAFF))))
    cases = [
        ({}, ["王建国", "赵小兰", "李敏"]),
        ({"query": "小兰"}, ["赵小兰"]),
        ({"query": "10"}, ["王建国", "赵小兰"]),
        ({"query": "138 0000 0001"}, ["王建国"]),
        ({"department_id": top}, ["王建国"]),
        ({"status": "suspended"}, ["赵小兰"]),
        ({"role": "any"}, ["李敏"]),
        ({"role": "canteen_staff"}, []),
        ({"is_bound": "true"}, ["王建国"]),
        ({"is_bound": "false", "role": "any", "status": ""}, ["李敏"]),
        ({"sort": "-staff_no"}, ["李敏", "赵小兰", "王建国"]),
        ({"sort": "nonsense"}, ["王建国", "赵小兰", "李敏"]),
        ({"page_size": "2", "page": "2"}, ["李敏"]),
    ]
    for query, expected in cases:
        assert names(console.page(STAFF, **query)) == expected, query
    assert "没有符合条件的人员" in console.page(STAFF, query="无此人")


def test_no_number_is_shown_in_the_clear(console, official):
    for path in (STAFF, f"{STAFF}/{official.id}", f"{STAFF}/{official.id}/edit"):
        text = console.page(path)
        assert "138****0001" in text
        assert "13800000001" not in text
        assert "66880001" not in text


def test_the_list_is_exported_as_it_is_filtered_and_that_is_recorded(console, compound, official):
    compound.staff("1002", name="赵小兰")
    text = console.page(STAFF, query="王", sort="name")
    path = re.search(r'href="(/api/v1/admin/staff/export[^"]*)" data-download', text).group(1)
    exported = console.file(unquote(path.replace("&amp;", "&")))
    assert [row[1] for row in cells(exported)] == ["姓名", "王建国"]
    details = Trail().only("identity.roster_exported").details
    assert details == {"rows": 1, "filters": ["query"]}


# One person


def test_a_person_is_shown_with_posts_roles_and_ways_to_log_in(console, compound, official):
    canteen = compound.canteen(compound.campus("中心院区"), name="一食堂")
    grant = {"role": "canteen_staff", "scope_kind": "canteen", "scope_id": canteen.id}
    console.send("POST", f"/admin/staff/{official.id}/grants", grant)
    bound(official)
    give_factor(official)
    compound.client(official)
    text = console.page(f"{STAFF}/{official.id}")
    for shown in (
        "办公厅/综合处",
        "138****0001",
        "食堂工作人员",
        "中心院区 · 一食堂",
        "李敏",
        "微信小程序",
        "恢复码剩 0 个",
        "1 台设备",
    ):
        assert shown in text, shown
    assert not re.search(r"canteen_staff</td>|wechat_mp|>active", text)
    assert console.get(f"{STAFF}/999").status_code == 404


def test_whoever_has_left_can_only_come_back(console, official):
    console.send("POST", f"/admin/staff/{official.id}/leave")
    text = console.page(f"{STAFF}/{official.id}")
    assert "恢复在职" in text
    assert not re.search("办理离职<|授予角色|设置密码|重置密码", text)


def test_nobody_resets_their_own_second_factor_here(console, administrator, compound):
    give_factor(administrator)
    text = console.page(f"{STAFF}/{administrator.id}")
    assert "second-factor/reset" not in text


def test_a_refusal_of_one_field_says_which(console, official):
    answer = console.send("PUT", f"/admin/staff/{official.id}", {"phone": "123"})
    assert answer.envelope["data"]["fields"] == {"phone": ["手机号应为 11 位大陆手机号码"]}
    taken = console.send("POST", "/admin/departments", {"name": "办公厅"})
    assert taken.envelope["data"]["fields"] == {"name": ["同一上级部门下已有同名部门"]}


def test_the_template_is_a_workbook(console):
    book = load_workbook(BytesIO(console.file(f"{STAFF}/import/template")))
    assert [cell.value for cell in book.active[1]][:2] == ["工号", "姓名"]


# Bind requests


def asked(staff, subject):
    @atomic
    def write():
        binding_operations.ask(ExternalSubject("wechat_mp", "wx-test", subject), staff.id)

    write()


def test_pending_requests_come_first_and_a_replaced_account_is_flagged(console, compound, official):
    second, third = compound.staff("1002", name="赵小兰"), compound.staff("1003", name="钱七")
    bound(official)
    asked(second, "openid-two")
    asked(third, "openid-three")
    request_id = int(re.search(r"bind-requests/(\d+)/reject", console.page("/console/binds")).group(1))
    console.send("POST", f"/admin/bind-requests/{request_id}/reject")
    asked(official, "openid-new")
    text = console.page("/console/binds")
    rows = re.findall(r"<tr>(.*?)</tr>", text, re.S)[1:]
    assert [re.search("王建国|赵小兰|钱七", row).group() for row in rows] == ["钱七", "王建国", "赵小兰"]
    assert ["换绑" in row for row in rows] == [False, True, False]
    assert ["/approve" in row for row in rows] == [True, True, False]
    assert "未通过" in rows[2]
    assert "李敏" in rows[2]
    assert names(console.page("/console/binds", state="pending")) == ["钱七", "王建国"]


def test_a_request_of_who_is_suspended_meanwhile_says_so(console, official):
    asked(official, "openid-one")
    change(official, status="suspended")
    assert "停用" in re.search(r"<tbody>.*</tbody>", console.page("/console/binds"), re.S).group()


# Roles


def test_roles_are_told_in_words_with_who_holds_them_where(console, compound, official):
    campus = compound.campus("中心院区")
    grant = {"role": "canteen_staff", "scope_kind": "campus", "scope_id": campus.id}
    console.send("POST", f"/admin/staff/{official.id}/grants", grant)
    text = console.page("/console/roles")
    for shown in ("核销取餐", "查看完整手机号、身份证号和饭卡号", "中心院区", "全院", "李敏"):
        assert shown in text, shown
    assert "identity.manage" not in text
    assert names(text) == ["李敏", "王建国"]
    for query, expected in (
        ({"role": "canteen_staff"}, ["王建国"]),
        ({"scope": f"campus:{campus.id}"}, ["王建国"]),
        ({"scope": "compound:0"}, ["李敏"]),
        ({"scope": "planet:1"}, ["李敏", "王建国"]),
        ({"q": "李"}, ["李敏"]),
        ({"page_size": "1", "page": "2"}, ["王建国"]),
    ):
        assert names(console.page("/console/roles", **query)) == expected, query


def test_a_grant_for_a_place_that_is_gone_is_still_listed(console, compound, official):
    canteen = compound.canteen()
    grant = {"role": "canteen_staff", "scope_kind": "canteen", "scope_id": canteen.id}
    granted = console.send("POST", f"/admin/staff/{official.id}/grants", grant).data
    db.session.rollback()
    change(db.session.get_one(RoleGrant, granted["id"]), scope_id=999)
    assert "已不存在的场所" in console.page("/console/roles")
    assert "已不存在的场所" in console.page(f"{STAFF}/{official.id}")


def test_no_page_about_people_asks_the_database_too_often(console, compound, official):
    for number in range(30):
        compound.staff(f"2{number:03d}", roles={"canteen_staff": EVERYWHERE})
    asked(official, "openid-one")
    paths = [
        STAFF,
        f"{STAFF}?role=any&sort=-name",
        f"{STAFF}/{official.id}",
        f"{STAFF}/{official.id}/edit",
        "/console/departments/new",
    ]
    for path in [*paths, "/console/roles", "/console/binds", "/console/departments"]:
        with counted_statements() as sent:
            console.page(path)
        assert sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent) <= 15, path
