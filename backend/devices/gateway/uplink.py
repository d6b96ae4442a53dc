"""The way up: signed requests, the server's clock, batches, and what becomes of refusals."""

import json
import logging
import random
import ssl
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from backend import clock
from backend.devices.gateway.buffer import Buffer, Numbered, Refusal
from backend.devices.gateway.clocks import boot_id, uptime
from backend.devices.gateway.configuration import BATCH_BYTES, ServerConfig
from backend.devices.signing import signed_headers

log = logging.getLogger("gateway")

FIRMWARE: Final = "houqin-gateway 1"
_API: Final = "/api/v1/devices"
# The server has these for good; it will never take those.
_DONE: Final = frozenset({"accepted", "duplicate", "quarantined"})
_REFUSED: Final = frozenset({"conflict", "rejected"})
# Crystals drift by seconds a day.
_ASK_TIME_S: Final = 600.0
_FIRST_RETRY_S: Final = 1.0


class Refused(Exception):
    """The server has answered, and did not do it."""

    def __init__(self, status: int, error: str, data: Any) -> None:
        super().__init__(f"{status} {error}")
        self.status, self.error, self.data = status, error, data


class Unreachable(Exception):
    """There was no answer, or none of the server's own."""


class Uplink:
    """Sends what the buffer holds. One thread runs it; `wake` tells it of a new event."""

    def __init__(self, config: ServerConfig, buffer: Buffer) -> None:
        self._config, self._buffer = config, buffer
        self._boot = boot_id()
        self._woken = threading.Event()
        self._time_asked_at = self._beaten_at = -1e9
        self._limit = config.batch_events
        verify = ssl.create_default_context(cafile=config.ca_file or None)
        self._client = httpx.Client(
            base_url=config.url.rstrip("/"), timeout=config.timeout_s, trust_env=False, verify=verify
        )

    def wake(self) -> None:
        """There is something new to send."""
        self._woken.set()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def run(self, stop: threading.Event) -> None:
        """Send until told to stop."""
        wait, retry = 0.0, _FIRST_RETRY_S
        while not stop.is_set():
            self._woken.wait(wait)
            self._woken.clear()
            if stop.is_set():
                return
            try:
                self.step()
                wait, retry = min(self._config.heartbeat_s, 5.0), _FIRST_RETRY_S
            except (Refused, Unreachable) as failure:
                log.warning("not sent, %d waiting: %s", self._buffer.waiting(), failure)
                wait, retry = retry * random.uniform(0.5, 1), min(retry * 2, self._config.retry_s)
                # What arrives meanwhile waits, too: a server that comes back is not overrun.
                stop.wait(wait)
                wait = 0.0

    def step(self) -> None:
        """Do what is due, until nothing waits. Raises Refused or Unreachable."""
        if uptime() - self._time_asked_at >= _ASK_TIME_S:
            self._ask_time()
        if uptime() - self._beaten_at >= self._config.heartbeat_s:
            self._beat()
        while batch := self._buffer.batch(self._limit, BATCH_BYTES):
            self._send(batch)

    def _send(self, batch: Sequence[Numbered]) -> None:
        body = {
            "sent_at": self._server_now().isoformat(timespec="milliseconds"),
            "events": [event.payload for event in batch],
        }
        try:
            answer = self._post("/weighings", body)
        except Refused as refusal:
            if refusal.status not in (400, 413, 422):
                raise
            self._divide(batch, refusal)
            return
        self._limit = self._config.batch_events
        self._take(batch, answer)

    def _divide(self, batch: Sequence[Numbered], refusal: Refused) -> None:
        """The batch as a whole is refused: find out which event it is by halves."""
        if len(batch) > 1:
            self._limit = len(batch) // 2
            return
        log.error("event %d is refused: %s %s", batch[0].seq, refusal, refusal.data)
        reason = Refusal("rejected", refusal.error, json.dumps(refusal.data, ensure_ascii=False)[:500])
        self._buffer.settle([], {batch[0].id: reason})

    def _take(self, batch: Sequence[Numbered], answer: Any) -> None:
        items = {item.get("seq"): item for item in answer.get("items", []) if isinstance(item, dict)}
        done, refused = [], {}
        for event in batch:
            item = items.get(event.seq, {})
            result = item.get("result")
            if result in _DONE:
                done.append(event)
            elif result in _REFUSED:
                reason = Refusal(result, str(item.get("code", "")), str(item.get("msg", "")))
                refused[event.id] = reason
                log.error("event %d is set aside: %s", event.seq, reason)
        if not done and not refused:
            raise Unreachable("the answer names none of the events")
        self._buffer.settle(done, refused)

    def _beat(self) -> None:
        body = {
            # Its own clock, to be measured: everything else goes by the server's.
            "sent_at": clock.now().isoformat(timespec="milliseconds"),
            "firmware": FIRMWARE,
            "waiting": self._buffer.waiting(),
        }
        answer = self._post("/heartbeat", body)
        self._buffer.number_after(int(answer["last_seq"]))
        self._limit = min(self._limit, int(answer["config"]["batch_events"]))
        self._beaten_at = uptime()

    def _ask_time(self) -> None:
        before = uptime()
        answer = self._answered("GET", f"{_API}/time", b"", {})
        after = uptime()
        # The answer was written about half way between.
        epoch = answer["server_time_ms"] / 1000 - (before + after) / 2
        self._buffer.keep_epoch(self._boot, epoch)
        self._time_asked_at = after

    def _server_now(self) -> datetime:
        epoch = self._buffer.epoch_of(self._boot)
        return datetime.fromtimestamp(epoch + uptime(), UTC) if epoch is not None else clock.now()

    def _post(self, path: str, body: Any) -> Any:
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            return self._signed(f"{_API}{path}", data)
        except Refused as refusal:
            if refusal.error != "devices.stale":
                raise
            # The clock was set, here or there, since it was asked.
            self._ask_time()
            return self._signed(f"{_API}{path}", data)

    def _signed(self, target: str, data: bytes) -> Any:
        config, at = self._config, int(self._server_now().timestamp())
        headers = signed_headers(config.device, config.secret, "POST", target, data, timestamp=at)
        return self._answered("POST", target, data, headers)

    def _answered(self, method: str, target: str, data: bytes, headers: dict[str, str]) -> Any:
        """The data of a success. Raises Refused or Unreachable."""
        if data:
            headers["Content-Type"] = "application/json"
        try:
            response = self._client.request(method, target, content=data or None, headers=headers)
            envelope = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unreachable(f"{type(error).__name__} {error}") from error
        if not isinstance(envelope, dict) or "request_id" not in envelope:
            raise Unreachable(f"HTTP {response.status_code} of somebody else")
        if response.status_code >= 400:
            raise Refused(response.status_code, str(envelope.get("error")), envelope.get("data"))
        return envelope["data"]
