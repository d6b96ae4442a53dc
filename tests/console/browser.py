"""A browser at the console: it opens pages, and sends what their forms would, with cookie and CSRF token."""

from contextvars import Context
from io import BytesIO
from typing import Any
from uuid import uuid4

import orjson
from flask import Flask
from werkzeug.test import TestResponse

from backend import clock, vault
from backend.authentication import CONSOLE_COOKIE
from backend.config import settings
from backend.db import atomic, db
from backend.identity import operations as identity_operations
from backend.identity.console import policies as console_policies
from backend.identity.models import SessionKind, SessionStage, Staff
from backend.identity.policies import PASSWORD
from tests.client import Answer

HTML = "text/html; charset=utf-8"


class Console:
    """One member of staff, logged in to the console with everything that a login asks for."""

    def __init__(self, app: Flask, staff: Staff) -> None:
        self.app = app
        self.staff = staff
        self.session_id, token = _logged_in(staff)
        self.csrf = vault.sign("csrf", token.encode())
        self.browser = app.test_client()
        self.browser.set_cookie(CONSOLE_COOKIE, token)

    def get(self, path: str, **query: Any) -> TestResponse:
        """A page, or a file; the caller looks at its status, text and headers."""
        return self._open(path, method="GET", query_string=query or None)

    def page(self, path: str, **query: Any) -> str:
        """The HTML of a page that must open."""
        response = self.get(path, **query)
        assert (response.status_code, response.content_type) == (200, HTML), (path, response.status_code)
        return response.text

    def file(self, path: str, **query: Any) -> bytes:
        """The bytes of a file that must come as one to keep."""
        response = self.get(path, **query)
        assert response.status_code == 200, response.text
        assert response.headers["Content-Disposition"].startswith("attachment"), path
        return response.data

    def part(self, path: str, **query: Any) -> TestResponse:
        """A page as htmx asks for it, to take a part of it."""
        return self._open(path, method="GET", query_string=query or None, headers={"HX-Request": "true"})

    def work_at(self, canteen_id: int) -> None:
        """Choose a canteen in the header."""
        assert self.get("/console/scope", canteen_id=canteen_id).status_code == 302

    def send(self, method: str, path: str, json: Any = None, *, csrf: str | None = "") -> Answer:
        """What a form or a button sends to the API (path below /api/v1); `csrf=None` leaves the token out."""
        headers = {"Idempotency-Key": uuid4().hex} if method == "POST" else {}
        if csrf is not None:
            headers["X-CSRF-Token"] = csrf or self.csrf
        whole = path if path.startswith(("/api/", "/console/")) else f"/api/v1{path}"
        sent: dict[str, Any] = {}
        if method in ("POST", "PUT"):
            sent = {"data": orjson.dumps({} if json is None else json), "content_type": "application/json"}
        response = self._open(whole, method=method, headers=headers, **sent)
        envelope = orjson.loads(response.data) if response.data and response.is_json else {}
        return Answer(response.status_code, envelope, response.data, response.headers)

    def upload(self, data: bytes, name: str = "photo.jpg") -> Answer:
        """Send a photo as its field does."""
        response = self._open(
            "/api/v1/media/photos",
            method="POST",
            data={"file": (BytesIO(data), name)},
            headers={"X-CSRF-Token": self.csrf, "Idempotency-Key": uuid4().hex},
        )
        return Answer(response.status_code, orjson.loads(response.data), response.data, response.headers)

    def _open(self, path: str, **kwargs: Any) -> TestResponse:
        # In a context of its own, as a server would: the test's session must not serve the request.
        return Context().run(self.browser.open, path, **kwargs)


@atomic
def _logged_in(staff: Staff) -> tuple[int, str]:
    """A complete console session, and its token."""
    now = clock.now()
    token, session = identity_operations.add_session(db.session.merge(staff), PASSWORD, "测试浏览器")
    session.kind, session.stage = SessionKind.CONSOLE.value, SessionStage.COMPLETE.value
    session.must_change_password = False
    session.expires_at = console_policies.expiry(SessionStage.COMPLETE, now, settings())
    session.proved_at = now
    db.session.flush()
    return session.id, token
