"""The channels behind one interface: send one message, and say how it ended.

Every call asks the network and is made outside of units of work. No address, text or phone number is logged.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from backend import vault
from backend.config import settings
from backend.errors import AppError, TooMany
from backend.notifications.delivery.policies import Delivery, Outcome, Verdict
from backend.notifications.kinds import Channel
from backend.notifications.policies import reference_of
from backend.notifications.queries import CHANNEL_NAMES
from backend.notifications.wechat_fields import FieldRefused
from backend.outside import pool
from backend.sms import errors as sms_errors
from backend.sms.gateway import SmsGateway
from backend.wechat import errors as wechat_errors
from backend.wechat.client import WechatClient
from backend.wechat.tokens import TokenStore
from backend.wecom import errors as wecom_errors
from backend.wecom.client import WecomClient
from backend.zwdd import errors as zwdd_errors
from backend.zwdd.client import ZwddClient

Send: TypeAlias = Callable[[Delivery], str]

NO_QUOTA: Final = 43101
# What WeChat refuses for good, and what an administrator must mend. Source: subscribeMessage.send; 43101
# (no quota) and 43108 (two at once) stand apart.
PERMANENT: Final[Mapping[int, str]] = {
    40003: "",  # an openid of another app: the binding is stale
    40037: "模板编号不正确或已被删除",
    41030: "消息指向的页面不在已发布的小程序中",
    43107: "该模板的发送能力已被封禁",
    45168: "内容含有微信不允许的词语",
    47003: "模板参数缺失或内容不合格式",
    48001: "小程序没有发送订阅消息的权限",
}
_MISCONFIGURED: Final = (wechat_errors.Misconfigured, wecom_errors.Misconfigured, zwdd_errors.Misconfigured)
_REFUSED: Final = (wecom_errors.Refused, zwdd_errors.Refused, sms_errors.Refused)


def attempt(delivery: Delivery) -> Outcome:
    """Send a message over its channel. Raises what is a fault of ours alone."""
    channel = delivery.row.channel
    try:
        number = _SENDS[channel](delivery)
    except FieldRefused as refusal:
        return Outcome(
            Verdict.FAILED, f"{channel}:field:{refusal.key}", alert=f"字段 {refusal.key} 的内容不合格式"
        )
    except AppError as error:
        return classify(channel, error)
    return Outcome(Verdict.SENT, provider_message_id=number)


def classify(channel: Channel, error: AppError) -> Outcome:
    """What a channel's refusal means for the message."""
    code = _code(error)
    name = f"{channel}:{code}"
    if isinstance(error, wechat_errors.Refused | wechat_errors.Misconfigured):
        return _classify_wechat(name, int(code), isinstance(error, wechat_errors.Misconfigured))
    if isinstance(error, _MISCONFIGURED):
        return Outcome(Verdict.RETRY, name, alert=f"{CHANNEL_NAMES[channel]}的接口配置有误")
    if isinstance(error, _REFUSED):
        return Outcome(Verdict.FAILED, name)
    return Outcome(Verdict.RETRY, name)


def _classify_wechat(name: str, errcode: int, is_misconfigured: bool) -> Outcome:
    if errcode == NO_QUOTA:
        return Outcome(Verdict.NO_QUOTA, name)
    if errcode in PERMANENT:
        return Outcome(Verdict.FAILED, name, alert=PERMANENT[errcode])
    return Outcome(Verdict.RETRY, name, alert="微信接口配置有误" if is_misconfigured else "")


def _code(error: AppError) -> str:
    """The provider's own code, or our name of what happened."""
    for name in ("errcode", "reason", "gateway_code"):
        if name in error.data:
            return str(error.data[name])
    return "too_frequent" if isinstance(error, TooMany) else error.code.rpartition(".")[2]


def _send_wechat(delivery: Delivery) -> str:
    template, target = delivery.target.template, delivery.target
    if template is None:
        raise ValueError("a WeChat message needs a template")
    running = settings()
    client = WechatClient(
        running.wechat_apps[target.app], running.wechat_base_url, running.wechat_timeout_s, _tokens(), pool()
    )
    return client.send_subscribe(
        openid=target.subject,
        template_id=template.template_id,
        data=template.data(delivery.row.fields),
        page=delivery.row.page,
    )


def _send_wecom(delivery: Delivery) -> str:
    running = settings()
    if running.wecom is None:
        raise wecom_errors.WecomUnavailable
    client = WecomClient(running.wecom, running.wecom_base_url, running.wechat_timeout_s, _tokens(), pool())
    return client.send_notice(
        delivery.target.subject,
        title=delivery.row.title,
        description="",
        items=dict(delivery.kind.labelled(delivery.row.fields)),
        page=delivery.row.page,
    )


def _send_zwdd(delivery: Delivery) -> str:
    running = settings()
    if running.zwdd is None:
        raise zwdd_errors.ZwddUnavailable
    client = ZwddClient(running.zwdd, running.zwdd_base_url, running.wechat_timeout_s, _tokens(), pool())
    return client.send_notice(
        delivery.target.subject,
        title=delivery.row.title,
        text=delivery.row.text,
        reference=reference_of(delivery.row.message_id, Channel.ZWDD),
        url=f"{running.h5_url}#/{delivery.row.page}" if delivery.row.page else "",
    )


def _send_sms(delivery: Delivery) -> str:
    reference = reference_of(delivery.row.message_id, Channel.SMS)
    return _gateway().send_sms(_phone(delivery), delivery.row.text, reference)


def _call(delivery: Delivery) -> str:
    reference = reference_of(delivery.row.message_id, Channel.VOICE)
    return _gateway().call(_phone(delivery), delivery.row.text, reference)


_SENDS: Final[Mapping[Channel, Send]] = {
    Channel.WECHAT: _send_wechat,
    Channel.WECOM: _send_wecom,
    Channel.ZWDD: _send_zwdd,
    Channel.SMS: _send_sms,
    Channel.VOICE: _call,
}


def _phone(delivery: Delivery) -> str:
    """The number, decrypted here and kept nowhere."""
    if delivery.row.phone_cipher is None:
        raise ValueError("nobody can be called without a number")
    return vault.decrypt(delivery.row.phone_cipher)


def _gateway() -> SmsGateway:
    running = settings()
    return SmsGateway(running.sms_url, running.sms_key, running.wechat_timeout_s, pool())


def _tokens() -> TokenStore:
    return TokenStore(vault.encrypt, vault.decrypt)
