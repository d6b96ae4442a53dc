"""Refusals of satisfaction."""

from backend.errors import Invalid, NotFound


class SatisfactionMonthsInvalid(Invalid):
    """The months are in the wrong order, or too many."""

    code = "feedback.satisfaction_months_invalid"
    message = "月份范围有误，一次最多查询 {months} 个月"


class SatisfactionServiceUnknown(NotFound):
    """There is no such service, or none of its providers is within reach."""

    code = "feedback.satisfaction_service_unknown"
    message = "没有找到该服务或服务提供方"
