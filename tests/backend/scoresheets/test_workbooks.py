"""A score sheet goes out as a workbook and comes back; what is wrong is told by worksheet and row."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from backend.documents.errors import RowsRejected
from backend.errors import AppError
from backend.scoresheets import parsing
from backend.scoresheets.documents import sheet_workbook
from backend.scoresheets.models import EvidenceKind, Inapplicable
from backend.scoresheets.policies import Content, Grade, Item, Reason, problems
from canteen.evaluation import default_sheet
from canteen.evaluation.policies import METRICS

TEXT = st.text("安全标识台账完整abc123=+-@，。", min_size=1, max_size=20)
REASONS = st.lists(
    st.tuples(TEXT, st.none() | st.integers(1, 10)), max_size=3, unique_by=lambda each: each[0]
)


@st.composite
def items(draw, number):
    kind = draw(st.sampled_from(EvidenceKind))
    return Item(
        number=str(number),
        level1=draw(TEXT),
        level2=draw(TEXT),
        level3=draw(st.just("") | TEXT),
        points_tenths=draw(st.integers(10, 300)),
        scoring=draw(TEXT),
        evidence=kind,
        metric_key="some_metric" if kind is EvidenceKind.METRIC else "",
        may_be_inapplicable=draw(st.booleans()),
        reasons=tuple(Reason(*each) for each in draw(REASONS)),
    )


@st.composite
def contents(draw):
    return Content(
        code="sheet-1",
        title=draw(TEXT),
        region=draw(st.just("") | TEXT),
        year=draw(st.integers(2000, 2999)),
        source=draw(st.just("") | TEXT),
        inapplicable=draw(st.sampled_from(Inapplicable)),
        note=draw(st.just("") | TEXT),
        items=tuple(draw(items(number)) for number in range(1, draw(st.integers(1, 5)) + 1)),
        grades=(Grade("好", draw(st.integers(1, 10))), Grade("差", 0, is_failing=draw(st.booleans()))),
    )


@settings(max_examples=15)
@given(content=contents())
def test_a_sheet_comes_back_from_its_workbook_as_it_was(app_without_database, content):
    assert parsing.read_content(sheet_workbook(content)) == content


@pytest.fixture(scope="module")
def app_without_database(tmp_path_factory):
    from backend.app import create_app
    from tests.databases import settings_for

    application = create_app(settings_for(tmp_path_factory.mktemp("bare")))
    with application.app_context():
        yield application


def test_the_houses_own_sheet_has_a_hundred_points_and_comes_back_too(app_without_database):
    content = default_sheet.content()
    assert content.full_tenths == 1000
    assert problems(content) == []
    by_dimension: dict[str, int] = {}
    for item in content.items:
        by_dimension[item.level1] = by_dimension.get(item.level1, 0) + item.points_tenths
    # rules-and-figures.md §1
    assert list(by_dimension.values()) == [200, 200, 150, 250, 100, 100]
    assert {item.metric_key for item in content.items if item.metric_key} == set(METRICS)
    assert parsing.read_content(sheet_workbook(content)) == content


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "row", "column", "msg"),
    [
        ("指标", "E3", "甲", 3, "分值", "应为分数"),
        ("指标", "E3", 4.55, 3, "分值", "最多一位小数"),
        ("指标", "E4", 0, 4, "分值", "应大于 0"),
        ("指标", "A5", None, 5, "一级指标", "必填"),
        ("指标", "D4", 1, 4, "序号", "与第 2 行重复"),
        ("指标", "G2", "传闻", 2, "佐证方式", "应为以下之一"),
        ("指标", "G2", "系统数据", 2, "", "数据项"),
        ("指标", "I2", "也许", 2, "可不适用", "“是”或“否”"),
        ("失分原因", "A2", "999", 2, "序号", "没有序号 999"),
        ("失分原因", "C2", 100, 2, "", "扣分超过"),
        ("等级", "B5", 10, 1, "", "应从 0 分起"),
        ("基本信息", "B2", "带 空格", 2, "内容", "应为 1 到 40 个字母"),
        ("基本信息", "A3", "别名", 3, "项目", "应为以下之一"),
    ],
)
def test_a_wrong_cell_is_told_by_its_row(app_without_database, sheet, cell, value, row, column, msg):
    book = load_workbook(BytesIO(sheet_workbook(default_sheet.content())))
    book[sheet][cell] = value
    changed = BytesIO()
    book.save(changed)
    with pytest.raises(RowsRejected) as refused:
        parsing.read_content(changed.getvalue())
    told = refused.value.data["rows"]
    if sheet == "失分原因" and cell == "C2":
        assert any("扣分超过" in each["msg"] for each in told)
        return
    assert any(
        (each["sheet"], each["row"], each["column"]) == (sheet, row, column) and msg in each["msg"]
        for each in told
    ), told


def test_a_workbook_without_a_worksheet_is_refused_by_its_name(app_without_database):
    book = load_workbook(BytesIO(sheet_workbook(default_sheet.content())))
    del book["等级"]
    changed = BytesIO()
    book.save(changed)
    with pytest.raises(AppError, match="worksheet_missing") as refused:
        parsing.read_content(changed.getvalue())
    assert "等级" in refused.value.msg
