"""What the gateway's answers mean to a person."""

from backend.errors import Forbidden, Malformed, NotFound, Unavailable


class SmsUnavailable(Unavailable):
    """The gateway did not answer in time, or answered what cannot be read."""

    code = "sms.unavailable"
    message = "短信网关暂时不可用，请稍后重试"


class Refused(Unavailable):
    """The gateway refused: `data["gateway_code"]` is its code, which only it explains."""

    code = "sms.refused"
    message = "短信网关拒绝了此次操作（{gateway_code}）"


class NotConfigured(NotFound):
    """This deployment has no gateway."""

    code = "sms.not_configured"
    message = "未启用短信网关"


class SignatureWrong(Forbidden):
    """A callback is not signed with our key, or was signed too long ago."""

    code = "sms.signature_wrong"
    message = "短信网关回执的签名无效或已过期"


class ReceiptMalformed(Malformed):
    """A callback is signed, but says nothing that can be read."""

    code = "sms.receipt_malformed"
    message = "短信网关回执的内容无法解析"
