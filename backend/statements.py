"""Constant statements of the hot paths, run on the driver's own cursor.

A statement is written in SQLAlchemy Core, so that it names columns and suits both databases, is compiled
once for each, and then costs what the driver costs: at an order's dozen statements the rest of the way
through SQLAlchemy is a third of the request. Everything else uses the session. See docs/adr/0008.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Delete, Insert, Select, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeEngine

Processor = Callable[[Any], Any] | None
Row = tuple[Any, ...]
Construct = Select[Any] | Insert | Update | Delete | ReturningInsert[Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as one database takes it: its text, how to bind values and how to read results."""

    text: str
    binds: Sequence[tuple[str, Processor]]
    constants: Mapping[str, Any]
    is_positional: bool
    results: Sequence[Processor] | None

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """The values in the shape that the driver takes."""
        given = {**self.constants, **values} if self.constants else values
        if self.is_positional:
            return [bind(given[name]) if bind else given[name] for name, bind in self.binds]
        return {name: bind(given[name]) if bind else given[name] for name, bind in self.binds}

    def read(self, row: Row) -> Row:
        """A row as the columns' types read it."""
        if self.results is None:
            return row
        return tuple(read(value) if read else value for read, value in zip(self.results, row, strict=True))


class Statement:
    """A constant SELECT, INSERT or UPDATE with named bind parameters.

    An INSERT names its `columns`; what differs between the databases is given by dialect. Errors are
    raised as SQLAlchemy's. The connection is the open unit's, or one that only reads.
    """

    def __init__(self, construct: Construct | Mapping[str, Construct], columns: Sequence[str] = ()) -> None:
        self._construct = construct
        self._columns = list(columns) or None
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Every row, or what RETURNING gives."""
        compiled, cursor = self._execute(connection, values)
        return [compiled.read(row) for row in cursor.fetchall()]

    def row(self, connection: Connection, values: Mapping[str, Any]) -> Row | None:
        """The one row, or None."""
        compiled, cursor = self._execute(connection, values)
        found = cursor.fetchone()
        return compiled.read(found) if found is not None else None

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run once for each row of values; returns how many rows of the table it touched in all."""
        compiled = self._for(connection.dialect)
        parameters = [compiled.parameters(values) for values in rows]
        cursor = _cursor(connection)
        try:
            if len(parameters) == 1:
                cursor.execute(compiled.text, parameters[0])
            else:
                cursor.executemany(compiled.text, parameters)
        except (sqlite3.Error, psycopg.Error) as error:
            raise _as_sqlalchemys(error, connection, compiled.text) from error
        return int(cursor.rowcount)

    def _execute(self, connection: Connection, values: Mapping[str, Any]) -> tuple[_Compiled, Any]:
        compiled = self._for(connection.dialect)
        cursor = _cursor(connection)
        try:
            cursor.execute(compiled.text, compiled.parameters(values))
        except (sqlite3.Error, psycopg.Error) as error:
            raise _as_sqlalchemys(error, connection, compiled.text) from error
        return compiled, cursor

    def _for(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            construct = self._construct
            if isinstance(construct, Mapping):
                construct = construct[dialect.name]
            compiled = self._compiled[dialect.name] = _compile(construct, dialect, self._columns)
        return compiled


def insert_or_nothing(into: Table, columns: Sequence[str], returning: str) -> Statement:
    """An INSERT that does nothing, and returns nothing, where a unique constraint is in the way."""
    by_dialect: dict[str, Construct] = {
        name: dialect.insert(into).on_conflict_do_nothing().returning(into.c[returning])
        for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
    }
    return Statement(by_dialect, columns)


def _compile(construct: Any, dialect: Dialect, columns: list[str] | None) -> _Compiled:
    compiled = construct.compile(dialect=dialect, column_keys=columns)
    names = compiled.positiontup if compiled.positional else list(compiled.binds)
    described: Sequence[Any]
    if isinstance(construct, Select):
        described = construct.column_descriptions
    else:
        described = getattr(construct, "returning_column_descriptions", ())
    results = [_implementation(each["type"], dialect).result_processor(dialect, None) for each in described]
    return _Compiled(
        text=compiled.string,
        binds=[
            (name, _implementation(compiled.binds[name].type, dialect).bind_processor(dialect))
            for name in names
        ],
        constants={name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        is_positional=compiled.positional,
        results=results if any(results) else None,
    )


def _implementation(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)


def _cursor(connection: Connection) -> Any:
    driver_connection: Any = connection.connection.dbapi_connection
    return driver_connection.cursor()


def _as_sqlalchemys(error: Exception, connection: Connection, text: str) -> BaseException:
    """The error as SQLAlchemy would raise it; a lost connection is not put back into the pool."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)  # type: ignore[arg-type] # The driver's own errors are what it takes.
    if is_lost:
        connection.invalidate(error)
        # What ended this connection (a restart, a failover) ended its siblings in the pool as well.
        connection.engine.dispose()
    base: type[Exception] = psycopg.Error if isinstance(error, psycopg.Error) else sqlite3.Error
    return DBAPIError.instance(
        text,
        None,
        error,
        base,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
        ismulti=None,
    )


class BulkInsert:
    """Many new rows at once, as tuples in the order of `columns`: COPY on PostgreSQL, else executemany.

    `columns` stand in the table's order. A row that breaks a constraint raises, and nothing is stored:
    whoever calls it has made sure before.
    """

    def __init__(self, into: Table, columns: Sequence[str]) -> None:
        if [column.key for column in into.c if column.key in columns] != [*columns]:
            raise ValueError("the columns of a bulk insert stand in the table's order")
        self._into, self._columns = into, list(columns)
        self._insert: tuple[str, list[Processor]] | None = None
        names = ", ".join(self._columns)
        self._copy = f"COPY {into.name} ({names}) FROM STDIN (FORMAT BINARY)"
        self._types: list[str] | None = None

    def rows(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Insert the rows. Errors are raised as SQLAlchemy's."""
        try:
            if connection.dialect.name == "postgresql":
                self._copy_rows(connection, rows)
            else:
                self._insert_rows(connection, rows)
        except (sqlite3.Error, psycopg.Error) as error:
            raise _as_sqlalchemys(error, connection, self._copy) from error

    def _copy_rows(self, connection: Connection, rows: Sequence[Row]) -> None:
        if self._types is None:
            self._types = [_pg_type(self._into.c[name].type, connection.dialect) for name in self._columns]
        with _cursor(connection).copy(self._copy) as copy:
            copy.set_types(self._types)
            write_row = copy.write_row
            for row in rows:
                write_row(row)

    def _insert_rows(self, connection: Connection, rows: Sequence[Row]) -> None:
        if self._insert is None:
            dialect = connection.dialect
            compiled = self._into.insert().compile(dialect=dialect, column_keys=self._columns)
            binds: list[Processor] = [
                _implementation(self._into.c[name].type, dialect).bind_processor(dialect)
                for name in self._columns
            ]
            self._insert = compiled.string, binds
        text, processors = self._insert
        given = [
            [bind(value) if bind else value for bind, value in zip(processors, row, strict=True)]
            for row in rows
        ]
        _cursor(connection).executemany(text, given)


def _pg_type(kind: TypeEngine[Any], dialect: Dialect) -> str:
    """The name of a column's type without its length, which the table itself sees to."""
    name = _implementation(kind, dialect).compile(dialect=dialect).lower()
    return {"timestamp with time zone": "timestamptz"}.get(name, name.partition("(")[0])
