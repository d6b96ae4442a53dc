"""What goes back over HTTP: the envelope, errors as statuses, files; JSON that is encoded already."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import orjson
from flask import Response, request

from backend import clock, errors

_STATUS: Final[tuple[tuple[type[errors.AppError], int], ...]] = (
    (errors.UnsupportedMediaType, 415),
    (errors.TooLarge, 413),
    (errors.Malformed, 400),
    (errors.Unauthenticated, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.Gone, 410),
    (errors.Invalid, 422),
    (errors.TooMany, 429),
    (errors.Unavailable, 503),
)
INTERNAL = ("app.internal", "系统出现错误，请稍后重试；如持续出现请联系管理员")
_DETAILS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is a file to keep. An endpoint declares its media type, a page's file says it."""

    data: bytes
    name: str
    mimetype: str = "application/octet-stream"


def request_id() -> str:
    """The identifier of the present request."""
    return str(request.environ.get("houqin.request_id", ""))


def told_path() -> str:
    """The path of the present request for the log: a secret that is part of it is not told."""
    holds_secret = request.url_rule is not None and "token" in (request.view_args or {})
    return str(request.url_rule) if holds_secret else request.path


def envelope(data: bytes) -> bytes:
    """The body of a success around data that is JSON already."""
    return b'{"code":0,"msg":"ok","data":%b,"request_id":"%b"}' % (data, request_id().encode())


def respond(body: bytes, status: int = 200) -> Response:
    """A JSON response."""
    return Response(body, status, mimetype="application/json")


def conditional(data: bytes, etag: str, status: int = 200) -> Response:
    """The data with its ETag, or 304 if the client has it."""
    # Weakly: a proxy that compresses marks the tag as weak.
    if request.if_none_match.contains_weak(etag.strip('"')):
        response = Response(status=304)
    else:
        response = respond(envelope(data), status)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def download(file: File, mimetype: str) -> Response:
    """A file that the client keeps under its name."""
    disposition = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return Response(file.data, mimetype=mimetype, headers={"Content-Disposition": disposition})


def fail(status: int, code: str, msg: str, data: Any = None) -> Response:
    """A failure in the envelope; the status is truthful and repeated in the body."""
    body = {"code": status, "error": code, "msg": msg, "data": data or None, "request_id": request_id()}
    # Field errors of a list are keyed by position; instants read like everywhere on the wire.
    return respond(orjson.dumps(body, default=_detail, option=_DETAILS), status)


def _detail(value: Any) -> str:
    return clock.local(value).isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)


def status_of(error: errors.AppError) -> int:
    """The HTTP status of an error: its own, or that of the first kind that it is of."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
