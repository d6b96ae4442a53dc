"""WeChat's endpoints of login, tokens and phone numbers, as its documentation describes them."""

import base64
import json
import secrets
from itertools import count

from flask import Blueprint, Response, request

from backend import clock
from backend.wechat.simulator.access_tokens import ForcedTooOften, ForcedTooSoon
from backend.wechat.simulator.answers import (
    ApiError,
    answer,
    check_app,
    check_token,
    json_body,
    require_method,
)
from backend.wechat.simulator.codes import CodeKind
from backend.wechat.simulator.people import openid_of, unionid_of
from backend.wechat.simulator.world import world

blueprint = Blueprint("wechat", __name__)
_serial = count()


@blueprint.route("/sns/jscode2session", methods=["GET", "POST"])
def code_to_session() -> Response:
    """Exchange a login code."""
    require_method("GET")
    appid = check_app(request.args)
    if request.args.get("grant_type") != "authorization_code":
        raise ApiError(40002)
    code = request.args.get("js_code")
    if not code:
        raise ApiError(41008)
    found = world().codes.use(code, CodeKind.LOGIN, appid)
    if found is None:
        raise ApiError(40029)
    session = {
        "session_key": base64.b64encode(secrets.token_bytes(16)).decode(),
        "openid": openid_of(appid, found.person),
    }
    if world().has_unionid:
        session["unionid"] = unionid_of(found.person)
    # WeChat claims text/plain here, and leaves errcode out on success.
    return Response(json.dumps(session), mimetype="text/plain")


@blueprint.route("/cgi-bin/stable_token", methods=["GET", "POST"])
def stable_token() -> Response:
    """The stable access token."""
    require_method("POST")
    body = json_body()
    appid = check_app(body)
    if body.get("grant_type") != "client_credential":
        raise ApiError(40002)
    try:
        token, seconds = world().tokens.stable(appid, force=body.get("force_refresh") is True)
    except ForcedTooSoon:
        raise ApiError(45011) from None
    except ForcedTooOften:
        raise ApiError(45009) from None
    return answer({"access_token": token, "expires_in": seconds})


@blueprint.route("/cgi-bin/token", methods=["GET", "POST"])
def normal_token() -> Response:
    """A normal access token; the previous one dies."""
    require_method("GET")
    appid = check_app(request.args)
    if request.args.get("grant_type") != "client_credential":
        raise ApiError(40002)
    token, seconds = world().tokens.normal(appid)
    return answer({"access_token": token, "expires_in": seconds})


@blueprint.route("/wxa/business/getuserphonenumber", methods=["GET", "POST"])
def phone_number() -> Response:
    """The phone number behind a phone code."""
    require_method("POST")
    appid = check_token(world().tokens)
    body = json_body()
    code = str(body.get("code") or "")
    if world().codes.belongs_elsewhere(code, CodeKind.PHONE, appid):
        raise ApiError(40013)
    found = world().codes.use(code, CodeKind.PHONE, appid)
    if found is None:
        raise ApiError(40029)
    openid = body.get("openid")
    if openid and openid != openid_of(appid, found.person):
        raise ApiError(40003)
    return answer(
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
