"""Refusals of the second factor."""

from backend.errors import Conflict, Forbidden, Invalid, TooMany


class SecondFactorWrong(Invalid):
    """Neither a code of the present minute nor an unused recovery code."""

    code = "identity.second_factor_wrong"
    message = "验证码不正确"


class SecondFactorUsed(Invalid):
    """The code was right, and has been used."""

    code = "identity.second_factor_used"
    message = "该验证码已使用过，请等待下一个验证码"


class SecondFactorLocked(TooMany):
    """Too many wrong codes in a row."""

    code = "identity.second_factor_locked"
    message = "验证码连续输错次数过多，请在 {minutes} 分钟后重试"


class SecondFactorExists(Conflict):
    """There is a second factor already; it is disabled or reset before another is set up."""

    code = "identity.second_factor_exists"
    message = "已启用动态验证码，无需重复设置"


class NoSecondFactor(Conflict):
    """There is no second factor."""

    code = "identity.no_second_factor"
    message = "尚未启用动态验证码"


class EnrolmentNotBegun(Conflict):
    """No secret was shown in this session, or another session has begun since."""

    code = "identity.enrolment_not_begun"
    message = "请重新扫描二维码后再输入验证码"


class EnrolmentElsewhere(Forbidden):
    """A second factor is set up in a session of the console alone."""

    code = "identity.enrolment_elsewhere"
    message = "请登录管理后台设置动态验证码"


class SecondFactorCompulsory(Conflict):
    """Whoever may do so much must keep the second factor."""

    code = "identity.second_factor_compulsory"
    message = "您的权限要求启用动态验证码，不能停用"


class OwnSecondFactor(Conflict):
    """Nobody resets their own second factor: another administrator or the command line does."""

    code = "identity.own_second_factor"
    message = "不能重置自己的动态验证码，请联系其他管理员"


class RecentProofRequired(Forbidden):
    """What is asked for needs a code that was entered minutes ago."""

    code = "identity.recent_proof_required"
    message = "此操作须再次输入动态验证码"
