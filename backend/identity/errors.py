"""Refusals that several parts of identity share."""

from backend.errors import Conflict, Forbidden, Gone, Invalid, NotFound, TooMany, Unauthenticated


class UnknownProvider(Invalid):
    """No login provider has this name."""

    code = "identity.unknown_provider"
    message = "不支持的登录方式"


class UnknownApp(Invalid):
    """The provider knows no app of this name."""

    code = "identity.unknown_app"
    message = "未登记的小程序"


class BadCredentials(Unauthenticated):
    """The staff number or the password is wrong; which one is not told."""

    code = "identity.bad_credentials"
    message = "工号或密码不正确"


class PasswordLocked(TooMany):
    """Too many wrong passwords in a row."""

    code = "identity.password_locked"
    message = "密码连续输错次数过多，请在 {minutes} 分钟后重试"


class SecondFactorRequired(Forbidden):
    """The login lacks the code of the second factor."""

    code = "identity.second_factor_required"
    message = "请输入动态验证码完成登录"


class EnrolmentRequired(Forbidden):
    """Whoever may do so much needs a second factor, and has none yet: the console sets it up."""

    code = "identity.second_factor_enrolment_required"
    message = "您的账号须先启用动态验证码，请登录管理后台完成设置"


class NotActive(Forbidden):
    """The member of staff is suspended or has left, and may not log in."""

    code = "identity.not_active"
    message = "您的账号已停用，请联系管理员"


class StaffNotFound(NotFound):
    """Nobody on the roster has this identifier."""

    code = "identity.staff_not_found"
    message = "没有找到该人员"


class StaffNotActive(Conflict):
    """What is asked for needs an active member of staff."""

    code = "identity.staff_not_active"
    message = "该人员已停用或已离职，不能进行此操作"


class AccountTaken(Conflict):
    """The account at the login provider is bound to somebody else."""

    code = "identity.account_taken"
    message = "该微信账号已绑定其他人员，请先解除绑定"


class LastAdministrator(Conflict):
    """Nobody would be left who may manage the roster."""

    code = "identity.last_administrator"
    message = "至少须保留一名在职的系统管理员"


class ChangedMeanwhile(Conflict):
    """Somebody else has just written what this would contradict."""

    code = "identity.changed_meanwhile"
    message = "数据刚刚被他人修改，请刷新后重试"


class BindTicketExpired(Gone):
    """The bind ticket is unknown, used or too old."""

    code = "identity.bind_ticket_expired"
    message = "绑定凭证已失效，请重新登录"


class TooManyBindAttempts(TooMany):
    """The bind ticket was tried too often."""

    code = "identity.too_many_bind_attempts"
    message = "绑定尝试次数过多，请重新登录后再试"
