"""From the bytes of an uploaded workbook to rows of text. Pure, and safe with whatever is uploaded."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from openpyxl import load_workbook

from backend.documents.errors import (
    ColumnsMissing,
    RowsRejected,
    SheetEmpty,
    SheetTooLarge,
    SheetUnreadable,
    WorksheetMissing,
)
from backend.errors import AppError

MAX_BYTES: Final = 5_000_000
MAX_UNPACKED: Final = 40_000_000
MAX_PARTS: Final = 500
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 40
EXCEL_ROWS: Final = 1_048_576
# How many wrong cells are told; all are counted.
MOST_TOLD: Final = 500

_NOTHING: Final = (None,) * MAX_COLUMNS


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the sheet by its number, with the text of each known column that the sheet has."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """What a worksheet holds: the columns that are read, those that its header must name, how many rows."""

    columns: Sequence[str]
    required: Sequence[str]
    most: int = MAX_ROWS


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong cell, by worksheet (empty where there is only one), row number and column."""

    sheet: str
    row: int
    column: str
    msg: str


def read_lines(
    data: bytes, columns: Sequence[str], required: Sequence[str], most: int = MAX_ROWS, example: str = ""
) -> list[Line]:
    """The rows of the first worksheet, at most `most`, that are neither empty nor the template's example.

    `columns` are those that are read; the header must name the `required` ones. A row is an example if the
    first of `columns` says `example`. Raises SheetTooLarge, SheetUnreadable, ColumnsMissing or SheetEmpty.
    """
    table = Table(columns, required, most)
    with _opened(data) as (shown, written):
        lines = _lines(_rows(shown.worksheets[0]), _rows(written.worksheets[0]), table, example)
    if not lines:
        raise SheetEmpty
    return lines


def read_tables(data: bytes, tables: Mapping[str, Table]) -> dict[str, list[Line]]:
    """The rows of the worksheets of these names, as `read_lines`; one of them may be empty.

    Raises SheetTooLarge, SheetUnreadable, WorksheetMissing or ColumnsMissing.
    """
    with _opened(data) as (shown, written):
        missing = next((name for name in tables if name not in shown.sheetnames), None)
        if missing is not None:
            raise WorksheetMissing(worksheet=missing)
        return {
            name: _lines(_rows(shown[name]), _rows(written[name]), table, "")
            for name, table in tables.items()
        }


def refuse(faults: Sequence[Fault]) -> None:
    """Raise RowsRejected if anything is wrong, with the first of it."""
    if faults:
        told = [
            {"sheet": one.sheet, "row": one.row, "column": one.column, "msg": one.msg}
            for one in faults[:MOST_TOLD]
        ]
        raise RowsRejected(count=len(faults), rows=told)


@contextmanager
def _opened(data: bytes) -> Iterator[tuple[Any, Any]]:
    """The workbook twice: what its cells show, and what is written in them."""
    _ensure_workbook(data)
    try:
        with (
            closing(load_workbook(BytesIO(data), read_only=True, data_only=True)) as shown,
            closing(load_workbook(BytesIO(data), read_only=True)) as written,
        ):
            yield shown, written
    except AppError:
        raise
    except Exception as error:  # The library meets a damaged or hostile file with whatever comes.
        raise SheetUnreadable from error


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
    table: Table,
    example: str,
) -> list[Line]:
    """The lines by what their cells show; a formula that nobody has computed shows itself.

    Otherwise a row of such formulas would look empty and be left out in silence.
    """
    next(written, ())
    columns = _header([text_of(value) for value in next(rows, ())], table.columns, table.required)
    lines: list[Line] = []
    for number, (row, formulas) in enumerate(zip(rows, written, strict=False), start=2):
        if row == _NOTHING and formulas == _NOTHING:
            continue
        cells = {
            name: text_of(row[index] if row[index] is not None else formulas[index])
            for name, index in columns.items()
        }
        if not any(cells.values()) or (example and cells[table.columns[0]] == example):
            continue
        if len(lines) == table.most:
            raise _too_large(table.most)
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
