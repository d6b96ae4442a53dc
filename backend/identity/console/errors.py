"""Refusals of the console's login."""

from backend.errors import Conflict


class StageMismatch(Conflict):
    """The login does not lack this, or another request has just completed it."""

    code = "identity.login_stage_mismatch"
    message = "登录步骤已变化，请刷新页面或重新登录"
