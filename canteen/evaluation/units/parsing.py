"""Units and reports from workbooks: from rows of text to columns and figures, every fault by row. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from backend.documents import cells, reading
from backend.documents.cells import WrongCell
from backend.documents.reading import Fault, Line
from backend.errors import AppError
from canteen.evaluation.units import policies
from canteen.evaluation.units.models import NAME_LENGTH, REMARK_LENGTH, Unit
from canteen.evaluation.units.policies import Figures
from canteen.evaluation.units.queries import UnitView
from canteen.evaluation.units.titles import LEVEL_NAMES, OPERATION_NAMES, SERVING_NAMES

CODE, NAME, LEVEL, REGION = "单位编号", "单位名称", "层级", "地区"
OPERATION, SERVING, CANTEENS, DINERS = "经营方式", "供餐方式", "食堂数", "日就餐人数"
CONTACT, PHONE, ACTIVE = "联系人", "联系电话", "参加评估"
UNIT_COLUMNS: Final = (
    *(CODE, NAME, LEVEL, REGION, OPERATION, SERVING, CANTEENS, DINERS, CONTACT, PHONE, ACTIVE),
)
UNIT_REQUIRED: Final = (CODE, NAME, LEVEL, OPERATION, SERVING)

MONTH, MONTH_DINERS, SERVED, MEASURED = "月份", "就餐人次", "供餐餐次", "称重餐次"
REMARK: Final = "备注"
GRAMS: Final = {
    "出品重量（千克）": "prepared_g",
    "储存损耗（千克）": "storage_g",
    "加工损耗（千克）": "preparation_g",
    "备餐剩余（千克）": "unserved_g",
    "餐盘剩余（千克）": "plate_g",
    "边角料利用（千克）": "reused_g",
    "采购重量（千克）": "purchased_g",
}
FEN: Final = {"采购金额（元）": "purchase_fen", "浪费成本（元）": "cost_fen"}
REPORT_COLUMNS: Final = (CODE, NAME, MONTH, MONTH_DINERS, SERVED, MEASURED, *GRAMS, *FEN, REMARK)
REPORT_REQUIRED: Final = (CODE, MONTH, MONTH_DINERS, SERVED, MEASURED)
MOST_ROWS: Final = 2_000
_MOST: Final = 1_000_000_000
_NUMBER = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?")
_MONTH = re.compile(r"(2[0-9]{3})[-/年.](0?[1-9]|1[0-2])(月|[-/.]0?1(T00:00:00)?)?")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One row of a sheet of units; a column that the sheet lacks, or a masked phone, changes nothing."""

    number: int
    columns: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row of a sheet of reports."""

    number: int
    code: str
    month: date
    figures: Figures


def read_units(data: bytes) -> list[UnitRow]:
    """The units of a sheet that are right in themselves.

    Raises SheetTooLarge, SheetUnreadable, ColumnsMissing, SheetEmpty or, with every fault, RowsRejected.
    """
    faults: list[Fault] = []
    lines = reading.read_lines(data, UNIT_COLUMNS, UNIT_REQUIRED, MOST_ROWS)
    rows = [_unit(line, faults) for line in lines]
    reading.refuse(faults)
    return rows


def read_reports(data: bytes) -> list[ReportRow]:
    """The reports of a sheet that are right in themselves. Raises as `read_units`."""
    faults: list[Fault] = []
    lines = reading.read_lines(data, REPORT_COLUMNS, REPORT_REQUIRED, MOST_ROWS)
    rows = [_report(line, faults) for line in lines]
    reading.refuse(faults)
    return rows


def faults_of_units(rows: Sequence[UnitRow], known: Mapping[str, Unit]) -> list[Fault]:
    """What is wrong with the rows together, and beside the units that are there."""
    faults: list[Fault] = []
    codes: dict[str, int] = {}
    names = {unit.name: code for code, unit in known.items()}
    for row in rows:
        names = {name: code for name, code in names.items() if code != row.columns["code"]}
    for row in rows:
        code, name = row.columns["code"], row.columns["name"]
        if code in codes:
            faults.append(Fault("", row.number, CODE, f"与第 {codes[code]} 行重复"))
        if name in names:
            faults.append(Fault("", row.number, NAME, f"已是单位 {names[name]} 的名称"))
        codes.setdefault(code, row.number)
        names.setdefault(name, code)
    return faults


def faults_of_reports(rows: Sequence[ReportRow], own: Mapping[str, UnitView], today: date) -> list[Fault]:
    """What is wrong with the rows beside the units that the actor reports for."""
    faults: list[Fault] = []
    there: dict[tuple[str, date], int] = {}
    for row in rows:
        unit = own.get(row.code)
        if unit is None:
            faults.append(Fault("", row.number, CODE, "没有找到该单位，或不在填报范围内"))
        elif unit.canteen_id is not None:
            faults.append(Fault("", row.number, CODE, "本单位食堂的数据由系统自动取得，不需要填报"))
        try:
            policies.ensure_month(row.month, today)
        except AppError as refusal:
            faults.append(Fault("", row.number, MONTH, refusal.msg))
        faults += [Fault("", row.number, "", problem) for problem in policies.impossible(row.figures)]
        if (row.code, row.month) in there:
            faults.append(Fault("", row.number, MONTH, f"与第 {there[row.code, row.month]} 行重复"))
        there.setdefault((row.code, row.month), row.number)
    return faults


def _unit(line: Line, faults: list[Fault]) -> UnitRow:
    def read(column: str, parse: Callable[[str], Any]) -> Any:
        return _read(line, column, parse, faults)

    columns: dict[str, Any] = {
        "code": read(CODE, _code),
        "name": read(NAME, cells.text(NAME_LENGTH, is_needed=True)),
        "level": read(LEVEL, cells.choice(LEVEL_NAMES)),
        "operation": read(OPERATION, cells.choice(OPERATION_NAMES)),
        "serving": read(SERVING, cells.choice(SERVING_NAMES)),
    }
    optional: dict[str, tuple[str, Callable[[str], Any]]] = {
        REGION: ("region", cells.text(50)),
        CANTEENS: ("canteens", _count(1_000)),
        DINERS: ("diners", _count(1_000_000)),
        CONTACT: ("contact", cells.text(50)),
        ACTIVE: ("is_active", cells.flag(if_empty=True)),
    }
    for column, (name, parse) in optional.items():
        if column in line.cells:
            columns[name] = read(column, parse)
    phone = line.cells.get(PHONE)
    if phone is not None and "*" not in phone:
        columns["phone"] = read(PHONE, _phone)
    return UnitRow(line.number, columns)


def _report(line: Line, faults: list[Fault]) -> ReportRow:
    def read(column: str, parse: Callable[[str], Any]) -> Any:
        return _read(line, column, parse, faults)

    weighed = {name: read(column, _scaled(1_000, 3)) for column, name in GRAMS.items()}
    money = {name: read(column, _scaled(100, 2)) for column, name in FEN.items()}
    figures = Figures(
        diners=read(MONTH_DINERS, _count(_MOST)) or 0,
        meals_served=read(SERVED, _count(_MOST)) or 0,
        meals_measured=read(MEASURED, _count(_MOST)) or 0,
        remark=read(REMARK, cells.text(REMARK_LENGTH)) or "",
        **weighed,
        **money,
    )
    month = read(MONTH, _month) or date(2000, 1, 1)
    return ReportRow(line.number, read(CODE, cells.text(32, is_needed=True)) or "", month, figures)


def _read(line: Line, column: str, parse: Callable[[str], Any], faults: list[Fault]) -> Any:
    try:
        return parse(line.cells.get(column, ""))
    except WrongCell as wrong:
        faults.append(Fault("", line.number, column, str(wrong)))
        return None


def _code(text: str) -> str:
    if not policies.is_code(text):
        raise WrongCell("应为 1 到 32 个字母、数字、下划线、点或短横线")
    return text


def _count(most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = _number(text or "0")
        if number != int(number) or number > most:
            raise WrongCell(f"应为 0 到 {most} 的整数")
        return int(number)

    return parse


def _scaled(times: int, places: int) -> Callable[[str], int | None]:
    """An amount in the larger unit, in the smaller one; None for an empty cell, which is not zero."""

    def parse(text: str) -> int | None:
        if not text:
            return None
        number = _number(text) * times
        if number != int(number):
            raise WrongCell(f"最多 {places} 位小数")
        if number > _MOST * times:
            raise WrongCell("数值过大")
        return int(number)

    return parse


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise WrongCell("应为不小于 0 的数字")
    return Decimal(text.replace(",", ""))


def _month(text: str) -> date:
    found = _MONTH.fullmatch(text)
    if found is None:
        raise WrongCell("应为月份，如 2026-11")
    return date(int(found[1]), int(found[2]), 1)


def _phone(text: str) -> str:
    try:
        return policies.phone_of(text) if text else ""
    except AppError as refusal:
        raise WrongCell(refusal.msg) from refusal
