"""WeChat's manner of answering, which WeCom shares: HTTP 200 and an errcode when refused; faults; the log."""

import hmac
import json
import secrets
import time
from typing import Any

from flask import Flask, Response, g, request

from backend import clock
from backend.wechat.masking import masked
from backend.wechat.simulator.access_tokens import AccessTokens, TokenState
from backend.wechat.simulator.faults import Fault, LoggedRequest
from backend.wechat.simulator.world import world

OWN_PREFIX = "/simulator"

_ERRMSG = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40029: "invalid code",
    40037: "invalid template_id",
    40056: "invalid agentid",
    40058: "invalid parameter",
    40066: "invalid url",
    40097: "invalid args",
    40125: "invalid appsecret",
    40129: "invalid scene",
    40226: "code blocked",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    41030: "invalid page",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43101: "user refuse to accept the msg",
    43104: "appid not match with openid",
    43107: "user has been banned",
    43108: "concurrent send to the same user",
    44002: "empty post data",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit  mustslower  retry next minute",
    45168: "template message contains sensitive words",
    47001: "data format error",
    48001: "api unauthorized",
    61010: "user is not active within two hours",
    81013: "user & party & tag all invalid",
}


class ApiError(Exception):
    """An answer with an errcode; `detail` replaces the usual text."""

    def __init__(self, errcode: int, detail: str = "") -> None:
        self.errcode = errcode
        self.detail = detail
        super().__init__(errcode)


def install(app: Flask) -> None:
    """Register the faults, the log and the answer to a refusal."""
    app.before_request(_fail_on_order)
    app.after_request(_finish)
    app.register_error_handler(ApiError, _refuse)


def _is_ours() -> bool:
    return request.path.startswith(OWN_PREFIX)


def _fail_on_order() -> Response | None:
    if _is_ours():
        return None
    fault = world().faults.take(request.path)
    if fault is None:
        return None
    g.fault = fault
    if fault.errcode is not None:
        return _refuse(ApiError(fault.errcode))
    if fault.http_status is not None:
        return Response(f"<html>{fault.http_status}</html>", fault.http_status)
    if fault.text is not None:
        return Response(fault.text, mimetype="text/html")
    return None


def _finish(response: Response) -> Response:
    if _is_ours():
        return response
    fault: Fault | None = g.get("fault")
    world().requests.add(
        LoggedRequest(
            at=clock.now(),
            method=request.method,
            path=request.path,
            query=masked(request.args.to_dict()),
            body=_masked_body(),
            status=response.status_code,
            errcode=g.get("errcode", 0),
            fault=_named(fault),
        )
    )
    if fault is not None and fault.timeout_s is not None:
        time.sleep(fault.timeout_s)
    return response


def _named(fault: Fault | None) -> str:
    if fault is None:
        return ""
    names = ("errcode", "timeout_s", "http_status", "text")
    return next(name for name in names if getattr(fault, name) is not None)


def _masked_body() -> Any:
    if request.mimetype == "application/x-www-form-urlencoded":
        return masked(request.form.to_dict())
    try:
        body = json.loads(request.get_data())
    except ValueError:
        return None
    return masked(body) if isinstance(body, dict) else None


def _refuse(error: ApiError) -> Response:
    g.errcode = error.errcode
    rid = "-".join(secrets.token_hex(4) for _ in range(3))
    errmsg = f"{error.detail or _ERRMSG.get(error.errcode, 'error')} rid: {rid}"
    return answer({"errcode": error.errcode, "errmsg": errmsg})


def unknown() -> Response:
    """What WeChat says about an address that it does not have."""
    return _refuse(ApiError(40066))


def answer(body: dict[str, Any]) -> Response:
    """A JSON answer."""
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")


def require_method(method: str) -> None:
    """Refuse any other method: 43001 wants GET, 43002 POST."""
    if request.method != method:
        raise ApiError(43001 if method == "GET" else 43002)


def json_body() -> dict[str, Any]:
    """The JSON object of the request."""
    try:
        body = json.loads(request.get_data())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ApiError(47001)
    return body


def check_app(values: Any) -> str:
    """The appid, if its secret comes with it."""
    appid, secret = str(values.get("appid") or ""), str(values.get("secret") or "")
    if not appid:
        raise ApiError(41002)
    expected = world().secret_of(appid)
    if expected is None:
        raise ApiError(40013)
    if not secret:
        raise ApiError(41004)
    if not hmac.compare_digest(secret.encode(), expected.encode()):
        raise ApiError(40125)
    return appid


def check_token(tokens: AccessTokens) -> str:
    """The app (or corporation) whose token came with the call."""
    token = request.args.get("access_token")
    if not token:
        raise ApiError(41001)
    state, owner = tokens.check(token)
    if state is TokenState.EXPIRED:
        raise ApiError(42001)
    if state is TokenState.INVALID:
        raise ApiError(40001)
    return owner
