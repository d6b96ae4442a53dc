"""People's phones: what arrived on them, which subscribe messages they let be sent; callbacks; options."""

from dataclasses import asdict, fields
from typing import Any, Final

from flask import Blueprint, Response, request

from backend import clock
from backend.errors import Invalid, NotFound
from backend.wechat.simulator import sms_api
from backend.wechat.simulator.mailbox import Channel, Delivered
from backend.wechat.simulator.pages import PREFIX, appid_asked, ok, person_asked
from backend.wechat.simulator.people import account_of, openid_of, userid_of
from backend.wechat.simulator.pushes import push_event
from backend.wechat.simulator.template_fields import MessageTemplate, is_key
from backend.wechat.simulator.world import BodyFormat, Options, world

blueprint = Blueprint("phone", __name__, url_prefix=PREFIX)

LONGEST_WAIT_S: Final = 20
_CHANNELS: Final = {
    Channel.WECHAT: "微信订阅消息",
    Channel.WECOM: "企业微信",
    Channel.ZWDD: "浙政钉",
    Channel.SMS: "短信",
    Channel.CALL: "语音电话",
}
_DECISIONS: Final = ("accept", "reject", "ban", "filter")


class UnknownTemplate(NotFound):
    """The mini-program has no such template."""

    code = "simulator.template_unknown"
    message = "没有编号为“{template_id}”的订阅消息模板"


class WishInvalid(Invalid):
    """What is asked for makes no sense."""

    code = "simulator.wish_invalid"
    message = "参数有误：{name}"


class MessageNotFound(NotFound):
    """No such message arrived, or it is not one that can be answered."""

    code = "simulator.message_not_found"
    message = "没有这条可以回应的短信或电话"


@blueprint.get("/phone")
def phone() -> Response:
    """One person's phone: their names on the platforms, consents to templates, and messages."""
    person, appid = person_asked(), appid_asked()
    openid = openid_of(appid, person.staff_no)
    return ok(
        {
            "openid": openid,
            "userid": userid_of(person.staff_no),
            "account_id": account_of(person.staff_no),
            "templates": [_consent(openid, template) for template in world().templates.values()],
            "messages": [_shown(message) for message in world().mailbox.all(person.staff_no)],
        }
    )


@blueprint.post("/phone/consent")
def consent() -> Response:
    """What the person pressed in the box of wx.requestSubscribeMessage: `decision`, `template_ids`."""
    wish = _wish("staff_no", "app", "decision", "template_ids")
    person, appid = person_asked(wish.get("staff_no")), appid_asked(wish.get("app"))
    decision, openid = wish.get("decision", "accept"), openid_of(appid, person.staff_no)
    ids = wish.get("template_ids")
    if decision not in _DECISIONS:
        raise WishInvalid(name="decision")
    if not isinstance(ids, list) or not 0 < len(ids) <= 5:
        raise WishInvalid(name="template_ids")
    templates = [_template(template_id) for template_id in ids]
    if decision == "accept":
        for template in templates:
            world().subscriptions.accept(openid, template)
    if decision in ("accept", "reject"):
        items = [
            {"TemplateId": template.template_id, "SubscribeStatusString": decision, "PopupScene": "0"}
            for template in templates
        ]
        push_event(world(), appid, openid, "subscribe_msg_popup_event", {"List": items})
    return ok({template.template_id: decision for template in templates})


@blueprint.post("/phone/switch")
def switch() -> Response:
    """Switch a template off (or on) in the settings; only switching off is pushed."""
    wish = _wish("staff_no", "app", "template_id", "is_on")
    person, appid = person_asked(wish.get("staff_no")), appid_asked(wish.get("app"))
    template, openid = _template(wish.get("template_id")), openid_of(appid, person.staff_no)
    if not isinstance(wish.get("is_on"), bool):
        raise WishInvalid(name="is_on")
    world().subscriptions.switch(openid, template.template_id, is_on=wish["is_on"])
    if not wish["is_on"]:
        item = {"TemplateId": template.template_id, "SubscribeStatusString": "reject"}
        push_event(world(), appid, openid, "subscribe_msg_change_event", {"List": [item]})
    return ok(_consent(openid, template))


@blueprint.post("/phone/quota")
def quota() -> Response:
    """Set how many more messages WeChat lets be sent, which nobody is told of."""
    wish = _wish("staff_no", "app", "template_id", "remaining")
    person, appid = person_asked(wish.get("staff_no")), appid_asked(wish.get("app"))
    template, openid = _template(wish.get("template_id")), openid_of(appid, person.staff_no)
    remaining = wish.get("remaining")
    if type(remaining) is not int or not 0 <= remaining <= 1000:
        raise WishInvalid(name="remaining")
    world().subscriptions.set_remaining(openid, template.template_id, remaining)
    return ok(_consent(openid, template))


@blueprint.get("/messages")
def messages() -> Response:
    """What arrived, the newest first; `staff_no` and `channel` select."""
    found = world().mailbox.all(request.args.get("staff_no", ""), request.args.get("channel", ""))
    return ok({"list": [_shown(message) for message in found]})


@blueprint.delete("/messages")
def clear_messages() -> Response:
    """Empty every phone."""
    world().mailbox.clear()
    return ok(None)


@blueprint.post("/messages/<int:message_id>/<any(acknowledge, fail):answer>")
def answer_message(message_id: int, answer: str) -> Response:
    """The person acknowledges a text message or call, or it fails; the gateway calls back."""
    message = world().mailbox.get(message_id)
    if message is None or message.channel not in (Channel.SMS, Channel.CALL):
        raise MessageNotFound
    if answer == "acknowledge":
        sms_api.tell(world(), message, "acknowledged")
    else:
        sms_api.tell(world(), message, "failed", "无人接听")
    return ok(_shown(message))


@blueprint.get("/callbacks")
def callbacks() -> Response:
    """What was posted to our application, the oldest first; `wait_s` waits until all are settled."""
    wait_s = min(request.args.get("wait_s", 0.0, type=float), LONGEST_WAIT_S)
    return ok({"list": [asdict(each) for each in world().callbacks.all(wait_s)]})


@blueprint.delete("/callbacks")
def clear_callbacks() -> Response:
    """Forget what was posted."""
    world().callbacks.clear()
    return ok(None)


@blueprint.post("/templates")
def add_template() -> Response:
    """Give the mini-program a template: `template_id`, `title`, `keys` (key → label), `is_long_term`."""
    wish = _wish("template_id", "title", "keys", "is_long_term")
    keys = wish.get("keys")
    if not isinstance(keys, dict) or not keys or not all(is_key(key) for key in keys):
        raise WishInvalid(name="keys")
    labels = {key: str(label) for key, label in keys.items()}
    template = MessageTemplate(
        str(wish.get("template_id")), str(wish.get("title")), labels, wish.get("is_long_term") is True
    )
    world().templates[template.template_id] = template
    return ok(asdict(template))


@blueprint.post("/options")
def set_options() -> Response:
    """Change how the platforms behave: the fields of `Options`, `callback_url` and `delay_s`."""
    names = {each.name for each in fields(Options)}
    wish = _wish(*names, "callback_url", "delay_s")
    here = world()
    for name in names & wish.keys():
        value = wish[name]
        if name == "push_format":
            value = BodyFormat(value) if value in set(BodyFormat) else None
        elif name == "pages":
            value = tuple(value) if isinstance(value, list) else None
        if type(value) is not type(getattr(here.options, name)):
            raise WishInvalid(name=name)
        setattr(here.options, name, value)
    here.callbacks.url = str(wish.get("callback_url", here.callbacks.url)).rstrip("/")
    here.callbacks.delay_s = float(wish.get("delay_s", here.callbacks.delay_s))
    return ok({**asdict(here.options), "callback_url": here.callbacks.url})


def _wish(*names: str) -> dict[str, Any]:
    wish = request.get_json()
    if not isinstance(wish, dict):
        raise WishInvalid(name="body")
    unknown = wish.keys() - set(names)
    if unknown:
        raise WishInvalid(name="、".join(sorted(unknown)))
    return wish


def _template(template_id: Any) -> MessageTemplate:
    template = world().templates.get(str(template_id))
    if template is None:
        raise UnknownTemplate(template_id=str(template_id))
    return template


def _consent(openid: str, template: MessageTemplate) -> dict[str, Any]:
    found = world().subscriptions.read(openid, template.template_id)
    return {**asdict(template), **asdict(found)}


def _shown(message: Delivered) -> dict[str, Any]:
    return {
        **asdict(message),
        "at": clock.local(message.at).isoformat(timespec="seconds"),
        "channel_name": _CHANNELS[message.channel],
        "lines": [{"label": label, "text": text} for label, text in message.lines],
    }
