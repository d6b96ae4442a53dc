"""Refusals of rating."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class AlreadyRated(Conflict):
    """The person has rated this subject in this cycle."""

    code = "ratings.already_rated"
    message = "您已评价过，感谢您的反馈"


class OwnWork(Forbidden):
    """The person handled what is to be rated."""

    code = "ratings.own_work"
    message = "不能评价由自己经办的服务"


class InvalidScores(Invalid):
    """No score, a score out of 1 … 5, or a dimension that the service does not have."""

    code = "ratings.invalid_scores"
    message = "请至少为一项打分，每项 1 到 5 分"


class TextTooLong(Invalid):
    """The text is longer than the ledger takes."""

    code = "ratings.text_too_long"
    message = "评价内容不能超过 {longest} 个字符"


class RatingNotFound(NotFound):
    """There is no such rating."""

    code = "ratings.rating_not_found"
    message = "没有找到该评价"


class RaterSealed(Forbidden):
    """Who rated may be an unnamed reporter; opening that seal takes two persons, and is not done here."""

    code = "ratings.rater_sealed"
    message = "该评价人的身份已封存，不能由一人查看；确需查看的，请按匿名诉求启封程序办理"
