"""Rules of a payroll sheet: from lines of text to payments, or to what is wrong with them. Pure functions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Final

from backend.identity import policies as identity_policies
from backend.identity.models import StaffStatus
from backend.identity.sheets.parsing import NAME, STAFF_NO, Line
from backend.money import yuan

AMOUNT: Final = "金额（元）"
MEMO: Final = "备注"
COLUMNS: Final = (STAFF_NO, NAME, AMOUNT, MEMO)
# What else the column of amounts is called.
AMOUNT_NAMES: Final = (AMOUNT, "金额(元)", "金额")
LONGEST_MEMO: Final = 100
MOST_ROWS: Final = 10_000
# How many rows of a kind are told; all are counted.
MOST_TOLD: Final = 500

_AMOUNT = re.compile(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")
# Excel keeps 15 significant digits; what a formula's result has beyond them is noise of its binary form.
_AS_EXCEL = Context(prec=15)


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the roster knows under a staff number."""

    id: int
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class Payment:
    """What one line pays in for one person."""

    row: int
    staff_id: int
    staff_no: str
    name: str
    amount_fen: int
    memo: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault, by row number and column name."""

    row: int
    column: str
    msg: str


class Wrong(Exception):
    """One cell is wrong."""


def payments_of(
    lines: Iterable[Line], roster: Mapping[str, Person], *, limit_fen: int, importer_id: int
) -> tuple[list[Payment], list[Problem]]:
    """The payments of the lines that are right, and the faults of the others, both by row."""
    payments: list[Payment] = []
    problems: list[Problem] = []
    rows: dict[str, int] = {}
    for line in lines:
        faults = []
        amount_fen = 0
        try:
            amount_fen = fen_of(line.cells.get(AMOUNT, ""), limit_fen)
        except Wrong as wrong:
            faults.append(Problem(line.number, AMOUNT, str(wrong)))
        staff_no = identity_policies.plain(line.cells[STAFF_NO])
        person = roster.get(staff_no)
        faults += _faults_of_person(line, person, rows.get(staff_no), importer_id)
        memo = " ".join(line.cells.get(MEMO, "").split())
        if len(memo) > LONGEST_MEMO:
            faults.append(Problem(line.number, MEMO, f"不能超过 {LONGEST_MEMO} 个字符"))
        rows.setdefault(staff_no, line.number)
        if faults or person is None:
            problems += sorted(faults, key=lambda fault: COLUMNS.index(fault.column))
        else:
            payments.append(Payment(line.number, person.id, staff_no, person.name, amount_fen, memo))
    return payments, problems


def _faults_of_person(
    line: Line, person: Person | None, first_row: int | None, importer_id: int
) -> Sequence[Problem]:
    def fault(column: str, msg: str) -> Sequence[Problem]:
        return [Problem(line.number, column, msg)]

    if not line.cells[STAFF_NO]:
        return fault(STAFF_NO, "必填")
    if first_row is not None:
        return fault(STAFF_NO, f"与第 {first_row} 行重复，请合并为一行")
    if person is None:
        return fault(STAFF_NO, "花名册中没有这个工号")
    # A name on the roster stays where it is: the fault does not tell it to who mistyped a number.
    if identity_policies.normalise_name(line.cells[NAME]) != identity_policies.normalise_name(person.name):
        return fault(NAME, "与花名册上该工号的姓名不一致")
    if person.status != StaffStatus.ACTIVE:
        return fault(STAFF_NO, "该职工已停用或离职")
    if person.id == importer_id:
        return fault(STAFF_NO, "不能为本人入账，请由其他管理人员导入这一行")
    return ()


def fen_of(text: str, limit_fen: int) -> int:
    """An amount in yuan of at most two decimals, exactly. Raises Wrong."""
    if not text:
        raise Wrong("必填")
    if not _AMOUNT.fullmatch(text):
        raise Wrong("应为大于零的金额，如 200.00")
    fen = _AS_EXCEL.create_decimal(text.replace(",", "")) * 100
    if fen != fen.to_integral_value():
        raise Wrong("金额最多两位小数")
    if fen <= 0:
        raise Wrong("应为大于零的金额，如 200.00")
    if fen > Decimal(limit_fen):
        raise Wrong(f"单笔不能超过 {yuan(limit_fen)} 元")
    return int(fen)
