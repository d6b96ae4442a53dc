"""A database as a file and back: SQLite by its online copy, PostgreSQL by pg_dump and pg_restore.

Both copy one snapshot while everybody goes on writing, and count the rows of that very snapshot.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any, Final, LiteralString

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from backend.backups.errors import BackupFailed, StillInUse, ToolMissing
from backend.backups.manifest import DatabaseCopy, digest_of, sync
from backend.config import Settings, child_environment

SQLITE: Final = "SQLite"
POSTGRESQL: Final = "PostgreSQL"
_TABLES: Final = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
)
_PG_TABLES: Final[LiteralString] = (
    "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
    " AND relnamespace = 'public'::regnamespace ORDER BY relname"
)
_OTHERS: Final[LiteralString] = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
# Whatever holds a table for longer is a migration, and a backup is better taken after it.
_LOCK_WAIT: Final = "60s"


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A deployment's SQLite file."""

    path: Path
    kind: str = SQLITE

    def dump(self, target: Path) -> DatabaseCopy:
        """Copy it to `target`/database.db: one file without a log beside it."""
        file = target / "database.db"
        there = f"{self.path.as_uri()}?mode=ro"
        with (
            closing(sqlite3.connect(there, uri=True, timeout=30)) as source,
            closing(sqlite3.connect(file)) as copied,
        ):
            # All pages in one step: it reads one snapshot, and writers do not begin it anew.
            source.backup(copied, pages=-1)
            copied.execute("PRAGMA journal_mode = DELETE")
        sync(file)
        with closing(_immutable(file)) as copied:
            rows, migrations = _sqlite_rows(copied), _sqlite_migrations(copied)
        size, digest = digest_of(file)
        return DatabaseCopy(self.kind, sqlite3.sqlite_version, file.name, size, digest, migrations, rows)

    def problems(self, folder: Path, told: DatabaseCopy) -> Iterator[str]:
        """What is wrong with the copy beyond its digest."""
        with closing(_immutable(folder / told.file)) as copied:
            for (found,) in copied.execute("PRAGMA integrity_check(5)"):
                if found != "ok":
                    yield f"数据库文件已损坏：{found}"
            if _sqlite_rows(copied) != told.rows:
                yield "数据库的行数与清单不符"

    def is_empty(self) -> bool:
        """Whether it has no tables."""
        if not self.path.exists():
            return True
        with closing(sqlite3.connect(self.path, timeout=5)) as there:
            return there.execute(_TABLES).fetchone() is None

    def load(self, folder: Path, told: DatabaseCopy) -> None:
        """Put the copy in the file's place. Raises StillInUse if a process has it open."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.path.exists():
            _close_log(self.path)
        draft = self.path.with_name(f"{self.path.name}.restoring")
        shutil.copyfile(folder / told.file, draft)
        draft.chmod(0o600)
        sync(draft)
        draft.replace(self.path)
        sync(self.path.parent)

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)) as there:
            return _sqlite_rows(there)


def _immutable(file: Path) -> sqlite3.Connection:
    """A connection that leaves nothing beside the file."""
    return sqlite3.connect(f"{file.resolve().as_uri()}?immutable=1", uri=True)


def _sqlite_rows(connection: sqlite3.Connection) -> dict[str, int]:
    names = [name for (name,) in connection.execute(_TABLES)]
    count = 'SELECT count(*) FROM "{}"'
    return {name: connection.execute(count.format(name)).fetchone()[0] for name in names}


def _sqlite_migrations(connection: sqlite3.Connection) -> list[str]:
    return sorted(name for (name,) in connection.execute("SELECT version_num FROM alembic_version"))


def _close_log(path: Path) -> None:
    """Bring the file's log into it and remove it, which SQLite refuses while anybody else has it open."""
    with closing(sqlite3.connect(path, timeout=1)) as there:
        try:
            there.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            raise StillInUse from error


@dataclass(frozen=True, slots=True)
class PostgresDatabase:
    """A deployment's database on a PostgreSQL server. `bin` is where its client tools are; None: on PATH."""

    url: str
    bin: Path | None
    kind: str = POSTGRESQL

    def dump(self, target: Path) -> DatabaseCopy:
        """Copy it to `target`/database.dump by pg_dump."""
        file = target / "database.dump"
        with self._connect(autocommit=False) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            # It does nothing but hold the snapshot while pg_dump reads it, for however long.
            connection.execute("SET idle_in_transaction_session_timeout = 0")
            snapshot = _value(connection, "SELECT pg_export_snapshot()")
            self._run(
                "pg_dump",
                *("--format=custom", "--no-owner", "--no-privileges", "--schema=public"),
                *(f"--snapshot={snapshot}", f"--lock-wait-timeout={_LOCK_WAIT}", f"--file={file}"),
            )
            rows, migrations = _pg_rows(connection), _pg_migrations(connection)
            server: str = _value(connection, "SHOW server_version")
        sync(file)
        size, digest = digest_of(file)
        return DatabaseCopy(self.kind, server, file.name, size, digest, migrations, rows)

    def problems(self, folder: Path, told: DatabaseCopy) -> Iterator[str]:
        """What is wrong with the dump beyond its digest: whether pg_restore reads it, table by table."""
        listed = self._run("pg_restore", "--list", str(folder / told.file))
        held = {line.split()[6] for line in listed.splitlines() if " TABLE DATA public " in line}
        for name in sorted(set(told.rows) - held):
            yield f"数据库备份中没有表 {name} 的数据"

    def is_empty(self) -> bool:
        """Whether it has no tables."""
        with self._connect() as connection:
            return connection.execute(_PG_TABLES).fetchone() is None

    def load(self, folder: Path, told: DatabaseCopy) -> None:
        """Make it what the dump holds. What was there goes only once the dump is in.

        Raises StillInUse if it holds something and anybody else is connected.
        """
        self._tool("pg_restore")  # Before anything is moved.
        old = Identifier(f"before_{token_hex(6)}")
        with self._connect() as connection:
            replaced = connection.execute(_PG_TABLES).fetchone() is not None
            if replaced:
                if _value(connection, _OTHERS):
                    raise StillInUse
                with connection.transaction():
                    connection.execute(SQL("ALTER SCHEMA public RENAME TO {}").format(old))
                    connection.execute("CREATE SCHEMA public")
        try:
            self._run(
                "pg_restore",
                *("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"),
                # What lies in it, not the schema itself, which is there.
                *("--schema=public", f"--dbname={self._address()}", str(folder / told.file)),
            )
        except BaseException:
            if replaced:
                with self._connect() as connection, connection.transaction():
                    connection.execute("DROP SCHEMA public CASCADE")
                    connection.execute(SQL("ALTER SCHEMA {} RENAME TO public").format(old))
            raise
        with self._connect() as connection:
            if replaced:
                connection.execute(SQL("DROP SCHEMA {} CASCADE").format(old))
            connection.execute("ANALYZE")

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with self._connect() as connection:
            return _pg_rows(connection)

    def _connect(self, *, autocommit: bool = True) -> "psycopg.Connection[tuple[Any, ...]]":
        url = make_url(self.url)
        try:
            return psycopg.connect(
                self._address(),
                password=url.password,
                autocommit=autocommit,
                application_name="houqin backup",
            )
        except psycopg.OperationalError as error:
            raise BackupFailed(what="连接数据库", reason=_last_line(str(error))) from error

    def _address(self) -> str:
        """How libpq finds the database, without the password: other users of the machine see arguments."""
        url = make_url(self.url)
        words: dict[str, Any] = {"host": url.host, "port": url.port, "user": url.username}
        words["dbname"] = url.database
        return make_conninfo("", **{name: value for name, value in {**words, **url.query}.items() if value})

    def _tool(self, name: str) -> str:
        program = shutil.which(name, path=str(self.bin) if self.bin is not None else None)
        if program is None:
            raise ToolMissing(tool=name)
        return program

    def _run(self, tool: str, *arguments: str) -> str:
        """What the program prints. Raises ToolMissing, or BackupFailed with its last complaint."""
        program, password = self._tool(tool), make_url(self.url).password
        if tool == "pg_dump":
            arguments = (*arguments, f"--dbname={self._address()}")
        done = subprocess.run(  # noqa: S603 # Our words, and a program of the administrator's choice.
            [program, *arguments],
            env=child_environment({"PGPASSWORD": password} if password else {}),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BackupFailed(what=f" {tool} ", reason=_last_line(done.stderr))
        return done.stdout


Database = SqliteFile | PostgresDatabase


def database_of(running: Settings) -> Database:
    """The database of a deployment."""
    if running.is_sqlite:
        return SqliteFile(Path(os.fspath(make_url(running.database_url).database or "")).resolve())
    return PostgresDatabase(running.database_url, running.postgres_bin)


def _pg_rows(connection: "psycopg.Connection[tuple[Any, ...]]") -> dict[str, int]:
    names = [row[0] for row in connection.execute(_PG_TABLES).fetchall()]
    counted = {}
    for name in names:
        row = connection.execute(SQL("SELECT count(*) FROM public.{}").format(Identifier(name))).fetchone()
        counted[name] = int(row[0]) if row is not None else 0
    return counted


def _pg_migrations(connection: "psycopg.Connection[tuple[Any, ...]]") -> list[str]:
    rows = connection.execute("SELECT version_num FROM public.alembic_version").fetchall()
    return sorted(row[0] for row in rows)


def _value(connection: "psycopg.Connection[tuple[Any, ...]]", statement: LiteralString) -> Any:
    row = connection.execute(statement).fetchone()
    return row[0] if row is not None else None


def _last_line(text: str) -> str:
    """The last line of a complaint, which says what is wrong."""
    lines = [line for line in text.strip().splitlines() if line]
    return lines[-1] if lines else "原因不明"
