"""Refusals of hospitality."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class ServicesTooLate(Conflict):
    """The lead time of a service has begun."""

    code = "meeting.services_too_late"
    message = "「{names}」最晚须在 {latest} 以前预订或变更，现已截止，请联系会务人员"


class ServicesOver(Conflict):
    """The meeting is over, or does not take place."""

    code = "meeting.services_over"
    message = "会议已结束或未生效，不能再预订或变更会务服务"


class ServiceUnknown(Invalid):
    """A service is not in the catalogue, or no longer offered."""

    code = "meeting.service_unknown"
    message = "所选会务服务不存在或已停用，请重新选择"


class ServiceTwice(Invalid):
    """A service is named twice."""

    code = "meeting.service_twice"
    message = "同一会务服务重复，请合并"


class WordNeeded(Invalid):
    """Who orders too late for others says why."""

    code = "meeting.word_needed"
    message = "已过截止时间，请填写变更说明"


class OccurrenceNeeded(Invalid):
    """One meeting of a series, or it and those after it, needs to be named."""

    code = "meeting.occurrence_needed"
    message = "请指明系列会议中的哪一场"


class NotOfMeeting(Forbidden):
    """Only organiser and booker, and who manages hospitality, order services."""

    code = "meeting.services_not_yours"
    message = "只有会议组织人、预订人和会务管理人员可以办理"


class StockShort(Conflict):
    """Equipment is lent to other meetings at that time."""

    code = "meeting.stock_short"
    message = "会务物资不足：{items}，请调整数量或时间"


class StewardBusy(Conflict):
    """The steward is at another meeting at that time."""

    code = "meeting.steward_busy"
    message = "{name}在该时段已有其他会议的会务任务，请另行安排"


class NotASteward(Invalid):
    """A task is given to somebody who does not serve meetings there."""

    code = "meeting.not_a_steward"
    message = "所选人员不是该处的会务服务员"


class TaskNotFound(NotFound):
    """There is no such task, or it is not within reach."""

    code = "meeting.task_not_found"
    message = "没有找到该会务任务"


class TaskState(Conflict):
    """The transition table does not know this step."""

    code = "meeting.task_state"
    message = "该会务任务{state_name}，不能进行此操作"


class TaskTaken(Conflict):
    """Somebody else has it."""

    code = "meeting.task_taken"
    message = "该会务任务已由{name}负责"


class TaskNotYours(Forbidden):
    """Only who has a task may begin it, finish it and give it back."""

    code = "meeting.task_not_yours"
    message = "该会务任务不由您负责"


class TicksNeeded(Invalid):
    """Not every line of the task's checklist was ticked."""

    code = "meeting.ticks_needed"
    message = "请逐项核对检查清单后再办结"


class FaultNoteNeeded(Invalid):
    """A fault says what it was."""

    code = "meeting.fault_note_needed"
    message = "发现问题的检查项请填写说明"


class TaskTooEarly(Conflict):
    """What comes after a meeting is not done before it has ended."""

    code = "meeting.task_too_early"
    message = "该任务须待会议{what}后办理"


class RatingClosed(Conflict):
    """The meeting has not ended, was not served, or it is too long ago."""

    code = "meeting.rating_closed"
    message = "会议结束后 {days} 天内可以评价会务服务，当前不能评价"
