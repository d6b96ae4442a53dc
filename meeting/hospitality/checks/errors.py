"""Refusals of the checks."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class CheckItemNotFound(NotFound):
    """There is no such entry in a checklist, or it is not within reach."""

    code = "meeting.check_item_not_found"
    message = "没有找到该检查记录"


class CheckLineUnknown(Invalid):
    """The meeting's checklist has no such line."""

    code = "meeting.check_line_unknown"
    message = "检查清单中没有「{line}」"


class CheckNotYours(Forbidden):
    """Only who serves meetings there keeps their checklists."""

    code = "meeting.check_not_yours"
    message = "只有该处的会务服务员和会务管理人员可以填写检查清单"


class CheckTooEarly(Conflict):
    """What comes after a meeting is not checked before it has begun."""

    code = "meeting.check_too_early"
    message = "会议尚未开始，不能填写会后检查"


class FaultSettled(Conflict):
    """The entry is no fault, or somebody has seen to it already."""

    code = "meeting.fault_settled"
    message = "该检查项没有待处理的问题"


class FaultDaysInvalid(Invalid):
    """Too many days, or none."""

    code = "meeting.fault_days_invalid"
    message = "日期范围应在 {days} 天以内"
