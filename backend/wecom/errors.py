"""What WeCom's answers mean to a person. The numbers are WeCom's errcodes."""

from backend.errors import Invalid, TooMany, Unavailable


class CodeInvalid(Invalid):
    """The login code is wrong, used or expired."""

    code = "wecom.code_invalid"
    message = "企业微信登录凭证无效或已使用，请重试"


class TooFrequent(TooMany):
    """WeCom's own rate limit was reached: `data["errcode"]`."""

    code = "wecom.too_frequent"
    message = "企业微信操作过于频繁，请稍后再试"


class WecomUnavailable(Unavailable):
    """WeCom is busy, did not answer in time, or answered what cannot be read."""

    code = "wecom.unavailable"
    message = "企业微信服务暂时不可用，请稍后重试"


class Misconfigured(Unavailable):
    """WeCom refuses our corporation, app, secret or address: only an administrator can mend it."""

    code = "wecom.misconfigured"
    message = "企业微信接口配置有误，请联系管理员"


class Refused(Unavailable):
    """WeCom refused a call with an errcode that only the caller can interpret: `data["errcode"]`."""

    code = "wecom.refused"
    message = "企业微信拒绝了此次操作（错误码 {errcode}）"


CODE_INVALID = frozenset({40029, 41008})
# 45009 calls per minute or messages per member; 45033 concurrent calls.
TOO_FREQUENT = frozenset({45009, 45033})
BUSY = -1
# corpid, appid, agentid, secret, IP not trusted, API or app without permission, app disabled.
MISCONFIGURED = frozenset({40013, 40056, 41002, 41004, 48002, 50001, 60011, 60020, 301002})
# The access token is not (or no longer) valid. On gettoken, 40001 is a wrong secret.
TOKEN_STALE = frozenset({40001, 40014, 42001})
# Nobody among the recipients may receive the app's messages.
NO_RECIPIENT = 81013
