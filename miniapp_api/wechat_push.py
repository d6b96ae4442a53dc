"""WeChat's push callback: the address to enter in WeChat's console is `/api/v1/callbacks/wechat/default`.

WeChat wants its own answers: the bare `echostr`, the bare `success` within five seconds, else it tries
again. So a message is only stored here. Refusals are in the envelope.
"""

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from backend.http import public
from backend.wechat import services
from backend.wechat.push import MAX_BYTES

blueprint = Blueprint("wechat_push", __name__)

_RULE = "/callbacks/wechat/<app>"
_TEXT = {"text/plain": {"schema": {"type": "string"}}}
_FAILURE = {"description": "Refused", "content": {"application/json": {"schema": "Failure"}}}


def _documented(summary: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    names = ("signature", "msg_signature", "timestamp", "nonce", "echostr")
    query = [{"in": "query", "name": name, "schema": {"type": "string"}} for name in names]
    described: dict[str, Any] = {
        "summary": summary,
        "parameters": query,
        "responses": {"200": {"description": "OK", "content": _TEXT}, "default": _FAILURE},
        "x-permission": "public",
        "security": [],
    }
    return {"manual_doc": described | ({"requestBody": {"content": body}} if body else {})}


@public
def verify_address(app: str) -> Response:
    """Answer that the address is ours."""
    return Response(services.verify_address(app=app, query=request.args), mimetype="text/plain")


@public
def receive(app: str) -> Response:
    """Keep what WeChat pushes."""
    request.max_content_length = MAX_BYTES
    services.receive(app=app, query=request.args, body=request.get_data())
    return Response("success", mimetype="text/plain")


_BODIES = {"application/json": {"schema": {"type": "object"}}, "text/xml": {"schema": {"type": "string"}}}
verify_address._apidoc = _documented("微信消息推送：验证地址")  # type: ignore[attr-defined] # flask-smorest looks there.
receive._apidoc = _documented("微信消息推送：接收", _BODIES)  # type: ignore[attr-defined] # flask-smorest looks there.
blueprint.route(_RULE, methods=["GET"])(verify_address)
blueprint.route(_RULE, methods=["POST"])(receive)
