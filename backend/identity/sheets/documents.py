"""The roster as an Excel workbook."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from backend.identity.sheets.parsing import COLUMNS
from backend.identity.sheets.policies import POST_SEPARATOR, STATUSES
from backend.identity.sheets.queries import ExportRow

_STATUS_NAMES = {status: name for name, status in STATUSES.items()}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS = (12, 12, 15, 22, 16, 30, 14, 30, 14, 8)
_TEXT_FORMAT = "@"


def roster_workbook(rows: Iterable[ExportRow]) -> bytes:
    """A workbook with the columns of an import; every cell is text, none a formula."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("职工名册")
    sheet.freeze_panes = "A2"
    for index, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + index)].width = width
    sheet.append([_cell(sheet, title, is_title=True) for title in COLUMNS])
    for row in rows:
        sheet.append([_cell(sheet, text) for text in _texts(row)])
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _texts(row: ExportRow) -> tuple[str, ...]:
    primary = [posting for posting in row.postings if posting.is_primary]
    others = [posting for posting in row.postings if not posting.is_primary]
    return (
        row.staff_no,
        row.name,
        row.phone,
        row.id_no,
        row.card_no,
        "".join(posting.path for posting in primary),
        "".join(posting.title for posting in primary),
        POST_SEPARATOR.join(posting.path for posting in others),
        POST_SEPARATOR.join(posting.title for posting in others),
        _STATUS_NAMES[row.status],
    )


def _cell(sheet: Any, text: str, *, is_title: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, text)
    # The library takes a text with "=" for a formula; what a person named so must stay a name.
    cell.data_type = "s"
    cell.number_format = _TEXT_FORMAT
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True
    if is_title:
        cell.font = Font(bold=True)
    return cell
