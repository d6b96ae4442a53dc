"""A device that signs its requests, for tests."""

from contextvars import Context
from typing import Any

import orjson
from flask import Flask

from backend import clock
from backend.actor import SYSTEM
from backend.devices import services
from backend.devices.models import DeviceKind
from backend.devices.signing import signed_headers
from tests.client import Answer


def make_device(
    canteen_id: int | None = None, kind: DeviceKind = DeviceKind.SCALE, name: str = "回收口电子秤"
) -> tuple[str, str, int]:
    """Register a device; its code, secret and identifier."""
    made = services.create_device(SYSTEM, kind=kind, name=name, canteen_id=canteen_id)
    return made.device.code, made.secret, made.device.id


class SignedClient:
    """Requests that one device signs."""

    def __init__(self, app: Flask, code: str, secret: str) -> None:
        self.app, self.code, self.secret = app, code, secret

    def get(self, target: str, **headers: str) -> Answer:
        """GET below /api/v1; `target` may have a query string."""
        return self.send("GET", target, b"", headers=headers)

    def post(self, target: str, json: Any = None, **kwargs: Any) -> Answer:
        """POST below /api/v1."""
        return self.send("POST", target, orjson.dumps({} if json is None else json), **kwargs)

    def send(
        self,
        method: str,
        target: str,
        body: bytes,
        *,
        at: int | None = None,
        nonce: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Any request, signed at `at` (unix seconds, by default now); `headers` go over what was signed."""
        whole = f"/api/v1{target}"
        at = int(clock.now().timestamp()) if at is None else at
        signed = signed_headers(self.code, self.secret, method, whole, body, timestamp=at, nonce=nonce)
        sent = {"data": body, "content_type": "application/json"} if method == "POST" else {}
        # In a context of its own, as a server would: the test's session must not serve the request.
        response = Context().run(
            self.app.test_client().open,
            whole,
            method=method,
            headers={**signed, **(headers or {})},
            **sent,  # type: ignore[arg-type] # Werkzeug's builder takes them.
        )
        envelope = orjson.loads(response.data) if response.is_json else {}
        return Answer(response.status_code, envelope, response.data, response.headers)
