"""Rollups: tables of sums that are kept beside the facts which they follow from.

What a fact adds to which rows are its *contributions*. Whoever changes a fact writes the difference between
its contributions before and after in the same unit of work, so that a statistic reads few rows however long
the history is; whoever doubts the sums counts all facts again and compares.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, delete, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from backend.db import Base, db, table, unit
from backend.statements import Statement

Key: TypeAlias = tuple[Any, ...]
Contributions: TypeAlias = dict[Key, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of a table where what is kept is not what the facts add up to; both by the sums' names."""

    table: str
    key: Key
    kept: Mapping[str, int]
    counted: Mapping[str, int]

    def __str__(self) -> str:
        return f"{self.table} {' '.join(map(str, self.key))}：{self.changes}"

    @property
    def changes(self) -> str:
        """`submitted 明细 3，统计 2`: what was counted and what is kept, of each sum that differs."""
        return "，".join(
            f"{name} 明细 {number}，统计 {self.kept[name]}"
            for name, number in self.counted.items()
            if number != self.kept[name]
        )


def add_to(found: Contributions, key: Key, numbers: Mapping[str, int], sign: int = 1) -> None:
    """Add numbers to what is found for a key already, or, with -1, take them from it."""
    standing = found.setdefault(key, {})
    for name, number in numbers.items():
        standing[name] = standing.get(name, 0) + sign * number


class Rollup:
    """A table of `sums` by `keys`, its primary key."""

    def __init__(self, model: type[Base], keys: Sequence[str], sums: Sequence[str]) -> None:
        self.table, self.keys, self.sums = table(model), tuple(keys), tuple(sums)
        self._nothing = dict.fromkeys(self.sums, 0)
        self._add = Statement(
            {"sqlite": self._adding(sqlite), "postgresql": self._adding(postgresql)},
            columns=[*self.keys, *self.sums],
        )

    def write(self, before: Contributions, after: Contributions) -> None:
        """Add the differences between what facts added and what they add now."""
        deltas: Contributions = {}
        for contributions, sign in ((before, -1), (after, 1)):
            for key, numbers in contributions.items():
                add_to(deltas, key, numbers, sign)
        self.add(deltas)

    @contextmanager
    def kept(self, fact_id: int, contributions: Callable[[], Contributions]) -> Iterator[None]:
        """Whatever of a fact changes within, the table follows in the same unit of work; reentrant."""
        unit()
        held: set[int] = db.session().info.setdefault(f"rollup {self.table.name}", set())
        if fact_id in held:
            yield
            return
        before = contributions()
        held.add(fact_id)
        try:
            yield
        finally:
            held.discard(fact_id)
        self.write(before, contributions())

    def add(self, deltas: Contributions) -> None:
        """Add to what stands, by rising key: units wait for one another instead of locking each other out."""
        rows = [
            {**dict(zip(self.keys, key, strict=True)), **self._nothing, **deltas[key]}
            for key in sorted(deltas)
            if any(deltas[key].values())
        ]
        if rows:
            self._add.many(unit(), rows)

    def total(self, conditions: Collection[ColumnElement[bool]]) -> list[int]:
        """The sums of the rows for which the conditions hold, in the order of `sums`; one statement."""
        columns = (func.coalesce(func.sum(self.table.c[name]), 0) for name in self.sums)
        return [int(number) for number in db.session.execute(select(*columns).where(*conditions)).one()]

    def by(
        self, dimension: str, conditions: Collection[ColumnElement[bool]]
    ) -> Iterator[tuple[Any, list[int]]]:
        """The same by one of `keys`; what has nothing is left out. One statement."""
        if dimension not in self.keys:
            raise ValueError(f"{dimension} is no dimension of {self.table.name}")
        by_what = self.table.c[dimension]
        columns = (func.sum(self.table.c[name]) for name in self.sums)
        statement = select(by_what, *columns).where(*conditions).group_by(by_what)
        for key, *numbers in db.session.execute(statement):
            yield key, [int(number) for number in numbers]

    def hold(self) -> None:
        """Let nobody else write until the unit ends: who has written is waited for, the others follow."""
        connection = unit()
        if connection.dialect.name == "postgresql":  # On SQLite a unit holds the whole database.
            connection.execute(text(f"LOCK TABLE {self.table.name} IN EXCLUSIVE MODE"))

    def differences(self, counted: Contributions) -> list[Difference]:
        """Every row that is not what was counted; a row of zeros is no row."""
        kept, found = self._kept(), []
        for key in sorted(kept.keys() | counted.keys()):
            is_, should = kept.get(key, self._nothing), {**self._nothing, **counted.get(key, {})}
            if is_ != should:
                found.append(Difference(self.table.name, key, is_, should))
        return found

    def replace(self, counted: Contributions) -> None:
        """Write the table anew from what was counted, in the open unit."""
        unit().execute(delete(self.table))
        self.add(counted)

    def _kept(self) -> Contributions:
        return {
            tuple(row[name] for name in self.keys): {name: row[name] for name in self.sums}
            for row in db.session.execute(select(self.table)).mappings()
        }

    def _adding(self, dialect: Any) -> Any:
        statement = dialect.insert(self.table)
        return statement.on_conflict_do_update(
            index_elements=list(self.keys),
            set_={name: self.table.c[name] + statement.excluded[name] for name in self.sums},
        )
