"""The sheet of a reception (接待清单), a voucher of the department's accounts; and the list as a workbook."""

from collections.abc import Iterable
from typing import Final

from backend.documents import pdf
from backend.documents.environment import day
from backend.documents.sheets import Column, Kind, workbook
from backend.money import in_capitals, yuan
from canteen.menu.models import Period
from canteen.menu.titles import PERIOD_NAMES
from canteen.ordering.receptions.models import Purpose, ReceptionState
from canteen.ordering.receptions.policies import PURPOSE_NAMES, STATE_NAMES
from canteen.ordering.receptions.queries import ReceptionRow, ReceptionView

TITLE: Final = "公务接待清单"
_COLUMNS = (
    Column("清单编号", width=20),
    Column("日期", Kind.DAY),
    Column("餐别"),
    Column("申请部门", width=20),
    Column("经办人"),
    Column("来函单位", width=24),
    Column("公函文号", width=22),
    Column("公务活动"),
    Column("批准来宾", Kind.INT),
    Column("批准陪餐", Kind.INT),
    Column("实到来宾", Kind.INT),
    Column("实到陪餐", Kind.INT),
    Column("标准（元/人）", Kind.YUAN),
    Column("金额（元）", Kind.YUAN),
    Column("人均（元）", Kind.YUAN),
    Column("状态"),
)


def sheet_title(view: ReceptionRow) -> str:
    """`公务接待清单JD20261123000012`: the name of a file."""
    return f"{TITLE}{view.number}"


def sheet_pdf(view: ReceptionView, *, printed_by: str) -> bytes:
    """The voucher: letter, guests, companions, dishes, amounts, and lines to sign on.

    Before the reception was served it shows what was asked for, and says that it is no voucher.
    """
    party = view.planned if view.actual is None else view.actual
    return pdf.render(
        "canteen.ordering.receptions/sheet.html",
        {
            "title": TITLE,
            "number": f"编号：{view.number}",
            "printed_by": printed_by,
            "view": view,
            "party": party,
            "state": STATE_NAMES[ReceptionState(view.state)],
            "purpose": PURPOSE_NAMES[Purpose(view.purpose)],
            "period": PERIOD_NAMES[Period(view.period)],
            "on": day(view.served_on),
            "yuan": yuan,
            "capitals": in_capitals(view.amount_fen),
        },
    )


def receptions_sheet(title: str, rows: Iterable[ReceptionRow]) -> bytes:
    """One row for each reception; no guest is named."""
    return workbook(title, _COLUMNS, [_cells(row) for row in rows])


def _cells(row: ReceptionRow) -> tuple[object, ...]:
    return (
        row.number,
        row.served_on,
        PERIOD_NAMES[Period(row.period)],
        row.department,
        row.requester,
        row.letter_from,
        row.letter_no,
        PURPOSE_NAMES[Purpose(row.purpose)],
        row.guests,
        row.companions,
        row.actual_guests,
        row.actual_companions,
        row.standard_fen,
        row.amount_fen,
        row.per_head_fen,
        STATE_NAMES[ReceptionState(row.state)],
    )
