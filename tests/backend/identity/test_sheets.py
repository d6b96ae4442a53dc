"""Import and export of the roster as an Excel sheet."""

import time
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import event, func, select

from backend import vault
from backend.actor import ScopeKind
from backend.db import db
from backend.identity.models import Department, Posting, RoleGrant, Staff
from backend.identity.sheets import parsing
from tests.backend.identity.people import bind, session_count, wechat_login
from tests.backend.identity.sheets import TITLES, as_text, cells, id_no, person, saved, upload, workbook
from tests.threads import at_once


def staff_of(number):
    db.session.rollback()
    return db.session.scalars(select(Staff).where(Staff.staff_no == str(number))).one()


def count(table):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def posts_of(admin, number):
    row = admin.get("/admin/staff", query=str(number)).data["list"][0]
    return [(post["path"], post["title"], post["is_primary"]) for post in row["postings"]]


# What is imported


def test_a_sheet_makes_people_and_departments(admin, trail):
    rows = [
        person(3001),
        person(3002, 部门="办公厅／秘书处", 兼职部门="机关党委", 兼职职务="委员", 状态="停用"),
    ]

    answer = upload(admin, workbook(rows))

    assert answer.data == {"created": 2, "updated": 0, "unchanged": 0, "departments_created": 4}
    one = staff_of(3001)
    assert (one.name, one.status, one.card_no) == ("张3001", "active", "66883001")
    assert vault.decrypt(one.phone_cipher) == "13700003001"
    assert one.phone_hash == vault.keyed_hash("13700003001")
    assert vault.decrypt(one.id_no_cipher) == id_no(1)
    assert posts_of(admin, 3001) == [("办公厅/综合处", "科员", True)]
    assert posts_of(admin, 3002) == [("办公厅/秘书处", "科员", True), ("机关党委", "委员", False)]
    assert staff_of(3002).status == "suspended"
    details = trail.only("identity.roster_imported").details
    assert details == {**answer.data, "sessions_ended": 0}


def test_importing_the_same_sheet_again_changes_nothing(admin, compound, trail):
    data = workbook([person(3001, 兼职部门="机关党委"), person(3002), person(3003, 状态="离职")])
    upload(admin, data)
    ciphers = {number: staff_of(number).phone_cipher for number in (3001, 3002)}
    posts = {post.id for post in db.session.query(Posting)}
    client = compound.client(staff_of(3001))

    again = upload(admin, data)

    assert again.data == {"created": 0, "updated": 0, "unchanged": 3, "departments_created": 0}
    assert {number: staff_of(number).phone_cipher for number in (3001, 3002)} == ciphers
    assert {post.id for post in db.session.query(Posting)} == posts
    assert client.get("/me").status == 200


def test_only_real_differences_count_and_end_sessions_where_rights_change(admin, compound):
    upload(admin, workbook([person(number) for number in range(3001, 3007)]))
    clients = {number: compound.client(staff_of(number)) for number in range(3001, 3007)}
    rows = [
        person(3001),
        person(3002, 手机号="13899990000", 饭卡号="77770000"),
        person(3003, 姓名="张三丰", 职务="处长"),
        person(3004, 部门="办公厅/秘书处"),
        person(3005, 状态="停用"),
        person(3006, 状态="离职"),
    ]

    answer = upload(admin, workbook(rows))

    assert answer.data == {"created": 0, "updated": 5, "unchanged": 1, "departments_created": 1}
    alive = [number for number, client in clients.items() if client.get("/me").status == 200]
    assert alive == [3001, 3002, 3003]
    assert clients[3003].get("/me").data["name"] == "张三丰"
    assert clients[3003].get("/me").data["postings"][0]["title"] == "处长"
    assert str(staff_of(3006).left_on) == "2026-11-23"


def test_whoever_leaves_by_a_sheet_loses_all_access(admin, compound, anonymous, simulator):
    upload(admin, workbook([person(3001), person(3002)]))
    gone = staff_of(3001)
    bind(gone, simulator)
    admin.post(
        f"/admin/staff/{gone.id}/grants", {"role": "canteen_staff", "scope_kind": "canteen", "scope_id": 1}
    )

    upload(admin, workbook([person(3001, 状态="离职")]))

    assert "bind_ticket" in wechat_login(anonymous, simulator.code("3001")).data
    assert db.session.query(RoleGrant).filter_by(staff_id=gone.id).count() == 0
    assert staff_of(3002).status == "active"
    upload(admin, workbook([person(3001, 状态="在职")]))
    assert (staff_of(3001).status, staff_of(3001).left_on) == ("active", None)


def test_the_last_administrator_does_not_leave_by_a_sheet(admin, administrator):
    row = person(9001, 姓名="李敏", 状态="离职")
    assert upload(admin, workbook([row])).error == "identity.last_administrator"
    assert admin.get("/me").status == 200


def test_empty_cells_leave_numbers_and_status_and_clear_posts(admin):
    upload(admin, workbook([person(3001, 兼职部门="机关党委", 状态="停用")]))
    row = person(3001, 手机号=None, 身份证号="", 饭卡号=None, 职务=None, 状态=None)

    assert upload(admin, workbook([row])).data["updated"] == 1

    kept = staff_of(3001)
    assert vault.decrypt(kept.phone_cipher) == "13700003001"
    assert (kept.card_no, kept.status) == ("66883001", "suspended")
    assert posts_of(admin, 3001) == [("办公厅/综合处", "", True)]


def test_columns_that_a_sheet_lacks_change_nothing(admin):
    upload(admin, workbook([person(3001, 兼职部门="机关党委", 兼职职务="委员")]))
    data = workbook([["备注", "3001", "张3001", "办公厅/综合处"]], ["别的", " 工号* ", "姓 名", "部门"])
    assert upload(admin, data).data["unchanged"] == 1
    assert posts_of(admin, 3001)[1] == ("机关党委", "委员", False)


def test_two_people_may_swap_their_cards(admin):
    upload(admin, workbook([person(3001), person(3002)]))
    swapped = [person(3001, 饭卡号="66883002"), person(3002, 饭卡号="66883001")]
    assert upload(admin, workbook(swapped)).data["updated"] == 2
    assert (staff_of(3001).card_no, staff_of(3002).card_no) == ("66883002", "66883001")


def test_numbers_typed_as_numbers_are_read_as_text(admin):
    row = person(3001, 工号=3001, 手机号=13700003001, 饭卡号=66883001.0)
    assert upload(admin, workbook([row])).data["created"] == 1
    assert staff_of(3001).card_no == "66883001"
    assert vault.decrypt(staff_of(3001).phone_cipher) == "13700003001"


def test_blanks_and_wide_digits_are_tidied(admin):
    row = person(3001, 工号=" ３００１ ", 姓名="张　三", 手机号="+86 137-0000-3001", 部门=" 办公厅 / 综合处 ")
    upload(admin, workbook([row, [None] * 10, ["  "]]))
    assert staff_of(3001).name == "张三"
    assert posts_of(admin, 3001)[0][0] == "办公厅/综合处"


# What is refused


def rejected(answer):
    assert (answer.status, answer.error) == (422, "identity.sheet_rejected")
    return [(row["row"], row["column"], row["msg"]) for row in answer.envelope["data"]["rows"]]


def test_two_wrong_rows_are_both_reported_and_nothing_is_saved(admin, trail):
    rows = [person(3001), person(3002, 手机号="12345"), person(3003), person(3004, 状态="借调")]

    answer = upload(admin, workbook(rows))

    assert rejected(answer) == [
        (3, "手机号", "手机号应为 11 位大陆手机号码"),
        (5, "状态", "状态应为 在职、停用、离职 之一"),
    ]
    assert answer.envelope["data"]["count"] == 2
    assert "2 处错误" in answer.envelope["msg"]
    assert count(Staff) == 1
    assert db.session.query(Department).filter_by(name="办公厅").count() == 0
    assert trail.events("identity.roster_imported") == []


@pytest.mark.parametrize(
    ("cells_", "column", "msg"),
    [
        ({"工号": None}, "工号", "必填"),
        ({"工号": "三千"}, "工号", "工号应为"),
        ({"姓名": " "}, "姓名", "必填"),
        ({"姓名": "张" * 51}, "姓名", "不能超过 50"),
        ({"手机号": "23700003001"}, "手机号", "11 位"),
        ({"手机号": "137****3001"}, "手机号", "带星号"),
        ({"身份证号": "110105194912310021"}, "身份证号", "校验位"),
        ({"身份证号": 110105194912310021}, "身份证号", "截断"),
        ({"身份证号": "110***********0021"}, "身份证号", "带星号"),
        ({"饭卡号": "6" * 33}, "饭卡号", "不能超过 32"),
        ({"部门": None}, "部门", "必填"),
        ({"部门": "办公厅//综合处"}, "部门", "路径有误"),
        ({"部门": "/".join("甲乙丙丁戊己庚辛壬")}, "部门", "层级不能超过 8"),
        ({"部门": "厅" * 81}, "部门", "不能超过 80"),
        ({"职务": "长" * 51}, "职务", "不能超过 50"),
        ({"兼职部门": "办公厅/综合处"}, "兼职部门", "不能与所在部门相同"),
        ({"兼职部门": "机关党委；机关党委"}, "兼职部门", "重复"),
        ({"兼职部门": "机关党委", "兼职职务": "委员；书记"}, "兼职部门", "多于"),
        ({"状态": "active"}, "状态", "之一"),
    ],
)
def test_every_wrong_cell_is_named(admin, cells_, column, msg):
    ((row, found, told),) = rejected(upload(admin, workbook([person(3001, **cells_)])))
    assert (row, found) == (2, column)
    assert msg in told
    assert count(Staff) == 1


def test_repeated_numbers_and_cards_are_reported_with_the_first_row(admin):
    rows = [person(3001), person(3001, 饭卡号="1"), person(3002, 饭卡号="66883001")]
    assert rejected(upload(admin, workbook(rows))) == [
        (3, "工号", "与第 2 行重复"),
        (4, "饭卡号", "与第 2 行重复"),
    ]


def test_the_card_of_somebody_who_is_not_in_the_sheet_is_taken(admin):
    upload(admin, workbook([person(3001)]))
    assert rejected(upload(admin, workbook([person(3002, 饭卡号="66883001")]))) == [
        (2, "饭卡号", "该饭卡号已登记在工号 3001 名下")
    ]


def test_unknown_departments_are_reported_where_none_may_be_made(admin):
    upload(admin, workbook([person(3001)]))
    rows = [person(3002), person(3003, 部门="办公厅/新处"), person(3004, 兼职部门="新厅")]

    answer = upload(admin, workbook(rows), "?create_departments=false")

    assert rejected(answer) == [(3, "部门", "部门不存在"), (4, "兼职部门", "部门不存在")]
    assert upload(admin, workbook(rows), "?create_departments=true").data["departments_created"] == 2


def test_at_most_two_hundred_faults_are_told_and_all_counted(admin):
    answer = upload(admin, workbook([person(number, 状态="?") for number in range(3000, 3250)]))
    assert len(rejected(answer)) == 200
    assert answer.envelope["data"]["count"] == 250


@pytest.mark.parametrize(
    ("rows", "titles", "error"),
    [
        ([person(3001)], ["工号", "姓名", *["x"] * 8], "identity.sheet_columns"),
        ([person(3001)], ["工号", "工号", *TITLES[2:]], "identity.sheet_columns"),
        ([], TITLES, "identity.sheet_empty"),
        ([[" "], [None]], TITLES, "identity.sheet_empty"),
    ],
)
def test_a_sheet_needs_its_header_and_a_row(admin, rows, titles, error):
    assert upload(admin, workbook(rows, titles)).error == error


def archive(**parts):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


def broken(part, data):
    """A workbook with one part replaced."""
    buffer = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(workbook([person(3001)]))) as whole,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in whole.namelist():
            made.writestr(name, data if name == part else whole.read(name))
    return buffer.getvalue()


LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "'
    + b"ha" * 20_000
    + b'">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    + b'<row r="1"><c r="A1" t="inlineStr"><is><t>'
    + b"&a;" * 20_000
    + b"</t></is></c></row></sheetData></worksheet>"
)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no archive",
        "工号,姓名\n3001,张三".encode(),
        workbook([person(3001)])[:-100],
        archive(hello="world"),
        archive(**{"[Content_Types].xml": "<x/>", "xl__workbook.xml": "<x/>"}),
        broken("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"),
        broken("xl/worksheets/sheet1.xml", LAUGHS),
        broken("xl/workbook.xml", b"nonsense"),
    ],
    ids=["empty", "magic", "csv", "cut", "zip", "hollow", "torn", "laughs", "nonsense"],
)
def test_what_is_no_workbook_is_refused(admin, data):
    answer = upload(admin, data)
    assert (answer.status, answer.error) == (422, "identity.sheet_unreadable")


def test_a_bomb_is_refused_before_it_is_unpacked(admin, soak):
    bomb = broken("xl/worksheets/sheet1.xml", b" " * (parsing.MAX_UNPACKED + 1))
    assert len(bomb) < 100_000
    started = time.monotonic()
    answer = upload(admin, bomb)
    assert (answer.status, answer.error) == (422, "identity.sheet_too_large")
    assert not soak or time.monotonic() - started < 1


def test_too_many_rows_are_refused_wherever_they_stand(admin):
    book = Workbook()
    book.active.append(TITLES)
    for _ in range(parsing.MAX_ROWS):
        book.active.append(["1"])
    book.active.cell(row=1_048_576, column=1, value="1")
    assert upload(admin, saved(book)).error == "identity.sheet_too_large"


def test_a_row_far_below_is_found(admin):
    book = load_workbook(BytesIO(workbook([person(3001)])))
    book.active.cell(row=1_048_576, column=1, value="工号?")
    assert rejected(upload(admin, saved(book)))[0][:2] == (1_048_576, "工号")


def test_five_megabytes_are_read_and_not_more(admin):
    whole = workbook([person(3001)])
    fitting = whole + b"\0" * (parsing.MAX_BYTES - len(whole))
    # Under a key the body is read before the view is.
    for key in (None, "large"):
        assert upload(admin, fitting, key=key).error == "identity.sheet_unreadable"
    for larger in (1, 1_000_000):
        answer = upload(admin, fitting + b"\0" * larger)
        assert answer.error in ("identity.sheet_too_large", "app.too_large")
        assert answer.status in (422, 413)


def test_a_request_without_a_file_is_refused(admin):
    assert admin.post("/admin/staff/import", {}).error == "identity.sheet_missing"
    form = admin.request(
        "POST", "/admin/staff/import", data={"file": "text"}, content_type="multipart/form-data"
    )
    assert form.error == "identity.sheet_missing"
    assert upload(admin, workbook([person(3001)]), "?create_departments=perhaps").error == "app.invalid"


def test_an_import_under_its_key_is_done_once(admin, trail):
    data = workbook([person(number) for number in range(3000, 3010)])
    first, second = upload(admin, data, key="once"), upload(admin, data, key="once")
    assert (first.data["created"], first.body) == (10, second.body)
    assert len(trail.events("identity.roster_imported")) == 1


def test_two_imports_at_once_make_everybody_once(admin):
    data = workbook([person(number) for number in range(3001, 3031)])
    answers = at_once([lambda: upload(admin, data)] * 3)
    assert sorted((answer.data["created"], answer.data["unchanged"]) for answer in answers) == [
        (0, 30),
        (0, 30),
        (30, 0),
    ]
    assert db.session.query(Department).filter_by(name="综合处").count() == 1


def test_six_hundred_rows_take_a_fixed_number_of_statements_and_little_time(admin, soak):
    def rows(**cells_):
        return [
            person(3000 + number, 部门=f"第{number % 10}厅/第{number % 30}处", **cells_)
            for number in range(600)
        ]

    statements = []
    note = lambda *args: statements.append(args[2])  # noqa: E731 # A listener is removed by identity.
    event.listen(db.engine, "before_cursor_execute", note)
    timings = []
    try:
        for data in (workbook(rows()), workbook(rows()), workbook(rows(职务="处长", 状态="停用"))):
            # Of the processor: a busy neighbour costs the wall clock anything.
            started = time.process_time()
            answer = upload(admin, data)
            timings.append((time.process_time() - started, len(statements)))
            assert sum(answer.data[name] for name in ("created", "updated", "unchanged")) == 600
            statements.clear()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert not soak or max(seconds for seconds, _ in timings) < 2, timings
    assert max(number for _, number in timings) < 40, timings


# Export


def exported(client):
    return client.request("GET", "/admin/staff/export")


def test_an_export_is_a_workbook_with_masked_numbers_and_is_recorded(admin, trail):
    upload(admin, workbook([person(3001, 兼职部门="机关党委；工会", 兼职职务="；主席", 状态="停用")]))

    answer = exported(admin)

    assert answer.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    header, row, _administrator = cells(answer.body)
    assert header == list(TITLES)
    masked = ["137****3001", f"110***********{id_no(1)[-4:]}", "66883001"]
    assert row == ["3001", "张3001", *masked, "办公厅/综合处", "科员", "工会；机关党委", "主席；", "停用"]
    assert trail.only("identity.roster_exported").details == {"rows": 2}


def test_an_export_can_be_imported_and_changes_nothing(admin):
    upload(
        admin,
        workbook(
            [
                person(3001, 兼职部门="机关党委；工会", 兼职职务="；主席"),
                person(3002, 状态="离职", 手机号=None),
            ]
        ),
    )
    assert upload(admin, exported(admin).body).data == {
        "created": 0,
        "updated": 0,
        "unchanged": 3,
        "departments_created": 0,
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_of_an_export_is_a_formula(admin, start):
    name = f"{start}HYPERLINK(1)"
    upload(admin, as_text(person(3001, 姓名=name, 职务=name)))

    book = load_workbook(BytesIO(exported(admin).body))
    cell = book.active["B2"]

    assert (cell.value, cell.data_type, cell.quotePrefix) == (name, "s", True)
    assert not any(cell.data_type == "f" for row in book.active.iter_rows() for cell in row)
    assert upload(admin, exported(admin).body).data["updated"] == 0


def test_an_import_of_scripts_and_sql_keeps_them_as_text(admin):
    name = "<script>alert('1')</script>; DROP TABLE staff --"
    upload(admin, workbook([person(3001, 姓名=name)]))
    assert admin.get("/admin/staff", query="3001").data["list"][0]["name"] == name
    assert session_count(staff_of(3001)) == 0


def test_an_import_cannot_pass_a_scope(compound):
    campus = compound.campus()
    local = compound.client(compound.staff("9003", roles={"administrator": (ScopeKind.CAMPUS, campus.id)}))
    assert upload(local, workbook([person(3001)])).error == "app.forbidden"


def test_a_row_of_formulas_that_nobody_computed_is_reported_and_not_left_out(admin):
    answer = upload(admin, workbook([person(3001), ["=A1", "=B1", "=C1", "=D1", "=E1", "=F1"]]))
    assert answer.error == "identity.sheet_rejected"
    assert {fault["row"] for fault in answer.envelope["data"]["rows"]} == {3}
    assert admin.get("/admin/staff", query="3001").data["total"] == 0
