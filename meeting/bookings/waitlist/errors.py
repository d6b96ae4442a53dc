"""Refusals of the waitlist."""

from backend.errors import Conflict, Invalid, NotFound, TooMany


class EntryNotFound(NotFound):
    """There is no such entry, or it is somebody else's."""

    code = "meeting.entry_not_found"
    message = "没有找到该候补登记"


class RoomFree(Conflict):
    """Nobody waits for what is free: it can be booked."""

    code = "meeting.room_free"
    message = "「{name}」在该时段空闲，可以直接预订，不必候补"


class NothingFits(Invalid):
    """No room of the campus has what is wanted, or none that the organiser may book at that time."""

    code = "meeting.nothing_fits"
    message = "该院区没有符合要求且可供预订的会议室，请调整条件"


class AlreadyWaiting(Conflict):
    """The organiser waits for the same already."""

    code = "meeting.already_waiting"
    message = "您已登记该时段的候补，请勿重复登记"


class WaitlistFull(TooMany):
    """The organiser has as many open entries as may be had at once."""

    code = "meeting.waitlist_full"
    message = "候补中的登记已达上限（{limit} 个），请先退出不需要的候补"


class EntryStateConflict(Conflict):
    """The transition table does not know this step from the entry's state."""

    code = "meeting.entry_state"
    message = "该候补当前为「{state_name}」，不能进行此操作"


class OfferOver(Conflict):
    """The time for accepting is over: the room goes to the next in order."""

    code = "meeting.offer_over"
    message = "确认时限已过，会议室已顺延给下一位候补"


class EntryMoved(Conflict):
    """Something happened to the entry meanwhile: what was decided upon is not what it is now."""

    code = "meeting.entry_moved"
    message = "该候补刚刚有变动，请刷新后重试"
