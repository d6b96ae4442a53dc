"""Refusals of a workbook that somebody uploads."""

from backend.errors import Invalid


class SheetUnreadable(Invalid):
    """The file is no Excel workbook, or a damaged one."""

    code = "identity.sheet_unreadable"
    message = "文件不是有效的 Excel 工作簿（.xlsx），请另存为 .xlsx 后重试"


class SheetTooLarge(Invalid):
    """The file, or what it unpacks to, is larger than an import may be."""

    code = "identity.sheet_too_large"
    message = "文件过大：最多 {max_rows} 行，不超过 {max_megabytes} MB"


class ColumnsMissing(Invalid):
    """The first row does not name the columns."""

    code = "identity.sheet_columns"
    message = "表头有误，第一行须包含且不重复：{columns}"


class SheetEmpty(Invalid):
    """There is no row below the header."""

    code = "identity.sheet_empty"
    message = "表中没有数据"


class WorksheetMissing(Invalid):
    """The workbook lacks a worksheet that is needed, by its name."""

    code = "documents.worksheet_missing"
    message = "工作簿缺少名为“{worksheet}”的工作表"


class RowsRejected(Invalid):
    """Rows are wrong; nothing was imported. `rows` are {sheet, row, column, msg}, the first ones."""

    code = "documents.rows_rejected"
    message = "表中有 {count} 处错误，未导入任何数据，请更正后重新导入"
