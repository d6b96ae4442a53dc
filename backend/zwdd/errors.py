"""What the answers of 专有钉钉 mean to a person."""

from typing import Final

from backend.errors import Invalid, TooMany, Unavailable


class CodeInvalid(Invalid):
    """The login code is wrong, used or expired."""

    code = "zwdd.code_invalid"
    message = "浙政钉登录凭证无效或已使用，请重试"


class TooFrequent(TooMany):
    """The gateway's own rate limit was reached: `data["reason"]`."""

    code = "zwdd.too_frequent"
    message = "浙政钉操作过于频繁，请稍后再试"


class ZwddUnavailable(Unavailable):
    """The gateway did not answer in time, or answered what cannot be read."""

    code = "zwdd.unavailable"
    message = "浙政钉服务暂时不可用，请稍后重试"


class Misconfigured(Unavailable):
    """The gateway refuses our key, signature or clock: only an administrator can mend it."""

    code = "zwdd.misconfigured"
    message = "浙政钉接口配置有误，请联系管理员"


class Refused(Unavailable):
    """The service behind the gateway refused: `data["reason"]` is its code, which only it explains."""

    code = "zwdd.refused"
    message = "浙政钉拒绝了此次操作（{reason}）"


# How the gateway names its rate limits: by words, as its other refusals (InvalidSignature …).
THROTTLED: Final = ("Throttl", "FlowControl", "TooManyRequests")
# The codes that 钉钉 uses for a token that is not (or no longer) valid.
TOKEN_STALE: Final = frozenset({"88", "40001", "40014", "42001"})
