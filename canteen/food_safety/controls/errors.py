"""Refusals of the controls."""

from backend.errors import Conflict, Invalid, NotFound


class ControlUnanswered(Conflict):
    """Items of the day are without an answer."""

    code = "canteen.control_unanswered"
    message = "还有 {missing} 项未检查，不能完成当日记录"


class ControlClosed(Conflict):
    """The day was closed before: what it says does not change any more."""

    code = "canteen.control_closed"
    message = "{on} 的日管控已经完成，不能再修改"


class ControlItemUnknown(Invalid):
    """An answer to an item that is not among the canteen's."""

    code = "canteen.control_item_unknown"
    message = "检查项目已更新，请刷新后重新填写"


class FindingIncomplete(Invalid):
    """What is not in order needs a word, somebody who puts it right, and a day."""

    code = "canteen.finding_incomplete"
    message = "「{item}」不符合要求，请写明问题、责任人和整改期限"


class FindingDay(Invalid):
    """The day by which something is put right lies before the one on which it was found."""

    code = "canteen.finding_day"
    message = "整改期限不能早于今天"


class FindingPerson(Invalid):
    """There is no such member of staff."""

    code = "canteen.finding_person"
    message = "没有找到该责任人"


class FindingNotFound(NotFound):
    """There is no such finding within reach."""

    code = "canteen.finding_not_found"
    message = "没有找到该问题"


class FindingStateWrong(Conflict):
    """The step does not go from the finding's present state."""

    code = "canteen.finding_state"
    message = "该问题当前为“{state}”，不能进行此操作"


class FindingChanged(Conflict):
    """Somebody else went on with it meanwhile."""

    code = "canteen.finding_changed"
    message = "该问题已被他人更新，请刷新后重试"


class OwnCheck(Conflict):
    """Nobody checks what they put right themselves."""

    code = "canteen.finding_own_check"
    message = "整改人不能复查自己的整改，请由其他人复查"


class ReviewNotFound(NotFound):
    """There is no such week or month within reach."""

    code = "canteen.safety_review_not_found"
    message = "没有找到该报告"


class ReviewSigned(Conflict):
    """It was signed and does not change any more."""

    code = "canteen.safety_review_signed"
    message = "该报告已签发，不能再修改"


class ReviewChanged(Conflict):
    """Somebody else wrote in it meanwhile."""

    code = "canteen.safety_review_changed"
    message = "报告已被他人修改，请刷新后重试"


class ReviewIncomplete(Conflict):
    """It says too little to be signed."""

    code = "canteen.safety_review_incomplete"
    message = "请先填写{missing}"


class ReviewTooEarly(Conflict):
    """The days that it is about are not over, or have not begun."""

    code = "canteen.safety_review_too_early"
    message = "{until} 结束后方可签发"
