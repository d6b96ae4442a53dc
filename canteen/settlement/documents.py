"""A settlement on paper, to be signed and sealed by both sides, and as a workbook."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from backend.dates import month_end
from backend.documents import pdf
from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from backend.money import in_capitals
from canteen.menu.models import Period
from canteen.menu.titles import PERIOD_NAMES
from canteen.settlement import policies
from canteen.settlement.models import SettlementState
from canteen.settlement.policies import Group, Line, Sums
from canteen.settlement.queries import SettlementView
from canteen.settlement.titles import STATE_NAMES

_TOTAL: Final = "合计"
_COUNTS: Final = (
    Column("取餐（份）", Kind.INT),
    Column("未取（份）", Kind.INT),
    Column("接待（次）", Kind.INT),
)
_AMOUNTS: Final = (
    Column("财政补贴（元）", Kind.YUAN),
    Column("个人充值（元）", Kind.YUAN),
    Column("公务接待（元）", Kind.YUAN),
    Column("合计（元）", Kind.YUAN),
)


def settlement_title(view: SettlementView) -> str:
    """`机关食堂2026年11月餐费对账结算单`: the heading, and the name of a file."""
    return f"{view.canteen}{policies.month_name(view.month)}餐费对账结算单"


def settlement_pdf(view: SettlementView, *, printed_by: str) -> bytes:
    """The settlement with the places for both sides' seals; a draft says that it is one."""
    return pdf.render(
        "canteen.settlement/settlement.html",
        {
            "title": settlement_title(view),
            "number": view.number,
            "printed_by": printed_by,
            "view": view,
            "is_draft": view.state is SettlementState.DRAFT,
            "state_name": STATE_NAMES[view.state],
            "last_day": month_end(view.month),
            "month_name": policies.month_name,
            "period_names": PERIOD_NAMES,
            "in_capitals": in_capitals,
        },
    )


def settlement_workbook(view: SettlementView) -> bytes:
    """The same as a workbook, one sheet for each view of it."""
    summary = [
        ("本月供餐", None, *_cells(view.own)),
        ("以前月份调整", None, *_cells(view.adjusted)),
        ("应结算金额", in_capitals(view.total_fen), *_cells(view.whole)),
        ("账户流水核对", "一致" if view.difference_fen == 0 else "不一致", *([None] * 6), view.ledger_fen),
    ]
    detail = [Column("月份"), Column("部门", width=24), Column("餐次"), *_COUNTS, *_AMOUNTS]
    return workbook_of(
        settlement_title(view),
        [
            Sheet("汇总", [Column("项目"), Column("说明", width=36), *_COUNTS, *_AMOUNTS], summary),
            _groups("按部门", Column("部门", width=24), view.departments, view.own),
            _groups("按餐次", Column("餐次"), view.periods, view.own),
            Sheet("部门餐次明细", detail, _details(view.lines)),
            Sheet("以前月份调整", [*detail[:3], *_AMOUNTS], _adjustments(view.adjustments)),
        ],
    )


def _groups(title: str, head: Column, groups: Sequence[Group], whole: Sums) -> Sheet:
    rows = [(group.title, *_cells(group.sums)) for group in groups]
    return Sheet(title, [head, *_COUNTS, *_AMOUNTS], [*rows, (_TOTAL, *_cells(whole))])


def _details(lines: Iterable[Line]) -> list[tuple[Any, ...]]:
    return [(*_head(line), *_cells(line.sums)) for line in lines]


def _adjustments(lines: Iterable[Line]) -> list[tuple[Any, ...]]:
    return [(*_head(line), *_cells(line.sums)[len(_COUNTS) :]) for line in lines]


def _head(line: Line) -> tuple[str, str, str]:
    return policies.month_name(line.month), line.department, PERIOD_NAMES[Period(line.period)]


def _cells(sums: Sums) -> tuple[int, ...]:
    """A cell for each of the columns of counts and of amounts."""
    return (*(getattr(sums, name) for name in Sums.__slots__), sums.amount_fen)
