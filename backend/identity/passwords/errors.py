"""Refusals of passwords."""

from backend.errors import Conflict, Invalid


class WeakPassword(Invalid):
    """The new password breaks a rule of complexity."""

    code = "identity.weak_password"
    message = "密码须为 8 到 128 个字符，含大写字母、小写字母、数字、其他符号中的至少三类，且不得包含工号"


class OldPasswordWrong(Invalid):
    """Whoever wants to change the password does not know it."""

    code = "identity.old_password_wrong"
    message = "原密码不正确"


class PasswordUnchanged(Invalid):
    """The new password is the old one."""

    code = "identity.password_unchanged"
    message = "新密码不能与原密码相同"


class NoPassword(Conflict):
    """The member of staff has no password yet."""

    code = "identity.no_password"
    message = "您尚未设置密码，请联系管理员"
