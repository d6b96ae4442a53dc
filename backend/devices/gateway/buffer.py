"""What the gateway must not forget, in an SQLite file: events, what each scale weighs, and the clock.

Every commit is on the disk before it returns (`synchronous=FULL`). One process at a time has the file.
"""

import fcntl
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend import clock
from backend.devices.gateway.clocks import BootInstant
from backend.devices.gateway.watching import Event, State

_TABLES = """
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice, even after a deletion
    body TEXT NOT NULL,
    wall REAL NOT NULL,      -- our own clock, in unix seconds
    boot TEXT NOT NULL,      -- which run of the machine, and for how long it had run:
    uptime REAL NOT NULL,    -- that clock is never set
    captured_at TEXT         -- fixed when it is first sent
);
CREATE TABLE IF NOT EXISTS set_aside (
    id INTEGER PRIMARY KEY, body TEXT NOT NULL, captured_at TEXT NOT NULL,
    result TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS scales (name TEXT PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS boots (boot TEXT PRIMARY KEY, epoch REAL NOT NULL);
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


class BufferInUse(Exception):
    """Another gateway has the buffer open."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """An event as it is sent."""

    id: int
    seq: int
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the server said of an event that it did not take."""

    result: str
    code: str
    message: str


class Buffer:
    """The file. Any thread may use it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Given back by the kernel when the process ends, however it ends.
        self._lock_file = path.with_name(f"{path.name}.lock").open("w")
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock_file.close()
            raise BufferInUse(str(path)) from error
        self._guard = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_TABLES)

    def close(self) -> None:
        """Let go of the file."""
        with self._guard:
            self._connection.close()
        self._lock_file.close()

    def record(self, scale: str, state: State | None, events: Sequence[Event], at: BootInstant) -> None:
        """Keep what a scale weighs now and what follows from it: both, or nothing."""
        wall = clock.now().timestamp()
        with self._writing() as connection:
            if state is not None:
                connection.execute("INSERT OR REPLACE INTO scales VALUES (?, ?)", (scale, json.dumps(state)))
            connection.executemany(
                "INSERT INTO events (body, wall, boot, uptime) VALUES (?, ?, ?, ?)",
                [(_dump(event), wall, at.boot, at.uptime) for event in events],
            )

    def state_of(self, scale: str) -> dict[str, Any]:
        """What a scale was known to weigh; empty at first."""
        found = self._one("SELECT state FROM scales WHERE name = ?", scale)
        return json.loads(found[0]) if found else {}

    def waiting(self) -> int:
        """How many events the server has not answered for."""
        return int(self._one("SELECT count(*) FROM events")[0])

    def set_aside_count(self) -> int:
        """How many events the server has refused."""
        return int(self._one("SELECT count(*) FROM set_aside")[0])

    def keep_epoch(self, boot: str, epoch: float) -> None:
        """In this run of the machine, uptime 0 was at `epoch` by the server's clock."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO boots VALUES (?, ?)", (boot, epoch))

    def epoch_of(self, boot: str) -> float | None:
        """The server's time at uptime 0 of a run, if it was ever known."""
        found = self._one("SELECT epoch FROM boots WHERE boot = ?", boot)
        return float(found[0]) if found else None

    def number_after(self, last_seq: int) -> None:
        """Number the events from after this one on, if that was never decided: the file may be new.

        A gateway that got a new disk goes on where the server knows the old one to have ended.
        """
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO marks VALUES ('base', ?)", (last_seq,))

    def batch(self, events: int, size: int) -> list[Numbered]:
        """The oldest events, at most so many and about so many bytes, as they will be sent for ever."""
        with self._writing() as connection:
            base = connection.execute("SELECT value FROM marks WHERE name = 'base'").fetchone()
            if base is None:
                raise RuntimeError("the numbers must be decided before anything is sent")
            rows = connection.execute(
                "SELECT id, body, wall, boot, uptime, captured_at FROM events ORDER BY id LIMIT ?", (events,)
            ).fetchall()
            fixed: list[tuple[str, int]] = []
            taken: list[Numbered] = []
            total = 0
            for number, body, wall, boot, uptime, captured_at in rows:
                total += len(body) + 80
                if taken and total > size:
                    break
                if captured_at is None:
                    captured_at = self._instant(connection, wall, boot, uptime)
                    fixed.append((captured_at, number))
                payload = {"seq": base[0] + number, "captured_at": captured_at, **json.loads(body)}
                taken.append(Numbered(number, base[0] + number, payload))
            connection.executemany("UPDATE events SET captured_at = ? WHERE id = ?", fixed)
        return taken

    def settle(self, taken: Sequence[Numbered], refused: Mapping[int, Refusal]) -> None:
        """Forget what the server has answered for; keep aside what it refused (by id)."""
        now = clock.now().isoformat()
        with self._writing() as connection:
            for number, refusal in refused.items():
                connection.execute(
                    "INSERT OR REPLACE INTO set_aside SELECT id, body, captured_at, ?, ?, ?, ? FROM events"
                    " WHERE id = ?",
                    (refusal.result, refusal.code, refusal.message, now, number),
                )
            done = [(event.id,) for event in taken] + [(number,) for number in refused]
            connection.executemany("DELETE FROM events WHERE id = ?", done)

    def requeue(self) -> int:
        """Send once more what was rejected, under the numbers that it has; a conflict would stay one."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO events (id, body, wall, boot, uptime, captured_at)"
                " SELECT id, body, 0, '', 0, captured_at FROM set_aside WHERE result = 'rejected'"
            )
            return connection.execute("DELETE FROM set_aside WHERE result = 'rejected'").rowcount

    def refusals(self) -> list[tuple[Any, ...]]:
        """What was set aside: id, result, code, message, captured_at, body."""
        with self._guard:
            return self._connection.execute(
                "SELECT id, result, code, message, captured_at, body FROM set_aside ORDER BY id"
            ).fetchall()

    @staticmethod
    def _instant(connection: sqlite3.Connection, wall: float, boot: str, uptime: float) -> str:
        found = connection.execute("SELECT epoch FROM boots WHERE boot = ?", (boot,)).fetchone()
        seconds = found[0] + uptime if found else wall
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")

    def _one(self, statement: str, *values: Any) -> Any:
        with self._guard:
            return self._connection.execute(statement, values).fetchone()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._guard:
            self._connection.execute("BEGIN IMMEDIATE")
            end: Callable[[], None] = self._connection.rollback
            try:
                yield self._connection
                end = self._connection.commit
            finally:
                end()


def _dump(event: Event) -> str:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))
