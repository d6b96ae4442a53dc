"""Errors that a person may see: a stable dotted code, a Chinese sentence, and details.

Modules subclass a kind and set `code` and `message`; the message may name the details in braces.
There is no HTTP here: `backend.answers` maps a kind to a status.
"""

from typing import Any, ClassVar


class AppError(Exception):
    """The base of every refusal. `data` holds the details that the client may use."""

    code: ClassVar[str] = "app.error"
    message: ClassVar[str] = "操作未能完成"

    def __init__(self, **data: Any) -> None:
        self.data = data
        super().__init__(self.code)

    @property
    def msg(self) -> str:
        """The Chinese sentence with the details filled in."""
        return self.message.format_map(self.data)


class Invalid(AppError):
    """The input breaks a rule that the sender can mend."""

    code = "app.invalid"
    message = "提交的内容有误，请检查后重试"


class Malformed(AppError):
    """The input could not even be read."""

    code = "app.malformed"
    message = "请求内容无法解析，请检查格式"


class UnsupportedMediaType(Malformed):
    """The body is of a kind that is not taken here."""

    code = "app.unsupported_media_type"
    message = "请以 application/json 格式提交"


class TooLarge(Malformed):
    """The body is larger than the deployment allows."""

    code = "app.too_large"
    message = "提交的内容过大"


class Unauthenticated(AppError):
    """Nobody is logged in, or the session has ended."""

    code = "app.unauthenticated"
    message = "登录已失效，请重新登录"


class Forbidden(AppError):
    """The actor may see the object but not do this."""

    code = "app.forbidden"
    message = "您没有进行此操作的权限"


class NotFound(AppError):
    """There is no such object, or the actor may not know of it."""

    code = "app.not_found"
    message = "没有找到相应的内容"


class Conflict(AppError):
    """The present state does not allow it."""

    code = "app.conflict"
    message = "当前状态不允许此操作"


class Gone(AppError):
    """It was valid once and has expired."""

    code = "app.gone"
    message = "已失效，请重新获取"


class TooMany(AppError):
    """Too many attempts; try again later."""

    code = "app.too_many"
    message = "操作过于频繁，请稍后再试"


class Unavailable(AppError):
    """Something outside, or the database, did not answer in time. A retry may succeed."""

    code = "app.unavailable"
    message = "服务暂时繁忙，请稍后重试"
