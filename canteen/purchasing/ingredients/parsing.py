"""Ingredients from a workbook: from rows of text to what is said of each, every fault by row. Pure."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from backend.documents import cells, reading
from backend.documents.cells import NO, YES, WrongCell
from backend.documents.reading import Fault, Line
from canteen.menu.models import Allergen
from canteen.menu.titles import ALLERGEN_NAMES
from canteen.purchasing.ingredients import policies
from canteen.purchasing.ingredients.models import IngredientCategory, Storage
from canteen.purchasing.ingredients.policies import IngredientSpec
from canteen.purchasing.ingredients.titles import CATEGORY_NAMES, STORAGE_NAMES

CODE, NAME, CATEGORY, EDIBLE = "食材编码", "食材名称", "类别", "可食部（%）"
NUTRIENT_COLUMNS: Final = {
    "能量（千卡）": "energy_kcal",
    "蛋白质（克）": "protein_g",
    "脂肪（克）": "fat_g",
    "碳水化合物（克）": "carbohydrate_g",
    "钠（毫克）": "sodium_mg",
}
ALLERGENS, HALAL, STORAGE, SHELF = "过敏原", "清真", "储存方式", "保质期（天）"
ADDITIVE, MIN_STOCK, SEASON, ACTIVE = "食品添加剂", "安全库存（千克）", "时令月份", "在用"
COLUMNS: Final = (
    *(CODE, NAME, CATEGORY, EDIBLE, *NUTRIENT_COLUMNS, ALLERGENS, HALAL, STORAGE, SHELF, ADDITIVE),
    *(MIN_STOCK, SEASON, ACTIVE),
)
REQUIRED: Final = (NAME, CATEGORY)
UNDECLARED, NONE_DECLARED = "未申报", "不含"
MOST_ROWS: Final = 5_000
_BETWEEN: Final = re.compile(r"[、,，;；/ ]+")
_CODE: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")


@dataclass(frozen=True, slots=True)
class IngredientRow:
    """One row of the sheet; a column that the sheet lacks changes nothing of what is there."""

    number: int
    columns: dict[str, Any]

    @property
    def code(self) -> str:
        """The code that it names, or ""."""
        return self.columns.get("code") or ""

    def spec(self, before: IngredientSpec | None) -> IngredientSpec:
        """What is said of the ingredient then."""
        if before is None:
            return IngredientSpec(**{"code": "", **self.columns})
        kept = {name: getattr(before, name) for name in IngredientSpec.__slots__}
        given = {name: value for name, value in self.columns.items() if (name, value) != ("code", "")}
        return IngredientSpec(**{**kept, **given})


def read(data: bytes) -> list[IngredientRow]:
    """The ingredients of a sheet that are right in themselves.

    Raises SheetTooLarge, SheetUnreadable, ColumnsMissing, SheetEmpty or, with every fault, RowsRejected.
    """
    faults: list[Fault] = []
    lines = reading.read_lines(data, COLUMNS, REQUIRED, MOST_ROWS)
    rows = [_row(line, faults) for line in lines]
    reading.refuse(faults)
    return rows


def faults_of(rows: Sequence[IngredientRow], codes: Mapping[str, str], names: Collection[str]) -> list[Fault]:
    """What is wrong with the rows together, and beside what is there: `codes` of ingredients by name."""
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    name_of_code = {code: name for name, code in codes.items()}
    renamed = {name_of_code[row.code] for row in rows if row.code in name_of_code}
    for row in rows:
        name = row.columns["name"]
        for column, label in ((CODE, row.code), (NAME, name)):
            if label and (place := seen.setdefault(f"{column} {label}", row.number)) != row.number:
                faults.append(Fault("", row.number, column, f"与第 {place} 行重复"))
        is_anothers = name in names and row.code and codes[name] != row.code and name not in renamed
        if is_anothers:
            faults.append(Fault("", row.number, NAME, f"已是食材 {codes[name]} 的名称"))
    return faults


def _row(line: Line, faults: list[Fault]) -> IngredientRow:
    columns: dict[str, Any] = {}
    parsers: dict[str, tuple[str, Callable[[str], Any]]] = {
        CODE: ("code", _code),
        NAME: ("name", cells.text(60, is_needed=True)),
        CATEGORY: ("category", cells.choice(CATEGORY_NAMES)),
        EDIBLE: ("edible_percent", _whole(1, 100, if_empty=100)),
        **{title: (name, _nutrition(policies.NUTRIENTS[name])) for title, name in NUTRIENT_COLUMNS.items()},
        ALLERGENS: ("allergens", _allergens),
        HALAL: ("is_halal", _maybe),
        STORAGE: ("storage", _storage),
        SHELF: ("shelf_days", _whole(1, 10_000, if_empty=None)),
        ADDITIVE: ("is_additive", cells.flag(if_empty=False)),
        MIN_STOCK: ("min_stock_g", _kilograms),
        SEASON: ("season_months", _months),
        ACTIVE: ("is_active", cells.flag(if_empty=True)),
    }
    for title, (name, parse) in parsers.items():
        if title not in line.cells:
            continue
        try:
            columns[name] = parse(line.cells[title])
        except WrongCell as wrong:
            faults.append(Fault("", line.number, title, str(wrong)))
            columns[name] = None
    if columns.get("category") is None:
        columns["category"] = IngredientCategory.OTHER  # A fault stands for it already.
    return IngredientRow(line.number, columns)


def _code(text: str) -> str:
    if text and not _CODE.fullmatch(text):
        raise WrongCell("应为 1 到 40 个字母、数字、下划线、点或短横线")
    return text


def _whole(least: int, most: int, *, if_empty: int | None) -> Callable[[str], int | None]:
    def parse(text: str) -> int | None:
        said = text.removesuffix("%").strip()
        if not said:
            return if_empty
        if not said.isascii() or not said.isdigit() or not least <= int(said) <= most:
            raise WrongCell(f"应为 {least} 到 {most} 的整数")
        return int(said)

    return parse


def _nutrition(most: int) -> Callable[[str], Decimal | None]:
    def parse(text: str) -> Decimal | None:
        try:
            number = policies.parse_nutrition(text)
        except ValueError as error:
            raise WrongCell("应为数字（最多一位小数）、“Tr”（微量）或“—”（未测定）") from error
        if number is not None and number > most:
            raise WrongCell(f"每 100 克不应超过 {most}")
        return number

    return parse


def _allergens(text: str) -> tuple[Allergen, ...] | None:
    if text in ("", UNDECLARED):
        return None
    if text in (NONE_DECLARED, "无"):
        return ()
    read_one = cells.choice(ALLERGEN_NAMES)
    found = {read_one(part) for part in _BETWEEN.split(text) if part}
    return tuple(one for one in Allergen if one in found)


def _maybe(text: str) -> bool | None:
    if text not in (YES, NO, ""):
        raise WrongCell(f"应为“{YES}”“{NO}”或留空（未知）")
    return text == YES if text else None


def _storage(text: str) -> Storage:
    return cells.choice(STORAGE_NAMES)(text) if text else Storage.AMBIENT


def _kilograms(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text):
        raise WrongCell("应为不小于 0 的数字，最多三位小数")
    return int(Decimal(text) * 1000)


def _months(text: str) -> tuple[int, ...]:
    said = [part.removesuffix("月") for part in _BETWEEN.split(text) if part]
    if not all(part.isascii() and part.isdigit() and 1 <= int(part) <= 12 for part in said):
        raise WrongCell("应为月份，如“3、4、5”，留空为全年")
    return tuple(sorted({int(part) for part in said}))
