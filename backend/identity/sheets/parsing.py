"""The roster's columns, and the rows of a sheet that names people (`backend.documents.reading`)."""

from collections.abc import Sequence
from typing import Final

from backend.documents import reading
from backend.documents.reading import MAX_BYTES as MAX_BYTES
from backend.documents.reading import MAX_ROWS as MAX_ROWS
from backend.documents.reading import MAX_UNPACKED as MAX_UNPACKED
from backend.documents.reading import Line as Line
from backend.documents.reading import text_of as text_of

STAFF_NO: Final = "工号"
NAME: Final = "姓名"
PHONE: Final = "手机号"
ID_NO: Final = "身份证号"
CARD_NO: Final = "饭卡号"
DEPARTMENT: Final = "部门"
TITLE: Final = "职务"
OTHER_DEPARTMENT: Final = "兼职部门"
OTHER_TITLE: Final = "兼职职务"
STATUS: Final = "状态"
COLUMNS: Final = (
    STAFF_NO, NAME, PHONE, ID_NO, CARD_NO, DEPARTMENT, TITLE, OTHER_DEPARTMENT, OTHER_TITLE, STATUS,
)  # fmt: skip
REQUIRED: Final = (STAFF_NO, NAME, DEPARTMENT)
# What stands for the staff number in the template's example, which is passed over if it is left there.
EXAMPLE: Final = "示例"


def read_lines(
    data: bytes, columns: Sequence[str] = COLUMNS, required: Sequence[str] = REQUIRED, most: int = MAX_ROWS
) -> list[Line]:
    """The rows of the first worksheet, at most `most`, that are neither empty nor the template's example.

    `columns`, 工号 the first among them, are those that are read; the header must name the `required` ones.
    Raises SheetTooLarge, SheetUnreadable, ColumnsMissing or SheetEmpty.
    """
    return reading.read_lines(data, columns, required, most, EXAMPLE)
