"""WeChat's endpoints as its documentation describes them: HTTP 200 always, an errcode when refused."""

import base64
import hmac
import json
import secrets
import time
from itertools import count
from typing import Any

from flask import Blueprint, Flask, Response, g, request

from backend import clock
from backend.wechat.masking import masked
from backend.wechat.simulator.access_tokens import ForcedTooOften, ForcedTooSoon, TokenState
from backend.wechat.simulator.codes import CodeKind
from backend.wechat.simulator.faults import Fault, LoggedRequest
from backend.wechat.simulator.people import openid_of, unionid_of
from backend.wechat.simulator.world import world

blueprint = Blueprint("wechat", __name__)

OWN_PREFIX = "/simulator"

_ERRMSG = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40029: "invalid code",
    40066: "invalid url",
    40125: "invalid appsecret",
    40226: "code blocked",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit  mustslower  retry next minute",
    47001: "data format error",
}
_serial = count()


class ApiError(Exception):
    """An answer with an errcode."""

    def __init__(self, errcode: int) -> None:
        self.errcode = errcode
        super().__init__(errcode)


@blueprint.route("/sns/jscode2session", methods=["GET", "POST"])
def code_to_session() -> Response:
    """Exchange a login code."""
    _require_method("GET", 43001)
    appid = _check_app(request.args)
    if request.args.get("grant_type") != "authorization_code":
        raise ApiError(40002)
    code = request.args.get("js_code")
    if not code:
        raise ApiError(41008)
    found = world().codes.use(code, CodeKind.LOGIN, appid)
    if found is None:
        raise ApiError(40029)
    answer = {
        "session_key": base64.b64encode(secrets.token_bytes(16)).decode(),
        "openid": openid_of(appid, found.person),
    }
    if world().has_unionid:
        answer["unionid"] = unionid_of(found.person)
    # WeChat claims text/plain here, and leaves errcode out on success.
    return Response(json.dumps(answer), mimetype="text/plain")


@blueprint.route("/cgi-bin/stable_token", methods=["GET", "POST"])
def stable_token() -> Response:
    """The stable access token."""
    _require_method("POST", 43002)
    body = _body()
    appid = _check_app(body)
    if body.get("grant_type") != "client_credential":
        raise ApiError(40002)
    try:
        token, seconds = world().tokens.stable(appid, force=body.get("force_refresh") is True)
    except ForcedTooSoon:
        raise ApiError(45011) from None
    except ForcedTooOften:
        raise ApiError(45009) from None
    return _answer({"access_token": token, "expires_in": seconds})


@blueprint.route("/cgi-bin/token", methods=["GET", "POST"])
def normal_token() -> Response:
    """A normal access token; the previous one dies."""
    _require_method("GET", 43001)
    appid = _check_app(request.args)
    if request.args.get("grant_type") != "client_credential":
        raise ApiError(40002)
    token, seconds = world().tokens.normal(appid)
    return _answer({"access_token": token, "expires_in": seconds})


@blueprint.route("/wxa/business/getuserphonenumber", methods=["GET", "POST"])
def phone_number() -> Response:
    """The phone number behind a phone code."""
    _require_method("POST", 43002)
    appid = _check_token()
    body = _body()
    code = str(body.get("code") or "")
    if world().codes.belongs_elsewhere(code, CodeKind.PHONE, appid):
        raise ApiError(40013)
    found = world().codes.use(code, CodeKind.PHONE, appid)
    if found is None:
        raise ApiError(40029)
    openid = body.get("openid")
    if openid and openid != openid_of(appid, found.person):
        raise ApiError(40003)
    return _answer(
        {
            "errcode": 0,
            "errmsg": "ok",
            "phone_info": {
                "phoneNumber": found.phone if found.country == "86" else f"+{found.country}{found.phone}",
                "purePhoneNumber": found.phone,
                # WeChat is known to answer either type.
                "countryCode": int(found.country) if next(_serial) % 2 else found.country,
                "watermark": {"timestamp": int(clock.now().timestamp()), "appid": appid},
            },
        }
    )


def install(app: Flask) -> None:
    """Register the endpoints, the faults and the log."""
    app.register_blueprint(blueprint)
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
    try:
        body = json.loads(request.get_data())
    except ValueError:
        return None
    return masked(body) if isinstance(body, dict) else None


def _refuse(error: ApiError) -> Response:
    g.errcode = error.errcode
    rid = "-".join(secrets.token_hex(4) for _ in range(3))
    errmsg = f"{_ERRMSG.get(error.errcode, 'error')}, rid: {rid}"
    return _answer({"errcode": error.errcode, "errmsg": errmsg})


def unknown() -> Response:
    """What WeChat says about an address that it does not have."""
    return _refuse(ApiError(40066))


def _answer(body: dict[str, Any]) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")


def _require_method(method: str, errcode: int) -> None:
    if request.method != method:
        raise ApiError(errcode)


def _body() -> dict[str, Any]:
    try:
        body = json.loads(request.get_data())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ApiError(47001)
    return body


def _check_app(values: Any) -> str:
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


def _check_token() -> str:
    """The appid whose token came with the call."""
    token = request.args.get("access_token")
    if not token:
        raise ApiError(41001)
    state, appid = world().tokens.check(token)
    if state is TokenState.EXPIRED:
        raise ApiError(42001)
    if state is TokenState.INVALID:
        raise ApiError(40001)
    return appid
