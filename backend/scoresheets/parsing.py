"""From a workbook, or a TOML text, to what a score sheet says. Pure; every fault by worksheet and row."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from backend.documents import cells, reading
from backend.documents.cells import WrongCell
from backend.documents.reading import Fault, Line, Table
from backend.scoresheets import policies
from backend.scoresheets.models import REASON_LENGTH, EvidenceKind, Inapplicable
from backend.scoresheets.policies import (
    MOST_GRADES,
    MOST_ITEMS,
    MOST_REASONS,
    MOST_TENTHS,
    Content,
    Grade,
    Item,
    Reason,
)
from backend.scoresheets.titles import EVIDENCE_NAMES, INAPPLICABLE_NAMES

ABOUT: Final = "基本信息"
ITEMS: Final = "指标"
REASONS: Final = "失分原因"
GRADES: Final = "等级"

SUBJECT: Final = "项目"
TEXT: Final = "内容"
CODE, TITLE, REGION, YEAR = "编号", "名称", "地区", "年度"
SOURCE, INAPPLICABLE, NOTE = "依据", "不适用指标", "说明"
# What the first worksheet tells, one row each, with how long it may be.
FACTS: Final = {CODE: 40, TITLE: 100, REGION: 50, YEAR: 4, SOURCE: 2000, INAPPLICABLE: 20, NOTE: 2000}

LEVEL1, LEVEL2, LEVEL3 = "一级指标", "二级指标", "三级指标"
NUMBER, POINTS, SCORING = "序号", "分值", "评分办法"
EVIDENCE, METRIC, MAY_BE = "佐证方式", "数据项", "可不适用"
ITEM_COLUMNS: Final = (LEVEL1, LEVEL2, LEVEL3, NUMBER, POINTS, SCORING, EVIDENCE, METRIC, MAY_BE)
REASON: Final = "失分原因"
DEDUCTION: Final = "建议扣分"
REASON_COLUMNS: Final = (NUMBER, REASON, DEDUCTION)
GRADE, FROM, FAILING = "等级", "起点分", "不合格"
GRADE_COLUMNS: Final = (GRADE, FROM, FAILING)

TABLES: Final[Mapping[str, Table]] = {
    ABOUT: Table((SUBJECT, TEXT), (SUBJECT, TEXT), 20),
    ITEMS: Table(ITEM_COLUMNS, (LEVEL1, LEVEL2, NUMBER, POINTS, SCORING, EVIDENCE), MOST_ITEMS),
    REASONS: Table(REASON_COLUMNS, (NUMBER, REASON), MOST_ITEMS * MOST_REASONS),
    GRADES: Table(GRADE_COLUMNS, GRADE_COLUMNS, MOST_GRADES),
}
_POINTS = re.compile(r"[0-9]{1,4}(\.[0-9])?")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class _Reader:
    """Reads cells and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def wrong(self, sheet: str, row: int, column: str, msg: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(sheet, row, column, msg))

    def read(self, sheet: str, line: Line, column: str, parse: Callable[[str], Any], default: Any) -> Any:
        """A cell as `parse` has it; where that refuses, a fault and the default."""
        try:
            return parse(line.cells.get(column, ""))
        except WrongCell as wrong:
            self.wrong(sheet, line.number, column, str(wrong))
            return default


def read_content(data: bytes) -> Content:
    """What a workbook says that `documents.sheet_workbook` made, or a person after it.

    Raises SheetTooLarge, SheetUnreadable, WorksheetMissing, ColumnsMissing or RowsRejected, with every fault.
    """
    tables = reading.read_tables(data, TABLES)
    reader = _Reader()
    facts = _facts(reader, tables[ABOUT])
    reasons = _reasons(reader, tables[REASONS], {line.cells.get(NUMBER, "") for line in tables[ITEMS]})
    items = tuple(_item(reader, line, reasons) for line in tables[ITEMS])
    grades = tuple(_grade(reader, line) for line in tables[GRADES])
    rows = _rows_by_number(reader, tables[ITEMS])
    reading.refuse(reader.faults)
    content = Content(
        code=facts[CODE],
        title=facts[TITLE],
        region=facts[REGION],
        year=facts[YEAR],
        source=facts[SOURCE],
        inapplicable=facts[INAPPLICABLE],
        note=facts[NOTE],
        items=items,
        grades=_in_order(grades),
    )
    _check_whole(reader, content, rows)
    reading.refuse(reader.faults)
    return content


def content_of(text: str) -> Content:
    """What a TOML text says; points are numbers. Raises ValueError or KeyError for a wrong one."""
    said = tomllib.loads(text, parse_float=Decimal)
    return Content(
        code=said["code"],
        title=said["title"],
        region=said.get("region", ""),
        year=said["year"],
        source=said["source"].strip(),
        inapplicable=Inapplicable(said["inapplicable"]),
        note=said.get("note", "").strip(),
        items=tuple(_item_of(each) for each in said["items"]),
        grades=_in_order(
            Grade(each["title"], _tenths_of(each["from"]), each.get("is_failing", False))
            for each in said["grades"]
        ),
    )


def _in_order(grades: Any) -> tuple[Grade, ...]:
    return tuple(sorted(grades, key=lambda grade: -grade.from_tenths))


def _item_of(said: Mapping[str, Any]) -> Item:
    return Item(
        number=str(said["number"]),
        level1=said["level1"],
        level2=said["level2"],
        level3=said.get("level3", ""),
        points_tenths=_tenths_of(said["points"]),
        scoring=said["scoring"].strip(),
        evidence=EvidenceKind(said["evidence"]),
        metric_key=said.get("metric", ""),
        may_be_inapplicable=said.get("may_be_inapplicable", False),
        reasons=tuple(
            Reason(each["text"], _tenths_of(each["points"]) if "points" in each else None)
            for each in said.get("reasons", ())
        ),
    )


def _tenths_of(points: int | Decimal) -> int:
    return policies.tenths(Decimal(points))


def _facts(reader: _Reader, lines: Sequence[Line]) -> dict[str, Any]:
    parsers: dict[str, Callable[[str], Any]] = {
        **{name: cells.text(most, is_needed=name == TITLE) for name, most in FACTS.items()},
        CODE: _code,
        YEAR: _year,
        INAPPLICABLE: cells.choice(INAPPLICABLE_NAMES),
    }
    defaults: dict[str, Any] = {YEAR: 0, INAPPLICABLE: Inapplicable.RESCALE}
    found: dict[str, Any] = {}
    for line in lines:
        name = line.cells[SUBJECT]
        if name not in parsers:
            reader.wrong(ABOUT, line.number, SUBJECT, f"应为以下之一：{'、'.join(FACTS)}")
        elif name in found:
            reader.wrong(ABOUT, line.number, SUBJECT, f"“{name}”重复")
        else:
            found[name] = reader.read(ABOUT, line, TEXT, parsers[name], defaults.get(name, ""))
    for name in (CODE, TITLE, YEAR, INAPPLICABLE):
        if name not in found:
            reader.wrong(ABOUT, 1, SUBJECT, f"缺少“{name}”")
    return {name: found.get(name, defaults.get(name, "")) for name in FACTS}


def _item(reader: _Reader, line: Line, reasons: Mapping[str, tuple[Reason, ...]]) -> Item:
    def read(column: str, parse: Callable[[str], Any], default: Any = "") -> Any:
        return reader.read(ITEMS, line, column, parse, default)

    number = read(NUMBER, cells.text(10, is_needed=True))
    return Item(
        number=number,
        level1=read(LEVEL1, cells.text(60, is_needed=True)),
        level2=read(LEVEL2, cells.text(100, is_needed=True)),
        level3=read(LEVEL3, cells.text(300)),
        points_tenths=read(POINTS, _tenths, 1),
        scoring=read(SCORING, cells.text(2000, is_needed=True)),
        evidence=read(EVIDENCE, cells.choice(EVIDENCE_NAMES), EvidenceKind.DOCUMENT),
        metric_key=read(METRIC, cells.text(60)),
        may_be_inapplicable=read(MAY_BE, cells.flag(if_empty=False), default=False),
        reasons=reasons.get(number, ()),
    )


def _reasons(reader: _Reader, lines: Sequence[Line], numbers: set[str]) -> dict[str, tuple[Reason, ...]]:
    found: dict[str, tuple[Reason, ...]] = {}
    for line in lines:
        number = reader.read(REASONS, line, NUMBER, cells.text(10, is_needed=True), "")
        text = reader.read(REASONS, line, REASON, cells.text(REASON_LENGTH, is_needed=True), "")
        deduction = reader.read(REASONS, line, DEDUCTION, _tenths_if_any, None)
        if number and number not in numbers:
            reader.wrong(REASONS, line.number, NUMBER, f"指标中没有序号 {number}")
        found[number] = (*found.get(number, ()), Reason(text, deduction))
        if len(found[number]) == MOST_REASONS + 1:
            reader.wrong(REASONS, line.number, NUMBER, f"每项最多 {MOST_REASONS} 个失分原因")
    return found


def _grade(reader: _Reader, line: Line) -> Grade:
    return Grade(
        title=reader.read(GRADES, line, GRADE, cells.text(20, is_needed=True), ""),
        from_tenths=reader.read(GRADES, line, FROM, _tenths_or_zero, 0),
        is_failing=reader.read(GRADES, line, FAILING, cells.flag(if_empty=False), default=False),
    )


def _rows_by_number(reader: _Reader, lines: Sequence[Line]) -> dict[str, int]:
    """Where each item stands; a number that is repeated is a fault."""
    rows: dict[str, int] = {}
    for line in lines:
        number = line.cells[NUMBER]
        if number in rows:
            reader.wrong(ITEMS, line.number, NUMBER, f"与第 {rows[number]} 行重复")
        rows.setdefault(number, line.number)
    return rows


def _check_whole(reader: _Reader, content: Content, rows: Mapping[str, int]) -> None:
    """What no cell alone shows; what is wrong with an item is told at its row."""
    by_number = {f"第 {item.number} 项": rows[item.number] for item in content.items}
    for problem in policies.problems(content):
        named = next((row for name, row in by_number.items() if problem.startswith(name)), None)
        sheet = ITEMS if named is not None else GRADES
        reader.wrong(sheet, named or 1, "", problem)


def _code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise WrongCell("应为 1 到 40 个字母、数字、下划线或短横线")
    return text


def _year(text: str) -> int:
    if not re.fullmatch(r"2[0-9]{3}", text):
        raise WrongCell("应为年度，如 2026")
    return int(text)


def _tenths_or_zero(text: str) -> int:
    if not _POINTS.fullmatch(text) or policies.tenths(Decimal(text)) > MOST_TENTHS:
        raise WrongCell("应为分数，最多一位小数")
    return policies.tenths(Decimal(text))


def _tenths(text: str) -> int:
    found = _tenths_or_zero(text)
    if not found:
        raise WrongCell("应大于 0")
    return found


def _tenths_if_any(text: str) -> int | None:
    return _tenths(text) if text else None
