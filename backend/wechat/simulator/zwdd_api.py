"""The gateway of 专有钉钉 below /zwdd: every request must be signed, and is refused twice over if not.

Sources: as `backend.zwdd.signing`, which this does not import, so that the one proves the other.
"""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, Response, request

from backend import clock
from backend.config import ZwddApp
from backend.wechat.simulator.access_tokens import TokenState
from backend.wechat.simulator.answers import answer
from backend.wechat.simulator.codes import CodeKind
from backend.wechat.simulator.mailbox import Channel
from backend.wechat.simulator.people import account_of
from backend.wechat.simulator.world import world

PREFIX = "/zwdd"
blueprint = Blueprint("zwdd", __name__, url_prefix=PREFIX)

_APART = timedelta(minutes=5)
_MESSAGE_TYPES = ("text", "link", "oa", "action_card", "markdown")


class GatewayRefusal(Exception):
    """The gateway's own refusal: the outer flag is false."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class ServiceRefusal(Exception):
    """The refusal of the service behind the gateway: the inner flag is false."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(code)


@blueprint.route("/gettoken.json", methods=["GET", "POST"])
def token() -> Response:
    """The token of the app."""
    app = _verified()
    if (_given("appkey"), _given("appsecret")) != (app.app_key, app.app_secret):
        raise ServiceRefusal("40089", "不合法的appkey或appsecret")
    text, seconds = world().zwdd_tokens.stable(app.app_key)
    return _content({"accessToken": text, "expiresIn": seconds})


@blueprint.post("/rpc/oauth2/dingtalk_app_user.json")
def user() -> Response:
    """Exchange a login code of dd.getAuthCode."""
    app = _verified()
    state, _ = world().zwdd_tokens.check(_given("access_token"))
    if state is not TokenState.VALID:
        raise ServiceRefusal("40014", "不合法的access_token")
    found = world().codes.use(_given("auth_code"), CodeKind.ZWDD, app.app_key)
    if found is None:
        raise ServiceRefusal("40078", "不存在的临时授权码")
    person = world().people.get(found.person)
    return _content(
        {
            "accountId": int(account_of(found.person)),
            "account": person.staff_no,
            "employeeCode": f"GE_{hashlib.sha256(found.person.encode()).hexdigest()[:32]}",
            "lastName": person.name,
            "realmId": app.tenant_id,
            "realmName": "演示租户",
        }
    )


@blueprint.post("/message/workNotification")
def notify() -> Response:
    """Send a work notice to accounts."""
    app, here = _verified(), world()
    if _given("tenantId") != app.tenant_id:
        raise ServiceRefusal("400001", "租户不存在")
    message = _message()
    reference = _given("bizMsgId")
    numbers = [here.person_of(account, account_of) for account in _given("receiverIds").split(",")]
    if not all(numbers):
        raise ServiceRefusal("400002", "接收人不存在")
    if here.mailbox.find(reference, Channel.ZWDD) is None:
        title, lines, page = _shown(message)
        for number in numbers:
            here.mailbox.add(
                clock.now(), Channel.ZWDD, number or "", title, lines, page=page, reference=reference
            )
    return _content({"msgId": f"m{hashlib.sha256(reference.encode()).hexdigest()[:20]}"} if reference else {})


def install(app: Flask) -> None:
    """Register the endpoints and the answers to refusals."""
    app.register_blueprint(blueprint)

    @app.errorhandler(GatewayRefusal)
    def _gateway(error: GatewayRefusal) -> Response:
        rid = secrets.token_hex(12)
        return answer({"success": False, "Code": error.code, "Message": error.code, "_RequestId": rid})

    @app.errorhandler(ServiceRefusal)
    def _service(error: ServiceRefusal) -> Response:
        refusal = {"success": False, "responseCode": error.code, "responseMessage": error.message}
        return answer({"success": True, "content": {**refusal, "requestId": secrets.token_hex(12)}})


def _verified() -> ZwddApp:
    """The app that signed the request. Raises GatewayRefusal."""
    app, head = world().zwdd, request.headers
    if app is None or not hmac.compare_digest(head.get("apiKey", "").encode(), app.app_key.encode()):
        raise GatewayRefusal("InvalidAppKey")
    if head.get("X-Hmac-Auth-Version") != "1.0" or not (
        head.get("X-Hmac-Auth-IP") and head.get("X-Hmac-Auth-MAC")
    ):
        raise GatewayRefusal("MissingHeader")
    timestamp, nonce = head.get("X-Hmac-Auth-Timestamp", ""), head.get("X-Hmac-Auth-Nonce", "")
    _check_timestamp(timestamp)
    pairs = "&".join(sorted(f"{key}={value}" for key, value in request.values.items(multi=True)))
    signed = f"{request.method}\n{timestamp}\n{nonce}\n{request.path.removeprefix(PREFIX)}"
    signed += f"\n{pairs}" if pairs else ""
    digest = hmac.new(app.app_secret.encode(), signed.encode(), hashlib.sha256).digest()
    given = head.get("X-Hmac-Auth-Signature", "")
    if not hmac.compare_digest(base64.b64encode(digest), given.encode()):
        raise GatewayRefusal("InvalidSignature")
    with world().lock:
        if not nonce or nonce in world().zwdd_nonces:
            raise GatewayRefusal("InvalidNonce")
        world().zwdd_nonces.append(nonce)
    return app


def _check_timestamp(text: str) -> None:
    try:
        signed_at = datetime.fromisoformat(text)
        is_fresh = abs(clock.now() - signed_at) <= _APART
    except (ValueError, TypeError):
        raise GatewayRefusal("InvalidTimestamp") from None
    if not (is_fresh and text.endswith("+08:00")):
        raise GatewayRefusal("InvalidTimestamp")


def _given(name: str) -> str:
    return request.values.get(name, "")


def _message() -> dict[str, Any]:
    try:
        message = json.loads(_given("msg"))
        kind = message["msgtype"]
        if kind not in _MESSAGE_TYPES or not message[kind]:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise ServiceRefusal("400003", "消息格式错误") from None
    return dict(message)


def _shown(message: dict[str, Any]) -> tuple[str, list[tuple[str, str]], str]:
    inner = message[message["msgtype"]]
    if message["msgtype"] == "text":
        title, _, text = str(inner.get("content", "")).partition("\n")
        return title, [("", text)] * bool(text), ""
    text = str(inner.get("markdown") or inner.get("text") or "")
    heading, _, rest = text.partition("\n")
    body = rest.strip() if heading.startswith("#") else text
    return str(inner.get("title", "")), [("", body)] * bool(body), str(inner.get("single_url") or "")


def _content(data: dict[str, Any]) -> Response:
    done = {"success": True, "responseCode": "0", "responseMessage": "OK", "requestId": secrets.token_hex(12)}
    return answer({"success": True, "content": {**done, "data": data}})
