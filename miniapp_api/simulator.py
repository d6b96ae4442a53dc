"""In the demo, `/simulator` leads to the WeChat simulator, a server of its own; production lacks it."""

from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from backend.config import settings
from backend.errors import Unavailable
from backend.http import public

blueprint = Blueprint("simulator", __name__, url_prefix="/simulator")

TIMEOUT_S = 5.0

# RFC 9110 §7.6.1, and what concerns only the connection to us or the account here.
_OF_ONE_CONNECTION = frozenset(
    (
        "connection", "content-length", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    )
)  # fmt: skip
_NOT_FORWARDED = _OF_ONE_CONNECTION | {"authorization", "cookie"}
_NOT_RETURNED = _OF_ONE_CONNECTION | {"date", "server", "set-cookie"}


class SimulatorDown(Unavailable):
    """The simulator does not answer."""

    code = "simulator.unavailable"
    message = "微信模拟器没有应答，请稍后重试"


@blueprint.get("", strict_slashes=False)
@public
def without_slash() -> BaseResponse:
    """To the page."""
    return redirect("/simulator/")


@blueprint.route("/", defaults={"path": ""}, methods=["GET", "POST", "DELETE"])
@blueprint.route("/<path:path>", methods=["GET", "POST", "DELETE"])
@public
def forward(path: str) -> Response:
    """What the simulator answers, byte for byte."""
    headers = [(name, value) for name, value in request.headers if name.lower() not in _NOT_FORWARDED]
    url = httpx.URL(settings().simulator_url).copy_with(
        path=f"/simulator/{path}", query=request.query_string or None
    )
    try:
        with _client().stream(
            request.method, url, headers=headers, content=request.get_data() or None
        ) as answer:
            body = b"".join(answer.iter_raw())
    except httpx.HTTPError as error:
        raise SimulatorDown from error
    kept = [
        (name, value) for name, value in answer.headers.multi_items() if name.lower() not in _NOT_RETURNED
    ]
    return Response(body, answer.status_code, kept)


@lru_cache(maxsize=1)
def _client() -> httpx.Client:
    """One pool of connections per process, which keeps no cookies: its visitors are not one person."""
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    # No proxy of the environment either: the simulator is on this machine.
    return httpx.Client(timeout=TIMEOUT_S, cookies=no_cookies, trust_env=False)
