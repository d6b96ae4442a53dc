"""A settlement on paper and as a workbook."""

from dataclasses import replace
from datetime import date, time
from io import BytesIO

from openpyxl import load_workbook

from backend import clock
from canteen.settlement.documents import settlement_pdf, settlement_title, settlement_workbook
from canteen.settlement.models import SettlementState
from canteen.settlement.policies import Line, Sums
from canteen.settlement.queries import SettlementView
from tests.printed import pages_of, text_of

NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
DRAFT = SettlementView(
    canteen_id=3,
    canteen="机关食堂",
    month=NOVEMBER,
    state=SettlementState.DRAFT,
    lines=[
        Line(NOVEMBER, 1, "办公室", "lunch", Sums(120, 4, 0, 1_600_714, 20_000, 0)),
        Line(NOVEMBER, 2, "财务处", "lunch", Sums(30, 0, 0, 400_000, 0, 0)),
        Line(NOVEMBER, 2, "财务处", "dinner", Sums(0, 0, 1, 0, 0, 90_000)),
    ],
    adjustments=[],
    ledger_fen=2_110_714,
)
CLOSED = replace(
    DRAFT,
    id=7,
    state=SettlementState.CONFIRMED,
    caterer="海味餐饮公司",
    adjustments=[Line(OCTOBER, 1, "办公室", "lunch", Sums(0, 0, 0, -600, 0, 0))],
    ledger_fen=2_110_114,
    closed_at=clock.at_local(date(2026, 12, 2), time(9)),
    closed_by_name="沈管理",
    confirmed_on=date(2026, 12, 3),
    signed_by_us="王芳",
    signed_by_caterer="李建国",
)


def printed(view):
    made = settlement_pdf(view, printed_by="沈家宁")
    return made, text_of(made).replace(" ", "").replace("\n", "")


def test_a_signed_settlement_says_all_that_was_settled_and_by_whom(app):
    made, text = printed(CLOSED)
    assert pages_of(made) == 1
    for expected in (
        "机关食堂2026年11月餐费对账结算单", "JS202611-003", "双方已确认",
        "2026年11月1日至2026年11月30日（按供餐日期）", "¥21,101.14", "人民币贰万壹仟壹佰零壹元壹角肆分",
        "办公室1204016,007.14200.000.0016,207.14", "晚餐0010.000.00900.00900.00",
        "2026年10月办公室午餐-6.000.000.00-6.00", "与明细一致", "甲方（盖章）：机关事务管理局",
        "乙方（盖章）：海味餐饮公司", "李建国", "2026年12月3日", "第1页共1页",
    ):  # fmt: skip
        assert expected in text, expected


def test_a_draft_cannot_be_taken_for_a_settlement(app):
    _, text = printed(replace(DRAFT, ledger_fen=DRAFT.ledger_fen - 1))
    assert "草稿（未结账）" in text
    assert "相差0.01元" in text
    for absent in ("JS2026", "以前月份调整2026", "双方已确认", "结账。"):
        assert absent not in text


def test_a_month_without_meals_is_a_settlement_of_nothing(app):
    _, text = printed(replace(DRAFT, lines=[], ledger_fen=0))
    assert "本月没有供餐" in text
    assert "人民币零元整" in text


def test_the_workbook_has_a_sheet_for_each_view_with_typed_cells(app):
    book = load_workbook(BytesIO(settlement_workbook(CLOSED)))
    assert book.sheetnames == ["汇总", "按部门", "按餐次", "部门餐次明细", "以前月份调整"]
    rows = {name: [tuple(row) for row in book[name].values] for name in book.sheetnames}
    assert rows["汇总"][3][1:] == ("贰万壹仟壹佰零壹元壹角肆分", 150, 4, 1, 20_001.14, 200, 900, 21_101.14)
    assert rows["按部门"][1:] == [
        ("办公室", 120, 4, 0, 16_007.14, 200, 0, 16_207.14),
        ("财务处", 30, 0, 1, 4_000, 0, 900, 4_900),
        ("合计", 150, 4, 1, 20_007.14, 200, 900, 21_107.14),
    ]
    assert [row[0] for row in rows["按餐次"]] == ["餐次", "午餐", "晚餐", "合计"]
    assert len(rows["部门餐次明细"]) == 4
    assert rows["以前月份调整"][1] == ("2026年10月", "办公室", "午餐", -6, 0, 0, -6)
    assert book["按部门"]["H2"].number_format == "#,##0.00"
    assert settlement_title(CLOSED) == "机关食堂2026年11月餐费对账结算单"
