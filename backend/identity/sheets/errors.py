"""Refusals of an import."""

from backend.documents.errors import ColumnsMissing as ColumnsMissing
from backend.documents.errors import SheetEmpty as SheetEmpty
from backend.documents.errors import SheetTooLarge as SheetTooLarge
from backend.documents.errors import SheetUnreadable as SheetUnreadable
from backend.errors import Conflict, Invalid


class FileMissing(Invalid):
    """No file came with the request."""

    code = "identity.sheet_missing"
    message = "请以 file 字段上传 Excel 文件（.xlsx）"


class SheetRejected(Invalid):
    """At least one row is wrong; nothing was imported. `rows` are {row, column, msg}, the first ones."""

    code = "identity.sheet_rejected"
    message = "表中有 {count} 处错误，未导入任何数据，请更正后重新导入"


class SheetChanged(Conflict):
    """The file is not the one that was previewed."""

    code = "identity.sheet_changed"
    message = "文件与预览时的内容不一致，未导入任何数据，请重新预览"
