"""Inserting many rows at once: COPY on PostgreSQL, the driver's executemany on SQLite."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, func, select, text
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import TypeEngine

from backend.flows.demo.tables import Batch
from backend.identity.models import Staff


def claim(connection: Connection) -> None:
    """Let one process at a time seed. On SQLite the open unit holds the one write lock already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {Staff.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def load(connection: Connection, batch: Batch) -> int:
    """Insert the rows within the open transaction; returns how many."""
    if not batch.rows:
        return 0
    rows = _converted(batch, connection.dialect)
    if connection.dialect.name == "postgresql":
        _copy(connection, batch, rows)
    else:
        columns = ", ".join(batch.columns)
        marks = ", ".join("?" * len(batch.columns))
        statement = f"INSERT INTO {batch.table.name} ({columns}) VALUES ({marks})"  # noqa: S608 - our own names.
        _driver(connection).executemany(statement, rows)
    return len(batch.rows)


def finish(connection: Connection, loaded: Iterable[Batch]) -> None:
    """Let the sequences of explicit ids go on after them, and tell the planner what has come.

    SQLite goes on after the largest id by itself, and needs no statistics for what we ask of it.
    """
    if connection.dialect.name != "postgresql":
        return
    for batch in loaded:
        if "id" in batch.columns:
            connection.execute(
                select(
                    func.setval(
                        func.pg_get_serial_sequence(batch.table.name, "id"),
                        select(func.max(batch.table.c.id)).scalar_subquery(),
                    )
                )
            )
        connection.execute(text(f"ANALYZE {batch.table.name}"))


def _copy(connection: Connection, batch: Batch, rows: Iterable[Sequence[Any]]) -> None:
    columns = ", ".join(batch.columns)
    with _driver(connection).copy(f"COPY {batch.table.name} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _driver(connection: Connection) -> Any:
    """A cursor of the driver, within the connection's transaction."""
    return connection.connection.cursor()


def _converted(batch: Batch, dialect: Dialect) -> Iterable[Sequence[Any]]:
    """The rows as the driver takes them. Column by column, which is several times as fast as by row."""
    types = [batch.table.c[name].type for name in batch.columns]
    processors = [_processor(kind, dialect) for kind in types]
    if not any(processors):
        return batch.rows
    columns = zip(*batch.rows, strict=True)
    return zip(
        *(
            map(process, column) if process else column
            for process, column in zip(processors, columns, strict=True)
        ),
        strict=True,
    )


def _processor(kind: TypeEngine[Any], dialect: Dialect) -> Any:
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    # A day comes thousands of times.
    return lru_cache(process) if process and isinstance(kind, Date) else process
