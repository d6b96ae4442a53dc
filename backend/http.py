"""From a request to one use case and back: endpoints are declared here, and errors become statuses.

Every endpoint is declared with `endpoint`, which names its permission (or PUBLIC), its schemas and, in the
same breath, its entry in the OpenAPI document. How it answers is in `backend.endpoints`.
"""

import secrets
import sqlite3
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Final, TypeVar

import structlog
from flask import Flask, Response, request
from flask_smorest import Blueprint
from marshmallow import Schema
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, IntegerConverter
from werkzeug.routing import ValidationError as RoutingValidationError

from backend import errors, headers, rate_limits, uploads
from backend.actor import Permission
from backend.answers import INTERNAL, fail, request_id, status_of, told_path
from backend.config import Settings, settings
from backend.db import is_outage
from backend.endpoints import DEVICE, PUBLIC, Endpoint, Public, Shared, Signed
from backend.openapi import describe_operation

log = structlog.get_logger(__name__)

R = TypeVar("R")


API = "/api/v1"


_HTTP_ERRORS = {
    400: ("app.malformed", "请求内容无法解析，请检查格式"),
    404: ("app.not_found", "没有找到相应的内容"),
    405: ("app.method_not_allowed", "此地址不支持该请求方式"),
    413: ("app.too_large", "提交的内容过大"),
    415: ("app.unsupported_media_type", "请以 application/json 格式提交"),
    500: INTERNAL,
}
# Of every 503: what is busy or away is asked again soon, and a database that restarts is back in seconds.
_TRY_AGAIN_AFTER_S = "2"
# One requirement of four headers: all of them are asked for together.
SIGNED: Final[dict[str, list[str]]] = {
    "deviceCode": [],
    "deviceTimestamp": [],
    "deviceNonce": [],
    "deviceSignature": [],
}
KEY_SCHEMA: Final = {"type": "string", "maxLength": 64}


class IdConverter(IntegerConverter):
    """A path segment that is an identifier; what no column could hold is simply not found."""

    regex = "[0-9]{1,15}"


class DayConverter(BaseConverter):
    """A path segment that is a business date; what is no date is simply not found."""

    regex = "2[0-9]{3}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise RoutingValidationError from error


def endpoint(
    blueprint: Blueprint,
    method: str,
    rule: str,
    *,
    permission: Permission | Public | Signed,
    body: type[Schema] | None = None,
    upload: str | None = None,
    upload_bytes: Callable[[Settings], int] = lambda running: running.media.photo_bytes,
    query: type[Schema] | None = None,
    out: type[Schema] | None = None,
    many: bool = False,
    status: int = 200,
    shared: Shared | None = None,
    file: str | None = None,
    keeps_answer: bool = True,
    key_required: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Declare an endpoint.

    The view is called with `actor` (PUBLIC: without; DEVICE: with `device`, the SignedRequest, whose nonce
    its use case spends by `backend.devices.operations.accept`), the path's variables, and `body` / `query`
    as loaded by their schemas; with `upload`, the name of a multipart field, also `file`, an open file: the
    one that was sent in it, of at most `upload_bytes`. It returns what `out` dumps: an object, a list
    (`many`) or a `Page`; with `file`, a media type, it returns a `File`. What tells a secret once says
    `keeps_answer=False`: its answer is not stored, and an Idempotency-Key has no effect. A POST that moves
    money says `key_required=True`: without a key it is refused.
    """
    body_schema, query_schema, out_schema = (schema() if schema else None for schema in (body, query, out))

    def decorate(view: Callable[..., Any]) -> Callable[..., Response]:
        declared = Endpoint(
            view=view,
            method=method,
            permission=permission,
            body=body_schema,
            query=query_schema,
            out=out_schema,
            many=many,
            status=status,
            upload=upload,
            upload_bytes=upload_bytes,
            file=file,
            shared=shared,
            keeps_answer=keeps_answer,
            key_required=key_required,
        )

        @wraps(view)
        def handle(**path: Any) -> Response:
            return declared.answer(path)

        handle.permission = permission  # type: ignore[attr-defined] # A test walks the URL map and asks.
        described = describe_operation(
            permission=permission.value,
            security=_security(permission),
            takes_key=method == "POST" and isinstance(permission, Permission) and keeps_answer,
            key_required=key_required,
            body=body,
            upload=upload,
            query=query,
            out=out,
            many=many,
            status=status,
            file=file,
        )
        handle._apidoc = {"manual_doc": described}  # type: ignore[attr-defined] # Where flask-smorest looks.
        blueprint.route(rule, methods=[method])(handle)
        return handle

    return decorate


def _security(permission: Permission | Public | Signed) -> list[dict[str, list[str]]]:
    """What a request has to bear, as the OpenAPI document says it."""
    if permission is PUBLIC:
        return []
    return [SIGNED if permission is DEVICE else {"bearer": []}]


def public(view: Callable[..., R]) -> Callable[..., R]:
    """Mark a view that `endpoint` does not declare (a page) as needing no login; count who asks for it."""

    @wraps(view)
    def counted(*arguments: Any, **named: Any) -> R:
        rate_limits.count_address()
        return view(*arguments, **named)

    return uncounted(counted)


def uncounted(view: Callable[..., R]) -> Callable[..., R]:
    """Mark a view as needing no login, however often it is asked for: a probe, or a file as it lies there."""
    view.permission = PUBLIC  # type: ignore[attr-defined] # A test walks the URL map and asks.
    return view


def unavailable(error: Exception) -> errors.Unavailable | None:
    """The refusal of a request that failed because the database is away or busy; None of any other error."""
    if not is_outage(error):
        return None
    log.warning("database unavailable", cause=type(getattr(error, "orig", error)).__name__)
    return errors.Unavailable()


def install(app: Flask) -> None:
    """Give the application its request identifiers, error envelope and converters."""
    # A doubled slash is an unknown path, not a redirect outside of the envelope.
    app.url_map.merge_slashes = False
    app.url_map.converters["id"] = IdConverter
    app.url_map.converters["day"] = DayConverter

    @app.before_request
    def _begin() -> None:
        identifier = secrets.token_hex(8)
        request.environ["houqin.request_id"] = identifier
        structlog.contextvars.bind_contextvars(request_id=identifier)

    @app.after_request
    def _finish(response: Response) -> Response:
        # Only where a photo or a sheet is sent: elsewhere nobody's bytes are waited for.
        if response.status_code >= 400 and request.environ.get("houqin.is_upload"):
            uploads.drain()
        retry_after_s = request.environ.get("houqin.retry_after_s")
        if retry_after_s and response.status_code == 429:
            response.headers["Retry-After"] = str(retry_after_s)
        elif response.status_code == 503:
            response.headers.setdefault("Retry-After", _TRY_AGAIN_AFTER_S)
        response.headers["X-Request-ID"] = request_id()
        headers.complete(response, settings())
        structlog.contextvars.clear_contextvars()
        return response

    @app.errorhandler(errors.AppError)
    def _refuse(error: errors.AppError) -> Response:
        return fail(status_of(error), error.code, error.msg, error.data)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return Response(error.get_body(), status, headers=error.get_headers())
        code, msg = _HTTP_ERRORS.get(status, ("app.error", "操作未能完成"))
        response = fail(status, code, msg)
        allowed = getattr(error, "valid_methods", None)
        if allowed:
            response.headers["Allow"] = ", ".join(sorted(allowed))
        return response

    @app.errorhandler(DBAPIError)
    @app.errorhandler(PoolTimeout)
    @app.errorhandler(sqlite3.OperationalError)
    def _database(error: Exception) -> Response:
        refusal = unavailable(error)
        return _refuse(refusal) if refusal is not None else _crash(error)

    @app.errorhandler(Exception)
    def _crash(error: Exception) -> Response:
        log.exception("unhandled error", path=told_path())
        return fail(500, *INTERNAL)
