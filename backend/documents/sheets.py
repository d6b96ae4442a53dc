"""Excel workbooks with typed columns."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from backend import clock
from backend.db import refuse_within_a_unit

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# What XML 1.0 cannot hold, and what Excel does not take as a sheet's name or as the text of a cell.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_MAX_NAME, _MAX_TEXT = 31, 32_767


class Kind(Enum):
    """What a column holds, and what its cells are made from."""

    TEXT = "text"
    INT = "int"
    YUAN = "yuan"  # from fen
    GRAMS = "grams"
    KILOGRAMS = "kilograms"  # from grams
    PERCENT = "percent"  # from a ratio, 1 = 100 %
    POINTS = "points"  # from tenths of a point
    DAY = "day"
    INSTANT = "instant"  # by the compound's clocks


# The number format of a kind, and how wide its columns are in characters.
_LOOKS = {
    Kind.TEXT: ("@", 16),
    Kind.INT: ("#,##0", 10),
    Kind.YUAN: ("#,##0.00", 12),
    Kind.GRAMS: ("#,##0", 10),
    Kind.KILOGRAMS: ("#,##0.000", 12),
    Kind.PERCENT: ("0.0%", 9),
    Kind.POINTS: ("0.0", 8),
    Kind.DAY: ("yyyy-mm-dd", 12),
    Kind.INSTANT: ("yyyy-mm-dd hh:mm", 17),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, what it holds, and its width in characters if not the kind's."""

    title: str
    kind: Kind = Kind.TEXT
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: its name, its columns and the rows below them."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def workbook(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet: a bold frozen header with filters, and a row of cells for each of `rows`.

    A cell is None (empty) or what its column's kind takes. Text is never a formula. Raises RuntimeError
    within an open unit of work, and ValueError for a row that does not fit the columns.
    """
    return workbook_of(title, [Sheet(title, columns, rows)])


def workbook_of(title: str, sheets: Iterable[Sheet]) -> bytes:
    """A workbook of several such sheets, whose titles differ."""
    refuse_within_a_unit("writing a workbook")
    book = Workbook(write_only=True)
    book.properties.title = title
    book.properties.creator = ""
    for sheet in sheets:
        _write(book, sheet)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write(book: Workbook, wanted: Sheet) -> None:
    sheet = book.create_sheet(_NOT_IN_NAMES.sub(" ", wanted.title)[:_MAX_NAME])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(wanted.columns, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = column.width or _width(column)
    try:
        count = _append(sheet, wanted.columns, wanted.rows)
    except BaseException:
        sheet.close()  # It writes as it goes, to a file of its own.
        raise
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(wanted.columns))}{count}"


def _append(sheet: Any, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    """Write the header and the rows; returns how many rows that makes."""
    sheet.append([_heading(sheet, column) for column in columns])
    count = 1
    for row in rows:
        sheet.append([_cell(sheet, column.kind, value) for column, value in zip(columns, row, strict=True)])
        count += 1
    return count


def _width(column: Column) -> int:
    """Room for the kind and the title: a Chinese character takes two places, the filter's button three."""
    title = sum(2 if ord(char) > 0x2E7F else 1 for char in column.title) + 3
    return max(title, _LOOKS[column.kind][1])


def _heading(sheet: Any, column: Column) -> Any:
    cell = _text(sheet, column.title)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E3F0EA")
    cell.alignment = Alignment(vertical="center")
    return cell


def _cell(sheet: Any, kind: Kind, value: Any) -> Any:
    if value is None:
        return None
    if kind is Kind.TEXT:
        return _text(sheet, str(value))
    cell = WriteOnlyCell(sheet, _value(kind, value))
    cell.number_format = _LOOKS[kind][0]
    return cell


def _value(kind: Kind, value: Any) -> Any:
    if kind is Kind.YUAN:
        return Decimal(value) / 100
    if kind is Kind.POINTS:
        return Decimal(value) / 10
    if kind is Kind.KILOGRAMS:
        return Decimal(value) / 1000
    if kind is Kind.INSTANT:
        # Excel knows no zones.
        local: datetime = clock.local(value).replace(tzinfo=None, microsecond=0)
        return local
    return value


def _text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, _UNPRINTABLE.sub("", text)[:_MAX_TEXT])
    # The library takes a text with "=" for a formula; what a person named so must stay a name.
    cell.data_type = "s"
    cell.number_format = _LOOKS[Kind.TEXT][0]
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True
    return cell
