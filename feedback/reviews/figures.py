"""The figures of a bulletin: what a module says of its services, and how that is told and frozen.

A figure is kept as the sums that it is made of. What a print or a workbook shows follows from the frozen
figures alone. `Section` is what a module's provider gives; `frozen` is its JSON, with the month before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, Final

NOT_ENOUGH: Final = "数据不足"
NOTHING: Final = "—"
LEVEL: Final = "持平"
SCHEMA: Final = 1


class Kind(StrEnum):
    """A number of things; a share in per cent; a mean of `unit`; fen, told in yuan."""

    COUNT = "count"
    SHARE = "share"
    MEAN = "mean"
    MONEY = "money"


class Cell(StrEnum):
    """What a column of a table holds: a text, a number, a share ([part, whole]), tenths of a point, fen."""

    TEXT = "text"
    INT = "int"
    SHARE = "share"
    POINTS = "points"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. It is told only with `least` cases or more in the denominator, and if it `is_enough`.

    `coverage` is how many there were of how many (ratings of services, weighed of opened meals). With
    `is_present` it says how things stand now, whatever the month: there is none of a month before.
    """

    key: str
    name: str
    kind: Kind
    numerator: int
    denominator: int = 1
    unit: str = ""
    least: int = 1
    is_enough: bool = True
    coverage: tuple[int, int] | None = None
    is_present: bool = False

    @property
    def value(self) -> Decimal | None:
        """The number that is told: shares in per cent and means to one decimal, half up; None if withheld."""
        if self.denominator < max(self.least, 1) or not self.is_enough:
            return None
        if self.kind is Kind.COUNT:
            return Decimal(self.numerator)
        if self.kind is Kind.MONEY:
            return (Decimal(self.numerator) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        factor = 100 if self.kind is Kind.SHARE else 1
        return tenth(Decimal(self.numerator) * factor / self.denominator)

    @property
    def text(self) -> str:
        """`96.4%`, `1,234 件`, `54.5 克`, or 数据不足; `—` where there was nothing to divide by."""
        value = self.value
        if value is None:
            return NOTHING if self.kind is Kind.SHARE and not self.denominator else NOT_ENOUGH
        if self.kind is Kind.SHARE:
            return f"{value}%"
        return f"{value:,} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    cell: Cell = Cell.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a section; `shown` of its rows are printed, all of them are in the workbook and the JSON."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    shown: int = 5


@dataclass(frozen=True, slots=True)
class Section:
    """What a service came to. `told` names the figures of which the summary speaks; `notes`: 口径说明.

    `tables` are read when they are told: of the month before, with which figures are compared, none is.
    """

    key: str
    name: str
    figures: Sequence[Figure]
    told: Sequence[str] = ()
    tables: Sequence[Callable[[], Table]] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """A line of the trend: a figure's value in each of its months, None where it is withheld."""

    key: str
    name: str
    values: Sequence[Decimal | None]


def tenth(value: Decimal) -> Decimal:
    """Rounded half up to one decimal; never minus nought."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP) + 0


def change(now: Figure, before: Figure | None) -> str:
    """`上升 2.5 个百分点`, `下降 12.0%`, `持平`; `—` where there is nothing to compare."""
    if before is None or now.value is None or before.value is None:
        return NOTHING
    difference = now.value - before.value
    if not difference:
        return LEVEL
    word = "上升" if difference > 0 else "下降"
    if now.kind is Kind.SHARE:
        return f"{word} {abs(difference)} 个百分点"
    if not before.value:
        return NOTHING
    return f"{word} {tenth(abs(difference) * 100 / before.value)}%"


def frozen(
    sections: Sequence[Section],
    before: Sequence[Section],
    *,
    first_day: str,
    last_day: str,
    months: Sequence[str],
    trend: Sequence[Series],
) -> dict[str, Any]:
    """All of it as plain JSON."""
    then = {
        (section.key, figure.key): figure
        for section in before
        for figure in section.figures
        if not figure.is_present
    }
    return {
        "schema": SCHEMA,
        "first_day": first_day,
        "last_day": last_day,
        "sections": [_section(each, then) for each in sections],
        "trend": {
            "months": list(months),
            "series": [
                {
                    "key": each.key,
                    "name": each.name,
                    "values": [None if value is None else float(value) for value in each.values],
                }
                for each in trend
            ],
        },
        "summary": [sentence for each in sections if (sentence := _sentence(each, then))],
    }


def _section(section: Section, then: Mapping[tuple[str, str], Figure]) -> dict[str, Any]:
    return {
        "key": section.key,
        "name": section.name,
        "figures": [_figure(each, then.get((section.key, each.key))) for each in section.figures],
        "tables": [_table(each()) for each in section.tables],
        "notes": list(section.notes),
    }


def _figure(now: Figure, before: Figure | None) -> dict[str, Any]:
    return {
        "key": now.key,
        "name": now.name,
        "kind": now.kind.value,
        "unit": now.unit,
        **_sums(now),
        "least": now.least,
        "coverage": _pair(now.coverage),
        "before": _sums(before) if before is not None else None,
        "value": float(now.value) if now.value is not None else None,
        "text": now.text,
        "before_text": before.text if before is not None else NOTHING,
        "change": change(now, before),
    }


def _sums(figure: Figure) -> dict[str, int | None]:
    """The sums behind it; those of what is withheld are withheld, too, but for how many there were."""
    is_told = figure.value is not None
    return {"numerator": figure.numerator if is_told else None, "denominator": figure.denominator}


def _pair(coverage: tuple[int, int] | None) -> dict[str, int] | None:
    return {"numerator": coverage[0], "denominator": coverage[1]} if coverage is not None else None


def _table(table: Table) -> dict[str, Any]:
    return {
        "key": table.key,
        "title": table.title,
        "columns": [{"name": each.name, "cell": each.cell.value} for each in table.columns],
        "rows": [[list(cell) if isinstance(cell, tuple) else cell for cell in row] for row in table.rows],
        "shown": table.shown,
    }


def _sentence(section: Section, then: Mapping[tuple[str, str], Figure]) -> str:
    """`维修服务：报修 12 件，完成及时率 96.4%（环比上升 2.5 个百分点）。`"""
    told = [
        _told(each, then.get((section.key, each.key)))
        for each in section.figures
        if each.key in section.told and each.value is not None
    ]
    return f"{section.name}：{'，'.join(told)}。" if told else ""


def _told(now: Figure, before: Figure | None) -> str:
    compared = change(now, before)
    if compared in (NOTHING, LEVEL):
        return f"{now.name} {now.text}"
    return f"{now.name} {now.text}（环比{compared}）"
