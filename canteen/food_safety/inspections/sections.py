"""A ledger as the export shows it: every record in the workbook, and a line a day or a meal on paper.

On paper what belongs together stands in one cell, and the columns have fixed widths: a month of a busy
kitchen has tens of thousands of values, and to lay out each by itself, or to find out how wide a column could
be, takes half a minute.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple, TypeVar

from backend import clock
from backend.documents.environment import instant
from backend.documents.sheets import Column

T = TypeVar("T")


class Head(NamedTuple):
    """A column on paper, with its width in millimetres; without one it takes what is left."""

    title: str
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A ledger of a period. `heads` and `lines` are what stands on paper, `rows` what the workbook has."""

    key: str
    title: str
    note: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    heads: Sequence[Head]
    lines: Sequence[Sequence[str]]

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.rows)


def by(items: Iterable[T], key: Callable[[T], Any]) -> list[tuple[Any, list[T]]]:
    """The items in their order, those of one key that follow each other together."""
    return [(name, list(group)) for name, group in groupby(items, key)]


def joined(texts: Iterable[str]) -> str:
    """One text after the other, each on a line."""
    return "\n".join(texts)


def on(day: date) -> str:
    """`2026-11-23`."""
    return f"{day:%Y-%m-%d}"


def clocked(at: Any) -> str:
    """`07:10`."""
    return f"{clock.local(at):%H:%M}" if at is not None else ""


def stamped(at: Any) -> str:
    """`2026-11-23 07:10`."""
    return instant(at) if at is not None else ""
