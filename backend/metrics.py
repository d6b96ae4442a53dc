"""What Prometheus is told: requests by endpoint, method and status, and what became of the jobs.

Under `flask serve` the workers add up in a folder (PROMETHEUS_MULTIPROC_DIR), so that any of them answers
for all; without it a process answers for itself. A request costs one histogram observation: the child of
each (endpoint, method, status) is looked up once and kept.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from flask import Flask
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from backend import clock, jobs
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
_JOBS_OF = timedelta(days=1)
_CRASHED: tuple[str | None, str, str] = (None, "", "500")


def install(app: Flask) -> None:
    """Time every request of the application."""
    app.wsgi_app = timed(app.wsgi_app)  # type: ignore[assignment, method-assign] # Flask's way to wrap an app.


def timed(wsgi: WSGI) -> WSGI:
    """The same WSGI application, observed."""
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
            observer(time.perf_counter() - started)

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
    database.register(_Jobs())
    return generate_latest(requests) + generate_latest(database)


class _Jobs(Collector):
    """The firings of the last day, from the database."""

    def collect(self) -> Iterator[Any]:
        up = GaugeMetricFamily("houqin_database_up", "Whether the database answers.")
        count = GaugeMetricFamily(
            "houqin_job_firings_last_day", "Firings due within a day, by outcome.", labels=("job", "state")
        )
        last = GaugeMetricFamily(
            "houqin_job_last_end_timestamp_seconds",
            "When the last firing came to this outcome.",
            labels=("job", "state"),
        )
        try:
            found = jobs.tally(clock.now() - _JOBS_OF)
        except SQLAlchemyError:
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        for line in found:
            count.add_metric((line.job, line.state.value), line.count)
            if line.last_finished_at is not None:
                last.add_metric((line.job, line.state.value), line.last_finished_at.timestamp())
        yield from (up, count, last)
