"""The import wizard in a real browser: of the roster, with two bad rows first, and of a payroll sheet."""

import re
from io import BytesIO

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect
from sqlalchemy import select

from backend.actor import ScopeKind
from backend.db import db
from backend.identity.models import Staff
from tests.console.driven.credentials import PASSWORD, with_factor

pytestmark = pytest.mark.browser

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ("工号", "姓名", "手机号", "部门", "职务")
GOOD = (
    ("2001", "欧阳明", "13900002001", "办公厅/综合处", "处长"),
    ("2002", "林小雨", "13900002002", "办公厅/综合处", "一级科员"),
    ("2003", "周国栋", "13900002003", "办公厅/文电处", "主任科员"),
)


def sheet(rows, name, head=HEAD):
    """An Excel file as the file field takes it."""
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    kept = BytesIO()
    book.save(kept)
    return {"name": name, "mimeType": EXCEL, "buffer": kept.getvalue()}


def roster():
    """The names on record."""
    db.session.rollback()
    return set(db.session.scalars(select(Staff.name)))


def test_bad_rows_are_named_and_nothing_is_imported_until_the_file_is_right(compound, desk_of):
    administrator = with_factor(compound, name="顾明远", roles={"administrator": (ScopeKind.COMPOUND, 0)})
    desk = desk_of()
    page = desk.page
    desk.log_in(administrator.staff.staff_no, PASSWORD, administrator.code())
    page.goto("/console/staff")
    page.get_by_role("link", name="导入").click()
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#choose .form-error")).to_have_text("请先选择 Excel 文件")

    bad = (GOOD[0], ("2002", "", *GOOD[1][2:]), ("2003", "周国栋", "12345", *GOOD[2][3:]))
    page.set_input_files("#f-file", sheet(bad, "名册.xlsx"))
    expect(page.locator("#chosen")).to_have_text("名册.xlsx")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#verdict")).to_contain_text("有 2 行共 2 处错误")
    wrong = page.locator("#sections tbody").first.locator("tr")
    expect(wrong).to_have_count(2)
    expect(wrong.nth(0)).to_contain_text("第 3 行")
    expect(wrong.nth(0)).to_contain_text("姓名")
    expect(wrong.nth(1)).to_contain_text("第 4 行")
    expect(wrong.nth(1)).to_contain_text("手机号")
    expect(page.get_by_role("button", name="确认导入")).to_be_hidden()
    desk.picture("import-refused")
    desk.ensure_accessible()
    assert roster() == {"顾明远"}

    page.get_by_role("button", name="重新选择文件").click()
    page.set_input_files("#f-file", sheet(GOOD, "名册（已更正）.xlsx"))
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#verdict")).to_contain_text("将新增 3 人、修改 0 人；建立 3 个部门")
    desk.picture("import-preview")
    desk.ensure_accessible()
    assert roster() == {"顾明远"}  # A preview writes nothing.
    page.get_by_role("button", name="确认导入").click()
    expect(page.locator("#outcome")).to_contain_text("新增 3 人")
    desk.picture("import-done")
    desk.ensure_accessible()
    assert roster() == {"顾明远", *(row[1] for row in GOOD)}

    page.get_by_role("link", name="查看花名册").click()
    page.wait_for_url("**/console/staff")
    page.get_by_label("姓名、工号或完整手机号").press_sequentially("欧阳")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="欧阳明").click()
    expect(page.locator("main")).to_contain_text("工号 2001")
    expect(page.locator("main")).to_contain_text("办公厅/综合处")
    expect(page.locator("main")).to_contain_text("139****2001")


def test_a_payroll_sheet_is_booked_after_its_preview_and_not_once_more(compound, desk_of):
    compound.staff("2001", name="欧阳明")
    desk = desk_of(compound.staff(roles={"canteen_manager": (ScopeKind.COMPOUND, 0)}))
    page = desk.page
    page.goto("/console/canteen/accounts/payroll/new")
    page.locator("#f-batch_no").fill("")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#choose .form-error")).to_have_text("请填写批次号")

    head = ("工号", "姓名", "金额（元）", "备注")
    good = sheet([("2001", "欧阳明", 1234.5, "")], "代扣.xlsx", head)
    page.locator("#f-batch_no").fill("2026-11")
    page.set_input_files("#f-file", sheet([("2001", "林小雨", 300, "")], "代扣.xlsx", head))
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#verdict")).to_contain_text("有 1 行共 1 处错误")
    expect(page.get_by_role("button", name="确认入账")).to_be_hidden()
    page.get_by_role("button", name="重新选择文件").click()
    page.set_input_files("#f-file", good)
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#verdict")).to_contain_text(
        "批次 2026-11：将向 1 人的个人充值账户入账，共 1,234.50 元"
    )
    expect(page.locator("#sections tbody tr")).to_contain_text("欧阳明")
    desk.ensure_accessible()
    page.get_by_role("button", name="确认入账").click()
    expect(page.locator("#outcome")).to_have_text("批次 2026-11：1 人，共 1,234.50 元。")
    batch = page.get_by_role("link", name="查看批次")
    expect(batch).to_have_attribute("href", re.compile(r"/payroll/\d+$"))

    page.get_by_role("link", name="继续导入").click()
    page.locator("#f-batch_no").fill("2026-11")
    page.set_input_files("#f-file", good)
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#verdict")).to_contain_text("再次导入不会重复入账")
    expect(page.get_by_role("button", name="确认入账")).to_be_hidden()
