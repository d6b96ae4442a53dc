"""What cannot be printed."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class NothingHeld(Conflict):
    """None of the meetings takes place: there is nothing to put on the table."""

    code = "meeting.nothing_held"
    message = "该会议未预订成功或已取消，不能打印"


class PaperConfidential(Forbidden):
    """What tells of a confidential meeting is printed by those who know of it."""

    code = "meeting.paper_confidential"
    message = "内部会议的签到表和议程由组织人或会议室管理员打印"


class NoAttendees(Invalid):
    """Nameplates need names."""

    code = "meeting.no_attendees"
    message = "还没有登记参会人员，无法打印席卡"


class NoRoomsOverseen(NotFound):
    """There is no room whose day the actor may list."""

    code = "meeting.no_rooms_overseen"
    message = "您没有负责或可查看的会议室"
