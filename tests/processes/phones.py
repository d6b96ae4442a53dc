"""A person's phone: what it could not deliver it sends again, under the same Idempotency-Key."""

import time
from dataclasses import dataclass
from typing import Any

import httpx

# Whatever says that it may be tried again: nobody is there, or somebody is busy.
AGAIN = (502, 503, 504)
PAUSE_S = 0.1


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a request ended: the last answer, and what came of the attempts before it.

    `trouble` has a line for each attempt that had to be repeated: a status, or the name of an exception.
    """

    status: int
    envelope: dict[str, Any]
    trouble: tuple[str, ...] = ()

    @property
    def data(self) -> Any:
        """The payload of a success."""
        assert self.status < 400, self.envelope
        return self.envelope["data"]

    @property
    def error(self) -> str:
        """The stable name of a failure."""
        assert self.status >= 400, self.envelope
        return str(self.envelope["error"])


class Phone:
    """Requests of one person. `verify` is what httpx takes: a file of certificates, a context or True."""

    def __init__(self, url: str, token: str = "", *, verify: Any = True) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=url, headers=headers, verify=verify, timeout=60, trust_env=False)

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def request(self, method: str, path: str, json: Any = None, key: str = "") -> httpx.Response:
        """One attempt; raises httpx.HTTPError if nobody answered."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._http.request(method, path, json=json, headers=headers)

    def insist(
        self, method: str, path: str, json: Any = None, key: str = "", *, seconds: float = 120
    ) -> Delivered:
        """Ask until somebody answers something else than "not now"."""
        end, trouble = time.monotonic() + seconds, list[str]()
        while True:
            try:
                answer = self.request(method, path, json, key)
            except httpx.HTTPError as error:
                trouble.append(type(error).__name__)
            else:
                if answer.status_code not in AGAIN:
                    return Delivered(answer.status_code, answer.json(), tuple(trouble))
                trouble.append(str(answer.status_code))
            assert time.monotonic() < end, f"{method} {path}: {trouble[-20:]}"
            time.sleep(PAUSE_S)
