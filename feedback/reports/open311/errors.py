"""Refusals of Open311 and of its keys."""

from backend.errors import Conflict, Forbidden, Malformed, NotFound, TooMany


class Open311Invalid(Malformed):
    """A parameter is missing or says nothing."""

    code = "georeport.invalid"
    message = "{reason}"


class Open311Closed(NotFound):
    """The interface is switched off by a rule."""

    code = "georeport.closed"
    message = "开放接口未启用"


class ServiceUnknown(NotFound):
    """There is no such service."""

    code = "georeport.service_unknown"
    message = "没有该服务代码：{service_code}"


class RequestUnknown(NotFound):
    """There is no such request, or it is not public."""

    code = "georeport.request_unknown"
    message = "没有该诉求编号，或该诉求未公开"


class KeyRefused(Forbidden):
    """The key is missing, wrong or revoked."""

    code = "georeport.key_refused"
    message = "密钥（api_key）缺失、有误或已停用"


class TooManySubmissions(TooMany):
    """The key has sent as many reports today as it may."""

    code = "georeport.too_many"
    message = "该密钥今日提交已达上限（{limit} 件）"


class ClientKeyNotFound(NotFound):
    """There is no such key."""

    code = "georeport.key_not_found"
    message = "没有找到该密钥"


class ClientKeyTaken(Conflict):
    """Another key bears this name."""

    code = "georeport.key_taken"
    message = "已有同名的密钥"
