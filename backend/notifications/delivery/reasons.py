"""Why a message came to nothing over a channel, in words for an administrator.

The outbox keeps codes: ours (`unreachable`), or the channel's with the provider's own (`wechat:47003`).
"""

from collections.abc import Mapping
from typing import Final

from backend.notifications.delivery.channels import NO_QUOTA, PERMANENT
from backend.notifications.kinds import Channel
from backend.notifications.models import SendState
from backend.notifications.queries import CHANNEL_NAMES
from backend.wechat import errors as wechat_errors
from backend.wecom import errors as wecom_errors

STATE_NAMES: Final = {
    SendState.WAITING: "等待发送",
    SendState.LEASED: "正在发送",
    SendState.SENT: "已发送",
    SendState.FAILED: "发送失败",
    SendState.NO_QUOTA: "订阅次数不足",
    SendState.SKIPPED: "未送达",
    SendState.EXPIRED: "已过期",
}
_OURS: Final = {
    "unknown_kind": "这类消息已停用",
    "too_late": "已过有效期，不再发送",
    "left": "收件人已离职或停用",
    "attempts_exhausted": "发送多次中断，已放弃",
    "unreachable": "收件人没有可用的账号或号码",
    "no_subscription": "收件人没有剩余的订阅次数",
    "acknowledged": "紧急呼叫已有人确认，不再发送",
}
# What stands for a provider's code where there was no answer, or none that names one.
_ANY_PROVIDER: Final = {
    "too_frequent": "发送过于频繁",
    "unavailable": "服务没有应答",
    "refused": "拒绝了该消息",
}
_MISCONFIGURED: Final = "接口配置有误，请检查应用编号、密钥和可信地址"
_WECHAT: Final = {
    **{str(errcode): reason for errcode, reason in PERMANENT.items() if reason},
    **{str(errcode): _MISCONFIGURED for errcode in wechat_errors.MISCONFIGURED if errcode not in PERMANENT},
    **{str(errcode): "发送过于频繁" for errcode in wechat_errors.TOO_FREQUENT},
    str(NO_QUOTA): "收件人未订阅，或订阅次数已用完",
    "40003": "收件人的微信绑定已失效",
    "43108": "同一时刻向收件人发送了多条消息",
    str(wechat_errors.BUSY): "服务繁忙",
}
_WECOM: Final = {
    **{str(errcode): _MISCONFIGURED for errcode in wecom_errors.MISCONFIGURED},
    **{str(errcode): "发送过于频繁" for errcode in wecom_errors.TOO_FREQUENT},
    "60020": "服务器地址不在可信范围内",
    str(wecom_errors.NO_RECIPIENT): "收件人不在应用的可见范围内",
    str(wecom_errors.BUSY): "服务繁忙",
}
_BY_CHANNEL: Final[Mapping[Channel, Mapping[str, str]]] = {Channel.WECHAT: _WECHAT, Channel.WECOM: _WECOM}


def in_words(error: str) -> str:
    """The sentence for what the outbox keeps as `error`; empty for no error.

    A provider's code stands behind the sentence, for whoever asks the provider.
    """
    channel, colon, code = error.partition(":")
    if not colon:
        return _OURS.get(error, error)
    if channel not in list(Channel):
        return error
    name = CHANNEL_NAMES[Channel(channel)]
    field, _, key = code.partition(":")
    if field == "field":
        return f"模板参数 {key} 的内容不合格式"
    if code in _ANY_PROVIDER:
        return f"{name}：{_ANY_PROVIDER[code]}"
    reason = _BY_CHANNEL.get(Channel(channel), {}).get(code, _ANY_PROVIDER["refused"])
    return f"{name}：{reason}（错误码 {code}）"
