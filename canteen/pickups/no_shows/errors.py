"""Refusals around missed meals."""

from backend.errors import Conflict, Forbidden, NotFound


class NoShowNotFound(NotFound):
    """There is no such record, or it is not for this actor."""

    code = "canteen.no_show_not_found"
    message = "没有找到这条未取餐记录"


class NoShowStateConflict(Conflict):
    """The record's state does not allow the step."""

    code = "canteen.no_show_state"
    message = "该记录当前为「{state_name}」，不能进行此操作"


class AppealClosed(Conflict):
    """The days for an appeal are over."""

    code = "canteen.appeal_closed"
    message = "申诉期限（记录后 {days} 天）已过，如仍有异议请联系食堂"


class OwnNoShow(Forbidden):
    """Nobody decides about a meal that they missed themselves."""

    code = "canteen.own_no_show"
    message = "不能处理本人的未取餐记录，请由其他管理人员处理"
