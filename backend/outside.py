"""Asking a service outside: one JSON object over HTTP, bounded in time, never within a unit of work.

Only what the service did surely not carry out is asked again: a connection that was refused, and what its
client calls busy. A request that timed out is not repeated, because it may have had its effect.
Addresses, bodies and headers may carry secrets and personal data: none of them is logged.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import httpx
import structlog

from backend.errors import Unavailable

log = structlog.get_logger(__name__)

Answer = dict[str, Any]

PAUSES_S: Sequence[float] = (0.2, 0.6)


class WithoutQuery(logging.Filter):
    """httpx logs the address of every request; its query may carry secrets, codes and tokens."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                argument.copy_with(query=None) if isinstance(argument, httpx.URL) else argument
                for argument in record.args
            )
        return True


logging.getLogger("httpx").addFilter(WithoutQuery())


class Service:
    """A service outside. Safe to share between threads.

    `name` stands in the log. `unavailable` is raised where there is no answer that can be read. `facts`
    are what the log says of an answer; while it `is_busy`, the service is asked again after each of
    `pauses_s` (seconds), and the last answer is returned as it is.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        timeout_s: float,
        unavailable: type[Unavailable],
        http: httpx.Client | None = None,
        *,
        facts: Callable[[Answer], Mapping[str, Any]] = lambda _: {},
        is_busy: Callable[[Answer], bool] = lambda _: False,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self._name = name
        self._base_url = base_url.rstrip("/")
        self._timeout_s = timeout_s
        self._unavailable = unavailable
        # The default pool ignores the proxy variables of the environment.
        self.http = http or httpx.Client(trust_env=False)
        self._facts = facts
        self._is_busy = is_busy
        self._pauses_s = tuple(pauses_s)

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The JSON object that the service answers with HTTP 200. Raises `unavailable`.

        A mapping goes out as JSON with Chinese as it is; bytes go out as they are.
        """
        headers = dict(headers or {})
        if isinstance(body, Mapping):
            body = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        answer = None
        for pause_s in (*self._pauses_s, None):
            answer = self._try(method, path, params, body, headers)
            if answer is not None and not self._is_busy(answer):
                return answer
            if pause_s is not None:
                time.sleep(pause_s)
        if answer is None:
            raise self._unavailable
        return answer

    def incomplete(self, path: str) -> Unavailable:
        """What to raise where the answer lacks what it promises."""
        log.warning(f"{self._name} call: incomplete answer", path=path)
        return self._unavailable()

    def _try(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> Answer | None:
        """One attempt: the answer, or None if the request surely never reached the service."""
        began = time.monotonic()
        try:
            response = self.http.request(
                method,
                f"{self._base_url}{path}",
                params=params or None,
                content=body,
                headers=headers or None,
                timeout=self._timeout_s,
                follow_redirects=False,
            )
        except httpx.ConnectError:
            log.warning(f"{self._name} call: no connection", path=path)
            return None
        except httpx.HTTPError as error:
            log.warning(f"{self._name} call: no answer", path=path, failure=type(error).__name__)
            raise self._unavailable from None  # The cause's request carries the secrets.
        answer = self._read(path, response)
        elapsed_ms = round((time.monotonic() - began) * 1000)
        log.info(f"{self._name} call", path=path, **self._facts(answer), ms=elapsed_ms)
        return answer

    def _read(self, path: str, response: httpx.Response) -> Answer:
        """The JSON object in the response, whatever content type it claims."""
        if response.status_code != httpx.codes.OK:
            log.warning(f"{self._name} call: HTTP error", path=path, status=response.status_code)
            raise self._unavailable
        try:
            answer = json.loads(response.content)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            log.warning(f"{self._name} call: unreadable answer", path=path)
            raise self._unavailable
        return answer


@cache
def pool() -> httpx.Client:
    """The one connection pool of this process: a new one costs tens of milliseconds to set up."""
    return httpx.Client(trust_env=False)
