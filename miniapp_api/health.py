"""For machines that watch this one: alive, ready, and in figures. At the root, outside of the API."""

import hmac

import orjson
from flask import Blueprint, Response, request

from backend import metrics, readiness
from backend.answers import envelope, respond
from backend.config import settings
from backend.errors import Forbidden
from backend.http import uncounted

blueprint = Blueprint("health", __name__)

_LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
# A proxy in front of us speaks from this machine, but not for it.
_PROXY_HEADERS = ("X-Forwarded-For", "X-Real-IP", "Forwarded")


@blueprint.get("/healthz")
@uncounted
def healthz() -> Response:
    """The process answers. The database is not asked."""
    return respond(envelope(b'{"status":"alive"}'))


@blueprint.get("/readyz")
@uncounted
def readyz() -> Response:
    """The database answers, is migrated and, in the demo, seeded; otherwise 503 naming the failed check."""
    readiness.ensure_ready()
    return respond(envelope(orjson.dumps({"status": "ready", "mode": settings().mode})))


@blueprint.get("/metrics")
@uncounted
def read_metrics() -> Response:
    """Prometheus' text: to this machine itself, or to the bearer of HOUQIN_METRICS_TOKEN."""
    if not (_is_local() or _has_token()):
        raise Forbidden
    return Response(metrics.render(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_local() -> bool:
    return request.remote_addr in _LOOPBACK and not any(name in request.headers for name in _PROXY_HEADERS)


def _has_token() -> bool:
    token = settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())
