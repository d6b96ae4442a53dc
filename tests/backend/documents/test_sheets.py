"""Workbooks: typed cells, and text that never becomes a formula."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend.db import atomic
from backend.documents.sheets import Column, Kind, workbook


def sheet_of(data):
    (sheet,) = load_workbook(BytesIO(data)).worksheets
    return sheet


EVERY = [
    ("菜品", Kind.TEXT, "红烧肉", "红烧肉", "@"),
    ("份数", Kind.INT, 1234, 1234, "#,##0"),
    ("金额（元）", Kind.YUAN, 123456789, 1234567.89, "#,##0.00"),
    ("重量（克）", Kind.GRAMS, 250, 250, "#,##0"),
    ("重量（千克）", Kind.KILOGRAMS, 12345, 12.345, "#,##0.000"),
    ("比例", Kind.PERCENT, Decimal("0.1234"), 0.1234, "0.0%"),
    ("日期", Kind.DAY, date(2026, 11, 23), datetime(2026, 11, 23), "yyyy-mm-dd"),  # noqa: DTZ001 # Excel knows no zones.
    (
        "时间", Kind.INSTANT, datetime(2026, 11, 22, 16, 30, 5, 9, UTC), datetime(2026, 11, 23, 0, 30, 5),  # noqa: DTZ001 # Excel knows no zones.
        "yyyy-mm-dd hh:mm",
    ),
]  # fmt: skip


def test_every_kind_is_a_value_of_its_own_type(bare_app):
    columns = [Column(title, kind) for title, kind, *_ in EVERY]
    sheet = sheet_of(workbook("日报", columns, [[given for _, _, given, _, _ in EVERY]]))
    for cell, (title, _, _, expected, number_format) in zip(sheet[2], EVERY, strict=True):
        assert cell.value == expected, title
        assert cell.number_format == number_format, title
        assert type(cell.value) is not str or title == "菜品"


def test_the_header_is_bold_frozen_and_filters(bare_app):
    columns = [Column("日期", Kind.DAY), Column("备注", width=40)]
    sheet = sheet_of(workbook("日报", columns, [[date(2026, 11, 23), "无"]] * 3))
    assert sheet.title == "日报"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B4"
    assert [cell.value for cell in sheet[1]] == ["日期", "备注"]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.column_dimensions["B"].width == 40


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_text_is_never_a_formula(bare_app, evil):
    sheet = sheet_of(workbook("名册", [Column(evil)], [[evil]]))
    for cell in (sheet["A1"], sheet["A2"]):
        assert cell.data_type == "s"
        # XML knows one kind of line end.
        assert cell.value == evil.replace("\r", "\n")
        assert cell.quotePrefix


def test_what_excel_cannot_hold_is_dropped(bare_app):
    sheet = sheet_of(
        workbook("收/支:[11月]" + "长" * 40, [Column("备注")], [["甲\x00乙\x1f\ud800"], ["丙" * 40_000]])
    )
    assert sheet.title.startswith("收 支  11月 长")
    assert len(sheet.title) == 31
    assert sheet["A2"].value == "甲乙"
    assert len(sheet["A3"].value) == 32_767


def test_nothing_is_an_empty_cell_and_no_rows_are_a_header(bare_app):
    sheet = sheet_of(workbook("空", [Column("甲"), Column("乙", Kind.YUAN)], [[None, None]]))
    assert [cell.value for cell in sheet[2]] == [None, None]
    empty = sheet_of(workbook("空", [Column("甲")], []))
    assert empty.max_row == 1
    assert empty.auto_filter.ref == "A1:A1"


def test_a_row_that_does_not_fit_is_a_fault(bare_app):
    with pytest.raises(ValueError, match="argument"):
        workbook("错", [Column("甲")], [["一", "二"]])


def test_within_a_unit_of_work_nothing_is_written(bare_app):
    with pytest.raises(RuntimeError, match="outside of a unit"):
        atomic(lambda: workbook("错", [Column("甲")], []))()
