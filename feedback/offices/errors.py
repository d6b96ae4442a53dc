"""Refusals of the handling offices."""

from backend.errors import Conflict, Invalid, NotFound


class OfficeNotFound(NotFound):
    """There is no such office."""

    code = "feedback.office_not_found"
    message = "没有找到该承办单位"


class OfficeClosed(Conflict):
    """The office is out of use."""

    code = "feedback.office_closed"
    message = "承办单位「{office}」已停用"


class OfficeTaken(Conflict):
    """Another office has the name."""

    code = "feedback.office_taken"
    message = "已有同名的承办单位"


class OfficePlaceUnknown(Invalid):
    """The campus or the department is not there."""

    code = "feedback.office_place_unknown"
    message = "院区或部门不存在"


class OfficeMembersUnknown(Invalid):
    """Some of the named are not active members of staff."""

    code = "feedback.office_members_unknown"
    message = "以下工号不存在或已停用：{staff_nos}"
