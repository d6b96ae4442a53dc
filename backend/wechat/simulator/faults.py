"""Faults on order, and the log of what was asked."""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LOG_LENGTH = 2000


@dataclass(slots=True)
class Fault:
    """How the next `times` calls of `path` fail. Exactly one of the others is set.

    `timeout_s` does the work (and uses up a code) but answers only after that many seconds.
    """

    path: str
    times: int = 1
    errcode: int | None = None
    timeout_s: float | None = None
    http_status: int | None = None
    text: str | None = None


class Faults:
    """The faults in waiting, in the order in which they were asked for. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let a fault wait for its calls."""
        with self._lock:
            self._faults.append(fault)

    def take(self, path: str) -> Fault | None:
        """The fault for this call of the path, if one waits."""
        with self._lock:
            for fault in self._faults:
                if fault.path == path:
                    fault.times -= 1
                    if fault.times == 0:
                        self._faults.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """Drop all faults."""
        with self._lock:
            self._faults.clear()


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One call of WeChat's API, its secrets masked. `fault` says how it was made to fail."""

    at: datetime
    method: str
    path: str
    query: dict[str, Any]
    body: Any
    status: int
    errcode: int
    fault: str


class RequestLog:
    """The latest calls, oldest first. Safe to share between threads."""

    def __init__(self) -> None:
        self._entries: deque[LoggedRequest] = deque(maxlen=LOG_LENGTH)

    def add(self, entry: LoggedRequest) -> None:
        """Append a call."""
        self._entries.append(entry)

    def all(self, path: str = "") -> list[LoggedRequest]:
        """The calls of one path, or of all."""
        return [entry for entry in self._entries.copy() if path in ("", entry.path)]

    def clear(self) -> None:
        """Forget all calls."""
        self._entries.clear()
