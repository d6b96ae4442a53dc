"""Refusals of notices."""

from backend.errors import Conflict, Invalid, NotFound, TooMany


class NoticeNotFound(NotFound):
    """There is no such notice, it does not address the actor, or it was withdrawn before they opened it."""

    code = "feedback.notice_not_found"
    message = "没有找到该通告"


class NoticeChanged(Conflict):
    """Somebody changed the notice since it was read (`revision`)."""

    code = "feedback.notice_changed"
    message = "通告已被他人修改，请刷新后核对"


class NoticeStateWrong(Conflict):
    """Its state does not allow that."""

    code = "feedback.notice_state"
    message = "通告当前为“{state_name}”，不能{doing}"


class AudienceInvalid(Invalid):
    """Nobody is addressed, or a department, campus or role that does not exist."""

    code = "feedback.notice_audience"
    message = "请选择通告的发布范围，且所选的部门、院区、角色应当存在"


class NoticeTimesInvalid(Invalid):
    """The times of publication, pinning and expiry do not follow each other, or lie in the past."""

    code = "feedback.notice_times"
    message = "时间有误：{reason}"


class TooManyTellings(TooMany):
    """Enough notices push a message on that day."""

    code = "feedback.notice_tellings"
    message = "{day}已有 {limit} 条通告推送消息，请取消“推送提醒”或改日发布"


class TooManyFiles(Invalid):
    """More photos or attachments than a notice takes."""

    code = "feedback.notice_files"
    message = "每条通告最多 {photos} 张图片、{attachments} 个附件"
