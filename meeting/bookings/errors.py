"""Refusals of the bookings."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class BookingNotFound(NotFound):
    """There is no such booking, or it is not the actor's to know of."""

    code = "meeting.booking_not_found"
    message = "没有找到该会议预订"


class OccurrenceNotFound(NotFound):
    """The booking has no such meeting."""

    code = "meeting.occurrence_not_found"
    message = "该预订没有这一场会议"


class BookingState(Conflict):
    """The transition table does not know this step from the meeting's state."""

    code = "meeting.booking_state"
    message = "该会议当前为「{state_name}」，不能进行此操作"


class BookingMoved(Conflict):
    """Somebody changed the booking meanwhile: what was decided upon is not what it is now."""

    code = "meeting.booking_moved"
    message = "该预订刚刚有变动，请刷新后重试"


class NotYours(Forbidden):
    """The actor may see the booking, but this is for somebody else to do."""

    code = "meeting.not_yours"
    message = "您不能对该会议预订进行此操作"


class RoomTaken(Conflict):
    """Somebody else has the room; `occurrences` says it date by date."""

    code = "meeting.room_taken"
    message = "该时段会议室已被占用，请调整时间或改用其他会议室"


class NotBookable(Invalid):
    """The room's rules forbid it; `occurrences` says it date by date."""

    code = "meeting.not_bookable"
    message = "无法预订：{reason}"


class BookingRefused(Forbidden):
    """The room is not for the organiser to book."""

    code = "meeting.booking_refused"
    message = "该会议室未对您或您所在部门开放预订"


class EndBeforeStart(Invalid):
    """A meeting ends after it begins."""

    code = "meeting.end_before_start"
    message = "结束时间应晚于开始时间"


class StartPast(Invalid):
    """Nothing is booked for the past."""

    code = "meeting.start_past"
    message = "开始时间已过，请选择之后的时间"


class TooManyHeads(Invalid):
    """More people than the room seats, in the layout."""

    code = "meeting.too_many_heads"
    message = "参会人数 {headcount} 超过会议室容量 {capacity}"


class LayoutNotOffered(Invalid):
    """The room cannot be set like this."""

    code = "meeting.layout_not_offered"
    message = "该会议室不支持所选的布置形式"


class RuleInvalid(Invalid):
    """The recurrence is no RFC 5545 rule, or one that meetings do not follow."""

    code = "meeting.rule_invalid"
    message = "重复规则无效：{reason}"


class RuleMissesStart(Invalid):
    """The first meeting is not one of those that the rule gives."""

    code = "meeting.rule_misses_start"
    message = "首次会议的日期不符合重复规则，请调整开始日期或规则"


class TooManyOccurrences(Invalid):
    """A series is bounded."""

    code = "meeting.too_many_occurrences"
    message = "重复次数超过上限 {limit} 次，请缩短周期或减少次数"


class SeriesOnly(Invalid):
    """A last day, or what becomes of holidays, is said of a series."""

    code = "meeting.series_only"
    message = "截止日期和节假日处理方式只用于重复会议"


class TimezoneUnknown(Invalid):
    """No such time zone."""

    code = "meeting.timezone_unknown"
    message = "时区无效，应为 Asia/Shanghai 这样的名称"


class OrganiserUnknown(Invalid):
    """No active member of staff is meant, or the department is not theirs."""

    code = "meeting.organiser_unknown"
    message = "组织人不存在、已离开，或不属于所选部门"


class NotForThem(Forbidden):
    """One books for colleagues of the own department; room managers do for everybody."""

    code = "meeting.not_for_them"
    message = "只能为本部门同事代订会议室"


class AttendeeUnknown(Invalid):
    """An attendee is not on the roster, is named twice, or is nobody at all."""

    code = "meeting.attendee_unknown"
    message = "参会人员有误：人员不存在、重复或未填写姓名"
