"""Who is asking: a session, by its bearer token or the console's cookie, or a device by its signature."""

from datetime import timedelta
from hmac import compare_digest

from flask import request

from backend import clock, errors, vault
from backend.config import Mode, settings
from backend.devices import policies as device_policies
from backend.devices import queries as device_queries
from backend.devices.policies import SignedRequest
from backend.devices.signing import DEVICE_HEADER, SIGNATURE_HEADERS
from backend.identity import policies, queries, services
from backend.identity.console import services as console_services
from backend.identity.errors import SecondFactorRequired
from backend.identity.models import SessionStage
from backend.identity.queries import FoundSession

# The token of a console session. Pages, and the API calls of their forms, carry it. In production browsers
# take the name from this host alone, encrypted: no other host of the domain can plant one.
CONSOLE_COOKIE = "houqin_console"
HOST_COOKIE = f"__Host-{CONSOLE_COOKIE}"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class CsrfFailed(errors.Forbidden):
    """The request rides on the console's cookie without the token of its pages."""

    code = "app.csrf_failed"
    message = "页面已过期，请刷新后重试"


def authenticate(key: str | None = None) -> FoundSession:
    """The session named by the Authorization header or, of a page of the console, by its cookie.

    A browser sends cookies unasked, so that whatever changes something has to carry the page's CSRF token
    beside them. Raises Unauthenticated, SecondFactorRequired if the login is not complete, CsrfFailed.
    """
    if "Authorization" in request.headers or console_cookie() not in request.cookies:
        found = _find_session(key)
    else:
        found = console_session(key)
        if found is not None:
            ensure_own_page()
    if found is None:
        raise errors.Unauthenticated
    if found.stage is not SessionStage.COMPLETE:
        raise SecondFactorRequired
    return found


def console_cookie() -> str:
    """The name of the console's cookie in this deployment."""
    return HOST_COOKIE if settings().mode is Mode.PRODUCTION else CONSOLE_COOKIE


def console_session(key: str | None = None) -> FoundSession | None:
    """The running session of the console's cookie; its login may still lack something (`stage`)."""
    token = request.cookies.get(console_cookie(), "")
    return _noted(console_services.authenticate(token, key)) if token else None


def _find_session(key: str | None) -> FoundSession | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    found = queries.find_session(policies.hash_token(token.strip()), key)
    now, running = clock.now(), settings()
    if found is None or policies.has_ended(found.kind, found.seen_at, found.expires_at, now, running):
        return None
    if policies.should_touch(found.kind, found.seen_at, now, running):
        services.touch_session(found.actor.session_id)
    return _noted(found)


def _noted(found: FoundSession | None) -> FoundSession | None:
    """The same, remembered by number for the line that the log has of this request."""
    if found is not None:
        request.environ["houqin.staff_id"] = found.actor.staff_id
    return found


def authenticate_device() -> SignedRequest:
    """The device that signed this request. Raises SignatureRefused or RequestStale."""
    query = request.query_string.decode("latin-1")
    return device_policies.verify(
        device_queries.find_credentials(request.headers.get(DEVICE_HEADER, "")),
        {name: request.headers.get(name, "") for name in SIGNATURE_HEADERS},
        request.method,
        f"{request.path}?{query}" if query else request.path,
        request.get_data(),
        now=clock.now(),
        window=timedelta(seconds=settings().device_window_s),
    )


def csrf_token() -> str:
    """What the pages of this console session send along with whatever changes something."""
    return vault.sign("csrf", request.cookies.get(console_cookie(), "").encode())


def ensure_own_page() -> None:
    """Refuse a change that does not come from a page of this session. Raises CsrfFailed."""
    given = request.headers.get("X-CSRF-Token", "")
    if request.method not in SAFE_METHODS and not compare_digest(given.encode(), csrf_token().encode()):
        raise CsrfFailed
