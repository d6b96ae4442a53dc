"""A client that speaks the API over HTTP (WSGI) and checks the envelope of every answer."""

from contextvars import Context
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
from flask import Flask

AT_ROOT = ("/api/", "/healthz", "/readyz", "/metrics", "/simulator")


@dataclass(frozen=True)
class Answer:
    """One answer: its status, the whole envelope, the raw bytes and the headers."""

    status: int
    envelope: dict[str, Any]
    body: bytes
    headers: Any

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


class Client:
    """Requests as one member of staff, or as nobody."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        self.app = app
        self.token = token

    def get(self, path: str, **query: Any) -> Answer:
        """GET below /api/v1."""
        return self.request("GET", path, query_string=query)

    def post(self, path: str, json: Any = None, *, key: str | None = "", **kwargs: Any) -> Answer:
        """POST with an idempotency key of its own; `key=None` sends none."""
        return self.request("POST", path, json=json, key=uuid4().hex if key == "" else key, **kwargs)

    def put(self, path: str, json: Any = None, **kwargs: Any) -> Answer:
        """PUT below /api/v1."""
        return self.request("PUT", path, json=json, **kwargs)

    def delete(self, path: str) -> Answer:
        """DELETE below /api/v1."""
        return self.request("DELETE", path)

    def request(
        self, method: str, path: str, *, json: Any = None, key: str | None = None, **kwargs: Any
    ) -> Answer:
        """Any request; `data=` and `content_type=` send a raw body instead of `json`."""
        headers = dict(kwargs.pop("headers", {}))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if key:
            headers.setdefault("Idempotency-Key", key)
        if "data" not in kwargs and method in ("POST", "PUT"):
            kwargs["data"] = orjson.dumps({} if json is None else json)
            kwargs["content_type"] = "application/json"
        whole = (
            path
            if path.startswith(("/api", "/healthz", "/readyz", "/metrics", "/simulator"))
            else f"/api/v1{path}"
        )
        # In a context of its own, as a server would: the test's open application context, with its
        # session, must not serve the request.
        response = Context().run(self.app.test_client().open, whole, method=method, headers=headers, **kwargs)
        is_ours = response.mimetype == "application/json"
        envelope = orjson.loads(response.data) if response.data and is_ours else {}
        if response.status_code >= 400:
            assert envelope["code"] == response.status_code
            assert envelope["error"]
            assert any("\u4e00" <= char <= "\u9fff" for char in envelope["msg"]), envelope
            assert envelope["request_id"]
        elif envelope and whole.startswith("/api/v1"):
            assert envelope["code"] == 0
        return Answer(response.status_code, envelope, response.data, response.headers)
