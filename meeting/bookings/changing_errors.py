"""Refusals of changes and decisions."""

from backend.errors import Conflict, Forbidden, Invalid


class OccurrenceNeeded(Invalid):
    """Of a series it must be said which meeting is meant."""

    code = "meeting.occurrence_needed"
    message = "该预订有多场会议，请指明是哪一场"


class NothingToChange(Invalid):
    """Nothing was named that is to be otherwise."""

    code = "meeting.nothing_to_change"
    message = "没有需要修改的内容"


class WholeSeriesOnly(Invalid):
    """Attendees, agenda, telephone and rule belong to a series, not to one of its meetings."""

    code = "meeting.whole_series_only"
    message = "参会人员、议程、联系电话和重复规则属于整个系列，不能只修改其中一场"


class MeetingBegun(Conflict):
    """The meeting has begun, or is over."""

    code = "meeting.already_begun"
    message = "会议已经开始或已不再有效，不能修改或取消；需要延长或提前结束的，请使用相应操作"


class NotRunning(Conflict):
    """Only a meeting under way is extended or ended."""

    code = "meeting.not_running"
    message = "没有正在进行的会议，不能延长或提前结束"


class NoLonger(Invalid):
    """An extension ends later than the meeting does."""

    code = "meeting.extension_no_longer"
    message = "延长后的结束时间应晚于原定结束时间"


class ChangeImpossible(Conflict):
    """Some of the meetings could not be had like this, and nothing was changed."""

    code = "meeting.change_impossible"
    message = "有 {failed} 场会议无法按此修改，未作任何改动，请查看各场说明"


class OwnApproval(Forbidden):
    """Nobody decides on a booking of their own."""

    code = "meeting.own_approval"
    message = "不能审批本人提出或组织的会议预订，请由其他人员办理"


class DateExists(Conflict):
    """The booking has a meeting at that time already."""

    code = "meeting.date_exists"
    message = "该预订在此时间已有一场会议"


class SameOrganiser(Invalid):
    """It is theirs already."""

    code = "meeting.same_organiser"
    message = "所选人员已是会议组织人"


class NothingAsked(Conflict):
    """Nobody waits for an answer."""

    code = "meeting.nothing_asked"
    message = "该预订没有待补充的说明"
