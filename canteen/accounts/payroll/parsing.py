"""From the bytes of a payroll sheet to rows of text."""

from dataclasses import replace

from backend.identity.sheets import parsing
from backend.identity.sheets.errors import ColumnsMissing
from backend.identity.sheets.parsing import NAME, STAFF_NO, Line
from canteen.accounts.payroll.policies import AMOUNT, AMOUNT_NAMES, MEMO, MOST_ROWS


def read_lines(data: bytes) -> list[Line]:
    """The rows of the first worksheet, with the amount under one name however its column is called.

    Raises SheetTooLarge, SheetUnreadable, ColumnsMissing or SheetEmpty.
    """
    known = (STAFF_NO, NAME, *AMOUNT_NAMES, MEMO)
    lines = parsing.read_lines(data, known, (STAFF_NO, NAME), MOST_ROWS)
    named = [name for name in AMOUNT_NAMES if name in lines[0].cells]
    if len(named) != 1:
        raise ColumnsMissing(columns="、".join((STAFF_NO, NAME, AMOUNT)))
    return [replace(line, cells={**line.cells, AMOUNT: line.cells[named[0]]}) for line in lines]
