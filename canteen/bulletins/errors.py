"""Refusals of bulletins."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class BulletinNotFound(NotFound):
    """There is no such bulletin, or it is not published and the actor does not work on bulletins."""

    code = "canteen.bulletin_not_found"
    message = "没有找到该通报"


class PeriodWrong(Invalid):
    """`first_day` is not the first day of a month (monthly) or of a quarter (quarterly), or lies ahead."""

    code = "canteen.bulletin_period"
    message = "通报期间应从月份（季度通报从季度）的第一天起，且已经开始"


class BulletinExists(Conflict):
    """The period has a bulletin already; `bulletin_id` is its latest version."""

    code = "canteen.bulletin_exists"
    message = "{period}的通报已经存在，如需更正请办理更正"


class BulletinMoved(Conflict):
    """Somebody changed the bulletin since it was read (`revision`)."""

    code = "canteen.bulletin_moved"
    message = "通报已被他人修改，请刷新后核对"


class BulletinStateWrong(Conflict):
    """Its state does not allow that."""

    code = "canteen.bulletin_state"
    message = "通报当前为“{state_name}”，不能{doing}"


class PeriodNotOver(Conflict):
    """Figures of a period are final once it is over."""

    code = "canteen.bulletin_period_open"
    message = "通报期间尚未结束（{last_day}），暂不能送审"


class DrafterPublishes(Forbidden):
    """Who drafted or submitted a bulletin does not sign it off."""

    code = "canteen.bulletin_own"
    message = "拟稿人、送审人不能审签本人经办的通报"
