"""Refusals of coming and going."""

from backend.errors import Conflict, NotFound


class SessionNotFound(NotFound):
    """The actor has no such session."""

    code = "identity.session_not_found"
    message = "没有找到该登录记录"


class NotBound(Conflict):
    """No account at a login provider is bound."""

    code = "identity.not_bound"
    message = "您的账号尚未绑定微信"
