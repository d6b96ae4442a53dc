"""Refusals of an import."""

from backend.errors import Conflict, Invalid


class FileMissing(Invalid):
    """No file came with the request."""

    code = "identity.sheet_missing"
    message = "请以 file 字段上传 Excel 文件（.xlsx）"


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


class SheetRejected(Invalid):
    """At least one row is wrong; nothing was imported. `rows` are {row, column, msg}, the first ones."""

    code = "identity.sheet_rejected"
    message = "表中有 {count} 处错误，未导入任何数据，请更正后重新导入"


class SheetChanged(Conflict):
    """The file is not the one that was previewed."""

    code = "identity.sheet_changed"
    message = "文件与预览时的内容不一致，未导入任何数据，请重新预览"
