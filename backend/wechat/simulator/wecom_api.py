"""WeCom's endpoints below /wecom: a corporation's token, logins and notices, as its documentation says."""

import hmac
import secrets
from collections import deque
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request

from backend import clock
from backend.config import WecomApp
from backend.wechat.simulator.answers import ApiError, answer, check_token, json_body, require_method
from backend.wechat.simulator.codes import CodeKind
from backend.wechat.simulator.mailbox import Channel
from backend.wechat.simulator.people import userid_of
from backend.wechat.simulator.world import World, world

blueprint = Blueprint("wecom", __name__, url_prefix="/wecom")

PER_MINUTE = 30


@blueprint.route("/cgi-bin/gettoken", methods=["GET", "POST"])
def token() -> Response:
    """The token of an app of the corporation: the same until shortly before its end."""
    require_method("GET")
    app = _app()
    if request.args.get("corpid") != app.corpid:
        raise _refused(40013, "invalid corpid")
    given = request.args.get("corpsecret", "")
    if not hmac.compare_digest(given.encode(), app.secret.encode()):
        raise _refused(40001, "invalid credential")
    text, seconds = world().wecom_tokens.stable(app.corpid)
    return answer({"errcode": 0, "errmsg": "ok", "access_token": text, "expires_in": seconds})


@blueprint.route("/cgi-bin/miniprogram/jscode2session", methods=["GET", "POST"])
def code_to_session() -> Response:
    """Exchange a login code of wx.qy.login."""
    require_method("GET")
    app, corpid = _app(), check_token(world().wecom_tokens)
    if request.args.get("grant_type") != "authorization_code":
        raise _refused(40002, "invalid grant_type")
    found = world().codes.use(request.args.get("js_code", ""), CodeKind.WECOM, corpid)
    if found is None:
        raise _refused(40029, "invalid code")
    session = {
        "corpid": app.corpid,
        "userid": userid_of(found.person),
        "session_key": secrets.token_urlsafe(18),
    }
    return answer({"errcode": 0, "errmsg": "ok", **session})


@blueprint.route("/cgi-bin/message/send", methods=["GET", "POST"])
def send() -> Response:
    """Send a notice that leads into the mini-program."""
    require_method("POST")
    check_token(world().wecom_tokens)
    app, body, here = _app(), json_body(), world()
    if body.get("agentid") != app.agentid:
        raise _refused(40056, "invalid agentid")
    notice = body.get("miniprogram_notice")
    if body.get("msgtype") != "miniprogram_notice" or not isinstance(notice, dict):
        raise _refused(40008, "invalid message type")
    _check(app, notice)
    userid = str(body.get("touser") or "")
    staff_no = here.person_of(userid, userid_of)
    if staff_no is None:
        raise _refused(81013, "user & party & tag all invalid")
    _ration(here, userid)
    msgid = secrets.token_urlsafe(30)
    lines = [(item["key"], item["value"]) for item in notice.get("content_item", [])]
    if notice.get("description"):
        lines.insert(0, ("", notice["description"]))
    here.mailbox.add(
        clock.now(),
        Channel.WECOM,
        staff_no,
        notice["title"],
        lines,
        page=notice.get("page", ""),
        reference=msgid,
    )
    return answer({"errcode": 0, "errmsg": "ok", "msgid": msgid})


def _check(app: WecomApp, notice: dict[str, Any]) -> None:
    """The limits of document 90236."""
    items = notice.get("content_item", [])
    description = notice.get("description")
    if notice.get("appid") != app.appid:
        raise _refused(40013, "invalid appid")
    if not _has_length(notice.get("title"), 4, 12):
        raise _refused(40058, "invalid length of title")
    if description is not None and not _has_length(description, 4, 12):
        raise _refused(40058, "invalid length of description")
    if not isinstance(items, list) or len(items) > 10:
        raise _refused(40058, "too many content_item")
    for item in items:
        item = item if isinstance(item, dict) else {}
        if not (_has_length(item.get("key"), 1, 10) and _has_length(item.get("value"), 1, 30)):
            raise _refused(40058, "invalid length of content_item")


def _has_length(text: Any, least: int, most: int) -> bool:
    return isinstance(text, str) and least <= len(text) <= most


def _ration(here: World, userid: str) -> None:
    now = clock.now()
    with here.lock:
        sent = here.wecom_sent.setdefault(userid, deque())
        while sent and sent[0] <= now - timedelta(minutes=1):
            sent.popleft()
        if len(sent) >= PER_MINUTE:
            raise _refused(45009, "api freq out of limit")
        sent.append(now)


def _app() -> WecomApp:
    app = world().wecom
    if app is None:
        raise _refused(40013, "invalid corpid")
    return app


def _refused(errcode: int, text: str) -> ApiError:
    hint = secrets.randbelow(10**18)
    return ApiError(errcode, f"{text}, hint: [{hint}], from ip: 127.0.0.1")
