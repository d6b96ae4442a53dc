"""What WeChat's answers mean to a person. The numbers are WeChat's errcodes."""

from backend.errors import Forbidden, Invalid, Malformed, NotFound, TooMany, Unavailable


class CodeInvalid(Invalid):
    """The login code is wrong, used, expired or of another app."""

    code = "wechat.code_invalid"
    message = "微信登录凭证无效或已使用，请重试"


class PhoneCodeInvalid(Invalid):
    """The phone code is wrong, used, expired, of another app or of another person."""

    code = "wechat.phone_code_invalid"
    message = "手机号凭证无效或已使用，请重新授权手机号"


class TooFrequent(TooMany):
    """WeChat's own rate limit was reached."""

    code = "wechat.too_frequent"
    message = "微信操作过于频繁，请稍后再试"


class UserBlocked(Forbidden):
    """WeChat counts the person among its high-risk users and blocks the login."""

    code = "wechat.user_blocked"
    message = "该微信账号被微信判定为高风险，暂时不能登录"


class WechatUnavailable(Unavailable):
    """WeChat is busy, did not answer in time, or answered what cannot be read."""

    code = "wechat.unavailable"
    message = "微信服务暂时不可用，请稍后重试"


class Misconfigured(Unavailable):
    """WeChat refuses our app, its secret or our address: only an administrator can mend it."""

    code = "wechat.misconfigured"
    message = "微信接口配置有误，请联系管理员"


class Refused(Unavailable):
    """WeChat refused a call with an errcode that only the caller can interpret: `data["errcode"]`."""

    code = "wechat.refused"
    message = "微信拒绝了此次操作（错误码 {errcode}），请稍后重试"


class PushAppUnknown(NotFound):
    """No app of this name takes push messages here."""

    code = "wechat.push_app_unknown"
    message = "没有为该小程序启用消息推送"


class PushRefused(Forbidden):
    """A push message does not prove that it comes from WeChat, for this app, just now."""

    code = "wechat.push_refused"
    message = "消息推送的签名无效或已过期"


class PushMalformed(Malformed):
    """A push message proves where it comes from, but cannot be read."""

    code = "wechat.push_malformed"
    message = "消息推送的内容无法解析"


CODE_INVALID = frozenset({40029, 40163, 41008})
TOO_FREQUENT = frozenset({45009, 45011})
USER_BLOCKED = 40226
BUSY = -1
# appid, secret, both missing, address not whitelisted, secret frozen, app not certified for the API.
MISCONFIGURED = frozenset({40013, 40125, 40164, 40243, 41002, 41004, 48001})
# The access token is not (or no longer) valid.
TOKEN_STALE = frozenset({40001, 40014, 42001})
# The code is another person's, or (40013) another app's.
PHONE_OF_ANOTHER = frozenset({40003, 40013, 43104})
