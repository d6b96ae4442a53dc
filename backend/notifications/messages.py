"""What the product tells its administrators about notifications themselves."""

from typing import Final

from backend.notifications.kinds import CHAT_OR_SMS, Field, Kind

# Into the inbox alone: a channel that is broken cannot say so.
CHANNEL_REFUSED: Final = Kind(
    "notifications.channel_refused",
    title="消息渠道异常",
    text="{channel}拒绝发送「{message}」：{reason}（{code}）。请检查渠道和模板配置，修正后在失败消息中重发。",
    fields=(
        Field("channel", "渠道"),
        Field("message", "消息"),
        Field("reason", "原因"),
        Field("code", "错误码"),
    ),
    channels=(),
)
CALL_UNANSWERED: Final = Kind(
    "notifications.call_unanswered",
    title="紧急呼叫无人应答",
    text="「{call}」已依次呼叫 {count} 人，均未确认，请立即处理。内容：{text}",
    fields=(Field("call", "事项"), Field("count", "已呼叫人数"), Field("text", "内容")),
    channels=CHAT_OR_SMS,
    is_urgent=True,
    respects_quiet=False,
)
