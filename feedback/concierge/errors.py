"""Refusals of the concierge."""

from backend.errors import Conflict, Invalid, NotFound


class ServiceNotFound(NotFound):
    """There is no such service."""

    code = "feedback.service_not_found"
    message = "没有找到该服务事项"


class ServiceInactive(Conflict):
    """The service is out of use."""

    code = "feedback.service_inactive"
    message = "「{service}」已停止受理，请选择其他服务"


class ServiceTaken(Conflict):
    """Another service has the name or the code."""

    code = "feedback.service_taken"
    message = "已有同名的服务事项，或代码已被使用"


class ServiceCategoryInvalid(Invalid):
    """A service is filed under a category of services in use."""

    code = "feedback.service_category_invalid"
    message = "请选择一个在用的「微管家」类别"


class ServiceOfficeNeeded(Invalid):
    """What goes to an office at once names the office."""

    code = "feedback.service_office_needed"
    message = "直接转办的服务，请选择承办单位"


class ServicesChanged(Conflict):
    """An order names other services than there are now."""

    code = "feedback.services_changed"
    message = "服务事项刚刚有变动，请刷新后重新排序"


class FormInvalid(Invalid):
    """A form that could not be filled in: `fields` says what is wrong with which field."""

    code = "feedback.form_invalid"
    message = "表单字段「{title}」{problem}"


class AnswersInvalid(Invalid):
    """Answers that do not fit the form: `fields` says what is wrong with which field, by key."""

    code = "feedback.answers_invalid"
    message = "「{title}」{problem}"


class ServicePhotoNeeded(Invalid):
    """The service demands a photo, and none was given."""

    code = "feedback.service_photo_needed"
    message = "申请「{service}」请至少附一张照片"


class TooManyOpenRequests(Conflict):
    """The person has as many requests of the service open as it allows."""

    code = "feedback.too_many_open_requests"
    message = "您已有 {open} 件「{service}」申请尚未办结，每人最多 {limit} 件"


class RequestNotFound(NotFound):
    """There is no such request, or it is not the actor's to know of."""

    code = "feedback.request_not_found"
    message = "没有找到该服务申请"
