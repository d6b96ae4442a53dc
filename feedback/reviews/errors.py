"""Refusals of the monthly bulletins."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class ReviewNotFound(NotFound):
    """There is no such bulletin, or it is not published and the actor does not work on them."""

    code = "feedback.review_not_found"
    message = "没有找到该通报"


class ReviewPeriodWrong(Invalid):
    """`first_day` is not the first day of a month that has begun."""

    code = "feedback.review_period"
    message = "通报月份不正确，请选择已经开始的月份"


class ReviewExists(Conflict):
    """The month has a bulletin already; `review_id` is its latest version."""

    code = "feedback.review_exists"
    message = "{period}的通报已经存在，如需更正请办理更正"


class ReviewMoved(Conflict):
    """Somebody changed the bulletin since it was read (`revision`)."""

    code = "feedback.review_moved"
    message = "通报已被他人修改，请刷新后核对"


class ReviewStateWrong(Conflict):
    """Its state does not allow that."""

    code = "feedback.review_state"
    message = "通报当前为“{state_name}”，不能{doing}"


class ReviewTooEarly(Conflict):
    """A month's figures are final once it is over."""

    code = "feedback.review_early"
    message = "通报月份尚未结束（{last_day}），暂不能送审"


class DrafterPublishes(Forbidden):
    """Who drafted or submitted a bulletin does not sign it off."""

    code = "feedback.review_own"
    message = "拟稿人、送审人不能审签本人经办的通报"
