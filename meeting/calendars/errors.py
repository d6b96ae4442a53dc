"""What goes wrong with calendars."""

from backend.errors import NotFound


class FeedNotFound(NotFound):
    """No such feed, or no longer, or somebody else's; which of these is nobody's business."""

    code = "meeting.feed_not_found"
    message = "没有这个日历订阅，或者订阅链接已停用"


class DoorNotFound(NotFound):
    """No such display of a room, or not without its link; which of the two is nobody's business."""

    code = "meeting.door_not_found"
    message = "这个门牌屏链接不存在或已停用，请向会议室管理员索取新的链接"
