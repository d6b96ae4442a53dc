"""How an endpoint answers: who asks, what they send, one use case, and the envelope around its result.

`backend.http.endpoint` declares one.
"""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

import orjson
from flask import Response, request
from marshmallow import Schema, ValidationError

from backend import errors, idempotency, rate_limits, revisions, uploads
from backend.actor import Actor, Permission
from backend.answers import conditional, download, envelope, respond
from backend.authentication import authenticate, authenticate_device
from backend.config import Settings, settings
from backend.db import answering
from backend.devices.policies import SignedRequest
from backend.identity.queries import FoundSession
from backend.paging import Page


class Public(Enum):
    """The mark of an endpoint that needs no login."""

    PUBLIC = "public"


class Signed(Enum):
    """The mark of an endpoint whose requests a device signs, instead of a person's login."""

    DEVICE = "device"


PUBLIC: Final = Public.PUBLIC
DEVICE: Final = Signed.DEVICE
_KEY = re.compile(r"[\x21-\x7e]{1,64}")
_MOST_KEPT: Final = 500


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


@dataclass(frozen=True, slots=True)
class Shared:
    """An answer that is the same for every actor: kept as bytes for a short while, with an ETag.

    `topic` is bumped (`backend.revisions`) by whatever changes it, so that within one process a change
    shows at once and between processes after `seconds`.
    """

    topic: str
    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as `backend.http.endpoint` takes it, with its schemas made."""

    view: Callable[..., Any]
    method: str
    permission: Permission | Public | Signed
    body: Schema | None
    query: Schema | None
    out: Schema | None
    many: bool
    status: int
    upload: str | None
    upload_bytes: Callable[[Settings], int]
    file: str | None
    shared: Shared | None
    keeps_answer: bool
    key_required: bool
    _kept: dict[str, tuple[float, int, bytes, str]] = field(default_factory=dict)

    def answer(self, path: dict[str, Any]) -> Response:
        """The answer to the present request with these variables of its path. Raises what refuses it."""
        request.environ["houqin.is_upload"] = self.upload is not None
        if self.permission is PUBLIC:
            rate_limits.count_address()
            return self._responded(self._call(None, path))
        if self.permission is DEVICE:
            with rate_limits.known_or_counted():
                device = authenticate_device()
            return self._responded(self._call(None, path, device))
        key = _idempotency_key() if self.method == "POST" and self.keeps_answer else None
        with rate_limits.known_or_counted():
            found = authenticate(key)
        self._ensure_allowed(found, key)
        if self.shared is not None:
            return self._answer_shared(self.shared, path)
        if self.file is not None:
            return download(self._call(found.actor, path), self.file)
        if self.upload is None:
            return self._answer_person(found, key, path, request.get_data)
        with uploads.receive(self.upload, self.upload_bytes(settings())) as received:
            path = {**path, "file": received.file}
            return self._answer_person(found, key, path, lambda: received.digest)

    def _ensure_allowed(self, found: FoundSession, key: str | None) -> None:
        is_heavy = self.upload is not None or self.file is not None
        rate_limits.count_person(found.actor, is_heavy=is_heavy)
        if not found.actor.can(self.permission):  # type: ignore[arg-type] # The marks have had their turn.
            raise errors.Forbidden
        if found.must_change_password and self.permission is not Permission.SELF:
            raise PasswordChangeRequired
        if self.key_required and key is None:
            raise IdempotencyKeyNeeded

    def _call(self, actor: Actor | None, path: dict[str, Any], device: SignedRequest | None = None) -> Any:
        arguments = dict(path)
        if actor is not None:
            arguments["actor"] = actor
        if device is not None:
            arguments["device"] = device
        if self.query is not None:
            arguments["query"] = load(self.query, request.args.to_dict())
        if self.body is not None:
            arguments["body"] = load(self.body, read_json())
        return self.view(**arguments)

    def _answer_person(
        self, found: FoundSession, key: str | None, path: dict[str, Any], content: Callable[[], bytes]
    ) -> Response:
        if key is None:
            return self._responded(self._call(found.actor, path))
        request_hash = idempotency.request_hash(self.method, request.full_path, content())
        claim = idempotency.Claim(found.actor.staff_id, key, request_hash)
        if found.answer is not None:
            first = idempotency.replay(claim, *found.answer)
            return respond(first[1], first[0])
        return self._answer_once(claim, found.actor, path)

    def _answer_once(self, claim: idempotency.Claim, actor: Actor, path: dict[str, Any]) -> Response:
        stored: list[bytes] = []

        def store(result: Any) -> None:
            body = envelope(self._dump(result))
            idempotency.store(claim, self.status, body)
            stored.append(body)

        try:
            with answering(store):
                self._call(actor, path)
        except errors.AppError:
            # A refusal may be due to a twin that was committed meanwhile: its answer counts.
            first = idempotency.find(claim)
            if first is None:
                raise
            return respond(first[1], first[0])
        if not stored:
            raise RuntimeError(f"{request.endpoint} ended without a unit of work")
        return respond(stored[0], self.status)

    def _answer_shared(self, rules: Shared, path: dict[str, Any]) -> Response:
        now, revision = time.monotonic(), revisions.current(rules.topic)
        # A process may hold several applications, each on a database of its own: the tests do.
        key = f"{settings().database_url} {request.full_path}"
        kept = self._kept.get(key)
        if kept is None or kept[0] < now or kept[1] != revision:
            data = self._dump(self._call(None, path))
            etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
            if len(self._kept) > _MOST_KEPT:
                self._kept.clear()
            kept = self._kept[key] = (now + rules.seconds, revision, data, etag)
        return conditional(kept[2], kept[3], self.status)

    def _responded(self, result: Any) -> Response:
        return respond(envelope(self._dump(result)), self.status)

    def _dump(self, result: Any) -> bytes:
        if isinstance(result, Page):
            return orjson.dumps(
                {
                    "list": self.out.dump(result.rows, many=True) if self.out else result.rows,
                    "total": result.total,
                    "page": result.page,
                    "page_size": result.page_size,
                }
            )
        if self.out is None:
            return orjson.dumps(result)
        dumped = self.out.dump(result, many=self.many)
        return orjson.dumps({"list": dumped} if self.many else dumped)


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
