"""Refusals of notifications."""

from backend.errors import Conflict, NotFound


class MessageNotFound(NotFound):
    """There is no such message in the actor's inbox."""

    code = "notifications.message_not_found"
    message = "没有找到该消息"


class NothingToAcknowledge(Conflict):
    """The message does not ask to be acknowledged."""

    code = "notifications.nothing_to_acknowledge"
    message = "该消息不需要确认"


class SendNotFound(NotFound):
    """There is no such row in the outbox."""

    code = "notifications.send_not_found"
    message = "没有找到该条发送记录"


class NotRetryable(Conflict):
    """The row waits, is under way, or was sent."""

    code = "notifications.not_retryable"
    message = "该条消息正在发送或已经送出，无需重发"


class NotBound(Conflict):
    """The actor has no WeChat account bound at that mini-program."""

    code = "notifications.not_bound"
    message = "尚未绑定微信，无法订阅消息"
