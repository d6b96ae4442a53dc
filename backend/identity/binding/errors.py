"""Refusals of binding."""

from backend.errors import Conflict, Invalid, NotFound


class NoPhoneCode(Invalid):
    """The provider that issued the ticket tells no phone numbers."""

    code = "identity.no_phone_from_provider"
    message = "该登录方式不能提供手机号，请用工号和姓名申请绑定"


class PhoneNotOnRoster(NotFound):
    """No active row of the roster has this phone number."""

    code = "identity.phone_not_on_roster"
    message = "该手机号未在职工名册中登记，请改用工号和姓名申请绑定，或联系管理员"


class PhoneAmbiguous(Conflict):
    """Several active rows of the roster have this phone number."""

    code = "identity.phone_ambiguous"
    message = "该手机号登记在多名职工名下，请改用工号和姓名申请绑定，或联系管理员"


class BindRequestNotFound(NotFound):
    """There is no such request."""

    code = "identity.bind_request_not_found"
    message = "没有找到该绑定申请"


class BindRequestDecided(Conflict):
    """Somebody has decided the request already."""

    code = "identity.bind_request_decided"
    message = "该绑定申请已被处理"
