"""Worlds that hundreds of tests begin with (an estate, a hall, a lunch …), furnished once in a process.

To furnish one takes dozens of units of work, longer than many a test. The first test that asks for a world
furnishes it; what that wrote is kept, and is laid out in the databases of the tests after it. Their rows,
identifiers, tokens and log-ins are those of the first. Where somebody has written to the database before, and
where another process serves it, a world is furnished as ever.
"""

import io
import pickle
import re
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from copy import copy
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol, TypeVar

import psycopg
from sqlalchemy import make_url

from backend import revisions
from backend.config import settings as running_settings
from backend.db import Base, db
from tests.applications import Applications
from tests.factories import Compound

W = TypeVar("W")
# One statement per table and its rows; ordered, so that equal contents look equal.
_CONTENTS = """
    SELECT string_agg(format(
        'SELECT %L, coalesce((SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM %I t), '''')',
        relname, relname), ' UNION ALL ')
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"""
_COUNTERS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
_COLUMNS = """
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
        string_agg(format('quote_nullable(%%I)', attname), ', ' ORDER BY attnum)
    FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"""


class _Database(Protocol):
    """What furnishing wrote to a database."""

    def is_fit(self) -> bool:
        """Whether the running test's database can be written to past the application."""

    def lay_out(self) -> None:
        """Write it to the running test's database, which is empty."""


@dataclass(frozen=True, slots=True)
class _World:
    """A furnished world, and what became of the process and the database."""

    pickled: bytes
    counted: "count[int]"
    topics: Counter[str]
    database: _Database


class Worlds:
    """The worlds of one process of tests."""

    def __init__(self, applications: Applications, folder: Path) -> None:
        self._applications = applications
        self._folder = folder
        self._kept: dict[tuple[Callable[..., Any], str, bytes], _World] = {}

    def one(self, make: Callable[[Compound], W], compound: Compound) -> W:
        """`make(compound)`, which depends on nothing else, in the running test's database."""
        if not self._is_untouched(compound):
            return make(compound)
        key = make, db.engine.dialect.name, running_settings().secret_key
        if key not in self._kept:
            return self._furnish(key, make, compound)
        if not self._kept[key].database.is_fit():
            return make(compound)
        return _laid_out(self._kept[key], compound)

    def _is_untouched(self, compound: Compound) -> bool:
        return self._applications.is_untouched(compound.app) and repr(compound._count) == "count(1)"

    def _furnish(self, key: Any, make: Callable[[Compound], W], compound: Compound) -> W:
        topics = Counter(revisions._revisions)
        before = _Postgres.look() if key[1] == "postgresql" else None
        made = make(compound)
        database: _Database | None = (
            _Sqlite.kept(self._folder / f"{len(self._kept)}.db") if before is None else _Postgres.kept(before)
        )
        if database is not None:
            bumped = Counter(revisions._revisions) - topics
            self._kept[key] = _World(_pickled(made, compound), copy(compound._count), bumped, database)
        return made


def _laid_out(world: _World, compound: Compound) -> Any:
    """A copy of the world, its rows in the session as if they had just been written."""
    db.session.rollback()
    world.database.lay_out()
    for topic, times in world.topics.items():
        for _ in range(times):
            revisions.bump(topic)
    compound._count = copy(world.counted)
    made, rows = _Unpickler(world.pickled, compound).load()
    db.session.add_all(rows)
    db.session.commit()  # Nothing is written; but a transaction that is open is rolled back by the next unit.
    return made


@dataclass(frozen=True, slots=True)
class _Sqlite:
    """The file as it was after."""

    path: Path

    @classmethod
    def kept(cls, path: Path) -> "_Sqlite | None":
        """Keep the running test's database."""
        if not _is_alone():
            return None
        shutil.copy(_file(), path)
        return cls(path)

    def is_fit(self) -> bool:
        """Whether nobody has the file open."""
        db.session.rollback()
        return _is_alone()

    def lay_out(self) -> None:
        """Put the file in the other's place."""
        shutil.copy(self.path, _file())


def _file() -> Path:
    return Path(str(make_url(running_settings().database_url).database))


def _is_alone() -> bool:
    """Let go of the file; the last that does so puts the log into it and removes that."""
    db.engine.dispose()
    return not _file().with_name(_file().name + "-wal").exists()


@dataclass(frozen=True, slots=True)
class _Postgres:
    """One script that writes every table anew whose contents were others after."""

    script: bytes

    @classmethod
    def look(cls) -> tuple[dict[str, str], dict[str, Any]]:
        """What every table holds, as a fingerprint, and where every sequence is."""
        with _connection() as connection:
            statement = connection.execute(_CONTENTS).fetchone()[0]
            contents = connection.execute(statement.encode()).fetchall()
            return dict(contents), dict(connection.execute(_COUNTERS).fetchall())

    @classmethod
    def kept(cls, before: tuple[dict[str, str], dict[str, Any]]) -> "_Postgres | None":
        """Keep what is different now; nothing where no trigger can be passed by."""
        contents, counters = cls.look()
        with _connection() as connection:
            if connection.info.parameter_status("is_superuser") != "on":
                return None
            changed = [table for table in contents if contents[table] != before[0][table]]
            statements = [line for table in changed for line in _table(connection, table)]
        statements += [
            f"SELECT setval('{name}', {value})"
            for name, value in counters.items()
            if value != before[1][name]
        ]
        # Triggers and foreign keys have had their say when it was written first.
        whole = ["BEGIN READ WRITE", "SET LOCAL session_replication_role = replica", *statements, "COMMIT"]
        return cls("; ".join(whole).encode())

    def is_fit(self) -> bool:
        """It always is."""
        return True

    def lay_out(self) -> None:
        """Run the script on a connection that the test will use, too."""
        with closing(db.engine.raw_connection()) as pooled:
            connection = pooled.driver_connection
            assert connection is not None
            connection.execute(self.script, prepare=False)


def _connection() -> "psycopg.Connection[tuple[Any, ...]]":
    """A connection to the running test's database, beside the application's."""
    url = re.sub(r"^postgresql\+\w+://", "postgresql://", running_settings().database_url)
    return psycopg.connect(url, autocommit=True)


def _table(connection: "psycopg.Connection[tuple[Any, ...]]", table: str) -> list[str]:
    """Statements that make it hold what it holds now."""
    columns, literals = connection.execute(_COLUMNS, (f'"{table}"',)).fetchone() or ("", "")
    # Names and literals are the database's own, quoted by it.
    select = f"SELECT concat_ws(', ', {literals}) FROM {table}"  # noqa: S608 # No stranger names a table.
    values = ", ".join(f"({row[0]})" for row in connection.execute(select.encode()).fetchall())
    empty = f"DELETE FROM {table}"  # noqa: S608 # As above.
    fill = f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE VALUES {values}"  # noqa: S608 # As above.
    return [empty, fill] if values else [empty]


def _pickled(made: Any, compound: Compound) -> bytes:
    """The world and all rows that it has, without the application and the compound."""
    seen = _Pickler(compound)
    seen.dump(made)
    whole = _Pickler(compound)
    whole.dump((made, list(seen.rows.values())))
    return whole.file.getvalue()


class _Pickler(pickle.Pickler):
    def __init__(self, compound: Compound) -> None:
        self.file = io.BytesIO()
        super().__init__(self.file)
        self._names = {id(compound): "compound", id(compound.app): "app"}
        self.rows: dict[int, Any] = {}

    def persistent_id(self, thing: Any) -> str | None:
        if isinstance(thing, Base):
            self.rows[id(thing)] = thing
        return self._names.get(id(thing))


class _Unpickler(pickle.Unpickler):
    def __init__(self, pickled: bytes, compound: Compound) -> None:
        super().__init__(io.BytesIO(pickled))
        self._named = {"compound": compound, "app": compound.app}

    def persistent_load(self, name: str) -> Any:
        return self._named[name]
