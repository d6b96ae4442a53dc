"""WeChat's endpoint of subscribe messages."""

import re
import time
from itertools import count
from typing import Any

from flask import Blueprint, Response

from backend import clock
from backend.wechat.simulator.answers import ApiError, answer, check_token, json_body, require_method
from backend.wechat.simulator.mailbox import Channel
from backend.wechat.simulator.people import openid_of
from backend.wechat.simulator.pushes import push_event
from backend.wechat.simulator.subscriptions import Concurrent
from backend.wechat.simulator.template_fields import MessageTemplate, complaint
from backend.wechat.simulator.world import World, world

blueprint = Blueprint("subscribe", __name__)

_PAGE = re.compile(r"[A-Za-z][\w-]*(/[\w-]+)+")
_STATES = ("formal", "trial", "developer")
# WeChat's numbers are larger than 2**53.
_msgid = count(3_000_000_000_000_000_001)


@blueprint.route("/cgi-bin/message/subscribe/send", methods=["GET", "POST"])
def send() -> Response:
    """Send a subscribe message."""
    require_method("POST")
    appid, body, here = check_token(world().tokens), json_body(), world()
    openid, page = str(body.get("touser") or ""), str(body.get("page") or "")
    staff_no = here.person_of(openid, lambda number: openid_of(appid, number))
    if staff_no is None:
        raise ApiError(40003)
    template = here.templates.get(str(body.get("template_id") or ""))
    if template is None:
        raise ApiError(40037)
    if body.get("miniprogram_state", "formal") not in _STATES:
        raise ApiError(40097)
    if found := complaint(template, body.get("data")):
        raise ApiError(47003, found)
    if page and not _is_released(here, page):
        raise ApiError(41030)
    try:
        with here.subscriptions.sending(openid):
            time.sleep(here.options.send_takes_s)
            msgid = _deliver(here, appid, openid, staff_no, template, page, body["data"])
    except Concurrent:
        raise ApiError(43108) from None
    return answer({"errcode": 0, "errmsg": "ok", "msgid": msgid})


def _deliver(
    here: World,
    appid: str,
    openid: str,
    staff_no: str,
    template: MessageTemplate,
    page: str,
    data: dict[str, Any],
) -> int:
    if not here.subscriptions.use(openid, template.template_id):
        raise ApiError(43101)
    msgid = next(_msgid)
    here.mailbox.add(
        clock.now(),
        Channel.WECHAT,
        staff_no,
        template.title,
        [(label, data[key]["value"]) for key, label in template.keys.items()],
        page=page,
        template_id=template.template_id,
        reference=str(msgid),
    )
    item = {
        "TemplateId": template.template_id,
        "MsgID": str(msgid),
        "ErrorCode": "0",
        "ErrorStatus": "success",
    }
    push_event(here, appid, openid, "subscribe_msg_sent_event", {"List": [item]})
    return msgid


def _is_released(here: World, page: str) -> bool:
    """Whether the released mini-program has the page; without a list of its pages, whether it may."""
    path = page.partition("?")[0]
    pages = here.options.pages
    return path in pages if pages else _PAGE.fullmatch(path) is not None
