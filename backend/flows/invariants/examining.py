"""What an invariant is, and how one is examined: by SQL of its own, a statement for each question."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, text

from backend.db import UTCDateTime, db

# How many faults are told of one invariant; all are counted.
TOLD_AT_MOST: Final = 20


@dataclass(slots=True)
class Examination:
    """One invariant being looked at: how many rows were, and what is wrong, in Chinese, with identifiers.

    Nothing of a person is told but the number of the row in `staff`.
    """

    rows: int = 0
    count: int = 0
    told: list[str] = field(default_factory=list)

    def fault(self, sentence: str) -> None:
        """Note what is wrong."""
        self.count += 1
        if len(self.told) < TOLD_AT_MOST:
            self.told.append(sentence)

    def faults(self, sentences: Iterable[str]) -> None:
        """Note each of these."""
        for sentence in sentences:
            self.fault(sentence)

    def ask(self, statement: str, sentence: str, **values: Any) -> None:
        """Note `sentence` for every row that the statement finds, filled in with the row's columns.

        The statement suits both databases.
        """
        for row in rows(statement, **values):
            self.fault(sentence.format(**row))

    def look_at(self, *tables: str) -> None:
        """Count the rows of these tables as looked at."""
        for name in tables:
            [row] = rows(f"SELECT count(*) AS n FROM {name}")  # noqa: S608 # Names that stand in this package.
            self.rows += int(row["n"])


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that is always so. `mend` is what to do where it is not; `run` notes every fault."""

    key: str
    title: str
    run: Callable[[Examination], None]
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of one: at most `TOLD_AT_MOST` sentences, how many faults there are, and how long it took."""

    key: str
    title: str
    rows: int
    violations: tuple[str, ...]
    count: int
    seconds: float
    mend: str

    @property
    def is_kept(self) -> bool:
        """Whether nothing is wrong."""
        return self.count == 0


def rows(statement: str, **values: Any) -> Sequence[RowMapping]:
    """The rows that a statement finds; instants among the values are bound as the columns keep them."""
    instants = [
        bindparam(name, type_=UTCDateTime) for name, value in values.items() if isinstance(value, datetime)
    ]
    return db.session.execute(text(statement).bindparams(*instants), values).mappings().all()


def examine_one(invariant: Invariant) -> Examined:
    """Look at one invariant, as the database is now."""
    started = time.monotonic()
    examination = Examination()
    db.session.rollback()  # What was being read before may be a moment of the past.
    try:
        invariant.run(examination)
    finally:
        db.session.rollback()
    return Examined(
        invariant.key,
        invariant.title,
        examination.rows,
        tuple(examination.told),
        examination.count,
        time.monotonic() - started,
        invariant.mend,
    )
