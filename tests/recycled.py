"""PostgreSQL databases that are cleaned after a test and used again.

To make a database and to drop it touches two thousand files each, which took longer than most tests. What a
test writes is a few tables. They are emptied and shrunk to no page at all, so that not even the order in
which rows lie tells of the test before; sequences begin anew, what the migrations had written is written
again where it was changed, and the planner knows what it knew. A database that is different in anything else
afterwards (its schema, its statistics, somebody who is still connected) is not used again.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg

# What is deleted and updated leaves remains in indexes and in the catalogue; so much of it is carried on.
_USES = 100
# How long the connections of a test may take to end; who stays longer is somebody else.
_LEAVING_S = 1.0
_TABLES = """
    SELECT oid, quote_ident(relname) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid"""
_COLUMNS = """
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
        string_agg(format('quote_nullable(%%I)', attname), ', ' ORDER BY attnum)
    FROM pg_attribute WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"""
# What the planner is told of the size of tables, their indexes and what is stored beside them.
_SIZES = "SELECT oid, relpages, reltuples FROM pg_class WHERE relkind IN ('r', 'i', 't') AND oid >= 16384"
_COUNTERS = "SELECT seqrelid, pg_sequence_last_value(seqrelid) FROM pg_sequence"
# Where everything stands that a schema is made of. Whoever changes it adds, replaces or removes rows here.
_CATALOGUE = (
    *("pg_class", "pg_attrdef", "pg_constraint", "pg_index", "pg_namespace", "pg_proc", "pg_rewrite"),
    *("pg_statistic", "pg_trigger", "pg_type"),
)
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
_FORGET = """
    UPDATE pg_class c SET relpages = o.relpages, reltuples = o.reltuples, relallvisible = 0
    FROM unnest('{{{}}}'::oid[], '{{{}}}'::int[], '{{{}}}'::real[]) AS o (oid, relpages, reltuples)
    WHERE c.oid = o.oid AND (c.relpages, c.reltuples) IS DISTINCT FROM (o.relpages, o.reltuples)"""


@dataclass(frozen=True, slots=True)
class Origin:
    """What the migrations have left."""

    empty: dict[int, str]
    # By the name of a table: how many rows, and the statement that writes them.
    filled: dict[str, tuple[int, str]]
    counters: dict[int, int | None]
    sizes: list[tuple[int, int, float]]
    catalogue: tuple[int, ...]

    @classmethod
    def of(cls, url: str) -> "Origin | None":
        """Look at a migrated database; None where nobody may pass by triggers and write to the catalogue."""
        with psycopg.connect(url, autocommit=True) as connection:
            if connection.info.parameter_status("is_superuser") != "on":
                return None
            empty, filled = {}, {}
            for oid, name in connection.execute(_TABLES).fetchall():
                rows = _literals(connection, oid, name)
                if rows is None:
                    empty[oid] = name
                else:
                    filled[name] = rows
            return cls(
                empty,
                filled,
                dict(connection.execute(_COUNTERS).fetchall()),
                connection.execute(_SIZES).fetchall(),
                tuple(connection.execute(_counts().encode()).fetchone() or ()),
            )


def _literals(connection: "psycopg.Connection[Any]", oid: int, table: str) -> tuple[int, str] | None:
    """How many rows a table has and the statement that writes them; None if it has none."""
    # Names and literals are the database's own, quoted by it.
    columns, literals = connection.execute(_COLUMNS, (oid,)).fetchone() or ("", "")
    select = f"SELECT concat_ws(', ', {literals}) FROM {table}"  # noqa: S608 # No stranger names a table.
    rows = [row[0] for row in connection.execute(select.encode()).fetchall()]
    if not rows:
        return None
    values = ", ".join(f"({row})" for row in rows)
    insert = f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE VALUES {values}"  # noqa: S608 # As above.
    return len(rows), insert


def _counts() -> str:
    counts = (f"(SELECT count(*) FROM {name})" for name in _CATALOGUE)  # noqa: S608 # They stand above.
    return f"SELECT {', '.join(counts)}"


@dataclass(frozen=True, slots=True)
class _Traces:
    """What is different from the origin."""

    # Tables to be emptied, and those of them that had rows.
    written: list[str]
    filled: list[str]
    counters: list[int]
    is_other: bool


class Recycled:
    """One database, which holds what its origin held whenever `clean` says so."""

    def __init__(self, name: str, url: str, origin: Origin) -> None:
        self.name = name
        self._url, self._origin = url, origin
        self._uses = 0
        self._connection = psycopg.connect(url, autocommit=True)
        # Triggers and foreign keys have no say in what is cleaned up.
        self._connection.execute("SET session_replication_role = replica")
        self._connection.execute("SET lock_timeout = '5s'")
        columns = zip(*origin.sizes, strict=True)
        self._forget = _FORGET.format(*(", ".join(map(str, column)) for column in columns))
        self._look, self._look_again = _look(origin, _CATALOGUE), _look(origin, ())
        self._since = self._now()

    @property
    def url(self) -> str:
        """Its address, another one for each use: applications remember by it what they know of a database."""
        mark = "&" if "?" in self._url else "?"
        return f"{self._url}{mark}fallback_application_name=use-{self._uses}"

    def clean(self) -> bool:
        """Take away what a test wrote; False if it is not as it was and cannot be made so."""
        self._uses += 1
        try:
            if self._uses >= _USES or not self._is_alone():
                return False
            traces = self._traces(self._look)
            if traces.is_other:
                return False
            self._empty(traces.written)
            self._refill(traces)
            self._since = self._now()
            return self._traces(self._look_again) == _Traces([], [], [], False)
        except psycopg.Error:
            return False  # Somebody has cut the connection, or holds what would have to be cleaned.

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    def _is_alone(self) -> bool:
        until = time.monotonic() + _LEAVING_S
        while self._connection.execute(_OTHERS).fetchone() != (0,):
            if time.monotonic() > until:
                return False
            time.sleep(0.002)
        return True

    def _traces(self, look: bytes) -> _Traces:
        row = self._connection.execute(look, {"since": self._since}, prepare=True).fetchone()
        assert row is not None
        written, counters, *states = row
        filled = self._origin.filled
        changed = [
            name
            for (name, (count, _)), state in zip(filled.items(), states, strict=False)
            if state != f"{count} 0"
        ]
        own = states[len(filled) :]
        is_other = own != [f"{count} 0" for count in self._origin.catalogue][: len(own)]
        names = [self._origin.empty[oid] for oid in written]
        return _Traces([*names, *changed], changed, counters, is_other)

    def _empty(self, tables: list[str]) -> None:
        if not tables:
            return
        deletes = [f"DELETE FROM {name}" for name in tables]  # noqa: S608 # The names are the database's.
        self._run(["BEGIN", *deletes, "COMMIT"])
        self._run([f"VACUUM (INDEX_CLEANUP ON, SKIP_DATABASE_STATS) {', '.join(tables)}"])

    def _refill(self, traces: _Traces) -> None:
        origin = self._origin
        statements = [origin.filled[name][1] for name in traces.filled]
        for oid in traces.counters:
            value = origin.counters[oid]
            start = f"(SELECT seqstart FROM pg_sequence WHERE seqrelid = {oid})"  # noqa: S608 # A number.
            last = f"{start}, false" if value is None else f"{value}, true"
            statements.append(f"SELECT setval({oid}::regclass, {last})")
        if statements:
            self._run(["BEGIN", *statements, "COMMIT"])
        if traces.written:
            self._run([self._forget])

    def _now(self) -> str:
        """An instant in the server's counting of transactions: what is written from now on comes after it."""
        row = self._connection.execute("SELECT pg_current_xact_id()::xid::text").fetchone()
        assert row is not None
        return str(row[0])

    def _run(self, statements: Iterable[str]) -> None:
        self._connection.execute("; ".join(statements).encode(), prepare=False)


def _look(origin: Origin, catalogue: Iterable[str]) -> bytes:
    """One statement that finds every trace: two lists, then the states of filled tables and of these."""
    empty = ", ".join(map(str, origin.empty))
    counters = ", ".join(f"({oid}, {value or 'NULL::int8'})" for oid, value in origin.counters.items())
    newer = "count(*) FILTER (WHERE age(xmin) < age(%(since)s::xid))"
    # Numbers and names of the database's own.
    written = f"SELECT oid FROM unnest('{{{empty}}}'::oid[]) AS t (oid) WHERE pg_relation_size(oid) > 0"  # noqa: S608 # Above.
    counted = (
        f"SELECT oid FROM (VALUES {counters}) AS t (oid, value)"  # noqa: S608 # Above.
        " WHERE pg_sequence_last_value(oid::oid) IS DISTINCT FROM value"
    )
    states = [f"SELECT concat(count(*), ' ', {newer}) FROM {name}" for name in (*origin.filled, *catalogue)]  # noqa: S608 # Above.
    return f"SELECT ARRAY({written}), ARRAY({counted}), ({'), ('.join(states)})".encode()
