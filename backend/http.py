"""From a request to one use case and back: authentication, parsing, the envelope, errors as statuses.

Every endpoint is declared with `endpoint`, which names its permission (or PUBLIC), its schemas and, in the
same breath, its entry in the OpenAPI document.
"""

import hashlib
import re
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import wraps
from typing import Any, Final, TypeVar

import orjson
import structlog
from flask import Flask, Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, IntegerConverter
from werkzeug.routing import ValidationError as RoutingValidationError

from backend import errors, headers, idempotency, rate_limits, revisions, uploads
from backend.actor import Actor, Permission
from backend.answers import (
    INTERNAL,
    conditional,
    download,
    envelope,
    fail,
    request_id,
    respond,
    status_of,
    told_path,
)
from backend.authentication import authenticate, authenticate_device
from backend.config import Settings, settings
from backend.db import answering, is_outage
from backend.devices.policies import SignedRequest
from backend.identity.queries import FoundSession
from backend.openapi import describe_operation
from backend.paging import Page

log = structlog.get_logger(__name__)

R = TypeVar("R")


class Public(Enum):
    """The mark of an endpoint that needs no login."""

    PUBLIC = "public"


class Signed(Enum):
    """The mark of an endpoint whose requests a device signs, instead of a person's login."""

    DEVICE = "device"


PUBLIC: Final = Public.PUBLIC
DEVICE: Final = Signed.DEVICE
API = "/api/v1"


class PasswordChangeRequired(errors.Forbidden):
    """The password must be changed before anything else."""

    code = "identity.password_change_required"
    message = "请先修改初始密码"


class BadIdempotencyKey(errors.Invalid):
    """The Idempotency-Key is empty, too long or not printable ASCII."""

    code = "app.idempotency_key_invalid"
    message = "请求编号（Idempotency-Key）应为 1 到 64 个可见 ASCII 字符"


class IdempotencyKeyNeeded(errors.Invalid):
    """A request that moves money bears an Idempotency-Key: without one, a repetition would move it twice."""

    code = "app.idempotency_key_needed"
    message = "此操作须带请求编号（Idempotency-Key），以免重复办理，请更新后重试"


_HTTP_ERRORS = {
    400: ("app.malformed", "请求内容无法解析，请检查格式"),
    404: ("app.not_found", "没有找到相应的内容"),
    405: ("app.method_not_allowed", "此地址不支持该请求方式"),
    413: ("app.too_large", "提交的内容过大"),
    415: ("app.unsupported_media_type", "请以 application/json 格式提交"),
    500: INTERNAL,
}
_KEY = re.compile(r"[\x21-\x7e]{1,64}")
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


@dataclass(frozen=True, slots=True)
class Shared:
    """An answer that is the same for every actor: kept as bytes for a short while, with an ETag.

    `topic` is bumped (`backend.revisions`) by whatever changes it, so that within one process a change
    shows at once and between processes after `seconds`.
    """

    topic: str
    seconds: float = 1.0


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
    cache: dict[str, tuple[float, int, bytes, str]] = {}

    def dump(result: Any) -> bytes:
        if isinstance(result, Page):
            return orjson.dumps(
                {
                    "list": out_schema.dump(result.rows, many=True) if out_schema else result.rows,
                    "total": result.total,
                    "page": result.page,
                    "page_size": result.page_size,
                }
            )
        if out_schema is None:
            return orjson.dumps(result)
        dumped = out_schema.dump(result, many=many)
        return orjson.dumps({"list": dumped} if many else dumped)

    def decorate(view: Callable[..., Any]) -> Callable[..., Response]:
        def call(actor: Actor | None, path: dict[str, Any], device: SignedRequest | None = None) -> Any:
            arguments = dict(path)
            if actor is not None:
                arguments["actor"] = actor
            if device is not None:
                arguments["device"] = device
            if query_schema is not None:
                arguments["query"] = load(query_schema, request.args.to_dict())
            if body_schema is not None:
                arguments["body"] = load(body_schema, read_json())
            return view(**arguments)

        def answer_shared(rules: Shared, path: dict[str, Any]) -> Response:
            now, revision = time.monotonic(), revisions.current(rules.topic)
            # A process may hold several applications, each on a database of its own: the tests do.
            key = f"{settings().database_url} {request.full_path}"
            kept = cache.get(key)
            if kept is None or kept[0] < now or kept[1] != revision:
                data = dump(call(None, path))
                etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
                if len(cache) > 500:
                    cache.clear()
                kept = cache[key] = (now + rules.seconds, revision, data, etag)
            return conditional(kept[2], kept[3], status)

        def answer_once(claim: idempotency.Claim, actor: Actor, path: dict[str, Any]) -> Response:
            stored: list[bytes] = []

            def store(result: Any) -> None:
                body = envelope(dump(result))
                idempotency.store(claim, status, body)
                stored.append(body)

            try:
                with answering(store):
                    call(actor, path)
            except errors.AppError:
                # A refusal may be due to a twin that was committed meanwhile: its answer counts.
                first = idempotency.find(claim)
                if first is None:
                    raise
                return respond(first[1], first[0])
            if not stored:
                raise RuntimeError(f"{request.endpoint} ended without a unit of work")
            return respond(stored[0], status)

        def answer(
            found: FoundSession,
            key: str | None,
            path: dict[str, Any],
            content: Callable[[], bytes],
        ) -> Response:
            if key is None:
                return respond(envelope(dump(call(found.actor, path))), status)
            request_hash = idempotency.request_hash(method, request.full_path, content())
            claim = idempotency.Claim(found.actor.staff_id, key, request_hash)
            if found.answer is not None:
                first = idempotency.replay(claim, *found.answer)
                return respond(first[1], first[0])
            return answer_once(claim, found.actor, path)

        @wraps(view)
        def handle(**path: Any) -> Response:
            request.environ["houqin.is_upload"] = upload is not None
            if permission is PUBLIC:
                rate_limits.count_address()
                return respond(envelope(dump(call(None, path))), status)
            if permission is DEVICE:
                with rate_limits.known_or_counted():
                    device = authenticate_device()
                return respond(envelope(dump(call(None, path, device))), status)
            key = _idempotency_key() if method == "POST" and keeps_answer else None
            with rate_limits.known_or_counted():
                found = authenticate(key)
            actor = found.actor
            rate_limits.count_person(actor, is_heavy=upload is not None or file is not None)
            if not actor.can(permission):
                raise errors.Forbidden
            if found.must_change_password and permission is not Permission.SELF:
                raise PasswordChangeRequired
            if key_required and key is None:
                raise IdempotencyKeyNeeded
            if shared is not None:
                return answer_shared(shared, path)
            if file is not None:
                return download(call(actor, path), file)
            if upload is None:
                return answer(found, key, path, request.get_data)
            with uploads.receive(upload, upload_bytes(settings())) as received:
                return answer(found, key, {**path, "file": received.file}, lambda: received.digest)

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


def load(schema: Schema, data: Any) -> Any:
    """`data` as the schema reads it. Raises Invalid with messages per field."""
    try:
        return schema.load(data)
    except ValidationError as error:
        raise errors.Invalid(fields=error.messages) from error


def read_json() -> Any:
    """The body as JSON. Raises UnsupportedMediaType, TooLarge or Malformed."""
    if (request.mimetype or "") != "application/json":
        raise errors.UnsupportedMediaType
    limit = settings().body_limit_bytes
    if (request.content_length or 0) > limit:
        raise errors.TooLarge(limit_bytes=limit)
    try:
        return orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise errors.Malformed from error


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise BadIdempotencyKey
    return key


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
