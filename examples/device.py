"""A device's client of 后勤通's API: it signs, and sends until the server has answered for each weighing.

    python examples/device.py http://127.0.0.1:8000 CODE SECRET     sends one empty bin, as a trial

To register it (管理台 → 称重设备) shows its code and, once, its secret. The rest is in docs/api-guide.md.
"""

import hashlib
import hmac
import json
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

WEIGHINGS = "/api/v1/devices/weighings"
# What came to one of these is settled, and must not be sent again.
SETTLED = ("accepted", "duplicate", "quarantined")


class DeviceRefused(Exception):
    """The server refuses the whole request; `error` is for programs."""

    def __init__(self, envelope: dict[str, Any]) -> None:
        super().__init__(envelope.get("msg", ""))
        self.error: str = envelope.get("error", "")
        self.data: Any = envelope.get("data")


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a batch: numbers to strike off the own disk, and items that somebody has to look at."""

    settled: list[int]
    unsettled: list[dict[str, Any]]


class Device:
    """A scale or gateway. `now` is its own clock in unix seconds; it may be wrong."""

    def __init__(self, server: str, code: str, secret: str, *, now: Callable[[], float] = time.time) -> None:
        self._http = httpx.Client(base_url=server, timeout=60)
        self._code, self._secret, self._now = code, secret, now

    def weigh(self, events: Sequence[dict[str, Any]]) -> Sent:
        """Send up to 1000 events, each with a `seq` that it keeps for ever.

        Raises httpx.TransportError if no answer came: send the same events again, in whatever batch. Each has
        its effect once, because the server knows them by device and number.
        """
        own = datetime.fromtimestamp(self._now()).astimezone().isoformat()
        body = json.dumps({"sent_at": own, "events": list(events)}, ensure_ascii=False).encode()
        items = self._post(WEIGHINGS, body)["items"]
        return Sent(
            [each["seq"] for each in items if each["result"] in SETTLED],
            [each for each in items if each["result"] not in SETTLED],
        )

    def _post(self, path: str, body: bytes) -> Any:
        try:
            return self._signed(path, body, self._now())
        except DeviceRefused as refused:
            if refused.error != "devices.stale":
                raise
            # Our clock is off, and only who signs rightly is told so: once more, by the server's.
            return self._signed(path, body, refused.data["server_time"])

    def _signed(self, path: str, body: bytes, instant: float) -> Any:
        stamp, nonce = str(int(instant)), secrets.token_urlsafe(18)
        lines = ("POST", path, stamp, nonce, hashlib.sha256(body).hexdigest())
        signature = hmac.new(self._secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Device": self._code,
            "X-Timestamp": stamp,
            "X-Nonce": nonce,
            "X-Signature": signature,
        }
        answer = self._http.post(path, content=body, headers=headers)
        envelope = answer.json()
        if answer.is_error:
            raise DeviceRefused(envelope)
        return envelope["data"]


def main(server: str, code: str, secret: str) -> None:
    """Send one weighing."""
    event = {
        "seq": int(time.time()),
        "captured_at": datetime.now().astimezone().isoformat(),
        "kind": "bin_delta",
        "stage": "plate",
        "gross_g": 850,
    }
    sent = Device(server, code, secret).weigh([event])
    print(f"已处理 {sent.settled}，需查看 {sent.unsettled}")


if __name__ == "__main__":
    main(*sys.argv[1:4])
