"""Refusals of standing orders."""

from backend.errors import Conflict, Invalid, NotFound


class StandingOrderNotFound(NotFound):
    """There is no such standing order, it has ended, or it is somebody else's."""

    code = "canteen.standing_order_not_found"
    message = "没有找到该固定订餐"


class StandingOrderExists(Conflict):
    """The person has one for that canteen and period."""

    code = "canteen.standing_order_exists"
    message = "您在该食堂的{period_name}已有固定订餐，请直接修改"


class StandingDishUnsold(Invalid):
    """A dish is not in the canteen's library, or not sold in this portion."""

    code = "canteen.standing_dish_unsold"
    message = "第 {choice} 个方案中的菜品或份量该食堂没有供应，请重新选择"


class StandingDatesReversed(Invalid):
    """It ends before it begins."""

    code = "canteen.standing_dates_reversed"
    message = "结束日期不能早于开始日期"


class PeriodNotServed(Conflict):
    """The canteen does not serve this period."""

    code = "canteen.period_not_served"
    message = "该食堂目前不供应{period_name}"
