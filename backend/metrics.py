"""What Prometheus is told: requests by endpoint, method and status, and how things stand (`backend.gauges`).

Under `flask serve` the workers add up in a folder (PROMETHEUS_MULTIPROC_DIR), so that any of them answers
for all; without it a process answers for itself. A request costs one histogram observation: the child of
each (endpoint, method, status) is looked up once and kept. Where HOUQIN_ACCESS_LOG is on, each request is a
line in the log as well (`logs.note_request`).
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from backend import gauges, logs
from backend.config import settings

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_own = CollectorRegistry()
_SECONDS = Histogram(
    "houqin_request_seconds",
    "How long requests took within the application.",
    ("endpoint", "method", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=_own,
)
_CRASHED: tuple[str | None, str, str] = (None, "", "500")


def install(app: Flask) -> None:
    """Time every request of the application."""

    def is_logged() -> bool:
        # Asked each time: tests move an application from one deployment to another.
        return bool(app.config["HOUQIN"].access_log)

    app.wsgi_app = timed(app.wsgi_app, is_logged)  # type: ignore[assignment, method-assign] # Flask's way to wrap an app.


def timed(wsgi: WSGI, is_logged: Callable[[], bool] = bool) -> WSGI:
    """The same WSGI application, observed and, if asked for, logged."""
    observe: dict[tuple[str | None, str, str], Callable[[float], None]] = {}

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        started, key = time.perf_counter(), _CRASHED

        def start(line: str, *rest: Any) -> Any:
            nonlocal key
            # Flask takes the request out of the environment before it returns.
            key = (environ["werkzeug.request"].endpoint, environ["REQUEST_METHOD"], line[:3])
            return start_response(line, *rest)

        try:
            return wsgi(environ, start)
        finally:
            observer = observe.get(key)
            if observer is None:
                observer = _observer(*key)
                if key[0] is not None:  # Methods of unknown paths are whatever a client makes up.
                    observe[key] = observer
            seconds = time.perf_counter() - started
            observer(seconds)
            if is_logged():
                logs.note_request(environ, *key, seconds)

    return call


def _observer(endpoint: str | None, method: str, status: str) -> Callable[[float], None]:
    if endpoint is None:
        endpoint, method = "(unknown)", "(any)"
    return _SECONDS.labels(endpoint, method, status).observe


def render() -> bytes:
    """Everything, in Prometheus' text format."""
    requests, database = _own, CollectorRegistry()
    if folder := settings().metrics_dir:
        requests = CollectorRegistry()
        MultiProcessCollector(requests, str(folder))  # type: ignore[no-untyped-call] # It registers itself.
    database.register(gauges.Standing())
    return generate_latest(requests) + generate_latest(database)
