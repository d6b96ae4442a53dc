"""Constant statements about many rows at once: a list is one bind parameter, whatever its length.

PostgreSQL takes an array and keeps the statement prepared; SQLite reads the list from JSON.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import orjson
from sqlalchemy import Column, String, Table, any_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ColumnElement
from sqlalchemy.types import TypeDecorator

from backend.statements import Construct, Statement

Among: TypeAlias = Callable[[Column[Any], str], ColumnElement[bool]]


class _Listed(TypeDecorator[Any]):
    """A list as JSON text; dates become what SQLite keeps of them."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return orjson.dumps(value).decode()


def _in_array(column: Column[Any], name: str) -> ColumnElement[bool]:
    kind: Any = postgresql.ARRAY(column.type)
    return column == any_(bindparam(name, type_=kind))


def _in_json(column: Column[Any], name: str) -> ColumnElement[bool]:
    return column.in_(select(func.json_each(bindparam(name, type_=_Listed())).table_valued("value").c.value))


def statement_among(build: Callable[[Among], Construct]) -> Statement:
    """The statement that `build` makes of a way to say that a column is among the values of a parameter."""
    return Statement({"postgresql": build(_in_array), "sqlite": build(_in_json)})


def upsert_sums(into: Table, keys: Sequence[str], sums: Sequence[str]) -> Statement:
    """Add to the rows of these keys, or make them: of lists by column on PostgreSQL, row by row on SQLite."""
    columns = [*keys, *sums]
    one_by_one = sqlite.insert(into)
    arrays = [func.unnest(bindparam(name, type_=_array_of(into.c[name]))).label(name) for name in columns]
    at_once = postgresql.insert(into).from_select(columns, select(*arrays))
    return Statement(
        {
            "sqlite": one_by_one.on_conflict_do_update(
                index_elements=list(keys),
                set_={name: into.c[name] + one_by_one.excluded[name] for name in sums},
            ),
            "postgresql": at_once.on_conflict_do_update(
                index_elements=list(keys),
                set_={name: into.c[name] + at_once.excluded[name] for name in sums},
            ),
        },
        columns,
    )


def _array_of(column: Column[Any]) -> Any:
    return postgresql.ARRAY(column.type)
