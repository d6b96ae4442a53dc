"""Refusals of the overrides."""

from backend.errors import Conflict, Forbidden, NotFound


class OverrideNotFound(NotFound):
    """There is no such request, or it is not the actor's to know of."""

    code = "meeting.override_not_found"
    message = "没有找到该优先调整申请"


class OverrideNotAllowed(Forbidden):
    """Who asks has no right to displace, and the meeting is of no higher level than those in its way."""

    code = "meeting.override_not_allowed"
    message = "您没有优先使用该会议室的权限，且会议级别不高于已有会议，不能申请优先调整"


class NothingToOverride(Conflict):
    """No meeting is in the way: the room is free, or its rules forbid it."""

    code = "meeting.nothing_to_override"
    message = "没有可以调整的会议：会议室空闲可直接预订，或受会议室规则、使用中的会议限制"


class OverrideDecided(Conflict):
    """It has been decided, withdrawn or lapsed."""

    code = "meeting.override_decided"
    message = "该优先调整申请已经办结"


class OverrideMoved(Conflict):
    """What is in the way is not what was asked to be displaced any more."""

    code = "meeting.override_moved"
    message = "该时段的占用情况已有变化，请重新申请"


class OwnOverride(Forbidden):
    """Nobody decides what they asked for."""

    code = "meeting.own_override"
    message = "不能审批本人提出的优先调整申请"
