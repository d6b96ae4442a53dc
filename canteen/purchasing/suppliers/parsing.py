"""Price lists from a workbook: from rows of text to prices, every fault by row. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from backend.documents import cells, reading
from backend.documents.cells import WrongCell
from backend.documents.reading import Fault, Line

SUPPLIER, INGREDIENT, SPEC, PACK = "供应商", "食材", "规格", "每包重量（千克）"
PRICE, FROM, UNTIL = "每包价格（元）", "生效日期", "截止日期"
COLUMNS: Final = (SUPPLIER, INGREDIENT, SPEC, PACK, PRICE, FROM, UNTIL)
REQUIRED: Final = (SUPPLIER, INGREDIENT, PACK, PRICE)
ENDED: Final = "停售"
MOST_ROWS: Final = 5_000
_NUMBER: Final = re.compile(r"[0-9]{1,7}(\.[0-9]+)?")
_DAY: Final = re.compile(r"(2[0-9]{3})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})(日|T00:00:00)?")


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One row of the sheet; `price_fen` None: no longer offered."""

    number: int
    supplier: str
    ingredient: str
    spec: str
    pack_g: int
    price_fen: int | None
    valid_from: date | None
    valid_until: date | None


def read(data: bytes) -> list[PriceRow]:
    """The prices of a sheet that are right in themselves.

    Raises SheetTooLarge, SheetUnreadable, ColumnsMissing, SheetEmpty or, with every fault, RowsRejected.
    """
    faults: list[Fault] = []
    rows = [_row(line, faults) for line in reading.read_lines(data, COLUMNS, REQUIRED, MOST_ROWS)]
    reading.refuse(faults)
    return rows


def faults_of(
    rows: Sequence[PriceRow], suppliers: Mapping[str, int], ingredients: Mapping[str, int], today: date
) -> list[Fault]:
    """What is wrong with the rows together, and beside the suppliers and ingredients that are there."""
    faults: list[Fault] = []
    seen: dict[tuple[str, int | str, int, date], int] = {}
    for row in rows:
        if row.supplier not in suppliers:
            faults.append(Fault("", row.number, SUPPLIER, f"没有供应商“{row.supplier}”，请先登记"))
        if row.ingredient not in ingredients:
            faults.append(Fault("", row.number, INGREDIENT, f"没有食材“{row.ingredient}”，请先登记"))
        first = row.valid_from or today
        if row.valid_until is not None and row.valid_until < first:
            faults.append(Fault("", row.number, UNTIL, "不能早于生效日期"))
        key = (row.supplier, ingredients.get(row.ingredient, row.ingredient), row.pack_g, first)
        if (place := seen.setdefault(key, row.number)) != row.number:
            faults.append(Fault("", row.number, INGREDIENT, f"与第 {place} 行重复"))
    return faults


def _row(line: Line, faults: list[Fault]) -> PriceRow:
    def of(column: str, parse: Callable[[str], Any], otherwise: Any = None) -> Any:
        try:
            return parse(line.cells.get(column, ""))
        except WrongCell as wrong:
            faults.append(Fault("", line.number, column, str(wrong)))
            return otherwise

    return PriceRow(
        number=line.number,
        supplier=of(SUPPLIER, cells.text(80, is_needed=True), ""),
        ingredient=of(INGREDIENT, cells.text(60, is_needed=True), ""),
        spec=of(SPEC, cells.text(80), ""),
        pack_g=of(PACK, _scaled(1000, 3, 1_000_000), 1),
        price_fen=of(PRICE, _price),
        valid_from=of(FROM, _day),
        valid_until=of(UNTIL, _day),
    )


def _price(text: str) -> int | None:
    return None if text == ENDED else _scaled(100, 2, 100_000_000)(text)


def _scaled(times: int, places: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not _NUMBER.fullmatch(text.replace(",", "")):
            raise WrongCell("应为大于 0 的数字")
        number = Decimal(text.replace(",", "")) * times
        if number != int(number):
            raise WrongCell(f"最多 {places} 位小数")
        if not 0 < number <= most:
            raise WrongCell("应大于 0，且不超过合理范围")
        return int(number)

    return parse


def _day(text: str) -> date | None:
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise WrongCell("应为日期，如 2026-01-02")
