"""The sheet to fill in."""

from backend.documents.sheets import Column, Kind, workbook
from backend.identity.sheets.parsing import EXAMPLE, NAME, STAFF_NO
from canteen.accounts.payroll.policies import AMOUNT, MEMO


def template_workbook() -> bytes:
    """An empty workbook for an import, with one example, which an import passes over."""
    columns = (Column(STAFF_NO), Column(NAME), Column(AMOUNT, Kind.YUAN, 14), Column(MEMO, width=30))
    return workbook("工资代扣模板", columns, [(EXAMPLE, "张三", 200_00, "11 月工资代扣")])
