"""The preview of an import, and the import of what was previewed."""

import hashlib
import time

import pytest
from sqlalchemy import func, select

from backend.actor import ScopeKind
from backend.db import db
from backend.identity.models import Department, Staff
from backend.identity.sheets import documents
from tests.backend.identity.people import session_count
from tests.backend.identity.sheets import TITLES, cells, person, upload, workbook


def preview(client, data, query=""):
    return client.request(
        "POST",
        f"/admin/staff/import/preview{query}",
        data=b'--x\r\nContent-Disposition: form-data; name="file"; filename="r.xlsx"\r\n\r\n'
        + data
        + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )


def counts(found):
    return tuple(found[name] for name in ("created", "updated", "unchanged", "wrong"))


def rows_of(table):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_preview_counts_every_row_once_and_changes_nothing(admin, trail):
    upload(admin, workbook([person(3001), person(3002)]))
    before = rows_of(Staff), rows_of(Department)
    data = workbook(
        [person(3001), person(3002, 职务="处长"), person(3003, 部门="机关党委"), person(3004, 手机号="1")]
    )

    found = preview(admin, data).data

    assert counts(found) == (1, 1, 1, 1)
    assert found["sha256"] == hashlib.sha256(data).hexdigest()
    assert (rows_of(Staff), rows_of(Department)) == before
    assert len(trail.events("identity.roster_imported")) == 1


def test_a_preview_tells_each_change_from_old_to_new_and_no_number_in_the_clear(admin):
    upload(admin, workbook([person(3001, 兼职部门="机关党委", 兼职职务="委员"), person(3002)]))
    rows = [
        person(3001, 姓名="张三", 手机号="13899990000", 身份证号=None, 饭卡号="77770000", 状态="停用"),
        # The same digits stay visible: the number is another one all the same.
        person(3002, 手机号="13709993002"),
    ]

    answer = preview(admin, workbook(rows))

    first, second = answer.data["changed"]
    assert (first["row"], first["staff_no"], first["name"]) == (2, "3001", "张三")
    assert [(each["column"], each["before"], each["after"]) for each in first["changes"]] == [
        ("姓名", "张3001", "张三"),
        ("状态", "在职", "停用"),
        ("兼职部门", "机关党委（委员）", ""),
        ("手机号", "137****3001", "138****0000"),
        ("饭卡号", "****3001", "****0000"),
    ]
    assert [(each["column"], each["before"], each["after"]) for each in second["changes"]] == [
        ("手机号", "137****3002", "137****3002（隐去的数字不同）")
    ]
    for number in (b"13899990000", b"77770000", b"13709993002", b"13700003001"):
        assert number not in answer.body


def test_a_preview_names_every_wrong_row_and_what_the_others_would_do(admin):
    rows = [
        person(3001),
        person(3002, 手机号="123"),
        person(3003),
        person(3003, 饭卡号=None),
        person(3004, 状态="度假", 部门=None),
    ]

    found = preview(admin, workbook(rows)).data

    assert counts(found) == (2, 0, 0, 3)
    assert [(each["row"], each["column"]) for each in found["problems"]] == [
        (3, "手机号"),
        (5, "工号"),
        (6, "部门"),
        (6, "状态"),
    ]
    assert found["problem_count"] == 4
    assert [each["staff_no"] for each in found["added"]] == ["3001", "3003"]
    refused = upload(admin, workbook(rows))
    assert refused.error == "identity.sheet_rejected"
    assert refused.envelope["data"]["rows"] == found["problems"]


def test_departments_that_would_be_made_are_told_or_reported(admin):
    data = workbook([person(3001, 部门="新局/一处"), person(3002, 部门="新局/二处")])
    assert preview(admin, data).data["departments"] == ["新局", "新局/一处", "新局/二处"]
    found = preview(admin, data, "?create_departments=false").data
    assert (counts(found), found["departments"]) == ((0, 0, 0, 2), [])
    assert {each["msg"] for each in found["problems"]} == {"部门不存在"}


def test_a_preview_tells_who_would_leave_and_who_would_log_in_anew(admin):
    upload(admin, workbook([person(number) for number in range(3001, 3005)]))
    rows = [
        person(3001, 状态="离职"),
        person(3002, 部门="机关党委"),
        person(3003, 职务="处长"),
        person(3004),
    ]
    found = preview(admin, workbook(rows)).data
    assert (found["leaving"], found["signed_out"]) == (1, 2)


def test_whoever_would_remove_the_last_administrator_reads_it_in_the_preview(admin, administrator, compound):
    data = workbook([person(3001), person(9001, 姓名="李敏", 状态="停用")])
    found = preview(admin, data).data
    assert [(each["row"], each["column"]) for each in found["problems"]] == [(3, "状态")]
    compound.staff("9002", roles={"administrator": (ScopeKind.COMPOUND, 0)})
    assert counts(preview(admin, data).data) == (1, 1, 0, 0)
    assert session_count(administrator) == 1


def test_what_is_imported_is_what_was_previewed(admin):
    data, other = workbook([person(3001)]), workbook([person(3002)])
    sha256 = preview(admin, data).data["sha256"]

    refused = upload(admin, other, f"?expected_sha256={sha256}")
    assert (refused.status, refused.error) == (409, "identity.sheet_changed")
    assert rows_of(Staff) == 1
    assert upload(admin, data, f"?expected_sha256={sha256}").data["created"] == 1
    assert upload(admin, data, "?expected_sha256=1").error == "app.invalid"


def test_the_template_is_a_sheet_whose_example_is_passed_over(admin):
    template = documents.template_workbook()
    title, example = cells(template)
    assert tuple(title) == TITLES
    assert preview(admin, template).error == "identity.sheet_empty"
    filled = workbook([example, person(3001)])
    assert counts(preview(admin, filled).data) == (1, 0, 0, 0)
    # The example itself is right in all but the number, so that it shows what is taken.
    example[0] = "3002"
    assert counts(preview(admin, workbook([example])).data) == (1, 0, 0, 0)


@pytest.mark.parametrize("data", [b"no sheet", b""])
def test_what_is_no_sheet_has_no_preview(admin, data):
    assert preview(admin, data).error == "identity.sheet_unreadable"


def test_nobody_previews_without_the_permission(compound, official):
    data = workbook([person(3001)])
    assert preview(compound.client(official), data).status == 403
    local = compound.staff(roles={"administrator": (ScopeKind.CAMPUS, compound.campus().id)})
    assert preview(compound.client(local), data).status == 403


def test_five_thousand_rows_are_previewed_in_a_few_seconds(admin, soak):
    rows = [person(number, 手机号=f"137000{number:05d}") for number in range(10_000, 15_000)]
    data = workbook(rows)
    began = time.perf_counter()
    found = preview(admin, data).data
    assert not soak or time.perf_counter() - began < 10
    assert (found["created"], len(found["added"])) == (5000, 2000)
