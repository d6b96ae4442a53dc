"""Refusals of what offices ask for."""

from backend.errors import Conflict, Invalid, NotFound


class ApplicationNotFound(NotFound):
    """There is no such application, or it is not the actor's to know of."""

    code = "feedback.application_not_found"
    message = "没有找到该申请"


class ApplicationWaits(Conflict):
    """One of the kind waits already."""

    code = "feedback.application_waits"
    message = "该诉求已有同类申请待审批，请等待结果"


class ApplicationDecided(Conflict):
    """Somebody was faster."""

    code = "feedback.application_decided"
    message = "该申请已经处理过"


class ApplicationOutdated(Conflict):
    """The report has gone another way since."""

    code = "feedback.application_outdated"
    message = "提出申请后该诉求已有变化，不能再同意"


class TooManyExtensions(Conflict):
    """The report was extended as often as the rule allows."""

    code = "feedback.too_many_extensions"
    message = "同一件诉求最多延期 {most} 次"


class ExtensionTooLong(Invalid):
    """The new due is further away than the rule allows."""

    code = "feedback.extension_too_long"
    message = "一次延期不能超过 {days} 天"


class ReviewOnInvalid(Invalid):
    """What is suspended is looked at again within a quarter, by rule."""

    code = "feedback.review_on_invalid"
    message = "复查日期应在明天起 {days} 天之内"


class WantedOfficeInvalid(Invalid):
    """The office that ought to have it is the one that has it."""

    code = "feedback.wanted_office_invalid"
    message = "建议的承办单位不能是现承办单位"
