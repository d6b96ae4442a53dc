"""From the bytes of an upload to rows of text. Pure, and safe with whatever is uploaded."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from openpyxl import load_workbook

from backend.errors import AppError
from backend.identity.sheets.errors import ColumnsMissing, SheetEmpty, SheetTooLarge, SheetUnreadable

MAX_BYTES: Final = 5_000_000
MAX_UNPACKED: Final = 40_000_000
MAX_PARTS: Final = 500
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 40
EXCEL_ROWS: Final = 1_048_576

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


_NOTHING: Final = (None,) * MAX_COLUMNS


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the sheet by its number, with the text of each known column that the sheet has."""

    number: int
    cells: dict[str, str]


def read_lines(
    data: bytes, columns: Sequence[str] = COLUMNS, required: Sequence[str] = REQUIRED, most: int = MAX_ROWS
) -> list[Line]:
    """The rows of the first worksheet, at most `most`, that are neither empty nor the template's example.

    `columns`, 工号 among them, are those that are read; the header must name the `required` ones.
    Raises SheetTooLarge, SheetUnreadable, ColumnsMissing or SheetEmpty.
    """
    _ensure_workbook(data)
    try:
        with (
            closing(load_workbook(BytesIO(data), read_only=True, data_only=True)) as workbook,
            closing(load_workbook(BytesIO(data), read_only=True)) as written,
        ):
            rows = _rows(workbook.worksheets[0]), _rows(written.worksheets[0])
            lines = _lines(*rows, columns, required, most)
    except AppError:
        raise
    except Exception as error:  # The library meets a damaged or hostile file with whatever comes.
        raise SheetUnreadable from error
    if not lines:
        raise SheetEmpty
    return lines


def _too_large(most: int = MAX_ROWS) -> SheetTooLarge:
    return SheetTooLarge(max_rows=most, max_megabytes=MAX_BYTES // 1_000_000)


def _ensure_workbook(data: bytes) -> None:
    """Look at the archive's directory before anything is unpacked.

    zipfile unpacks no more of a part than the directory declares, so that the sum bounds the memory.
    """
    if len(data) > MAX_BYTES:
        raise _too_large()
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise SheetUnreadable from error
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        raise SheetUnreadable
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _too_large()


def _rows(worksheet: Any) -> Iterator[Sequence[Any]]:
    worksheet.reset_dimensions()  # What a sheet says of its size need not be true.
    rows: Iterator[Sequence[Any]] = worksheet.iter_rows(
        max_row=EXCEL_ROWS, max_col=MAX_COLUMNS, values_only=True
    )
    return rows


def _lines(
    rows: Iterator[Sequence[Any]],
    written: Iterator[Sequence[Any]],
    wanted: Sequence[str],
    required: Sequence[str],
    most: int,
) -> list[Line]:
    """The lines by what their cells show; a formula that nobody has computed shows itself.

    Otherwise a row of such formulas would look empty and be left out in silence.
    """
    next(written, ())
    columns = _header([text_of(value) for value in next(rows, ())], wanted, required)
    lines: list[Line] = []
    for number, (row, formulas) in enumerate(zip(rows, written, strict=False), start=2):
        if row == _NOTHING and formulas == _NOTHING:
            continue
        cells = {
            name: text_of(row[index] if row[index] is not None else formulas[index])
            for name, index in columns.items()
        }
        if not any(cells.values()) or cells[STAFF_NO] == EXAMPLE:
            continue
        if len(lines) == most:
            raise _too_large(most)
        lines.append(Line(number, cells))
    return lines


def _header(titles: list[str], wanted: Sequence[str], required: Sequence[str]) -> dict[str, int]:
    """Where each known column stands. Others are left alone."""
    known = ["".join(title.split()).rstrip("*＊") for title in titles]
    is_ambiguous = any(known.count(name) > 1 for name in wanted)
    if is_ambiguous or any(name not in known for name in required):
        raise ColumnsMissing(columns="、".join(required))
    return {name: known.index(name) for name in wanted if name in known}


def text_of(value: Any) -> str:
    """What a cell says as text: a number typed as a number comes without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()
