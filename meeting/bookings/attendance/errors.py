"""Refusals of the sign-in."""

from backend.errors import Conflict, Invalid, NotFound


class NothingToCheckIn(NotFound):
    """No meeting of the actor's is to be signed in to in this room now."""

    code = "meeting.nothing_to_check_in"
    message = "该会议室当前没有您可以签到的会议"


class NoMeetingRoomHere(NotFound):
    """The plate hangs at a place that is no meeting room."""

    code = "meeting.plate_of_no_room"
    message = "该标牌所在的地点不是会议室"


class OtherPlate(Invalid):
    """The plate is that of another room."""

    code = "meeting.other_plate"
    message = "扫描的是「{room}」的标牌，不是该会议的会议室"


class CheckInTooEarly(Conflict):
    """Signing in begins a while before the meeting."""

    code = "meeting.checkin_too_early"
    message = "还不能签到，会前 {minutes} 分钟起可以签到"


class CheckInTooLate(Conflict):
    """The grace period or the meeting is over."""

    code = "meeting.checkin_too_late"
    message = "签到时限已过，会议室已释放或会议已结束"


class NoShowDaysInvalid(Invalid):
    """The days are reversed, or too many."""

    code = "meeting.no_show_days_invalid"
    message = "结束日期不能早于开始日期，且最多查询 {days} 天"
