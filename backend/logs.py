"""How a process logs: for people in the demo, a JSON object a line in production; always to stderr.

Called by the entry points of processes (web worker, scheduler, command line), never by `create_app`.
Whoever logs names facts, not contents: no tokens, codes, phone numbers or bodies.
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

import orjson
import structlog

from backend import clock
from backend.config import Mode, Settings

# They say at INFO what we say ourselves, or what nobody asked for.
_QUIET = ("apscheduler", "httpx", "httpcore", "alembic", "fontTools", "weasyprint", "werkzeug")


_DETAIL = re.compile(r"^DETAIL:.*$", re.M)


class _ToStderr(logging.StreamHandler[Any]):
    """Writes to what stderr is at that moment: a test's runner replaces it."""

    @property
    def stream(self) -> Any:
        return sys.stderr

    @stream.setter
    def stream(self, stream: Any) -> None:
        pass


def configure(settings: Settings) -> None:
    """Send what structlog and the libraries log to stderr, in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _stamp,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _ToStderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_rendering(settings.mode))
    )
    root = logging.getLogger()
    root.handlers = [other for other in root.handlers if not isinstance(other, _ToStderr)] + [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _stamp(_logger: Any, _method: str, event: Any) -> Any:
    event["timestamp"] = clock.local(clock.now()).isoformat(timespec="milliseconds")
    return event


def without_details(_logger: Any, _method: str, event: Any) -> Any:
    """Drop the lines in which PostgreSQL tells the values of a row: they may be personal data."""
    if isinstance(event.get("exception"), str):
        event["exception"] = _DETAIL.sub("DETAIL: …", event["exception"])
    return event


def note_request(
    environ: Mapping[str, Any], endpoint: str | None, method: str, status: str, seconds: float
) -> None:
    """Write the line of one request: who (by number), what, how it ended, how long it took.

    The rule of the address, not the address: that may hold what somebody searched for. In one JSON object, in
    either mode, past structlog, which would take ten times as long.
    """
    line = {
        "event": "request",
        "request_id": environ.get("houqin.request_id", ""),
        "method": method or environ.get("REQUEST_METHOD", ""),
        "endpoint": endpoint or "(unknown)",
        "status": int(status),
        "ms": round(seconds * 1000, 1),
        "staff_id": environ.get("houqin.staff_id"),
        "level": "info",
        "logger": __name__,
        "timestamp": clock.local(clock.now()).isoformat(timespec="milliseconds"),
    }
    sys.stderr.write(_json(line) + "\n")


def _rendering(mode: Mode) -> list[Any]:
    drop_marks = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if mode is Mode.PRODUCTION:
        return [
            drop_marks,
            structlog.processors.format_exc_info,
            without_details,
            structlog.processors.JSONRenderer(serializer=_json),
        ]
    # Local variables stay out of tracebacks: they hold tokens and personal data.
    plain = structlog.dev.plain_traceback
    return [
        drop_marks,
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain),
    ]


def _json(event: Any, **_options: Any) -> str:
    return orjson.dumps(event, default=str).decode()
