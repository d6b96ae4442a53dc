"""Refusals of hand-overs."""

from backend.errors import Conflict, Invalid, NotFound


class HandOverNotFound(NotFound):
    """There is no such load, or it is another canteen's."""

    code = "canteen.hand_over_not_found"
    message = "没有找到该收运记录"


class HandOverTakenBack(Conflict):
    """It was taken back before, or is itself what takes another one back."""

    code = "canteen.hand_over_taken_back"
    message = "该收运记录已经作废"


class HandOverTime(Invalid):
    """A load is recorded once it is gone, and within the days that its month's ledger stays open."""

    code = "canteen.hand_over_time"
    message = "收运时间应在过去 {days} 天以内，且不晚于现在"
