"""Refusals of meetings and demands."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class MeetingNotFound(NotFound):
    """There is no such meeting."""

    code = "feedback.meeting_not_found"
    message = "没有找到该通报会"


class MeetingOrder(Conflict):
    """Meetings follow each other in time, and are recorded when they have been held."""

    code = "feedback.meeting_order"
    message = "通报会日期应晚于上一次（{last}），且不晚于今天"


class MeetingClosed(Conflict):
    """A later meeting has been held: demands are brought forward at the latest one."""

    code = "feedback.meeting_closed"
    message = "该通报会之后已召开新的通报会，请在最近一次通报会中登记需求"


class DemandNotFound(NotFound):
    """There is no such demand, or it is not the actor's business."""

    code = "feedback.demand_not_found"
    message = "没有找到该需求"


class DemandStateWrong(Conflict):
    """The table does not know that step in this state."""

    code = "feedback.demand_state"
    message = "需求当前为“{state_name}”，不能{doing}"


class DemandNotYours(Forbidden):
    """Only members of the office that answers for a demand answer it."""

    code = "feedback.demand_not_yours"
    message = "只有责任单位的承办人可以答复该需求"


class DemandMoved(Conflict):
    """Somebody changed the demand since it was read (`revision`)."""

    code = "feedback.demand_moved"
    message = "需求已被他人修改，请刷新后核对"


class DemandUnitUnknown(Invalid):
    """Some of these departments are not there, or the unit did not attend the meeting."""

    code = "feedback.demand_unit"
    message = "单位不存在，或未参加该次通报会"


class DemandDueInvalid(Invalid):
    """A deadline lies after the day, and not too far."""

    code = "feedback.demand_due"
    message = "办理期限应在今天之后、一年之内"
