"""What the platforms post to our application, a moment later and again if it does not answer well."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import httpx

from backend import clock

KEPT: Final = 500
# WeChat waits five seconds, and tries three times more.
TIMEOUT_S: Final = 5.0
ATTEMPTS: Final = 4

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Posted:
    """A request to make: signed anew for each attempt, because signatures age."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Callback:
    """One callback: what it tells (`event`), and the status of each attempt; 0 where nobody answered."""

    at: datetime
    event: Mapping[str, Any]
    statuses: list[int] = field(default_factory=list)
    is_settled: bool = False


class Callbacks:
    """Posts in threads of its own. Without an address everything is settled at once, unposted."""

    def __init__(self, url: str = "", *, delay_s: float = 0.1) -> None:
        self.url = url
        self.delay_s = delay_s
        self._lock = threading.Condition()
        self._callbacks: deque[Callback] = deque(maxlen=KEPT)

    def post_later(
        self,
        event: Mapping[str, Any],
        make: Callable[[], Posted],
        is_taken: Callable[[httpx.Response], bool],
        *,
        attempts: int = ATTEMPTS,
    ) -> None:
        """Post what `make` makes after a moment, until the answer `is_taken` or the attempts are used up."""
        callback = Callback(clock.now(), event)
        with self._lock:
            self._callbacks.append(callback)
        url = self.url
        if not url:
            self._settle(callback)
            return
        timer = threading.Timer(self.delay_s, self._post, (callback, url, make, is_taken, attempts))
        timer.daemon = True
        timer.start()

    def all(self, wait_s: float = 0) -> list[Callback]:
        """The callbacks, the oldest first; waits until all are settled, but not longer than `wait_s`."""
        with self._lock:
            self._lock.wait_for(lambda: all(each.is_settled for each in self._callbacks), wait_s)
            return list(self._callbacks)

    def clear(self) -> None:
        """Forget all callbacks."""
        with self._lock:
            self._callbacks.clear()

    def _post(
        self,
        callback: Callback,
        url: str,
        make: Callable[[], Posted],
        is_taken: Callable[[httpx.Response], bool],
        attempts: int,
    ) -> None:
        try:
            with httpx.Client(trust_env=False, timeout=TIMEOUT_S) as http:
                for _ in range(attempts):
                    if self._attempt(http, callback, url, make(), is_taken):
                        break
        finally:
            self._settle(callback)

    def _attempt(
        self,
        http: httpx.Client,
        callback: Callback,
        url: str,
        posted: Posted,
        is_taken: Callable[[httpx.Response], bool],
    ) -> bool:
        try:
            answer = http.post(
                url + posted.path,
                params=dict(posted.query) or None,
                headers=dict(posted.headers),
                content=posted.body,
            )
        except httpx.HTTPError as error:
            log.info("callback not answered: %s", type(error).__name__)
            callback.statuses.append(0)
            return False
        callback.statuses.append(answer.status_code)
        return is_taken(answer)

    def _settle(self, callback: Callback) -> None:
        with self._lock:
            callback.is_settled = True
            self._lock.notify_all()
