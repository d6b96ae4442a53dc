"""A thin client of a superior platform that speaks our own contract (`docs/reporting.md`).

A request that a device signs, JSON in our envelope. Never within a unit of work. Nothing secret is logged.
"""

from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import structlog

from backend import clock
from backend.config import SuperiorSettings
from backend.db import refuse_within_a_unit
from backend.devices.signing import signed_headers
from canteen.bulletins.direct_reports.errors import PlatformUnavailable
from canteen.bulletins.direct_reports.policies import PATH

log = structlog.get_logger(__name__)

TIMEOUT_S = 15.0
# What a repetition of the same report would not change. 401 is not among them: a clock or a key is put right.
_FINAL = frozenset({400, 403, 404, 409, 413, 415, 422})
_REPLAYED = "devices.replayed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform said: the number of its receipt, or why it refuses for good."""

    receipt_no: str = ""
    refusal: str = ""


class SuperiorPlatform:
    """The superior platform of this deployment."""

    def __init__(self, given: SuperiorSettings, http: httpx.Client | None = None) -> None:
        self._given = given
        # The default pool ignores the proxy variables of the environment.
        self._http = http or httpx.Client(trust_env=False)

    def send(self, report: bytes) -> Answer:
        """Send a report. Raises PlatformUnavailable where it should be sent again later."""
        refuse_within_a_unit("asking another platform")
        timestamp = int(clock.now().timestamp())
        headers = signed_headers(
            self._given.device, self._given.secret, "POST", PATH, report, timestamp=timestamp
        )
        try:
            response = self._http.post(
                f"{self._given.url}{PATH}",
                content=report,
                headers={**headers, "Content-Type": "application/json"},
                timeout=TIMEOUT_S,
                follow_redirects=False,
            )
        except httpx.HTTPError as error:
            log.warning("superior platform: no answer", failure=type(error).__name__)
            raise PlatformUnavailable(why=type(error).__name__) from None
        return _read(response)


def _read(response: httpx.Response) -> Answer:
    try:
        envelope = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        envelope = None
    if not isinstance(envelope, dict):
        log.warning("superior platform: unreadable answer", status=response.status_code)
        raise PlatformUnavailable(why=f"HTTP {response.status_code}")
    if response.status_code == httpx.codes.OK:
        number = _receipt(envelope.get("data"))
        if number:
            return Answer(receipt_no=number)
        raise PlatformUnavailable(why="回执缺少编号")
    told = f"{envelope.get('error', response.status_code)} {envelope.get('msg', '')}".strip()[:200]
    log.warning("superior platform: refused", status=response.status_code)
    if response.status_code in _FINAL and envelope.get("error") != _REPLAYED:
        return Answer(refusal=told)
    raise PlatformUnavailable(why=told)


def _receipt(data: Any) -> str:
    number = data.get("receipt_no") if isinstance(data, dict) else None
    return str(number)[:64] if number else ""
